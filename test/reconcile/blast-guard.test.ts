import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedRun, FindingRecord, RunManifest, StayEvidence, Subject } from '../../src/model/index.js';
import { allowanceOf, BlastGuard } from '../../src/reconcile/blast-guard.js';
import { decideFinding, releaseFindings } from '../../src/reconcile/decide.js';
import { heldRules } from '../../src/reconcile/held.js';
import type { RunOutcome } from '../../src/reconcile/run.js';
import { openStore, type Store } from '../../src/store/index.js';
import type { FindingWrite } from '../../src/store/store.js';
import { appraisal, death, entry, finding, manifest, wang } from '../store/examples.js';
import { folder, night, run } from './nights.js';

/** A night that raises far more than usual is held, whole, until a person has looked. */

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rule = 'case-open-after-death';
const certificates = { agency: 'health', feed: 'death-certificates' };

/** Synthetic persons of district 370799, each with an open case; every fourth is registered in 370783. */
const people: Subject[] = Array.from({ length: 120 }, (_, index) => {
  const digits = `3707991960${String(1 + Math.floor(index / 28)).padStart(2, '0')}${String(1 + (index % 28)).padStart(2, '0')}${String(index).padStart(3, '0')}`;
  const number = `${digits}${checkDigit(digits)}`;
  return {
    key: `k${String(index).padStart(3, '0')}`,
    idDocuments: [{ type: 'resident-id', number, validity: 'valid' }],
    name: `测试${index}`,
    domicile: { region: index % 4 === 0 ? '370783' : '370702' },
  };
});

/** GB 11643-1999. */
function checkDigit(digits: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, place) => total + weight * Number(digits[place]), 0);
  return '10X98765432'[sum % 11] ?? '';
}

function deathOf(index: number, diedOn = '2026-02-20') {
  const person = people[index];
  if (person === undefined) throw new Error(`no person ${index}`);
  return death(`D${index}`, '', {
    diedOn,
    certificateNo: `N${index}`,
    person: { idDocuments: person.idDocuments, name: person.name },
  });
}

const deaths = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => deathOf(from + index));

let store: Store;
let count = 0;
beforeEach(async () => {
  count += 1;
  store = await openStore(`sqlite:./guard-${count}.db`, { baseDir: folder });
  await onFile(120);
});
afterEach(() => store.close());

async function onFile(many: number): Promise<void> {
  await store.importCases(
    people.slice(0, many).map((person) =>
      entry(person, {
        numberKeys: person.idDocuments.map(({ number }) => number),
        cases: [appraisal(`C-${person.key}`, { state: 'scheduled' })],
      }),
    ),
    '2026-03-01T00:00:00.000Z',
  );
}

const limits = { rejectedShare: 0.5, rejectedRows: 20, blastLeast: 5 };

function states(records: readonly FindingRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const record of records) if (record.finding.rule === rule) counts[record.state] = (counts[record.state] ?? 0) + 1;
  return counts;
}

const found = async () => states(await store.findings({ rule }));

