import type { AppraisalCase, Conclusion, Instant, Source } from '../model/index.js';
import { instant } from '../store/order.js';
import type { Store } from '../store/store.js';
import { compareTexts } from './current.js';
import { knownFile } from './known-file.js';
import { isLaidOver } from './supersede.js';

/** What became of one of the city's conclusions by the province's word: whoever was given it must hear. */
export interface Supersession {
  personKey: string;
  caseNo: string;
  conclusionNo: string;
  /** `restored`: the province took back what it had said, and the city's own word holds again. */
  change: 'challenged' | 'superseded' | 'restored';
  /** The provincial conclusion that took its place, as the case file has it; absent while none has. */
  by?: Conclusion;
  /** The record that says it now, or said it before it was taken back. */
  accordingTo: Source;
}

/**
 * The city's conclusions whose standing the province's re-appraisals have changed after `since` and by `asOf`, by case and conclusion. Both
 * instants are answered for as they were: asked again later it says the same.
 */
export async function supersededSince(store: Store, since: Instant, asOf: Instant): Promise<Supersession[]> {
  const [from, until] = [instant(since), instant(asOf)];
  const found: Supersession[] = [];
  for (const personKey of await store.changedPersons(from, until)) {
    const before = touchedIn((await knownFile(store, personKey, from))?.cases ?? []);
    const now = touchedIn((await knownFile(store, personKey, until))?.cases ?? []);
    for (const [key, touched] of now) {
      const was = before.get(key);
      const isSame = was?.status === touched.status && was.by?.no === touched.by?.no;
      if (!isSame) found.push({ personKey, ...tell(touched), change: touched.status });
    }
    for (const [key, touched] of before) if (!now.has(key)) found.push({ personKey, ...tell(touched), change: 'restored' });
  }
  return found.sort(
    (a, b) =>
      compareTexts(a.caseNo, b.caseNo) || compareTexts(a.conclusionNo, b.conclusionNo) || compareTexts(a.change, b.change),
  );
}

interface Touched {
  caseNo: string;
  conclusionNo: string;
  status: 'challenged' | 'superseded';
  accordingTo: Source;
  by?: Conclusion;
}

/** The city's conclusions that the province's word is laid over. */
function touchedIn(cases: readonly AppraisalCase[]): Map<string, Touched> {
  const touched = new Map<string, Touched>();
  for (const { caseNo, conclusions } of cases) {
    for (const { no, level, status, accordingTo } of conclusions) {
      if (level !== 'city' || accordingTo === undefined || (status !== 'challenged' && status !== 'superseded')) continue;
      const by = conclusions.find((one) => isLaidOver(one) && one.accordingTo?.recordId === accordingTo.recordId);
      const base = { caseNo, conclusionNo: no, status, accordingTo };
      touched.set(JSON.stringify([caseNo, no]), by === undefined ? base : { ...base, by });
    }
  }
  return touched;
}

function tell({ status: _, ...told }: Touched): Omit<Touched, 'status'> {
  return told;
}
