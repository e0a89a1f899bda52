import {
  type AppraisalCase,
  type AppraisalEvidence,
  type Benefit,
  type CaseDocument,
  type CaseFile,
  type Day,
  type DayInterval,
  type DeathEvidence,
  dayOfInstant,
  type Evidence,
  type FeedStatus,
  type MarriageEvidence,
  type PopulationEvidence,
  type SettlementEvidence,
  type StayEvidence,
  type Subject,
} from '../model/index.js';
import { compareTexts, currentEvidence } from './current.js';
import { interval } from './dates.js';
import { type Death, deathOf } from './death-fact.js';
import { fen } from './settlements.js';
import { fillFromTwins } from './stays.js';

/** A record of one kind, tied to the subject. `certain`: linked `exact` or `upgraded`. */
export interface Known<E extends Evidence = Evidence> {
  readonly record: E;
  readonly certain: boolean;
}

/** A hospital stay with its days read. */
export interface KnownStay extends Known<StayEvidence> {
  readonly admitted: DayInterval | undefined;
  /** Undefined while the stay is open, or where the day cannot be read. */
  readonly discharged: DayInterval | undefined;
  readonly died: DayInterval | undefined;
  /** 离院方式: of this record, else of another record of the same stay. */
  readonly outcome: StayEvidence['outcome'];
}

export interface KnownDeath extends Known<DeathEvidence> {
  readonly died: DayInterval | undefined;
  /** Issue, cremation, acceptance. */
  readonly event: DayInterval | undefined;
}

export interface KnownMarriage extends Known<MarriageEvidence> {
  readonly on: DayInterval | undefined;
}

export interface KnownSettlement extends Known<SettlementEvidence> {
  readonly from: DayInterval | undefined;
  readonly to: DayInterval | undefined;
  readonly settled: DayInterval | undefined;
}

export interface KnownExam {
  readonly caseNo: string;
  readonly exam: AppraisalCase['exams'][number];
  readonly on: DayInterval | undefined;
}

export interface KnownDocument {
  readonly document: CaseDocument;
  readonly admitted: DayInterval | undefined;
  readonly discharged: DayInterval | undefined;
}

/** A payment of a benefit that was not reversed (冲回). */
export interface KnownPayment {
  readonly benefitId: string;
  /** `YYYY-MM`. */
  readonly period: string;
  readonly days: DayInterval;
  /** Fen (0.01 yuan). */
  readonly amount: number;
}

/** An appraisal case with the days read that rules compare. */
export interface KnownCase {
  readonly case: AppraisalCase;
  /** Documents of kind `medical-record`. */
  readonly medicalRecords: readonly KnownDocument[];
  readonly accident: DayInterval | undefined;
  readonly leaveEnd: DayInterval | undefined;
}

/** One person's case file, prepared once for all rules: in one order, each record once, days read, death told. */
export interface PersonFile {
  readonly asOf: Day;
  readonly subject: Subject;
  readonly birth: DayInterval | undefined;
  /** Sorted, no doubles. */
  readonly caseNos: readonly string[];
  readonly cases: readonly KnownCase[];
  /** Of all cases, in the order of these and of their days. */
  readonly exams: readonly KnownExam[];
  readonly benefits: readonly Benefit[];
  /** Of all benefits, without the reversed ones. */
  readonly payments: readonly KnownPayment[];
  readonly population: readonly Known<PopulationEvidence>[];
  /** As each source told them. */
  readonly toldStays: readonly KnownStay[];
  /** The same records, what one leaves open filled from another that tells of the same stay. */
  readonly stays: readonly KnownStay[];
  /** Void ones are in `voidDeaths`. */
  readonly deaths: readonly KnownDeath[];
  readonly voidDeaths: readonly KnownDeath[];
  readonly marriages: readonly KnownMarriage[];
  readonly settlements: readonly KnownSettlement[];
  readonly appraisals: readonly Known<AppraisalEvidence>[];
  readonly death: Death;
  readonly feeds: readonly FeedStatus[];
}

