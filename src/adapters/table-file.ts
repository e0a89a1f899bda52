import type { DroppedFile, SkippedFile } from '../channels/channel.js';
import { inOrder } from '../envelopes/table-order.js';
import type { MappedElement } from '../mapping/context.js';
import { readDate } from '../mapping/dates.js';
import { dayOfInstant, type Evidence, formatDay, type Json, sumTallies } from '../model/index.js';
import type { CallContext, Changes, Connection, Cursor, Page, Retraction } from './adapter.js';
import { mapReply } from './answers.js';
import { failure, type Reply } from './call.js';
import { isAsDeclared } from './control-total.js';
import { judgeLoad, type Load, partsOfOne } from './full-load.js';
import { withoutFalseNumbers } from './out-of-line.js';
import { holdsNothing, openFile, resembling, sieve } from './receive.js';
import { textIn } from './row.js';
import {
  type BatchState,
  batchesAfter,
  countEntry,
  fileEntry,
  gapOf,
  isWaiting,
  nameDay,
  waitingEntry,
} from './table-batches.js';

/**
 * What changed, told by files of an exchanged table (库表交换): rows of inserts, updates and deletions with control columns, or full loads.
 *
 * Rows are applied in order of CD_BATCH, CD_TIME, then file and line, over all files that are new in a run; a `D` turns its record void, a `U`
 * is a new version. CD_TIME says when a row was sent: it dates completeness and versions, and never what happened. Sources: population-civil E.
 */

/** JSON Schema of the settings a feed of table files has, to be put among its own. */
export const tableFileSettings: { readonly [key: string]: Json } = {
  fullLoad: {
    type: 'boolean',
    default: false,
    description:
      '每个文件是全量（清表后装载）/ every file is a full load: what it no longer holds is void, if its row count lies in the band',
  },
  fullLoadBand: {
    type: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
    default: 0.5,
    description:
      '全量文件行数允许偏离最近 14 次（已采信的）中位数的比例 / how far a full load may be from the median row count of the last 14 that were believed, as a share',
  },
  sequence: {
    enum: ['none', 'day', 'day-and-serial'],
    default: 'none',
    description:
      '批次号（CD_BATCH = 日期 + 流水号）是否每日必有、流水号是否连续 / whether every day has a batch, and serials of a day run from 1 without a hole',
  },
  completeThrough: {
    enum: ['rows', 'file-name'],
    default: 'rows',
    description:
      '截至哪一天：最新 CD_TIME 的日期（无行的文件取文件名日期），或一律取文件名日期 / complete through the day of the newest CD_TIME (of a file without rows: the day in its name), or always the day in the name',
  },
  acceptedGaps: {
    type: 'array',
    items: { type: 'string' },
    default: [],
    description:
      '已确认补不回来的缺口（batch:20260102、file:x.csv）；full-load:300 表示全量行数确为 300 上下 / gaps known to stay (batch:20260102, file:x.csv): they no longer count; full-load:300: full loads of about 300 rows are right',
  },
};

/** A header and a line of totals are no longer; what is known and longer is not opened again. */
const mostBytesOfNothing = 64 * 1024;

/** What is kept between runs: days, batch and file names, row counts. Nothing about persons. */
interface TableCursor extends BatchState {
  completeThrough?: string;
  /** Row counts of the last full loads that were believed, oldest first. */
  rowCounts?: number[];
}

/** One new file, opened, mapped and sieved; rows about others are forgotten by now. */
interface Sifted extends Load {
  file: string;
  /** Its place in the order of arrival. */
  position: number;
  part: Omit<Page, 'cursor'>;
  /** Rows that bring kept evidence or turn a record void, in the order of the file. */
  rows: AppliedRow[];
  /** The first and the last row that matter to the order of application. */
  first?: Json;
  last?: Json;
  /** Record ids of rows that could not become evidence, or bear a number that nobody can have. */
  unreadable: string[];
  batches: string[];
}

