import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunOutcome } from '../../src/reconcile/run.js';
import { openStore, type Store } from '../../src/store/index.js';
import { appraisal, death, entry, li, wang } from '../store/examples.js';
import { folder, night, run } from './nights.js';

/** What a look back at an instant, and a rehearsal, know and do not know: nothing that came later, and nothing nobody has looked at. */

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let store: Store;
let count = 0;
beforeEach(async () => {
  count += 1;
  store = await openStore(`sqlite:./look-back-${count}.db`, { baseDir: folder });
  await store.importCases(
    [entry(wang, { numberKeys: ['370799196001010018'], cases: [appraisal('A1', { state: 'scheduled' })] })],
    '2026-03-01T00:00:00.000Z',
  );
});
afterEach(() => store.close());

const rule = 'case-open-after-death';
const said = ({ results = [] }: RunOutcome): (string | undefined)[][] =>
  results.map(({ subject, results: own }) => {
    const result = own.find((item) => item.rule === rule);
    return [subject.key, result?.outcome, result?.reason];
  });
const certificate = { agency: 'health', feed: 'death-certificates', evidence: [death('D1', '', { diedOn: '2026-02-20' })] };

describe('a look back', () => {
  it('before the feeds were first read calls nobody clear by what they told later', async () => {
    await run(store, 2, []);

    expect(said(await run(store, 9, [], { asOf: '2026-03-02T12:00:00.000Z' }))).toEqual([['a1', 'unknown', 'feed-never']]);
    expect(said(await run(store, 9, [], { asOf: '2026-03-02T19:00:00.000Z' }))).toEqual([['a1', 'clear', 'no-contradiction']]);
  });

  it('calls nobody clear by a feed that was read before they were on file; nor does a rehearsal', async () => {
    await run(store, 2, []);
    const late = entry(li, { numberKeys: ['370799196505050021'], cases: [appraisal('B1', { state: 'scheduled' })] });
    await store.importCases([late], '2026-03-03T00:00:00.000Z');
    const expected = [
      ['a1', 'clear', 'no-contradiction'],
      ['b2', 'unknown', 'feed-never'],
    ];

    expect(said(await run(store, 9, [], { asOf: '2026-03-03T12:00:00.000Z' }))).toEqual(expected);
    expect(said(await run(store, 3, [], { dryRun: true }))).toEqual(expected);
  });

  it('says since when a finding is known', async () => {
    await run(store, 2, [certificate]);
    await run(store, 3, []);

    const { findings } = await run(store, 9, [], { asOf: '2026-03-04T12:00:00.000Z' });

    expect(findings.map(({ finding, firstSeenAt }) => [finding.rule, firstSeenAt])).toEqual([[rule, night(2)]]);
  });

  it('tells what was held then, with its exit code', async () => {
    const limits = { rejectedShare: 0.5, rejectedRows: 20, blastLeast: 0 };
    await run(store, 2, [certificate], { limits });

    const { findings, manifest, exitCode } = await run(store, 9, [], { limits, asOf: '2026-03-02T20:00:00.000Z' });

    expect(findings.map(({ finding, state }) => [finding.rule, state])).toEqual([[rule, 'held']]);
    expect([manifest.findings.held, manifest.findings.new, exitCode]).toEqual([1, 0, 4]);
  });
});
