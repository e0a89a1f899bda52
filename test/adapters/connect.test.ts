import { describe, expect, it } from 'vitest';
import { type ConnectEnvironment, type ConnectionConfig, connect } from '../../src/adapters/connect.js';
import type { ConnectionConfig as Configured } from '../../src/config/config.js';
import { isYilianError } from '../../src/errors.js';
import { shippedMappings } from '../../src/mapping/shipped.generated.js';
import { now } from './harness.js';

const mapping = shippedMappings['cremation-national'];
if (mapping === undefined) throw new Error('not shipped');

const config: ConnectionConfig = {
  agency: 'civil-affairs',
  feed: 'cremations',
  connection: '1',
  channel: { kind: 'http', baseUrl: 'http://127.0.0.1:9/gateway' },
  auth: { kind: 'none', settings: {} },
  envelope: { id: 'inspur-sdk', settings: {} },
  mapping,
  codeTables: {},
  settings: { limit: 5 },
  regions: ['370700'],
};

const environment: ConnectEnvironment = {
  clock: () => now,
  keys: { personKey: () => undefined, recordKey: () => undefined },
  institutions: [{ code: 'H1', name: '一院', region: '370700' }],
};

function faultOf(change: Partial<ConnectionConfig>): { code: string; place: string | undefined; text: string } {
  try {
    connect({ ...config, ...change }, environment);
  } catch (error) {
    if (isYilianError(error)) return { code: error.code, place: error.place, text: error.text.en };
    throw error;
  }
  throw new Error('connected');
}

describe('connect', () => {
  it('puts channel, auth, envelope, mapping and institutions together, and sends nothing', async () => {
    const connection = connect(config, environment);

    expect(connection).toMatchObject({
      agency: 'civil-affairs',
      feed: 'cremations',
      connection: '1',
      channel: { kind: 'http' },
      auth: { id: 'none' },
      envelope: { id: 'inspur-sdk' },
      mapping: { name: 'cremation-national', kinds: ['death'] },
      settings: { limit: 5 },
      regions: ['370700'],
    });
    expect(connection.institutions.complete({ code: 'H1' })).toEqual({ code: 'H1', name: '一院', region: '370700' });
    expect(connection.clock()).toBe(now);
    expect(connection.uniqueId()).not.toBe(connection.uniqueId());
    await connection.close();
  });

  it('connects a drop folder without looking into it', async () => {
    const connection = connect(
      { ...config, channel: { kind: 'drop-folder', folder: '/nowhere' }, envelope: { id: 'table-exchange', settings: {} } },
      environment,
    );

    expect(connection.channel.kind).toBe('drop-folder');
    await connection.close();
  });

  it('names what is wrong and where', () => {
    expect(faultOf({ envelope: { id: 'telex', settings: {} } })).toMatchObject({ code: 'ERR_CONFIG', place: '/envelope' });
    expect(faultOf({ auth: { kind: 'handshake', settings: {} } })).toMatchObject({ code: 'ERR_CONFIG' });
    expect(faultOf({ channel: { kind: 'http', baseUrl: 'nowhere' } })).toMatchObject({ code: 'ERR_CONFIG' });
  });

  it('names every fault of a mapping at once', () => {
    const [record] = mapping.records;
    if (record === undefined) throw new Error('no record');
    const fields = {
      ...record.fields,
      diedOn: { at: 'x', as: 'date' as const },
      eventOn: { at: '/x', as: 'value' as const, codes: 'none' },
    };

    const fault = faultOf({ mapping: { ...mapping, name: 'ours', records: [{ ...record, fields }] } });

    expect(fault).toMatchObject({ code: 'ERR_CONFIG', place: '/mapping' });
    expect(fault.text).toContain('mapping ours is faulty');
    expect(fault.text).toContain('/records/0/fields/diedOn/at');
    expect(fault.text).toContain('/records/0/fields/eventOn/codes');
  });

  it('the city’s own code table wins over the shipped one of its name', () => {
    const own = { name: 'cremation-sex', version: '9', system: 'ours', source: 'made up', codes: { M: 'male' } };

    const connection = connect({ ...config, codeTables: { 'cremation-sex': own } }, environment);

    expect(connection.mapping.codeTables).toEqual({ 'cremation-sex': '9' });
  });

  it('takes what the configuration makes', () => {
    const checked = (configured: Configured): ConnectionConfig => configured;

    expect(checked).toBeTypeOf('function');
  });
});
