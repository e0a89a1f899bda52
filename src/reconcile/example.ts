import type {
  AppraisalCase,
  Benefit,
  CaseDocument,
  CaseFile,
  DeathEvidence,
  Evidence,
  FeedRun,
  FeedStatus,
  Link,
  MarriageEvidence,
  Person,
  PopulationEvidence,
  SettlementEvidence,
  Source,
  StayEvidence,
  Subject,
} from '../model/index.js';

/**
 * Builders for the examples of rules: each says only what matters and gets the rest. The person is synthetic, of the unassigned district
 * 370799; the files are of 2025-06-30 in Shanghai, every feed fresh and complete through that day.
 */

const person: Person = {
  idDocuments: [{ type: 'resident-id', number: '370799196001010018', validity: 'valid' }],
  name: '测试甲',
};

const subject: Subject = {
  ...person,
  key: 'example-person',
  sex: 'male',
  birthDate: '1960-01-01',
  domicile: { region: '370799' },
};

const feedNames = [
  ['public-security', 'population'],
  ['health', 'stays'],
  ['health', 'death-certificates'],
  ['civil-affairs', 'cremations'],
  ['civil-affairs', 'marriages'],
  ['medical-insurance', 'enrolments'],
  ['medical-insurance', 'stays'],
  ['medical-insurance', 'settlements'],
  ['provincial-appraisal', 'appraisals'],
] as const;

/** Every feed fresh, complete and everywhere; `changes` by `agency/feed`. */
export function feeds(changes: Readonly<Record<string, Partial<FeedStatus>>> = {}): FeedStatus[] {
  return feedNames.map(([agency, feed]) => ({
    agency,
    feed,
    state: 'fresh',
    completeThrough: '2025-06-30',
    ...changes[`${agency}/${feed}`],
  }));
}

/** A case file, as little as it takes. */
export function file(parts: Partial<Omit<CaseFile, 'subject'>> & { subject?: Partial<Subject> } = {}): CaseFile {
  return {
    asOf: '2025-06-30T10:00:00+08:00',
    cases: [],
    benefits: [],
    evidence: [],
    feeds: feeds(),
    ...parts,
    subject: { ...subject, ...parts.subject },
  };
}

type Parts<E extends Evidence> = Partial<Omit<E, 'kind' | 'source' | 'person'>> & {
  source?: Partial<Source>;
  person?: Partial<Person>;
};

function common(agency: string, feed: string, recordId: string, parts: { source?: Partial<Source>; person?: Partial<Person> }) {
  return {
    source: {
      agency,
      feed,
      recordId,
      receivedAt: '2025-06-29T02:00:00+08:00',
      message: { id: `message-${recordId}`, sha256: '0'.repeat(64) },
      ...parts.source,
    },
    person: { ...person, ...parts.person },
  };
}

const linked: Pick<Evidence, 'status'> & { link: Link } = {
  status: 'current',
  link: { level: 'exact', reasons: ['number-equal'] },
};

/** A link that may give no finding above low. */
export const weakLink: Link = { level: 'weak', reasons: ['name-and-birth-date'] };

export function population(parts: Parts<PopulationEvidence> = {}): PopulationEvidence {
  return {
    kind: 'population',
    ...linked,
    outcome: 'found',
    registration: 'active',
    ...parts,
    ...common('public-security', 'population', 'P1', parts),
  };
}

/** A medical certificate, unless `basis` says otherwise; agency and feed follow the basis. */
export function death(parts: Parts<DeathEvidence> = {}): DeathEvidence {
  const basis = parts.basis ?? 'medical-certificate';
  const [agency, feed, recordId] =
    basis === 'cremation'
      ? (['civil-affairs', 'cremations', 'F1'] as const)
      : basis === 'household-cancellation'
        ? (['public-security', 'population', 'H1'] as const)
        : (['health', 'death-certificates', 'C1'] as const);
  return { kind: 'death', ...linked, ...parts, basis, ...common(agency, feed, recordId, parts) };
}

