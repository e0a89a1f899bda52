import { parseIdDocument } from '../identity/index.js';
import type { Bilingual, Evidence, IdDocument, Json, Person } from '../model/index.js';
import { dayInterval } from '../model/index.js';
import type { CompiledField, CompiledRecord } from './compile.js';
import type { MappableRecord, MappedElement, MappingContext, RowIdentity } from './context.js';
import { optionalPart, requiredParts } from './fields.js';
import { rowIdentity } from './identity.js';
import { places } from './pointers.js';
import { anyHolds, type Element, pointerOf, type Reading, readField } from './read.js';
import type { UnknownCodeList } from './unknown-codes.js';

/** One element of a record into one record of evidence, or into every reason why not. */

/** The envelope's own refusal of a record, with the identity it carries, so that it reaches the person it is about. */
export function refusedElement(
  record: MappableRecord,
  refused: { reason: string; detail?: Bilingual },
  mapping: CompiledRecord | undefined,
  at: MappingContext,
): MappedElement {
  const first =
    mapping === undefined ? undefined : places({ value: record.value, pointer: '' }, mapping.each.segments).next().value;
  const element: Element = { record, at: first ?? { value: record.value, pointer: '' }, unknown: () => {} };
  const identity = mapping === undefined ? rowIdentity(undefined, undefined, '') : readIdentity(mapping, element).identity;
  return {
    kind: mapping?.kind ?? 'population',
    pointer: record.pointer,
    message: at.message.id,
    identity,
    rejected: [
      {
        reason: refused.reason,
        pointer: record.pointer,
        message: at.message.id,
        ...(refused.detail === undefined ? {} : { detail: refused.detail }),
      },
    ],
    unknownCodes: [],
  };
}

type Tree = { [key: string]: Json };

interface Fault {
  reason: string;
  pointer: string;
  detail: Bilingual;
}

/** Identity first: of a row without one, or of a stranger's, nothing else is told. */
export function mapElement(
  mapping: CompiledRecord,
  element: Element,
  unknown: UnknownCodeList,
  at: MappingContext,
): MappedElement {
  const pointer = pointerOf(element.record, element.at.pointer);
  const { identity, pointer: identityPointer, pointers } = readIdentity(mapping, element);
  const done = (rest: { evidence?: Evidence; unnumbered?: Evidence; faults?: readonly Fault[] }): MappedElement => ({
    kind: mapping.kind,
    pointer,
    message: at.message.id,
    identity,
    ...ownKey(mapping, element, rest.evidence),
    ...(anyHolds(mapping.void, quietly(element)) ? { isVoid: true as const } : {}),
    ...(rest.evidence === undefined ? {} : { evidence: rest.evidence }),
    ...(rest.unnumbered === undefined ? {} : { unnumbered: rest.unnumbered }),
    rejected: (rest.faults ?? []).map((fault) => ({ ...fault, message: at.message.id })),
    unknownCodes: unknown.named(rest.evidence === undefined ? unnamed(at, pointer) : recordName(rest.evidence)),
  });
  if (identity.state !== 'given') {
    const faults = [noIdentity(identity, identityPointer)];
    if (at.unnumbered !== true || identity.name === '') return done({ faults });
    const { evidence } = readEvidence(mapping, quietly(element), withMask(mapping, element, identity), pointers, at);
    return done({ faults, ...(evidence === undefined ? {} : { unnumbered: evidence }) });
  }
  return done(readEvidence(mapping, element, identity, pointers, at));
}

/** Everything but whom it is about. */
function readEvidence(
  mapping: CompiledRecord,
  element: Element,
  identity: RowIdentity,
  pointers: Record<string, string>,
  at: MappingContext,
): { evidence?: Evidence; faults?: readonly Fault[] } {
  const tree: Tree = {};
  const faults: Fault[] = [];
  const missing: { field: CompiledField; pointer: string }[] = [];
  for (const field of mapping.fields) {
    if (isVirtual(field.path)) continue;
    const reading = readField(field, element);
    if (reading.is === 'bad') faults.push({ reason: reading.reason, pointer: reading.pointer, detail: reading.detail });
    else if (reading.is === 'none') missing.push({ field, pointer: reading.pointer });
    else {
      setPath(tree, field.path, reading.value);
      Object.assign(pointers, reading.pointers);
    }
  }
  dropEmptyParts(tree, mapping, pointers);
  faults.push(...missing.flatMap(({ field, pointer: place }) => whatIsMissing(field, place, tree)));
  if (faults.length > 0) return { faults };

  const evidence = assemble(mapping, tree, identity, pointers, element, at);
  const reversed = dischargedBeforeAdmitted(evidence, pointerOf(element.record, element.at.pointer));
  return reversed === undefined ? { evidence } : { faults: [reversed] };
}

