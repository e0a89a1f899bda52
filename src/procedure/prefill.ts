import {
  type Bilingual,
  type CaseFile,
  dayOfInstant,
  type Evidence,
  formatDay,
  type Person,
  type Prefill,
  type PrefillField,
  type PrefillSource,
} from '../model/index.js';
import { currentEvidence } from '../reconcile/current.js';

/**
 * The fields of the application form (劳动能力鉴定申请表, form of 2014) that can be known before the applicant writes anything: a closed list, and
 * nothing beside it is given. The form of order 55 was not to be had; the photograph, signatures and opinions are the applicant's.
 */
const fields = [
  { id: 'name', title: { zh: '姓名', en: 'name' } },
  { id: 'sex', title: { zh: '性别', en: 'sex' } },
  { id: 'birth-date', title: { zh: '出生日期', en: 'date of birth' } },
  { id: 'id-type', title: { zh: '证件类型', en: 'kind of identity document' } },
  { id: 'id-number', title: { zh: '证件号码', en: 'number of the identity document' } },
  { id: 'phone', title: { zh: '联系电话', en: 'telephone' } },
  { id: 'address', title: { zh: '地址', en: 'address' } },
  { id: 'employer', title: { zh: '用人单位', en: 'employer' } },
  { id: 'recognition-no', title: { zh: '工伤认定决定书编号', en: 'number of the recognition decision' } },
  { id: 'accident-on', title: { zh: '事故（诊断）日期', en: 'day of the accident or diagnosis' } },
  { id: 'injury', title: { zh: '受伤部位、诊断', en: 'injured part and diagnosis' } },
] as const satisfies readonly { id: string; title: Bilingual }[];

type FieldId = (typeof fields)[number]['id'];

/** A recognition that is known and on which no case on file rests yet. */
export interface KnownRecognition {
  no?: string;
  accidentOn?: string;
  injury?: string;
  employer?: string;
  phone?: string;
}

/** Everything known for the form, each value with its sources; where sources disagree all values, and no choice. Pure. */
export function prefillOf(
  file: Pick<CaseFile, 'asOf' | 'subject' | 'cases' | 'evidence'>,
  recognitions: readonly KnownRecognition[] = [],
): Prefill {
  const found = new Map<FieldId, PrefillField['values']>();
  const add = (id: FieldId, value: string | undefined, source: PrefillSource): void => {
    const text = value?.trim();
    if (text === undefined || text === '') return;
    const values = found.get(id) ?? [];
    found.set(id, values);
    const same = values.find((known) => plain(known.value) === plain(text));
    if (same === undefined) values.push({ value: text, sources: [source] });
    else if (!same.sources.some(({ agency, feed }) => agency === source.agency && feed === source.feed))
      same.sources.push(source);
  };
  addPerson(file.subject, { agency: 'city', feed: 'cases' }, add);
  const document = file.subject.idDocuments.find(({ type }) => type === 'resident-id') ?? file.subject.idDocuments[0];
  add('id-type', document?.type, { agency: 'city', feed: 'cases' });
  add('id-number', document?.number, { agency: 'city', feed: 'cases' });
  for (const item of file.cases) {
    const source = { agency: 'city', feed: 'cases' };
    add('employer', item.employer?.name, source);
    add('recognition-no', item.recognition?.no, source);
    add('accident-on', item.recognition?.accidentOn, source);
    add('injury', item.recognition?.diagnoses.map(({ text }) => text).join('；'), source);
  }
  for (const known of recognitions) {
    const source = { agency: 'city', feed: 'recognitions' };
    add('employer', known.employer, source);
    add('recognition-no', known.no, source);
    add('accident-on', known.accidentOn, source);
    add('injury', known.injury, source);
    add('phone', known.phone, source);
  }
  const evidence = currentEvidence({ ...file, benefits: [], feeds: [] });
  for (const { record, certain } of evidence) {
    if (!certain || record.status !== 'current') continue;
    addRecord(
      record,
      { agency: record.source.agency, feed: record.source.feed, on: formatDay(dayOfInstant(record.source.receivedAt)) },
      add,
    );
  }
  return {
    asOf: file.asOf,
    key: file.subject.key,
    fields: fields.flatMap(({ id, title }) => {
      const values = found.get(id);
      return values === undefined ? [] : [{ id, title, values }];
    }),
    unknown: fields.filter(({ id }) => !found.has(id)).map(({ id, title }) => ({ id, title })),
  };
}

type Add = (id: FieldId, value: string | undefined, source: PrefillSource) => void;

function addPerson(person: Person, source: PrefillSource, add: Add): void {
  add('name', person.name, source);
  add('sex', person.sex === 'unknown' ? undefined : person.sex, source);
  add('birth-date', person.birthDate, source);
  add('phone', person.phone, source);
  add('address', person.domicile?.address, source);
}

/** Only those who register persons: what a hospital wrote down of somebody is no entry of a form. */
function addRecord(record: Evidence, source: PrefillSource, add: Add): void {
  if (record.kind === 'population' && record.outcome !== 'absent') {
    const { name, ...rest } = record.person;
    // A register that only echoes the name asked says nothing of it.
    addPerson(record.nameDisclosed === false ? { ...rest, name: '' } : { ...rest, name }, source, add);
  }
  if (record.kind === 'enrolment') {
    addPerson(record.person, source, add);
    add('employer', record.to === undefined ? record.employer : undefined, source);
  }
}

function plain(value: string): string {
  return value.normalize('NFKC').replace(/\s+/gu, '');
}
