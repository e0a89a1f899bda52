import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/model/index.js';
import { appraisalCase, death, exam, file, marriage, population, stay, weakLink } from '../../src/reconcile/example.js';
import { deathFact } from '../../src/reconcile/index.js';

const factOf = (...evidence: Evidence[]) => deathFact(file({ evidence }));
/** Level, earliest, latest, best: what most tests are about. */
const told = (...evidence: Evidence[]) => {
  const { level, earliest, latest, best } = factOf(...evidence);
  return [level, earliest, latest, best];
};
const died = { outcome: { code: 'died', system: 'RC028', known: true } };
const cancelled = (cancellation: { reason: 'death' | 'court-declared'; registeredOn?: string; diedOn?: string }) =>
  population({ registration: 'cancelled', cancellation });
const cremation = (parts: Parameters<typeof death>[0] = {}) => death({ basis: 'cremation', ...parts });
const certificate = (recordId: string, parts: Parameters<typeof death>[0] = {}) => death({ source: { recordId }, ...parts });

describe('which records are pieces of the death', () => {
  it('is none without any', () => {
    expect(factOf(stay('2025-03-01', '2025-03-10'), population())).toEqual({ level: 'none', kinds: [], evidence: [] });
  });

  it('takes every death record, by its basis', () => {
    expect(factOf(death({ diedOn: '2025-03-01' }), cremation({ eventOn: '2025-03-03' }))).toEqual({
      level: 'corroborated',
      best: '2025-03-01',
      earliest: '2025-03-01',
      latest: '2025-03-01',
      kinds: ['cremation', 'medical-certificate'],
      evidence: ['civil-affairs/cremations/F1', 'health/death-certificates/C1'],
    });
  });

  it('takes a stay that ended in death and one that names a day of death', () => {
    expect(factOf(stay('2025-03-01', '2025-03-10', died)).kinds).toEqual(['hospital-discharge']);
    expect(factOf(stay('2025-03-01', '2025-03-10', { diedOn: '2025-03-10' })).kinds).toEqual(['hospital-discharge']);
  });

  it('does not take a stay whose outcome code is unknown, even where it looks like the word', () => {
    expect(factOf(stay('2025-03-01', '2025-03-10', { outcome: { code: 'died', system: 'local', known: false } })).level).toBe(
      'none',
    );
  });

  it('takes a cancellation for death, a court declaration and a flag', () => {
    expect(factOf(cancelled({ reason: 'death', registeredOn: '2025-03-10' })).kinds).toEqual(['household-cancellation']);
    expect(factOf(cancelled({ reason: 'court-declared', registeredOn: '2025-03-10' })).kinds).toEqual(['court']);
    expect(factOf(population({ deathFlag: true })).kinds).toEqual(['household-cancellation']);
  });

  it('takes neither a flag that is false nor a cancellation for another reason', () => {
    expect(factOf(population({ deathFlag: false })).level).toBe('none');
    expect(factOf(population({ registration: 'cancelled', cancellation: { reason: 'moved-out' } })).level).toBe('none');
  });

  it('counts a flag and a cancellation of the police as one kind, in one record or two', () => {
    const both = population({
      deathFlag: true,
      registration: 'cancelled',
      cancellation: { reason: 'death', registeredOn: '2025-03-10' },
    });
    expect(factOf(both).level).toBe('reported');
    expect(factOf(both).evidence).toEqual(['public-security/population/P1']);
    const flag = population({ deathFlag: true, source: { recordId: 'P2' } });
    expect(factOf(cancelled({ reason: 'death', registeredOn: '2025-03-10' }), flag).level).toBe('reported');
  });

  it('drops void records', () => {
    expect(factOf(death({ diedOn: '2025-03-01', status: 'void' })).level).toBe('none');
    expect(factOf(stay('2025-03-01', '2025-03-10', { ...died, status: 'void' })).level).toBe('none');
  });

  it('drops probable and weak records as soon as one is certain', () => {
    const weak = cremation({ eventOn: '2025-06-01', link: weakLink });
    const probable = cremation({ eventOn: '2025-06-01', link: { level: 'probable', reasons: [] } });
    const upgraded = death({ diedOn: '2025-03-01', link: { level: 'upgraded', reasons: [] } });
    expect(factOf(weak, upgraded).kinds).toEqual(['medical-certificate']);
    expect(factOf(probable, upgraded).kinds).toEqual(['medical-certificate']);
    expect(factOf(weak).kinds).toEqual(['cremation']);
  });
});

