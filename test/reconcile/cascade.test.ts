import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  informedOf,
  type PopulationEvidence,
  recallOf,
  type SettlementEvidence,
  type StayEvidence,
} from '../../src/model/index.js';
import { decideFinding } from '../../src/reconcile/decide.js';
import { openStore, type Store } from '../../src/store/index.js';
import { appraisal, death, entry, li, settlement, wang } from '../store/examples.js';
import { folder, night, run, told } from './nights.js';

/** What was taken back or corrected re-judges everybody it touched in the same night, and what becomes of each finding is right. */

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let store: Store;
let count = 0;
beforeEach(async () => {
  count += 1;
  store = await openStore(`sqlite:./cascade-${count}.db`, { baseDir: folder });
  await store.importCases(
    [
      entry(wang, { numberKeys: ['370799196001010018'], cases: [appraisal('A1', { state: 'scheduled' })] }),
      entry(li, { numberKeys: ['370799196505050021'], cases: [appraisal('B1', { state: 'scheduled' })] }),
    ],
    '2026-03-01T00:00:00.000Z',
  );
});
afterEach(() => store.close());

const certificates = { agency: 'health', feed: 'death-certificates' };
const certificate = (more: Parameters<typeof death>[2] = {}) =>
  death('D1', '', { diedOn: '2026-02-20', eventOn: '2026-02-21', ...more });
const rule = 'case-open-after-death';

async function only(name = rule) {
  const records = await store.findings({ rule: name });
  expect(records).toHaveLength(1);
  return records[0] as (typeof records)[number];
}

async function decide(
  as: Parameters<typeof decideFinding>[1]['as'],
  more: Partial<Parameters<typeof decideFinding>[1]> = {},
  at = night(2),
) {
  const { finding } = await only();
  return decideFinding(store, { id: finding.id, as, by: '李科长', reason: '已电话核实', ...more }, at, '演示鉴定中心');
}

describe('a certificate that is voided and reissued', () => {
  it('withdraws the confirmed finding with everybody who acted or was told, and raises a new one in the same night', async () => {
    await run(store, 2, [{ ...certificates, evidence: [certificate({ certificateNo: 'N1' })] }]);
    await decide('verifying', { by: '赵科员', reason: '核实中' });
    await decide('confirmed', { told: ['医保局王某', '待遇科'] });

    const second = await run(store, 3, [
      {
        ...certificates,
        retracted: ['D1'],
        evidence: [{ ...death('D2', '', { diedOn: '2026-02-20', certificateNo: 'N2', replaces: 'N1' }) }],
      },
    ]);

    expect(told(second.findings)).toEqual([`${rule} open`, `${rule} withdrawn evidence-void`]);
    const gone = second.findings.find(({ state }) => state === 'withdrawn');
    expect(gone === undefined ? undefined : recallOf(gone)?.run).toBe(second.manifest.id);
    expect(informedOf(gone?.history ?? []).map(({ whom, as }) => [whom, as])).toEqual([
      ['赵科员', 'acted'],
      ['李科长', 'acted'],
      ['医保局王某', 'told'],
      ['待遇科', 'told'],
    ]);
    expect(gone?.decision).toBeUndefined();
    expect(second.manifest.findings).toMatchObject({ new: 1, withdrawn: 1, resolved: 0 });
  });

  it('does not take the retraction of a death for withdrawn when a later certificate replaces it: that fact changed', async () => {
    await run(store, 2, [{ ...certificates, evidence: [certificate({ certificateNo: 'N1' })] }]);
    const lone = await run(store, 3, [{ ...certificates, retracted: ['D1'] }]);
    const replaced = await run(store, 4, [
      { ...certificates, evidence: [death('D2', '', { diedOn: '2026-02-20', certificateNo: 'N2', replaces: 'N1' })] },
    ]);

    expect(told(lone.findings, 'death-retracted')).toEqual(['death-retracted open']);
    expect(told(replaced.findings, 'death-retracted')).toEqual(['death-retracted resolved no-contradiction']);
  });
});

describe('a household registration that is restored', () => {
  it('resolves the finding, for the record still stands and says something else, and lists who was told', async () => {
    const register = (more: Partial<PopulationEvidence>): PopulationEvidence => ({
      kind: 'population',
      outcome: 'found',
      registration: 'active',
      status: 'current',
      person: { idDocuments: wang.idDocuments, name: wang.name },
      link: { level: 'exact', reasons: ['number'] },
      source: { ...certificate().source, agency: 'public-security', feed: 'population', recordId: 'P1' },
      ...more,
    });
    const population = { agency: 'public-security', feed: 'population' };
    const dead = register({
      registration: 'cancelled',
      cancellation: { reason: 'death', diedOn: '2026-02-20', registeredOn: '2026-02-25' },
    });
    await run(store, 2, [{ ...population, evidence: [dead] }]);
    await decide('confirmed', { told: ['待遇科'] });

    const restored = await run(store, 3, [{ ...population, evidence: [register({})] }]);

    expect(told(restored.findings)).toEqual([`${rule} resolved no-contradiction`]);
    const record = await only();
    expect(recallOf(record)?.to).toBe('resolved');
    expect(informedOf(record.history).map(({ whom }) => whom)).toEqual(['李科长', '待遇科']);
  });
});

