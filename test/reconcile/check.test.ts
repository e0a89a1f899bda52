import { describe, expect, it } from 'vitest';
import type { CaseFile, Evidence, FeedStatus } from '../../src/model/index.js';
import {
  appraisalCase,
  benefit,
  death,
  exam,
  feeds,
  file,
  marriage,
  population,
  stay,
  weakLink,
} from '../../src/reconcile/example.js';
import { check, checkWith, linkTo, rules, ruleTexts, ruleVersions } from '../../src/reconcile/index.js';

const said = (caseFile: CaseFile, rule: string) => {
  const result = check(caseFile).results.find((item) => item.rule === rule);
  return [result?.outcome, result?.reason, result?.severity];
};
const findingsOf = (caseFile: CaseFile, rule: string) => check(caseFile).findings.filter((finding) => finding.rule === rule);
const certificate = death({ diedOn: '2025-03-01', eventOn: '2025-03-02' });
const admitted = stay('2025-03-05', '2025-03-09');

describe('evidence as of an instant', () => {
  const receivedAt = (instant: string): Evidence => death({ diedOn: '2025-03-01', source: { receivedAt: instant } });
  const level = (...evidence: Evidence[]) => check(file({ evidence })).deathFact.level;

  it('counts what was received at that very instant, and nothing later', () => {
    expect(level(receivedAt('2025-06-30T10:00:00+08:00'))).toBe('reported');
    expect(level(receivedAt('2025-06-30T10:00:00.001+08:00'))).toBe('none');
    expect(level(receivedAt('2025-06-30T02:00:00Z'))).toBe('reported');
    expect(level(receivedAt('2025-06-30T02:00:01Z'))).toBe('none');
  });

  it('counts the version received last, else updated last, else the void one', () => {
    const version = (parts: Parameters<typeof death>[0]) => death({ diedOn: '2025-03-01', ...parts });
    const early = { receivedAt: '2025-06-01T00:00:00+08:00' };
    expect(level(version({ status: 'void' }), version({ source: early }))).toBe('none');
    expect(level(version({ status: 'void', source: early }), version({}))).toBe('reported');
    const updated = version({ source: { updatedAt: '2025-06-02T00:00:00+08:00' } });
    const before = version({ status: 'void', source: { updatedAt: '2025-06-01T00:00:00+08:00' } });
    expect(level(updated, before)).toBe('reported');
    expect(level(version({}), version({ status: 'void' }))).toBe('none');
  });

  it('lets a newer version about somebody else take the older one away', () => {
    const older = { receivedAt: '2025-06-01T00:00:00+08:00' };
    const { link: _, ...stranger } = death({
      diedOn: '2025-03-01',
      person: { idDocuments: [{ type: 'resident-id', number: '370799195806150021', validity: 'valid' }] },
    });
    expect(level(death({ diedOn: '2025-03-01', source: older }), stranger)).toBe('none');
  });

  it('keeps records of other feeds that bear the same id', () => {
    const sameId = { source: { recordId: 'X' } };
    expect(
      level(death({ diedOn: '2025-03-01', ...sameId }), death({ basis: 'cremation', diedOn: '2025-03-01', ...sameId })),
    ).toBe('corroborated');
  });

  it('refuses a file whose instant is none', () => {
    expect(() => check(file({ asOf: 'yesterday' }))).toThrowError(expect.objectContaining({ code: 'ERR_INPUT' }));
  });
});

