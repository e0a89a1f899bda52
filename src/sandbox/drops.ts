import { existsSync, renameSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { type Day, formatDay } from '../model/index.js';
import { compactDay } from './calendar.js';
import { fifteenDigitsOf, sexCode } from './citizens.js';
import type { Faults } from './faults.js';
import { dayOfDeath } from './servers/death-certificates.js';
import { settlementColumns } from './servers/insurance-rows.js';
import { type Certificate, daysOfFiles, everybody, type Life, type Move, type Settlement, type World } from './world.js';

/**
 * Table exchange by files: every day a file of what was inserted (I), changed (U) and deleted (D), with the control columns of the exchange
 * (reference PC E), and beside it a marker that says it is complete. The first file holds everything up to its day. Most rows are about people
 * the city has no file of.
 */

type Row = Readonly<Record<string, string>>;
interface Change {
  day: Day;
  operation: 'I' | 'U' | 'D';
  row(day: Day): Row;
}

interface Table {
  /** Folder below `drop/`. */
  folder: string;
  prefix: string;
  encoding: 'gb18030' | 'utf8';
  lineEnd: '\n' | '\r\n';
  feed: string;
  changes(world: World): Change[];
}

const tables: readonly Table[] = [
  {
    folder: 'household-register',
    prefix: 'qczx',
    encoding: 'gb18030',
    lineEnd: '\r\n',
    feed: 'public-security/population/drop',
    changes: (world) => everybody(world).flatMap((life) => life.moves.flatMap((move) => moveChanges(life, move))),
  },
  {
    folder: 'death-certificates',
    prefix: 'swyxzm',
    encoding: 'gb18030',
    lineEnd: '\r\n',
    feed: 'health/death-certificates/drop',
    changes: (world) =>
      everybody(world).flatMap((life) =>
        [...life.certificates, ...life.lookAlikes].flatMap((certificate) => certificateChanges(life, certificate)),
      ),
  },
  {
    folder: 'settlements',
    prefix: 'setl_d',
    encoding: 'utf8',
    lineEnd: '\n',
    feed: 'medical-insurance/settlements',
    changes: (world) =>
      everybody(world).flatMap((life) => life.settlements.flatMap((settlement) => settlementChanges(life, settlement))),
  },
];

/** Writes the files of the days from `first` to `last`, both counted, into `dir/drop`. The day `start - daysOfFiles` is the first there can be. */
export async function writeDrops(dir: string, world: World, first: Day, last: Day, faults: Faults): Promise<void> {
  for (const table of tables) {
    const folder = folderOf(dir, table, faults.of(table.feed)?.kind === 'down');
    await mkdir(folder, { recursive: true });
    const beginning = world.start - daysOfFiles;
    const byDay = new Map<Day, Change[]>();
    const all = table.changes(world);
    const columns = Object.keys({ ...all[0]?.row(first), ...control(first, 0, 'I') });
    for (const change of all) {
      const day = Math.max(change.day, beginning);
      byDay.set(day, [...(byDay.get(day) ?? []), change]);
    }
    for (let day = first; day <= last; day++) {
      const changes = (byDay.get(day) ?? []).sort(
        (a, b) => a.day - b.day || 'DIU'.indexOf(a.operation) - 'DIU'.indexOf(b.operation),
      );
      await writeDay({ folder, table, day, columns, changes, fault: faults.meet(table.feed)?.kind });
    }
  }
}

/** Takes a drop folder away while its feed is down, and brings it back; to be called when a fault of the feed changes. */
export function placeFolder(dir: string, feed: string, faults: Faults): void {
  for (const table of tables.filter((item) => item.feed === feed)) {
    const isDown = faults.of(feed)?.kind === 'down';
    const [from, to] = [folderOf(dir, table, !isDown), folderOf(dir, table, isDown)];
    if (existsSync(from) && !existsSync(to)) renameSync(from, to);
  }
}

function folderOf(dir: string, table: Table, isDown: boolean): string {
  return join(dir, 'drop', isDown ? `.${table.folder}-away` : table.folder);
}

/** A day on which nothing happened has a file all the same, with its header alone. */
async function writeDay(part: {
  folder: string;
  table: Table;
  day: Day;
  columns: readonly string[];
  changes: readonly Change[];
  fault: string | undefined;
}): Promise<void> {
  const { folder, table, day, columns, changes, fault } = part;
  const name = `${table.prefix}_${compactDay(day)}.csv`;
  const lines = changes.map((change, index) => {
    const row: Row = { ...change.row(day), ...control(day, index, change.operation) };
    return columns.map((column) => quote(row[column] ?? '')).join(',');
  });
  const text = [columns.join(','), ...lines, ''].join(table.lineEnd);
  // A mislabelled file is in the other of the two encodings.
  const encoding = fault === 'gbk' ? (table.encoding === 'utf8' ? 'gb18030' : 'utf8') : table.encoding;
  const bytes = iconv.encode(text, encoding);
  const cut = fault === 'truncated' ? bytes.subarray(0, Math.floor(bytes.length * 0.6)) : bytes;
  await writeFile(join(folder, name), cut, { mode: 0o600 });
  if (fault !== 'slow') await writeFile(join(folder, `${name}.ok`), '', { mode: 0o600 });
}

/** `CD_TIME` is UTC and grows row by row, so that what happened first is applied first. */
function control(day: Day, index: number, operation: string): Row {
  const time = new Date(day * 86_400_000 + 3_600_000 + index * 1000).toISOString().slice(0, 19);
  return {
    DATASOURCE: '演示前置库',
    CD_BATCH: `${compactDay(day)}0001`,
    CD_OPERATION: operation,
    CD_TIME: `${time}+0000`,
    CREAT_TIME: `${time}+0000`,
    SYNC_SIGN: '0',
  };
}

/** 户籍迁出注销: the row of a person whose registration was cancelled, and again when it is restored. */
function moveChanges(life: Life, move: Move): Change[] {
  const row = (state: string): Row => ({
    ryid: move.rowId,
    gmsfhm: life.citizen.number,
    xm: life.register?.name ?? life.citizen.name,
    cym: '',
    xb: sexCode(life.citizen),
    csrq: compactDay(life.citizen.bornOn),
    mz: '01',
    ryzt: state,
    qcrq: compactDay(move.on),
    jlbz: '1',
    cxbz: '0',
  });
  return [
    { day: move.sentOn, operation: 'I', row: () => row(move.state) },
    ...(move.restoredOn === undefined ? [] : [{ day: move.restoredOn, operation: 'U' as const, row: () => row('0') }]),
  ];
}

function certificateChanges(life: Life, certificate: Certificate): Change[] {
  const { sentOn, retractedOn, update } = certificate;
  if (sentOn === undefined) return [];
  const row = (day: Day) => certificateRow(life, certificate, day);
  return [
    { day: sentOn, operation: 'I', row: () => row(sentOn) },
    ...(update === undefined ? [] : [{ day: update.sentOn, operation: 'U' as const, row: () => row(update.sentOn) }]),
    ...(retractedOn === undefined ? [] : [{ day: retractedOn, operation: 'D' as const, row: () => row(retractedOn) }]),
  ];
}

function certificateRow(life: Life, certificate: Certificate, on: Day): Row {
  const { citizen } = life;
  const { written } = certificate;
  const died = dayOfDeath(certificate, on);
  return {
    UUID: certificate.uuid,
    SZSQCZDZ: '演示市样例区演示街１９号',
    SZXM: written?.name ?? citizen.name,
    SZZJHM: written?.number ?? (certificate.fifteenDigits ? fifteenDigitsOf(citizen.number) : citizen.number),
    XB: citizen.sex === 'male' ? '男' : '女',
    SWDD: citizen.bornOn % 3 === 0 ? '家中' : '医院病房',
    LXDH: '',
    CSRQ: written?.bornOn ?? formatDay(citizen.bornOn),
    MZ: '汉族',
    MZBM: '1',
    NL: `${Math.floor((died - citizen.bornOn) / 365.25)}岁`,
    GJHDQSZDM: '156',
    SZYXSFZJLX: '01',
    ZJSWYYJBMC: certificate.cause.text,
    BGDWSSXQMC: '演示市',
    CZDZ: '演示市样例区',
    XBDM: sexCode(citizen),
    SWRQ: formatDay(died),
    JBICD10BM: certificate.cause.icd10.slice(0, 5),
  };
}

function settlementChanges(life: Life, settlement: Settlement): Change[] {
  const row = (day: Day): Row => ({
    ...settlementColumns(life, settlement, settlement.settledOn),
    init_setl_id: settlement.reversalOf ?? '',
    mid_setl_flag: settlement.interim ? '1' : '0',
    setl_type: settlement.reversalOf === undefined ? '1' : '2',
    manl_reim_rea: settlement.manual ? '异地急诊未联网' : '',
    ttp_pay_flag: '0',
    pre_pay_flag: '0',
    vali_flag: '1',
    updt_time: `${formatDay(day)} 02:00:00`,
  });
  return [
    { day: settlement.sentOn, operation: 'I', row: () => row(settlement.sentOn) },
    ...(settlement.deletedOn === undefined
      ? []
      : [
          {
            day: settlement.deletedOn,
            operation: 'D' as const,
            row: () => ({ ...row(settlement.deletedOn as Day), vali_flag: '0' }),
          },
        ]),
  ];
}

function quote(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
