import { isMaskedNumber, parseIdDocument } from '../identity/index.js';
import type { AppraisalCase, Benefit, CaseDocument, CaseImport, CaseImportSettlement, Person } from '../model/index.js';
import type { ImportFault } from './read.js';

/**
 * The CSV form of the city's own file, for cities whose systems export tables. Four kinds of file, told by their columns:
 * cases (`caseNo`), submitted documents (`documentId`), payments of benefits (`benefitId`), settlements of the work-injury fund (`settlementNo`).
 * Every row carries `idNumber` and `name`. Columns are named in English or by the Chinese alias; an empty cell is nothing.
 */
const aliases: Readonly<Record<string, string>> = {
  身份证号: 'idNumber',
  证件号码: 'idNumber',
  姓名: 'name',
  性别: 'sex',
  出生日期: 'birthDate',
  户籍区划: 'region',
  案件编号: 'caseNo',
  省级编号: 'provincialNo',
  案件类型: 'kind',
  适用规章: 'regime',
  案件状态: 'state',
  收到日期: 'receivedOn',
  受理日期: 'acceptedOn',
  认定书编号: 'recognitionNo',
  事故日期: 'accidentOn',
  认定日期: 'decidedOn',
  停工留薪起: 'leaveFrom',
  停工留薪止: 'leaveUntil',
  鉴定日期: 'examOn',
  鉴定方式: 'examMode',
  身份核验: 'examIdentityCheck',
  结论书编号: 'conclusionNo',
  结论日期: 'concludedOn',
  结论状态: 'conclusionStatus',
  认定结论: 'recognitionResult',
  伤残等级: 'grade',
  护理等级: 'care',
  材料编号: 'documentId',
  材料类型: 'documentKind',
  材料摘要: 'sha256',
  医院编码: 'hospitalCode',
  医院名称: 'hospitalName',
  医院区划: 'hospitalRegion',
  住院号: 'recordNo',
  入院日期: 'admittedOn',
  出院日期: 'dischargedOn',
  待遇编号: 'benefitId',
  待遇类型: 'benefitKind',
  待遇起: 'from',
  待遇止: 'to',
  待遇状态: 'status',
  所属期: 'period',
  金额: 'amount',
  发放日期: 'paidOn',
  已冲回: 'reversed',
  结算编号: 'settlementNo',
  结算日期: 'settledOn',
  总费用: 'total',
  基金支付: 'fundPaid',
  发票号: 'invoiceNo',
  结算类型: 'setting',
  就诊编号: 'stayRecordId',
  开始日期: 'from',
  结束日期: 'to',
  中途结算: 'interim',
  退费: 'refund',
  原结算编号: 'refundOf',
  手工报销: 'manual',
  依据结论书编号: 'basisConclusionNo',
};

/** Words of a cell in Chinese; anything else stays as it is, for the schema to judge. */
const settings: Readonly<Record<string, string>> = { 住院: 'inpatient', 门诊: 'outpatient', 药店: 'pharmacy', 其他: 'other' };
const sexes: Readonly<Record<string, string>> = { 男: 'male', 女: 'female', 未知: 'unknown' };

interface Row {
  line: number;
  cells: Record<string, string>;
}

/** What the rows of one person say. */
export interface CsvEntry {
  /** The person's first line. */
  line: number;
  /** JSON Pointer into the entry → the line that part of it stands in. */
  lines: Map<string, number>;
  entry: Required<CaseImport>;
}

