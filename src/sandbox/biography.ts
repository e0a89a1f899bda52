import type { AppraisalCase, Benefit, CaseDocument, Conclusion, Day, Diagnosis } from '../model/index.js';
import { formatDay } from '../model/index.js';
import { addMonths, monthOf, months } from './calendar.js';
import { type Citizen, personOf } from './citizens.js';
import { scanOf } from './documents.js';
import { type Hospital, hospitals, pharmacy } from './hospitals.js';
import type {
  AllowancePlan,
  CertificatePlan,
  ClosedCase,
  CremationPlan,
  MovePlan,
  OpenCase,
  RecordPlan,
  SettlementPlan,
  StayPlan,
  VisitPlan,
  WorkInjuryPlan,
} from './plans.js';
import { digitsOf, hexOf, type Random, uuidOf } from './random.js';
import type { Certificate, CityFile, Cremation, Life, Move, Settlement, Stay } from './world.js';

/**
 * Writes lives: cases, stays, deaths, settlements and benefits, with everything an agency would ask for filled in. Days are told as days before
 * the world begins, so that a story reads as one: `stay({ from: 400, until: 380 })`.
 */
export interface Biography {
  readonly citizen: Citizen;
  readonly life: Life;
  readonly file: CityFile;
  readonly random: Random;
  /** The day `days` days before the world begins; negative: after. */
  ago(days: number): Day;
  /** An appraisal that has run its course; nothing in it contradicts anything. */
  closedCase(plan?: ClosedCase): AppraisalCase;
  /** An application that is being worked on. */
  openCase(plan?: OpenCase): AppraisalCase;
  stay(plan: StayPlan): Stay;
  /** A submitted medical record (病历) telling of a stay, or of one that never was. */
  record(case_: AppraisalCase, plan: RecordPlan): CaseDocument;
  /** The papers of an appraisal that was concluded, and a file for every document of the case: what a dossier is made of. */
  papers(case_: AppraisalCase): void;
  certificate(plan: CertificatePlan): Certificate;
  /** A certificate of somebody else, whose row looks like this person's. */
  lookAlike(plan: CertificatePlan): void;
  cremation(plan: CremationPlan): Cremation;
  /** The city's household register cancels the registration because the person moved away. */
  move(plan: MovePlan): Move;
  /** The register cancels the person as dead (死亡标识). */
  deathFlag(registeredAgo: number): void;
  /** All three agencies say the same: certificate, cremation two days later, register ten days later. */
  agreedDeath(diedAgo: number): void;
  /** A monthly disability allowance (伤残津贴) paid through a month. */
  allowance(plan: AllowancePlan): Benefit;
  /** The work-injury fund pays a stay. */
  workInjurySettlement(plan: WorkInjuryPlan): void;
  /** The medical insurance pays a stay. */
  settlement(plan: SettlementPlan): Settlement;
  /** The medical insurance pays a visit to a hospital or a purchase at a pharmacy; only the settlement tells of it. */
  visit(plan: VisitPlan): Settlement;
}

const injuries: readonly Required<Diagnosis>[] = [
  { icd10: 'S82.201', text: '胫骨骨折' },
  { icd10: 'S52.500', text: '桡骨下端骨折' },
  { icd10: 'S62.601', text: '手指骨折' },
  { icd10: 'S06.900', text: '颅内损伤' },
];
const illnesses: readonly Required<Diagnosis>[] = [
  { icd10: 'I10.x09', text: '高血压病' },
  { icd10: 'K80.200', text: '胆囊结石' },
  { icd10: 'J18.900', text: '肺炎' },
];
const fatal: Required<Diagnosis> = { icd10: 'I21.900', text: '急性心肌梗死' };

/** How many days the table of certificates lags behind a death, where a story does not say. */
const sendingLag = 4;

