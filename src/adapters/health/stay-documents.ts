import type { YilianError } from '../../errors.js';
import { matchIdentity, parseIdDocument } from '../../identity/index.js';
import type { MappedElement } from '../../mapping/context.js';
import { dayInterval, formatDay, type Json, type Person, type Rejected, type StayEvidence } from '../../model/index.js';
import type { Connection } from '../adapter.js';
import { mapReply } from '../answers.js';
import type { Reply } from '../call.js';
import { type Asking, agencyFailure, foreignPointer, isOwn, type Row, rowsOf, textOf } from './stay-rows.js';

/**
 * Shared documents that say how a stay ended (health-insurance 2.6, 3.3): the list of each kind, then the content of each of the person's own.
 * A document never speaks for a person it does not name: without a number it inherits that of the message that brought it.
 */
export interface Documents {
  replies: Reply[];
  /** Contents of the person's own documents, oldest first. */
  contents: Row[];
  /** Rows about others, rows nobody can place, refusals: for the guard to tell. */
  others: MappedElement[];
  /** A document that could not be had: what is known of the stays is incomplete. */
  error?: YilianError;
}

/** The kinds asked for unless the settings say otherwise: home page, death record, record of a death within 24 hours. */
export const defaultDocuments = ['C0032', 'C0050', 'C0036'] as const;

/** Lists and reads the documents of the kinds configured. A failure ends the asking and is told; what came is kept. */
export async function gatherDocuments(asking: Asking, days: { from: number; until: string }): Promise<Documents> {
  const { connection, person } = asking;
  const gathered: Documents = { replies: [], contents: [], others: [] };
  const configured = connection.settings.documents;
  const codes: readonly string[] = Array.isArray(configured) ? configured.map(String) : defaultDocuments;
  try {
    const time = ({ row }: { row: Row }) => textOf(row, 'documentTime');
    const listed = new Map<string, { documentCode: string; row: Row }>();
    for (const documentCode of codes) {
      const list = await asking.ask('DocumentRetrieve', { documentCode, from: formatDay(days.from), until: days.until });
      gathered.replies.push(list);
      for (const row of rowsOf(connection, list)) {
        const documentId = textOf(row, 'documentId');
        const isAsked = ['', documentCode].includes(textOf(row, 'documentCode'));
        if (!isOwn(person, row.element) || documentId === '') gathered.others.push(row.element);
        else if (isAsked) {
          const known = listed.get(documentId);
          if (known === undefined || time(known) <= time({ row })) listed.set(documentId, { documentCode, row });
        }
      }
    }
    // Of a document whose newest version is its deletion the content is not wanted.
    const wanted = [...listed].filter(([, { row }]) => textOf(row, 'versionNumber') !== '-1');
    const oldestFirst = wanted.sort(([, a], [, b]) => (time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0));
    for (const [documentId, { documentCode, row }] of oldestFirst) {
      const recordNo = textOf(row, 'recordNo');
      const content = await asking.ask('DocumentAccess', { documentCode, documentId, ...(recordNo === '' ? {} : { recordNo }) });
      gathered.replies.push(content);
      const contents = rowsOf(connection, content);
      // Listed and not there: what it says is unknown, and that is told by its line of the list.
      if (contents.length === 0) gathered.others.push(row.element);
      for (const found of contents) {
        const element = ofOnePerson(person, found);
        if (isOwn(person, element)) gathered.contents.push({ ...found, element });
        else gathered.others.push(element);
      }
    }
  } catch (error) {
    gathered.error = agencyFailure(error);
  }
  return gathered;
}

/** A document whose own number is not that of the message which brought it is taken for what it is worse to overlook: somebody else's. */
function ofOnePerson(person: Person, row: Row): MappedElement {
  const { element } = row;
  const others = [textOf(row, 'idNumber'), documentText(row, 'idNumber')]
    .filter((number) => number !== '')
    .map((number) => parseIdDocument(number))
    .filter((document) => matchIdentity(person, { idDocuments: [document] }).result === 'other');
  if (others.length === 0 || !isOwn(person, element)) return element;
  const { evidence: _, ...rest } = element;
  return { ...rest, identity: { ...element.identity, documents: others } };
}

/** Stays with what their documents say; documents of no stay on hand stand by themselves, as far as the mapping lets them. */
export function withDocuments(stays: readonly MappedElement[], documents: Documents, connection: Connection): MappedElement[] {
  const merged = [...stays];
  const alone: MappedElement[] = [];
  for (const content of documents.contents) {
    const position = stayOf(merged, content);
    const stay = position === undefined ? undefined : merged[position];
    const evidence = stay?.evidence;
    if (stay === undefined || position === undefined || evidence?.kind !== 'stay') {
      alone.push(content.element);
      continue;
    }
    const element = withAdmission(connection, content, evidence);
    if (element.evidence?.kind !== 'stay') alone.push(element);
    else if (element.evidence.status !== 'void')
      merged[position] = joined(stay, evidence, element, element.evidence, content.reply);
  }
  return [...merged, ...alone, ...documents.others];
}

