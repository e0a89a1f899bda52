import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { lifeOf, startSandbox, worldOf } from './harness.js';

const world = worldOf();

async function rowsOf(dir: string, table: string, day: string): Promise<Record<string, string>[]> {
  const prefix = { settlements: 'setl_d', 'household-register': 'qczx' }[table] ?? 'swyxzm';
  const bytes = await readFile(join(dir, 'drop', table, `${prefix}_${day}.csv`));
  const text = new TextDecoder(table === 'settlements' ? 'utf-8' : 'gb18030', { fatal: true }).decode(bytes);
  return parse(text, { columns: true });
}

async function allRows(dir: string, table: string): Promise<Record<string, string>[]> {
  const names = (await readdir(join(dir, 'drop', table))).filter((name) => name.endsWith('.csv')).sort();
  const days = names.map((name) => /_(\d{8})\.csv$/.exec(name)?.[1] ?? '');
  return (await Promise.all(days.map((day) => rowsOf(dir, table, day)))).flat();
}

describe('the drop folders', () => {
  it.each(['death-certificates', 'settlements', 'household-register'])(
    'hold a file and a marker for every one of the last 31 days of %s',
    async (table) => {
      const { dir } = await startSandbox();

      const names = await readdir(join(dir, 'drop', table));

      const files = names.filter((name) => name.endsWith('.csv')).sort();
      expect(files).toHaveLength(31);
      expect(files[0]).toMatch(/_20261024\.csv$/);
      expect(files[30]).toMatch(/_20261123\.csv$/);
      expect(names.filter((name) => name.endsWith('.ok')).sort()).toEqual(files.map((name) => `${name}.ok`));
    },
  );

  it.each(['death-certificates', 'settlements', 'household-register'])(
    'have one header in every file of %s, also on days without rows',
    async (table) => {
      const { dir } = await startSandbox();
      const names = (await readdir(join(dir, 'drop', table))).filter((name) => name.endsWith('.csv'));
      const decoder = new TextDecoder(table === 'settlements' ? 'utf-8' : 'gb18030');

      const headers = await Promise.all(
        names.map(async (name) => decoder.decode(await readFile(join(dir, 'drop', table, name))).split(/\r?\n/)[0]),
      );

      expect(new Set(headers).size).toBe(1);
      expect(headers[0]).toContain('CD_OPERATION');
    },
  );

  it.each(['death-certificates', 'settlements', 'household-register'])(
    'have rows of %s on every day, all of that day’s batch',
    async (table) => {
      const { sandbox, dir } = await startSandbox({ people: 5 });
      await sandbox.advance(100);

      const names = (await readdir(join(dir, 'drop', table))).filter((name) => name.endsWith('.csv'));

      expect(names).toHaveLength(131);
      for (const day of names.map((name) => /_(\d{8})\./.exec(name)?.[1] ?? '')) {
        const rows = await rowsOf(dir, table, day);
        expect(rows.length).toBeGreaterThanOrEqual(table === 'household-register' ? 4 : 6);
        if (day > '20261024') expect(rows.length).toBeLessThanOrEqual(9);
        expect(new Set(rows.map(({ CD_BATCH }) => CD_BATCH))).toEqual(new Set([`${day}0001`]));
      }
    },
  );

  it('write a rare character of a name in GB18030 without loss', async () => {
    const { dir } = await startSandbox();

    const names = (await allRows(dir, 'death-certificates')).map(({ SZXM = '' }) => SZXM);

    expect(names.some((name) => /[𠮷𬱖𫞩]/u.test(name))).toBe(true);
    expect(names.every((name) => /^[\p{Script=Han}·]+$/u.test(name))).toBe(true);
  });

  it('are mostly about people the city has no file of', async () => {
    const { dir } = await startSandbox();
    const onFile = new Set(world.onFile.map((life) => life.citizen.number));

    const rows = await allRows(dir, 'death-certificates');
    const known = rows.filter(({ SZZJHM = '' }) => onFile.has(SZZJHM));

    expect(known.length).toBeGreaterThan(20);
    expect(known.length).toBeLessThan(rows.length / 2);
  });

  it('retract by D of the old row and reissue by I of a new one, in this order', async () => {
    const { dir } = await startSandbox();
    const { citizen } = lifeOf(world, 'reissued-with-the-same-day');

    const rows = (await allRows(dir, 'death-certificates')).filter(({ SZZJHM }) => SZZJHM === citizen.number);

    expect(rows.map(({ CD_OPERATION }) => CD_OPERATION)).toEqual(['I', 'D', 'I']);
    expect(rows[0]?.UUID).toBe(rows[1]?.UUID);
    expect(rows[2]?.UUID).not.toBe(rows[0]?.UUID);
    expect(new Set(rows.map(({ SWRQ }) => SWRQ)).size).toBe(1);
    expect((rows[1]?.CD_TIME ?? '') < (rows[2]?.CD_TIME ?? '')).toBe(true);
  });

  it('tell of every row first that it came, then what became of it, also in the first file that holds months', async () => {
    const { dir } = await startSandbox();
    const stories = new Map<string, string[]>();

    for (const { UUID = '', CD_OPERATION = '' } of await allRows(dir, 'death-certificates'))
      stories.set(UUID, [...(stories.get(UUID) ?? []), CD_OPERATION]);

    expect(new Set([...stories.values()].map((operations) => operations.join('')))).toEqual(new Set(['I', 'ID', 'IU']));
  });

  it('correct by U of the same row', async () => {
    const { dir } = await startSandbox();
    const { citizen } = lifeOf(world, 'certificate-corrected');

    const rows = (await allRows(dir, 'death-certificates')).filter(({ SZZJHM }) => SZZJHM === citizen.number);

    expect(rows.map(({ CD_OPERATION, SWRQ }) => [CD_OPERATION, SWRQ])).toEqual([
      ['I', '2026-08-30'],
      ['U', '2026-09-01'],
    ]);
    expect(new Set(rows.map(({ UUID }) => UUID)).size).toBe(1);
  });

  it('name the settlement that a reversal takes back, with negative amounts', async () => {
    const { dir } = await startSandbox();
    const { citizen } = lifeOf(world, 'insurance-payment-reversed');

    const [paid, reversal] = (await allRows(dir, 'settlements')).filter(({ certno }) => certno === citizen.number);

    expect(paid).toMatchObject({ refd_setl_flag: '0', init_setl_id: '', mid_setl_flag: '0', CD_OPERATION: 'I' });
    expect(reversal).toMatchObject({
      refd_setl_flag: '1',
      init_setl_id: paid?.setl_id,
      fund_pay_sumamt: `-${paid?.fund_pay_sumamt}`,
    });
  });

  it('mark an interim settlement, and delete one that was entered by mistake', async () => {
    const { dir } = await startSandbox();
    const of = async (story: string) =>
      (await allRows(dir, 'settlements')).filter(({ certno }) => certno === lifeOf(world, story).citizen.number);

    expect((await of('interim-and-final-settlement')).map(({ mid_setl_flag }) => mid_setl_flag)).toEqual(['1', '0']);
    expect((await of('insurance-payment-deleted')).map(({ CD_OPERATION, vali_flag }) => [CD_OPERATION, vali_flag])).toEqual([
      ['I', '1'],
      ['D', '0'],
    ]);
  });

  it('tell of a visit and of a purchase at a pharmacy by their own kinds of service, and of no stay', async () => {
    const { dir } = await startSandbox();
    const life = lifeOf(world, 'services-after-death');

    const rows = (await allRows(dir, 'settlements')).filter(({ certno }) => certno === life.citizen.number);

    expect(rows.map(({ med_type, clr_type, begndate, enddate }) => [med_type, clr_type, begndate, enddate])).toEqual([
      ['11', '11', '2026-09-24', '2026-09-24'],
      ['41', '41', '2026-10-09', '2026-10-09'],
    ]);
    const told = life.stays.map(({ insuranceVisitNo }) => insuranceVisitNo);
    for (const { mdtrt_id = '' } of rows) expect(told).not.toContain(mdtrt_id);
  });

  it('keep the money identity: total = fund + person', async () => {
    const { dir } = await startSandbox();
    const fen = (yuan = '') => Math.round(Number(yuan) * 100);

    for (const row of await allRows(dir, 'settlements')) {
      expect(fen(row.medfee_sumamt)).toBe(fen(row.fund_pay_sumamt) + fen(row.psn_pay));
    }
  });

  it('get the files of the days that pass, with the rows they bring', async () => {
    const { sandbox, dir } = await startSandbox();
    const { citizen } = lifeOf(world, 'death-arrives-tomorrow');

    await sandbox.advance(2);

    expect(sandbox.today).toBe('2026-11-25');
    const [row] = (await rowsOf(dir, 'death-certificates', '20261124')).filter(({ SZZJHM }) => SZZJHM === citizen.number);
    expect(row).toMatchObject({ CD_OPERATION: 'I', SWRQ: '2026-11-22', CD_BATCH: '202611240001' });
    expect((await stat(join(dir, 'drop/death-certificates/swyxzm_20261125.csv.ok'))).isFile()).toBe(true);
  });

  it('go away while their feed is down, and come back with what was delivered meanwhile', async () => {
    const { sandbox, dir } = await startSandbox();
    const folder = join(dir, 'drop/settlements');

    sandbox.setFault('medical-insurance/settlements', 'down');
    await expect(stat(folder)).rejects.toThrow('ENOENT');
    await sandbox.advance(1);
    await expect(stat(folder)).rejects.toThrow('ENOENT');
    sandbox.setFault('medical-insurance/settlements', undefined);

    expect(await readdir(folder)).toHaveLength(64);
    expect(await readdir(folder)).toContain('setl_d_20261124.csv.ok');
  });

  it('are away from the start where the plan says so', async () => {
    const { sandbox, dir } = await startSandbox({ faults: { 'health/death-certificates/drop': 'down' } });

    await expect(stat(join(dir, 'drop/death-certificates'))).rejects.toThrow('ENOENT');
    sandbox.setFault('health', undefined);

    expect(await readdir(join(dir, 'drop/death-certificates'))).toHaveLength(62);
  });

  it('can have a file without marker, cut, or in another encoding', async () => {
    const { sandbox, dir } = await startSandbox();
    const folder = join(dir, 'drop/settlements');

    sandbox.setFault('medical-insurance/settlements', 'slow');
    await sandbox.advance(1);
    sandbox.setFault('medical-insurance/settlements', 'truncated');
    await sandbox.advance(1);
    sandbox.setFault('health/death-certificates/drop', 'gbk');
    await sandbox.advance(1);

    const names = await readdir(folder);
    expect(names).toContain('setl_d_20261124.csv');
    expect(names).not.toContain('setl_d_20261124.csv.ok');
    expect(names).toContain('setl_d_20261125.csv.ok');
    expect((await readFile(join(folder, 'setl_d_20261125.csv'), 'utf8')).endsWith('\n')).toBe(false);
    const mislabelled = await readFile(join(dir, 'drop/death-certificates/swyxzm_20261126.csv'));
    expect(new TextDecoder('utf-8', { fatal: true }).decode(mislabelled)).toContain('SWRQ');
  });
});
