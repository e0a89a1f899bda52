import type { Keys } from '../identity/index.js';
import type { AppraisalCase, Benefit, Bilingual, CaseImport, Subject } from '../model/index.js';
import { validateCaseImport } from '../schema.js';
import type { CityJoined, CityPerson, CityWaiting } from '../store/city-rows.js';
import { isNamedLike } from './city-fold.js';
import { type CitySaid, citySaid, type ProvenStep, paymentKey, paymentOf } from './city-said.js';
import { caseEntryOf } from './entry.js';
import { keyed, mergeSaid, type Said } from './merge.js';

/**
 * Rows of one person and what is on file of them → the person's file as it now is, and the rows that wait. A recognition alone puts nobody on file:
 * the nightly job would ask about somebody who has no case.
 */
export function joinCityRows(person: CityPerson, keys: Keys): CityJoined {
  const { onFile } = person;
  const name = onFile?.subject ?? { name: person.rows.findLast(({ personName }) => personName !== '')?.personName ?? '' };
  const isHis = (row: CityPerson['rows'][number]): boolean =>
    row.personName === '' || isNamedLike({ ...row, fields: { ...row.fields } }, name);
  const others = person.rows.filter((row) => !isHis(row));
  const recognised = (onFile?.cases ?? []).map(({ caseNo, recognition }) => ({
    caseNo,
    ...(recognition === undefined ? {} : { recognitionNo: recognition.no }),
  }));
  const now = citySaid(person.rows.filter(isHis), recognised);
  const before = citySaid(person.before.filter(isHis), recognised);
  const waiting: CityWaiting[] = [...new Set(others.map((row) => `${row.kind}/${row.name}`))].map((key) => {
    const [kind = '', ...rest] = key.split('/');
    return { kind: kind as CityWaiting['kind'], name: rest.join('/'), ...namedOtherwise };
  });

  const cases = casesOf(person, now, before, waiting);
  const benefits = benefitsOf(person, now, before, waiting);
  waiting.push(...unusedOf(now, cases));
  if (onFile === undefined && cases.length + benefits.length === 0) return { waiting };
  const subject = subjectOf(person, now, before);
  if (subject === undefined) return { waiting };
  const entry: CaseImport = { subject, cases, benefits, settlements: [] };
  const valid = validateCaseImport(entry);
  if (!valid.ok) {
    waiting.push(...now.rows.map(({ kind, name: row }) => ({ kind, name: row, ...unfit(valid.faults[0]?.pointer ?? '') })));
    return { waiting };
  }
  const made = caseEntryOf(valid.value, keys, { id: '', sha256: '' }, '1970-01-01T00:00:00.000Z');
  return made === undefined ? { waiting } : { entry: made, waiting };
}

function subjectOf({ onFile }: CityPerson, now: CitySaid, before: CitySaid): CaseImport['subject'] | undefined {
  const documents = onFile?.subject.idDocuments ?? now.rows.find(({ documents: own }) => own.length > 0)?.documents;
  if (documents === undefined) return undefined;
  const { key: _key, idDocuments: _documents, ...known } = onFile?.subject ?? ({} as Partial<Subject>);
  const merged = mergeSaid(known as unknown as Said, before.person, now.person);
  if (typeof merged.name !== 'string') return undefined;
  return { idDocuments: documents, ...merged } as unknown as CaseImport['subject'];
}