describe('records that come without a link', () => {
  const unlinked = (number: string, validity: 'valid' | 'upgraded-15' | 'not-checked' | 'bad-format' = 'valid'): Evidence => {
    const { link: _, ...record } = death({
      diedOn: '2025-03-01',
      person: { idDocuments: [{ type: 'resident-id', number, validity }] },
    });
    return record;
  };
  const finding = (record: Evidence) =>
    findingsOf(file({ cases: [appraisalCase()], evidence: [record] }), 'case-open-after-death')[0];

  it('are tied by the same number, however it was written', () => {
    expect(finding(unlinked('370799196001010018'))?.severity).toBe('medium');
    expect(finding(unlinked('３７０７９９196001010018', 'not-checked'))?.severity).toBe('medium');
  });

  it('are tied by the 15-digit form of the number, as upgraded', () => {
    expect(finding(unlinked('370799600101001', 'not-checked'))?.severity).toBe('medium');
    expect(finding(unlinked('370799196001010018', 'upgraded-15'))?.severity).toBe('medium');
  });

  it('are not evidence where the number is another, hidden or missing, whatever the name', () => {
    expect(finding(unlinked('370799195806150021'))).toBeUndefined();
    expect(finding(unlinked('370799********0018', 'bad-format'))).toBeUndefined();
    const { link: _, ...nameless } = death({ diedOn: '2025-03-01', person: { idDocuments: [] } });
    expect(finding(nameless)).toBeUndefined();
  });

  it('keep the link they came with', () => {
    const record = { ...unlinked('370799195806150021'), link: { level: 'exact' as const, reasons: ['family-register'] } };
    expect(finding(record)?.severity).toBe('medium');
  });

  it('are linked by the number, not by what its sender thinks of it', () => {
    const person = (validity: 'valid' | 'bad-checksum', number = '370799196001010018') => ({
      idDocuments: [{ type: 'resident-id' as const, number, validity }],
    });
    expect(linkTo(person('valid'), person('bad-checksum'))?.level).toBe('exact');
    expect(linkTo(person('valid', '370799********0018'), person('valid', '370799********0018'))).toBeUndefined();
  });

  it('are not linked by a number that is one of another kind of document', () => {
    const person = (type: 'resident-id' | 'passport') => ({
      idDocuments: [{ type, number: '370799196001010018', validity: 'valid' as const }],
    });
    expect(linkTo(person('resident-id'), person('resident-id'))?.level).toBe('exact');
    expect(linkTo(person('resident-id'), person('passport'))).toBeUndefined();
  });

  it('are linked as exact, upgraded, or not at all', () => {
    const person = (number: string) => ({
      idDocuments: [{ type: 'resident-id' as const, number, validity: 'not-checked' as const }],
    });
    expect(linkTo(person('370799196001010018'), person('370799196001010018'))?.level).toBe('exact');
    expect(linkTo(person('370799196001010018'), person('370799600101001'))?.level).toBe('upgraded');
    expect(linkTo(person('370799196001010018'), person('370799195806150021'))).toBeUndefined();
    expect(linkTo(person('370799********0018'), person('370799********0018'))).toBeUndefined();
    expect(linkTo({ idDocuments: [] }, { idDocuments: [] })).toBeUndefined();
  });
});

