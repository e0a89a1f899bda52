import type { AuditEntry } from '../model/index.js';
import type { AuditLog } from './log.js';

/** What is written of the things that are done, so that everybody who does them writes the same. */

/** What came of it, and what more is known then. */
export type Came = Pick<AuditEntry, 'result'> & Partial<AuditEntry>;

/**
 * Notes that something is about to be done (`asked`), does it, and notes what came of it, before anybody is told. Throws ERR_AUDIT: then it was not done,
 * or what came of it goes no further. An `asked` that nothing follows was interrupted.
 */
export async function audited<T>(
  log: AuditLog,
  about: Omit<AuditEntry, 'result'>,
  act: () => Promise<T>,
  came: (value: T) => Came,
): Promise<T> {
  await log.append({ ...about, result: 'asked' });
  let value: T;
  try {
    value = await act();
  } catch (error) {
    await log.append({ ...about, result: 'failed' });
    throw error;
  }
  await log.append({ ...about, ...came(value) });
  return value;
}

/** Who acts, as adapters are told it. */
export interface Operator {
  name: string;
  id: string;
  organisation: string;
}

/** Name and id, both perhaps of a system. */
export function actorOf({ name, id, organisation }: Operator): AuditEntry['actor'] {
  return { organisation, operator: id === '' || id === name ? name : `${name} (${id})` };
}

/** A call to an agency, about a person where there is one. */
export function callEntry(
  kind: 'agency-call' | 'push',
  { agency, feed }: { agency: string; feed: string },
  { purpose, operator, caseNo }: { purpose: string; operator: Operator; caseNo?: string },
  person: { key?: string } = {},
): Omit<AuditEntry, 'result'> {
  return {
    kind,
    actor: actorOf(operator),
    purpose,
    agency,
    feed,
    ...(person.key === undefined ? {} : { subjects: [person.key] }),
    ...(caseNo === undefined ? {} : { caseNos: [caseNo] }),
  };
}

/** The code of what went wrong; its text may say more than a log should hold. */
export function failureOf(error: { code: string } | undefined): Pick<AuditEntry, 'detail'> {
  return error === undefined ? {} : { detail: { error: error.code } };
}

/** What somebody decided about a person: the reason is the purpose. */
export function personDecision(
  { key, caseNos }: { key: string; caseNos: readonly string[] },
  said: { by: string; reason: string; organisation: string; result: string; item: string },
): AuditEntry {
  return {
    kind: 'decision',
    actor: { organisation: said.organisation, operator: said.by },
    purpose: said.reason,
    result: said.result,
    // A finding about a run is about nobody.
    ...(key === 'system' ? {} : { subjects: [key] }),
    ...(caseNos.length === 0 ? {} : { caseNos: [...caseNos] }),
    items: [said.item],
  };
}
