import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../src/config/index.js';
import { loadConfig } from '../../src/config/index.js';
import { isYilianError } from '../../src/errors.js';
import type { MappingDefinition } from '../../src/mapping/mapping.js';

const mapping = {
  name: 'cremation-national',
  version: '1',
  title: { zh: '', en: '' },
  source: '',
  records: [],
} as MappingDefinition;

const catalogue: Catalogue = {
  materials: ['photo'],
  feeds: {
    'civil-affairs/cremations': {
      lookup: true,
      changes: true,
      settings: { type: 'object', additionalProperties: false, properties: { limit: { type: 'integer', default: 10 } } },
    },
  },
  envelopes: {
    'inspur-sdk': { type: 'object', additionalProperties: false, properties: { success: { type: 'string', default: '0' } } },
  },
  auths: {
    none: { type: 'object' },
    'national-platform': {
      type: 'object',
      additionalProperties: false,
      required: ['rid', 'sid', 'appKey'],
      properties: { rid: { type: 'string' }, sid: { type: 'string' }, appKey: { type: 'string' } },
    },
  },
  mappings: { 'cremation-national': mapping },
  channelFaults: () => [],
  mappingFaults: () => [],
  rules: { 'stays-overlap': { minDays: 1 } },
};

const good = `city: { name: 演示市, region: '370700', organisation: 演示市劳动能力鉴定中心 }
personKey: \${YILIAN_PERSON_KEY}
operator: { name: 夜间核对, id: SYSTEM }
rules: { stays-overlap: { minDays: 2 } }
agencies:
  civil-affairs:
    cremations:
      channel: { http: https://gw.example/httpproxy, rate: 1000/hour, deadline: 20s, hours: '09:00-17:00' }
      auth: { national-platform: { rid: r, sid: s, appKey: \${file:./key} } }
      envelope: inspur-sdk
      mapping: cremation-national
      refresh: 30d
`;