type AppliedRow = { value: Json } & ({ evidence: Evidence } | { retracts: Retraction });

/**
 * Reads what has newly arrived, a page for each file, or for several whose rows must be applied in an order that runs across them.
 * Throws ERR_CONFIG where the connection is no drop folder, and what the channel throws.
 */
export async function* tableFileChanges(ask: Changes, connection: Connection, context: CallContext): AsyncGenerator<Page> {
  const { channel, settings } = connection;
  if (channel.kind !== 'drop-folder') {
    throw failure(connection, 'ERR_CONFIG', {
      zh: '变更文件须从文件夹接收（channel.folder）',
      en: 'files of changes arrive in a folder (channel.folder)',
    });
  }
  const files: Sifted[] = [];
  const read = channel.files(
    (sha256, name) => ask.seen(sha256, name),
    context.signal,
    (bytes) => bytes.length <= mostBytesOfNothing && holdsNothing(connection.envelope.open(bytes)),
  );
  for await (const file of read) files.push(sift(connection, ask, file, files.length));

  let cursor = { missing: [], ...ask.since } as unknown as TableCursor;
  const isFullLoad = settings.fullLoad === true;
  const groups = isFullLoad ? byDay(files).map((file) => [file]) : runsOfOrder(files);
  const parts = isFullLoad ? partsOfOne(files) : new Set<Sifted>();
  for (const group of groups) {
    const [file] = group;
    const page =
      isFullLoad && file !== undefined
        ? fullLoadPage(file, cursor, connection, parts.has(file))
        : changesPage(group, cursor, connection);
    cursor = page.cursor as unknown as TableCursor;
    yield page;
  }
  const lying = lyingPage(channel.skipped(), cursor, connection);
  if (lying !== undefined) yield lying;
}

/** Files that lie in the folder and could not be read yet, or that no longer do: a page without rows that says so. */
function lyingPage(skipped: readonly SkippedFile[], cursor: TableCursor, connection: Connection): Page | undefined {
  const waiting = skipped
    .filter(({ reason }) => reason !== 'vanished' && reason !== 'not-a-regular-file')
    .map(({ name }) => waitingEntry(name));
  const others = cursor.missing.filter((entry) => !isWaiting(entry));
  if (waiting.length === 0 && others.length === cursor.missing.length) return undefined;
  return { ...joined([]), evidence: [], ...ending({ ...cursor, missing: [...others, ...waiting] }, cursor, connection) };
}

// ---- one file -----------------------------------------------------------------------------------------------------------------------------