describe('a night with more alerts of a rule than the guard lets through', () => {
  it('is not held at the least number, and held whole one above it, with exit code 4', async () => {
    const least = await run(store, 2, [{ ...certificates, evidence: deaths(0, 50) }]);
    expect([await found(), least.exitCode, least.manifest.state]).toEqual([{ open: 50 }, 0, 'finished']);
    expect(least.manifest.alerts?.[rule]).toEqual({ raised: 50, held: 0 });
    expect(least.manifest.held).toBeUndefined();

    await store.close();
    store = await openStore(`sqlite:./guard-above-${count}.db`, { baseDir: folder });
    await onFile(120);
    const above = await run(store, 2, [{ ...certificates, evidence: deaths(0, 51) }]);

    expect([await found(), above.exitCode, above.manifest.state]).toEqual([{ held: 51 }, 4, 'held']);
    expect(above.manifest.findings).toMatchObject({ new: 0, stillOpen: 0, held: 51 });
    expect(above.manifest.bySeverity).toEqual({ critical: 0, high: 0, medium: 0, low: 0, info: 0 });
    expect(above.manifest.alerts?.[rule]).toEqual({ raised: 51, held: 51 });
    expect(above.manifest.held?.map(({ common: _, ...rest }) => rest)).toEqual([
      { rule, count: 51, tonight: 51, median: 0, allowed: 50 },
    ]);
  });

  it('holds only the rules that raise too many, and leaves findings that were open as they are', async () => {
    await run(store, 2, [{ ...certificates, evidence: deaths(0, 2) }], { limits });
    const second = await run(store, 3, [{ ...certificates, evidence: deaths(2, 40) }], { limits });

    // The median of one run of 2 is 2: ten times that are let through.
    expect(await found()).toEqual({ open: 2, held: 38 });
    expect(second.manifest.held?.[0]).toMatchObject({ median: 2, allowed: 20 });
    expect(second.manifest.findings).toMatchObject({ new: 0, stillOpen: 2, held: 38 });
  });

  it('stays held night after night with exit code 4, though the nights themselves are usual ones', async () => {
    await run(store, 2, [{ ...certificates, evidence: deaths(0, 10) }], { limits });
    const second = await run(store, 3, [], { limits });

    expect([await found(), second.exitCode, second.manifest.state]).toEqual([{ held: 10 }, 4, 'finished']);
    expect(second.manifest.held).toMatchObject([{ rule, count: 10, tonight: 0 }]);
    expect(second.manifest.alerts?.[rule]).toBeUndefined();
  });

  it('goes as quietly as it came where the source takes it back', async () => {
    await run(store, 2, [{ ...certificates, evidence: deaths(0, 10) }], { limits });
    const retracted = Array.from({ length: 9 }, (_, index) => `D${index}`);
    const second = await run(store, 3, [{ ...certificates, retracted }], { limits });

    expect(await found()).toEqual({ held: 1, withdrawn: 9 });
    expect(second.manifest.findings).toMatchObject({ withdrawn: 0, resolved: 0, held: 10 });
    // What the retractions themselves raise is too much as well, and held with its own reason.
    expect(second.manifest.held?.map((held) => [held.rule, held.count])).toEqual([
      [rule, 1],
      ['death-retracted', 9],
    ]);
  });

  it('holds those that come again by the hundred too, for they alert like new ones', async () => {
    const five = deaths(0, 5);
    await run(store, 2, [{ ...certificates, evidence: five }], { limits });
    await run(store, 3, [{ ...certificates, retracted: five.map((one) => one.source.recordId) }], { limits });
    const back = await run(store, 4, [{ ...certificates, evidence: five }], {
      limits: { ...limits, blastLeast: 4, blastFactor: 1 },
    });

    expect(await found()).toEqual({ held: 5 });
    expect(back.manifest.findings).toMatchObject({ reopened: 0 });
    expect(back.manifest.alerts?.[rule]).toEqual({ raised: 5, held: 5 });
  });
});