describe('which rules speak', () => {
  it('all of them, in the order of the catalogue, each once', () => {
    const persons = rules.filter((rule) => rule.scope === 'person').map((rule) => rule.id);
    expect(check(file()).results.map((result) => result.rule)).toEqual(persons);
    expect(persons).toEqual([...persons].sort());
    // Not how many there are: a rule is one file, and not a changed line elsewhere.
    expect(persons).toEqual(expect.arrayContaining(['admitted-after-death', 'paid-twice', 'stays-overlap']));
  });

  it('only those in a list, and not those switched off', () => {
    expect(check(file(), { rules: ['stays-overlap'] }).results.map((result) => result.rule)).toEqual(['stays-overlap']);
    const rest = check(file(), { rules: { 'stays-overlap': 'off' } }).results.map((result) => result.rule);
    expect([...rest, 'stays-overlap'].sort()).toEqual(check(file()).results.map((result) => result.rule));
    expect(rest).not.toContain('stays-overlap');
    expect(check(file(), { rules: [] }).results).toEqual([]);
  });

  it('with parameters of their own, from either place', () => {
    const overlapping = file({
      evidence: [stay('2025-03-01', '2025-03-10'), stay('2025-03-10', '2025-03-20', { hospital: { name: '演示二院' } })],
    });
    const outcome = (options: Parameters<typeof check>[1]) => check(overlapping, options).results[0]?.outcome;
    expect(outcome({ rules: ['stays-overlap'] })).toBe('finding');
    expect(outcome({ rules: ['stays-overlap'], parameters: { 'stays-overlap': { minDays: 2 } } })).toBe('clear');
    const found = check(overlapping, { rules: { 'stays-overlap': { minDays: 2 } } }).results.find(
      (item) => item.rule === 'stays-overlap',
    );
    expect(found?.outcome).toBe('clear');
  });

  it('mind no parameters given to a rule that is switched off', () => {
    const options = { rules: { 'stays-overlap': 'off' as const }, parameters: { 'stays-overlap': { minDays: 2 } } };
    expect(check(file(), options).results.map((result) => result.rule)).not.toContain('stays-overlap');
  });

  it('are those handed in, where a rule is being written', () => {
    const [first] = rules;
    if (first === undefined) throw new Error('there are rules');
    const all = check(file()).results.length;
    expect(checkWith([first], file()).results.map((result) => result.rule)).toEqual([first.id]);
    expect(check(file()).results).toHaveLength(all);
  });

  it('say the graver of two findings that rest on the same, whichever came first', () => {
    const rule = rules.find((item) => item.scope === 'person');
    if (rule?.scope !== 'person') throw new Error('there are rules about persons');
    const found = (severity: 'low' | 'high') => ({
      severity,
      explanation: { zh: severity, en: severity },
      claims: [],
      about: ['the same'],
      rests: [],
    });
    const severities = (...of: ('low' | 'high')[]) =>
      checkWith(
        [{ ...rule, notApplicable: () => undefined, check: () => ({ findings: of.map(found), doubts: [] }) }],
        file(),
      ).findings.map((finding) => finding.severity);

    expect([severities('low', 'high'), severities('high', 'low')]).toEqual([['high'], ['high']]);
  });

  it('take the parameters given beside the rules before those in them', () => {
    const of = (inRules: number, beside?: number) =>
      check(file({ evidence: [certificate, stay('2025-03-05', '2025-03-09')] }), {
        rules: { 'admitted-after-death': { marginDays: inRules } },
        ...(beside === undefined ? {} : { parameters: { 'admitted-after-death': { marginDays: beside } } }),
      }).results.find((result) => result.rule === 'admitted-after-death')?.outcome;

    expect([of(3), of(4), of(4, 3), of(3, 4)]).toEqual(['finding', 'clear', 'finding', 'clear']);
  });

  it('refuse a rule that does not exist', () => {
    expect(() => check(file(), { rules: ['no-such-rule'] })).toThrowError(expect.objectContaining({ code: 'ERR_USAGE' }));
    expect(() => check(file(), { rules: { 'no-such-rule': 'off' } })).toThrowError(
      expect.objectContaining({ code: 'ERR_USAGE' }),
    );
    expect(() => check(file(), { parameters: { 'no-such-rule': {} } })).toThrowError(
      expect.objectContaining({ code: 'ERR_USAGE' }),
    );
  });

  it('say their versions, and what they are in two languages', () => {
    expect(ruleVersions({ rules: ['stays-overlap'] })).toEqual({ 'stays-overlap': '2' });
    for (const text of ruleTexts()) {
      expect([text.title.zh, text.title.en, text.description.zh, text.description.en].every((words) => words.length > 3)).toBe(
        true,
      );
      expect(text.basis.length).toBeGreaterThan(0);
    }
    expect(
      ruleTexts()
        .filter((text) => text.scope === 'run')
        .map((text) => text.id),
    ).toEqual(['feed-not-usable', 'rejected-records', 'unknown-code']);
  });

  it('read private-use characters by the table they are given', () => {
    const caseFile = file({ subject: { name: '测试\uE352' }, evidence: [population({ person: { name: '测试𬍛' } })] });
    const outcome = (options: Parameters<typeof check>[1]) =>
      check(caseFile, { ...options, rules: ['name-differs'] }).results[0]?.outcome;
    expect(outcome({})).toBe('unknown');
    expect(outcome({ privateUse: new Map([['\uE352', '𬍛']]) })).toBe('clear');
  });
});