describe('chains of reissued certificates', () => {
  const first = certificate('C1', { certificateNo: 'N1', diedOn: '2025-03-01' });
  const second = certificate('C2', { certificateNo: 'N2', replaces: 'N1', diedOn: '2025-03-11' });
  const third = certificate('C3', { certificateNo: 'N3', replaces: 'N2', diedOn: '2025-03-21' });
  const evidence = (...records: Evidence[]) => factOf(...records).evidence.map((name) => name.split('/')[2]);

  it('keep the newest', () => {
    expect(evidence(first, second, third)).toEqual(['C3']);
    expect(told(first, second)).toEqual(['reported', '2025-03-11', '2025-03-11', '2025-03-11']);
  });

  it('run through void records', () => {
    expect(evidence(first, { ...second, status: 'void' }, third)).toEqual(['C3']);
  });

  it('leave the one before a void newest standing, and only that', () => {
    expect(evidence(first, second, { ...third, status: 'void' })).toEqual(['C2']);
    expect(evidence(first, { ...second, status: 'void' }, { ...third, status: 'void' })).toEqual(['C1']);
  });

  it('name a record without number by its recordId, within its own feed', () => {
    const numberless = certificate('C1', { diedOn: '2025-03-01' });
    const newer = certificate('C2', { replaces: 'C1', diedOn: '2025-03-02' });
    expect(evidence(numberless, newer)).toEqual(['C2']);
    const elsewhere = death({ source: { agency: 'city', feed: 'cases', recordId: 'C2' }, replaces: 'C1', diedOn: '2025-03-02' });
    expect(evidence(numberless, elsewhere)).toEqual(['C2', 'C1']);
  });

  it('do not name a numbered record by its recordId', () => {
    expect(evidence(first, certificate('C2', { replaces: 'C1', diedOn: '2025-03-01' }))).toEqual(['C1', 'C2']);
  });

  it('never let a record replace itself, as when the number is the person’s own', () => {
    const old = certificate('C1', { certificateNo: 'SAME', diedOn: '2025-03-01' });
    const newer = certificate('C2', { certificateNo: 'SAME', replaces: 'SAME', diedOn: '2025-03-02' });
    expect(evidence(old, newer)).toEqual(['C2']);
    expect(evidence(newer)).toEqual(['C2']);
  });

  it('do not let a certificate replace a cremation that bears the same number', () => {
    const burnt = cremation({ certificateNo: 'SAME', eventOn: '2025-03-03' });
    const newer = certificate('C2', { certificateNo: 'N2', replaces: 'SAME', diedOn: '2025-03-02' });
    expect(factOf(burnt, newer).level).toBe('corroborated');
  });

  it('take an empty number for none', () => {
    const blank = certificate('C1', { certificateNo: '', diedOn: '2025-03-01' });
    expect(evidence(blank, certificate('C2', { certificateNo: 'N2', replaces: '', diedOn: '2025-03-01' }))).toEqual(['C1', 'C2']);
    expect(evidence(blank, certificate('C2', { replaces: 'C1', diedOn: '2025-03-01' }))).toEqual(['C2']);
  });

  it('end a loop where it would repeat: the newest stands, nobody comes back to life', () => {
    const a = certificate('C1', { certificateNo: 'N1', replaces: 'N2', diedOn: '2025-03-01', eventOn: '2025-03-02' });
    const b = certificate('C2', { certificateNo: 'N2', replaces: 'N1', diedOn: '2025-03-01', eventOn: '2025-03-05' });
    expect(evidence(a, b)).toEqual(['C2']);
    expect(evidence(b, a)).toEqual(['C2']);
    expect(evidence(a, { ...b, status: 'void' })).toEqual(['C1']);
    expect(
      evidence({ ...a, eventOn: '2025-03-05', source: { ...a.source, receivedAt: '2025-06-29T03:00:00+08:00' } }, b),
    ).toEqual(['C1']);
  });

  it('drop a loop that something outside it replaces', () => {
    const a = certificate('C1', { certificateNo: 'N1', replaces: 'N2', diedOn: '2025-03-01' });
    const b = certificate('C2', { certificateNo: 'N2', replaces: 'N1', diedOn: '2025-03-01' });
    const c = certificate('C3', { certificateNo: 'N3', replaces: 'N1', diedOn: '2025-03-02' });
    expect(evidence(a, b, c)).toEqual(['C3']);
  });

  it('are gathered before uncertain links are dropped', () => {
    expect(evidence(first, { ...second, link: weakLink })).toEqual(['C2']);
  });
});

