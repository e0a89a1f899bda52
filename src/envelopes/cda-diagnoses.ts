import { type CdaObservation, isLabel, valueCode, valueText } from './cda-observations.js';
import type { Found } from './flat.js';

/**
 * Diagnoses of a clinical document. The same two element codes (name DE05.01.025.00, code DE05.01.024.00) stand for admission, discharge and
 * death diagnoses and causes of death; the meaning is in `displayName`, the qualifier's `displayName`, and the section (health-insurance 3.2).
 */

/** What a diagnosis is of: the stay (main, other), the death (diagnosis, cause), the admission, the clinic before it, pathology. */
export type DiagnosisKind = 'main' | 'other' | 'death' | 'cause' | 'admission' | 'outpatient' | 'pathology';

/** One diagnosis, its parts with their places. */
export interface CdaDiagnosis {
  kind: DiagnosisKind;
  code?: Found;
  codeSystem?: Found;
  text?: Found;
}

const nameElement = 'DE05.01.025.00';
const codeElement = 'DE05.01.024.00';
/** 死亡原因 as free text (C0036). */
const causeElement = 'DE05.10.099.00';

/** What the label or, without one, the section says of a diagnosis. `discharge` becomes main for the first and other for the rest. */
function meaning(observation: CdaObservation): DiagnosisKind | 'discharge' | undefined {
  const label = observation.labels.join(' ');
  if (/中医/.test(label)) return undefined;
  if (/死亡原因|死因/.test(label)) return 'cause';
  if (/死亡诊断/.test(label)) return 'death';
  if (/入院|初步|修正|补充/.test(label)) return 'admission';
  if (/门[（(]?急[）)]?诊|门诊/.test(label)) return 'outpatient';
  if (/病理/.test(label)) return 'pathology';
  if (/损伤|中毒|外部原因/.test(label)) return undefined;
  if (/主要诊断/.test(label)) return 'main';
  if (/其他诊断|其它诊断/.test(label)) return 'other';
  if (/出院/.test(label)) return 'discharge';
  if (/死亡原因/.test(observation.sectionTitle)) return 'cause';
  if (observation.sectionCode === '46241-6') return 'admission';
  return observation.sectionCode === '11535-2' ? 'discharge' : undefined;
}

/**
 * Pairs names with codes: both parts of one entry, or a name followed at once by the code of the same kind in the next entry. A part seen
 * twice begins the next diagnosis.
 */
export function diagnosesOf(observations: readonly CdaObservation[]): CdaDiagnosis[] {
  interface Pairing {
    kind: DiagnosisKind | 'discharge';
    entry: number;
    name?: Found;
    code?: CdaObservation;
  }
  const pairings: Pairing[] = [];
  for (const observation of observations) {
    const isName = observation.code === nameElement;
    const isCause = observation.code === causeElement;
    if (!isName && !isCause && observation.code !== codeElement) continue;
    const kind = isCause ? 'cause' : meaning(observation);
    if (kind === undefined) continue;
    const last = pairings.at(-1);
    const sameEntry = last?.kind === kind && last.entry === observation.entry;
    if (isName || isCause) {
      const name = valueText(observation);
      if (sameEntry && last !== undefined && last.name === undefined) {
        if (name) last.name = name;
      } else pairings.push({ kind, entry: observation.entry, ...(name ? { name } : {}) });
    } else if (last?.kind === kind && last.code === undefined && (sameEntry || last.name !== undefined)) last.code = observation;
    else pairings.push({ kind, entry: observation.entry, code: observation });
  }
  return settleKinds(
    pairings.map(({ kind, name, code }) => {
      const icd = code && valueCode(code);
      const text = name ?? (code && displayText(code));
      const codeSystem = icd && code.codeSystem;
      return { kind, ...(icd ? { code: icd } : {}), ...(codeSystem ? { codeSystem } : {}), ...(text ? { text } : {}) };
    }),
  );
}

function settleKinds(found: (Omit<CdaDiagnosis, 'kind'> & { kind: DiagnosisKind | 'discharge' })[]): CdaDiagnosis[] {
  const filled = found.filter((item) => item.code !== undefined || item.text !== undefined);
  let main = filled.some((item) => item.kind === 'main');
  return filled.map((item) => {
    if (item.kind !== 'discharge') return { ...item, kind: item.kind };
    const kind = main ? 'other' : 'main';
    main = true;
    return { ...item, kind };
  });
}

/** The code's own words, where a name is not given. */
function displayText(observation: CdaObservation): Found | undefined {
  const shown = observation.displayName;
  return shown === undefined || isLabel(shown.text, observation.labels) ? undefined : shown;
}
