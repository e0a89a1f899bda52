import { plainDocumentNumber } from '../identity/index.js';
import type { Coded, Diagnosis, Json } from '../model/index.js';
import { dayInterval, dayOf } from '../model/index.js';
import type { CityRow } from '../store/city-rows.js';
import { codedOf, type FoldedRow, foldRows, isSameRecognition, meaningOf, textOf } from './city-fold.js';
import { keyed, type Said } from './merge.js';

/**
 * What all rows of one person say together, as trees that can be merged with what is on file: the person, their cases by number, their benefits by
 * id. Pure, and the same whatever the order of the rows.
 */
export interface CitySaid {
  rows: FoldedRow[];
  person: Said;
  cases: Map<string, Said>;
  /** Case number → the step that its facts at least prove; a source that names the step wins. */
  steps: Map<string, ProvenStep>;
  benefits: Map<string, Said>;
}

export type ProvenStep = 'submitted' | 'accepted' | 'concluded';

/** `onFile`: numbers of recognition decisions of cases that came otherwise, so that a recognition finds them. */
export function citySaid(versions: readonly CityRow[], onFile: readonly { caseNo: string; recognitionNo?: string }[]): CitySaid {
  const rows = foldRows(versions);
  const standing = rows.filter(({ isVoid }) => !isVoid);
  const recognitions = standing.filter(({ kind }) => kind === 'recognition');
  const said: CitySaid = {
    rows,
    person: personSaid(versions, standing),
    cases: new Map(),
    steps: new Map(),
    benefits: new Map(),
  };
  for (const row of standing.filter(({ kind }) => kind === 'appraisal')) {
    const sources = [row, ...recognitions.filter((recognition) => isSameRecognition(recognition, row))];
    said.cases.set(row.name, caseSaid(row, sources));
    said.steps.set(row.name, stepOf(row));
  }
  for (const { caseNo, recognitionNo } of onFile) {
    if (said.cases.has(caseNo) || plainDocumentNumber(recognitionNo) === undefined) continue;
    const same = recognitions.filter(
      (row) => plainDocumentNumber(textOf(row, 'recognition.no')) === plainDocumentNumber(recognitionNo),
    );
    if (same.length > 0) said.cases.set(caseNo, about(same));
  }
  const benefits = standing.filter(({ kind }) => kind === 'benefit');
  for (const id of new Set(benefits.map((row) => textOf(row, 'benefit.id') ?? ''))) {
    said.benefits.set(
      id,
      benefitSaid(
        benefits.filter((row) => textOf(row, 'benefit.id') === id),
        said.cases,
      ),
    );
  }
  return said;
}

/** The newest word on each thing about the person, from whichever row. */
function personSaid(versions: readonly CityRow[], standing: readonly FoldedRow[]): Said {
  const counts = new Set(standing.map(({ kind, name }) => `${kind}/${name}`));
  const person: Said = {};
  const domicile: Said = {};
  for (const version of versions) {
    if (!counts.has(`${version.kind}/${version.name}`)) continue;
    if (version.personName !== '') person.name = version.personName;
    for (const field of ['sex', 'birthDate', 'phone'] as const) {
      const value = textOf(version, `person.${field}`);
      if (value !== undefined && !(field === 'sex' && value === 'unknown' && person.sex !== undefined)) person[field] = value;
    }
    for (const field of ['region', 'address'] as const) {
      const value = textOf(version, `person.domicile.${field}`);
      if (value !== undefined) domicile[field] = value;
    }
  }
  return given({ ...person, domicile: given(domicile) });
}

function caseSaid(row: FoldedRow, sources: readonly FoldedRow[]): Said {
  return given({
    ...about(sources),
    kind: meaningOf(row, 'case.kind'),
    state: meaningOf(row, 'case.state'),
    regime: regimeOf(row),
    receivedOn: textOf(row, 'case.receivedOn'),
    acceptedOn: textOf(row, 'case.acceptedOn'),
    provincialNo: textOf(row, 'case.provincialNo'),
    priorCaseNo: textOf(row, 'case.priorCaseNo'),
    conclusions: given(conclusionsSaid(row)),
    deliveries: given({ person: deliverySaid(row, 'person'), employer: deliverySaid(row, 'employer') }),
  });
}

/** What the appraisal and its recognition say of employer and recognition; of the accident the recognition knows better. */
function about(sources: readonly FoldedRow[]): Said {
  const recognised = sources.filter(({ kind }) => kind === 'recognition').toReversed();
  const best = [...recognised, ...sources.filter(({ kind }) => kind !== 'recognition')];
  const text = (path: string): string | undefined => best.map((row) => textOf(row, path)).find((value) => value !== undefined);
  const coded = (path: string): Coded | undefined => best.map((row) => codedOf(row, path)).find((value) => value !== undefined);
  const first = recognised[0];
  const diagnoses = best.map(({ fields }) => fields['recognition.diagnoses']).find(Array.isArray) as Diagnosis[] | undefined;
  const parts = ['part1', 'part2', 'part3', 'part4'].flatMap((part) => coded(`recognition.${part}`) ?? []);
  const once = parts.filter((part, index) => parts.findIndex(({ code }) => code === part.code) === index);
  return given({
    employer: given({ name: text('employer.name'), uscc: text('employer.uscc') }),
    recognition: given({
      no: text('recognition.no'),
      accidentOn: text('recognition.accidentOn'),
      decidedOn: text('recognition.decidedOn'),
      result: coded('recognition.result') as Json | undefined,
      injuryDegree: coded('recognition.injuryDegree') as Json | undefined,
      // Without the name of a disease nothing says that it is none.
      occupationalDisease: text('recognition.occupationalDisease') === undefined ? undefined : true,
      diagnoses: diagnoses as Json | undefined,
      parts: first === undefined || once.length === 0 ? undefined : (once as unknown as Json),
    }),
  });
}