describe('the days each record leaves open', () => {
  it('medical certificate: the day of death, and nothing without it', () => {
    expect(told(death({ diedOn: '2025-03-10', eventOn: '2025-03-12' }))).toEqual([
      'reported',
      '2025-03-10',
      '2025-03-10',
      '2025-03-10',
    ]);
    expect(told(death({ eventOn: '2025-03-12' }))).toEqual(['reported', undefined, undefined, undefined]);
  });

  it('hospital discharge: the day of death, else discharge and the day before', () => {
    expect(told(stay('2025-03-01', '2025-03-10', { ...died, diedOn: '2025-03-08' }))).toEqual([
      'reported',
      '2025-03-08',
      '2025-03-08',
      '2025-03-08',
    ]);
    expect(told(stay('2025-03-01', '2025-03-10', died))).toEqual(['reported', '2025-03-09', '2025-03-10', '2025-03-10']);
    expect(told(death({ basis: 'hospital-discharge', eventOn: '2025-03-10' }))).toEqual([
      'reported',
      '2025-03-09',
      '2025-03-10',
      '2025-03-10',
    ]);
    expect(told(stay('2025-03-01', undefined, died))).toEqual(['reported', undefined, undefined, undefined]);
  });

  it('household cancellation: its own day of death, else 31 days back from the registration', () => {
    expect(told(cancelled({ reason: 'death', registeredOn: '2025-03-10', diedOn: '2025-03-09' }))).toEqual([
      'reported',
      '2025-03-09',
      '2025-03-09',
      '2025-03-09',
    ]);
    expect(told(cancelled({ reason: 'death', registeredOn: '2025-03-10' }))).toEqual([
      'reported',
      '2025-02-07',
      '2025-03-10',
      '2025-03-10',
    ]);
    expect(told(cancelled({ reason: 'death', registeredOn: '2025-03-10', diedOn: '2025-03-10' }))).toEqual([
      'reported',
      '2025-02-07',
      '2025-03-10',
      '2025-03-10',
    ]);
    expect(told(cancelled({ reason: 'death', diedOn: '2025-03-10' }))).toEqual([
      'reported',
      '2025-03-10',
      '2025-03-10',
      '2025-03-10',
    ]);
    expect(told(death({ basis: 'household-cancellation', eventOn: '2025-03-10' }))).toEqual([
      'reported',
      '2025-02-07',
      '2025-03-10',
      '2025-03-10',
    ]);
    expect(told(cancelled({ reason: 'death' }))).toEqual(['reported', undefined, undefined, undefined]);
  });

  it('takes the registration for the day of death also where one of the two has a time', () => {
    const record = cancelled({ reason: 'death', registeredOn: '2025-03-10T09:00:00+08:00', diedOn: '2025-03-10' });
    expect(told(record)).toEqual(['reported', '2025-02-07', '2025-03-10', '2025-03-10']);
  });

  it('cremation: the day of death, else 15 days back', () => {
    expect(told(cremation({ diedOn: '2025-03-10', eventOn: '2025-03-12' }))).toEqual([
      'reported',
      '2025-03-10',
      '2025-03-10',
      '2025-03-10',
    ]);
    expect(told(cremation({ eventOn: '2025-03-20' }))).toEqual(['reported', '2025-03-05', '2025-03-20', '2025-03-20']);
  });

  it('court and benefit claim: the day of death, else the event', () => {
    expect(told(death({ basis: 'court', diedOn: '2025-03-10', eventOn: '2025-03-12' }))).toEqual([
      'reported',
      '2025-03-10',
      '2025-03-10',
      '2025-03-10',
    ]);
    expect(told(death({ basis: 'court', eventOn: '2025-03-12' }))).toEqual([
      'reported',
      '2025-03-12',
      '2025-03-12',
      '2025-03-12',
    ]);
    expect(told(death({ basis: 'benefit-claim', eventOn: '2025-03-12' }))).toEqual([
      'reported',
      '2025-03-12',
      '2025-03-12',
      '2025-03-12',
    ]);
    expect(told(cancelled({ reason: 'court-declared', registeredOn: '2025-03-12' }))).toEqual([
      'reported',
      '2025-03-12',
      '2025-03-12',
      '2025-03-12',
    ]);
    expect(told(cancelled({ reason: 'court-declared', registeredOn: '2025-03-12', diedOn: '2025-03-01' }))).toEqual([
      'reported',
      '2025-03-01',
      '2025-03-01',
      '2025-03-01',
    ]);
  });

  it('takes a month or a year as the whole of it', () => {
    expect(told(death({ diedOn: '2025-02' }))).toEqual(['reported', '2025-02-01', '2025-02-28', '2025-02']);
    expect(told(death({ diedOn: '2024' }))).toEqual(['reported', '2024-01-01', '2024-12-31', '2024']);
    expect(told(cremation({ eventOn: '2025-03' }))).toEqual(['reported', '2025-02-14', '2025-03-31', '2025-03-31']);
  });

  it('reads a time as its day in Shanghai, and cuts the best to the day', () => {
    expect(told(death({ diedOn: '2025-03-10T23:30:00+08:00' }))).toEqual(['reported', '2025-03-10', '2025-03-10', '2025-03-10']);
    expect(told(death({ diedOn: '2025-03-10T16:30:00Z' }))).toEqual(['reported', '2025-03-11', '2025-03-11', '2025-03-11']);
  });
});

