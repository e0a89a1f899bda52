import { compareNames, plainDocumentNumber } from '../identity/index.js';
import type { Coded, Json } from '../model/index.js';
import type { CityRow } from '../store/city-rows.js';

/** What all versions of one row together say: a field the newest version does not mention is as an older one said it. */
export interface FoldedRow {
  kind: CityRow['kind'];
  name: string;
  personName: string;
  documents: CityRow['documents'];
  isVoid: boolean;
  fields: Record<string, Json>;
}

/** Versions, the oldest said first → one of each row, in the order in which their newest versions were said. */
export function foldRows(versions: readonly CityRow[]): FoldedRow[] {
  const rows = new Map<string, FoldedRow>();
  for (const version of versions) {
    const key = `${version.kind}/${version.name}`;
    const before = rows.get(key);
    rows.delete(key);
    rows.set(key, {
      kind: version.kind,
      name: version.name,
      personName: version.personName || (before?.personName ?? ''),
      documents: version.documents.length > 0 ? version.documents : (before?.documents ?? []),
      isVoid: version.isVoid,
      fields: { ...before?.fields, ...version.fields },
    });
  }
  return [...rows.values()];
}

/** Text of a field; undefined where the row does not mention it. */
export function textOf({ fields }: Pick<FoldedRow, 'fields'>, path: string): string | undefined {
  const value = fields[path];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A code as read, known or not. */
export function codedOf({ fields }: Pick<FoldedRow, 'fields'>, path: string): Coded | undefined {
  const value = fields[path];
  return typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value.code === 'string'
    ? (value as unknown as Coded)
    : undefined;
}

/** What a known code means; undefined for one whose list is not known. */
export function meaningOf(row: Pick<FoldedRow, 'fields'>, path: string): string | undefined {
  const coded = codedOf(row, path);
  return coded?.known === true ? coded.code : undefined;
}

/** Do two rows speak of one recognition: by its id, else by the number of its decision? */
export function isSameRecognition(a: FoldedRow, b: FoldedRow): boolean {
  const [one, other] = [textOf(a, 'recognition.id'), textOf(b, 'recognition.id')];
  if (one !== undefined && one === other) return true;
  const no = plainDocumentNumber(textOf(a, 'recognition.no'));
  return no !== undefined && no === plainDocumentNumber(textOf(b, 'recognition.no'));
}

/** Could the row be about somebody of these names? A row without a name could. */
export function isNamedLike(row: FoldedRow, person: { name: string; formerNames?: readonly string[] }): boolean {
  return row.personName === '' || compareNames({ name: row.personName }, person).result !== 'different';
}
