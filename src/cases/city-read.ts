import { envelopeFamilies } from '../envelopes/catalogue.generated.js';
import type { DecodedRecord, EnvelopeSettings } from '../envelopes/envelope.js';
import { isObject, readJson } from '../envelopes/json.js';
import { decodeText, glimpse } from '../envelopes/text.js';
import { YilianError } from '../errors.js';
import type { CompiledRows, MappedRow, MappedRows } from '../mapping/rows.js';
import type { Bilingual } from '../model/index.js';

/**
 * Bytes of the city's own systems → rows: JSON Lines (a row a line), JSON arrays, delimited tables; UTF-8 with or without a mark, GBK, GB18030. A
 * configured envelope wins over what the bytes look like.
 */

/** A row with its place. */
export interface PlacedRow extends MappedRow {
  file: string;
  /** 1 is the first line; none for rows of one JSON text. */
  line?: number;
}

/** A row, or a whole file, that nobody can use. */
export interface RefusedCityRow {
  file: string;
  line?: number;
  pointer: string;
  reason: string;
  detail: Bilingual;
}

export interface CityReading {
  rows: PlacedRow[];
  refused: RefusedCityRow[];
  unknownCodes: MappedRows['unknownCodes'];
  /** Rows of another insurance, or outside the conditions of the mapping. */
  skipped: number;
  warnings: string[];
}

/** Reads one file. Bad rows are in `refused`; nothing is thrown for bytes. Throws ERR_USAGE for an envelope there is not. */
export function readCityRows(
  file: string,
  bytes: Uint8Array,
  mapping: CompiledRows,
  envelope?: { id: string; settings: EnvelopeSettings },
): CityReading {
  const opened = envelope === undefined ? openByLooks(bytes) : openAs(envelope, bytes);
  if (opened.unreadable !== undefined) {
    const { reason, detail, line } = opened.unreadable;
    return {
      rows: [],
      refused: [{ file, ...(line === undefined ? {} : { line }), pointer: '', reason, detail }],
      unknownCodes: [],
      skipped: 0,
      warnings: opened.warnings,
    };
  }
  const mapped = mapping.apply(opened.records);
  const lineOf = (pointer: string): { line?: number } => {
    const line = opened.lines.get(/^\/[^/]*/.exec(pointer)?.[0] ?? '');
    return line === undefined ? {} : { line };
  };
  return {
    rows: mapped.rows.map((row) => ({ ...row, file, ...lineOf(row.pointer) })),
    refused: mapped.refused.map((row) => ({ file, ...lineOf(row.pointer), ...row })),
    unknownCodes: mapped.unknownCodes,
    skipped: mapped.skipped,
    warnings: opened.warnings,
  };
}

interface OpenedRows {
  records: readonly DecodedRecord[];
  /** Pointer of a record → its line. */
  lines: ReadonlyMap<string, number>;
  unreadable?: { reason: string; detail: Bilingual; line?: number };
  warnings: string[];
}

function openByLooks(bytes: Uint8Array): OpenedRows {
  const head = glimpse(bytes, 4096).trimStart();
  if (head.startsWith('[')) return openAs({ id: 'json-rows', settings: {} }, bytes);
  return head.startsWith('{') ? openLines(bytes) : openAs({ id: 'table-exchange', settings: {} }, bytes);
}

function openAs({ id, settings }: { id: string; settings: EnvelopeSettings }, bytes: Uint8Array): OpenedRows {
  const family = Object.hasOwn(envelopeFamilies, id) ? envelopeFamilies[id] : undefined;
  if (family === undefined)
    throw new YilianError('ERR_USAGE', { zh: `没有这种报文格式：${id}`, en: `there is no envelope ${id}` });
  const opened = family.create(settings).open(bytes);
  const { warnings } = opened;
  if (opened.unreadable !== undefined) return { records: [], lines: new Map(), unreadable: opened.unreadable, warnings };
  if (opened.status !== 'ok' && opened.status !== 'nothing-found') {
    const detail = { zh: '报文说的是失败', en: 'the message reports a failure' };
    return { records: [], lines: new Map(), unreadable: { reason: 'agency-error', detail }, warnings };
  }
  const lines = new Map<string, number>();
  for (const record of opened.records) {
    const line = isObject(record.value) ? record.value['#line'] : undefined;
    if (typeof line === 'string') lines.set(record.pointer, Number(line));
  }
  return { records: opened.records, lines, warnings };
}

/** A line that is no JSON object is refused by itself. */
function openLines(bytes: Uint8Array): OpenedRows {
  const decoded = decodeText(bytes);
  if (!decoded.ok) return { records: [], lines: new Map(), unreadable: decoded.fault, warnings: [] };
  const records: DecodedRecord[] = [];
  const lines = new Map<string, number>();
  for (const [index, text] of decoded.text.split('\n').entries()) {
    if (text.trim() === '') continue;
    const pointer = `/${index}`;
    lines.set(pointer, index + 1);
    const read = readJson(text);
    if (read.ok && isObject(read.value)) records.push({ value: read.value, pointer });
    else
      records.push({
        value: null,
        pointer,
        refused: read.ok
          ? { reason: 'not-an-object', detail: { zh: '这一行不是 JSON 对象', en: 'this line is no JSON object' } }
          : { reason: read.fault.reason, detail: read.fault.detail },
      });
  }
  return { records, lines, warnings: decoded.warnings };
}
