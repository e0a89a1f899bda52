import type { UnknownCode } from '../model/index.js';
import type { MappingContext } from './context.js';

/** Codes their tables do not have: gathered while an element is read, told once each with the first record that carried them. */
export interface UnknownCodeList {
  add(table: string, code: string): void;
  /** The codes met, once the record's name is known. */
  named(recordId: string): UnknownCode[];
}

/** An empty list for one element. */
export function unknownCodeList(at: MappingContext): UnknownCodeList {
  const met: { table: string; code: string }[] = [];
  return {
    add: (table, code) => {
      if (!met.some((known) => known.table === table && known.code === code)) met.push({ table, code });
    },
    named: (recordId) =>
      sumUnknownCodes(
        met.map(({ table, code }) => ({
          agency: at.agency,
          feed: at.feed,
          table,
          code,
          count: 1,
          firstRecord: `${at.agency}/${at.feed}/${recordId}`,
        })),
      ),
  };
}

/** The same code met several times is told once, with its count and the first record that carried it. */
export function sumUnknownCodes(codes: readonly UnknownCode[]): UnknownCode[] {
  const sums = new Map<string, UnknownCode>();
  for (const code of codes) {
    const key = JSON.stringify([code.agency, code.feed, code.table, code.code]);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { ...code });
    else sum.count += code.count;
  }
  return [...sums.values()];
}