function sift(connection: Connection, ask: Changes, file: DroppedFile, position: number): Sifted {
  const { settings } = connection;
  const reply = openFile(connection, file);
  const { records, unreadable } = reply.opened;
  const values = new Map(records.map((record) => [record.pointer, record.value]));
  const rowOf = (element: MappedElement): Json => values.get(element.pointer) ?? null;
  const told = mapReply(connection, reply).elements.map((element) => withKnownOperation(element, rowOf(element)));
  const mapped = withoutFalseNumbers(told, ask.onFile);
  // A retraction needs nothing but its record's key.
  const isByKey = (element: MappedElement) =>
    element.evidence === undefined && element.isVoid === true && element.recordId !== undefined;
  const elements = mapped.map((element) => {
    if (isByKey(element)) return { ...element, rejected: [] };
    const evidence = element.evidence === undefined ? resembling(element, ask) : undefined;
    return evidence === undefined ? element : { ...element, evidence, rejected: [] };
  });
  const part = sieve(connection, reply, ask, elements);
  const kept = new Set(part.evidence);
  const rows = elements.flatMap((element): AppliedRow[] => {
    const value = rowOf(element);
    if (element.evidence !== undefined && kept.has(element.evidence)) return [{ value, evidence: element.evidence }];
    const isGone = isByKey(element) || (isNowSomebodyElses(element, value) && !isKept(element, ask));
    return isGone && element.recordId !== undefined ? [{ value, retracts: retraction(element.recordId, value) }] : [];
  });
  const lost = elements.filter(
    (element) =>
      element.evidence === undefined &&
      !isByKey(element) &&
      // A row of totals is no record that could be missed.
      !isTotal(element.rejected) &&
      isKept(element, ask),
  );
  const ids = new Set(settings.fullLoad === true ? elements.flatMap((element) => element.recordId ?? []) : []);
  const range = inOrder([...records.slice(0, 1), ...records.slice(-1), ...rows]);
  const first = range[0]?.value;
  const last = range.at(-1)?.value;
  const day = completeDay(connection, file, records);
  const isForeign =
    elements.length > 0 && lost.length === elements.length && lost.every(({ identity }) => identity.state === 'none');
  return {
    file: file.name,
    position,
    isBroken: unreadable !== undefined || isForeign,
    isCut: records.at(-1)?.refused?.reason === 'ragged-row' && !endsWithLine(file.bytes),
    isShort: unreadable === undefined && !isAsDeclared(reply.opened, file),
    part,
    rows,
    ...(first === undefined || last === undefined ? {} : { first, last }),
    unreadable: [...lost, ...elements.filter((element) => isNobodys(element) && !isKept(element, ask))].flatMap(
      (element) => element.recordId ?? [],
    ),
    hasLostRows: lost.some((element) => element.recordId === undefined),
    ids,
    enumerated: ids.size + elements.filter(({ recordId, rejected }) => recordId === undefined && !isTotal(rejected)).length,
    batches: batchesOf(reply, file),
    ...(day === undefined ? {} : { day }),
  };
}

function isTotal(rejected: MappedElement['rejected']): boolean {
  return rejected[0]?.reason === 'total-row';
}

function endsWithLine(bytes: Uint8Array): boolean {
  const last = bytes.at(-1);
  return last === 0x0a || last === 0x0d;
}

function isKept(element: MappedElement, ask: Changes): boolean {
  const { state, documents } = element.identity;
  return state !== 'given' || documents.some((document) => ask.onFile(document.number)) || resembling(element, ask) !== undefined;
}

/** A `U` or `D` about somebody not on file may take a record away from somebody who is: under its key the old version must not stand. */
function isNowSomebodyElses(element: MappedElement, row: Json): boolean {
  const operation = operationOf(row);
  return element.evidence !== undefined && (operation === 'D' || (operation === 'U' && !isNobodys(element)));
}

/** A number that nobody can have is a slip of the pen: it gives the record to nobody else, and the record is still there. */
function isNobodys({ identity: { state, documents } }: MappedElement): boolean {
  return state === 'given' && documents.every(({ validity }) => validity.startsWith('bad-'));
}

function retraction(recordId: string, row: Json): Retraction {
  const reading = readDate(textIn(row, 'CD_TIME'), 'instant');
  return { recordId, ...(reading.read === 'date' ? { updatedAt: reading.date } : {}) };
}

function operationOf(row: Json): string {
  return textIn(row, 'CD_OPERATION').toUpperCase();
}

/** An operation nobody has told us of is refused: neither a record nor a retraction. */
function withKnownOperation(element: MappedElement, row: Json): MappedElement {
  if (['', 'I', 'U', 'D'].includes(operationOf(row))) return element;
  const { evidence: _, isVoid: __, unnumbered: ___, ...rest } = element;
  return {
    ...rest,
    rejected: [
      ...element.rejected,
      {
        reason: 'unknown-operation',
        pointer: `${element.pointer}/CD_OPERATION`,
        message: element.message,
        detail: { zh: 'CD_OPERATION 不是 I、U、D', en: 'CD_OPERATION is none of I, U, D' },
      },
    ],
  };
}

