import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { Signer, Verifier } from '../../src/crypto/signer.js';
import type { AssembleAsk, AssembleSurroundings } from '../../src/dossier/contract.js';
import type { DeferredDocument, DocumentRef, DocumentStore, StoredDocument } from '../../src/dossier/document-store.js';
import { dossierItemKinds } from '../../src/dossier/index.js';
import type { AppraisalCase, CaseDocument, CaseFile, FindingRecord } from '../../src/model/index.js';

/** A synthetic person's case, written out, its scans, and a city that signs. */

export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
export const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'utf8'));

/** Two keys of Ed25519 for the tests' lifetime. */
export function keyPair(keyId: string): { signer: Signer; verifier: Verifier } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    signer: { keyId, algorithm: 'ed25519', sign: async (content) => sign(null, content, privateKey) },
    verifier: {
      keyId,
      algorithm: 'ed25519',
      verify: async (content, signature) => verify(null, content, publicKey, signature),
    },
  };
}

/** What stands in a document store of a test, by `caseNo/documentId`. */
export function memoryDocuments(
  kept: Record<string, Uint8Array | { until: string }> = {},
): DocumentStore & { kept: Map<string, Uint8Array | { until: string }> } {
  const all = new Map(Object.entries(kept));
  const place = ({ caseNo, documentId }: DocumentRef) => `${caseNo}/${documentId}`;
  return {
    kept: all,
    async read(document): Promise<StoredDocument | DeferredDocument | undefined> {
      const found = all.get(place(document));
      if (found === undefined) return undefined;
      return found instanceof Uint8Array ? { state: 'here', bytes: found } : { state: 'deferred', until: found.until };
    },
    async write(document, bytes) {
      all.set(place(document), bytes);
    },
    async remove(document) {
      all.delete(place(document));
    },
  };
}

export const scans: Readonly<Record<string, Uint8Array>> = Object.fromEntries(
  ['id', 'application', 'decision', 'stay-1', 'stay-2', 'mri', 'form', 'conclusion', 'consent'].map((name) => [
    name,
    bytesOf(`scan of ${name}`),
  ]),
);

function scan(id: string, kind: CaseDocument['kind'], more: Partial<CaseDocument> = {}): CaseDocument {
  return { id, kind, mediaType: 'application/pdf', sha256: sha256(scans[id] ?? ''), pages: 2, ...more };
}

export const conclusionNo = '潍劳鉴〔2026〕101号';

export function appraisalCase(more: Partial<AppraisalCase> = {}): AppraisalCase {
  return {
    caseNo: 'WF-2026-101',
    kind: 'first',
    regime: 'order-55',
    state: 'delivered',
    items: [{ code: '01', system: 'city/items', known: true }],
    receivedOn: '2026-01-05',
    acceptedOn: '2026-01-08',
    applicant: 'person',
    employer: { name: '潍坊某某机械厂', uscc: '91370700MA00000000' },
    priorCaseNo: 'WF-2021-007',
    recognition: {
      no: '潍工认〔2025〕33号',
      result: { code: 'injury', system: 'city/recognition', known: true, raw: '1' },
      accidentOn: '2025-06-01',
      decidedOn: '2025-07-01',
      parts: [{ code: 'S82', system: 'city/parts', known: true }],
      diagnoses: [{ icd10: 'S82.2', text: '胫骨骨干骨折' }],
    },
    documents: [
      scan('id', 'id-card', { mediaType: 'image/jpeg' }),
      scan('application', 'application'),
      scan('decision', 'recognition-decision'),
      scan('stay-1', 'medical-record', {
        title: '入院记录',
        hospital: '演示医院',
        hospitalCode: 'H1',
        admittedOn: '2025-06-01',
        dischargedOn: '2025-06-20',
        recordNo: 'Z-1',
      }),
      scan('stay-2', 'medical-record', { hospital: '演示二院', admittedOn: '2025-08' }),
      scan('mri', 'exam-report', { hospital: '演示医院' }),
      scan('form', 'review-form'),
      scan('conclusion', 'conclusion'),
      scan('consent', 'authorisation'),
    ],
    exams: [{ on: '2026-02-01', mode: 'home', place: '潍坊市某街道 1 号', identityCheck: 'face-match' }],
    panel: { size: 3, drawnOn: '2026-01-30', signedOn: '2026-02-02' },
    conclusions: [
      {
        no: conclusionNo,
        on: '2026-02-10',
        level: 'city',
        grade: 9,
        care: 'none',
        standard: 'GB/T 16180-2014',
        clauses: ['9.20'],
        status: 'issued',
      },
    ],
    deliveries: [
      { to: 'person', sentOn: '2026-02-11', receivedOn: '2026-02-13', trackingNo: 'SF-SECRET-1' },
      { to: 'employer', sentOn: '2026-02-11', receivedOn: '2026-02-16', trackingNo: 'SF-SECRET-2' },
    ],
    ...more,
  };
}