function casesOf({ onFile }: CityPerson, now: CitySaid, before: CitySaid, waiting: CityWaiting[]): AppraisalCase[] {
  const found: AppraisalCase[] = [];
  const known = new Map((onFile?.cases ?? []).map((item) => [item.caseNo, item]));
  for (const caseNo of new Set([...known.keys(), ...now.cases.keys(), ...before.cases.keys()])) {
    const file = known.get(caseNo);
    const said = now.cases.get(caseNo);
    if (said === undefined && before.cases.get(caseNo) === undefined) continue;
    if (said === undefined && file !== undefined && isTakenBack(now, 'appraisal', caseNo))
      waiting.push({ kind: 'appraisal', name: caseNo, ...takenBack });
    // A row that is taken back takes nothing off the file: that is for a person to do.
    const merged = said === undefined ? treeOfCase(file) : mergeSaid(treeOfCase(file), before.cases.get(caseNo) ?? {}, said);
    const missing = (['kind', 'regime', 'receivedOn'] as const).filter((field) => merged[field] === undefined);
    if (missing.length > 0) {
      waiting.push({ kind: 'appraisal', name: caseNo, ...incomplete('case-incomplete', missing) });
      continue;
    }
    found.push(caseOf(caseNo, merged, now.steps.get(caseNo)));
  }
  return found;
}

function treeOfCase(file: AppraisalCase | undefined): Said {
  if (file === undefined) return {};
  const { conclusions, deliveries, ...rest } = file;
  return {
    ...(rest as unknown as Said),
    conclusions: keyed(conclusions, ({ no }) => no) as unknown as Said,
    deliveries: keyed(deliveries, ({ to }) => to) as unknown as Said,
  };
}

function caseOf(caseNo: string, merged: Said, step: ProvenStep | undefined): AppraisalCase {
  const { conclusions = {}, deliveries = {}, recognition, employer, state, ...rest } = merged;
  const parts = recognition as Said | undefined;
  const isWhole = parts !== undefined && parts.no !== undefined && parts.accidentOn !== undefined;
  return {
    items: [],
    documents: [],
    exams: [],
    ...rest,
    caseNo,
    state: furthest(state as AppraisalCase['state'] | undefined, step),
    ...(employer !== undefined && (employer as Said).name !== undefined ? { employer } : {}),
    ...(isWhole
      ? { recognition: { result: { code: '', system: '金保/ALC029', known: false }, parts: [], diagnoses: [], ...parts } }
      : {}),
    conclusions: Object.values(conclusions as Said).map((item) => ({
      standard: '未注明',
      clauses: [],
      status: 'issued',
      ...(item as Said),
    })),
    deliveries: Object.values(deliveries as Said),
  } as unknown as AppraisalCase;
}

const steps: readonly AppraisalCase['state'][] = [
  'submitted',
  'supplement-requested',
  'accepted',
  'scheduled',
  'examined',
  'concluded',
];

/** The step on file, or the one that the facts prove where that is further on. A case that ended is not opened again by a fact. */
function furthest(onFile: AppraisalCase['state'] | undefined, step: ProvenStep | undefined): AppraisalCase['state'] {
  if (onFile === undefined) return step ?? 'submitted';
  if (step === undefined || !steps.includes(onFile)) return onFile;
  return steps.indexOf(step) > steps.indexOf(onFile) ? step : onFile;
}

function benefitsOf({ onFile }: CityPerson, now: CitySaid, before: CitySaid, waiting: CityWaiting[]): Benefit[] {
  const found: Benefit[] = [];
  const known = new Map((onFile?.benefits ?? []).map((item) => [item.id, item]));
  for (const row of now.rows)
    if (row.kind === 'benefit' && row.fields['payment.amount'] !== undefined && paymentOf(row) === undefined)
      waiting.push({ kind: 'benefit', name: row.name, ...incomplete('payment-incomplete', ['period']) });
  for (const id of new Set([...now.benefits.keys(), ...before.benefits.keys()])) {
    const file = known.get(id);
    const said = now.benefits.get(id);
    if (said === undefined && file === undefined) continue;
    if (said === undefined) waiting.push({ kind: 'benefit', name: id, ...takenBack });
    const old = before.benefits.get(id) ?? {};
    // Of a benefit that is taken back only the payments go: they were not made.
    const merged = mergeSaid(treeOfBenefit(file), said === undefined ? pick(old) : old, said ?? {});
    const missing = (['from', 'status'] as const).filter((field) => merged[field] === undefined);
    if (missing.length > 0) {
      waiting.push({ kind: 'benefit', name: id, ...incomplete('benefit-incomplete', missing) });
      continue;
    }
    const { payments = {}, ...rest } = merged;
    const list = Object.values(payments as Said) as unknown as Benefit['payments'];
    list.sort((a, b) => (order(a) < order(b) ? -1 : 1));
    found.push({
      kind: { code: '', system: '金保/AAA036', known: false },
      ...rest,
      id,
      payments: list,
    } as unknown as Benefit);
  }
  return found;
}