/** Rows of one file → one entry a person, in order of first appearance. */
export function caseImportsOfCsv(rows: readonly Row[]): { entries: CsvEntry[]; faults: ImportFault[] } {
  const faults: ImportFault[] = [];
  const persons = new Map<string, CsvEntry>();
  for (const { line, cells } of rows) {
    const filled = Object.entries(cells).filter(([, value]) => value !== '');
    const row = new Map(filled.map(([key, value]) => [aliases[key] ?? key, value]));
    const get: Get = (key) => row.get(key);
    const idNumber = get('idNumber');
    const name = get('name');
    if (idNumber === undefined || name === undefined) {
      faults.push({
        line,
        pointer: '',
        message: { zh: '缺 idNumber（身份证号）或 name（姓名）', en: 'idNumber or name is missing' },
      });
      continue;
    }
    if (isMaskedNumber(idNumber)) {
      const message = {
        zh: '证件号码被遮盖，或被电子表格截断：请把该列设为文本后重新导出',
        en: 'the id number is masked, or was cut by a spreadsheet: make the column text and export again',
      };
      faults.push({ line, pointer: '', message });
      continue;
    }
    const document = parseIdDocument(idNumber);
    const known: CsvEntry = persons.get(document.number) ?? {
      line,
      lines: new Map(),
      entry: { subject: personOf(document, name, get), cases: [], benefits: [], settlements: [] },
    };
    if (known.entry.subject.name !== name) {
      const message = {
        zh: `同一证件号码在第 ${known.line} 行是另一个姓名`,
        en: `the same id number has another name on line ${known.line}`,
      };
      faults.push({ line, pointer: '', message });
      continue;
    }
    persons.set(document.number, known);
    const { cases, benefits, settlements } = known.entry;
    if (get('settlementNo') !== undefined) {
      known.lines.set(`/settlements/${settlements.push(settlementOf(get)) - 1}`, line);
    } else if (get('benefitId') !== undefined) known.lines.set(`/benefits/${addPayment(benefits, get)}`, line);
    else if (get('documentId') !== undefined) {
      const at = addDocument(cases, get, (message) => faults.push({ line, pointer: '/caseNo', message }));
      if (at !== undefined) known.lines.set(`/cases/${at}`, line);
    } else if (get('caseNo') !== undefined) {
      for (const at of addCase(cases, get)) known.lines.set(`/cases/${at}`, line);
    } else
      faults.push({
        line,
        pointer: '',
        message: {
          zh: '看不出是案件、材料、待遇还是结算',
          en: 'neither caseNo, documentId, benefitId nor settlementNo is given',
        },
      });
    for (const place of placesOf(known.entry)) if (!known.lines.has(place)) known.lines.set(place, line);
  }
  return { entries: [...persons.values()], faults };
}

/** Pointers of everything that a row can add to an entry. */
function placesOf({ cases, benefits, settlements }: Required<CaseImport>): string[] {
  const within = (place: string, parts: Record<string, readonly unknown[]>): string[] => [
    place,
    ...Object.entries(parts).flatMap(([name, items]) => items.map((_, index) => `${place}/${name}/${index}`)),
  ];
  return [
    ...cases.flatMap(({ documents, exams, conclusions }, index) => within(`/cases/${index}`, { documents, exams, conclusions })),
    ...benefits.flatMap(({ payments }, index) => within(`/benefits/${index}`, { payments })),
    ...settlements.map((_, index) => `/settlements/${index}`),
  ];
}

type Get = (key: string) => string | undefined;

/** Only what is there: an absent cell leaves the field out. */
function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function personOf(document: Person['idDocuments'][number], name: string, get: Get): Person {
  const region = get('region');
  return given({
    idDocuments: [document],
    name,
    sex: sexes[get('sex') ?? ''] ?? get('sex'),
    birthDate: get('birthDate'),
    domicile: region === undefined ? undefined : { region },
  }) as unknown as Person;
}

/** Gives the places of what it added. */
function addCase(cases: AppraisalCase[], get: Get): string[] {
  const recognitionNo = get('recognitionNo');
  const accidentOn = get('accidentOn');
  const index = cases.findIndex((item) => item.caseNo === get('caseNo'));
  const known = cases[index];
  const examOn = get('examOn');
  const exam =
    examOn === undefined ? [] : [given({ on: examOn, mode: get('examMode'), identityCheck: get('examIdentityCheck') })];
  const conclusionNo = get('conclusionNo');
  const conclusion =
    conclusionNo === undefined
      ? []
      : [
          given({
            no: conclusionNo,
            on: get('concludedOn'),
            level: 'city',
            grade: gradeOf(get('grade')),
            care: get('care'),
            standard: get('standard') ?? 'GB/T 16180-2014',
            clauses: [],
            status: get('conclusionStatus'),
          }),
        ];
  if (known !== undefined) {
    const before = { exams: known.exams.length, conclusions: known.conclusions.length };
    known.exams.push(...(exam as unknown as AppraisalCase['exams']));
    known.conclusions.push(...(conclusion as unknown as AppraisalCase['conclusions']));
    return [`${index}/exams/${before.exams}`, `${index}/conclusions/${before.conclusions}`];
  }
  const count = cases.push(
    given({
      caseNo: get('caseNo'),
      provincialNo: get('provincialNo'),
      kind: get('kind'),
      regime: get('regime'),
      state: get('state'),
      items: [],
      receivedOn: get('receivedOn'),
      acceptedOn: get('acceptedOn'),
      priorCaseNo: get('priorCaseNo'),
      recognition:
        recognitionNo === undefined
          ? undefined
          : given({
              no: recognitionNo,
              result: { code: get('recognitionResult') ?? '', system: 'city/recognition-result', known: false },
              accidentOn,
              decidedOn: get('decidedOn'),
              parts: [],
              diagnoses: [],
            }),
      leavePeriod: get('leaveUntil') === undefined ? undefined : given({ from: get('leaveFrom'), until: get('leaveUntil') }),
      documents: [],
      exams: exam,
      conclusions: conclusion,
      deliveries: [],
    }) as unknown as AppraisalCase,
  );
  return [String(count - 1)];
}