describe('what is held', () => {
  it('is published as new by the run after its release, and counted by no guard again', async () => {
    await run(store, 2, [{ ...certificates, evidence: deaths(0, 10) }], { limits });
    const [one] = await store.findings({ rule });
    await expect(
      decideFinding(store, { id: one?.finding.id ?? '', as: 'confirmed', by: '李', reason: 'x' }, night(2), '演示鉴定中心'),
    ).rejects.toMatchObject({ code: 'ERR_USAGE' });

    const released = await releaseFindings(
      store,
      { rule, by: '值班员', reason: '已查明，属实' },
      '2026-03-03T01:00:00.000Z',
      '演示鉴定中心',
    );
    expect([released.length, await found()]).toEqual([10, { open: 10 }]);

    const second = await run(store, 3, [], { limits });
    const third = await run(store, 4, [], { limits });

    expect(second.manifest.findings).toMatchObject({ new: 10, stillOpen: 0, held: 0 });
    expect(second.manifest.alerts?.[rule]).toBeUndefined();
    expect(second.exitCode).toBe(0);
    expect(third.manifest.findings).toMatchObject({ new: 0, stillOpen: 10 });
    expect(released[0]?.history.map(({ to, by }) => [to, by])).toEqual([
      ['held', undefined],
      ['open', '值班员'],
    ]);
  });

  it('says what it has in common: the file, the day, the district, the value', async () => {
    // Half a year of deaths on file from other files, on other days.
    const usual = Array.from({ length: 4 }, (_, index) => deathOf(index, `2026-01-0${index + 1}`));
    await run(store, 2, [{ ...certificates, evidence: usual, file: 'DEATH_20260302.csv' }], { limits });
    const bad = people.flatMap((person, index) =>
      index > 3 && index < 60 && person.domicile?.region === '370783' ? [deathOf(index)] : [],
    );
    const outcome = await run(
      store,
      3,
      [{ ...certificates, evidence: [...bad, deathOf(5, '2026-01-09')], file: 'DEATH_20260303.csv' }],
      { limits: { ...limits, blastFactor: 1 } },
    );

    expect(bad).toHaveLength(14);
    const common = outcome.manifest.held?.[0]?.common ?? [];
    const told = new Map(common.map((trait) => [trait.kind, trait]));
    expect(told.get('file')).toMatchObject({ value: 'DEATH_20260303.csv', share: 1, onFile: 15 / 120 });
    expect(told.get('feed')).toMatchObject({ value: 'health/death-certificates', share: 1, onFile: 19 / 120 });
    expect(told.get('received')).toMatchObject({ value: '2026-03-04', share: 1, onFile: 15 / 120 });
    expect(told.get('district')).toMatchObject({ value: '370783', share: 14 / 15, onFile: 0.25 });
    expect(told.get('value')).toMatchObject({ value: '2026-02-20', share: 14 / 15, onFile: 14 / 120 });
    expect(told.get('value')?.text).toEqual({
      zh: '93 % 的相同的值为 diedOn = 2026-02-20（在册人员中占 11 %）',
      en: '93 %: the same value diedOn = 2026-02-20 (11 % of the persons on file)',
    });
    // The one agency is said by its feed.
    expect(told.has('agency')).toBe(false);
  });
});

describe('what held findings have in common', () => {
  const facts = { run: 'run-1', asOf: night(9), allowance: () => ({ median: 0, allowed: 5 }) };
  const feedRun = (drift: FeedRun['drift']): FeedRun => ({
    ...certificates,
    status: { ...certificates, state: 'fresh' },
    ...{ asked: 0, answers: { found: 0, absent: 0, mismatch: 0, unavailable: 0, unauthorised: 0 }, notAsked: 0 },
    ...{ received: 9, mapped: 9, rejected: 0, void: 0, sieved: 0 },
    ...(drift === undefined ? {} : { drift }),
  });
  const moved = (field: string) => ({ kind: 'changed-type' as const, field, count: 9, first: 'm:0' });

  it('is said of shifted columns first, of the feed they rest on and of no other', async () => {
    await run(store, 2, [{ ...certificates, evidence: deaths(0, 10) }], { limits });
    const held = await store.findings({ state: ['held'] });

    const [shifted] = await heldRules(store, held, { ...facts, feeds: [feedRun([moved('SWRQ'), moved('XM')])] });
    const [other] = await heldRules(store, held, { ...facts, feeds: [{ ...feedRun([moved('SWRQ')]), feed: 'stays' }] });

    expect(shifted?.common[0]).toEqual({
      kind: 'drift',
      value: 'SWRQ XM',
      share: 1,
      text: {
        zh: '100 % 依据卫生健康死亡证明，有 2 个字段与以往不同，疑似列错位：SWRQ、XM',
        en: '100 % rest on the death certificates of health: 2 fields are not what they were: columns may have shifted (SWRQ, XM)',
      },
    });
    expect(other?.common.some(({ kind }) => kind === 'drift')).toBe(false);
  });

  it('is nothing that everybody on file has: no name is called for what is usual', async () => {
    await run(store, 2, [{ ...certificates, evidence: deaths(0, 119) }], { limits });

    const [rule] = await heldRules(store, await store.findings({ state: ['held'] }), { ...facts, feeds: [] });

    expect(rule?.common).toEqual([]);
  });

  it('is the hospital, where most of the records name it and few others do', async () => {
    const stayOf = (index: number, hospital: string): StayEvidence => {
      const person = people[index] ?? wang;
      return {
        kind: 'stay',
        hospital: { name: hospital },
        admittedOn: '2026-02-01',
        dischargedOn: '2026-02-20',
        outcome: { code: 'home', system: 'discharge-outcome', known: true },
        diagnoses: [],
        status: 'current',
        person: { idDocuments: person.idDocuments, name: person.name },
        link: { level: 'exact', reasons: ['number'] },
        source: { ...deathOf(index).source, feed: 'stays', recordId: `Z${index}` },
      };
    };
    const exams = [{ on: '2026-02-10', mode: 'onsite' as const, identityCheck: 'manual' as const }];
    await store.importCases(
      people.slice(0, 40).map((person, index) =>
        entry(person, {
          numberKeys: person.idDocuments.map(({ number }) => number),
          cases: [appraisal(`C-${person.key}`, { state: 'examined', exams: index < 8 ? exams : [] })],
        }),
      ),
      '2026-03-01T12:00:00.000Z',
    );
    const evidence = people.slice(0, 40).map((_, index) => stayOf(index, index < 7 ? '演示一院' : '演示二院'));

    const outcome = await run(store, 2, [{ agency: 'health', feed: 'stays', evidence }], { limits });

    const [held] = outcome.manifest.held ?? [];
    expect([held?.rule, held?.count]).toEqual(['exam-during-stay', 8]);
    expect(held?.common.find(({ kind }) => kind === 'hospital')).toMatchObject({
      value: '演示一院',
      share: 7 / 8,
      onFile: 7 / 120,
    });
  });
});

