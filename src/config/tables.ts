import { readFile } from 'node:fs/promises';
import { parse as parseCsv } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { dayInterval } from '../model/index.js';
import type { Institution } from './config.js';

/** The table of institutions: CSV with the columns code, name, region (or 机构编码, 机构名称, 行政区划). Throws with the line. */
export async function readInstitutions(path: string): Promise<Institution[]> {
  const rows = parseCsv(await readFile(path, 'utf8'), { bom: true, columns: true, skip_empty_lines: true, trim: true }) as Record<
    string,
    string
  >[];
  return rows.map((row, index) => {
    const code = row.code ?? row.机构编码 ?? '';
    const name = row.name ?? row.机构名称 ?? '';
    const region = row.region ?? row.行政区划 ?? '';
    if (code === '' || name === '') throw new Error(`第 ${index + 2} 行缺 code 或 name / line ${index + 2} lacks code or name`);
    if (region !== '' && !/^\d{6}$/.test(region))
      throw new Error(`第 ${index + 2} 行 region 不是 6 位区划 / line ${index + 2}: region is not six digits`);
    return { code, name, ...(region === '' ? {} : { region }) };
  });
}

/** Days off and make-up working days (调休): `{ holidays: [day…], workdays: [day…] }` as YAML or JSON. Throws on a day that is none. */
export async function readCalendar(path: string): Promise<{ holidays: string[]; workdays: string[] }> {
  const raw = (parseYaml(await readFile(path, 'utf8')) ?? {}) as { holidays?: unknown; workdays?: unknown };
  const days = (value: unknown, name: string): string[] =>
    (Array.isArray(value) ? value : []).map((item) => {
      const day = String(item);
      if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || dayInterval(day) === undefined)
        throw new Error(`${name}: ${day} 不是日期 / is no day`);
      return day;
    });
  return { holidays: days(raw.holidays, 'holidays'), workdays: days(raw.workdays, 'workdays') };
}

/** The city's table of private-use characters: `{ "<private-use character>": "<Unicode character>" }` as YAML or JSON. */
export async function readPrivateUse(path: string): Promise<Map<string, string>> {
  const raw = (parseYaml(await readFile(path, 'utf8')) ?? {}) as Record<string, unknown>;
  return new Map(
    Object.entries(raw).map(([from, to]) => {
      if ([...from].length !== 1 || typeof to !== 'string' || [...to].length !== 1) {
        throw new Error(`须为单字对单字 / one character for one character: U+${from.codePointAt(0)?.toString(16)}`);
      }
      return [from, to];
    }),
  );
}
