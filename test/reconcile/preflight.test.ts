import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/model/index.js';
import { preflight } from '../../src/reconcile/preflight.js';
import type { ConnectedFeed } from '../../src/reconcile/pull.js';
import type { Progress } from '../../src/reconcile/run.js';
import { openStore } from '../../src/store/index.js';
import { connectTo } from '../adapters/harness.js';
import { manifest } from '../store/examples.js';

/** What is said of the feeds before the run begins. */

const folder = mkdtempSync(join(tmpdir(), 'yilian-preflight-'));
afterAll(() => rmSync(folder, { recursive: true }));

const shape = { agency: 'health', feed: 'stays', envelope: 'table-exchange', mapping: 'stay-hqms' };
const policy = { agency: 'health', feed: 'stays', connection: '', refreshMs: 86_400_000, lagMs: 0 };

function target(channel: ConnectedFeed['channel'], settings: Record<string, Json> = {}): ConnectedFeed {
  const connection = connectTo('http://127.0.0.1:9/none', { ...shape, settings });
  const mode = channel?.kind === 'drop-folder' ? ('changes' as const) : ('lookup' as const);
  return {
    feed: { title: { zh: '住院', en: 'stays' }, gives: ['stay'], shapes: [] },
    connection,
    concurrency: 1,
    policy: { ...policy, mode },
    ...(channel === undefined ? {} : { channel }),
  };
}

async function told(feed: ConnectedFeed, at = '2026-03-03T18:00:00Z', last?: Parameters<typeof manifest>[2]): Promise<string[]> {
  const store = await openStore('sqlite::memory:');
  if (last !== undefined) {
    await store.startRun({ id: 'run-0', startedAt: '2026-03-02T18:00:00Z', asOf: '2026-03-02T18:00:00Z' });
    await store.finishRun(manifest('run-0', '2026-03-02T18:00:00Z', last));
  }
  const said: string[] = [];
  const seen = await preflight({
    store,
    feeds: [feed],
    now: () => new Date(at),
    progress: (step: Progress) => {
      if (step.step === 'preflight') said.push(`${step.trouble}: ${step.message.en}`);
    },
  });
  expect((seen.get(feed) ?? []).map(({ trouble, message }) => `${trouble}: ${message.en}`)).toEqual(said);
  await store.close();
  return said;
}

const drop = (more: object = {}) => ({ kind: 'drop-folder' as const, folder, pattern: '*.csv', marker: '.ok', ...more });
const put = (name: string) => writeFileSync(join(folder, name), '');

describe('a folder', () => {
  it('that is not there is said', async () => {
    expect(await told(target(drop({ folder: join(folder, 'gone') })))).toEqual([
      `folder-unreadable: the drop folder ${join(folder, 'gone')} does not exist`,
    ]);
  });

  it('with files that are not complete, and markers whose file is not there', async () => {
    for (const name of ['a_20260302.csv', 'a_20260302.csv.ok', 'b_20260303.csv', 'c_20260303.ok']) put(name);

    expect(await told(target(drop()))).toEqual([
      'file-waiting: files lie there without their marker or control file: b_20260303.csv',
      'marker-without-file: markers or control files lie there and their files do not: c_20260303.ok',
    ]);
  });

  it('without the batch of yesterday or today, where every day must have one', async () => {
    const daily = target(drop({ pattern: 'a_*.csv' }), { sequence: 'day' });

    // 18:00 UTC is the next day in Shanghai.
    expect(await told(daily, '2026-03-02T18:00:00Z')).toEqual([
      'marker-without-file: markers or control files lie there and their files do not: c_20260303.ok',
    ]);
    expect((await told(daily, '2026-03-03T18:00:00Z')).slice(1)).toEqual([
      'batch-not-there: every day must have a batch, and neither that of yesterday (2026-03-03) nor of today (2026-03-04) has come',
    ]);
    expect((await told(target(drop({ pattern: 'a_*.csv' })), '2026-03-09T18:00:00Z')).slice(1)).toEqual([]);
  });
});

describe('an interface', () => {
  it('that accepts a connection is not spoken of, and one that does not is', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const http = { kind: 'http' as const, baseUrl: `http://127.0.0.1:${port}/` };

    expect(await told(target(http))).toEqual([]);
    await new Promise((resolve) => server.close(resolve));
    expect((await told(target(http)))[0]).toMatch(/^unreachable: /);
  });

  it('outside its hours is said so, and not tried', async () => {
    const feed = target({ kind: 'http', baseUrl: 'http://127.0.0.1:9/' });
    const channel = {
      ...feed.connection.channel,
      readiness: () => ({ ready: false, code: 'ERR_OUTSIDE_HOURS', until: '2026-03-04T01:00:00Z' }),
    } as ConnectedFeed['connection']['channel'];

    expect(await told({ ...feed, connection: { ...feed.connection, channel } })).toEqual([
      'outside-hours: it is outside its hours, until 2026-03-04T01:00:00Z',
    ]);
  });
});

describe('what the last run knew', () => {
  const run = (parts: object) => ({
    persons: 3,
    feeds: [
      {
        agency: 'health',
        feed: 'stays',
        status: { agency: 'health', feed: 'stays', state: 'fresh' as const },
        asked: 0,
        answers: { found: 0, absent: 0, mismatch: 0, unavailable: 0, unauthorised: 0 },
        notAsked: 0,
        received: 0,
        mapped: 0,
        rejected: 0,
        void: 0,
        sieved: 0,
        ...parts,
      },
    ],
  });

  it('of a feed that failed, or never gave anything', async () => {
    const feed = target(undefined);
    const error = { code: 'ERR_TIMEOUT', message: { zh: '超时', en: 'timeout' } };
    const never = { agency: 'health', feed: 'stays', state: 'never' as const };

    expect(await told(feed, undefined, run({ error }))).toEqual([
      'failed-last-run: the last run could not read it whole (ERR_TIMEOUT)',
    ]);
    expect(await told(feed, undefined, run({ status: never }))).toEqual(['never-before: it has never given anything so far']);
    expect(await told(feed, undefined, { ...run({ status: never }), persons: 0 })).toEqual([]);
    expect(await told(feed, undefined, run({}))).toEqual([]);
    expect(await told(feed)).toEqual([]);
  });
});
