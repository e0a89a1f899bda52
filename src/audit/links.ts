import type { AuditHead } from '../model/index.js';
import { auditHash } from '../store/audit-chain.js';

/** A record as far as the chain is concerned. */
export interface Link {
  /** As it says; NaN where it says none. */
  seq: number;
  previous: string;
  /** As it says, and as its content has it. */
  hash: string;
  own: string;
  isIntact: boolean;
}

/** Whatever stands where a record should: something unreadable is a link that fits nowhere. */
export function linkOf(value: unknown): Link {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return unreadable;
  const { seq, previous, hash } = value as Partial<Record<string, unknown>>;
  const own = ownHash(value as Record<string, unknown>);
  const link = {
    seq: typeof seq === 'number' && Number.isSafeInteger(seq) && seq > 0 ? seq : Number.NaN,
    previous: typeof previous === 'string' ? previous : '',
    hash: typeof hash === 'string' ? hash : '',
    own,
  };
  return { ...link, isIntact: link.hash === own && own !== '' && !Number.isNaN(link.seq) };
}

const unreadable: Link = { seq: Number.NaN, previous: '', hash: '', own: '', isIntact: false };

function ownHash(record: Record<string, unknown>): string {
  try {
    return auditHash(record);
  } catch {
    return '';
  }
}

/** Whether `next` names `link` as the one before it: by the hash it says or by the one it has, for either alone may have been changed. */
export function isNamedBy(link: Pick<Link, 'hash' | 'own'>, next: Pick<Link, 'previous'>): boolean {
  return next.previous !== '' && (next.previous === link.hash || next.previous === link.own);
}

/** Whether it is the record that was at a place, as somebody trustworthy has its hash. */
export function isThat(link: Pick<Link, 'hash' | 'own'>, known: Pick<AuditHead, 'hash'>): boolean {
  return link.hash === known.hash || link.own === known.hash;
}

/** What stands before the first record: never itself at fault. */
export function startLink({ seq, hash }: AuditHead): Link {
  return { seq, previous: '', hash, own: hash, isIntact: true };
}
