import type { DroppedFile } from '../channels/channel.js';
import type { Opened } from '../envelopes/envelope.js';
import type { MappedElement } from '../mapping/context.js';
import { sumUnknownCodes } from '../mapping/engine.js';
import type { Changes, Connection, Page } from './adapter.js';
import { mapReply } from './answers.js';
import type { Reply } from './call.js';
import { receivedMessage, saidBy } from './message.js';

/**
 * Files that arrive by themselves: opened like answers, but sieved instead of guarded, because they speak of everybody.
 */

/** Opens one dropped file with the connection's envelope. Never throws on bad bytes: see `reply.opened.unreadable`. */
export function openFile(connection: Connection, file: DroppedFile): Reply {
  return {
    opened: withoutSilence(connection.envelope.open(file.bytes)),
    message: receivedMessage(connection, file.receivedAt, file.bytes, file.name),
    operation: '',
  };
}

/** A file that holds a refusal, recorded by whoever fetched it, is no empty list: nothing may be concluded from it. */
function withoutSilence(opened: Opened): Opened {
  if (opened.unreadable !== undefined || opened.status === 'ok' || opened.status === 'nothing-found') return opened;
  const said = saidBy(opened);
  const detail = { zh: `文件里是对方的拒绝：${said}`, en: `the file holds a refusal by the agency: ${said}` };
  return { ...opened, status: 'failed', unreadable: { reason: 'agency-error', pointer: '', detail } };
}

/**
 * Sieves one opened file: rows about persons not on file are counted and forgotten, and then the file's bytes are not kept.
 * `elements` where the adapter has ordered or joined them itself. The caller adds cursor, completeness, gaps.
 */
export function sieve(
  connection: Connection,
  reply: Reply,
  ask: Pick<Changes, 'onFile' | 'only'>,
  elements: readonly MappedElement[] = mapReply(connection, reply).elements,
): Omit<Page, 'cursor'> {
  const { onFile, only } = ask;
  const isKept = ({ identity: { state, documents } }: MappedElement): boolean =>
    state === 'given' ? documents.some(({ number }) => (only ?? onFile)(number)) : only === undefined;
  const kept = elements.filter(isKept);
  const rows = new Set(elements.map((element) => element.pointer)).size;
  const sieved = rows - new Set(kept.map((element) => element.pointer)).size;
  const allOnFile = elements.every((element) => element.identity.state === 'given') && sieved === 0;
  const { bytes: _, ...withoutBytes } = reply.message;
  const unreadable = reply.opened.unreadable;
  return {
    messages: [allOnFile || unreadable !== undefined ? reply.message : withoutBytes],
    evidence: kept.flatMap((element) => element.evidence ?? []),
    rejected: [
      ...(unreadable === undefined || only !== undefined
        ? []
        : [{ reason: unreadable.reason, pointer: unreadable.pointer, message: reply.message.id, detail: unreadable.detail }]),
      ...kept.flatMap((element) => element.rejected),
    ],
    unknownCodes: sumUnknownCodes(kept.flatMap((element) => element.unknownCodes)),
    rows,
    sieved,
  };
}
