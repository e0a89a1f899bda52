import { YilianError } from '../errors.js';
import type { AuditEntry } from '../model/index.js';
import { maskIdNumber, maskNumbers, redact } from '../redact.js';
import { storable } from './content.js';

/**
 * What stands before the audit log, whoever writes into it: no ID number gets in, at any depth, as a value or as a name of one. Nothing can be taken
 * out of a chain afterwards.
 */

/** Keys of persons, digests and UUIDs: never a number of a person, although redaction may take digits in them for one. */
const opaque = /^(?:[0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
/** No count, size or time in milliseconds is as great; an ID number is. */
const greatest = 1e14;
const longest = 1000;

/** The entry as it may be kept. Throws ERR_AUDIT where something like an ID number would remain. */
export function cleanEntry(entry: AuditEntry): AuditEntry {
  const { actor, caseNos, ...rest } = entry;
  const { operator } = actor;
  const clean: AuditEntry = {
    ...(cleaned(rest) as Omit<AuditEntry, 'actor' | 'caseNos'>),
    actor: {
      organisation: cleanText(actor.organisation),
      // Who signs with an ID number is known by its mask.
      ...(operator === undefined ? {} : { operator: cleanText(maskNumbers(operator)) }),
    },
    ...(caseNos === undefined ? {} : { caseNos: caseNos.map(auditCaseNo) }),
  };
  if (holdsIdNumber(clean))
    throw new YilianError(
      'ERR_AUDIT',
      { zh: '审计记录中有疑似证件号码，未写入', en: 'an audit entry holds what looks like an ID number and was not written' },
      { place: entry.kind },
    );
  return clean;
}

/** A case number as the log has it: as it is, also one of 18 digits, unless it could be the number of a person. */
export function auditCaseNo(given: string): string {
  const caseNo = bounded(given);
  return isLikeNumber(caseNo) ? maskIdNumber(caseNo.normalize('NFKC').replace(separators, '')) : caseNo;
}

/** No text of a stranger makes the log long; and its index holds every text as the record does. */
function bounded(text: string): string {
  return storable(text.length > longest ? `${text.slice(0, longest)}…` : text);
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'number' || typeof value === 'bigint') return Math.abs(Number(value)) < greatest ? value : '***';
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [cleanText(name), cleaned(member)]));
}

function cleanText(given: string): string {
  if (opaque.test(given)) return given;
  const text = bounded(given);
  const masked = redact(text);
  return isLikeNumber(masked) ? masked.normalize('NFKC').replace(spaced, (number) => '*'.repeat(number.length)) : masked;
}

/** A number of 18 with a birthday in it, also written in groups; one of 15 only where it is the whole text or stands alone. */
const spaced =
  /(?<!\d)\d{6}[\s.·-]{0,3}(?:1[89]|20)\d{2}[\s.·-]{0,3}(?:0[1-9]|1[0-2])[\s.·-]{0,3}(?:0[1-9]|[12]\d|3[01])[\s.·-]{0,3}\d{3}[\s.·-]{0,2}[\dXx](?!\d)/gu;
const old = /(?<![0-9A-Za-z])\d{8}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![0-9A-Za-z])/u;
const separators = /[\s.·-]/gu;

function isLikeNumber(text: string): boolean {
  if (text.length < 15) return false;
  const plain = text.normalize('NFKC');
  spaced.lastIndex = 0;
  return spaced.test(plain) || old.test(plain);
}

/** Asks again, of the whole and by other means than the cleaning: every text and every name in it. */
function holdsIdNumber(value: unknown): boolean {
  if (typeof value === 'string') return !opaque.test(value) && isLikeNumber(value);
  if (typeof value === 'number') return Math.abs(value) >= greatest;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, member]) => (!opaque.test(name) && isLikeNumber(name)) || holdsIdNumber(member));
}