function pick({ payments }: Said): Said {
  return payments === undefined ? {} : { payments };
}

function order(payment: Benefit['payments'][number]): string {
  return JSON.stringify([payment.period, payment.paidOn ?? '', payment.amount]);
}

function treeOfBenefit(file: Benefit | undefined): Said {
  if (file === undefined) return {};
  const { payments, ...rest } = file;
  return { ...(rest as unknown as Said), payments: keyed(payments, paymentKey) as unknown as Said };
}

function isTakenBack({ rows }: CitySaid, kind: CityWaiting['kind'], name: string): boolean {
  return rows.some((row) => row.kind === kind && row.name === name && row.isVoid);
}

/** Recognitions that no case on file rests on. */
function unusedOf({ rows }: CitySaid, cases: readonly AppraisalCase[]): CityWaiting[] {
  const used = new Set(cases.flatMap(({ recognition }) => (recognition === undefined ? [] : [recognition.no])));
  return rows
    .filter((row) => row.kind === 'recognition' && !row.isVoid && !used.has(String(row.fields['recognition.no'] ?? '')))
    .map(({ name }) => ({ kind: 'recognition', name, ...alone }));
}

interface Why {
  reason: string;
  detail: Bilingual;
}

const alone: Why = {
  reason: 'no-case-yet',
  detail: { zh: '还没有在册案件以此认定为依据；留置', en: 'no case on file rests on this recognition yet; kept' },
};

const takenBack: Why = {
  reason: 'taken-back',
  detail: {
    zh: '系统已将此行标为无效；在册的不因此删除，请核实后处理',
    en: 'its system marks the row as no longer valid; nothing is taken off the file for that, somebody has to look',
  },
};

const namedOtherwise: Why = {
  reason: 'name-differs',
  detail: {
    zh: '同一证件号码，姓名与在册的不同；留置，请核实号码或更正姓名',
    en: 'the same number and another name than on file; kept: check the number, or correct the name',
  },
};

const fieldNames: Readonly<Record<string, Bilingual>> = {
  kind: { zh: '鉴定类别（ALA019）', en: 'kind of appraisal (ALA019)' },
  regime: { zh: '适用规章（结论日期太粗）', en: 'the rules that apply (the day of the conclusion is too coarse)' },
  receivedOn: { zh: '申请日期（AAE127）', en: 'day of the application (AAE127)' },
  from: { zh: '待遇起（AAE041）', en: 'start (AAE041)' },
  status: { zh: '发放状态（AAE116）', en: 'state of payment (AAE116)' },
  period: { zh: '所属期（AAE003）', en: 'the month it is for (AAE003)' },
};

function incomplete(reason: string, missing: readonly string[]): Why {
  const text = (language: keyof Bilingual): string => missing.map((field) => fieldNames[field]?.[language] ?? field).join('、');
  return {
    reason,
    detail: {
      zh: `缺少，或其代码未知：${text('zh')}；留置，等补齐`,
      en: `missing, or its code is not known: ${text('en').replaceAll('、', ', ')}; kept until it comes`,
    },
  };
}

function unfit(pointer: string): Why {
  return {
    reason: 'unfit',
    detail: { zh: `合起来不成一份案卷：${pointer}`, en: `together they make no file: ${pointer}` },
  };
}
