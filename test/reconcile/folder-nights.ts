import type { Connection } from '../../src/adapters/adapter.js';
import { tableFileChanges } from '../../src/adapters/table-file.js';
import { createKeys, parseIdDocument } from '../../src/identity/index.js';
import type { Evidence, Json, Subject } from '../../src/model/index.js';
import type { ConnectedFeed } from '../../src/reconcile/pull.js';
import { type RunOutcome, reconcile } from '../../src/reconcile/run.js';
import { openStore, type Store } from '../../src/store/index.js';
import { type File, receiving } from '../adapters/scripted.js';
import { auditOf } from '../audit/logs.js';

/** Nights of a feed of table files, through the real reader and the real store. */

const keys = createKeys('a secret for tests only');
export const mine = '370799196001010018';
export const theirs = '370799195806150021';

const columns = ['UUID', 'SZXM', 'SZZJHM', 'XBDM', 'CSRQ', 'SWRQ', 'CD_BATCH', 'CD_OPERATION', 'CD_TIME'] as const;
export type Row = Partial<Record<string, string>>;

/** A file of rows; what a row does not say is that of a death of the person on file. */
export function table(name: string, rows: readonly Row[], header: readonly string[] = columns): File {
  const usual: Row = { SZXM: '测试甲', SZZJHM: mine, XBDM: '1', CSRQ: '1960-01-01', SWRQ: '2026-03-01' };
  const lines = rows.map((row) => header.map((column) => ({ ...usual, ...row })[column] ?? '').join(','));
  return { name, text: `${[header.join(','), ...lines].join('\n')}\n` };
}

export const headerOfDeaths = columns;

export interface Nights {
  store: Store;
  /** One night: what lies in the folders of the connections, in their order. */
  night(at: string, ...folders: readonly File[][]): Promise<RunOutcome>;
  replay(asOf: string): Promise<RunOutcome>;
  targets: ConnectedFeed[];
  /** Record ids of the person's deaths by an instant, with their status. */
  deaths(asOf?: string): Promise<string[]>;
}

export async function nights(
  settings: Record<string, Json>[] = [{}],
  options: { regions?: string[]; mapping?: string } = {},
): Promise<Nights> {
  const store = await openStore('sqlite::memory:');
  const document = parseIdDocument(mine);
  const subject: Subject = { key: keys.personKey({ idDocuments: [document] }) ?? '', idDocuments: [document], name: '测试甲' };
  await store.importCases(
    [{ subject, numberKeys: [keys.numberKey(document) ?? ''], cases: [], benefits: [], settlements: [] }],
    '2026-03-01T00:00:00Z',
  );
  let at = '';
  const targets: ConnectedFeed[] = [];
  const connect = (own: Record<string, Json>, index: number, files: readonly File[]): ConnectedFeed => {
    const connection: Connection = {
      ...receiving(
        {
          agency: 'health',
          feed: 'death-certificates',
          envelope: 'table-exchange',
          mapping: options.mapping ?? 'death-certificate-table',
          settings: own,
        },
        files,
      ),
      keys,
      clock: () => new Date(at),
    };
    const { channel } = connection;
    const timed: Connection['channel'] =
      channel.kind !== 'drop-folder'
        ? channel
        : {
            ...channel,
            async *files(...ask) {
              for await (const file of channel.files(...ask)) yield { ...file, receivedAt: at };
            },
          };
    return {
      feed: { title: { zh: '死亡', en: 'deaths' }, gives: ['death'], shapes: [], changes: tableFileChanges },
      connection: { ...connection, channel: timed },
      concurrency: 1,
      policy: {
        agency: 'health',
        feed: 'death-certificates',
        connection: settings.length === 1 ? '' : String(index + 1),
        mode: 'changes',
        refreshMs: 7 * 86_400_000,
        lagMs: 3 * 86_400_000,
        ...(options.regions === undefined ? {} : { regions: options.regions }),
      },
    };
  };
  const run = (feeds: ConnectedFeed[], more: { asOf?: string } = {}): Promise<RunOutcome> =>
    reconcile({
      store,
      audit: auditOf(store),
      feeds,
      check: {},
      operator: { name: '夜间核对', id: 'SYSTEM', organisation: '演示鉴定中心' },
      numberKey: keys.numberKey,
      versions: { yilian: '0.0.0', mappings: {}, codeTables: {} },
      rowBand: () => 0.5,
      limits: { rejectedShare: 0.5, rejectedRows: 20 },
      now: () => new Date(at),
      ...more,
    });
  return {
    store,
    targets,
    night: (instant, ...folders) => {
      at = instant;
      targets.length = 0;
      targets.push(...settings.map((own, index) => connect(own, index, folders[index] ?? [])));
      return run(targets);
    },
    replay: (asOf) => {
      if (at < asOf) at = asOf;
      return run(targets, { asOf });
    },
    deaths: async (asOf = at) => {
      const file = await store.caseFile(subject.key, asOf);
      const told = (evidence: Evidence) => `${evidence.source.recordId} ${evidence.status}`;
      return (file?.evidence ?? []).map(told).sort();
    },
  };
}