describe('a row that is deleted', () => {
  it('withdraws a false positive, so that the record come again is no living exemption', async () => {
    await run(store, 2, [{ ...certificates, evidence: [certificate()] }]);
    await decide('false-positive');

    const gone = await run(store, 3, [{ ...certificates, retracted: ['D1'] }]);
    expect(told(gone.findings, rule)).toEqual([`${rule} withdrawn evidence-void`]);
    expect(gone.findings.filter((record) => recallOf(record) !== undefined)).toEqual([]);

    const back = await run(store, 4, [{ ...certificates, evidence: [certificate()] }]);
    expect(told(back.findings, rule)).toEqual([`${rule} open`]);
    expect((await only()).history.at(-1)).toMatchObject({ change: 'reopened', from: 'withdrawn', to: 'open' });
  });
});

describe('a record that turns out to be about another person', () => {
  it('withdraws what the first was said to be, and finds the second, in one night', async () => {
    await run(store, 2, [{ ...certificates, evidence: [certificate()] }]);
    await decide('confirmed');

    const moved = certificate({ person: { idDocuments: li.idDocuments, name: li.name } });
    const second = await run(store, 3, [{ ...certificates, evidence: [moved] }]);

    const states = second.findings
      .filter(({ finding }) => finding.rule === rule)
      .map(({ finding, state, history }) => [finding.subject.caseNos.join(), state, history.at(-1)?.change]);
    expect(states.sort()).toEqual([
      ['A1', 'withdrawn', 'withdrawn'],
      ['B1', 'open', 'new'],
    ]);
  });
});

describe('a settlement that is reversed', () => {
  it('resolves what it was part of, for the original stands beside its reversal', async () => {
    const employee = (recordId: string, more: Partial<SettlementEvidence>): SettlementEvidence => ({
      ...settlement(recordId, ''),
      fund: 'employee',
      invoiceNo: 'INV-1',
      from: '2026-01-02',
      to: '2026-01-09',
      ...more,
      source: { ...settlement(recordId, '').source, agency: 'medical-insurance', feed: 'settlements' },
    });
    const fund = { ...settlement('W1', '2026-03-01T00:00:00.000Z'), invoiceNo: 'INV-1', from: '2026-01-02', to: '2026-01-09' };
    await store.importCases(
      [entry(wang, { numberKeys: ['370799196001010018'], settlements: [fund] })],
      '2026-03-01T12:00:00.000Z',
    );
    const settlements = { agency: 'medical-insurance', feed: 'settlements' };

    const first = await run(store, 2, [{ ...settlements, evidence: [employee('S1', {})] }]);
    const second = await run(store, 3, [
      { ...settlements, evidence: [employee('S2', { settlementNo: 'S2', fundPaid: '-100.00', refund: true, refundOf: 'S1' })] },
    ]);

    expect(told(first.findings, 'paid-twice')).toEqual(['paid-twice open']);
    expect(told(second.findings, 'paid-twice')).toEqual(['paid-twice resolved no-contradiction']);
  });
});

describe('a stay whose dates are corrected', () => {
  it('resolves what no longer contradicts, and finds it again when the correction is taken back', async () => {
    const exams = [{ on: '2026-02-10', mode: 'onsite' as const, identityCheck: 'manual' as const }];
    await store.importCases(
      [entry(wang, { numberKeys: ['370799196001010018'], cases: [appraisal('A1', { state: 'examined', exams })] })],
      '2026-03-01T12:00:00.000Z',
    );
    const stay = (dischargedOn: string): StayEvidence => ({
      kind: 'stay',
      hospital: { name: '演示医院' },
      admittedOn: '2026-02-01',
      dischargedOn,
      outcome: { code: 'home', system: 'discharge-outcome', known: true },
      diagnoses: [],
      status: 'current',
      person: { idDocuments: wang.idDocuments, name: wang.name },
      link: { level: 'exact', reasons: ['number'] },
      source: { ...certificate().source, feed: 'stays', recordId: 'Z1' },
    });
    const stays = { agency: 'health', feed: 'stays' };

    const nights = [];
    for (const [index, day] of ['2026-02-20', '2026-02-05', '2026-02-20'].entries())
      nights.push(told((await run(store, index + 2, [{ ...stays, evidence: [stay(day)] }])).findings, 'exam-during-stay'));

    expect(nights).toEqual([
      ['exam-during-stay open'],
      ['exam-during-stay resolved no-contradiction'],
      ['exam-during-stay open'],
    ]);
    expect((await only('exam-during-stay')).history.map(({ change }) => change)).toEqual(['new', 'resolved', 'reopened']);
  });
});

