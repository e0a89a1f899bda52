import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { createExchange } from '../../src/exchange.js';
import type { AppraisalCase, Benefit, Evidence, Subject } from '../../src/model/index.js';
import { randomOf, shuffledBy } from './delivery.js';
import {
  days,
  fundSettlement,
  isInOrder,
  names,
  numbers,
  type RowVersion,
  type TableName,
  type TableRow,
  tableNames,
} from './table-world.js';
import { type Told, toldOf } from './told.js';

/** Rows as bytes in drop folders, read by the real adapters with the shipped mappings and a city's own configuration. */

interface Table {
  agency: string;
  feed: string;
  mapping: string;
  columns: readonly string[];
  encoding: 'gb18030' | 'utf8';
}

const tables: Readonly<Record<TableName, Table>> = {
  'death-certificates': {
    agency: 'health',
    feed: 'death-certificates',
    mapping: 'death-certificate-table',
    columns: ['UUID', 'SZXM', 'SZZJHM', 'SWRQ'],
    encoding: 'gb18030',
  },
  'household-register': {
    agency: 'public-security',
    feed: 'population',
    mapping: 'population-household',
    columns: ['ryid', 'xm', 'gmsfhm', 'ryzt', 'swzxrq'],
    encoding: 'gb18030',
  },
  settlements: {
    agency: 'medical-insurance',
    feed: 'settlements',
    mapping: 'settlement-setl-d',
    columns: [
      ...[
        'setl_id',
        'psn_name',
        'certno',
        'psn_cert_type',
        'insutype',
        'clr_type',
        'fixmedins_name',
        'begndate',
        'enddate',
        'setl_time',
      ],
      ...['medfee_sumamt', 'fund_pay_sumamt', 'invono', 'init_setl_id', 'mid_setl_flag'],
    ],
    encoding: 'utf8',
  },
};

/** `agency/feed` of a table. */
export function feedOf(table: TableName): { agency: string; feed: string } {
  return { agency: tables[table].agency, feed: tables[table].feed };
}

const nights = ['2025-06-07T18:00:00.000Z', '2025-06-08T18:00:00.000Z', '2025-06-10T02:00:00.000Z'] as const;
export const lastNight = nights[2];

export interface CityFile {
  cases: AppraisalCase[];
  benefits: Benefit[];
}

/** Holds the nights over a city's folder; gives what was told of each person, with the subjects as they stand on file. */
export async function heldOver(
  rows: readonly TableRow[],
  own: readonly CityFile[],
  options: { folder: string; shuffledWith?: number },
): Promise<{ told: Told[]; subjects: Subject[] }> {
  const { folder, shuffledWith } = options;
  rmSync(folder, { recursive: true, force: true });
  for (const table of tableNames) mkdirSync(join(folder, table), { recursive: true });
  writeFileSync(join(folder, 'yilian.config.yaml'), configuration());
  writeFileSync(
    join(folder, 'cases.jsonl'),
    own
      .map(
        (file, person) =>
          `${JSON.stringify({ subject: subjectOf(person as 0 | 1), ...file, settlements: person === 0 ? [fund()] : [] })}\n`,
      )
      .join(''),
  );
  const files = filesOf(rows, shuffledWith);
  let at = 0;
  const exchange = await createExchange(join(folder, 'yilian.config.yaml'), {
    environment: { YILIAN_PERSON_KEY: 'a key that is long enough for everybody' },
    now: () => new Date(nights[at] ?? lastNight),
  });
  try {
    let run = '';
    for (at = shuffledWith === undefined ? 2 : 0; at < nights.length; at++) {
      for (const file of files.filter(({ night }) => night === at || (shuffledWith === undefined && at === 2))) {
        writeFileSync(join(folder, file.table, file.name), file.bytes);
        writeFileSync(join(folder, file.table, `${file.name}.ok`), '');
      }
      await exchange.importCases([join(folder, 'cases.jsonl')]);
      run = (await exchange.reconcile()).manifest.id;
    }
    const subjects: Subject[] = [];
    for await (const subject of exchange.store.subjects(lastNight)) subjects.push(subject);
    subjects.sort((a, b) => (a.name === names[0] ? -1 : b.name === names[0] ? 1 : 0));
    return { told: await Promise.all(subjects.map((subject) => toldOf(exchange.store, run, subject.key))), subjects };
  } finally {
    await exchange.close();
  }
}

