import { createHash } from 'node:crypto';
import type { CaseDocument, CaseFile, DossierItemKind, FindingRecord } from '../../src/model/index.js';
import { caseFile, conclusionNo, finding } from './examples.js';
import type { BytesOf } from './oracle.js';

/**
 * Random case files in which everything that must not leave carries a word (`OTHER…`, `PRIVATE…`) by which it would be recognised: in the fields of the
 * model that are not for the province, and in keys the model does not know, everywhere.
 */
export interface RandomAsk {
  file: CaseFile;
  findings: FindingRecord[];
  items: DossierItemKind[] | undefined;
  scope: DossierItemKind[];
  bytesOf: BytesOf;
}

const kinds: DossierItemKind[] = [
  'id-document',
  'application',
  'recognition-decision',
  'medical-records',
  'exam-reports',
  'review-form',
  'exam-identity-check',
  'conclusion',
  'deliveries',
  'prior-appraisals',
  'open-findings',
];

/** Mulberry32: the same number gives the same file. */
function dice(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const upTo = (n: number) => Math.floor(next() * n);
  return {
    upTo,
    chance: (share: number) => next() < share,
    of: <T>(list: readonly T[]): T => list[upTo(list.length)] as T,
    some: <T>(list: readonly T[]) => list.filter(() => next() < 0.5),
    list: <T>(atMost: number, make: (index: number) => T) => Array.from({ length: upTo(atMost + 1) }, (_, index) => make(index)),
  };
}