function write(text: string, name = 'yilian.config.yaml'): string {
  const folder = mkdtempSync(join(tmpdir(), 'yilian-config-'));
  writeFileSync(join(folder, 'key'), 'abcdef\n');
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const environment = { YILIAN_PERSON_KEY: 'demo-person-key-0001' };

async function faultsOf(text: string, env: Record<string, string> = environment): Promise<string> {
  try {
    await loadConfig(write(text), catalogue, env);
  } catch (error) {
    if (isYilianError(error) && error.code === 'ERR_CONFIG') return error.text.en;
    throw error;
  }
  return '';
}

describe('the configuration', () => {
  it('is read with units, defaults and secrets resolved', async () => {
    const config = await loadConfig(write(good), catalogue, environment);

    expect(config.personKey).toBe('demo-person-key-0001');
    expect(config.operator.organisation).toBe('演示市劳动能力鉴定中心');
    expect(config.rules).toEqual({ 'stays-overlap': { minDays: 2 } });
    expect(config.connections).toHaveLength(1);
    expect(config.connections[0]).toMatchObject({
      agency: 'civil-affairs',
      feed: 'cremations',
      connection: '',
      channel: {
        kind: 'http',
        rate: { count: 1000, perMs: 3_600_000 },
        deadlineMs: 20_000,
        hours: { fromMinute: 540, untilMinute: 1020 },
        concurrency: 4,
      },
      auth: { kind: 'national-platform', settings: { rid: 'r', sid: 's', appKey: 'abcdef' } },
      envelope: { id: 'inspur-sdk', settings: { success: '0' } },
      settings: { limit: 10 },
      refreshMs: 2_592_000_000,
    });
  });

  it('names every fault at once, each with its line', async () => {
    const faults = await faultsOf(
      good
        .replace('1000/hour', '1000/week')
        .replace('20s', '20')
        .replace('minDays', 'minWeeks')
        .replace('envelope: inspur-sdk', 'envelope: inspur'),
    );

    expect(faults).toMatch(/:8:\d+ \/agencies\/civil-affairs\/cremations\/channel\/rate — not a rate/);
    expect(faults).toMatch(/:8:\d+ \/agencies\/civil-affairs\/cremations\/channel\/deadline — must be a text/);
    expect(faults).toMatch(/:4:\d+ \/rules\/stays-overlap\/minWeeks — rule stays-overlap has no parameter minWeeks/);
    expect(faults).toMatch(/:10:\d+ \/agencies\/civil-affairs\/cremations\/envelope — there is no envelope inspur/);
  });

  it('refuses a literal secret, wherever it stands', async () => {
    expect(await faultsOf(good.replace('${file:./key}', 'abcdef'))).toMatch(/appKey — a literal secret is refused/);
    expect(await faultsOf(good.replace('${YILIAN_PERSON_KEY}', 'literal-person-key-1'))).toMatch(
      /\/personKey — a literal secret is refused/,
    );
  });

  it.each([
    ['a header', "headers: { Authorization: 'Bearer abcdef' }", '/channel/headers/Authorization'],
    ['a header of a gateway', "headers: { X-Auth-Token: 'abcdef' }", '/channel/headers/X-Auth-Token'],
    [
      'a private key',
      'tls: { cert: ./cert.pem, key: "-----BEGIN EC PRIVATE KEY-----\\nabcdef\\n-----END EC PRIVATE KEY-----" }',
      '/channel/tls/key',
    ],
  ])('refuses a literal secret also as %s', async (_, literal, pointer) => {
    const faults = await faultsOf(good.replace('deadline: 20s', `deadline: 20s, ${literal}`));

    expect(faults).toContain(`/agencies/civil-affairs/cremations${pointer} — a literal secret is refused`);
    expect(faults).not.toContain('abcdef');
  });

  it('tells of a secret that is missing or literal once, and not that it is empty', async () => {
    expect(await faultsOf(good.replace('${file:./key}', 'abcdef'))).toMatch(/^1 fault in the configuration:/);
    expect(await faultsOf(good, {})).toMatch(/^1 fault in the configuration:/);
  });

  it('never repeats the literal secret it refuses', async () => {
    expect(await faultsOf(good.replace('${file:./key}', 'abcdef-literal'))).not.toContain('abcdef-literal');
  });

  it('says which environment variable or secret file is missing', async () => {
    expect(await faultsOf(good, {})).toMatch(/environment variable YILIAN_PERSON_KEY is not set/);
    expect(await faultsOf(good.replace('./key', './nokey'))).toMatch(/cannot read the secret file \.\/nokey \(ENOENT\)/);
  });

  it('refuses a person key that can be guessed', async () => {
    expect(await faultsOf(good, { YILIAN_PERSON_KEY: 'short' })).toMatch(/\/personKey — the person key needs at least 16 bytes/);
  });

  it('refuses an unknown key, feed, rule, auth, mapping and setting by name', async () => {
    expect(await faultsOf(`${good}surprise: 1\n`)).toMatch(/surprise/);
    expect(await faultsOf(good.replace('cremations:', 'burials:'))).toMatch(/there is no feed civil-affairs\/burials/);
    expect(await faultsOf(good.replace('stays-overlap', 'no-rule'))).toMatch(/there is no rule no-rule/);
    expect(await faultsOf(`${good}materials: { photo: off, foto: off }\n`)).toMatch(
      /\/materials\/foto — there is no material foto/,
    );
    expect(await faultsOf(good.replace('national-platform', 'magic'))).toMatch(/there is no auth magic/);
    expect(await faultsOf(good.replace('mapping: cremation-national', 'mapping: other'))).toMatch(/no shipped mapping other/);
    expect(await faultsOf(`${good}      settings: { limit: many }\n`)).toMatch(/\/settings\/limit/);
  });

  it('refuses an address with credentials in it', async () => {
    expect(await faultsOf(good.replace('https://gw', 'https://user:secret@gw'))).toMatch(
      /must be an http\(s\) address without credentials/,
    );
  });

  it('takes a list of connections for one feed and numbers them', async () => {
    const entry = good.slice(good.indexOf('      channel:')).replaceAll('      ', '        ');
    const list =
      good.slice(0, good.indexOf('      channel:')) +
      entry.replace('        channel', '      - channel') +
      entry.replace('        channel', '      - channel');

    const config = await loadConfig(write(list), catalogue, environment);

    expect(config.connections.map((item) => item.connection)).toEqual(['1', '2']);
  });

  it('reads a drop folder relative to the configuration', async () => {
    const path = write(good.replace(/channel: .*/, "channel: { folder: ./drop, marker: .ok, pattern: '*.csv' }"));

    const config = await loadConfig(path, catalogue, environment);

    expect(config.connections[0]?.channel).toEqual({
      kind: 'drop-folder',
      folder: join(path, '..', 'drop'),
      marker: '.ok',
      stableMs: 2000,
      pattern: '*.csv',
      maxBytes: 2_147_483_648,
    });
  });

  it('names the faults of the feeds beside those of its own shape', async () => {
    const faults = await faultsOf(
      `${good.replace('1000/hour', '1000/week').replace("region: '370700'", 'region: 37')}surprise: 1\n`,
    );

    expect(faults).toMatch(/^3 faults/);
    expect(faults).toMatch(/\/surprise — is not known here/);
    expect(faults).toMatch(/\/city\/region — must be a text/);
    expect(faults).toMatch(/\/channel\/rate — not a rate/);
  });

  it('spells out what is written once and used twice, and keeps the line of a fault in it', async () => {
    const twice = good
      .replace('channel: {', 'channel: &gateway {')
      .replace(/$/, '    marriages:\n      channel: *gateway\n      envelope: inspur-sdk\n      mapping: cremation-national\n');
    const feeds = { ...catalogue.feeds, 'civil-affairs/marriages': { lookup: true, changes: false } };

    const config = await loadConfig(write(twice), { ...catalogue, feeds }, environment);

    expect(config.connections.map((item) => item.channel.kind === 'http' && item.channel.baseUrl)).toEqual([
      'https://gw.example/httpproxy',
      'https://gw.example/httpproxy',
    ]);
    expect(await faultsOf(twice.replace('1000/hour', '1000/week'))).toMatch(/:8:\d+ \/agencies\/civil-affairs\/cremations/);
  });

  it('refuses an alias of nothing, and one that is spelt out without end', async () => {
    expect(await faultsOf(`${good}rules: *nothing\n`.replace('rules: { stays-overlap: { minDays: 2 } }\n', ''))).toMatch(
      /nothing/,
    );
    const lol = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh']) {
      lol.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(', ')}]`);
    }
    expect(await faultsOf(`${good}${lol.join('\n')}\n`)).toMatch(/alias/i);
  });

  it.each(['constructor', 'toString', '__proto__'])('knows nothing by the name of %s', async (name) => {
    expect(await faultsOf(good.replace('national-platform', name))).toMatch(/there is no auth/);
    expect(await faultsOf(good.replace('envelope: inspur-sdk', `envelope: ${name}`))).toMatch(/there is no envelope/);
    expect(await faultsOf(good.replace('mapping: cremation-national', `mapping: ${name}`))).toMatch(/no shipped mapping/);
    expect(await faultsOf(good.replace('stays-overlap: { minDays: 2 }', `${name}: off`))).toMatch(/there is no rule/);
    expect(await faultsOf(good.replace('minDays: 2', `${name}: 2`))).toMatch(/has no parameter/);
  });

  it.each(['0s', '30d', '0.0ms'])('refuses a deadline of %s, which a timer cannot keep', async (deadline) => {
    expect(await faultsOf(good.replace('deadline: 20s', `deadline: ${deadline}`))).toMatch(
      /\/channel\/deadline — must be more than 0 and at most a day/,
    );
  });

  it('refuses a size of nothing', async () => {
    expect(await faultsOf(good.replace('deadline: 20s', 'deadline: 20s, maxBytes: 0'))).toMatch(
      /\/channel\/maxBytes — not a size/,
    );
  });

  it('refuses two kinds of auth at once', async () => {
    expect(await faultsOf(good.replace('auth: {', 'auth: { none: {},'))).toMatch(/\/auth — must name one kind only/);
  });

  it('fills in what is not said of a feed, and believes what is', async () => {
    const short = good.replace('      refresh: 30d\n', '');
    const told = `${good}      lag: 5d\n      rowBand: 0.2\n      regions: ['370700']\nlimits: { rejectedRows: 5, blastFactor: 2.5, blastLeast: 1 }\n`;

    const [plain, own] = [
      await loadConfig(write(short), catalogue, environment),
      await loadConfig(write(told), catalogue, environment),
    ];

    expect(plain.connections[0]).toMatchObject({ mode: 'lookup', refreshMs: 604_800_000, lagMs: 259_200_000, rowBand: 0.5 });
    expect(plain.connections[0]?.regions).toBeUndefined();
    expect(plain.connections[0]?.channel).toMatchObject({ attempts: 3, maxBytes: 33_554_432, headers: {} });
    expect(plain.limits).toEqual({ rejectedShare: 0.5, rejectedRows: 20, blastFactor: 10, blastLeast: 50 });
    expect(plain.store).toBe('sqlite:./state/yilian.db');
    expect(own.connections[0]).toMatchObject({ lagMs: 432_000_000, rowBand: 0.2, regions: ['370700'] });
    expect(own.limits).toEqual({ rejectedShare: 0.5, rejectedRows: 5, blastFactor: 2.5, blastLeast: 1 });
  });

  it.each(['blastFactor: 0.5', 'blastFactor: ten', 'blastLeast: 0', 'blastLeast: 1.5', 'blast: 3'])(
    'refuses a guard that makes no sense: %s',
    async (limit) => {
      expect(await faultsOf(`${good}limits: { ${limit} }\n`)).toMatch(/\/limits/);
    },
  );

  it('cuts one line break from the end of a secret file, and nothing else', async () => {
    const path = write(good);
    writeFileSync(join(path, '..', 'key'), ' ab\ncd \r\n');

    const config = await loadConfig(path, catalogue, environment);

    expect(config.connections[0]?.auth.settings.appKey).toBe(' ab\ncd ');
  });

  it('refuses a certificate without its key, and a folder that is to be asked about persons', async () => {
    const alone = 'deadline: 20s, tls: { cert: "-----BEGIN CERTIFICATE-----" }';
    expect(await faultsOf(good.replace('deadline: 20s', alone))).toMatch(
      /\/channel\/tls — a client certificate and its key come together/,
    );
    expect(await faultsOf(good.replace(/channel: .*/, 'channel: { folder: ./drop }\n      mode: lookup'))).toMatch(
      /\/mode — a folder cannot be asked about persons/,
    );
  });

  it('reads a table of private-use characters, also of those that take two units of UTF-16', async () => {
    const path = write(`${good}privateUse: ./font.yaml\n`);
    writeFileSync(join(path, '..', 'font.yaml'), '"\ue352": "\u{2c35b}"\n"\u{f0001}": "\u{4dae}"\n');

    const config = await loadConfig(path, catalogue, environment);

    expect([...config.privateUse]).toEqual([
      ['\ue352', '\u{2c35b}'],
      ['\u{f0001}', '\u{4dae}'],
    ]);
    writeFileSync(join(path, '..', 'font.yaml'), '"\ue352x": "\u{2c35b}"\n');
    await expect(loadConfig(path, catalogue, environment)).rejects.toMatchObject({ code: 'ERR_CONFIG' });
  });

  it('tells what is wrong with a table in the reader’s language, and never reads a name by guess', async () => {
    const fault = async (key: string, file: string, content?: string | Uint8Array) => {
      const path = write(`${good}${key}: ./${file}\n`);
      if (content !== undefined) writeFileSync(join(path, '..', file), content);
      const error = await loadConfig(path, catalogue, environment).catch((thrown: unknown) => thrown);
      if (!isYilianError(error)) throw error;
      return [error.text.zh.split(' — ')[1], error.text.en.split(' — ')[1]];
    };
    // 演示医院 in GBK.
    const gbk = Buffer.from('code,name\nH1,\xd1\xdd\xca\xbe\xd2\xbd\xd4\xba\n', 'latin1');

    expect(await fault('institutions', 'i.csv')).toEqual(['./i.csv：无法读取（ENOENT）', './i.csv: cannot be read (ENOENT)']);
    expect(await fault('institutions', 'i.csv', gbk)).toEqual(['./i.csv：不是 UTF-8', './i.csv: not UTF-8']);
    expect(await fault('institutions', 'i.csv', 'code,name\nH1\n')).toEqual([
      './i.csv：无法读取（CSV_RECORD_INCONSISTENT_COLUMNS）',
      './i.csv: cannot be read (CSV_RECORD_INCONSISTENT_COLUMNS)',
    ]);
    expect(await fault('institutions', 'i.csv', 'code,name\nH1,\n')).toEqual([
      './i.csv：第 2 行缺 code 或 name',
      './i.csv: line 2 lacks code or name',
    ]);
    expect(await fault('calendar', 'c.yaml', 'holidays: [2026-02-30]')).toEqual([
      './c.yaml：holidays 中 2026-02-30 不是日期',
      './c.yaml: 2026-02-30 in holidays is no day',
    ]);
    expect(await fault('calendar', 'c.yaml')).toEqual(['./c.yaml：无法读取（ENOENT）', './c.yaml: cannot be read (ENOENT)']);
    expect(await fault('calendar', 'c.yaml', '- 2026-02-03')).toEqual([
      './c.yaml：须为 holidays、workdays 两个列表',
      './c.yaml: must hold the lists holidays and workdays',
    ]);
    expect(await fault('calendar', 'c.yaml', 'holiday: [2026-02-03]')).toEqual([
      './c.yaml：没有 holiday 这一项',
      './c.yaml: there is no entry holiday',
    ]);
    expect(await fault('calendar', 'c.yaml', 'workdays: 2026-02-03')).toEqual([
      './c.yaml：workdays 须为列表',
      './c.yaml: workdays must be a list',
    ]);
    expect(await fault('calendar', 'c.yaml', 'holidays: [2026-02-03]\nworkdays: [2026-02-03]')).toEqual([
      './c.yaml：2026-02-03 同时列为 holidays 与 workdays',
      './c.yaml: 2026-02-03 is in both holidays and workdays',
    ]);
    expect(await fault('privateUse', 'f.yaml', '"\ue352x": "a"')).toEqual([
      './f.yaml：须为单字对单字：U+E352',
      './f.yaml: must be one character for one character: U+E352',
    ]);
  });

  it('says where the YAML itself is wrong', async () => {
    expect(await faultsOf('city: {\n  name: [\n')).toMatch(/yilian\.config\.yaml:\d+:\d+/);
  });
});

describe('faults of different depth', () => {
  it('are told at once: a missing part does not hide a wrong unit, a wrong name, or a store that is not there yet', async () => {
    const text = good
      .replace(/^operator.*\n/m, '')
      .replace('rate: 1000/hour', 'rate: 1000/fortnight')
      .replace('envelope: inspur-sdk', 'envelope: nope')
      .replace('stays-overlap: { minDays: 2 }', 'nope: off')
      .replace('agencies:', 'store: postgres://db/yilian\nagencies:');

    const told = await faultsOf(text);

    for (const part of [
      '/operator — is required and missing',
      ':4:1 /store — this version has no PostgreSQL store yet',
      '/channel/rate — not a rate',
      '/envelope — there is no envelope nope',
      '/rules/nope — there is no rule nope',
    ])
      expect(told).toContain(part);
    expect(told).toMatch(/^5 faults/);
  });

  it('tell a secret that is not there once', async () => {
    expect(await faultsOf(good, {})).toMatch(/^1 fault in the configuration:\n.*YILIAN_PERSON_KEY is not set$/);
  });
});