describe('a false positive', () => {
  const outcome = (outcomeOf: Awaited<ReturnType<typeof run>>) => outcomeOf.manifest.rules[rule];

  it('is not raised again for the same facts, and its rule says suppressed', async () => {
    await run(store, 2, [{ ...certificates, evidence: [certificate()] }]);
    const decided = await decide('false-positive');
    expect(decided.decision).toMatchObject({ as: 'false-positive', by: '李科长', until: '2027-03-03' });

    const again = await run(store, 3, [{ ...certificates, evidence: [certificate({ message: 'another' })] }]);

    expect(told(again.findings)).toEqual([]);
    expect(outcome(again)).toMatchObject({ finding: 0, suppressed: 1 });
    expect(again.manifest.findings).toMatchObject({ new: 0, stillOpen: 0, reopened: 0, changed: 0 });
    expect(await store.resultsOf(again.manifest.id, 'a1')).toContainEqual({
      rule,
      outcome: 'suppressed',
      reason: 'false-positive',
      because: {
        zh: '李科长于 2026-03-03 认定为误报，有效至 2027-03-03，此后依据的事实未变：已电话核实',
        en: 'called a false positive by 李科长 on 2026-03-03, valid through 2027-03-03, and the facts are the same since: 已电话核实',
      },
    });
    expect(await only()).toMatchObject({ state: 'false-positive', lastSeenAt: night(3) });
  });

  it('is raised again when a fact it was decided on changes, and a further record is a new finding', async () => {
    await run(store, 2, [{ ...certificates, evidence: [certificate()] }]);
    await decide('false-positive');

    const changed = await run(store, 3, [{ ...certificates, evidence: [certificate({ diedOn: '2026-02-19' })] }]);
    expect(told(changed.findings)).toEqual([`${rule} open facts-changed`]);
    expect(changed.manifest.findings).toMatchObject({ new: 0, reopened: 1 });

    await decide('false-positive', {}, night(3));
    const cremation = { ...death('K1', '', { basis: 'cremation', diedOn: '2026-02-19' }) };
    const further = await run(store, 4, [
      {
        agency: 'civil-affairs',
        feed: 'cremations',
        evidence: [{ ...cremation, source: { ...cremation.source, agency: 'civil-affairs', feed: 'cremations' } }],
      },
    ]);
    expect(told(further.findings)).toEqual([`${rule} open`]);
    expect(further.manifest.findings).toMatchObject({ new: 1, reopened: 0 });
  });

  it('holds through the last day of its expiry in Shanghai, and is raised again the day after', async () => {
    await run(store, 2, [{ ...certificates, evidence: [certificate()] }]);
    await decide('false-positive', { until: '2026-03-06' });

    const last = await run(store, 5, []);
    const after = await run(store, 6, []);

    expect(told(last.findings)).toEqual([]);
    expect(told(after.findings)).toEqual([`${rule} open expired`]);
  });

  it('taken back is open, and stays so without being told as new', async () => {
    await run(store, 2, [{ ...certificates, evidence: [certificate()] }]);
    await decide('false-positive');
    await decide('open', { reason: '看错了人' });

    const after = await run(store, 3, []);

    expect(told(after.findings)).toEqual([`${rule} open 看错了人`]);
    expect(outcome(after)).toMatchObject({ finding: 1, suppressed: 0 });
    expect(after.manifest.findings).toMatchObject({ new: 0, stillOpen: 1 });
  });
});

describe('what a person called dealt with', () => {
  it('is quiet while the facts are the same, comes back when they change, and goes with its evidence', async () => {
    await run(store, 2, [{ ...certificates, evidence: [certificate()] }]);
    await decide('resolved', { reason: '案件已终止', told: ['待遇科'] });
    const quiet = await run(store, 3, []);
    expect([told(quiet.findings), quiet.manifest.rules[rule]?.suppressed]).toEqual([[], 1]);

    const changed = await run(store, 4, [{ ...certificates, evidence: [certificate({ diedOn: '2026-02-18' })] }]);
    expect(told(changed.findings)).toEqual([`${rule} open facts-changed`]);

    await decide('resolved', { reason: '案件已终止' }, night(4));
    const gone = await run(store, 5, [{ ...certificates, retracted: ['D1'] }]);
    expect(told(gone.findings, rule)).toEqual([`${rule} withdrawn evidence-void`]);
    expect(informedOf((await only()).history).map(({ whom }) => whom)).toEqual(['李科长', '待遇科']);
    expect(recallOf(await only())?.run).toBe(gone.manifest.id);
  });
});

describe('what people are at', () => {
  it('is left as it is by a night that finds the same, and told as of the day by a look back', async () => {
    await run(store, 2, [{ ...certificates, evidence: [certificate()] }]);
    await decide('confirmed', {}, '2026-03-03T06:00:00.000Z');

    const after = await run(store, 3, []);
    expect(told(after.findings)).toEqual([`${rule} confirmed 已电话核实`]);

    const before = await run(store, 4, [], { asOf: '2026-03-03T05:00:00.000Z' });
    const then = await run(store, 4, [], { asOf: '2026-03-03T07:00:00.000Z' });
    expect([before, then].map(({ findings }) => findings.map(({ state, decision }) => [state, decision?.by]))).toEqual([
      [['open', undefined]],
      [['confirmed', '李科长']],
    ]);
  });
});
