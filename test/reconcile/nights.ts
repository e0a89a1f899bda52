import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, Page } from '../../src/adapters/adapter.js';
import type { Evidence, FindingRecord } from '../../src/model/index.js';
import type { ConnectedFeed } from '../../src/reconcile/pull.js';
import { type ReconcileOptions, type RunOutcome, reconcile } from '../../src/reconcile/run.js';
import type { Store } from '../../src/store/index.js';
import { auditOf } from '../audit/logs.js';

/** Nights over a real store, of feeds of changes that give what the test says. */

export const folder = mkdtempSync(join(tmpdir(), 'yilian-nights-'));

/** The n-th of March 2026, 18:00 UTC: the night to the next day in Shanghai. */
export const night = (n: number): string => `2026-03-${String(n).padStart(2, '0')}T18:00:00.000Z`;

/** What a feed gives in a night. */
export interface Given {
  agency: string;
  feed: string;
  evidence?: Evidence[];
  /** Record ids that are taken back. */
  retracted?: string[];
  /** Name of the file it came as. */
  file?: string;
}

export function given(n: number, { agency, feed, evidence = [], retracted = [], file }: Given): ConnectedFeed {
  const receivedAt = night(n);
  const through = receivedAt.slice(0, 10);
  const id = `m-${feed}-${n}`;
  const message = { id, sha256: id, agency, feed, receivedAt, ...(file === undefined ? {} : { file }) };
  const page: Page = {
    messages: [message],
    evidence: evidence.map((one) => ({ ...one, source: { ...one.source, receivedAt, message: { id, sha256: id } } })),
    rejected: [],
    unknownCodes: [],
    rows: evidence.length + retracted.length,
    sieved: 0,
    cursor: { at: through },
    completeThrough: through,
    retracted: retracted.map((recordId) => ({ recordId })),
  };
  return {
    feed: {
      title: { zh: '演示', en: 'example' },
      gives: ['death', 'stay', 'settlement', 'population'],
      shapes: [],
      async *changes() {
        yield page;
      },
    },
    connection: {} as Connection,
    concurrency: 1,
    policy: { agency, feed, connection: '', mode: 'changes', refreshMs: 86_400_000, lagMs: 30 * 86_400_000 },
  };
}

export function options(store: Store, feeds: readonly ConnectedFeed[], more: Partial<ReconcileOptions> = {}): ReconcileOptions {
  return {
    store,
    audit: auditOf(store),
    feeds,
    check: {},
    operator: { name: '夜间核对', id: 'SYSTEM', organisation: '演示鉴定中心' },
    numberKey: ({ number }) => number,
    versions: { yilian: '0.0.0', mappings: {}, codeTables: {} },
    rowBand: () => 0.5,
    limits: { rejectedShare: 0.5, rejectedRows: 20 },
    ...more,
  };
}

/** One night. The agencies that a rule needs and the test does not name give nothing and are fresh. */
export function run(store: Store, n: number, gives: readonly Given[], more: Partial<ReconcileOptions> = {}): Promise<RunOutcome> {
  const quiet = [
    { agency: 'public-security', feed: 'population' },
    { agency: 'health', feed: 'death-certificates' },
    { agency: 'health', feed: 'stays' },
    { agency: 'civil-affairs', feed: 'cremations' },
    { agency: 'medical-insurance', feed: 'settlements' },
    { agency: 'provincial-appraisal', feed: 'appraisals' },
  ].filter((feed) => !gives.some((one) => one.agency === feed.agency && one.feed === feed.feed));
  const feeds = [...gives, ...quiet].map((one) => given(n, one));
  return reconcile(options(store, feeds, { now: () => new Date(night(n)), ...more }));
}

/** `rule state` of what a night touched or left open, and why where it says so. */
export function told(records: readonly FindingRecord[], rule?: string): string[] {
  return records
    .filter(({ finding }) => (rule === undefined ? finding.subject.key !== 'system' : finding.rule === rule))
    .map(({ finding, state, history }) => [finding.rule, state, history.at(-1)?.reason].filter(Boolean).join(' '))
    .sort();
}
