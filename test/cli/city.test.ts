import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { YilianError } from '../../src/errors.js';
import { createExchange, type Exchange } from '../../src/exchange.js';
import type { AuditRecord } from '../../src/model/index.js';
import { errorOf } from '../channels/support.js';
import { run } from './run.js';

/** What an officer types for the city's own systems, from rows in a folder to the list of a session. */

const folder = mkdtempSync(join(tmpdir(), 'yilian-city-cli-'));
const config = join(folder, 'yilian.config.yaml');
const number = '370799196001010018';
const city = (codes: string) => `agencies:
  city:
    recognitions: { channel: { folder: ./recognitions, pattern: '*.jsonl' } }
    appraisals:
      channel: { folder: ./appraisals }
      ${codes}
`;
const base = `city: { name: 演示市, region: '370700', organisation: 演示市劳动能力鉴定中心 }
personKey: \${file:./key}
operator: { name: 夜间核对, id: SYSTEM }
`;
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  writeFileSync(join(folder, 'key'), 'a secret of the city, 32 bytes long');
  for (const name of ['recognitions', 'appraisals']) mkdirSync(join(folder, name));
  const recognition = { AAC001: '7', AAC002: number, AAC003: '测试甲', AAZ127: 'R1', ALC011: '认1', ALC020: '20260101' };
  writeFileSync(join(folder, 'recognitions', 'a.jsonl'), JSON.stringify({ ...recognition, AAB004: '演示公司' }));
  writeFileSync(join(folder, 'recognitions', 'notes.txt'), 'not ours');
  writeFileSync(
    join(folder, 'appraisals', 'a.csv'),
    'AAC001,AAZ127,AAZ151,ALA019,AAE127,STEP\n7,R1,C1,1,2026-02-01,受理\n,,,1,,\n',
  );
  writeFileSync(config, base + city('codes: {}'));
});

describe('the city’s own systems on the command line', () => {
  it('tell in doctor which lists nobody has named', async () => {
    const { stdout } = await run('doctor', '--config', config, '--lang', 'en', '--json');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { what: string; state: string; text: { en: string; zh: string } });

    const told = lines.filter(({ what }) => what === 'city/appraisals');
    expect(told.map(({ state, text }) => `${state} ${text.en.slice(0, 6)}`)).toEqual([
      'warning ALC060',
      'warning ALA019',
      'warning ALA040',
      'warning AAC060',
    ]);
    expect(told[0]?.text.en).toContain('alc060-0-none-3-total');
    expect(told[0]?.text.zh).toContain('护理依赖等级');
  });

  it('put rows on file once the list is named, and name what they refuse with its line', async () => {
    await run('cases', 'import', '--config', config, '--feed', 'recognitions');
    const unnamed = await run('cases', 'import', '--config', config, '--feed', 'appraisals', '--lang', 'en');
    expect(unnamed.code).toBe(0);
    expect(unnamed.stdout).toContain('cases: new 0');
    expect(unnamed.stdout).toContain('a.csv:2 C1: missing, or its code is not known: kind of appraisal (ALA019)');
    expect(unnamed.stdout).toContain('a.csv:3: the required field source.recordId has no value (no-appraisal-key)');
    expect(unnamed.stderr).toContain('ALA019 kind of appraisal');

    writeFileSync(config, base + city('codes: { ALA019: ala019-2-review-3-reappraisal }'));
    const named = await run('cases', 'import', '--config', config, '--feed', 'appraisals', '--lang', 'en');
    expect(named.stdout).toContain('cases: new 1');
    expect(named.stderr).not.toContain('ALA019');
  });

  it('refuse a source, a mapping or a list that is none', async () => {
    const no = await run('cases', 'import', '--config', config, '--as', 'nothing', 'a.csv', '--lang', 'en');
    expect([no.code, no.stderr]).toEqual([2, expect.stringContaining('city-appraisal-jinbao')]);
    expect((await run('cases', 'import', '--config', config)).code).toBe(2);
    const bad = join(folder, 'bad.yaml');
    writeFileSync(bad, `${base}agencies: { city: { recognitions: { codes: { ALC021: nobody } }, marriages: {} } }\n`);
    const error = await errorOf(createExchange(bad));
    expect(error.text.en).toContain('/agencies/city/recognitions/codes/ALC021');
    expect(error.text.en).toContain('/agencies/city/marriages');
  });

  it('list materials and a session, persons masked', async () => {
    const exchange = await createExchange(config);
    const subject = await exchange.store.subjectOfCase('C1', new Date().toISOString());
    const [item] = (await exchange.store.caseFile(subject?.key ?? '', new Date().toISOString()))?.cases ?? [];
    if (subject === undefined || item === undefined) throw new Error('C1 is not on file');
    const entry = {
      subject,
      numberKeys: [subject.key],
      cases: [{ ...item, state: 'accepted' as const }],
      benefits: [],
      settlements: [],
    };
    await exchange.store.importCases([entry], new Date().toISOString());
    await exchange.close();

    const list = await run('materials', '--config', config, '--case', 'C1', '--lang', 'en');
    expect(list.stdout).toContain('satisfied  recognition decision');
    const session = await run('session', '--config', config, '--date', '2026-03-10', '--lang', 'en');
    expect(session.stdout).toContain(
      'to be heard: 1\n  C1  测**  accepted  by 2026-04-02, 23 days left  cannot wait for the next',
    );
    expect(session.stdout).not.toContain(number);
    expect((await run('session', '--config', config, '--date', '2026-02-30')).code).toBe(2);
    expect((await run('materials', '--config', config, '--case', 'C9')).code).toBe(2);
  });
});