export function stay(admittedOn: string, dischargedOn?: string, parts: Parts<StayEvidence> = {}): StayEvidence {
  return {
    kind: 'stay',
    ...linked,
    hospital: { code: 'H370799001', name: '演示医院' },
    diagnoses: [],
    outcome: { code: 'home', system: 'RC028', known: true },
    ...parts,
    admittedOn,
    ...(dischargedOn === undefined ? {} : { dischargedOn }),
    ...common('health', 'stays', `S-${admittedOn}`, parts),
  };
}

export function marriage(on: string, parts: Parts<MarriageEvidence> = {}): MarriageEvidence {
  return { kind: 'marriage', ...linked, event: 'married', ...parts, on, ...common('civil-affairs', 'marriages', 'M1', parts) };
}

/** A work-injury settlement is told by the city, any other by medical insurance. */
export function settlement(
  fund: SettlementEvidence['fund'],
  settlementNo: string,
  parts: Parts<SettlementEvidence> = {},
): SettlementEvidence {
  return {
    kind: 'settlement',
    ...linked,
    setting: 'inpatient',
    hospital: { name: '演示医院' },
    settledOn: '2025-03-20',
    total: '1000.00',
    fundPaid: '800.00',
    interim: false,
    refund: false,
    manual: false,
    diagnoses: [],
    ...parts,
    fund,
    settlementNo,
    ...common(fund === 'work-injury' ? 'city' : 'medical-insurance', 'settlements', settlementNo, parts),
  };
}

export function appraisalCase(parts: Partial<AppraisalCase> = {}): AppraisalCase {
  return {
    caseNo: 'A-2025-001',
    kind: 'first',
    regime: 'order-55',
    state: 'accepted',
    items: [],
    receivedOn: '2025-02-01',
    documents: [],
    exams: [],
    conclusions: [],
    deliveries: [],
    ...parts,
  };
}

export function exam(on: string, parts: Partial<AppraisalCase['exams'][number]> = {}): AppraisalCase['exams'][number] {
  return { on, mode: 'onsite', identityCheck: 'manual', ...parts };
}

export function accident(
  accidentOn: string,
  parts: Partial<NonNullable<AppraisalCase['recognition']>> = {},
): NonNullable<AppraisalCase['recognition']> {
  return {
    no: 'R-2025-001',
    result: { code: 'recognised', system: 'city', known: true },
    accidentOn,
    parts: [],
    diagnoses: [],
    ...parts,
  };
}

/** A supplied medical record of the demonstration hospital. */
export function medicalRecord(admittedOn: string, dischargedOn: string, parts: Partial<CaseDocument> = {}): CaseDocument {
  return {
    id: 'D1',
    kind: 'medical-record',
    mediaType: 'application/pdf',
    sha256: '0'.repeat(64),
    hospital: '演示医院',
    admittedOn,
    dischargedOn,
    ...parts,
  };
}

/** A benefit paid for some months. */
export function benefit(periods: readonly string[], parts: Partial<Benefit> = {}): Benefit {
  return {
    id: 'B1',
    kind: { code: 'DAL', system: 'city', known: true },
    from: '2024-01-01',
    status: 'active',
    payments: periods.map((period) => ({ period, amount: '3000.00' })),
    ...parts,
  };
}

/** What one run did with one feed. */
export function feedRun(agency: string, feed: string, parts: Partial<FeedRun> = {}): FeedRun {
  return {
    agency,
    feed,
    status: { agency, feed, state: 'fresh', completeThrough: '2025-06-30' },
    asked: 0,
    answers: { found: 0, absent: 0, mismatch: 0, unavailable: 0, unauthorised: 0 },
    notAsked: 0,
    received: 1000,
    mapped: 1000,
    rejected: 0,
    void: 0,
    sieved: 0,
    ...parts,
  };
}
