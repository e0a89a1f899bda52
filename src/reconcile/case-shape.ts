import { YilianError } from '../errors.js';
import type { CaseFile } from '../model/index.js';

/**
 * Whether what was handed to the check has the bones of a case file: the lists, records and keys without which nothing of it could be read.
 * Cheap, because it is asked of every file of a night; the whole shape is the schema's business. A bad date, code or amount is no fault here.
 */

/** Throws ERR_INPUT with the JSON Pointer of the first part that is not what a case file has there. */
export function assertCaseFile(file: CaseFile): void {
  const place = faultIn(file);
  if (place === undefined) return;
  throw new YilianError(
    'ERR_INPUT',
    { zh: `不是案卷：${place || '/'} 缺失或类型不对`, en: `not a case file: ${place || '/'} is missing or of the wrong type` },
    { place },
  );
}

function faultIn(file: unknown): string | undefined {
  if (!isRecord(file)) return '';
  if (typeof file.asOf !== 'string') return '/asOf';
  const { subject } = file;
  if (!isRecord(subject)) return '/subject';
  if (typeof subject.key !== 'string') return '/subject/key';
  return (
    personFault(subject, '/subject') ??
    inList(file.cases, '/cases', caseFault) ??
    inList(file.benefits, '/benefits', benefitFault) ??
    inList(file.evidence, '/evidence', evidenceFault) ??
    inList(file.feeds, '/feeds', (status, at) => strings(status, ['agency', 'feed', 'state'], at))
  );
}

function personFault(person: Fields, at: string): string | undefined {
  if (typeof person.name !== 'string') return `${at}/name`;
  return inList(person.idDocuments, `${at}/idDocuments`, (document, place) => strings(document, ['type', 'number'], place));
}

function caseFault(item: Fields, at: string): string | undefined {
  return (
    strings(item, ['caseNo'], at) ??
    inList(item.documents, `${at}/documents`, (document, place) => strings(document, ['id', 'kind'], place)) ??
    inList(item.exams, `${at}/exams`, (exam, place) => strings(exam, ['on'], place)) ??
    inList(item.conclusions, `${at}/conclusions`, (conclusion, place) => strings(conclusion, ['no'], place)) ??
    inList(item.deliveries, `${at}/deliveries`, () => undefined)
  );
}

function benefitFault(item: Fields, at: string): string | undefined {
  return (
    strings(item, ['id'], at) ??
    inList(item.payments, `${at}/payments`, (payment, place) => strings(payment, ['period', 'amount'], place))
  );
}

const ownFields: Readonly<Record<string, readonly string[]>> = {
  stay: ['admittedOn'],
  death: ['basis'],
  settlement: ['settlementNo', 'settledOn', 'total', 'fundPaid'],
  marriage: ['event', 'on'],
  appraisal: ['caseNo'],
  population: ['outcome', 'registration'],
};

function evidenceFault(record: Fields, at: string): string | undefined {
  const common = strings(record, ['kind', 'status'], at);
  if (common !== undefined) return common;
  const { source, person } = record;
  if (!isRecord(source)) return `${at}/source`;
  const origin = strings(source, ['agency', 'feed', 'recordId', 'receivedAt'], `${at}/source`);
  if (origin !== undefined) return origin;
  if (!isRecord(person)) return `${at}/person`;
  const kind = String(record.kind);
  const own = Object.hasOwn(ownFields, kind) ? (ownFields[kind] ?? []) : [];
  return personFault(person, `${at}/person`) ?? strings(record, own, at);
}

type Fields = Record<string, unknown>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first of some fields that is not a text. */
function strings(value: Fields, fields: readonly string[], at: string): string | undefined {
  const missing = fields.find((field) => typeof value[field] !== 'string');
  return missing === undefined ? undefined : `${at}/${missing}`;
}

function inList(list: unknown, at: string, faultOf: (item: Fields, place: string) => string | undefined): string | undefined {
  if (!Array.isArray(list)) return at;
  for (const [index, item] of list.entries()) {
    const place = `${at}/${index}`;
    const fault = isRecord(item) ? faultOf(item, place) : place;
    if (fault !== undefined) return fault;
  }
  return undefined;
}
