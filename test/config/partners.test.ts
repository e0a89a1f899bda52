import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Catalogue, Config } from '../../src/config/index.js';
import { loadConfig } from '../../src/config/index.js';
import { isYilianError } from '../../src/errors.js';

const ours = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const theirs = generateKeyPairSync('ed25519');
const privatePem = ours.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = theirs.publicKey.export({ type: 'spki', format: 'pem' }).toString();

const catalogue: Catalogue = {
  feeds: {},
  envelopes: {},
  auths: {},
  mappings: {},
  channelFaults: () => [],
  mappingFaults: () => [],
  keyFault: ({ algorithm, key }, use) =>
    key.includes(use === 'sign' ? 'PRIVATE' : 'PUBLIC') || algorithm.startsWith('hmac-')
      ? undefined
      : { zh: `不是 ${algorithm} 的密钥`, en: `no key of ${algorithm}` },
  rules: {},
};

const good = `city: { name: 演示市, region: '370700', organisation: 演示市劳动能力鉴定中心 }
personKey: \${SECRET}
operator: { name: 夜间核对, id: SYSTEM }
agencies: {}
signing:
  - { id: city-2025, algorithm: ecdsa-p256-sha256, key: '\${file:./city.pem}', until: '2026-02-01T00:00:00+08:00' }
  - { id: city-2026, algorithm: ecdsa-p256-sha256, key: '\${file:./city.pem}', from: '2026-01-01T00:00:00+08:00' }
audit: { sealEvery: 100, retentionDays: 400 }
dossier:
  listen: 127.0.0.1:9443
  origin: https://dossier.example.gov.cn
  documents: { folder: ./documents, key: '\${SECRET}' }
  retryAfter: 2m
  partners:
    - id: province
      organisation: 演示省劳动能力鉴定中心
      keys:
        - { id: province-a, algorithm: ed25519, key: ./province.pem }
        - { id: province-b, algorithm: hmac-sha256, key: '\${SECRET}' }
      purposes: [reappraisal, appraisal-history]
      items: [conclusion, medical-records]
      fields: { conclusion: [no, on] }
      rate: 600/minute
      gateway: { origin: 'https://platform.example.gov.cn', pathPrefix: /httpproxy/dossier, rid: r, sid: s, appSecret: '\${SECRET}' }
`;

async function load(text: string): Promise<Config> {
  const folder = mkdtempSync(join(tmpdir(), 'yilian-partners-'));
  writeFileSync(join(folder, 'city.pem'), privatePem);
  writeFileSync(join(folder, 'province.pem'), publicPem);
  writeFileSync(join(folder, 'yilian.config.yaml'), text);
  return loadConfig(join(folder, 'yilian.config.yaml'), catalogue, { SECRET: 'a-secret-of-some-length' });
}

async function faultsOf(text: string): Promise<string> {
  try {
    await load(text);
  } catch (error) {
    if (isYilianError(error) && error.code === 'ERR_CONFIG') return error.text.en;
    throw error;
  }
  return '';
}