describe('a run that is cut', () => {
  /** A store whose n-th writing of findings fails, as a killed process leaves it. */
  function failing(n: number): Store {
    let writes = 0;
    return Object.assign(Object.create(store) as Store, {
      putFindings: async (...given: Parameters<Store['putFindings']>) => {
        writes += 1;
        if (writes === n) throw new Error('killed');
        return store.putFindings(...given);
      },
    });
  }

  it.each([1, 2, 3])(
    'at its writing %i shows nothing open of what it would hold, and taken up again holds the same',
    async (n) => {
      // Of 105, the first 100 are written together: what is left is few enough to be let through by itself.
      const evidence = deaths(0, 105);
      await expect(run(failing(n), 2, [{ ...certificates, evidence }], { limits })).rejects.toThrow('killed');
      expect((await found()).open).toBeUndefined();

      const outcome = await run(store, 3, [], { limits });

      expect([await found(), outcome.exitCode, outcome.manifest.resumed]).toEqual([{ held: 105 }, 4, 1]);
      expect(outcome.manifest.alerts?.[rule]).toEqual({ raised: 105, held: 105 });
      expect(outcome.manifest.held?.[0]).toMatchObject({ count: 105, tonight: 105 });
      for (const { history } of await store.findings({ rule })) expect(history.map(({ to }) => to)).toEqual(['held']);
    },
  );

  it.each([1, 2, 3])('at its writing %i on a usual night comes to the same as one that was not', async (n) => {
    const evidence = deaths(0, 119);
    const wide = { ...limits, blastLeast: 119 };
    await expect(run(failing(n), 2, [{ ...certificates, evidence }], { limits: wide })).rejects.toThrow('killed');

    const outcome: RunOutcome = await run(store, 3, [], { limits: wide });

    expect([await found(), outcome.exitCode]).toEqual([{ open: 119 }, 0]);
    expect(outcome.manifest.alerts?.[rule]).toEqual({ raised: 119, held: 0 });
    for (const { history } of await store.findings({ rule })) expect(history.map(({ change }) => change)).toEqual(['new']);
  });
});

describe('a rehearsal', () => {
  it('says that it would be held, and so does a look back: it publishes nothing that a night then would have kept', async () => {
    await run(store, 2, [{ ...certificates, evidence: deaths(0, 10) }], { limits: { ...limits, blastLeast: 100 } });
    const rest = deaths(10, 30);
    await store.receive({
      run: 'other',
      ...certificates,
      connection: '',
      at: night(3),
      messages: [],
      evidence: rest.map((one, index) => ({
        personKey: people[10 + index]?.key ?? '',
        evidence: { ...one, source: { ...one.source, receivedAt: night(3) } },
      })),
      rejected: [],
      unknownCodes: [],
      rows: 20,
      sieved: 0,
    });

    const rehearsed = await run(store, 4, [], { limits: { ...limits, blastFactor: 1 }, dryRun: true });
    const back = await run(store, 4, [], { limits: { ...limits, blastFactor: 1 }, asOf: night(3) });

    expect([states(rehearsed.findings), rehearsed.exitCode, rehearsed.manifest.state]).toEqual([
      { open: 10, held: 20 },
      4,
      'held',
    ]);
    expect([states(back.findings), back.exitCode]).toEqual([{ open: 10, held: 20 }, 4]);
    expect(await found()).toEqual({ open: 10 });
  });
});