export function randomAsk(seed: number): RandomAsk {
  const { upTo, chance, of, some, list } = dice(seed);
  const private_ = () => `PRIVATE${upTo(1e6)}`;
  const other = () => of([`OTHER${upTo(1e6)}`, '370799196505050021']);
  /** With keys that the model does not have, at this place. */
  const more = <T extends object>(value: T): T =>
    chance(0.5) ? value : { ...value, spouse: { name: other(), idNumber: other() }, PRIVATE: private_(), phone: private_() };
  const day = () => of(['2025', '2026-01', '2026-01-10', '2026-02-10', '2026-02-13T08:00:00+08:00', '2024-05-05']);
  const maybe = <T>(key: string, value: () => T) => (chance(0.5) ? { [key]: value() } : {});
  const coded = () => more({ code: of(['a', 'b']), system: 's', known: chance(0.8), ...maybe('raw', private_) });
  const diagnosis = () => more({ text: of(['骨折', '脑外伤']), ...maybe('icd10', () => 'S82') });
  const conclusion = (no: string) =>
    more({
      no,
      on: day(),
      level: chance(0.8) ? ('city' as const) : ('province' as const),
      ...maybe('care', () => 'none' as const),
      ...maybe('grade', () => of([5, 'below'] as const)),
      // An object where the model has a text.
      standard: chance(0.1) ? ({ author: private_() } as never) : 's',
      clauses: list(2, () => '5.1'),
      status: of(['issued', 'effective', 'challenged', 'superseded', 'corrected', 'revoked'] as const),
    });

  const answers = new Map<string, 'absent' | 'deferred' | Uint8Array>();
  const documents = list(12, (index): CaseDocument => {
    const text = `scan ${upTo(9)}`;
    const sha256 = createHash('sha256').update(text).digest('hex');
    answers.set(
      `D${index}`,
      of(['absent', 'deferred', Buffer.from(text), Buffer.from(text), Buffer.from(text), Buffer.from('other bytes')]),
    );
    return more({
      id: `D${index}`,
      kind: of([
        'id-card',
        'application',
        'recognition-decision',
        'medical-record',
        'exam-report',
        'review-form',
        'conclusion',
        'authorisation',
        'other',
      ] as const),
      mediaType: of(['application/pdf', 'image/jpeg']),
      sha256,
      ...maybe('pages', () => upTo(9)),
      ...maybe('hospital', () => '演示医院'),
      ...maybe('hospitalCode', private_),
      ...maybe('recordNo', () => 'Z-1'),
    });
  });
  const person = () =>
    more({ name: other(), idDocuments: [{ type: 'resident-id' as const, number: other(), validity: 'valid' as const }] });
  const source = (recordId: string) => ({
    agency: 'provincial-appraisal',
    feed: 'appraisals',
    recordId,
    receivedAt: '2026-01-01T00:00:00Z',
    message: { id: private_(), sha256: '00' },
  });
  const oneCase = (caseNo: string, conclusions: ReturnType<typeof conclusion>[]) => ({
    ...more({
      caseNo,
      kind: of(['first', 'review', 'non-work'] as const),
      regime: 'order-55' as const,
      state: of(['concluded', 'delivered', 'effective', 'challenged'] as const),
      items: [],
      receivedOn: day(),
      ...maybe('session', private_),
      ...maybe('employer', () => ({ name: other(), uscc: private_() })),
      ...maybe('priorCaseNo', () => of(['C0', 'C1', 'C2'])),
      ...maybe('recognition', () =>
        more({
          no: 'R',
          result: coded(),
          accidentOn: day(),
          parts: list(2, coded),
          diagnoses: list(2, diagnosis),
          ...maybe('decidedOn', day),
          ...maybe('injuryDegree', coded),
          ...maybe('occupationalDisease', () => false),
        }),
      ),
      documents: [],
      exams: list(2, () =>
        more({
          on: day(),
          mode: 'home' as const,
          identityCheck: of(['face-match', 'manual', 'none'] as const),
          ...maybe('place', private_),
        }),
      ),
      ...maybe('provincialNo', () => of(['SD-1', 'SD-2026-5'])),
      ...maybe('panel', () => more({ size: 3, drawnOn: day(), ...maybe('signedOn', day), experts: [{ name: other() }] })),
      deliveries: list(3, () =>
        more({
          to: of(['person', 'employer'] as const),
          ...maybe('sentOn', day),
          ...maybe('receivedOn', day),
          ...maybe('trackingNo', private_),
        }),
      ),
    }),
    conclusions,
  });

  const asked = { ...conclusion(conclusionNo), level: 'city' as const };
  const file = caseFile({
    subject: { ...caseFile().subject, phone: private_(), formerNames: [private_()], domicile: { address: private_() } },
    cases: [
      { ...oneCase('C0', [asked, ...list(2, (index) => conclusion(`N${index}`))]), documents },
      ...list(2, (index) =>
        oneCase(
          `C${index + 1}`,
          list(2, (place) => conclusion(`P${index}-${place}`)),
        ),
      ),
    ],
    evidence: [
      ...list(2, (index) => ({
        ...more({
          kind: 'marriage' as const,
          event: 'married' as const,
          on: day(),
          spouse: { name: other(), idNumber: other() },
          person: person(),
          status: 'current' as const,
          source: source(`m${index}`),
        }),
        link: { level: 'exact' as const, reasons: [] },
      })),
      ...list(3, (index) => ({
        ...more({
          kind: 'appraisal' as const,
          caseNo: of(['C0', 'C1', `Q${index}`]),
          caseKind: 'first' as const,
          state: 'effective' as const,
          person: person(),
          status: of(['current', 'void'] as const),
          source: source(`a${index}`),
          ...maybe('conclusion', () => conclusion(`Q${index}`)),
        }),
        link: { level: of(['exact', 'weak'] as const), reasons: [private_()] },
      })),
    ],
  });
  const findings = list(3, (index) => {
    const record = finding(`f-${index}`, { state: of(['open', 'held', 'confirmed', 'resolved'] as const) });
    return { ...record, ...maybe('told', () => [{ whom: other(), at: '2026-01-01T00:00:00Z' }]) } as FindingRecord;
  });
  return {
    file,
    findings,
    items: chance(0.5) ? some(kinds) : undefined,
    scope: chance(0.5) ? kinds : some(kinds),
    bytesOf: ({ id }) => answers.get(id) ?? 'absent',
  };
}
