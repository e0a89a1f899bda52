import { describe, expect, it } from 'vitest';
import type { Changes, Feed } from '../../src/adapters/adapter.js';
import { tableFileChanges } from '../../src/adapters/table-file.js';
import type { DropFolderChannel } from '../../src/channels/channel.js';
import type { IdDocument, Json } from '../../src/model/index.js';
import { feedStatuses } from '../../src/reconcile/feeds.js';
import { withoutLate } from '../../src/reconcile/latecomers.js';
import { type ConnectedFeed, pull } from '../../src/reconcile/pull.js';
import type { Store } from '../../src/store/index.js';
import { openStore } from '../../src/store/index.js';
import { type File, receiving } from '../adapters/scripted.js';
import { auditOf } from '../audit/logs.js';
import { batch, death, entry, hour, li, wang } from '../store/examples.js';

/** A person who is put on file when files about everybody have been read already: what they said of the person was sieved away. */

const wangs = '370799196001010018';
const lis = '370799196505050021';

function rows(name: string, ...lines: string[]): File {
  return { name, text: `UUID,SZXM,SZZJHM,SWRQ,CD_BATCH,CD_OPERATION,CD_TIME\n${lines.map((line) => `${line}\n`).join('')}` };
}

const first = rows(
  '20260226.csv',
  `w1,王测试,${wangs},2026-02-20,202602260001,I,2026-02-26T01:00:00+0000`,
  `l1,李测试,${lis},2026-02-21,202602260001,I,2026-02-26T01:00:01+0000`,
  `l2,李测试,${lis},2026-02-22,202602260001,I,2026-02-26T01:00:02+0000`,
);
const second = rows(
  '20260227.csv',
  `w1,王测试,${wangs},2026-02-19,202602270001,U,2026-02-27T01:00:00+0000`,
  'l1,,,,202602270001,D,2026-02-27T01:00:01+0000',
);

const policy = {
  agency: 'health',
  feed: 'death-certificates',
  connection: '',
  mode: 'changes',
  refreshMs: 0,
  lagMs: 3 * 86_400_000,
} as const;

async function night(
  store: Store,
  at: string,
  files: readonly File[],
  settings: Record<string, Json> = {},
  changes: Feed['changes'] = tableFileChanges,
) {
  const connection = receiving(
    { agency: 'health', feed: 'death-certificates', envelope: 'table-exchange', mapping: 'death-certificate-table', settings },
    files,
  );
  const folder = connection.channel as DropFolderChannel;
  const channel: DropFolderChannel = {
    ...folder,
    async *files(...ask) {
      for await (const file of folder.files(...ask)) yield { ...file, receivedAt: at };
    },
  };
  const target: ConnectedFeed = {
    feed: {
      title: { zh: '死亡证', en: 'certificates' },
      gives: ['death'],
      shapes: [],
      ...(changes === undefined ? {} : { changes }),
    },
    connection: { ...connection, channel },
    concurrency: 1,
    policy,
  };
  const keyOf = new Map([
    [wangs, wang.key],
    [lis, li.key],
  ]);
  return pull(target, {
    store,
    audit: auditOf(store),
    run: at,
    now: () => new Date(at),
    context: { purpose: 'test', operator: { name: '夜间核对', id: 'SYSTEM', organisation: '演示中心' } },
    numberKeys: await store.numberKeys(at),
    numbersAt: at,
    numberKey: ({ number }: Pick<IdDocument, 'type' | 'number'>) => keyOf.get(number),
    progress: () => undefined,
  });
}

/** Record, status and day of death of everything on file about a person. */
async function told(store: Store, key: string, at: string): Promise<string[]> {
  const evidence = (await store.caseFile(key, at))?.evidence ?? [];
  return evidence.map((item) => [item.source.recordId, item.status, item.kind === 'death' ? item.diedOn : ''].join(' '));
}

async function stateFor(store: Store, key: string, at: string): Promise<string | undefined> {
  const cursors = await store.cursors(at);
  return feedStatuses([policy], [], await (await withoutLate(store, cursors, at))(key), at)[0]?.state;
}

async function startedWithWang() {
  const store = await openStore('sqlite::memory:');
  await store.importCases([entry(wang)], hour(0));
  await night(store, hour(1), [first]);
  await night(store, hour(2), [first, second]);
  await store.importCases([entry(li)], hour(3));
  return store;
}