/** A biography begun: alive, registered, insured, known to the health platform, no case yet. `serial` numbers the person's papers. */
export function beginBiography(
  citizen: Citizen,
  setting: { seed: number; start: Day; serial: number; random: Random },
): Biography {
  const { seed, start, serial, random } = setting;
  const ago = (days: number): Day => start - days;
  const file: CityFile = { subject: personOf(citizen), cases: [], benefits: [], settlements: [] };
  const life: Life = { ...strangerLife(citizen, seed, start), file };
  const paper = (day: Day, nth: number) => ({
    year: formatDay(day).slice(0, 4),
    number: String(serial * 10 + nth).padStart(6, '0'),
  });

  const newCase = (plan: { received: Day; accident: Day; leaveUntil: Day }, more: Partial<AppraisalCase>): AppraisalCase => {
    const nth = file.cases.length + 1;
    const filed = paper(plan.received, nth);
    const recognised = paper(plan.accident, nth);
    const case_: AppraisalCase = {
      caseNo: `LJ${filed.year}-${filed.number}`,
      kind: 'first',
      regime: 'order-55',
      state: 'accepted',
      items: [{ code: '01', system: 'yilian/appraisal-item', known: true }],
      receivedOn: formatDay(plan.received),
      acceptedOn: formatDay(plan.received + 1),
      applicant: random.chance(0.6) ? 'employer' : 'person',
      employer: { name: `虚构市示例机械有限公司第${(serial % 40) + 1}分厂` },
      recognition: {
        no: `潍人社工认〔${recognised.year}〕${recognised.number}号`,
        result: { code: 'recognised', system: 'yilian/recognition-result', known: true },
        accidentOn: formatDay(plan.accident),
        decidedOn: formatDay(Math.min(plan.accident + 30, plan.received)),
        parts: [{ code: '03', system: 'WS 364 CV04.10.016', known: true }],
        diagnoses: [injuries[serial % injuries.length] as Required<Diagnosis>],
        injuryDegree: { code: 'injured', system: 'yilian/injury-degree', known: true },
      },
      leavePeriod: { from: formatDay(plan.accident), until: formatDay(plan.leaveUntil) },
      documents: [plainDocument(nth, 'id-card', '身份证'), plainDocument(nth, 'application', '劳动能力鉴定申请表')],
      exams: [],
      conclusions: [],
      deliveries: [],
      ...more,
    };
    file.cases.push(case_);
    return case_;
  };

  const plainDocument = (nth: number, kind: CaseDocument['kind'], title: string): CaseDocument => ({
    id: `D${serial}-${nth}-${kind}`,
    kind,
    title,
    mediaType: 'application/pdf',
    sha256: hexOf(seed, 'document', serial, nth, kind),
    pages: 1,
  });

  const biography: Biography = {
    citizen,
    life,
    file,
    random,
    ago,

    closedCase(plan = {}) {
      const accident = ago(plan.accident ?? 400);
      const received = ago(plan.received ?? 210);
      const state = plan.state ?? 'effective';
      const case_ = newCase({ received, accident, leaveUntil: ago(plan.leaveUntil ?? 220) }, { state });
      if (case_.recognition && plan.injuryDegree) {
        case_.recognition.injuryDegree = { code: plan.injuryDegree, system: 'yilian/injury-degree', known: true };
      }
      if (case_.recognition && plan.occupationalDisease) case_.recognition.occupationalDisease = true;
      if (plan.injuryStay !== false) addInjury(biography, case_, plan.accident ?? 400);
      const exam = plan.exam ?? 190;
      if (exam !== 'none') {
        case_.exams.push({
          on: formatDay(ago(exam)),
          mode: 'onsite',
          place: '虚构市劳动能力鉴定中心',
          identityCheck: plan.identityCheck ?? 'face-match',
        });
      }
      const concluded = plan.concluded ?? 180;
      if (concluded !== 'none') conclude(case_, ago(concluded), plan.grade ?? 7);
      return case_;
    },

    openCase(plan = {}) {
      const accident = plan.accident ?? 230;
      const received = ago(plan.received ?? 30);
      const state = plan.state ?? 'accepted';
      const case_ = newCase({ received, accident: ago(accident), leaveUntil: ago(plan.leaveUntil ?? 80) }, { state });
      if (state === 'submitted' || state === 'supplement-requested') delete case_.acceptedOn;
      if (plan.injuryStay !== false) addInjury(biography, case_, accident);
      if (plan.exam !== undefined) {
        case_.exams.push({
          on: formatDay(ago(plan.exam)),
          mode: 'onsite',
          place: '虚构市劳动能力鉴定中心',
          identityCheck: plan.identityCheck ?? 'face-match',
        });
      }
      return case_;
    },

    stay(plan) {
      const name = digitsOf(7, seed, 'stay', serial, life.stays.length);
      const stay: Stay = {
        visitNo: `PV${name}`,
        recordNo: `ZY${name}`,
        insuranceVisitNo: `37070001${digitsOf(12, seed, 'visit', serial, life.stays.length)}`,
        hospital: plan.hospital ?? (hospitals[(serial + life.stays.length) % hospitals.length] as Hospital),
        admittedOn: ago(plan.from),
        ...(plan.until === undefined ? {} : { dischargedOn: ago(plan.until) }),
        way: plan.way ?? '1',
        ...(plan.died === undefined ? {} : { diedOn: ago(plan.died) }),
        diagnosis: plan.diagnosis ?? random.pick(illnesses),
        medType: plan.medType ?? '21',
        health: plan.health ?? true,
        insurance: plan.insurance ?? true,
        insuranceShift: plan.insuranceShift ?? 0,
        repeated: plan.repeated ?? false,
      };
      life.stays.push(stay);
      return stay;
    },

    record(case_, plan) {
      const hospital = plan.stay?.hospital ?? plan.hospital ?? (hospitals[0] as Hospital);
      const admitted = plan.from === undefined ? plan.stay?.admittedOn : ago(plan.from);
      const discharged = plan.until === undefined ? plan.stay?.dischargedOn : ago(plan.until);
      const document: CaseDocument = {
        id: `D${serial}-${file.cases.indexOf(case_) + 1}-record-${case_.documents.length}`,
        kind: 'medical-record',
        title: '住院病历',
        mediaType: 'application/pdf',
        sha256: hexOf(seed, 'record', serial, case_.documents.length),
        pages: random.between(8, 60),
        hospital: hospital.name,
        ...(plan.nameOnly ? {} : { hospitalCode: hospital.healthCode }),
        hospitalRegion: hospital.region,
        ...(admitted === undefined ? {} : { admittedOn: formatDay(admitted) }),
        ...(discharged === undefined ? {} : { dischargedOn: formatDay(discharged) }),
        ...(plan.stay === undefined ? {} : { recordNo: plan.stay.recordNo }),
      };
      case_.documents.push(document);
      return document;
    },

    papers(case_) {
      const nth = file.cases.indexOf(case_) + 1;
      case_.documents.push(
        plainDocument(nth, 'recognition-decision', '认定工伤决定书'),
        plainDocument(nth, 'exam-report', '检查报告'),
        plainDocument(nth, 'review-form', '鉴定评审表'),
        plainDocument(nth, 'conclusion', '初次（复查）鉴定结论书'),
      );
      life.scans.push(...case_.documents.map((document) => scanOf(case_.caseNo, document)));
    },

    certificate(plan) {
      const certificate: Certificate = {
        uuid: uuidOf(seed, 'certificate', serial, life.certificates.length),
        diedOn: ago(plan.died),
        ...(plan.sent === 'never' ? {} : { sentOn: ago(plan.sent ?? plan.died - sendingLag) }),
        ...(plan.served === 'never' ? {} : { servedFrom: ago(plan.served ?? plan.died - sendingLag) }),
        ...(plan.retracted === undefined ? {} : { retractedOn: ago(plan.retracted) }),
        ...(plan.update === undefined ? {} : { update: { sentOn: ago(plan.update.sent), diedOn: ago(plan.update.died) } }),
        ...(plan.fifteenDigits ? { fifteenDigits: true } : {}),
        ...(plan.written === undefined ? {} : { written: plan.written }),
        cause: fatal,
      };
      life.certificates.push(certificate);
      return certificate;
    },

    lookAlike(plan) {
      const certificate = biography.certificate(plan);
      life.certificates.splice(life.certificates.indexOf(certificate), 1);
      life.lookAlikes.push({ ...certificate, uuid: uuidOf(seed, 'look-alike', serial, life.lookAlikes.length) });
    },

    cremation(plan) {
      const cremation: Cremation = {
        crematedOn: ago(plan.cremated),
        ...(plan.died === undefined ? {} : { diedOn: ago(plan.died) }),
        number: plan.number ?? 'full',
        registeredOn: ago(plan.registered ?? plan.cremated - 1),
      };
      life.cremations.push(cremation);
      return cremation;
    },

    move(plan) {
      const move: Move = {
        rowId: digitsOf(12, seed, 'household', serial, life.moves.length),
        state: plan.abroad ? '4' : '2',
        on: ago(plan.moved),
        sentOn: ago(plan.moved - 1),
        ...(plan.restored === undefined ? {} : { restoredOn: ago(plan.restored) }),
      };
      life.moves.push(move);
      return move;
    },

    deathFlag(registeredAgo) {
      life.register = { name: life.register?.name ?? citizen.name, deadSince: ago(registeredAgo) };
    },

    agreedDeath(diedAgo) {
      biography.certificate({ died: diedAgo });
      biography.cremation({ cremated: diedAgo - 2, died: diedAgo });
      biography.deathFlag(diedAgo - 10);
    },

    allowance(plan) {
      const conclusion = file.cases.flatMap((case_) => case_.conclusions).at(-1);
      const first = plan.first ?? addMonths((conclusion?.on ?? formatDay(start)).slice(0, 7), 1);
      const last = plan.last ?? addMonths(monthOf(start), -1);
      const basis = plan.basis ?? conclusion?.no ?? '';
      const benefit: Benefit = {
        id: `B${serial}-${file.benefits.length + 1}`,
        kind: { code: 'DAL', system: 'yilian/benefit', known: true },
        from: `${first}-01`,
        status: plan.status ?? 'active',
        ...(basis === '' ? {} : { basisConclusionNo: basis }),
        payments: months(first, last).map((period) => ({
          period,
          amount: plan.amount ?? '3860.00',
          paidOn: `${addMonths(period, 1)}-10`,
          ...(plan.reversed?.includes(period) ? { reversed: true } : {}),
        })),
      };
      if (benefit.status !== 'active') benefit.to = `${last}-28`;
      file.benefits.push(benefit);
      return benefit;
    },

    workInjurySettlement(plan) {
      const { stay } = plan;
      const until = stay.dischargedOn ?? stay.admittedOn;
      file.settlements.push({
        settlementNo: `GS${serial}-${file.settlements.length + 1}`,
        fund: 'work-injury',
        setting: 'inpatient',
        hospital: { name: stay.hospital.name, region: stay.hospital.region },
        from: formatDay(stay.admittedOn),
        to: formatDay(until),
        settledOn: formatDay(plan.settled === undefined ? Math.min(until + 20, start - 1) : ago(plan.settled)),
        total: '32680.55',
        fundPaid: '31200.00',
        invoiceNo: plan.invoiceNo ?? invoice(stay, 'work-injury'),
        interim: false,
        refund: false,
        manual: false,
        diagnoses: [stay.diagnosis],
      });
    },

    settlement(plan) {
      const { stay, reverses } = plan;
      const settledOn = plan.settled === undefined ? (stay.dischargedOn ?? start) : ago(plan.settled);
      const total = reverses ? -reverses.total : random.between(300_000, 2_500_000);
      const settlement: Settlement = {
        settlementNo: `37070002${digitsOf(12, seed, 'settlement', serial, life.settlements.length)}`,
        stay,
        ...(reverses?.setting === undefined ? {} : { setting: reverses.setting }),
        fund: life.insured?.fund ?? '310',
        settledOn,
        total,
        fundPaid: reverses ? -reverses.fundPaid : plan.selfPaid ? 0 : Math.round(total * 0.7),
        invoiceNo: reverses?.invoiceNo ?? plan.invoiceNo ?? invoice(stay, plan.interim ? 'interim' : 'insurance'),
        interim: plan.interim ?? false,
        ...(reverses ? { reversalOf: reverses.settlementNo } : {}),
        manual: plan.manual ?? false,
        sentOn: settledOn + 1,
        ...(plan.deleted === undefined ? {} : { deletedOn: ago(plan.deleted) }),
      };
      life.settlements.push(settlement);
      return settlement;
    },

    visit({ on, setting = 'outpatient', ...plan }) {
      const name = digitsOf(7, seed, 'visit', serial, life.settlements.length);
      const stay: Stay = {
        visitNo: `OV${name}`,
        recordNo: `MZ${name}`,
        insuranceVisitNo: `37070003${digitsOf(12, seed, 'visit', serial, life.settlements.length)}`,
        hospital: setting === 'pharmacy' ? pharmacy : (hospitals[serial % hospitals.length] as Hospital),
        admittedOn: ago(on),
        dischargedOn: ago(on),
        way: '1',
        diagnosis: random.pick(illnesses),
        medType: '21',
        health: false,
        insurance: false,
        insuranceShift: 0,
        repeated: false,
      };
      const settlement = biography.settlement({ stay, ...plan });
      settlement.setting = setting;
      return settlement;
    },
  };

  const invoice = (stay: Stay, payer: string) => digitsOf(10, seed, 'invoice', stay.visitNo, payer);

  const conclude = (case_: AppraisalCase, on: Day, grade: Conclusion['grade']): void => {
    const nth = file.cases.indexOf(case_) + 1;
    const numbered = paper(on, nth);
    const reached = case_.state === 'concluded' ? 'issued' : case_.state === 'delivered' ? 'issued' : 'effective';
    case_.panel = { size: 3, drawnOn: formatDay(on - 15), signedOn: formatDay(on) };
    case_.conclusions.push({
      no: `潍劳鉴〔${numbered.year}〕${numbered.number}号`,
      on: formatDay(on),
      level: 'city',
      ...(grade === undefined ? {} : { grade }),
      care: typeof grade === 'number' && grade <= 2 ? 'partial' : 'none',
      standard: 'GB/T 16180-2014',
      clauses: ['5.7.2'],
      status: reached,
    });
    if (case_.state === 'concluded') return;
    for (const to of ['person', 'employer'] as const) {
      case_.deliveries.push({ to, sentOn: formatDay(on + 2), receivedOn: formatDay(on + 5) });
    }
  };

  return biography;
}

/** A life the city has no file of: registered, insured, known to the hospitals. */
function strangerLife(citizen: Citizen, seed: number, start: Day): Life {
  const fund = Number(digitsOf(2, seed, 'fund', citizen.number)) < 70 ? '310' : '390';
  return {
    citizen,
    register: { name: citizen.name },
    moves: [],
    stays: [],
    certificates: [],
    lookAlikes: [],
    cremations: [],
    settlements: [],
    reappraisals: [],
    scans: [],
    insured: { fund, since: start - 2000, ...(fund === '310' ? { employer: '虚构市示例机械有限公司' } : {}), name: citizen.name },
    knownToHealth: true,
  };
}

/** The stay after the accident, paid by the work-injury fund, with the record the applicant handed in. */
function addInjury(biography: Biography, case_: AppraisalCase, accident: number): void {
  const diagnosis = case_.recognition?.diagnoses[0] as Required<Diagnosis>;
  const length = 12 + (biography.citizen.bornOn % 9);
  const stay = biography.stay({ from: accident, until: accident - length, diagnosis, medType: '22' });
  biography.record(case_, { stay });
  biography.workInjurySettlement({ stay });
}