describe('why a rule cannot tell', () => {
  const withFeed = (changes: Partial<FeedStatus>) =>
    file({ cases: [appraisalCase()], feeds: feeds({ 'health/death-certificates': changes }) });

  it.each([
    ['stale', 'feed-stale'],
    ['gap', 'feed-gap'],
    ['down', 'feed-down'],
    ['never', 'feed-never'],
  ] as const)('a feed that is %s gives %s', (state, reason) => {
    expect(said(withFeed({ state }), 'case-open-after-death')).toEqual(['unknown', reason, undefined]);
  });

  it('a feed without an entry is never', () => {
    const missing = { ...withFeed({}), feeds: feeds().filter((feed) => feed.feed !== 'cremations') };
    expect(said(missing, 'case-open-after-death')).toEqual(['unknown', 'feed-never', undefined]);
  });

  it.each([
    [['370799'], 'clear'],
    [['370700'], 'clear'],
    [['370000'], 'clear'],
    [['110000', '370000'], 'clear'],
    [['370798'], 'feed-does-not-cover'],
    [['380000'], 'feed-does-not-cover'],
    [[], 'feed-does-not-cover'],
  ])('regions %j against the domicile 370799: %s', (regions, expected) => {
    const [outcome, reason] = said(withFeed({ regions }), 'case-open-after-death');
    expect(outcome === 'clear' ? 'clear' : reason).toBe(expected);
  });

  it('a feed with regions does not cover an unknown one, a feed without covers it', () => {
    const homeless = (changes: Partial<FeedStatus>): CaseFile => ({
      ...withFeed(changes),
      subject: { ...file().subject, domicile: {} },
    });
    expect(said(homeless({ regions: ['370000'] }), 'case-open-after-death')[1]).toBe('feed-does-not-cover');
    expect(said(homeless({}), 'case-open-after-death')[0]).toBe('clear');
  });

  it('a coarser domicile than the feed covers is not covered', () => {
    const inProvince = { ...withFeed({ regions: ['370700'] }), subject: { ...file().subject, domicile: { region: '370000' } } };
    expect(said(inProvince, 'case-open-after-death')[1]).toBe('feed-does-not-cover');
  });

  it('the regions of the stays feed are not asked about the domicile', () => {
    const caseFile = file({ feeds: feeds({ 'health/stays': { regions: ['110000'] } }) });
    expect(said(caseFile, 'admitted-after-death')[0]).toBe('clear');
    expect(said(caseFile, 'stays-overlap')[0]).toBe('clear');
  });

  it('completeness to a month counts to its last day', () => {
    const examined = (completeThrough: string) =>
      file({
        cases: [appraisalCase({ exams: [exam('2025-03-31')] })],
        feeds: feeds({ 'civil-affairs/cremations': { completeThrough } }),
      });
    expect(said(examined('2025-03'), 'exam-after-death')[0]).toBe('clear');
    expect(said(examined('2025-02'), 'exam-after-death')[1]).toBe('feed-gap');
    expect(said(examined('2025'), 'exam-after-death')[0]).toBe('clear');
  });

  it('says which feed, and through which day it should be complete', () => {
    const [result] = check(
      file({
        cases: [appraisalCase({ exams: [exam('2025-03-31')] })],
        feeds: feeds({ 'civil-affairs/cremations': { completeThrough: '2025-03-30' } }),
      }),
      { rules: ['exam-after-death'] },
    ).results;
    expect(result?.because).toEqual({
      zh: '民政火化信息未完整到 2025-03-31',
      en: 'the cremations of civil affairs: is not complete through 2025-03-31',
    });
    const [gap] = check(file({ cases: [appraisalCase()], feeds: feeds({ 'civil-affairs/cremations': { state: 'gap' } }) }), {
      rules: ['case-open-after-death'],
    }).results;
    expect(gap?.because.zh).toBe('民政火化信息有缺口');
  });

  it('completeness that is not told is not there, where a day is in question', () => {
    const bare = feeds().map(({ completeThrough: _, ...feed }) => feed);
    expect(said(file({ cases: [appraisalCase({ exams: [exam('2025-03-31')] })], feeds: bare }), 'exam-after-death')[1]).toBe(
      'feed-gap',
    );
    expect(said(file({ cases: [appraisalCase()], feeds: bare }), 'case-open-after-death')[0]).toBe('clear');
    expect(
      said(
        file({ cases: [appraisalCase({ exams: [exam('2025-03-31', { identityCheck: 'face-match' })] })], feeds: bare }),
        'exam-after-death',
      )[0],
    ).toBe('clear');
  });

  it('names the first feed of the table that is not usable, by its state before its region', () => {
    const both = feeds({
      'civil-affairs/cremations': { state: 'down' },
      'health/death-certificates': { state: 'stale', regions: [] },
    });
    expect(said(file({ cases: [appraisalCase()], feeds: both }), 'case-open-after-death')[1]).toBe('feed-stale');
  });

  it('of two entries of one feed believes the worse', () => {
    const doubled = [...feeds(), { agency: 'health', feed: 'death-certificates', state: 'down' as const }];
    expect(said(file({ cases: [appraisalCase()], feeds: doubled }), 'case-open-after-death')[1]).toBe('feed-down');
    expect(said(file({ cases: [appraisalCase()], feeds: doubled.reverse() }), 'case-open-after-death')[1]).toBe('feed-down');
  });

  it('what is in doubt is named before a feed that is not usable', () => {
    const caseFile = file({
      cases: [appraisalCase({ exams: [exam('2025-03')] })],
      evidence: [certificate],
      feeds: feeds({ 'civil-affairs/cremations': { state: 'down' } }),
    });
    expect(said(caseFile, 'exam-after-death')[1]).toBe('date-too-coarse');
  });

  it('what is found is found whatever the feeds', () => {
    const down = feeds().map((feed) => ({ ...feed, state: 'down' as const }));
    expect(said(file({ evidence: [certificate, admitted], feeds: down }), 'admitted-after-death')).toEqual([
      'finding',
      'contradiction',
      'high',
    ]);
  });
});

