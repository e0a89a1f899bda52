import type { Json } from '../model/index.js';
import { readBase64 } from './base64.js';
import {
  clinicalDocumentRecord,
  idCardRoot,
  institutionRoot,
  isClinicalDocument,
  outpatientNoRoot,
  recordNoRoot,
} from './cda.js';
import type { DecodedRecord } from './envelope.js';
import { type Fault, fault, type Readable } from './fault.js';
import { type Flat, type Found, foundAttribute, foundText, foundTime, newFlat, put, putList, withoutIdPrefix } from './flat.js';
import { readMessage } from './soap.js';
import { decodeText } from './text.js';
import { attributeOf, childOf, childrenOf, descendantsOf, payloadLimits, pointerOf, type XmlElement, xmlTree } from './xml.js';

/** What stands under one `subject` of a health platform's answer, as flat records; health-insurance 2.4 to 2.6. Keys: this folder's README. */

const oid = '2.16.156.10011';
const patientIdRoot = `${oid}.2.5.1.4`;

/** A stay as the platform's encounter queries give it: the admission, or the discharge, seldom both. */
export function encounterRecord(event: XmlElement): DecodedRecord {
  const flat = newFlat();
  const patient = childOf(event, 'subject', 'patient');
  const person = childOf(patient, 'patientPerson');
  const effective = childOf(event, 'effectiveTime');
  put(flat, 'recordNo', identifier(event, recordNoRoot), identifier(patient, recordNoRoot));
  put(flat, 'visitNo', identifier(event, `${oid}.2.5.1.8`));
  put(flat, 'visitSerial', identifier(event, `${oid}.2.5.1.9`));
  put(flat, 'encounterType', foundAttribute(childOf(event, 'code'), 'code'));
  put(flat, 'admittedAt', foundTime(childOf(effective, 'low')));
  put(flat, 'dischargedAt', foundTime(childOf(effective, 'high')));
  putPerson(flat, patient, person);
  const responsible = childOf(event, 'responsibleParty', 'assignedOrganization');
  const located = childrenOf(event, 'location').flatMap((location) => [...descendantsOf(location)]);
  putHospital(flat, [responsible, childOf(responsible, 'representedOrganization'), ...located]);
  put(flat, 'departmentCode', ...located.map((place) => identifier(place, `${oid}.1.26`)));
  putList(flat, 'diagnoses', childrenOf(event, 'reason').flatMap(diagnosesOf));
  return { value: flat.value, pointer: pointerOf(event), origin: flat.origin };
}

/** ICD codes as `code`; a code of another system (Chinese medicine, …2.3.3.14) as `otherCode`, so that nobody takes it for ICD. */
function diagnosesOf(reason: XmlElement): Record<string, Found | undefined>[] {
  return [...descendantsOf(reason, 'observationDx')].flatMap((observation) => {
    const value = childOf(observation, 'value');
    const code = foundAttribute(value, 'code');
    const text = foundAttribute(childOf(value, 'displayName'), 'value') ?? foundAttribute(value, 'displayName');
    if (code === undefined && text === undefined) return [];
    const codeSystem = foundAttribute(value, 'codeSystem');
    const isIcd = codeSystem === undefined || codeSystem.text.startsWith(`${oid}.2.3.3.11`);
    return [{ [isIcd ? 'code' : 'otherCode']: code, codeSystem: code && codeSystem, text }];
  });
}

/** A person of the platform's index. */
export function patientRecord(event: XmlElement): DecodedRecord {
  const flat = newFlat();
  const patient = childOf(event, 'subject1', 'patient');
  const person = childOf(patient, 'patientPerson');
  put(flat, 'recordNo', identifier(patient, `${oid}.2.5.1.5`), identifier(patient, recordNoRoot));
  put(flat, 'outpatientNo', identifier(patient, `${oid}.2.5.1.6`), identifier(patient, outpatientNoRoot));
  putPerson(flat, patient, person);
  put(flat, 'idType', foundAttribute(childOf(person, 'idCategory'), 'code'));
  put(flat, 'sex', foundAttribute(childOf(person, 'administrativeGenderCode'), 'code'));
  put(flat, 'birthDate', foundTime(childOf(person, 'birthTime')));
  put(flat, 'matchDegree', foundAttribute(childOf(patient, 'subjectOf1', 'queryMatchObservation', 'value'), 'value'));
  return { value: flat.value, pointer: pointerOf(event), origin: flat.origin };
}

/** A document's entry in the list, and its content where the answer brings it. */
export interface DocumentAnswer {
  record: DecodedRecord;
  /** Where the content stood and its tree, for looking at the decoded message. */
  content?: { pointer: string; tree: () => Json };
  hasContent: boolean;
  warnings: string[];
}

