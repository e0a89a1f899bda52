import type { CallContext, Connection } from '../../src/adapters/adapter.js';
import { type ConnectionConfig, connect } from '../../src/adapters/connect.js';
import { createKeys, parseIdDocument } from '../../src/identity/index.js';
import { shippedMappings } from '../../src/mapping/shipped.generated.js';
import type { Json, Person } from '../../src/model/index.js';

/** What the tests of every adapter share: synthetic persons, a caller, and a connection to a loopback address that never really waits. */

export const now = new Date('2026-11-23T02:00:00.000Z');

export function person(number: string, name: string, region?: string): Person {
  return { idDocuments: [parseIdDocument(number)], name, ...(region === undefined ? {} : { domicile: { region } }) };
}

export const asked = person('370799196001010018', '测试甲');
export const other = person('370799195806150021', '样例乙');

export const caller: CallContext = {
  purpose: '工伤劳动能力鉴定核验',
  caseNo: '鉴2026-0001',
  operator: { name: '经办员丁', id: '370799197208080122', organisation: '演示市劳动能力鉴定中心' },
};

export interface ConnectionShape {
  agency: string;
  feed: string;
  envelope: string | { id: string; settings: Record<string, Json> };
  mapping: string;
  auth?: ConnectionConfig['auth'];
  settings?: Record<string, Json>;
  regions?: readonly string[];
}

export interface ConnectionOptions {
  deadlineMs?: number;
  attempts?: number;
  maxBytes?: number;
}

/** A connection over HTTP to `url`; waits between attempts take no time. */
export function connectTo(url: string, shape: ConnectionShape, options: ConnectionOptions = {}): Connection {
  const mapping = shippedMappings[shape.mapping];
  if (mapping === undefined) throw new Error(`no shipped mapping ${shape.mapping}`);
  const { deadlineMs = 5_000, attempts = 2, maxBytes = 1024 * 1024 } = options;
  let count = 0;
  return connect(
    {
      agency: shape.agency,
      feed: shape.feed,
      connection: '',
      channel: { kind: 'http', baseUrl: url, deadlineMs, attempts, maxBytes, keepAlive: false },
      auth: shape.auth ?? { kind: 'none', settings: {} },
      envelope: typeof shape.envelope === 'string' ? { id: shape.envelope, settings: {} } : shape.envelope,
      mapping,
      codeTables: {},
      settings: shape.settings ?? {},
      regions: shape.regions,
    },
    {
      clock: () => now,
      keys: createKeys('a secret for tests only'),
      institutions: [],
      uniqueId: () => {
        count += 1;
        return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
      },
      sleep: async () => undefined,
      random: () => 0,
    },
  );
}