describe('a disputed death', () => {
  const disputed = file({
    cases: [
      appraisalCase({
        state: 'examined',
        exams: [exam('2025-03-20')],
        recognition: {
          no: 'R',
          result: { code: 'x', system: 'x', known: true },
          accidentOn: '2025-02-27',
          parts: [],
          diagnoses: [],
        },
      }),
    ],
    benefits: [benefit(['2025-05'])],
    evidence: [certificate, marriage('2025-05-01'), admitted],
  });

  it('silences every rule that reads the death fact, and no other', () => {
    const silenced = check(disputed)
      .results.filter((result) => result.reason === 'death-disputed')
      .map((result) => result.rule);
    expect(silenced).toEqual([
      'admitted-after-death',
      'case-open-after-death',
      'death-date-decides-benefit',
      'death-dates-conflict',
      'death-single-source',
      'exam-after-death',
      'hospital-death-unconfirmed',
      'paid-after-death',
      'service-after-death',
      'settled-after-death',
      'stay-spans-death',
    ]);
    expect(said(disputed, 'alive-after-death')).toEqual(['finding', 'contradiction', 'high']);
  });

  it('does not make applicable what is not', () => {
    expect(said(file({ evidence: [certificate, marriage('2025-05-01')] }), 'exam-after-death')).toEqual([
      'not-applicable',
      'no-exam',
      undefined,
    ]);
  });
});