function batchesOf(reply: Reply, file: DroppedFile): string[] {
  const batches = new Set(reply.opened.records.map((record) => textIn(record.value, 'CD_BATCH')));
  batches.delete('');
  const day = nameDay(file.name);
  if (batches.size === 0 && reply.opened.unreadable === undefined && day !== undefined) batches.add(day.replaceAll('-', ''));
  return [...batches];
}

/**
 * The day through which a file makes the feed complete: that of its newest row, or of its name. Nothing is complete through a day that has not
 * come when the file is read: a row that says so has a wrong time.
 */
function completeDay(connection: Connection, file: DroppedFile, records: Reply['opened']['records']): string | undefined {
  const today = formatDay(dayOfInstant(file.receivedAt));
  const named = nameDay(file.name);
  const byName = named !== undefined && named > today ? today : named;
  if (connection.settings.completeThrough === 'file-name' || records.length === 0) return byName;
  let newest: string | undefined;
  for (const record of records) {
    const reading = readDate(textIn(record.value, 'CD_TIME'), 'day');
    if (reading.read !== 'date' || reading.date.length !== 10 || reading.date > today) continue;
    if (newest === undefined || reading.date > newest) newest = reading.date;
  }
  return newest ?? byName;
}

// ---- pages --------------------------------------------------------------------------------------------------------------------------------

/** Full loads by their day; those of one day, and those of none, by their first row. */
function byDay(files: readonly Sifted[]): Sifted[] {
  const ordered = byFirstRow(files);
  if (files.some((file) => file.day === undefined)) return ordered;
  return ordered.sort((a, b) => ((a.day ?? '') < (b.day ?? '') ? -1 : a.day === b.day ? 0 : 1));
}

function byFirstRow(files: readonly Sifted[]): Sifted[] {
  return inOrder(files.map((file) => ({ value: file.first ?? file.last ?? {}, file }))).map(({ file }) => file);
}

/** Files in order of application, those whose rows interlock together and in order of arrival. A file without rows goes by itself. */
function runsOfOrder(files: readonly Sifted[]): Sifted[][] {
  const withRows = byFirstRow(files.filter((file) => file.first !== undefined));
  const groups: Sifted[][] = [];
  for (const file of withRows) {
    const group = groups.at(-1);
    if (group?.some((earlier) => interlock(earlier, file))) group.push(file);
    else groups.push([file]);
  }
  const ordered = groups.map((group) => group.sort((a, b) => a.position - b.position));
  return [...ordered, ...files.filter((file) => file.first === undefined).map((file) => [file])];
}

/** Must rows of the second be applied before some of the first? Of rows sent at the same time those of the file that came first go first. */
function interlock(one: Sifted, other: Sifted): boolean {
  const [last, first] = [one.last ?? null, other.first ?? null];
  return isBefore(first, last) || (!isBefore(last, first) && other.position < one.position);
}

/** Strictly before, in the order of application. */
function isBefore(one: Json, other: Json): boolean {
  const first = { value: one };
  return inOrder([{ value: other }, first])[0] === first;
}

function changesPage(group: readonly Sifted[], cursor: TableCursor, connection: Connection): Page {
  return {
    ...joined(group),
    ...applied(group.flatMap((file) => file.rows)),
    ...ending(moved(cursor, group, connection), cursor, connection),
  };
}

/** A full load voids what it no longer holds only where it is believed to hold everything. */
function fullLoadPage(file: Sifted, cursor: TableCursor, connection: Connection, isPart: boolean): Page {
  const before = { rowCounts: cursor.rowCounts ?? [], completeThrough: cursor.completeThrough, isPart };
  const verdict = judgeLoad(file, before, connection.settings);
  if (verdict.isOutdated) return outdatedPage(file, cursor, connection);
  const next: TableCursor = { ...moved(cursor, [file], connection), rowCounts: verdict.rowCounts };
  const missing = next.missing.filter((entry) => !entry.startsWith('full-load:'));
  if (verdict.doubt !== undefined) missing.push(verdict.doubt);
  return {
    ...joined([file]),
    ...applied(file.rows),
    ...ending({ ...next, missing }, cursor, connection),
    ...(verdict.voids ? { voids: { recordIds: 'all-others', except: file.unreadable } } : {}),
  };
}