describe('signing, audit and dossier of a configuration', () => {
  it('are read with files, secrets, instants and durations resolved', async () => {
    const config = await load(good);

    expect(config.signing).toMatchObject([
      { id: 'city-2025', algorithm: 'ecdsa-p256-sha256', until: '2026-01-31T16:00:00.000Z' },
      { id: 'city-2026', from: '2025-12-31T16:00:00.000Z' },
    ]);
    expect(config.signing[0]?.key).toContain('PRIVATE KEY');
    expect(config.audit).toEqual({ sealEvery: 100, retentionDays: 400 });
    expect(config.dossier).toMatchObject({
      listen: { host: '127.0.0.1', port: 9443 },
      origin: 'https://dossier.example.gov.cn',
      documents: { folder: join(config.folder, 'documents'), key: 'a-secret-of-some-length' },
      retryAfterSeconds: 120,
      partners: [
        {
          id: 'province',
          organisation: '演示省劳动能力鉴定中心',
          keys: [
            { id: 'province-a', algorithm: 'ed25519', key: publicPem },
            { id: 'province-b', algorithm: 'hmac-sha256', key: 'a-secret-of-some-length' },
          ],
          purposes: ['reappraisal', 'appraisal-history'],
          items: ['conclusion', 'medical-records'],
          fields: { conclusion: ['no', 'on'] },
          rate: { count: 600, perMs: 60_000 },
          gateway: { pathPrefix: '/httpproxy/dossier', prefix: 'gjzwfwpt_' },
        },
      ],
    });
  });

  it('have defaults where nothing is said', async () => {
    const config = await load(good.slice(0, good.indexOf('signing:')));

    expect(config.signing).toEqual([]);
    expect(config.audit).toEqual({ sealEvery: 1000, retentionDays: 1095 });
    expect(config.dossier).toBeUndefined();
  });

  it.each([
    ['a signing key', "'${file:./city.pem}', until", 'literal-secret, until', '/signing/0/key'],
    [
      'a shared secret of a partner',
      "hmac-sha256, key: '${SECRET}'",
      'hmac-sha256, key: literal-secret',
      '/dossier/partners/0/keys/1/key',
    ],
    ['the key of the documents', "documents, key: '${SECRET}'", 'documents, key: literal-secret', '/dossier/documents/key'],
    ['an appSecret', "appSecret: '${SECRET}'", 'appSecret: literal-secret', '/dossier/partners/0/gateway/appSecret'],
  ])('refuse %s that is written out, and never repeat it', async (_, from, to, pointer) => {
    expect(good).toContain(from);
    const faults = await faultsOf(good.replace(from, to));

    expect(faults).toMatch(/^1 fault in the configuration:/);
    expect(faults).toContain(`${pointer} — a literal secret is refused`);
    expect(faults).not.toContain('literal-secret');
  });

  it.each([
    ['purposes: [reappraisal,', 'purposes: [marketing,', '/dossier/partners/0/purposes/0 — there is no purpose marketing'],
    ['items: [conclusion,', 'items: [conclusions,', '/dossier/partners/0/items/0 — there is no dossier item conclusions'],
    ['fields: { conclusion:', 'fields: { finding:', '/dossier/partners/0/fields/finding — there is no dossier item finding'],
    ['id: province-b', 'id: province-a', '/dossier/partners/0/keys/1/id — a key id belongs to one key of all'],
    ['id: province-b', 'id: city-2026', '/dossier/partners/0/keys/1/id — a key id belongs to one key of all'],
    ['id: city-2025', 'id: city-2026', '/signing/1/id — the key id is used twice'],
    ['retentionDays: 400', 'retentionDays: 179', '/audit/retentionDays — the audit log is kept at least 180 days'],
    ['127.0.0.1:9443', '127.0.0.1', '/dossier/listen — no listen address'],
    ['127.0.0.1:9443', '127.0.0.1:70000', '/dossier/listen — no listen address'],
    [
      'origin: https://dossier.example.gov.cn',
      'origin: https://dossier.example.gov.cn/v1',
      '/dossier/origin — must be scheme, host',
    ],
    ['retryAfter: 2m', 'retryAfter: soon', '/dossier/retryAfter — must be a duration'],
    ['2026-02-01T00:00:00+08:00', '2026-02-01', '/signing/0/until — must be an instant'],
    ["from: '2026-01-01T", "until: '2026-01-01T00:00:00Z', from: '2027-01-01T", '/signing/1/until — must be later than from'],
    [
      'key: ./province.pem',
      'key: ./nobody.pem',
      '/dossier/partners/0/keys/0/key — cannot read the key file ./nobody.pem (ENOENT)',
    ],
    ['key: ./province.pem', 'key: ./city.pem', '/dossier/partners/0/keys/0/key — no key of ed25519'],
    ['rate: 600/minute', 'rate: often', '/dossier/partners/0/rate — not a rate'],
    ['pathPrefix: /httpproxy/dossier', 'pathPrefix: httpproxy', '/dossier/partners/0/gateway/pathPrefix — must be a path'],
    ['algorithm: ed25519', 'algorithm: none', '/dossier/partners/0/keys/0/algorithm — '],
  ])('name the fault of %s turned to %s', async (from, to, said) => {
    expect(good).toContain(from);

    expect(await faultsOf(good.replace(from, to))).toContain(said);
  });

  it('want a private key where a dossier is served: a shared secret seals nothing', async () => {
    const shared = good.replaceAll(
      "algorithm: ecdsa-p256-sha256, key: '${file:./city.pem}'",
      "algorithm: hmac-sm3, key: '${SECRET}'",
    );

    expect(await faultsOf(shared)).toContain('/signing — a dossier is served: a private key to seal it is needed');
    expect(await faultsOf(good.replace(/signing:\n(.*\n){2}/, ''))).toContain('/signing — a dossier is served');
  });

  it('tell all faults at once', async () => {
    const faults = await faultsOf(
      good
        .replace('retentionDays: 400', 'retentionDays: 1')
        .replace('[reappraisal,', '[x,')
        .replace('id: province-b', 'id: city-2025'),
    );

    expect(faults).toMatch(/^3 faults in the configuration:/);
  });
});
