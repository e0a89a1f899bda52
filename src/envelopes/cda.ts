import { type CdaDiagnosis, diagnosesOf } from './cda-diagnoses.js';
import { type CdaObservation, isLabel, momentOf, observationsOf, valueCode, valueText } from './cda-observations.js';
import type { DecodedRecord } from './envelope.js';
import { type Flat, type Found, foundAttribute, foundText, foundTime, newFlat, put, putList, withoutIdPrefix } from './flat.js';
import { attributeOf, childOf, childrenOf, descendantsOf, type XmlElement } from './xml-tree.js';

/**
 * A WS/T 500 clinical document as one flat record; health-insurance 3. Which facts stand where differs by kind of document (3.3), and
 * producers leave labels, dashes and empty attributes in place of values (3.1): those are missing values, never values.
 */

const oid = '2.16.156.10011';
/** Identifier roots of the national standard (health-insurance 3.1): 住院号. */
export const recordNoRoot = `${oid}.1.12`;
/** 门急诊号. */
export const outpatientNoRoot = `${oid}.1.11`;
/** 病案号. */
const medicalRecordNoRoot = `${oid}.1.13`;
/** 身份证号. */
export const idCardRoot = `${oid}.1.3`;
/** 医疗机构代码. */
export const institutionRoot = `${oid}.1.5`;

/** Titles as printed → document code, longer ones first because they hold shorter ones. */
const titles: readonly (readonly [string, string])[] = [
  ['24小时内入院死亡记录', 'C0036'],
  ['24h内入院死亡记录', 'C0036'],
  ['24小时内入出院记录', 'C0035'],
  ['24h内入出院记录', 'C0035'],
  ['中医住院病案首页', 'C0033'],
  ['住院病案首页', 'C0032'],
  ['死亡病例讨论', 'C0051'],
  ['死亡记录', 'C0050'],
  ['出院小结', 'C0053'],
  ['出院记录', 'C0049'],
  ['入院记录', 'C0034'],
  ['门急诊病历', 'C0002'],
  ['门（急）诊病历', 'C0002'],
  ['病历概要', 'C0001'],
];

/** Is this the root of a clinical document? A namespace other than HL7 v3 is somebody else's. */
export function isClinicalDocument(element: XmlElement): boolean {
  return element.local === 'ClinicalDocument' && (element.namespace === 'urn:hl7-org:v3' || element.namespace === '');
}

/** The flat record; pointers start at the document's root. The keys are listed in this folder's README. */
export function clinicalDocumentRecord(root: XmlElement): DecodedRecord {
  const flat = newFlat();
  const observations = observationsOf(root);
  const code = putHeader(flat, root);
  putHospital(flat, root);
  putStay(flat, root, code, observations);
  putFacts(flat, observations);
  putDiagnoses(flat, diagnosesOf(observations));
  return { value: flat.value, pointer: '', origin: flat.origin };
}

function putHeader(flat: Flat, root: XmlElement): string | undefined {
  const title = childOf(root, 'title');
  const code = documentCode(root, title);
  put(flat, 'documentCode', code);
  put(flat, 'documentTitle', unlabelled(foundText(title)));
  put(flat, 'documentId', unlabelled(foundAttribute(childOf(root, 'id'), 'extension')));
  put(flat, 'documentTime', foundTime(childOf(root, 'effectiveTime')));
  put(flat, 'versionNumber', foundAttribute(childOf(root, 'versionNumber'), 'value'));
  const role = childOf(root, 'recordTarget', 'patientRole');
  const patient = childOf(role, 'patient');
  put(flat, 'recordNo', identifier(role, recordNoRoot));
  put(flat, 'medicalRecordNo', identifier(role, medicalRecordNoRoot));
  put(flat, 'outpatientNo', identifier(role, outpatientNoRoot));
  put(flat, 'idNumber', withoutIdPrefix(identifier(patient, idCardRoot) ?? identifier(role, idCardRoot)));
  put(flat, 'name', unlabelled(foundText(childOf(patient, 'name'))));
  // The code alone: one producer writes 女性 as displayName whatever the code.
  put(flat, 'sex', unlabelled(foundAttribute(childOf(patient, 'administrativeGenderCode'), 'code')));
  put(flat, 'birthDate', foundTime(childOf(patient, 'birthTime')));
  return code?.text;
}

/** By code, then title, then templateId: the template of the home page is stamped on everything by one producer. */
function documentCode(root: XmlElement, title: XmlElement | undefined): Found | undefined {
  const code = foundAttribute(childOf(root, 'code'), 'code');
  if (code !== undefined && /^C\d{4}$/.test(code.text)) return code;
  const shown = foundText(title);
  const known = shown && titles.find(([words]) => shown.text.replaceAll(/\s/g, '').includes(words));
  if (shown && known) return { text: known[1], pointer: shown.pointer };
  for (const template of childrenOf(root, 'templateId')) {
    const at = foundAttribute(template, 'root');
    const part = at && /^2\.16\.156\.10011\.2\.1\.1\.(\d{2})$/.exec(at.text)?.[1];
    if (at && part !== undefined && Number(part) > 20)
      return { text: `C${String(Number(part) - 20).padStart(4, '0')}`, pointer: at.pointer };
  }
  return undefined;
}

