import type { Json } from '../model/index.js';
import type { DecodedRecord } from './envelope.js';
import { isObject } from './json.js';

/** Rows of a node as records; `pointer` is the node's. A row that is no object is refused by itself, the others stay. */
export function rowRecords(rows: { rows: readonly Json[]; single: boolean }, pointer: string): DecodedRecord[] {
  return rows.rows.map((row, index) => {
    const at = rows.single ? pointer : `${pointer}/${index}`;
    if (isObject(row)) return { value: row, pointer: at };
    return {
      value: row,
      pointer: at,
      refused: { reason: 'not-an-object', detail: { zh: '这一条不是对象', en: 'this row is not an object' } },
    };
  });
}
