import { describe, expect, it } from 'vitest';
import * as make from '../../src/reconcile/example.js';
import { deathFact } from '../../src/reconcile/index.js';

/** Which of a record's versions a case file that holds several of them means. */

const version = (diedOn: string, receivedAt: string, updatedAt?: string) =>
  make.death({ diedOn, source: { receivedAt, ...(updatedAt === undefined ? {} : { updatedAt }) } });

const best = (...evidence: ReturnType<typeof version>[]) => deathFact(make.file({ evidence })).best;

describe('of the versions of one record', () => {
  it('the one received last stands where the agency gives no time of its own', () => {
    const early = version('2025-03-01', '2025-05-01T00:00:00Z');
    const late = version('2025-03-09', '2025-05-02T00:00:00Z');

    expect(best(early, late)).toBe('2025-03-09');
    expect(best(late, early)).toBe('2025-03-09');
  });

  it('one that the agency dates before another came late and does not stand, as in the store', () => {
    const corrected = version('2025-03-01', '2025-05-01T00:00:00Z', '2025-04-02T00:00:00+08:00');
    const older = version('2025-03-09', '2025-05-02T00:00:00Z', '2025-04-01T00:00:00+08:00');

    expect(best(corrected, older)).toBe('2025-03-01');
    expect(best(older, corrected)).toBe('2025-03-01');
  });

  it('one dated to the same day only is not certainly older, and stands where it was received last', () => {
    const first = version('2025-03-01', '2025-05-01T00:00:00Z', '2025-04-01T09:00:00+08:00');
    const second = version('2025-03-09', '2025-05-02T00:00:00Z', '2025-04-01');

    expect(best(first, second)).toBe('2025-03-09');
  });
});
