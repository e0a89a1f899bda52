import { createHash } from 'node:crypto';
import type { DroppedFile } from '../channels/channel.js';
import type { Opened } from '../envelopes/envelope.js';
import type { MappedElement } from '../mapping/context.js';
import { sumUnknownCodes } from '../mapping/engine.js';
import { type Evidence, noRows, noTally } from '../model/index.js';
import type { Changes, Connection, Page } from './adapter.js';
import { mapReply } from './answers.js';
import type { Reply } from './call.js';
import { receivedMessage, saidBy } from './message.js';
import { tallyOf } from './tally.js';

/**
 * Files that arrive by themselves: opened like answers, but sieved instead of guarded, because they speak of everybody.
 */

/** Opens one dropped file with the connection's envelope. Never throws on bad bytes: see `reply.opened.unreadable`. */
export function openFile(connection: Connection, file: DroppedFile): Reply {
  const opened = withoutSilence(connection.envelope.open(file.bytes));
  const message = receivedMessage(connection, file.receivedAt, file.bytes, file.name);
  // Several may come at once that are alike, and each counts for its own day.
  const id = holdsNothing(opened)
    ? `${message.id}-${createHash('sha256').update(file.name).digest('hex').slice(0, 8)}`
    : message.id;
  return { opened, message: { ...message, id }, operation: '' };
}

/** No row, or a line of totals alone: what it says is that nothing happened, or that nobody can read it. */
export function holdsNothing({ records }: Pick<Opened, 'records'>): boolean {
  return records.every((record) => record.refused?.reason === 'total-row');
}

/** A file that holds a refusal, recorded by whoever fetched it, is no empty list: nothing may be concluded from it. */
function withoutSilence(opened: Opened): Opened {
  if (opened.unreadable !== undefined || opened.status === 'ok' || opened.status === 'nothing-found') return opened;
  const said = saidBy(opened);
  const detail = { zh: `文件里是对方的拒绝：${said}`, en: `the file holds a refusal by the agency: ${said}` };
  return { ...opened, status: 'failed', unreadable: { reason: 'agency-error', pointer: '', detail } };
}

type Whom = Pick<Changes, 'onFile' | 'only' | 'resembles'>;

/** Is the element about somebody on file by its number? Of one without a usable number nobody can say that it is not. */
export function isAboutNobodyElse(element: MappedElement, ask: Whom): boolean {
  const { state, documents } = element.identity;
  if (state !== 'given') return ask.only === undefined;
  return documents.some(({ number }) => (ask.only ?? ask.onFile)(number));
}

/**
 * What the element brings about somebody on file who is not named by its number: a mistyped or missing number beside a name and a birth date.
 * A retraction never does: it is known by its record's key.
 */
export function resembling(element: MappedElement, ask: Whom): Evidence | undefined {
  if (ask.resembles === undefined || element.isVoid === true) return undefined;
  const { state, documents } = element.identity;
  const evidence = state === 'given' ? element.evidence : element.unnumbered;
  // In this order: for nearly every row the first is the cheaper question.
  if (evidence === undefined || !ask.resembles(evidence.person)) return undefined;
  return state === 'given' && documents.some(({ number }) => ask.onFile(number)) ? undefined : evidence;
}

/**
 * Sieves one opened file: rows about persons not on file, whom nobody on file resembles, are counted and forgotten, and then the file's bytes are
 * not kept.
 * `elements` where the adapter has ordered or joined them itself. The caller adds cursor, completeness, gaps.
 */
export function sieve(
  connection: Connection,
  reply: Reply,
  ask: Whom,
  elements: readonly MappedElement[] = mapReply(connection, reply).elements,
): Omit<Page, 'cursor'> {
  const { only } = ask;
  const kept = elements.flatMap((element): MappedElement[] => {
    const evidence = resembling(element, ask);
    if (evidence !== undefined) return [{ ...element, evidence, rejected: [] }];
    return isAboutNobodyElse(element, ask) ? [element] : [];
  });
  const rows = new Set(elements.map((element) => element.pointer)).size;
  const sieved = rows - new Set(kept.map((element) => element.pointer)).size;
  const allOnFile = elements.every((element) => element.identity.state === 'given') && sieved === 0;
  const { bytes: _, ...withoutBytes } = reply.message;
  const unreadable = reply.opened.unreadable;
  const evidence = kept.flatMap((element) => element.evidence ?? []);
  const keptElements = new Set(kept);
  const fateOf = (element: MappedElement) => {
    if (!keptElements.has(element)) return 'sieved';
    if (element.evidence !== undefined) return 'mapped';
    if (element.rejected.length > 0) return 'rejected';
    // Nothing but its key is needed, or can be said: a record is turned void by it.
    return element.isVoid === true && element.recordId !== undefined ? 'void' : undefined;
  };
  return {
    messages: [allOnFile || unreadable !== undefined ? reply.message : withoutBytes],
    evidence,
    rejected: [
      ...(unreadable === undefined || only !== undefined
        ? []
        : [{ reason: unreadable.reason, pointer: unreadable.pointer, message: reply.message.id, detail: unreadable.detail }]),
      ...kept.flatMap((element) => element.rejected),
    ],
    unknownCodes: sumUnknownCodes(kept.flatMap((element) => element.unknownCodes)),
    rows,
    sieved,
    // Rows read a second time were counted the first time; only the evidence they bring now is new.
    tally:
      only === undefined
        ? tallyOf([reply], elements, fateOf, { evidence: evidence.length, byDay: true })
        : { ...noTally(), rows: { ...noRows(), evidence: evidence.length } },
  };
}
