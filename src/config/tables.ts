import { readFile } from 'node:fs/promises';
import { parse as parseCsv } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { YilianError } from '../errors.js';
import { dayInterval } from '../model/index.js';
import { utf8 } from '../utf8.js';
import type { Institution } from './config.js';

/** The table of institutions: CSV with the columns code, name, region (or 机构编码, 机构名称, 行政区划). Throws ERR_CONFIG with the line. */
export async function readInstitutions(path: string): Promise<Institution[]> {
  const rows = parseCsv(await readText(path), { columns: true, skip_empty_lines: true, trim: true }) as Record<string, string>[];
  return rows.map((row, index) => {
    const code = row.code ?? row.机构编码 ?? '';
    const name = row.name ?? row.机构名称 ?? '';
    const region = row.region ?? row.行政区划 ?? '';
    if (code === '' || name === '') throw fault(`第 ${index + 2} 行缺 code 或 name`, `line ${index + 2} lacks code or name`);
    if (region !== '' && !/^\d{6}$/.test(region))
      throw fault(`第 ${index + 2} 行 region 不是 6 位区划`, `line ${index + 2}: region is not six digits`);
    return { code, name, ...(region === '' ? {} : { region }) };
  });
}

/**
 * Days off and make-up working days (调休): `{ holidays: [day…], workdays: [day…] }` as YAML or JSON. Throws ERR_CONFIG for what is no such table, for
 * a day that is none, and for one that is in both lists: nobody could say which was meant.
 */
export async function readCalendar(path: string): Promise<{ holidays: string[]; workdays: string[] }> {
  const raw: unknown = parseYaml(await readText(path)) ?? {};
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw fault('须为 holidays、workdays 两个列表', 'must hold the lists holidays and workdays');
  const strange = Object.keys(raw).find((name) => name !== 'holidays' && name !== 'workdays');
  if (strange !== undefined) throw fault(`没有 ${strange} 这一项`, `there is no entry ${strange}`);
  const lists: { holidays?: unknown; workdays?: unknown } = raw;
  const [holidays, workdays] = [daysIn(lists.holidays, 'holidays'), daysIn(lists.workdays, 'workdays')];
  const both = holidays.find((day) => workdays.includes(day));
  if (both !== undefined) throw fault(`${both} 同时列为 holidays 与 workdays`, `${both} is in both holidays and workdays`);
  return { holidays, workdays };
}

function daysIn(value: unknown, name: string): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw fault(`${name} 须为列表`, `${name} must be a list`);
  return value.map((item) => {
    const day = String(item);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || dayInterval(day) === undefined)
      throw fault(`${name} 中 ${day} 不是日期`, `${day} in ${name} is no day`);
    return day;
  });
}

/** The city's table of private-use characters: `{ "<private-use character>": "<Unicode character>" }` as YAML or JSON. */
export async function readPrivateUse(path: string): Promise<Map<string, string>> {
  const raw = (parseYaml(await readText(path)) ?? {}) as Record<string, unknown>;
  return new Map(
    Object.entries(raw).map(([from, to]) => {
      if ([...from].length !== 1 || typeof to !== 'string' || [...to].length !== 1) {
        const which = `U+${from.codePointAt(0)?.toString(16).toUpperCase()}`;
        throw fault(`须为单字对单字：${which}`, `must be one character for one character: ${which}`);
      }
      return [from, to];
    }),
  );
}

/** Throws ERR_CONFIG for bytes that are not UTF-8: a hospital's name is not read by guess. */
async function readText(path: string): Promise<string> {
  const text = utf8(await readFile(path));
  if (text === undefined) throw fault('不是 UTF-8', 'not UTF-8');
  return text;
}

function fault(zh: string, en: string): YilianError {
  return new YilianError('ERR_CONFIG', { zh, en });
}
