import { compareTexts, referenceOf } from './current.js';
import type { KnownDeath } from './person-file.js';

/**
 * Chains of reissued death records: which record stands, and what has replaced what.
 *
 * `replaces` names the certificateNo of the record it replaces, or its recordId where that has none. A certificateNo may be found in any feed, a
 * recordId only in its own; both only among records of the same basis, because from 2026-07-01 a certificate's number is the person's own and
 * a cremation may carry it too. Nothing replaces itself.
 */

/** The records a record replaces, directly or through others, void ones among them. A loop ends where it would repeat. */
export function replacedBy(newer: KnownDeath, all: readonly KnownDeath[]): Set<KnownDeath> {
  const replaced = new Set<KnownDeath>();
  const open = [newer];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const older of all) {
      if (older === newer || replaced.has(older) || !namesAsReplaced(next, older)) continue;
      replaced.add(older);
      open.push(older);
    }
  }
  return replaced;
}

/**
 * The current records that no other current one has replaced. Where records replace each other in a loop, the newest of the loop stands (by
 * event day, then receipt, then recordId): a slip of the pen must not make a death disappear.
 */
export function standing(current: readonly KnownDeath[], voids: readonly KnownDeath[]): readonly KnownDeath[] {
  if (!current.some((item) => item.record.replaces !== undefined)) return current;
  const all = [...current, ...voids];
  const replaces = new Map(current.map((item) => [item, replacedBy(item, all)]));
  return current.filter(
    (item) =>
      !current.some((other) => {
        if (other === item || replaces.get(other)?.has(item) !== true) return false;
        const isLoop = replaces.get(item)?.has(other) === true;
        return !isLoop || compareAge(item, other) < 0;
      }),
  );
}

function namesAsReplaced(newer: KnownDeath, older: KnownDeath): boolean {
  const name = newer.record.replaces;
  if (name === undefined || name === '' || newer === older || newer.record.basis !== older.record.basis) return false;
  if (older.record.certificateNo) return name === older.record.certificateNo;
  const [a, b] = [newer.record.source, older.record.source];
  return name === b.recordId && a.agency === b.agency && a.feed === b.feed;
}

function compareAge(a: KnownDeath, b: KnownDeath): number {
  return (
    (a.event?.hi ?? Number.NEGATIVE_INFINITY) - (b.event?.hi ?? Number.NEGATIVE_INFINITY) ||
    Date.parse(a.record.source.receivedAt) - Date.parse(b.record.source.receivedAt) ||
    compareTexts(referenceOf(a.record.source), referenceOf(b.record.source))
  );
}
