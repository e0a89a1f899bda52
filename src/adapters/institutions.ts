import type { Institutions } from '../mapping/context.js';

/** One row of the configured table of institutions: sources give only half of a hospital, the table the other. */
export interface InstitutionRow {
  code: string;
  name: string;
  /** GB/T 2260. */
  region?: string;
}

/**
 * Completes hospitals from the table. A code decides; without one a name that only one row bears. What the source said is never changed, and a
 * hospital that the table does not know stays as it came.
 */
export function institutionTable(rows: readonly InstitutionRow[]): Institutions {
  const byCode = new Map(rows.map((row) => [comparable(row.code), row]));
  const byName = new Map<string, InstitutionRow | undefined>();
  for (const row of rows) {
    const name = comparable(row.name);
    byName.set(name, byName.has(name) && byName.get(name)?.code !== row.code ? undefined : row);
  }
  return {
    complete(hospital) {
      const row =
        hospital.code !== undefined
          ? byCode.get(comparable(hospital.code))
          : hospital.name !== undefined
            ? byName.get(comparable(hospital.name))
            : undefined;
      if (row === undefined) return hospital;
      return {
        code: hospital.code ?? row.code,
        name: hospital.name ?? row.name,
        ...(hospital.region !== undefined ? { region: hospital.region } : row.region === undefined ? {} : { region: row.region }),
      };
    },
  };
}

function comparable(text: string): string {
  return text.normalize('NFKC').replace(/\s+/gu, '');
}