/** Order 55 applies to whoever had no conclusion when it came into force (its article 39); undefined where a coarse date does not tell. */
function regimeOf(row: FoldedRow): string | undefined {
  const on = dayInterval(textOf(row, 'conclusion.on') ?? textOf(row, 'careConclusion.on'));
  const inForce = dayOf(2025, 7, 1) ?? 0;
  if (on === undefined || on.lo >= inForce) return 'order-55';
  return on.hi < inForce ? 'order-21' : undefined;
}

/** By number: one of the grade, and one of the care level where that has a number of its own. One without number or date is none. */
function conclusionsSaid(row: FoldedRow): Said {
  const [no, on] = [textOf(row, 'conclusion.no'), textOf(row, 'conclusion.on')];
  const [careNo, careOn] = [textOf(row, 'careConclusion.no'), textOf(row, 'careConclusion.on')];
  const [grade, care] = [meaningOf(row, 'conclusion.grade'), meaningOf(row, 'conclusion.care')];
  const isApart = careNo !== undefined && plainDocumentNumber(careNo) !== plainDocumentNumber(no);
  const level = meaningOf(row, 'case.kind') === 'reappraisal' ? 'province' : 'city';
  const standard = textOf(row, 'conclusion.standard');
  const said: Said = {};
  if (no !== undefined && on !== undefined)
    said[no] = given({
      no,
      on,
      level,
      standard,
      grade: grade === undefined ? undefined : grade === 'below' ? grade : Number(grade),
      care: isApart ? undefined : care,
    });
  if (isApart && careOn !== undefined) said[careNo] = given({ no: careNo, on: careOn, level, standard, care });
  return said;
}

function deliverySaid(row: FoldedRow, to: 'person' | 'employer'): Said | undefined {
  const delivery = given({
    trackingNo: textOf(row, `delivery.${to}.trackingNo`),
    sentOn: textOf(row, `delivery.${to}.sentOn`),
    receivedOn: textOf(row, `delivery.${to}.receivedOn`),
  });
  return Object.keys(delivery).length === 0 ? undefined : { to, ...delivery };
}

/** No indicator names the step: a conclusion, an acceptance, an application prove at least that much. */
function stepOf(row: FoldedRow): ProvenStep {
  if (Object.keys(conclusionsSaid(row)).length > 0) return 'concluded';
  return textOf(row, 'case.acceptedOn') === undefined ? 'submitted' : 'accepted';
}

function benefitSaid(rows: readonly FoldedRow[], cases: ReadonlyMap<string, Said>): Said {
  const last = (path: string): string | undefined =>
    rows.map((row) => textOf(row, path)).findLast((value) => value !== undefined);
  const kind = rows.map((row) => codedOf(row, 'benefit.kind')).findLast((value) => value !== undefined);
  const status = rows.map((row) => meaningOf(row, 'benefit.status')).findLast((value) => value !== undefined);
  const payments = rows.flatMap((row) => paymentOf(row) ?? []);
  return given({
    kind: kind as Json | undefined,
    status,
    from: last('benefit.from'),
    to: last('benefit.to'),
    basisConclusionNo: last('benefit.basisConclusionNo') ?? onlyConclusion(cases.get(last('benefit.appraisal') ?? '')),
    payments: payments.length === 0 ? undefined : (keyed(payments, paymentKey) as unknown as Said),
  });
}

/** The conclusion of the appraisal a benefit names, where it has one only. */
function onlyConclusion(said: Said | undefined): string | undefined {
  const numbers = Object.keys((said?.conclusions as Said | undefined) ?? {});
  return numbers.length === 1 ? numbers[0] : undefined;
}

export interface SaidPayment {
  period: string;
  amount: string;
  paidOn?: string;
  reversed?: boolean;
}

/** A payment needs its month and its amount; a day is in one month, a year is not. */
export function paymentOf(row: FoldedRow): SaidPayment | undefined {
  const period = textOf(row, 'payment.period')?.slice(0, 7);
  const amount = textOf(row, 'payment.amount');
  if (period === undefined || !/^\d{4}-\d{2}$/.test(period) || amount === undefined) return undefined;
  const [paidOn, reversed] = [textOf(row, 'payment.paidOn'), row.fields['payment.reversed']];
  return {
    period,
    amount,
    ...(paidOn === undefined ? {} : { paidOn }),
    ...(typeof reversed === 'boolean' ? { reversed } : {}),
  };
}

export function paymentKey({ period, paidOn = '' }: { period: string; paidOn?: string }): string {
  return `${period}|${paidOn}`;
}

/** Without what is not there. */
function given(said: Said): Said {
  return Object.fromEntries(
    Object.entries(said).filter(
      ([, value]) =>
        value !== undefined &&
        !(typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0),
    ),
  );
}
