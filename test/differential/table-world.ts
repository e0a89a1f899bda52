import type { Evidence, SettlementEvidence } from '../../src/model/index.js';
import * as make from '../../src/reconcile/example.js';
import { randomOf } from './delivery.js';

/**
 * What three exchanged tables say of two persons and some strangers: each row of a table with the versions it was sent in, inserted (I), changed
 * (U) and deleted (D), a day apart. Told twice by hand, as columns of the table and as the evidence they mean.
 */
export type TableName = 'death-certificates' | 'household-register' | 'settlements';

export interface TableRow {
  table: TableName;
  recordId: string;
  /** Oldest first. */
  versions: readonly RowVersion[];
}

export interface RowVersion {
  /** Days after the first of June 2025 on which it was sent. */
  day: number;
  operation: 'I' | 'U' | 'D';
  columns: Readonly<Record<string, string>>;
  /** What it means for whom; of strangers nothing is kept. */
  evidence: Evidence | undefined;
  person: 0 | 1 | 'stranger';
}

export const tableNames: readonly TableName[] = ['death-certificates', 'household-register', 'settlements'];
export const numbers = ['370799196001010018', '370799196505050021'] as const;
export const names = ['测试甲', '测试乙'] as const;
const stranger = { number: '370799198001010017', name: '测试路人' };
/** Files of so many days. */
export const days = 8;

/** Whether the files of a table come in the order of their days; those of the others come in any. */
export function isInOrder(table: TableName, seed: number): boolean {
  return seed % tableNames.length === tableNames.indexOf(table);
}

export function rowsOf(seed: number): TableRow[] {
  const random = randomOf(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const rows: TableRow[] = [];
  const count = 3 + below(10);
  for (let index = 0; index < count; index++) {
    const table = tableNames[below(3)] as TableName;
    const recordId = `${table.slice(0, 2).toUpperCase()}${index}`;
    const operations = (['I', 'IU', 'ID', 'IUD', 'IDI', 'IUU'][below(6)] ?? 'I').split('') as RowVersion['operation'][];
    const first = below(days - operations.length);
    let person = [0, 0, 1, 1, 'stranger' as const][below(5)] as RowVersion['person'];
    let said = say(table, recordId, below);
    const versions = operations.map((operation, at): RowVersion => {
      // A deletion repeats the row as it was; a change may have had the wrong number before.
      if (at > 0 && operation !== 'D') said = say(table, recordId, below);
      if (operation === 'U' && below(6) === 0) person = (['stranger', 0, 1] as const)[below(2)] ?? person;
      const { number, name } = person === 'stranger' ? stranger : { number: numbers[person], name: names[person] };
      return {
        day: first + at,
        operation,
        columns: said.columns(number, name),
        evidence: person === 'stranger' ? undefined : tied(said.evidence(name), number, { operation, day: first + at }),
        person,
      };
    });
    rows.push({ table, recordId, versions });
  }
  return rows;
}

function tied(evidence: Evidence, number: string, { operation, day }: Pick<RowVersion, 'operation' | 'day'>): Evidence {
  return {
    ...evidence,
    status: operation === 'D' ? 'void' : 'current',
    source: { ...evidence.source, updatedAt: `2025-06-0${day + 1}T09:00:00+08:00` },
    person: { ...evidence.person, idDocuments: [{ type: 'resident-id', number, validity: 'valid' }] },
  };
}

interface Saying {
  columns(number: string, name: string): Record<string, string>;
  evidence(name: string): Evidence;
}

function say(table: TableName, recordId: string, below: (count: number) => number): Saying {
  const day = (): string => `2025-03-${String(1 + below(20)).padStart(2, '0')}`;
  const source = { recordId };
  switch (table) {
    case 'death-certificates': {
      const diedOn = day();
      return {
        columns: (number, name) => ({ UUID: recordId, SZXM: name, SZZJHM: number, SWRQ: diedOn }),
        evidence: (name) => make.death({ diedOn, person: { name }, source }),
      };
    }
    case 'household-register': {
      const [state, reason] = ([['0'], ['1', 'death'], ['2', 'moved-out']] as const)[below(3)] ?? ['0'];
      const registeredOn = day();
      return {
        columns: (number, name) => ({
          ryid: recordId,
          xm: name,
          gmsfhm: number,
          ryzt: state,
          swzxrq: state === '0' ? '' : registeredOn.replaceAll('-', ''),
        }),
        evidence: (name) =>
          make.population({
            nameDisclosed: true,
            person: { name },
            registration: reason === undefined ? 'active' : 'cancelled',
            ...(reason === undefined ? {} : { cancellation: { reason, registeredOn } }),
            source,
          }),
      };
    }
    case 'settlements': {
      const [from, to] = [day(), day()].sort() as [string, string];
      const [fund, insutype] = (
        [
          ['employee', '310'],
          ['resident', '390'],
        ] as const
      )[below(2)] ?? ['employee', '310'];
      const invoiceNo = `F${below(3)}`;
      const isReversal = below(5) === 0;
      const amount = isReversal ? '-800.00' : '800.00';
      return {
        columns: (number, name) => ({
          setl_id: recordId,
          psn_name: name,
          certno: number,
          psn_cert_type: '01',
          insutype,
          clr_type: '21',
          fixmedins_name: '演示医院',
          begndate: from,
          enddate: to,
          setl_time: `${to} 10:00:00`,
          medfee_sumamt: amount,
          fund_pay_sumamt: amount,
          invono: invoiceNo,
          init_setl_id: isReversal ? 'SE0' : '',
          mid_setl_flag: '0',
        }),
        evidence: (name) =>
          make.settlement(fund, recordId, {
            person: { name },
            hospital: { name: '演示医院' },
            from,
            to,
            settledOn: to,
            total: amount,
            fundPaid: amount,
            invoiceNo,
            refund: isReversal,
            ...(isReversal ? { refundOf: 'SE0' } : {}),
            source,
          }),
      };
    }
  }
}

/** Of the city's own fund, so that something can be paid twice. */
export function fundSettlement(): SettlementEvidence {
  return make.settlement('work-injury', 'W1', {
    from: '2025-03-05',
    to: '2025-03-09',
    invoiceNo: 'F1',
    hospital: { name: '演示医院' },
  });
}