/** One `clinicalDocument`; `wantsContent` where the answer is one that must bring it. */
export function documentAnswer(event: XmlElement, wantsContent: boolean): DocumentAnswer {
  const flat = newFlat();
  const patient = childOf(event, 'recordTarget', 'patient');
  const person = childOf(patient, 'patientPerson');
  const effective = childOf(patient, 'effectiveTime');
  const code = childOf(event, 'code');
  put(flat, 'documentId', identifier(event, `${oid}.2.5.1.24`));
  put(flat, 'documentCode', foundAttribute(code, 'code'));
  put(flat, 'documentTitle', foundAttribute(childOf(code, 'displayName'), 'value'), foundAttribute(code, 'displayName'));
  put(flat, 'documentTime', foundTime(childOf(event, 'effectiveTime')));
  put(flat, 'versionNumber', foundAttribute(childOf(event, 'versionNumber'), 'value'));
  put(flat, 'confidentiality', foundAttribute(childOf(event, 'confidentialityCode'), 'code'));
  put(flat, 'recordNo', identifier(patient, recordNoRoot));
  put(flat, 'outpatientNo', identifier(patient, outpatientNoRoot));
  put(flat, 'admittedAt', foundTime(childOf(effective, 'low')));
  put(flat, 'dischargedAt', foundTime(childOf(effective, 'high')));
  putPerson(flat, patient, person);
  putHospital(flat, [
    childOf(patient, 'providerOrganization'),
    childOf(event, 'custodian', 'assignedCustodian', 'representedOrganization'),
    childOf(event, 'custodian', 'assignedCustodian', 'representedCustodianOrganization'),
  ]);
  const record: DecodedRecord = { value: flat.value, pointer: pointerOf(event), origin: flat.origin };
  const carrier = childOf(event, 'storageCode', 'originalText');
  const content = foundAttribute(carrier, 'value') ?? foundText(carrier);
  if (content === undefined) {
    if (!wantsContent) return { record, hasContent: false, warnings: [] };
    return { record: { ...record, refused: refusedBecause(noContent) }, hasContent: false, warnings: [] };
  }
  const document = readDocument(content.text);
  if (!document.ok) return { record: { ...record, refused: refusedBecause(document.fault) }, hasContent: true, warnings: [] };
  const inner = clinicalDocumentRecord(document.root);
  flat.value.document = inner.value;
  flat.origin['/document'] = content.pointer;
  for (const [at, from] of Object.entries(inner.origin ?? {})) flat.origin[`/document${at}`] = `${content.pointer}${from}`;
  const { root } = document;
  return {
    record,
    content: { pointer: content.pointer, tree: () => xmlTree(root) },
    hasContent: true,
    warnings: document.warnings,
  };
}

const noContent: Fault = {
  reason: 'no-content',
  pointer: '',
  detail: { zh: '应答里没有文档内容', en: 'the answer carries no content of the document' },
};

function readDocument(base64: string): Readable<{ root: XmlElement; warnings: string[] }> {
  const payload = readBase64(base64);
  if (!payload.ok) return payload;
  const decoded = decodeText(payload.bytes);
  if (!decoded.ok) return decoded;
  const document = readMessage(decoded.text, payloadLimits);
  if (!document.ok) return document;
  if (!isClinicalDocument(document.root))
    return fault('not-a-document', '', '内容不是共享文档', 'the content is no clinical document');
  return { ok: true, root: document.root, warnings: [...decoded.warnings, ...document.warnings] };
}

function refusedBecause({ detail }: Fault): NonNullable<DecodedRecord['refused']> {
  return {
    reason: 'unreadable-document',
    detail: { zh: `读不了文档内容：${detail.zh}`, en: `the document cannot be read: ${detail.en}` },
  };
}

function putPerson(flat: Flat, patient: XmlElement | undefined, person: XmlElement | undefined): void {
  put(flat, 'patientId', identifier(patient, patientIdRoot));
  put(flat, 'idNumber', withoutIdPrefix(identifier(person, idCardRoot) ?? identifier(patient, idCardRoot)));
  put(flat, 'name', nameOf(person));
}

/** The first institution code, and the name that stands with it. */
function putHospital(flat: Flat, places: readonly (XmlElement | undefined)[]): void {
  const code = put(flat, 'hospitalCode', ...places.map((place) => identifier(place, institutionRoot)));
  const named = places.filter((place) => {
    const own = identifier(place, institutionRoot);
    return own !== undefined && own.text === code?.text;
  });
  put(flat, 'hospitalName', ...named.map(nameOf).filter((name) => name?.text !== code?.text));
}

/** `name/item/part@value`, or the text of `name`. */
function nameOf(element: XmlElement | undefined): Found | undefined {
  const name = childOf(element, 'name');
  return (
    foundAttribute(childOf(name, 'item', 'part'), 'value') ?? foundAttribute(childOf(name, 'part'), 'value') ?? foundText(name)
  );
}

/** An `id` with a root, or an `item` of one: its extension. */
function identifier(element: XmlElement | undefined, root: string): Found | undefined {
  if (element === undefined) return undefined;
  for (const id of childrenOf(element, 'id')) {
    for (const holder of [id, ...childrenOf(id, 'item')]) {
      const found = attributeOf(holder, 'root')?.trim() === root ? foundAttribute(holder, 'extension') : undefined;
      if (found) return found;
    }
  }
  return undefined;
}