function gradeOf(text: string | undefined): number | 'below' | undefined {
  return text === undefined ? undefined : text === 'below' || text === '未达级' ? 'below' : Number(text);
}

/** Gives the place of the document, undefined where its case is not there. */
function addDocument(cases: AppraisalCase[], get: Get, fault: (message: { zh: string; en: string }) => void): string | undefined {
  const index = cases.findIndex((item) => item.caseNo === get('caseNo'));
  const appraisal = cases[index];
  if (appraisal === undefined) {
    fault({ zh: '材料所属案件须先在同一文件中出现', en: 'the case of a document must stand before it in the same file' });
    return undefined;
  }
  const count = appraisal.documents.push(
    given({
      id: get('documentId'),
      kind: get('documentKind'),
      title: get('title'),
      mediaType: get('mediaType') ?? 'application/octet-stream',
      sha256: get('sha256'),
      hospital: get('hospitalName'),
      hospitalCode: get('hospitalCode'),
      hospitalRegion: get('hospitalRegion'),
      admittedOn: get('admittedOn'),
      dischargedOn: get('dischargedOn'),
      recordNo: get('recordNo'),
    }) as unknown as CaseDocument,
  );
  return `${index}/documents/${count - 1}`;
}

/** Gives the place of the payment, or of the benefit where the row tells none. */
function addPayment(benefits: Benefit[], get: Get): string {
  const id = get('benefitId') ?? '';
  const index = benefits.findIndex((item) => item.id === id);
  const at = index < 0 ? benefits.length : index;
  let benefit = benefits[index];
  if (benefit === undefined) {
    benefit = given({
      id,
      kind: { code: get('benefitKind') ?? '', system: 'city/benefit-kind', known: false, raw: get('benefitKind') ?? '' },
      from: get('from'),
      to: get('to'),
      status: get('status'),
      basisConclusionNo: get('basisConclusionNo'),
      payments: [],
    }) as unknown as Benefit;
    benefits.push(benefit);
  }
  if (get('period') === undefined) return String(at);
  const count = benefit.payments.push(
    given({
      period: get('period'),
      amount: get('amount'),
      paidOn: get('paidOn'),
      reversed: flag(get('reversed')),
    }) as unknown as Benefit['payments'][number],
  );
  return `${at}/payments/${count - 1}`;
}

function settlementOf(get: Get): CaseImportSettlement {
  const code = get('hospitalCode');
  const name = get('hospitalName');
  const setting = get('setting') ?? '';
  return given({
    settlementNo: get('settlementNo'),
    fund: get('fund') ?? 'work-injury',
    setting: settings[setting] ?? get('setting'),
    hospital: code === undefined && name === undefined ? undefined : given({ code, name }),
    stayRecordId: get('stayRecordId'),
    from: get('from'),
    to: get('to'),
    settledOn: get('settledOn'),
    total: get('total'),
    fundPaid: get('fundPaid'),
    invoiceNo: get('invoiceNo'),
    interim: flag(get('interim') ?? 'false'),
    refund: flag(get('refund') ?? 'false'),
    refundOf: get('refundOf'),
    manual: flag(get('manual') ?? 'false'),
    diagnoses: [],
  }) as unknown as CaseImportSettlement;
}

/** Anything else than a clear yes or no stays text, which the schema refuses. */
function flag(text: string | undefined): boolean | string | undefined {
  if (text === undefined) return undefined;
  if (/^(1|true|yes|是)$/i.test(text)) return true;
  return /^(0|false|no|否)$/i.test(text) ? false : text;
}
