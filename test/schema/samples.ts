import type {
  AppraisalEvidence,
  CaseFile,
  CaseImport,
  CheckResult,
  DeathEvidence,
  DeathFact,
  EnrolmentEvidence,
  Evidence,
  Explanation,
  Finding,
  FindingRecord,
  MarriageEvidence,
  Person,
  PopulationEvidence,
  Rejected,
  RunManifest,
  SettlementEvidence,
  StayEvidence,
  Subject,
} from '../../src/model/index.js';

/** Valid values of every public shape, written out by hand: each with every optional part somewhere. Persons are synthetic. */

export const person: Person = {
  key: '00112233445566778899aabbccddeeff',
  idDocuments: [
    { type: 'resident-id', number: '370799196001010018', raw: '370799600101001', validity: 'upgraded-15' },
    { type: 'passport', number: 'E12345678', validity: 'not-checked' },
  ],
  name: '甲一',
  formerNames: ['甲乙'],
  sex: 'male',
  birthDate: '1960-01',
  ethnicity: { code: '01', system: 'GB/T 3304', raw: '汉', known: true },
  domicile: { region: '370799', address: '某街1号' },
  phone: '05360000000',
};

export const subject: Subject = { ...person, key: '00112233445566778899aabbccddeeff' };

const source = {
  agency: 'health',
  feed: 'stays',
  recordId: 'Z1',
  receivedAt: '2026-11-23T02:00:00.000Z',
  updatedAt: '20261122093000',
  message: { id: 'm1', sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
  pointers: { admittedOn: '/RYRQ' },
};
const base = { source, person, status: 'current' as const };

export const population: PopulationEvidence = {
  ...base,
  kind: 'population',
  source: { ...source, agency: 'public-security', feed: 'population' },
  outcome: 'found',
  match: { id: 'exact', name: 'similar' },
  registration: 'cancelled',
  cancellation: { reason: 'death', registeredOn: '2026-03-20', diedOn: '2026-03-10' },
  deathFlag: true,
  nameDisclosed: false,
};

export const stay: StayEvidence = {
  ...base,
  kind: 'stay',
  hospital: { code: 'H1', name: '某某医院', region: '370700' },
  recordNo: '12345',
  admittedOn: '2026-02-01T08:30+08:00',
  dischargedOn: '2026-02-09',
  outcome: { code: 'died', system: 'WS 364 CV06.00.226', raw: '5', known: true },
  diedOn: '2026-02-09T23:59:59+08:00',
  diagnoses: [{ icd10: 'S72.001', text: '股骨颈骨折' }, { text: '高血压' }],
  transferFrom: 'H2',
  transferTo: 'H3',
  link: { level: 'exact', reasons: ['number-equal'] },
};

export const death: DeathEvidence = {
  ...base,
  kind: 'death',
  status: 'void',
  voidedAt: '2026-05-01',
  basis: 'medical-certificate',
  diedOn: '2024-02-29',
  eventOn: '2024-03',
  certificateNo: 'C2',
  replaces: 'C1',
  place: '家中',
  cause: [{ text: '肺炎' }],
};

export const settlement: SettlementEvidence = {
  ...base,
  kind: 'settlement',
  settlementNo: 'S1',
  fund: 'work-injury',
  setting: 'inpatient',
  stayRecordId: 'Z1',
  hospital: {},
  from: '2026-02-01',
  to: '2026-02-09',
  settledOn: '2026-02-10',
  total: '12345.60',
  fundPaid: '-0.01',
  invoiceNo: 'I1',
  interim: false,
  refund: true,
  refundOf: 'S0',
  advance: true,
  manual: false,
  thirdParty: false,
  diagnoses: [],
};

export const enrolment: EnrolmentEvidence = {
  ...base,
  kind: 'enrolment',
  insurance: { code: '310', system: 'insurance/insutype', known: false },
  state: { code: '1', system: 'insurance/psn_insu_stas', known: true },
  from: '2001',
  to: '2026-01-31',
  employer: '某厂',
};

export const marriage: MarriageEvidence = {
  ...base,
  kind: 'marriage',
  event: 'married',
  on: '2020-05-20',
  spouse: { name: '乙一', idNumber: '370799195806150021' },
};

export const appraisal: AppraisalEvidence = {
  ...base,
  kind: 'appraisal',
  caseNo: 'K1',
  provincialNo: 'P1',
  caseKind: 'reappraisal',
  state: 'concluded',
  recognitionNo: 'R1',
  conclusion: {
    no: 'J1',
    on: '2026-01-05',
    level: 'province',
    grade: 'below',
    standard: 'GB/T 16180-2014',
    clauses: [],
    status: 'issued',
  },
};

export const evidence: Evidence[] = [population, stay, death, settlement, enrolment, marriage, appraisal];

export const caseFile: CaseFile = {
  asOf: '2026-11-23T02:00:00+08:00',
  subject,
  cases: [
    {
      caseNo: 'K1',
      provincialNo: 'P1',
      kind: 'first',
      regime: 'order-55',
      state: 'accepted',
      items: [{ code: '11', system: 'appraisal-items', known: true }],
      receivedOn: '2026-01-05',
      acceptedOn: '2026-01-08',
      extendedDays: 30,
      rescheduledDays: 0,
      session: '2026-02',
      greenChannel: true,
      priorCaseNo: 'K0',
      applicant: 'employer',
      employer: { name: '某厂', uscc: '91370799MA00000000' },
      recognition: {
        no: 'R1',
        result: { code: 'recognised', system: 'recognition-results', known: true },
        accidentOn: '2025-10-01',
        decidedOn: '2025-12-01',
        parts: [{ code: '13', system: 'body-parts', known: true }],
        diagnoses: [{ icd10: 'S72', text: '股骨骨折' }],
        injuryDegree: { code: 'injured', system: 'injury-degrees', known: true },
        occupationalDisease: false,
      },
      leavePeriod: { from: '2025-10-01', until: '2026-09-30', extensionConfirmed: false },
      documents: [
        {
          id: 'D1',
          kind: 'medical-record',
          title: '住院病历',
          mediaType: 'application/pdf',
          sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
          pages: 12,
          hospital: '某某医院',
          hospitalCode: 'H1',
          hospitalRegion: '370700',
          admittedOn: '2025-10-01',
          dischargedOn: '2025-10-20',
          recordNo: '12345',
        },
      ],
      exams: [{ on: '2026-02-20', mode: 'onsite', place: '潍坊', identityCheck: 'face-match' }],
      panel: { size: 3, drawnOn: '2026-02-18', signedOn: '2026-02-21' },
      conclusions: [
        {
          no: 'J1',
          on: '2026-03-01',
          level: 'city',
          grade: 7,
          care: 'none',
          standard: 'GB/T 16180-2014',
          clauses: ['5.7.2.1'],
          status: 'effective',
        },
      ],
      deliveries: [{ to: 'person', sentOn: '2026-03-05', receivedOn: '2026-03-08', trackingNo: 'T1' }],
    },
  ],
  benefits: [
    {
      id: 'B1',
      kind: { code: 'disability-allowance', system: 'benefits', known: true },
      from: '2026-04',
      to: '2027-04',
      status: 'active',
      basisConclusionNo: 'J1',
      payments: [{ period: '2026-04', amount: '3200.00', paidOn: '2026-04-15', reversed: false }],
    },
  ],
  evidence,
  feeds: [
    { agency: 'health', feed: 'stays', state: 'fresh', completeThrough: '2026-11-22', regions: ['370700'], reason: 'answered' },
  ],
};

export const caseImport: CaseImport = {
  subject: { idDocuments: person.idDocuments, name: '甲一' },
  cases: caseFile.cases,
  benefits: caseFile.benefits,
  settlements: [
    {
      settlementNo: 'S1',
      fund: 'work-injury',
      setting: 'outpatient',
      settledOn: '2026-02-10',
      total: '100.00',
      fundPaid: '100.00',
      interim: false,
      refund: false,
      manual: false,
      diagnoses: [],
      source: { recordId: 'F1' },
    },
  ],
};

export const deathFact: DeathFact = {
  level: 'corroborated',
  best: '2026-03-10',
  earliest: '2026-03-10',
  latest: '2026-03-11',
  kinds: ['cremation', 'medical-certificate'],
  evidence: ['civil-affairs/cremations/X1'],
};

const bilingual = { zh: '文', en: 'text' };

export const finding: Finding = {
  id: 'f1',
  rule: 'exam-after-death',
  ruleVersion: '1',
  severity: 'critical',
  subject: { key: subject.key, caseNos: ['K1'] },
  title: bilingual,
  explanation: bilingual,
  claims: [
    { agency: 'city', recordId: 'K1', field: 'exams', value: '2026-03-20' },
    { agency: 'health', recordId: 'Z1', field: 'diedOn', value: '2026-03-10', source },
  ],
  action: 'hold-step',
  basis: ['社会保险经办条例第二十六条'],
};

export const checkResult: CheckResult = {
  asOf: '2026-11-23T02:00:00.000Z',
  subject: { key: subject.key, caseNos: ['K1'] },
  deathFact,
  results: [
    { rule: 'exam-after-death', severity: 'critical', outcome: 'finding', reason: 'exam-after-latest', because: bilingual },
    { rule: 'case-overdue', outcome: 'clear', reason: 'in-time', because: bilingual },
  ],
  findings: [finding],
};

export const findingRecord: FindingRecord = {
  finding,
  state: 'open',
  firstSeenAt: '2026-11-23T02:00:00.000Z',
  lastSeenAt: '2026-11-23T02:00:00.000Z',
  decision: { as: 'verifying', by: '某人', at: '2026-11-23T02:00:00.000Z', reason: '核查中', until: '2027-11-23', facts: 'f' },
  told: [{ whom: '待遇科', at: '2026-11-23T02:00:00.000Z', by: '某人' }],
  history: [
    {
      at: '2026-11-23T02:00:00.000Z',
      run: 'r1',
      from: 'open',
      to: 'verifying',
      change: 'changed',
      by: '某人',
      reason: '核查中',
      until: '2027-11-23',
      facts: 'f',
      told: ['待遇科'],
    },
  ],
};

export const rejected: Rejected = { reason: 'bad-date', pointer: '/DATA/RECORD/3/CSRQ', message: 'm1', detail: bilingual };

export const runManifest: RunManifest = {
  id: 'r1',
  startedAt: '2026-11-23T02:00:00.000Z',
  finishedAt: '2026-11-23T02:05:00.000Z',
  asOf: '2026-11-23T02:00:00.000Z',
  state: 'finished',
  resumed: 0,
  versions: { yilian: '0.1.0', rules: { 'exam-after-death': '1' }, mappings: { 'stay-hip': '1' }, codeTables: {} },
  feeds: [
    {
      agency: 'health',
      feed: 'stays',
      status: { agency: 'health', feed: 'stays', state: 'never' },
      asked: 1,
      answers: { found: 1, absent: 0, mismatch: 0, unavailable: 0, unauthorised: 0 },
      notAsked: 0,
      received: 1,
      mapped: 1,
      rejected: 0,
      void: 0,
      sieved: 0,
      error: { code: 'ERR_TIMEOUT', message: bilingual },
      window: { from: '2026-11-22', until: '2026-11-23' },
      hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    },
  ],
  persons: 1,
  rules: { 'exam-after-death': { finding: 1, clear: 0, unknown: 0, 'not-applicable': 0, suppressed: 0 } },
  findings: { new: 1, stillOpen: 0, changed: 0, reopened: 0, withdrawn: 0, resolved: 0, held: 0 },
  alerts: { 'exam-after-death': { raised: 1, held: 0 } },
  held: [
    {
      rule: 'stays-overlap',
      count: 60,
      tonight: 60,
      allowed: 50,
      median: 0,
      common: [{ kind: 'file', value: 'a.csv', share: 0.91, onFile: 0.02, text: bilingual }],
    },
  ],
  bySeverity: { critical: 1, high: 0, medium: 0, low: 0, info: 0 },
  unknownCodes: [{ agency: 'health', feed: 'stays', table: 't', code: '9', count: 2, firstRecord: 'health/stays/Z1' }],
  rejected: [{ agency: 'health', feed: 'stays', reason: 'bad-date', count: 1, firstMessage: 'm1', firstPointer: '' }],
  failedRules: [
    {
      rule: 'exam-after-death',
      count: 2,
      firstKey: 'k',
      firstCase: 'A1',
      error: { name: 'TypeError', message: 'x' },
      place: 'rules/exam-after-death.js:5',
    },
  ],
  failedPersons: { count: 1, first: [{ key: 'k', caseNos: ['A1'], error: { name: 'TypeError', message: '' } }] },
  durationMs: 300000,
  exitCode: 0,
};

export const explanation: Explanation = {
  asOf: '2026-11-23T02:00:00.000Z',
  subject: { key: 'k', caseNos: ['A1'], name: '王**', idNumber: '370799********0018' },
  deathFact: {
    level: 'reported',
    best: '2026-11-01',
    earliest: '2026-11-01',
    latest: '2026-11-01',
    kinds: ['cremation'],
    evidence: [],
  },
  deathPieces: [
    {
      record: 'civil-affairs/cremations/F1',
      kind: 'cremation',
      certain: true,
      earliest: '2026-11-01',
      latest: '2026-11-01',
      says: { zh: '火化记录记载 2026-11-01 死亡', en: 'cremation record gives 2026-11-01' },
    },
  ],
  rules: [
    {
      rule: 'exam-after-death',
      version: '1',
      title: { zh: '死亡之后仍有鉴定检查', en: 'Examined after death' },
      outcome: 'off',
      severity: 'high',
      reason: 'switched-off',
      because: { zh: '已关闭', en: 'off' },
      feeds: [{ feed: 'civil-affairs/cremations', state: 'down' }],
    },
  ],
  feeds: [
    {
      agency: 'civil-affairs',
      feed: 'cremations',
      name: { zh: '民政火化信息', en: 'cremations' },
      status: { agency: 'civil-affairs', feed: 'cremations', state: 'down', reason: 'ERR_TIMEOUT' },
      contacts: [
        {
          agency: 'civil-affairs',
          feed: 'cremations',
          connection: '1',
          way: 'asked',
          lastAt: '2026-11-22T18:00:00.000Z',
          outcome: 'unavailable',
          error: 'ERR_TIMEOUT',
          answeredAt: '2026-11-01T18:00:00.000Z',
          completeThrough: '2026-11-02',
          readTooEarly: true,
        },
      ],
      neededBy: ['exam-after-death'],
    },
  ],
  timeline: [
    {
      kind: 'death',
      on: '2026-11-01',
      until: '2026-11-01',
      agency: 'civil-affairs',
      record: 'civil-affairs/cremations/F1',
      receivedAt: '2026-11-02T18:00:00.000Z',
      standing: 'superseded',
      link: 'weak',
      says: { zh: '火化记录', en: 'cremation record' },
    },
  ],
  findings: [
    {
      id: 'f1',
      rule: 'exam-after-death',
      severity: 'high',
      state: 'open',
      found: true,
      title: { zh: '死亡之后仍有鉴定检查', en: 'Examined after death' },
      explanation: { zh: '说明', en: 'explanation' },
      action: 'hold-step',
    },
  ],
};
