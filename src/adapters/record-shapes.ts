import type { MappableRecord } from '../mapping/context.js';
import { foldName, type Json, type ShapeGroup } from '../model/index.js';
import { redact } from '../redact.js';
import { shapeOf } from './value-shape.js';

/** What the records of one message look like, field by field: names and shapes, never values. */

/** More fields than this are no fields but keys made of data. */
const mostFields = 300;
const deepest = 5;

interface Seen {
  name: string;
  count: number;
  first: number;
  shapes: Map<string, { count: number; first: number }>;
}

/** `told` names a record by its place among `records`. Refused records (a ragged row, a row of totals) have no shape to speak of. */
export function groupOf(
  operation: string,
  records: readonly MappableRecord[],
  told: (index: number) => string,
): ShapeGroup | undefined {
  const fields = new Map<string, Seen>();
  const byPath = new Map<string, Seen | undefined>();
  const fieldAt = (path: string): Seen | undefined => {
    if (byPath.has(path)) return byPath.get(path);
    const key = foldName(path);
    let seen = fields.get(key);
    if (seen === undefined && fields.size < mostFields) {
      seen = { name: redact(path).slice(0, 100), count: 0, first: -1, shapes: new Map() };
      fields.set(key, seen);
    }
    byPath.set(path, seen);
    return seen;
  };
  // Of several values of one field in one record (a list) the first that says something speaks.
  const note = (index: number, found: ReadonlyMap<Seen, string>) => {
    for (const [seen, shape] of found) {
      seen.count += 1;
      if (seen.first < 0) seen.first = index;
      const known = seen.shapes.get(shape);
      if (known === undefined) seen.shapes.set(shape, { count: 1, first: index });
      else known.count += 1;
    }
  };
  let count = 0;
  let first = -1;
  const found = new Map<Seen, string>();
  const put = (path: string, value: Json) => {
    const seen = fieldAt(path);
    if (seen === undefined) return;
    const before = found.get(seen);
    if (before === undefined || before === 'empty') found.set(seen, shapeOf(value));
  };
  for (const [index, record] of records.entries()) {
    if (record.refused !== undefined) continue;
    count += 1;
    if (first < 0) first = index;
    found.clear();
    leaves(record.value, '', 0, put);
    note(index, found);
  }
  if (count === 0) return undefined;
  return {
    operation,
    records: count,
    first: told(first),
    fields: [...fields.values()]
      .filter((seen) => seen.count > 0)
      .map((seen) => ({
        name: seen.name,
        count: seen.count,
        first: told(seen.first),
        shapes: [...seen.shapes].map(([shape, item]) => ({ shape, count: item.count, first: told(item.first) })),
      })),
  };
}

function leaves(value: Json, path: string, depth: number, put: (path: string, value: Json) => void): void {
  if (typeof value !== 'object' || value === null || depth >= deepest) {
    put(path, value);
    return;
  }
  if (Array.isArray(value)) {
    if (value.length === 0) put(path, null);
    for (const item of value) leaves(item, path === '' ? '*' : `${path}/*`, depth + 1, put);
    return;
  }
  for (const key of Object.keys(value)) {
    // The line of a file is its place and no field.
    if (key === '#line') continue;
    leaves(value[key] ?? null, path === '' ? key : `${path}/${key}`, depth + 1, put);
  }
}
