import { describe, expect, it } from 'vitest';
import type { FeedRun, RunManifest } from '../../src/model/index.js';
import { exitCodeOf } from '../../src/reconcile/manifest.js';
import { manifest } from '../store/examples.js';

/** 0, 3 (a feed not usable or somebody not asked), 4 (held, or too much refused), 6 (a fault of ours). */

const place = { agency: 'health', feed: 'stays' };
const feed = (more: Partial<FeedRun> = {}): FeedRun => ({
  ...place,
  status: { ...place, state: 'fresh' },
  asked: 0,
  answers: { found: 0, absent: 0, mismatch: 0, unavailable: 0, unauthorised: 0 },
  notAsked: 0,
  received: 100,
  mapped: 100,
  rejected: 0,
  void: 0,
  sieved: 0,
  ...more,
});
const refused = (reason: string, count: number, of = place) => ({
  ...of,
  reason,
  count,
  firstMessage: 'm1',
  firstPointer: '/rows/0',
});
const usual = manifest('run-1', '2026-03-01T00:00:00.000Z');
const code = (more: Partial<RunManifest>) =>
  exitCodeOf({ ...usual, persons: 3, feeds: [feed()], ...more }, { rejectedShare: 0.5, rejectedRows: 20 });
const status = (state: FeedRun['status']['state']) => feed({ status: { ...place, state } });
const failure = { error: { name: 'TypeError', message: '' } };

describe('the exit code', () => {
  it.each<[string, Partial<RunManifest>, number]>([
    ['all is well', {}, 0],
    ['a feed is stale', { feeds: [feed(), status('stale')] }, 3],
    ['a feed is down and nobody is on file', { persons: 0, feeds: [status('down')] }, 3],
    ['nobody is on file and nobody was asked', { persons: 0, feeds: [status('never')] }, 0],
    ['somebody on file was never asked about', { feeds: [status('never')] }, 3],
    ['somebody due was not asked', { feeds: [feed({ notAsked: 1 })] }, 3],
    ['something is held, and a feed is down', { findings: { ...usual.findings, held: 1 }, feeds: [status('down')] }, 4],
    ['few rows were refused, though all of them', { feeds: [feed({ received: 19 })], rejected: [refused('bad-date', 19)] }, 0],
    ['many were refused, of very many', { feeds: [feed({ received: 40 })], rejected: [refused('bad-date', 20)] }, 0],
    ['more than the share were refused', { feeds: [feed({ received: 39 })], rejected: [refused('bad-date', 20)] }, 4],
    ['the rows were about others', { rejected: [refused('about-another-person', 100)] }, 0],
    [
      'most of the rest was refused beside rows about others',
      { rejected: [refused('about-another-person', 61), refused('bad-date', 20)] },
      4,
    ],
    ['the rows of another feed were refused', { rejected: [refused('bad-date', 90, { ...place, feed: 'deaths' })] }, 0],
    [
      'a rule threw, and something is held',
      { failedRules: [{ rule: 'paid-twice', count: 1, ...failure }], findings: { ...usual.findings, held: 1 } },
      6,
    ],
    ['somebody could not be judged', { failedPersons: { count: 1, first: [{ key: 'a1', caseNos: [], ...failure }] } }, 6],
  ])('where %s', (_, more, expected) => {
    expect(code(more)).toBe(expected);
  });
});
