import type { AppraisalEvidence, Conclusion, Source } from '../model/index.js';
import { population } from './example.js';

/** Builders for the examples of rules about cases, beside those of `example.ts`. */

/** A conclusion of the city's committee: grade 7, issued. */
export function conclusion(on: string, parts: Partial<Conclusion> = {}): Conclusion {
  return {
    no: '潍劳鉴〔2025〕100号',
    on,
    level: 'city',
    grade: 7,
    care: 'none',
    standard: 'GB/T 16180-2014',
    clauses: [],
    status: 'issued',
    ...parts,
  };
}

/** What the province has of the case of the examples. */
export function appraisal(
  parts: Partial<Omit<AppraisalEvidence, 'kind' | 'source'>> & { source?: Partial<Source> } = {},
): AppraisalEvidence {
  const { source, ...rest } = parts;
  const told = population({ source: { agency: 'provincial-appraisal', feed: 'appraisals', recordId: 'A1', ...source } });
  return {
    kind: 'appraisal',
    source: told.source,
    person: told.person,
    status: 'current',
    link: { level: 'exact', reasons: ['number-equal'] },
    caseNo: 'A-2025-001',
    caseKind: 'first',
    state: 'effective',
    ...rest,
  };
}