export function subjectOf(person: 0 | 1): Omit<Subject, 'key'> {
  return {
    idDocuments: [{ type: 'resident-id', number: numbers[person], validity: 'valid' }],
    name: names[person],
    domicile: { region: '370799' },
  };
}

function fund(): Partial<Evidence> {
  const { person: _, link: __, source, ...facts } = fundSettlement();
  return { ...facts, source: { recordId: source.recordId } } as Partial<Evidence>;
}

interface DayFile {
  table: TableName;
  name: string;
  night: number;
  bytes: Uint8Array;
}

/** A file a day and table. Shuffled: some come nights later than younger ones, some twice under another name. */
function filesOf(rows: readonly TableRow[], seed: number | undefined): DayFile[] {
  const random = randomOf(seed ?? 0);
  const files: DayFile[] = [];
  for (const table of tableNames) {
    const areInOrder = seed === undefined || isInOrder(table, seed);
    for (let day = 0; day < days; day++) {
      const versions = rows
        .filter((row) => row.table === table)
        .flatMap((row) => row.versions.filter((version) => version.day === day).map((version) => ({ row, version })));
      const name = `${table}_${compact(day)}.csv`;
      const night = areInOrder ? Math.floor((day * 3) / days) : Math.floor(random() * 3);
      const mixed = seed === undefined ? versions : shuffledBy(random)(versions);
      const lines = mixed.map(({ version }) => lineOf(table, version));
      files.push({ table, name, night, bytes: bytesOf(table, lines) });
      if (seed !== undefined && random() < 0.3)
        files.push({
          table,
          name: `again_${name}`,
          night: Math.max(night, Math.floor(random() * 3)),
          bytes: bytesOf(table, lines, ' '),
        });
    }
  }
  return files;
}

function bytesOf(table: TableName, lines: readonly string[], note = ''): Uint8Array {
  const header = [...tables[table].columns, 'CD_BATCH', 'CD_OPERATION', 'CD_TIME', 'NOTE'].join(',');
  return iconv.encode([header, ...lines.map((line) => `${line},${note}`), ''].join('\r\n'), tables[table].encoding);
}

function lineOf(table: TableName, { day, operation, columns }: RowVersion): string {
  const { columns: all } = tables[table];
  const isByKey = operation === 'D' && day % 2 === 0;
  const cells = all.map((column, at) => (isByKey && at > 0 ? '' : (columns[column] ?? '')));
  return [...cells, `${compact(day)}0001`, operation, `${iso(day)}T01:00:00+0000`].join(',');
}

function iso(day: number): string {
  return `2025-06-${String(day + 1).padStart(2, '0')}`;
}

function compact(day: number): string {
  return iso(day).replaceAll('-', '');
}

function configuration(): string {
  const feeds = tableNames.map((name) => {
    const { agency, feed, mapping } = tables[name];
    const lines = [
      `channel: { folder: ./${name}, marker: .ok, pattern: '*.csv' }`,
      'envelope: table-exchange',
      `mapping: ${mapping}`,
      'settings: { sequence: day }',
      'lag: 3d',
    ];
    return `  ${agency}:\n    ${feed}:\n${lines.map((line) => `      ${line}\n`).join('')}`;
  });
  return [
    "city: { name: 演示市, region: '370700', organisation: 演示鉴定中心 }",
    "store: 'sqlite::memory:'",
    'personKey: $' + '{YILIAN_PERSON_KEY}',
    'operator: { name: 夜间核对, id: SYSTEM }',
    'agencies:',
    ...feeds,
  ].join('\n');
}