describe('findings', () => {
  const caseFile = file({ cases: [appraisalCase()], evidence: [certificate, admitted] });
  const [finding] = findingsOf(caseFile, 'admitted-after-death');

  it('say what contradicts what, with dates and agencies, in two languages', () => {
    expect(finding?.explanation).toEqual({
      zh: '死亡医学证明记载 2025-03-01 死亡（卫生健康）；2025-03-05 仍有入院记录（演示医院，卫生健康）',
      en: 'medical certificate gives 2025-03-01 as the day of death (health); admitted on 2025-03-05 (演示医院, health)',
    });
  });

  it('show both sides with their source', () => {
    expect(finding?.claims.map(({ source, ...claim }) => [claim, source?.feed])).toEqual([
      [{ agency: 'health', recordId: 'C1', field: 'diedOn', value: '2025-03-01' }, 'death-certificates'],
      [{ agency: 'health', recordId: 'S-2025-03-05', field: 'admittedOn', value: '2025-03-05' }, 'stays'],
    ]);
  });

  it('show the city’s own side without a source', () => {
    const [open] = findingsOf(caseFile, 'case-open-after-death');
    expect(open?.claims[1]).toEqual({ agency: 'city', recordId: 'A-2025-001', field: 'state', value: 'accepted' });
    expect(open?.action).toBe('hold-step');
    expect(open?.subject).toEqual({ key: 'example-person', caseNos: ['A-2025-001'] });
  });

  it('keep their id whatever the severity, and change it with the records', () => {
    const id = (...evidence: Evidence[]) =>
      findingsOf(file({ cases: [appraisalCase()], evidence }), 'admitted-after-death')[0]?.id;
    expect(id(certificate, admitted)).toBe(finding?.id);
    expect(id(certificate, { ...admitted, link: weakLink })).toBe(finding?.id);
    expect(id({ ...certificate, diedOn: '2025-02-01' }, admitted)).toBe(finding?.id);
    expect(id(certificate, stay('2025-03-06', '2025-03-09'))).not.toBe(finding?.id);
    expect(id(death({ diedOn: '2025-03-01', source: { recordId: 'C9' } }), admitted)).not.toBe(finding?.id);
    expect(finding?.id).toMatch(/^[0-9a-f]{32}$/);
  });

  it('differ by person and by rule', () => {
    const other = { ...caseFile, subject: { ...caseFile.subject, key: 'another' } };
    const ids = [...check(caseFile).findings, ...check(other).findings].map((item) => item.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('of two exams in one case are two; of one exam noted twice are one', () => {
    const examined = (...days: string[]) =>
      findingsOf(
        file({ cases: [appraisalCase({ exams: days.map((day) => exam(day)) })], evidence: [certificate] }),
        'exam-after-death',
      );
    expect(examined('2025-03-05', '2025-03-06')).toHaveLength(2);
    expect(examined('2025-03-05', '2025-03-05')).toHaveLength(1);
  });

  it('show every record of the death by what it says, dated or not', () => {
    const evidence = [
      death({ diedOn: '2025-03-01', eventOn: '2025-03-02' }),
      death({ basis: 'cremation', eventOn: '2025-03-03T10:00:00+08:00' }),
      death({ basis: 'court', source: { agency: 'city', recordId: 'K1' } }),
      population({ deathFlag: true }),
      population({ registration: 'cancelled', cancellation: { reason: 'death' }, source: { recordId: 'P2' } }),
      population({
        registration: 'cancelled',
        cancellation: { reason: 'death', registeredOn: '2025-03-04' },
        source: { recordId: 'P3' },
      }),
      stay('2025-02-20', '2025-03-01', { outcome: { code: 'died', system: 'x', known: true } }),
      stay('2025-02-21', undefined, { outcome: { code: 'died', system: 'x', known: true } }),
    ];
    const [open] = findingsOf(file({ cases: [appraisalCase()], evidence }), 'case-open-after-death');
    expect(open?.claims.map((claim) => [claim.recordId, claim.field, claim.value])).toEqual([
      ['K1', 'basis', 'court'],
      ['F1', 'eventOn', '2025-03-03'],
      ['C1', 'diedOn', '2025-03-01'],
      ['S-2025-02-20', 'dischargedOn', '2025-03-01'],
      ['S-2025-02-21', 'outcome', 'died'],
      ['P1', 'deathFlag', 'true'],
      ['P2', 'cancellation/reason', 'death'],
      ['P3', 'cancellation/registeredOn', '2025-03-04'],
      ['A-2025-001', 'state', 'accepted'],
    ]);
    expect(open?.explanation.zh).toBe(
      '宣告死亡，未载日期（本市）；火化记录 2025-03-03 火化，未载死亡日期（民政）；死亡医学证明记载 2025-03-01 死亡（卫生健康）；' +
        '离院死亡记录 2025-03-01 出院，未载死亡日期（卫生健康）；离院死亡记录，未载日期（卫生健康）；户籍死亡注销，未载日期（公安）；' +
        '户籍死亡注销 2025-03-04 登记注销，未载死亡日期（公安）；案件 A-2025-001 仍在办（已受理）',
    );
  });

  it('of one more month paid stay the same finding', () => {
    const paid = (...months: string[]) =>
      findingsOf(file({ benefits: [benefit(months)], evidence: [certificate] }), 'paid-after-death')[0];
    expect(paid('2025-04')?.id).toBe(paid('2025-04', '2025-05')?.id);
    expect(paid('2025-04', '2025-05')?.explanation.zh).toContain('2 个月（2025-04、2025-05），共 6000.00 元');
  });

  it('that rest on an uncertain link are low, ask the agency and say why', () => {
    const [weak] = findingsOf(file({ evidence: [certificate, { ...admitted, link: weakLink }] }), 'admitted-after-death');
    expect([weak?.severity, weak?.action]).toEqual(['low', 'ask-agency']);
    expect(weak?.explanation.zh).toContain('卫生健康的记录与本人的对应关系不确定（较弱：name-and-birth-date）');
    expect(weak?.explanation.en).toContain('is not certainly about this person (weak: name-and-birth-date)');
  });

  it('that rest on an uncertain link do not repeat a number that its reason holds', () => {
    const link = { level: 'weak' as const, reasons: ['370799196001010018'] };
    const [weak] = findingsOf(file({ evidence: [certificate, { ...admitted, link }] }), 'admitted-after-death');

    expect(weak?.explanation.zh).toContain('******************');
    expect(JSON.stringify(weak?.explanation)).not.toContain('370799196001010018');
  });

  it('that rest on a death of uncertain links only are low as well', () => {
    const [weak] = findingsOf(file({ evidence: [{ ...certificate, link: weakLink }, admitted] }), 'admitted-after-death');
    expect([weak?.severity, weak?.action]).toEqual(['low', 'ask-agency']);
  });

  it('of one stay told twice are one, resting on the certain telling', () => {
    const twin = stay('2025-03-05', '2025-03-09', {
      source: { agency: 'medical-insurance', recordId: 'Y1' },
      hospital: { name: '演示医院' },
    });
    const both = findingsOf(file({ evidence: [certificate, { ...admitted, link: weakLink }, twin] }), 'admitted-after-death');
    expect(both.map((item) => [item.severity, item.claims[1]?.recordId])).toEqual([['high', 'Y1']]);
  });
});
