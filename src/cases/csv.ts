import { parseIdDocument } from '../identity/index.js';
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
};

interface Row {
  line: number;
  cells: Record<string, string>;
}

/** Rows of one file → one entry a person, in order of first appearance. */
export function caseImportsOfCsv(rows: readonly Row[]): {
  entries: { line: number; entry: CaseImport }[];
  faults: ImportFault[];
} {
  const faults: ImportFault[] = [];
  const persons = new Map<string, { line: number; entry: Required<CaseImport> }>();
  for (const { line, cells } of rows) {
    const row = Object.fromEntries(Object.entries(cells).map(([key, value]) => [aliases[key] ?? key, value]));
    const get = (key: string): string | undefined => (row[key] === undefined || row[key] === '' ? undefined : row[key]);
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
    const document = parseIdDocument(idNumber);
    const known = persons.get(document.number) ?? {
      line,
      entry: { subject: personOf(document, name, get), cases: [], benefits: [], settlements: [] },
    };
    persons.set(document.number, known);
    if (get('settlementNo') !== undefined) known.entry.settlements.push(settlementOf(get));
    else if (get('benefitId') !== undefined) addPayment(known.entry.benefits, get);
    else if (get('documentId') !== undefined)
      addDocument(known.entry.cases, get, (message) => faults.push({ line, pointer: '/caseNo', message }));
    else if (get('caseNo') !== undefined) addCase(known.entry.cases, get);
    else
      faults.push({
        line,
        pointer: '',
        message: {
          zh: '看不出是案件、材料、待遇还是结算',
          en: 'neither caseNo, documentId, benefitId nor settlementNo is given',
        },
      });
  }
  return { entries: [...persons.values()], faults };
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
    sex: get('sex'),
    birthDate: get('birthDate'),
    domicile: region === undefined ? undefined : { region },
  }) as unknown as Person;
}

function addCase(cases: AppraisalCase[], get: Get): void {
  const recognitionNo = get('recognitionNo');
  const accidentOn = get('accidentOn');
  const known = cases.find((item) => item.caseNo === get('caseNo'));
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
    known.exams.push(...(exam as unknown as AppraisalCase['exams']));
    known.conclusions.push(...(conclusion as unknown as AppraisalCase['conclusions']));
    return;
  }
  cases.push(
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
}

function gradeOf(text: string | undefined): number | 'below' | undefined {
  return text === undefined ? undefined : text === 'below' || text === '未达级' ? 'below' : Number(text);
}

function addDocument(cases: AppraisalCase[], get: Get, fault: (message: { zh: string; en: string }) => void): void {
  const appraisal = cases.find((item) => item.caseNo === get('caseNo'));
  if (appraisal === undefined) {
    fault({ zh: '材料所属案件须先在同一文件中出现', en: 'the case of a document must stand before it in the same file' });
    return;
  }
  appraisal.documents.push(
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
}

function addPayment(benefits: Benefit[], get: Get): void {
  const id = get('benefitId') ?? '';
  let benefit = benefits.find((item) => item.id === id);
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
  if (get('period') !== undefined) {
    benefit.payments.push(
      given({
        period: get('period'),
        amount: get('amount'),
        paidOn: get('paidOn'),
        reversed: flag(get('reversed')),
      }) as unknown as Benefit['payments'][number],
    );
  }
}

function settlementOf(get: Get): CaseImportSettlement {
  const code = get('hospitalCode');
  const name = get('hospitalName');
  return given({
    settlementNo: get('settlementNo'),
    fund: get('fund') ?? 'work-injury',
    setting: get('setting'),
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