/** Reads a case file for the rules. Pure; throws ERR_INPUT where `asOf` is no instant. */
export function personFile(file: CaseFile): PersonFile {
  const population: Known<PopulationEvidence>[] = [];
  const stays: KnownStay[] = [];
  const deaths: KnownDeath[] = [];
  const voidDeaths: KnownDeath[] = [];
  const marriages: KnownMarriage[] = [];
  const settlements: KnownSettlement[] = [];
  const appraisals: Known<AppraisalEvidence>[] = [];

  for (const { record, certain } of currentEvidence(file)) {
    if (record.kind === 'death') {
      const known = { record, certain, died: interval(record.diedOn), event: interval(record.eventOn) };
      (record.status === 'void' ? voidDeaths : deaths).push(known);
      continue;
    }
    if (record.status === 'void') continue;
    switch (record.kind) {
      case 'population':
        population.push({ record, certain });
        break;
      case 'stay':
        stays.push({
          record,
          certain,
          admitted: interval(record.admittedOn),
          discharged: interval(record.dischargedOn),
          died: interval(record.diedOn),
          outcome: record.outcome,
        });
        break;
      case 'marriage':
        marriages.push({ record, certain, on: interval(record.on) });
        break;
      case 'settlement': {
        const from = interval(record.from);
        settlements.push({ record, certain, from, to: interval(record.to) ?? from, settled: interval(record.settledOn) });
        break;
      }
      case 'appraisal':
        appraisals.push({ record, certain });
        break;
      case 'enrolment':
        // No rule reads it.
        break;
    }
  }

  const cases = inOrder(file.cases, (item) => item.caseNo).map(knownCase);
  const benefits = inOrder(file.benefits, (benefit) => benefit.id);
  const exams = cases.flatMap((item) => knownExams(item.case));
  return {
    asOf: dayOfInstant(file.asOf),
    subject: file.subject,
    birth: interval(file.subject.birthDate),
    caseNos: cases.map((item) => item.case.caseNo).filter((no, index, all) => no !== all[index - 1]),
    cases,
    exams,
    benefits,
    payments: benefits.flatMap(knownPayments),
    population,
    toldStays: stays,
    stays: fillFromTwins(stays),
    deaths,
    voidDeaths,
    marriages,
    settlements,
    appraisals,
    death: deathOf({ population, stays, deaths, voidDeaths, marriages, exams }),
    feeds: file.feeds,
  };
}

const none: readonly never[] = [];

function knownCase(item: AppraisalCase): KnownCase {
  const records = item.documents.filter((document) => document.kind === 'medical-record');
  return {
    case: item,
    medicalRecords:
      records.length === 0
        ? none
        : inOrder(records, (document) => document.id).map((document) => ({
            document,
            admitted: interval(document.admittedOn),
            discharged: interval(document.dischargedOn),
          })),
    accident: interval(item.recognition?.accidentOn),
    leaveEnd: interval(item.leavePeriod?.until),
  };
}

function knownExams({ caseNo, exams }: AppraisalCase): readonly KnownExam[] {
  return inOrder(exams, (exam) => exam.on).map((exam) => ({ caseNo, exam, on: interval(exam.on) }));
}

/** Payments whose period cannot be read are none: nobody could say when they were. */
function knownPayments({ id, payments }: Benefit): KnownPayment[] {
  const known: KnownPayment[] = [];
  for (const { period, amount, reversed } of inOrder(payments, (payment) => payment.period)) {
    const days = interval(period);
    if (reversed !== true && days !== undefined) known.push({ benefitId: id, period, days, amount: fen(amount) });
  }
  return known;
}

/** In order of a key, and of the whole where keys are alike; the input is left as it was. */
function inOrder<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  if (items.length < 2) return items;
  return [...items].sort((a, b) => compareTexts(keyOf(a), keyOf(b)) || compareTexts(JSON.stringify(a), JSON.stringify(b)));
}
