import { parse } from 'csv-parse/sync';
import type { Bilingual, Json } from '../model/index.js';
import type { DecodedRecord, Envelope, EnvelopeFamily, Opened } from './envelope.js';
import { type Fault, fault, type Readable, unknownEnvelope, unreadable } from './fault.js';
import { readSettings, type SettingValues, settingsSchema, text, texts } from './settings.js';
import { decodeText, glimpse } from './text.js';

/**
 * Tables exchanged as delimited text (库表交换, exports): UTF-8 or GB18030, comma, tab or bar, a header row; population-civil E,
 * health-insurance 4 and 5.2. Column layout, separator and encoding of real files are not published, so they are looked at or configured.
 *
 * Every row is a record, header text → cell text, plus `#line`, the line of the file it begins on. A row that does not fit is refused by
 * itself. Control columns (CD_OPERATION …) are left to the mapping; `inOrder` in `table-order.ts` puts rows in the order to apply.
 */

const list = {
  encoding: text(
    '',
    '没有标注时的编码；空则先试 UTF-8 再试 GB18030 / encoding where nothing says it; empty = UTF-8, then GB18030',
  ),
  separator: text('auto', '分隔符：auto、tab 或一个字符 / separator: auto, tab or one character', {
    pattern: '^(auto|tab|[^"\\r\\n])$',
  }),
  columns: texts([], '文件没有表头时的列名 / column names where the file has no header'),
  totalWords: texts(
    ['合计', '总计', '小计', 'TOTAL'],
    '首格为这些词的行是合计行，不是记录 / rows whose first cell is one of these are totals, not records',
  ),
};

type Settings = SettingValues<typeof list>;

interface Row {
  cells: string[];
  line: number;
}