describe('a person put on file after the files had been read', () => {
  it('is no longer unknown to the feed after the next night: the kept files are read again for that person alone', async () => {
    const store = await startedWithWang();

    await night(store, hour(4), [first, second]);
    expect(await told(store, li.key, hour(5))).toEqual(['l1 void 2026-02-21', 'l2 current 2026-02-22']);
    expect(await told(store, wang.key, hour(5))).toEqual(['w1 current 2026-02-19']);
    await store.close();
  });

  it('is not clear before that night: nobody has looked yet', async () => {
    const store = await startedWithWang();

    expect(await stateFor(store, li.key, hour(3))).toBe('never');
    expect(await stateFor(store, wang.key, hour(3))).toBe('fresh');
    await night(store, hour(4), [first, second]);
    expect(await stateFor(store, li.key, hour(4))).toBe('fresh');
    await store.close();
  });

  it('makes no night look like one with more rows than usual: those rows were counted when they came', async () => {
    const store = await startedWithWang();

    await night(store, hour(4), [first, second]);
    expect(await store.feedCounts(hour(4))).toMatchObject([{ rows: 0, sieved: 0 }]);
    await store.close();
  });

  it('was not known earlier, asked afterwards', async () => {
    const store = await startedWithWang();
    await night(store, hour(4), [first, second]);

    expect(await told(store, li.key, hour(3))).toEqual([]);
    await store.close();
  });

  it('is looked for again where the folder could not be read that night', async () => {
    const store = await startedWithWang();
    const broken: File[] = [
      {
        name: 'x.csv',
        get text(): string {
          throw Object.assign(new Error('gone'), { code: 'EIO' });
        },
      } as File,
    ];
    await expect(night(store, hour(4), broken)).rejects.toThrow();

    await night(store, hour(5), [first, second]);
    expect(await told(store, li.key, hour(6))).toEqual(['l1 void 2026-02-21', 'l2 current 2026-02-22']);
    await store.close();
  });

  it('gets no record that a later full load no longer holds', async () => {
    const store = await openStore('sqlite::memory:');
    const load = (name: string, ...lines: string[]) => rows(name, `w1,王测试,${wangs},2026-02-20,,,`, ...lines);
    const loads = [
      load('20260226.csv', `l1,李测试,${lis},2026-02-21,,,`),
      load('20260227.csv', `l2,李测试,${lis},2026-02-22,,,`),
    ];
    await store.importCases([entry(wang)], hour(0));
    await night(store, hour(1), loads.slice(0, 1), { fullLoad: true });
    await night(store, hour(2), loads, { fullLoad: true });
    await store.importCases([entry(li)], hour(3));
    await night(store, hour(4), loads, { fullLoad: true });

    expect(await told(store, li.key, hour(5))).toEqual(['l1 void 2026-02-21', 'l2 current 2026-02-22']);
    await store.close();
  });

  it('gets no record that had been taken back before it came, also where that was too long ago to be remembered', async () => {
    const store = await openStore('sqlite::memory:');
    const nothing = { evidence: [], rejected: [], unknownCodes: [], rows: 1, sieved: 0, cursor: {} };
    const page = (id: string, at: string) => ({
      ...nothing,
      messages: [{ id, sha256: id, agency: 'health', feed: 'death-certificates', receivedAt: at }],
    });
    const gone = (recordId: string, at: string) => ({
      ...page(`gone-${recordId}`, at),
      retracted: [{ recordId, updatedAt: '2026-02-27T09:00:00+08:00' }],
    });
    const told1 = death('l1', hour(1), { updatedAt: '2026-02-26T09:00:00+08:00', message: 'told-l1' });
    const pages = (at: string) =>
      async function* (ask: Changes) {
        const evidence = ask.onFile(lis) ? [{ ...told1, person: { idDocuments: li.idDocuments, name: '李测试' } }] : [];
        for (const each of [gone('l1', hour(1)), { ...page('told-l1', hour(1)), evidence }, gone('x9', at)])
          if (!(await ask.seen(each.messages[0]?.id ?? ''))) yield each;
      };
    const spring = '2026-07-01T00:00:00.000Z';
    await store.importCases([entry(wang)], hour(0));
    await night(store, hour(1), [], {}, pages(hour(1)));
    await store.receive(batch({ at: spring, voidRecords: [{ recordId: 'x8', updatedAt: '2026-06-30' }] }));
    await store.importCases([entry(li)], spring);
    await night(store, '2026-07-02T00:00:00.000Z', [], {}, pages(hour(1)));

    expect(await told(store, li.key, '2026-07-03T00:00:00.000Z')).toEqual(['l1 void 2026-02-20']);
    await store.close();
  });

  it('costs nothing on the nights after', async () => {
    const store = await startedWithWang();
    await night(store, hour(4), [first, second]);

    const unread: File[] = [first, second].map(({ name, text }) => ({ name, text }) as File);
    expect(await night(store, hour(5), unread)).toEqual({ asked: 0, notAsked: 0 });
    expect(await told(store, li.key, hour(6))).toEqual(['l1 void 2026-02-21', 'l2 current 2026-02-22']);
    await store.close();
  });
});