describe('prefill', () => {
  const prefills = async (exchange: Exchange): Promise<AuditRecord[]> => {
    const records: AuditRecord[] = [];
    for await (const { content } of exchange.store.audit.rows()) records.push(JSON.parse(content));
    return records.filter(({ kind }) => kind === 'prefill');
  };

  it('answers a wrong name for a number as it answers for nobody, and notes all of it without a number or a name', async () => {
    const exchange = await createExchange(config);
    const officer = { name: '经办员丁', id: 'D001', organisation: '演示市劳动能力鉴定中心' };
    const right = await exchange.prefill({ idNumber: number, name: '测试甲' }, { operator: officer, purpose: 'review' });
    const wrong = await exchange.prefill({ idNumber: number, name: '测试乙' });
    const nobody = await exchange.prefill({ idNumber: '370799197503150023', name: '测试乙' });
    const noted = await prefills(exchange);
    await exchange.close();

    expect(right?.fields.map(({ id }) => id)).toContain('employer');
    expect([wrong, nobody]).toEqual([undefined, undefined]);
    expect(noted.map(({ result }) => result).slice(-3)).toEqual(['found', 'not-found', 'not-found']);
    expect(noted.at(-3)).toMatchObject({ actor: { operator: '经办员丁 (D001)' }, purpose: 'review', subjects: [right?.key] });
    expect(noted.at(-1)).toMatchObject({ actor: { operator: '夜间核对 (SYSTEM)' }, purpose: 'application' });
    expect(JSON.stringify(noted)).not.toMatch(/370799|测试/);
  });

  it('is noted from the command line too', async () => {
    const { code } = await run('prefill', '--config', config, '--case', 'C1', '--json');
    const exchange = await createExchange(config);
    const noted = await prefills(exchange);
    await exchange.close();

    expect(code).toBe(0);
    expect(noted.at(-1)).toMatchObject({ result: 'found', caseNos: ['C1'], items: expect.arrayContaining(['employer']) });
  });

  it('tells nothing where it cannot be noted', async () => {
    const exchange = await createExchange(config);
    const { append } = exchange.store.audit;
    exchange.store.audit.append = () => Promise.reject(new YilianError('ERR_AUDIT', { zh: '磁盘已满', en: 'disk full' }));

    await expect(exchange.prefill({ caseNo: 'C1' })).rejects.toMatchObject({ code: 'ERR_AUDIT' });
    exchange.store.audit.append = append;
    await exchange.close();
  });

  it('knows a recognition that no case rests on yet', async () => {
    const exchange = await createExchange(config);
    const path = join(folder, 'new.jsonl');
    const row = { AAC002: '370799197503150023', AAC003: '测试乙', AAZ127: 'R2', ALC011: '认2', ALC020: '20260102' };
    writeFileSync(path, JSON.stringify(row));
    await exchange.importCity('recognitions', [path]);
    const told = await exchange.prefill({ idNumber: '370799197503150023', name: '测试乙' });
    const persons = await exchange.store.countSubjects(new Date().toISOString());
    await exchange.close();

    expect(told?.fields.find(({ id }) => id === 'recognition-no')?.values).toMatchObject([{ value: '认2' }]);
    expect(persons, 'a recognition alone puts nobody on file').toBe(1);
  });
});