function open(settings: Settings, bytes: Uint8Array, contentType: string | undefined): Opened {
  const decoded = decodeText(bytes, { contentType, configured: settings.encoding || undefined });
  if (!decoded.ok) return unreadable(decoded.fault);
  const plain = decoded.text.replace(/^\uFEFF/, '');
  if (/^\s*</.test(plain)) {
    const page = /^\s*<(?:!DOCTYPE|html)\b/i.test(plain);
    return unreadable(page ? webPage : unknownEnvelope('table-exchange'), decoded.warnings);
  }
  if (/^\s*[{[]/.test(plain)) return unreadable(unknownEnvelope('table-exchange'), decoded.warnings);
  const separator = separatorOf(settings, plain);
  const rows = readRows(plain, separator);
  if (!rows.ok) return unreadable(rows.fault, decoded.warnings);
  const header = headerOf(settings, rows.rows);
  if (!header.ok) return unreadable(header.fault, decoded.warnings);
  const records = rows.rows.slice(header.skip).map((row, index) => record(settings, header.columns, row, index));
  return {
    status: records.length === 0 ? 'nothing-found' : 'ok',
    records,
    warnings: [...decoded.warnings, ...header.warnings],
    total: records.length,
    decoded: () => records.map((item) => item.value),
  };
}

const webPage: Fault = {
  reason: 'html-page',
  pointer: '',
  detail: { zh: '这是网页，不是表', en: 'this is a web page, not a table' },
};

function readRows(plain: string, separator: string): Readable<{ rows: Row[] }> {
  const rows: Row[] = [];
  let lastLine = 0;
  try {
    parse(plain, {
      delimiter: separator,
      relax_column_count: true,
      // `="3707…"`, the spreadsheet's way to keep a number a text, is a quote inside an unquoted cell.
      relax_quotes: true,
      on_record: (cells: string[], { lines }: { lines: number }) => {
        const line = lastLine + 1;
        lastLine = lines;
        if (cells.some((cell) => cell.trim() !== '')) rows.push({ cells, line });
        return null;
      },
    });
  } catch (error) {
    const line = lastLine + 1;
    const cut = error instanceof Error && 'code' in error && error.code === 'CSV_QUOTE_NOT_CLOSED';
    return cut
      ? fault('malformed-table', '', `第 ${line} 行起引号没有闭合`, `a quote opened at line ${line} or later is never closed`)
      : fault('malformed-table', '', `第 ${line} 行起无法读取`, `from line ${line} on the table cannot be read`);
  }
  return { ok: true, rows };
}

function headerOf(settings: Settings, rows: readonly Row[]): Readable<{ columns: string[]; skip: number; warnings: string[] }> {
  const first = rows[0]?.cells.map(plainCell) ?? [];
  if (settings.columns.length > 0) {
    const repeated = first.length === settings.columns.length && first.every((cell, index) => cell === settings.columns[index]);
    return { ok: true, columns: [...settings.columns], skip: repeated ? 1 : 0, warnings: [] };
  }
  const noHeader = fault('no-header', '/0', '第一行不是表头', 'the first line is no header');
  if (first.length < 2 || first.filter((cell) => cell !== '').length < 2) return noHeader;
  // A number of an ID, a day or a control character is never a column's name: the header is missing, and row one must not become it.
  const data = /^(?:\d{15}|\d{17}[\dXx]|\d{8}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*)$/;
  if (first.some((cell) => data.test(cell) || controlCharacter.test(cell))) return noHeader;
  const warnings: string[] = [];
  const columns: string[] = [];
  for (const [index, cell] of first.entries()) {
    if (cell === '__proto__')
      return fault('forbidden-key', '/0', '含有不允许的列名', 'it holds a column name that is not allowed');
    let name = cell === '' ? `#${index + 1}` : cell;
    if (columns.includes(name)) {
      name = `${cell}#${index + 1}`;
      warnings.push(`第 ${index + 1} 列与前面的列同名 / column ${index + 1} repeats the name of an earlier one`);
    }
    columns.push(name);
  }
  return { ok: true, columns, skip: 1, warnings };
}

const controlCharacter = /[^\t\n\r\u{20}-\u{10FFFF}]/u;

function record(settings: Settings, columns: readonly string[], row: Row, index: number): DecodedRecord {
  const value: { [key: string]: Json } = {};
  for (const [column, name] of columns.entries()) {
    const cell = row.cells[column];
    if (cell !== undefined) value[name] = plainCell(cell);
  }
  value['#line'] = String(row.line);
  const refused = refusalOf(settings, columns.length, row);
  return { value, pointer: `/${index}`, ...(refused === undefined ? {} : { refused }) };
}

function refusalOf(settings: Settings, columns: number, row: Row): { reason: string; detail: Bilingual } | undefined {
  const first = row.cells.map(plainCell).find((cell) => cell !== '') ?? '';
  const label = first.replace(/[\s:：]+/g, '').toUpperCase();
  const at = { zh: `第 ${row.line} 行`, en: `line ${row.line}` };
  if (settings.totalWords.some((word) => word.toUpperCase() === label)) {
    return { reason: 'total-row', detail: { zh: `${at.zh}是合计行`, en: `${at.en} is a row of totals` } };
  }
  if (row.cells.length !== columns) {
    const have = row.cells.length;
    return {
      reason: 'ragged-row',
      detail: { zh: `${at.zh}有 ${have} 格，表头有 ${columns} 列`, en: `${at.en} has ${have} cells, the header ${columns}` },
    };
  }
  if (row.cells.some((cell) => controlCharacter.test(cell))) {
    return { reason: 'control-character', detail: { zh: `${at.zh}含控制字符`, en: `${at.en} holds a control character` } };
  }
  return undefined;
}

/** Trimmed, and out of the spreadsheet's `="…"`. */
function plainCell(cell: string): string {
  const trimmed = cell.trim();
  const wrapped = /^="(.*)"$/s.exec(trimmed)?.[1];
  return wrapped === undefined ? trimmed : wrapped.trim();
}

function separatorOf(settings: Settings, plain: string): string {
  if (settings.separator === 'tab') return '\t';
  if (settings.separator !== 'auto') return settings.separator;
  return sniff(plain);
}

/** The candidate that stands most often in the first line outside quotes. */
function sniff(plain: string): string {
  const line = (/^\s*([^\r\n]*)/.exec(plain)?.[1] ?? '').replaceAll(/"[^"]*"/g, '');
  const counts = [',', '\t', '|'].map((candidate) => ({ candidate, times: line.split(candidate).length - 1 }));
  counts.sort((one, other) => other.times - one.times);
  return counts[0]?.candidate ?? ',';
}

const family: EnvelopeFamily = {
  id: 'table-exchange',
  title: { zh: '表交换文件（CSV 等）', en: 'Exchanged table (CSV and the like)' },
  recognises: (bytes) => {
    const head = glimpse(bytes, 8192);
    return !/^\s*[<{[]/.test(head) && /^[^\r\n]*[,\t|]/.test(head.trimStart()) && !controlCharacter.test(head);
  },
  settings: settingsSchema(list),
  create: (given): Envelope => {
    const settings = readSettings(list, given);
    return { id: 'table-exchange', open: (bytes, hints) => open(settings, bytes, hints?.contentType) };
  },
};
export default family;