export const priorCase: AppraisalCase = {
  caseNo: 'WF-2021-007',
  kind: 'first',
  regime: 'order-21',
  state: 'effective',
  items: [],
  receivedOn: '2021-03-01',
  documents: [],
  exams: [],
  conclusions: [
    {
      no: '潍劳鉴〔2021〕7号',
      on: '2021-04-01',
      level: 'city',
      grade: 10,
      standard: 'GB/T 16180-2014',
      clauses: [],
      status: 'superseded',
    },
  ],
  deliveries: [],
};

export function caseFile(more: Partial<CaseFile> = {}): CaseFile {
  return {
    asOf: '2026-02-20T02:00:00.000Z',
    subject: {
      key: 'a1',
      idDocuments: [{ type: 'resident-id', number: '370799196001010018', raw: '370799600101001', validity: 'upgraded-15' }],
      name: '王测试',
      formerNames: ['王曾用'],
      phone: '13800000000',
      domicile: { region: '370799', address: '某街 2 号' },
    },
    cases: [appraisalCase(), priorCase],
    benefits: [],
    evidence: [],
    feeds: [],
    ...more,
  };
}

export function allScans(caseNo = 'WF-2026-101') {
  return memoryDocuments(Object.fromEntries(Object.entries(scans).map(([id, bytes]) => [`${caseNo}/${id}`, bytes])));
}

export function finding(id: string, more: Partial<FindingRecord> = {}, key = 'a1'): FindingRecord {
  return {
    finding: {
      id,
      rule: 'stays-overlap',
      ruleVersion: '1',
      severity: 'medium',
      subject: { key, caseNos: ['WF-2026-101'] },
      title: { zh: '住院重叠', en: 'stays overlap' },
      explanation: { zh: '与李他人同住', en: 'with somebody else' },
      claims: [{ agency: 'health', recordId: 'r', field: 'person', value: '李他人 370799196505050021' }],
      action: 'record',
      basis: [],
    },
    state: 'open',
    firstSeenAt: '2026-02-15T00:00:00.000Z',
    lastSeenAt: '2026-02-15T00:00:00.000Z',
    history: [],
    ...more,
  };
}

export function ask(more: Partial<AssembleAsk> = {}): AssembleAsk {
  return {
    conclusionNo,
    provincialNo: 'SD-2026-5',
    scope: {
      partner: 'province',
      organisation: '山东省劳动能力鉴定委员会',
      purposes: ['reappraisal'],
      items: dossierItemKinds,
      fields: {},
    },
    id: 'dossier-1',
    version: 1,
    askedAt: new Date('2026-02-20T03:00:00Z'),
    ...more,
  };
}

export function surroundings(more: Partial<AssembleSurroundings> = {}): AssembleSurroundings {
  return {
    city: { name: '潍坊市', region: '370700', organisation: '潍坊市劳动能力鉴定中心' },
    documents: allScans(),
    findings: [finding('f-1')],
    ...more,
  };
}