/** With the masked number as it was sent: what it shows may speak against somebody. */
function withMask(mapping: CompiledRecord, element: Element, identity: RowIdentity): RowIdentity {
  const field = mapping.fields.find((candidate) => candidate.path === 'person.idNumber');
  const reading = identity.state !== 'masked' || field === undefined ? undefined : readField(field, quietly(element));
  if (reading?.is !== 'value' || typeof reading.value !== 'string') return identity;
  return { ...identity, documents: [parseIdDocument(reading.value)] };
}

/** Without reporting unknown codes a second time. */
function quietly(element: Element): Element {
  return { ...element, unknown: () => {} };
}

function ownKey(mapping: CompiledRecord, element: Element, evidence: Evidence | undefined): { recordId?: string } {
  if (evidence !== undefined) return { recordId: evidence.source.recordId };
  const field = mapping.fields.find((candidate) => candidate.path === 'source.recordId');
  const reading = field === undefined ? undefined : readField(field, quietly(element));
  return reading?.is === 'value' && typeof reading.value === 'string' ? { recordId: reading.value } : {};
}

function readIdentity(
  mapping: CompiledRecord,
  element: Element,
): { identity: RowIdentity; pointer: string; pointers: Record<string, string> } {
  const quiet = quietly(element);
  const read = (path: string, from: Element): Reading | undefined => {
    const field = mapping.fields.find((candidate) => candidate.path === path);
    return field === undefined ? undefined : readField(field, from);
  };
  const number = read('person.idNumber', quiet);
  const type = read('person.idType', element);
  const name = read('person.name', quiet);
  const text = (reading: Reading | undefined): string | undefined =>
    reading?.is === 'value' && typeof reading.value === 'string' ? reading.value : undefined;
  return {
    identity: rowIdentity(text(number), text(type) as IdDocument['type'] | undefined, text(name) ?? ''),
    pointer: number?.is === 'none' || number?.is === 'bad' ? number.pointer : (Object.values(number?.pointers ?? {})[0] ?? ''),
    pointers: number?.is === 'value' ? { ...number.pointers } : {},
  };
}

function noIdentity(identity: RowIdentity, pointer: string): Fault {
  if (identity.state === 'masked') {
    const detail = {
      zh: '证件号码被平台遮盖，无法核对是谁',
      en: 'the platform masked the ID number: nobody can tell whose record this is',
    };
    return { reason: 'masked-identity', pointer, detail };
  }
  const detail = { zh: '没有可用的证件号码；仅凭姓名不能认定', en: 'no usable ID number; a name alone never links' };
  return { reason: 'no-identity', pointer, detail };
}

function whatIsMissing(field: CompiledField, pointer: string, tree: Tree): Fault[] {
  const { path, model, from } = field;
  if (path === 'person.name') {
    setPath(tree, path, '');
    return [];
  }
  if (!model.required || from.how === 'keyed') return [];
  const part = optionalPart(path);
  if (part !== undefined && tree[part] === undefined) return [];
  if (model.absentable) {
    setPath(tree, path, []);
    return [];
  }
  const reason = from.how === 'read' && from.missing !== undefined ? from.missing : 'missing-field';
  return [{ reason, pointer, detail: { zh: `缺少必填字段 ${path}`, en: `the required field ${path} has no value` } }];
}

