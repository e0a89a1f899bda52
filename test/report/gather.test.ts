import { describe, expect, it } from 'vitest';
import type { CheckResult, FindingRecord } from '../../src/model/index.js';
import { gather } from '../../src/report/gather.js';
import { openStore } from '../../src/store/index.js';
import { batch, checked, entry, hour, manifest, wang } from '../store/examples.js';
import { finding } from './sample.js';

const because = { zh: '民政火化信息取不到', en: 'cremations: is down' };
const unknown: CheckResult['results'][number] = { rule: 'exam-after-death', outcome: 'unknown', reason: 'feed-down', because };
const clear: CheckResult['results'][number] = { ...unknown, rule: 'paid-twice', outcome: 'clear', reason: 'no-contradiction' };

async function gathered(findings: FindingRecord[], results?: CheckResult[]) {
  const store = await openStore('sqlite::memory:');
  await store.importCases([entry(wang)], hour(0));
  await store.receive(batch());
  await store.putFindings('run-1', hour(1), [], [checked('a1', [unknown, clear])]);
  const input = await gather({
    store,
    manifest: manifest('run-1', hour(1), { persons: 1 }),
    findings,
    ...(results === undefined ? {} : { results }),
    city: { name: '演示市', organisation: '演示市劳动能力鉴定中心' },
    rules: [],
    agencies: {},
    lang: 'en',
    generatedAt: hour(2),
  });
  await store.close();
  return input;
}

describe('what the report is made of', () => {
  it('says of a finding what this run did, and nothing of what an earlier one did', async () => {
    const record = (runs: string[]): FindingRecord => ({
      finding: finding({ subject: { key: 'a1', caseNos: ['C-1'] } }),
      state: 'open',
      firstSeenAt: hour(0),
      lastSeenAt: hour(1),
      history: runs.map((run) => ({ at: hour(0), run, to: 'open', change: 'new' })),
    });

    const { findings } = await gathered([record(['run-1']), record(['run-0'])]);

    expect(findings.map(({ change }) => change)).toEqual(['new', undefined]);
    expect(findings[0]?.subject).toEqual({ key: 'a1', caseNos: ['C-1'], name: '王测试', idNumber: '370799196001010018' });
  });

  it('names who could not be judged: as the run stored it, or as a run that stored nothing found it', async () => {
    const replayed = [checked('b2', [clear, { ...unknown, reason: 'feed-stale' }])];

    expect((await gathered([])).unknowns).toEqual([
      { rule: 'exam-after-death', reason: 'feed-down', because, persons: [{ key: 'a1', caseNos: ['C-1'] }] },
    ]);
    expect((await gathered([], replayed)).unknowns).toEqual([
      { rule: 'exam-after-death', reason: 'feed-stale', because, persons: [{ key: 'b2', caseNos: ['C-1'] }] },
    ]);
  });
});
