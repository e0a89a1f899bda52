import { type FieldShapes, foldName, type RecordShapes, type SchemaDrift, type ShapeGroup } from '../model/index.js';

/**
 * How the shape of a feed's records differs from what it was: a field that is new, one that is gone, one whose values look different. Pure.
 *
 * A few records prove little, so each is told only where chance does not explain it: with the share of tonight, earlier records would have shown
 * it at least 3 times (the rule of three: then fewer than 1 in 20 such series show none). A field counts as gone only where practically all
 * records had it, so an optional one that is absent on a quiet night alarms nobody; a type as changed only where most values look as none did
 * before, so a text that is sometimes digits does not. What was told stays told for 3 runs and is usual from then on.
 */
export interface EarlierShapes {
  shapes: RecordShapes;
  drift: readonly SchemaDrift[];
}

/** An earlier count from which on never having seen something means something. */
const enough = 3;
const practicallyAll = 0.95;
const most = 0.5;
/** Of a field that had one shape alone in so many values, a code of three digits or one form of a date, any other shape is a change. */
const uniform = 30;
/** Runs after which a drift is no longer told. */
const toldRuns = 3;
/** More than this is another table altogether. */
const mostTold = 60;

/** `earlier`: the newest first. A feed that gives something for the first time has nothing to differ from. */
export function driftOf(now: RecordShapes, earlier: readonly EarlierShapes[]): SchemaDrift[] {
  return now.flatMap((group) => groupDrift(group, earlier)).slice(0, mostTold);
}

function groupDrift(group: ShapeGroup, earlier: readonly EarlierShapes[]): SchemaDrift[] {
  const nights = earlier.flatMap(({ shapes, drift }) => {
    const same = shapes.find((other) => other.operation === group.operation);
    return same === undefined ? [] : [nightOf(same, drift)];
  });
  const before = nights.reduce((sum, night) => sum + night.records, 0);
  if (before === 0) return [];
  const fields = new Map(group.fields.map((field) => [foldName(field.name), field]));
  const names = new Map(nights.toReversed().flatMap((night) => [...night.fields].map(([key, { name }]) => [key, name])));
  const fresh: SchemaDrift[] = [];
  const changes: (SchemaDrift & { isCertain: boolean })[] = [];
  for (const [key, field] of fields) {
    const told = (kind: SchemaDrift['kind']) => nights.filter((night) => night.told.has(`${kind} ${key}`)).length;
    const isUsual = nights.some((night) => night.fields.has(key) && !night.told.has(`new-field ${key}`));
    if (!isUsual && told('new-field') < toldRuns) {
      if ((field.count / group.records) * before >= enough)
        fresh.push({ kind: 'new-field', field: field.name, count: field.count, first: field.first });
      continue;
    }
    const isSettled = told('changed-type') >= toldRuns;
    const known = nights.flatMap((night) =>
      isSettled || !night.told.has(`changed-type ${key}`) ? (night.fields.get(key) ?? []) : [],
    );
    changes.push(...typeChange(field, known));
  }
  // A shift of columns in a file of one row is told by several fields at once.
  const together = changes.reduce((sum, change) => sum + change.count, 0);
  const changed = changes.flatMap(({ isCertain, ...change }) => (isCertain || together >= enough ? [change] : []));
  const gone = [...names].flatMap(([key, name]) => (fields.has(key) ? [] : goneField(key, name, group, nights)));
  return [...gone, ...fresh, ...changed];
}

interface Night {
  records: number;
  fields: Map<string, FieldShapes>;
  /** `new-field swrq`. */
  told: ReadonlySet<string>;
}

function nightOf(group: ShapeGroup, drift: readonly SchemaDrift[]): Night {
  return {
    records: group.records,
    fields: new Map(group.fields.map((field) => [foldName(field.name), field])),
    told: new Set(drift.map(({ kind, field }) => `${kind} ${foldName(field)}`)),
  };
}

/** Absent since the night it was last seen, on nights with few records too; in practically all records until then. */
function goneField(key: string, field: string, group: ShapeGroup, nights: readonly Night[]): SchemaDrift[] {
  const last = nights.findIndex((night) => night.fields.has(key));
  const without = nights.slice(0, last);
  const absent = group.records + without.reduce((sum, night) => sum + night.records, 0);
  if (absent < enough || without.filter((night) => night.told.has(`missing-field ${key}`)).length >= toldRuns) return [];
  const until = nights.slice(last).filter((night) => night.fields.has(key) || !night.told.has(`missing-field ${key}`));
  const records = until.reduce((sum, night) => sum + night.records, 0);
  const had = until.reduce((sum, night) => sum + (night.fields.get(key)?.count ?? 0), 0);
  if (records < enough || had / records < practicallyAll) return [];
  return [{ kind: 'missing-field', field, count: group.records, first: group.first }];
}

function typeChange(field: FieldShapes, known: readonly FieldShapes[]): (SchemaDrift & { isCertain: boolean })[] {
  const before = new Map<string, number>();
  let records = 0;
  for (const { count, shapes } of known) {
    records += count;
    for (const item of shapes) if (item.shape !== 'empty') before.set(item.shape, (before.get(item.shape) ?? 0) + item.count);
  }
  const values = [...before.values()].reduce((sum, count) => sum + count, 0);
  if (values === 0) return [];
  const was = usual(before);
  const filled = field.shapes.filter((item) => item.shape !== 'empty');
  const now = filled.reduce((sum, item) => sum + item.count, 0);
  if (now === 0) {
    const isEmptied = field.count >= enough && values >= enough && values / records >= practicallyAll;
    const first = field.shapes[0]?.first ?? field.first;
    return isEmptied
      ? [{ kind: 'changed-type', field: field.name, count: field.count, first, was, now: 'empty', isCertain: true }]
      : [];
  }
  const families = new Set([...before.keys()].map(familyOf));
  const strange = filled.filter((item) => !families.has(familyOf(item.shape)));
  const isUniform = before.size === 1 && values >= uniform;
  const unseen = strange.length > 0 || !isUniform ? strange : filled.filter((item) => !before.has(item.shape));
  const count = unseen.reduce((sum, item) => sum + item.count, 0);
  if (count === 0 || count / now < most || (count / now) * values < enough) return [];
  const isCertain = count >= enough;
  if (strange.length === 0 && !isCertain) return [];
  const shown = usual(new Map(unseen.map((item) => [item.shape, item.count])));
  return [{ kind: 'changed-type', field: field.name, count, first: unseen[0]?.first ?? field.first, was, now: shown, isCertain }];
}

/** Shapes that stand for one another: an amount may be 800 or 1234.50, and a day be written in several ways. */
function familyOf(shape: string): string {
  const digits = /^digits-(\d+)$/.exec(shape)?.[1];
  if (digits !== undefined) return Number(digits) <= 8 ? 'number' : 'digits';
  if (shape === 'digits-many') return 'digits';
  if (shape === 'decimal') return 'number';
  return /^(?:yyyy|dd)/.test(shape) ? 'date' : shape;
}

/** The most frequent shapes, most first. */
function usual(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, 3)
    .map(([shape]) => shape)
    .join(' | ');
}
