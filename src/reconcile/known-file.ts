import type { CaseFile, Instant } from '../model/index.js';
import type { Store } from '../store/store.js';
import { withReappraisals } from './supersede.js';

/**
 * The one way from the store to whoever reads a case file: what is on file by an instant, with the number the province gave a case in its receipt
 * where the city's file has none, and with what the province's re-appraisals make of the cases. Undefined for somebody not on file by then.
 * What the city itself said, with nothing laid over, is `store.caseFile`; it is for what is sent to the province alone.
 */
export async function knownFile(
  store: Pick<Store, 'caseFile' | 'outbox'>,
  key: string,
  asOf: Instant,
): Promise<Omit<CaseFile, 'feeds'> | undefined> {
  const file = await store.caseFile(key, asOf);
  if (file === undefined) return undefined;
  const numbers = file.cases.some(({ provincialNo }) => provincialNo === undefined)
    ? await store.outbox.provincialNos(key, asOf)
    : undefined;
  if (numbers === undefined || numbers.size === 0) return withReappraisals(file);
  const cases = file.cases.map((item) => {
    const provincialNo = numbers.get(item.caseNo);
    return item.provincialNo !== undefined || provincialNo === undefined ? item : { ...item, provincialNo };
  });
  return withReappraisals({ ...file, cases });
}