/** Position of the stay of the same 住院号 and hospital; where several bear it, the visit's number or the day of admission decides. */
function stayOf(stays: readonly MappedElement[], content: Row): number | undefined {
  const recordNo = either(content, 'recordNo');
  const hospitalCode = either(content, 'hospitalCode');
  const candidates = stays.flatMap((element, position) => {
    const stay = element.evidence;
    if (stay?.kind !== 'stay' || recordNo === '' || stay.recordNo !== recordNo) return [];
    const code = stay.hospital.code;
    return code === undefined || hospitalCode === '' || code === hospitalCode ? [{ position, stay }] : [];
  });
  if (candidates.length < 2) return candidates[0]?.position;
  const visitNo = either(content, 'visitNo');
  const byVisit = candidates.filter(({ stay }) => visitNo !== '' && stay.source.recordId.endsWith(`/${visitNo}`));
  if (byVisit.length === 1) return byVisit[0]?.position;
  const evidence = content.element.evidence;
  const admitted = evidence?.kind === 'stay' ? dayInterval(evidence.admittedOn)?.lo : undefined;
  const byDay = candidates.filter(({ stay }) => {
    const day = dayInterval(stay.admittedOn)?.lo;
    return admitted !== undefined && day !== undefined && Math.abs(day - admitted) <= 1;
  });
  return byDay.length === 1 ? byDay[0]?.position : undefined;
}

/** A document without a day of admission is read with that of its stay. */
function withAdmission(connection: Connection, content: Row, stay: StayEvidence): MappedElement {
  if (either(content, 'admittedAt') !== '' || content.element.evidence !== undefined) return content.element;
  const value = { ...(content.record.value as { [key: string]: Json }), admittedAt: stay.admittedOn };
  return mapReply(connection, content.reply, [{ ...content.record, value }]).elements[0] ?? content.element;
}

const taken = ['dischargedOn', 'outcome', 'diedOn', 'transferTo', 'diagnoses'] as const;

/**
 * What the encounter messages said stands; documents add what those cannot tell. Of several documents the newest speaks, but a death is not
 * unsaid by a home page: hospitals have been seen to write discharge mode 1 for everybody.
 */
function joined(
  element: MappedElement,
  stay: StayEvidence,
  contentElement: MappedElement,
  document: StayEvidence,
  reply: Reply,
): MappedElement {
  const isDeath = (outcome: StayEvidence['outcome']) => outcome?.known === true && outcome.code === 'died';
  const speaks: Record<(typeof taken)[number], boolean> = {
    dischargedOn: stay.dischargedOn === undefined && isInOrder(stay.admittedOn, document.dischargedOn),
    outcome: document.outcome !== undefined && !isDeath(stay.outcome),
    diedOn: document.diedOn !== undefined,
    transferTo: document.transferTo !== undefined,
    // Codes of encounter messages are unreliable; a document's list replaces them.
    diagnoses: document.diagnoses.length > 0,
  };
  const fields = taken.filter((field) => speaks[field]);
  const pointers = Object.fromEntries(
    Object.entries(stay.source.pointers ?? {}).filter(([path]) => !(path.startsWith('diagnoses') && speaks.diagnoses)),
  );
  for (const [path, pointer] of Object.entries(document.source.pointers ?? {}))
    if (fields.some((field) => path === field || path.startsWith(`${field}.`))) pointers[path] = foreignPointer(reply, pointer);
  const evidence: StayEvidence = {
    ...stay,
    person: { ...document.person, ...stay.person },
    hospital: { ...document.hospital, ...stay.hospital },
    ...Object.fromEntries(fields.map((field) => [field, document[field]])),
    source: { ...stay.source, pointers },
  };
  const reversed: Rejected[] =
    stay.dischargedOn === undefined && document.dischargedOn !== undefined && !speaks.dischargedOn
      ? [
          {
            reason: 'discharged-before-admitted',
            pointer: document.source.pointers?.dischargedOn ?? '',
            message: reply.message.id,
            detail: { zh: '文档里的出院早于消息里的入院', en: 'the document’s discharge is before the message’s admission' },
          },
        ]
      : [];
  const { agency, feed, recordId } = stay.source;
  const named = contentElement.unknownCodes.map((code) => ({ ...code, firstRecord: `${agency}/${feed}/${recordId}` }));
  return {
    ...element,
    evidence,
    rejected: [...element.rejected, ...reversed],
    unknownCodes: [...element.unknownCodes, ...named],
  };
}

function isInOrder(admittedOn: string, dischargedOn: string | undefined): boolean {
  const admitted = dayInterval(admittedOn)?.lo;
  const discharged = dayInterval(dischargedOn)?.hi;
  return admitted !== undefined && discharged !== undefined && discharged >= admitted;
}

/** A value of the document, or of the message that brought it. */
function either(row: Row, key: string): string {
  return documentText(row, key) || textOf(row, key);
}

function documentText(row: Row, key: string): string {
  const { value } = row.record;
  const document = typeof value === 'object' && value !== null && !Array.isArray(value) ? value.document : undefined;
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return '';
  const found = document[key];
  return typeof found === 'string' ? found.trim() : '';
}
