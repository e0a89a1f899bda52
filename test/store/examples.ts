import type {
  AppraisalCase,
  Benefit,
  CheckResult,
  DeathEvidence,
  Finding,
  MarriageEvidence,
  RunManifest,
  SettlementEvidence,
  Subject,
} from '../../src/model/index.js';
import type { CaseEntry, KeptDossier, ReceiveBatch } from '../../src/store/index.js';

/** Small true-to-shape examples for the store's tests; every person is synthetic, of the unassigned district 370799. */

export const wang: Subject = {
  key: 'a1',
  idDocuments: [{ type: 'resident-id', number: '370799196001010018', validity: 'valid' }],
  name: '王测试',
};
export const li: Subject = {
  key: 'b2',
  idDocuments: [{ type: 'resident-id', number: '370799196505050021', validity: 'valid' }],
  name: '李测试',
};

/** The first of March 2026, at the given hour UTC. */
export const hour = (h: number): string => `2026-03-01T${String(h).padStart(2, '0')}:00:00.000Z`;

export function entry(subject: Subject, more: Partial<CaseEntry> = {}): CaseEntry {
  return { subject, numberKeys: [subject.key], cases: [], benefits: [], settlements: [], ...more };
}

export function appraisal(caseNo: string, more: Partial<AppraisalCase> = {}): AppraisalCase {
  return {
    caseNo,
    kind: 'first',
    regime: 'order-55',
    state: 'accepted',
    items: [],
    receivedOn: '2026-02-01',
    documents: [],
    exams: [],
    conclusions: [],
    deliveries: [],
    ...more,
  };
}

export function benefit(id: string, more: Partial<Benefit> = {}): Benefit {
  return {
    id,
    kind: { code: 'disability', system: 'city/benefit', known: true },
    from: '2026-01',
    status: 'active',
    payments: [],
    ...more,
  };
}

/** A death certificate of the health platform. */
export function death(
  recordId: string,
  receivedAt: string,
  more: Omit<Partial<DeathEvidence>, 'source'> & { updatedAt?: string; message?: string } = {},
): DeathEvidence {
  const { updatedAt, message = 'm1', ...fields } = more;
  return {
    kind: 'death',
    basis: 'medical-certificate',
    diedOn: '2026-02-20',
    certificateNo: 'D-1',
    status: 'current',
    person: { idDocuments: wang.idDocuments, name: '王测试' },
    link: { level: 'exact', reasons: ['number'] },
    source: {
      agency: 'health',
      feed: 'death-certificates',
      recordId,
      receivedAt,
      message: { id: message, sha256: '00' },
      pointers: { diedOn: '/rows/0/SWRQ' },
      ...(updatedAt === undefined ? {} : { updatedAt }),
    },
    ...fields,
  };
}

export function marriage(recordId: string, receivedAt: string, subject: Subject): MarriageEvidence {
  return {
    kind: 'marriage',
    event: 'married',
    on: '1985-10-01',
    status: 'current',
    person: { idDocuments: subject.idDocuments, name: subject.name },
    link: { level: 'exact', reasons: ['number'] },
    source: { agency: 'civil-affairs', feed: 'marriages', recordId, receivedAt, message: { id: 'm1', sha256: '00' } },
  };
}

export function settlement(recordId: string, receivedAt: string, total = '100.00'): SettlementEvidence {
  return {
    kind: 'settlement',
    settlementNo: recordId,
    fund: 'work-injury',
    setting: 'inpatient',
    settledOn: '2026-01-31',
    total,
    fundPaid: total,
    interim: false,
    refund: false,
    manual: false,
    diagnoses: [],
    status: 'current',
    person: { idDocuments: wang.idDocuments, name: '王测试' },
    link: { level: 'exact', reasons: ['city-file'] },
    source: { agency: 'city', feed: 'settlements', recordId, receivedAt, message: { id: 'city:1', sha256: '00' } },
  };
}

/** An empty batch of health/death-certificates. */
export function batch(more: Partial<ReceiveBatch> = {}): ReceiveBatch {
  return {
    run: 'run-1',
    agency: 'health',
    feed: 'death-certificates',
    connection: '',
    at: hour(1),
    messages: [],
    evidence: [],
    rejected: [],
    unknownCodes: [],
    rows: 0,
    sieved: 0,
    ...more,
  };
}

export function finding(id: string, more: Partial<Finding> = {}): Finding {
  return {
    id,
    rule: 'exam-after-death',
    ruleVersion: '1',
    severity: 'high',
    subject: { key: 'a1', caseNos: ['C-1'] },
    title: { zh: '死亡后鉴定', en: 'exam after death' },
    explanation: { zh: '鉴定晚于死亡', en: 'the exam is later than the death' },
    claims: [],
    action: 'hold-step',
    basis: [],
    ...more,
  };
}

export function checked(key: string, results: CheckResult['results'], findings: Finding[] = []): CheckResult {
  return {
    asOf: hour(2),
    subject: { key, caseNos: ['C-1'] },
    deathFact: { level: 'none', kinds: [], evidence: [] },
    results,
    findings,
  };
}

export function manifest(id: string, startedAt: string, more: Partial<RunManifest> = {}): RunManifest {
  return {
    id,
    startedAt,
    finishedAt: startedAt,
    asOf: startedAt,
    state: 'finished',
    resumed: 0,
    versions: { yilian: '0.1.0', rules: {}, mappings: {}, codeTables: {} },
    feeds: [],
    persons: 0,
    rules: {},
    findings: { new: 0, stillOpen: 0, changed: 0, reopened: 0, withdrawn: 0, resolved: 0, held: 0 },
    bySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
    unknownCodes: [],
    rejected: [],
    ...more,
  };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The first version of a sealed dossier. */
export function dossier(more: Partial<KeptDossier> = {}): KeptDossier {
  const organisation = '山东省劳动能力鉴定委员会';
  return {
    id: 'd-1',
    series: 's-1',
    version: 1,
    partner: 'province',
    idempotencyKey: 'key-1',
    requestSha256: '11',
    request: {
      purpose: 'reappraisal',
      provincialNo: 'SD-1',
      conclusionNo: '鉴1',
      subject: { name: wang.name, idNumber: '370799196001010018' },
      requestedBy: { organisation, operator: { name: '赵经办', id: 'op-1' } },
    },
    state: 'sealed',
    manifest: {
      id: 'd-1',
      version: 1,
      purpose: 'reappraisal',
      city: { name: '潍坊市', region: '370700', organisation: '潍坊市劳动能力鉴定中心' },
      provincialNo: 'SD-1',
      conclusionNo: '鉴1',
      caseNos: ['C-1'],
      subject: { name: wang.name, idDocuments: [{ type: 'resident-id', number: '370799196001010018' }] },
      recipient: { partner: 'province', organisation },
      asOf: hour(1),
      late: false,
      checklist: [],
      seal: { algorithm: 'ed25519', keyId: 'city', signedAt: hour(1), signature: 'AA==' },
    },
    manifestSha256: 'm-1',
    personKey: 'a1',
    madeAt: hour(1),
    documents: [
      {
        id: 'deliveries-facts',
        sha256: '22',
        mediaType: 'application/json',
        from: 'generated',
        bytes: new Uint8Array([1, 2, 3]),
      },
      { id: 'medical-records-1', sha256: '33', mediaType: 'image/jpeg', from: 'stored', caseNo: 'C-1', documentId: 'x' },
    ],
    ...more,
  };
}