describe('what several records say together', () => {
  const on = (day: string) => death({ diedOn: day });
  const burnt = (day: string) => cremation({ diedOn: day });

  it('the 10th and the 11th agree, in either order', () => {
    expect(told(on('2025-03-10'), burnt('2025-03-11'))).toEqual(['corroborated', '2025-03-10', '2025-03-11', '2025-03-10']);
    expect(told(on('2025-03-11'), burnt('2025-03-10'))).toEqual(['corroborated', '2025-03-10', '2025-03-11', '2025-03-11']);
  });

  it('the 10th and the 12th do not', () => {
    expect(told(on('2025-03-10'), burnt('2025-03-12'))).toEqual(['conflicting', '2025-03-10', '2025-03-12', '2025-03-10']);
  });

  it('overlapping days leave what they share', () => {
    expect(told(cremation({ eventOn: '2025-03-20' }), stay('2025-02-20', '2025-03-06', died))).toEqual([
      'corroborated',
      '2025-03-05',
      '2025-03-06',
      '2025-03-06',
    ]);
  });

  it('three that agree pairwise leave the greatest start and the smallest end, turned round when that is empty', () => {
    expect(
      told(death({ diedOn: '2025-03' }), burnt('2025-03-31'), stay('2025-03-20', '2025-04-01', { diedOn: '2025-04-01' })),
    ).toEqual(['corroborated', '2025-03-31', '2025-04-01', '2025-03']);
  });

  it('all must agree with each other, not only with a neighbour', () => {
    expect(told(on('2025-03-10'), burnt('2025-03-11'), stay('2025-03-01', '2025-03-12', { diedOn: '2025-03-12' }))).toEqual([
      'conflicting',
      '2025-03-10',
      '2025-03-12',
      '2025-03-10',
    ]);
  });

  it('one kind that contradicts itself conflicts; one kind that agrees is reported', () => {
    expect(told(on('2025-03-10'), certificate('C2', { diedOn: '2025-03-20' }))[0]).toBe('conflicting');
    expect(told(on('2025-03-10'), certificate('C2', { diedOn: '2025-03-11' }))[0]).toBe('reported');
  });

  it('a second kind without a date corroborates, and adds no day', () => {
    expect(told(on('2025-03-10'), population({ deathFlag: true }))).toEqual([
      'corroborated',
      '2025-03-10',
      '2025-03-10',
      '2025-03-10',
    ]);
    expect(told(death(), population({ deathFlag: true }))).toEqual(['corroborated', undefined, undefined, undefined]);
  });
});

