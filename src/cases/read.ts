import { parse } from 'csv-parse/sync';
import { YilianError } from '../errors.js';
import type { Bilingual, CaseImport } from '../model/index.js';
import { validateCaseImport } from '../schema.js';
import { utf8 } from '../utf8.js';
import { caseImportsOfCsv } from './csv.js';

/** What is wrong with one line of an import file. */
export interface ImportFault {
  /** 1 is the first line of the file. */
  line: number;
  pointer: string;
  message: Bilingual;
}

/**
 * Reads the city's own file for `cases import`: JSON Lines of `{ subject, cases, benefits, settlements }`, or CSV (see `csv.ts`).
 * Every line that cannot be read is a fault with its place; the others are given.
 */
export function readCases(
  name: string,
  bytes: Uint8Array,
): { entries: { line: number; entry: CaseImport }[]; faults: ImportFault[] } {
  const text = utf8(bytes);
  if (text === undefined) {
    const message = {
      zh: '不是 UTF-8：请另存为 UTF-8（电子表格中选“CSV UTF-8”）',
      en: 'not UTF-8: save it as UTF-8 (in a spreadsheet: “CSV UTF-8”)',
    };
    return { entries: [], faults: [{ line: firstBadLine(bytes), pointer: '', message }] };
  }
  return /\.csv$/i.test(name) ? readCsv(text) : readJsonLines(text);
}

function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0, end = 0; start < bytes.length; start = end + 1, line += 1) {
    end = bytes.indexOf(10, start);
    if (end < 0) end = bytes.length;
    if (utf8(bytes.subarray(start, end)) === undefined) break;
  }
  return line;
}

function readJsonLines(text: string): ReturnType<typeof readCases> {
  const entries: { line: number; entry: CaseImport }[] = [];
  const faults: ImportFault[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw.trim() === '') continue;
    const line = index + 1;
    let value: unknown;
    try {
      value = JSON.parse(raw);
    } catch {
      faults.push({ line, pointer: '', message: { zh: '不是 JSON', en: 'not JSON' } });
      continue;
    }
    const result = validateCaseImport(value);
    if (result.ok) entries.push({ line, entry: result.value });
    else faults.push(...result.faults.map((fault) => ({ line, ...fault })));
  }
  return { entries, faults };
}

function readCsv(text: string): ReturnType<typeof readCases> {
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parse(text, { bom: true, columns: true, skip_empty_lines: true, trim: true, info: true }) as typeof rows;
  } catch (error) {
    const line = (error as { lines?: number }).lines ?? 1;
    return {
      entries: [],
      faults: [
        { line, pointer: '', message: { zh: 'CSV 无法读取（列数或引号）', en: 'the CSV cannot be read (columns or quotes)' } },
      ],
    };
  }
  const { entries, faults } = caseImportsOfCsv(rows.map((row) => ({ line: row.info.lines, cells: row.record })));
  const good: { line: number; entry: CaseImport }[] = [];
  for (const { line, lines, entry } of entries) {
    const result = validateCaseImport(entry);
    if (result.ok) good.push({ line, entry: result.value });
    else faults.push(...result.faults.map((fault) => ({ line: lineOf(fault.pointer, lines) ?? line, ...fault })));
  }
  return { entries: good, faults: faults.toSorted((one, other) => one.line - other.line) };
}

/** The line of the innermost part that the pointer lies in. */
function lineOf(pointer: string, lines: ReadonlyMap<string, number>): number | undefined {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const line = lines.get(at);
    if (line !== undefined) return line;
  }
  return undefined;
}

/** One error that names every faulty line of every file. */
export function importError(faults: readonly (ImportFault & { file: string })[]): YilianError {
  const shown = faults.slice(0, 50);
  const text = (language: 'zh' | 'en'): string =>
    shown.map((fault) => `${fault.file}:${fault.line} ${fault.pointer} — ${fault.message[language]}`).join('\n');
  const more = faults.length - shown.length;
  return new YilianError('ERR_INPUT', {
    zh: `${faults.length} 处错误：\n${text('zh')}${more > 0 ? `\n……另有 ${more} 处` : ''}`,
    en: `${faults.length} fault(s):\n${text('en')}${more > 0 ? `\n… and ${more} more` : ''}`,
  });
}
