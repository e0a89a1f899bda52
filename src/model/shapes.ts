import type { FeedTally, FieldShapes, RecordShapes, RowAccounts, ShapeGroup } from './completeness.js';

/** Adding up what was counted of several messages: counts are summed, and what was first stays first. */

export function noTally(): FeedTally {
  return { shapes: [], rows: noRows(), days: [] };
}

export function noRows(): RowAccounts {
  return { read: 0, mapped: 0, rejected: 0, sieved: 0, void: 0, passedOver: 0, evidence: 0 };
}

export function sumTallies(tallies: readonly FeedTally[]): FeedTally {
  const only = tallies[0];
  if (tallies.length === 1 && only !== undefined) return only;
  return {
    shapes: sumShapes(tallies.map((tally) => tally.shapes)),
    rows: sumRows(tallies.map((tally) => tally.rows)),
    days: tallies.flatMap((tally) => tally.days),
  };
}

export function sumRows(all: readonly RowAccounts[]): RowAccounts {
  const sum = noRows();
  for (const rows of all) for (const key of Object.keys(sum) as (keyof RowAccounts)[]) sum[key] += rows[key];
  return sum;
}

export function sumShapes(all: readonly RecordShapes[]): RecordShapes {
  const groups = new Map<string, ShapeGroup>();
  for (const group of all.flat()) {
    const known = groups.get(group.operation);
    groups.set(group.operation, known === undefined ? group : sumGroups(known, group));
  }
  return [...groups.values()];
}

function sumGroups(a: ShapeGroup, b: ShapeGroup): ShapeGroup {
  const fields = new Map(a.fields.map((field) => [foldName(field.name), field]));
  for (const field of b.fields) {
    const known = fields.get(foldName(field.name));
    fields.set(foldName(field.name), known === undefined ? field : sumFields(known, field));
  }
  return { ...a, records: a.records + b.records, fields: [...fields.values()] };
}

function sumFields(a: FieldShapes, b: FieldShapes): FieldShapes {
  const shapes = new Map(a.shapes.map((shape) => [shape.shape, shape]));
  for (const shape of b.shapes) {
    const known = shapes.get(shape.shape);
    shapes.set(shape.shape, known === undefined ? shape : { ...known, count: known.count + shape.count });
  }
  return { ...a, count: a.count + b.count, shapes: [...shapes.values()] };
}

/** Names of fields are the same whatever their case and underscores, as mappings read them. */
export function foldName(name: string): string {
  return name.toLowerCase().replaceAll('_', '');
}