/** The institution of the stay, then of the record, then the custodian; a name that repeats the code is none. */
function putHospital(flat: Flat, root: XmlElement): void {
  const encounter = childOf(root, 'componentOf', 'encompassingEncounter');
  const places = [
    ...(encounter ? [...descendantsOf(encounter)].filter((element) => identifier(element, institutionRoot) !== undefined) : []),
    childOf(root, 'recordTarget', 'patientRole', 'providerOrganization'),
    childOf(root, 'custodian', 'assignedCustodian', 'representedCustodianOrganization'),
  ].filter((place) => place !== undefined);
  const code = places.map((place) => identifier(place, institutionRoot)).find((found) => found !== undefined);
  put(flat, 'hospitalCode', code);
  for (const place of places) {
    const own = identifier(place, institutionRoot)?.text;
    const name = unlabelled(foundText(childOf(place, 'name')));
    if (name === undefined || name.text === own || name.text === code?.text) continue;
    // A name belongs to its own institution; under another code it would be another hospital's.
    if (own !== undefined && code !== undefined && own !== code.text) continue;
    put(flat, 'hospitalName', name);
    return;
  }
}

function putStay(flat: Flat, root: XmlElement, documentCode: string | undefined, observations: readonly CdaObservation[]): void {
  const encounter = childOf(root, 'componentOf', 'encompassingEncounter');
  const effective = childOf(encounter, 'effectiveTime');
  const observed = (code: string) => first(observations, code, momentOf);
  // Some producers write a death record's admission straight into effectiveTime.
  const label = attributeOf(childOf(encounter, 'code'), 'displayName') ?? '';
  const single = documentCode === 'C0050' || label.includes('入院') ? foundTime(effective) : undefined;
  put(flat, 'admittedAt', foundTime(childOf(effective, 'low')), observed('DE06.00.092.00'), single);
  put(flat, 'dischargedAt', foundTime(childOf(effective, 'high')), observed('DE06.00.017.00'));
  put(flat, 'diedAt', observed('DE02.01.036.00'));
}

function putFacts(flat: Flat, observations: readonly CdaObservation[]): void {
  put(flat, 'visitNo', first(observations, 'DE02.10.090.00', valueText));
  put(flat, 'dischargeMode', first(observations, 'DE06.00.223.00', valueCode));
  put(flat, 'treatmentOutcome', first(observations, 'DE05.10.113.00', valueCode));
  put(flat, 'transferTo', first(observations, 'DE08.10.013.00', valueText));
  put(flat, 'payer', first(observations, 'DE07.00.007.00', valueCode));
  put(flat, 'totalCost', first(observations, 'HDSD00.11.142', valueText));
  put(flat, 'selfPaid', first(observations, 'HDSD00.11.143', valueText));
  const code = first(observations, 'DE05.01.078.00', valueCode);
  const text = first(observations, 'DE05.10.152.00', valueText);
  if (code === undefined && text === undefined) return;
  const cause: Flat['value'] = {};
  if (code) cause.code = code.text;
  if (text) cause.text = text.text;
  flat.value.externalCause = cause;
  if (code) flat.origin['/externalCause/code'] = code.pointer;
  if (text) flat.origin['/externalCause/text'] = text.pointer;
}

function putDiagnoses(flat: Flat, diagnoses: readonly CdaDiagnosis[]): void {
  const of = (...kinds: CdaDiagnosis['kind'][]) => diagnoses.filter((diagnosis) => kinds.includes(diagnosis.kind));
  const withoutKind = ({ code, codeSystem, text }: CdaDiagnosis) => ({ code, codeSystem, text });
  putList(
    flat,
    'diagnoses',
    [...of('main'), ...of('other'), ...of('death'), ...of('cause')].map((diagnosis) => ({
      kind: diagnosis.kind,
      ...withoutKind(diagnosis),
    })),
  );
  putList(flat, 'admissionDiagnoses', of('admission').map(withoutKind));
  putList(flat, 'outpatientDiagnoses', of('outpatient').map(withoutKind));
  putList(flat, 'pathologyDiagnoses', of('pathology').map(withoutKind));
}

/** The first observation of a code that gives a value. */
function first(
  observations: readonly CdaObservation[],
  code: string,
  read: (observation: CdaObservation) => Found | undefined,
): Found | undefined {
  for (const observation of observations) {
    const found = observation.code === code ? read(observation) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** The `id` child with a root: its extension. */
function identifier(element: XmlElement | undefined, root: string): Found | undefined {
  if (element === undefined) return undefined;
  for (const id of childrenOf(element, 'id')) {
    const found = attributeOf(id, 'root')?.trim() === root ? unlabelled(foundAttribute(id, 'extension')) : undefined;
    if (found) return found;
  }
  return undefined;
}

function unlabelled(found: Found | undefined): Found | undefined {
  return found === undefined || isLabel(found.text) ? undefined : found;
}