/** An optional part of which only constants were filled says nothing: without a conclusion there is no level of it. */
function dropEmptyParts(tree: Tree, mapping: CompiledRecord, pointers: Record<string, string>): void {
  const parts = new Set(mapping.fields.map((field) => optionalPart(field.path)));
  for (const part of parts) {
    if (part === undefined || tree[part] === undefined) continue;
    const allConstant = mapping.fields.every(
      (field) => optionalPart(field.path) !== part || field.from.how === 'constant' || field.from.how === 'absent',
    );
    const anyRead = Object.keys(pointers).some((path) => optionalPart(path) === part);
    if (!allConstant && !anyRead) delete tree[part];
  }
}

function assemble(
  mapping: CompiledRecord,
  tree: Tree,
  identity: RowIdentity,
  pointers: Record<string, string>,
  element: Element,
  at: MappingContext,
): Evidence {
  const { person: personTree, source: sourceTree, ...ownFields } = tree as Tree & { person?: Tree; source?: Tree };
  const isVoid = anyHolds(mapping.void, element);
  if (!isVoid) {
    // The column that dates a retraction dates every other row as well.
    delete ownFields.voidedAt;
    delete pointers.voidedAt;
  }
  const person = { idDocuments: identity.documents, name: '', ...personTree } as unknown as Person;
  const key = at.keys.personKey(person);
  for (const part of requiredParts[mapping.kind] ?? []) ownFields[part] ??= {};
  if (ownFields.hospital !== undefined) ownFields.hospital = at.institutions.complete(ownFields.hospital as Tree) as Json;

  const evidence = {
    kind: mapping.kind,
    source: { agency: at.agency, feed: at.feed, recordId: '', receivedAt: at.receivedAt },
    person: key === undefined ? person : { key, ...person },
    status: isVoid ? 'void' : 'current',
    ...ownFields,
  } as unknown as Evidence;
  const recordId = (sourceTree?.recordId as string | undefined) ?? keyedRecordId(mapping, evidence, identity, element, at);
  Object.assign(evidence.source, { recordId }, sourceTree, { message: { ...at.message }, pointers });
  return evidence;
}

/** A keyed hash of person and facts; without a key (offline) the place the record was read from. */
function keyedRecordId(
  mapping: CompiledRecord,
  evidence: Evidence,
  identity: RowIdentity,
  element: Element,
  at: MappingContext,
): string {
  const field = mapping.fields.find((candidate) => candidate.path === 'source.recordId');
  const paths = field?.from.how === 'keyed' ? field.from.paths : [];
  const facts = paths.map((path) => factOf(evidence, path));
  const keyed = at.keys.recordKey(at.feed, identity.documents[0]?.number ?? '', facts);
  return keyed ?? unnamed(at, pointerOf(element.record, element.at.pointer));
}

function factOf(evidence: Evidence, path: string): string {
  let value: unknown = evidence;
  for (const step of path.split('.'))
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a record without a key of its own is called: its message and its place in it. */
export function unnamed(at: MappingContext, pointer: string): string {
  return `message:${at.message.sha256.slice(0, 16)}:${pointer}`;
}

function recordName(evidence: Evidence): string {
  return evidence.source.recordId;
}

function dischargedBeforeAdmitted(evidence: Evidence, pointer: string): Fault | undefined {
  if (evidence.kind !== 'stay' || evidence.dischargedOn === undefined) return undefined;
  const admitted = dayInterval(evidence.admittedOn);
  const discharged = dayInterval(evidence.dischargedOn);
  if (admitted === undefined || discharged === undefined || discharged.hi >= admitted.lo) return undefined;
  return {
    reason: 'discharged-before-admitted',
    pointer: evidence.source.pointers?.dischargedOn ?? pointer,
    detail: {
      zh: `出院（${evidence.dischargedOn}）早于入院（${evidence.admittedOn}）`,
      en: `discharged (${evidence.dischargedOn}) before admitted (${evidence.admittedOn})`,
    },
  };
}

function isVirtual(path: string): boolean {
  return path === 'person.idNumber' || path === 'person.idType';
}

/** Paths come from the model's own table, so nothing outside it can be reached. */
function setPath(tree: Tree, path: string, value: Json): void {
  const steps = path.split('.');
  const last = steps.pop();
  if (last === undefined) return;
  let node = tree;
  for (const step of steps) {
    const child = (node[step] ?? {}) as Tree;
    node[step] = child;
    node = child;
  }
  node[last] = value;
}