describe('the best day', () => {
  const ranked = {
    certificate: death({ diedOn: '2025-03-06' }),
    discharge: stay('2025-03-01', '2025-03-06', { diedOn: '2025-03-05' }),
    court: death({ basis: 'court', source: { recordId: 'K1' }, diedOn: '2025-03-04' }),
    cancellation: cancelled({ reason: 'death', registeredOn: '2025-03-20', diedOn: '2025-03-03' }),
    cremation: cremation({ diedOn: '2025-03-02' }),
    claim: death({ basis: 'benefit-claim', source: { recordId: 'K2' }, eventOn: '2025-03-01' }),
    open: stay('2025-02-20', '2025-02-28', { ...died, source: { recordId: 'S9' } }),
  };
  const order = ['2025-03-06', '2025-03-05', '2025-03-04', '2025-03-03', '2025-03-02', '2025-03-01', '2025-02-28'];

  it('is that of the highest ranked record, in the order of the model', () => {
    const records = Object.values(ranked);
    expect(records.map((_, index) => factOf(...records.slice(index)).best)).toEqual(order);
  });

  it('is not that of a cancellation whose day of death is the registration day', () => {
    const defaulted = cancelled({ reason: 'death', registeredOn: '2025-03-03', diedOn: '2025-03-03' });
    expect(factOf(defaulted, ranked.cremation).best).toBe('2025-03-02');
  });

  it('is the end of the narrowest days where no record has a day of death', () => {
    expect(factOf(cremation({ eventOn: '2025-03-09' }), stay('2025-03-01', '2025-03-08', died)).best).toBe('2025-03-08');
    expect(factOf(cremation({ eventOn: '2025-03-09' }), cancelled({ reason: 'death', registeredOn: '2025-03-08' })).best).toBe(
      '2025-03-09',
    );
  });

  it('is that of the narrower, then the earlier, among equals', () => {
    expect(factOf(death({ diedOn: '2025' }), certificate('C2', { diedOn: '2025-05-01' })).best).toBe('2025-05-01');
    expect(factOf(death({ diedOn: '2025-03-11' }), certificate('C2', { diedOn: '2025-03-10' })).best).toBe('2025-03-10');
    expect(factOf(stay('2025-03-01', '2025-03-08', died), stay('2025-02-01', '2025-03-07', died)).best).toBe('2025-03-07');
  });
});

describe('a disputed death', () => {
  const certain = death({ diedOn: '2025-03-10' });
  const faceMatch = (on: string) => [appraisalCase({ exams: [exam(on, { identityCheck: 'face-match' })] })];
  const level = (cases: ReturnType<typeof faceMatch>, ...evidence: Evidence[]) => deathFact(file({ cases, evidence })).level;

  it('is one with a face-match exam more than a day after the latest', () => {
    expect(level(faceMatch('2025-03-12'), certain)).toBe('disputed');
    expect(level(faceMatch('2025-03-11'), certain)).toBe('reported');
  });

  it('is not one with another exam, or with a month that may lie before', () => {
    expect(level([appraisalCase({ exams: [exam('2025-05-01')] })], certain)).toBe('reported');
    expect(level(faceMatch('2025-03'), certain)).toBe('reported');
    expect(level(faceMatch('2025-04'), certain)).toBe('disputed');
  });

  it('is one with a marriage or a divorce, certainly linked and current', () => {
    expect(level([], certain, marriage('2025-03-12'))).toBe('disputed');
    expect(level([], certain, marriage('2025-03-11'))).toBe('reported');
    expect(level([], certain, marriage('2025-03-12', { event: 'divorced' }))).toBe('disputed');
    expect(level([], certain, marriage('2025-03-12', { event: 'annulled' }))).toBe('reported');
    expect(level([], certain, marriage('2025-03-12', { event: 'certificate-reissued' }))).toBe('reported');
    expect(level([], certain, marriage('2025-03-12', { link: weakLink }))).toBe('reported');
    expect(level([], certain, marriage('2025-03-12', { link: { level: 'upgraded', reasons: [] } }))).toBe('disputed');
    expect(level([], certain, marriage('2025-03-12', { status: 'void' }))).toBe('reported');
  });

  it('is measured from the latest day of conflicting records, and wins over conflict', () => {
    const later = cremation({ diedOn: '2025-03-20' });
    expect(level(faceMatch('2025-03-21'), certain, later)).toBe('conflicting');
    expect(level(faceMatch('2025-03-22'), certain, later)).toBe('disputed');
  });

  it('keeps the days and the best', () => {
    const fact = deathFact(file({ cases: faceMatch('2025-04-01'), evidence: [certain] }));
    expect(fact).toEqual({
      level: 'disputed',
      best: '2025-03-10',
      earliest: '2025-03-10',
      latest: '2025-03-10',
      kinds: ['medical-certificate'],
      evidence: ['health/death-certificates/C1'],
    });
  });

  it('is not made by an admission', () => {
    expect(level([], certain, stay('2025-04-01', '2025-04-09'))).toBe('reported');
  });

  it('cannot be made where the death has no date', () => {
    expect(level(faceMatch('2025-04-01'), population({ deathFlag: true }))).toBe('reported');
  });
});
