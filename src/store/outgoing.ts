import type { AppraisalCase, Conclusion, OutboxEntry } from '../model/index.js';
import { hashOf } from './content.js';

/** What of a case goes to the province, and under which key. */

/** The conclusion that goes with the case: the last of the city's that stands, else the last of the city's; never one of the province's own. */
export function conclusionToSend({ conclusions }: AppraisalCase): Conclusion | undefined {
  const city = conclusions.filter(({ level }) => level === 'city');
  return city.findLast(({ status }) => status !== 'superseded' && status !== 'revoked') ?? city.at(-1);
}

/** Hash of a case and its conclusion, whatever the order of fields: sent again unchanged it is the same case there, a correction is a new one. */
export function idempotencyKeyOf(item: AppraisalCase, conclusion: Conclusion | undefined): string {
  return hashOf([item, conclusion ?? null]).slice(0, 32);
}

/** What the province learns by it. */
export function whatIs(item: AppraisalCase, conclusion: Conclusion | undefined): OutboxEntry['what'] {
  if (item.state === 'revoked' || conclusion?.status === 'revoked') return 'revocation';
  const isCorrected = item.state === 'corrected' || item.conclusions.some(({ status }) => status === 'corrected');
  if (isCorrected) return 'correction';
  return conclusion === undefined ? 'case' : 'conclusion';
}