describe('what is usual', () => {
  const ended = (raised: number | undefined, more: Partial<RunManifest> = {}): RunManifest => ({
    ...manifest('r', '2026-03-01T18:00:00.000Z'),
    versions: { yilian: '', rules: { [rule]: '1' }, mappings: {}, codeTables: {} },
    ...(raised === undefined ? {} : { alerts: raised === 0 ? {} : { [rule]: { raised, held: 0 } } }),
    ...more,
  });
  const allowed = (runs: RunManifest[]) => allowanceOf(runs, { blastFactor: 10, blastLeast: 50 })(rule);

  it('is the median of the last 14 finished runs, and never less than the least number', () => {
    expect(allowed([])).toEqual({ median: 0, allowed: 50 });
    expect(allowed([ended(4)])).toEqual({ median: 4, allowed: 50 });
    expect(allowed([ended(6)])).toEqual({ median: 6, allowed: 60 });
    expect(allowed([ended(6), ended(0), ended(9)])).toEqual({ median: 6, allowed: 60 });
    expect(allowed([ended(6), ended(9)])).toEqual({ median: 7.5, allowed: 75 });
    expect(allowed([...Array.from({ length: 14 }, () => ended(0)), ...Array.from({ length: 14 }, () => ended(90))])).toEqual({
      median: 0,
      allowed: 50,
    });
    // Nights that held something take no place among the 14.
    expect(allowed([...Array.from({ length: 14 }, () => ended(90, { state: 'held' })), ended(6)])).toEqual({
      median: 6,
      allowed: 60,
    });
  });

  it('leaves out runs of earlier versions, those that held something, and those without the rule', () => {
    const off = { versions: { yilian: '', rules: {}, mappings: {}, codeTables: {} } };

    expect(allowed([ended(undefined), ended(700, { state: 'held' }), ended(0, off), ended(8)])).toEqual({
      median: 8,
      allowed: 80,
    });
  });
});

describe('the guard', () => {
  const alert = (id: string, more: Partial<FindingWrite> = {}): FindingWrite => ({
    finding: finding(id),
    change: 'new',
    state: 'open',
    ...more,
  });

  it('keeps alerts back until it is known that they are not too many, and lets everything else through', () => {
    const guard = new BlastGuard(() => 2);
    const closed = alert('c', { change: 'resolved', state: 'resolved' });

    expect(guard.pass([alert('a'), closed, alert('b')])).toEqual([closed]);
    expect(guard.rest()).toEqual([alert('a'), alert('b')]);
  });

  it('holds all of a rule from the first on, once there is one too many, and nothing of another rule', () => {
    const guard = new BlastGuard(() => 2);
    const other = alert('o', { finding: finding('o', { rule: 'stays-overlap' }) });

    expect(guard.pass([alert('a'), other, alert('b')])).toEqual([]);
    expect(guard.pass([alert('c')])).toEqual(['a', 'b', 'c'].map((id) => alert(id, { state: 'held' })));
    expect(guard.pass([alert('d')])).toEqual([alert('d', { state: 'held' })]);
    expect(guard.rest()).toEqual([other]);
  });

  it('counts what the run has stored before it was cut, and does not count what only an expiry brings back', () => {
    const guard = new BlastGuard(() => 2, { 'exam-after-death': { raised: 2, held: 0 } });
    const expired = alert('e', { change: 'reopened', reason: 'expired' });

    expect(guard.pass([expired])).toEqual([expired]);
    expect(guard.pass([alert('a')])).toEqual([alert('a', { state: 'held' })]);
  });

  it('holds the rest of a rule of which the run held something before it was cut, though more be allowed by now', () => {
    const guard = new BlastGuard(() => 100, { 'exam-after-death': { raised: 51, held: 51 } });

    expect(guard.pass([alert('a')])).toEqual([alert('a', { state: 'held' })]);
    expect(guard.rest()).toEqual([]);
  });
});