/** An older load that comes after a newer one: its rows must not stand over what has been said since, nor bring back what has gone. */
function outdatedPage(file: Sifted, cursor: TableCursor, connection: Connection): Page {
  const page = joined([file]);
  const detail = {
    zh: '已读过更新的全量文件，这一份较旧，未采用',
    en: 'a newer full load has been read already; this one is older and was not applied',
  };
  const rejected = page.messages.map((message) => ({ reason: 'outdated-full-load', pointer: '', message: message.id, detail }));
  const tally = page.tally && { ...page.tally, rows: { ...page.tally.rows, evidence: 0 } };
  return { ...page, evidence: [], rejected, ...(tally === undefined ? {} : { tally }), ...ending(cursor, cursor, connection) };
}

/** Evidence in the order of application, and the records that no later row of the page brings back. */
function applied(rows: readonly AppliedRow[]): Pick<Page, 'evidence' | 'retracted'> {
  const evidence: Evidence[] = [];
  const retracted = new Map<string, Retraction>();
  for (const row of inOrder(rows)) {
    if ('retracts' in row) retracted.set(row.retracts.recordId, row.retracts);
    else {
      evidence.push(row.evidence);
      retracted.delete(row.evidence.source.recordId);
    }
  }
  return { evidence, ...(retracted.size === 0 ? {} : { retracted: [...retracted.values()] }) };
}

function joined(files: readonly Sifted[]): Omit<Page, 'cursor' | 'evidence'> {
  const tallies = files.flatMap(({ part }) => part.tally ?? []);
  return {
    messages: files.flatMap(({ part }) => part.messages),
    rejected: files.flatMap(({ part }) => part.rejected),
    unknownCodes: files.flatMap(({ part }) => part.unknownCodes),
    rows: files.reduce((sum, { part }) => sum + part.rows, 0),
    sieved: files.reduce((sum, { part }) => sum + part.sieved, 0),
    ...(tallies.length === 0 ? {} : { tally: sumTallies(tallies) }),
  };
}

function moved(cursor: TableCursor, files: readonly Sifted[], connection: Connection): TableCursor {
  const batches = batchesAfter(
    cursor,
    files.flatMap((file) => (file.isBroken ? [] : file.batches)),
    connection.settings.sequence,
  );
  const entries = (isWhole: boolean) =>
    files.filter((file) => isWhole === !(file.isBroken || file.isCut)).map((file) => fileEntry(file.file));
  const short = (isShort: boolean) => files.filter((file) => file.isShort === isShort).map((file) => countEntry(file.file));
  const whole = new Set([...entries(true), ...short(false)]);
  const missing = new Set([...batches.missing.filter((entry) => !whole.has(entry)), ...entries(false), ...short(true)]);
  const days = [cursor.completeThrough, ...files.map((file) => (file.isBroken ? undefined : file.day))]
    .filter((day) => day !== undefined)
    .sort();
  const through = days.at(-1);
  return {
    ...cursor,
    ...batches,
    missing: [...missing],
    ...(through === undefined ? {} : { completeThrough: through }),
  };
}

function ending(
  next: TableCursor,
  before: TableCursor,
  connection: Connection,
): Pick<Page, 'cursor' | 'completeThrough' | 'gap'> {
  const gap = gapOf(next.missing, connection.settings.acceptedGaps);
  const hadGap = before.missing.length > 0;
  return {
    cursor: next as unknown as Cursor,
    ...(next.completeThrough === undefined ? {} : { completeThrough: next.completeThrough }),
    ...(gap !== undefined ? { gap } : hadGap ? { gap: null } : {}),
  };
}
