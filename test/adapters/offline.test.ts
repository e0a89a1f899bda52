import { describe, expect, it } from 'vitest';
import { mapBytes } from '../../src/adapters/offline.js';
import { isYilianError } from '../../src/errors.js';
import { createKeys } from '../../src/identity/index.js';
import { shippedMappings } from '../../src/mapping/shipped.generated.js';

const receivedAt = '2026-11-23T02:00:00.000Z';
const row = { ID_CARD: '370799196001010018', NAME: '测试甲', CREMATION_TIME: '20250303' };
const rows = (...list: unknown[]) => Buffer.from(JSON.stringify(list));
const cremations = { agency: 'civil-affairs', feed: 'cremations', receivedAt };

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return isYilianError(error) ? error.code : 'other';
  }
}

describe('recorded bytes are mapped offline', () => {
  it('by the first of the feed’s shapes that recognises them', () => {
    const inspur = Buffer.from(JSON.stringify({ status: 'success', code: '0', result: { total: '1', data: [row] } }));

    expect(mapBytes(inspur, cremations)).toMatchObject({
      envelope: 'inspur-sdk',
      mapping: 'cremation-national',
      status: 'ok',
      outcome: 'mapped',
    });
    expect(mapBytes(rows(row), cremations)).toMatchObject({
      envelope: 'json-rows',
      outcome: 'mapped',
      evidence: [{ eventOn: '2025-03-03' }],
    });
  });

  it('by the envelope named, however unusual', () => {
    const wrapped = Buffer.from(JSON.stringify({ data: [row] }));

    expect(mapBytes(wrapped, { ...cremations, envelope: { id: 'json-rows', settings: { rows: '/data' } } })).toMatchObject({
      outcome: 'mapped',
    });
    expect(mapBytes(rows(row), { ...cremations, envelope: { id: 'sfhc-soap' } })).toMatchObject({
      status: 'unreadable',
      outcome: 'rejected',
    });
  });

  it('as a city has configured the feed, before the shapes it is usually met in', () => {
    const wrapped = Buffer.from(JSON.stringify({ data: [row] }));
    const shipped = shippedMappings['cremation-national'];
    if (shipped === undefined) throw new Error('not shipped');
    const configured = [
      { envelope: { id: 'json-rows', settings: { rows: '/data' } }, mapping: { ...shipped, name: 'the-city’s' } },
    ];

    expect(mapBytes(wrapped, cremations).evidence).toEqual([]);
    expect(mapBytes(wrapped, { ...cremations, configured })).toMatchObject({ mapping: 'the-city’s', outcome: 'mapped' });
    expect(mapBytes(wrapped, { ...cremations, configured, envelope: { id: 'json-rows' } })).toMatchObject({ outcome: 'mapped' });
    expect(mapBytes(rows(row), { ...cremations, configured })).toMatchObject({
      mapping: 'cremation-national',
      outcome: 'mapped',
    });
  });

  it('by the mapping handed in', () => {
    const other = shippedMappings['cremation-national'];
    if (other === undefined) throw new Error('not shipped');
    const mapping = { ...other, name: 'ours', records: other.records.map((record) => ({ ...record, each: '/list/*' })) };

    expect(mapBytes(rows({ list: [row] }), { ...cremations, mapping })).toMatchObject({ mapping: 'ours', outcome: 'mapped' });
    expect(mapBytes(rows({ list: [] }), { ...cremations, mapping })).toMatchObject({
      outcome: 'rejected',
      rejected: [{ reason: 'nothing-to-map', pointer: '' }],
    });
    expect(mapBytes(rows({ other: [row] }), { ...cremations, mapping })).toMatchObject({
      outcome: 'rejected',
      rejected: [{ reason: 'no-mapping-for-this-shape', pointer: '' }],
    });
  });

  it('an answer that there is nothing is absent, not silence and not a rejection', () => {
    expect(mapBytes(rows(), cremations)).toMatchObject({
      status: 'nothing-found',
      outcome: 'absent',
      rejected: [],
      evidence: [],
    });
  });

  it.each([
    ['nothing at all', Buffer.alloc(0), 'empty'],
    ['bytes of no kind', Buffer.from([0xff, 0xfe, 0x00, 0x9c]), 'unrecognised-message'],
    ['a page', Buffer.from('<!DOCTYPE html><html><body>登录</body></html>'), 'html-page'],
    ['text', Buffer.from('查无此人'), 'unrecognised-message'],
    ['JSON cut off', Buffer.from('[{"ID_CARD":'), 'malformed-json'],
    ['null', Buffer.from('null'), 'unrecognised-message'],
  ])('%s is one named rejection of the whole', (_, bytes, reason) => {
    const mapped = mapBytes(bytes, cremations);

    expect(mapped).toMatchObject({ status: 'unreadable', outcome: 'rejected', evidence: [] });
    expect(mapped.rejected).toHaveLength(1);
    expect(mapped.rejected[0]?.reason).toBe(reason);
    expect(mapped.rejected[0]?.detail?.zh).toMatch(/\p{Script=Han}/u);
  });

  it('persons are keyed, and records named by a keyed hash, only with a key', () => {
    const plain = mapBytes(rows(row), cremations).evidence[0];
    const keyed = mapBytes(rows(row), { ...cremations, keys: createKeys('a secret for tests only') }).evidence[0];

    expect(plain?.person).not.toHaveProperty('key');
    expect(plain?.source.recordId).toMatch(/^message:[0-9a-f]{16}:\/0$/);
    expect(keyed?.person.key).toMatch(/^[0-9a-f]{32}$/);
    expect(keyed?.source.recordId).toMatch(/^[0-9a-f]{32}$/);
    expect(keyed?.source.recordId).not.toBe(keyed?.person.key);
    expect(plain).not.toHaveProperty('link');
  });

  it('rows outside the mapping’s conditions are told as a warning', () => {
    const other = shippedMappings['cremation-national'];
    if (other === undefined) throw new Error('not shipped');
    const mapping = { ...other, records: other.records.map((record) => ({ ...record, where: [{ at: '/SEX', in: ['1'] }] })) };

    const mapped = mapBytes(rows({ ...row, SEX: '1' }, { ...row, SEX: '2' }), { ...cremations, mapping });

    expect(mapped.evidence).toHaveLength(1);
    expect(mapped.warnings).toHaveLength(1);
    expect(mapped.warnings[0]).toContain('1');
  });

  it('a file’s name is kept without the number in it', () => {
    expect(mapBytes(rows(row), { ...cremations, file: '370799196001010018.json' }).message.file).toBe('******************.json');
  });

  it('what does not exist is a fault of use, a faulty mapping one of configuration', () => {
    const broken = { ...shippedMappings['cremation-national'], records: [] } as never;

    expect(codeOf(() => mapBytes(rows(), { ...cremations, feed: 'burials' }))).toBe('ERR_USAGE');
    expect(codeOf(() => mapBytes(rows(), { ...cremations, agency: 'customs' }))).toBe('ERR_USAGE');
    expect(codeOf(() => mapBytes(rows(), { ...cremations, envelope: { id: 'telex' } }))).toBe('ERR_USAGE');
    expect(codeOf(() => mapBytes(rows(row), { ...cremations, mapping: broken }))).toBe('ERR_CONFIG');
  });
});
