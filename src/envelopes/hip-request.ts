import { YilianError } from '../errors.js';
import { dayOf, formatDay, type Json } from '../model/index.js';
import type { Question } from './envelope.js';
import { leafText } from './json.js';
import { compactDay, compactTime } from './shanghai.js';
import { type XmlOut, xmlWith } from './xml.js';

/**
 * The HL7 v3 questions put to a regional health platform; health-insurance 2.3 to 2.6.
 *
 * Servers have been seen to read items by position, to drop the patient filter when the patient is unknown, to compare the upper day as
 * midnight, and to put values into SQL. So both patient items always go out in order, no question goes without a person, the day after
 * the last is asked for, and only values of a strict pattern are sent.
 */

/** Operation → message type and what it must name. */
const operations: Readonly<Record<string, { root: string; interaction: string; needs: readonly string[] }>> = {
  PatientInfoQuery: { root: 'PRPA_IN201305UV02', interaction: 'PRPA_IN201305UV02', needs: ['idNumber', 'patientId'] },
  InPatientInfoQuery: { root: 'PRPA_IN900300UV', interaction: 'PRPA_IN900300UV02', needs: ['idNumber', 'patientId', 'recordNo'] },
  DischargeInfoQuery: { root: 'PRPA_IN900300UV', interaction: 'PRPA_IN900300UV02', needs: ['idNumber', 'patientId', 'recordNo'] },
  DocumentRetrieve: { root: 'RCMR_IN000029UV01', interaction: 'RCMR_IN000029UV01', needs: ['idNumber', 'patientId', 'recordNo'] },
  DocumentAccess: { root: 'RCMR_IN000031UV01', interaction: 'RCMR_IN000031UV01', needs: ['documentId'] },
};

const number = /^[A-Za-z0-9_.-]{1,64}$/;
const patterns: Readonly<Record<string, RegExp>> = {
  idNumber: /^(?:[0-9]{17}[0-9X]|[0-9]{15}|[A-Z]{3}[0-9]{12})$/,
  patientId: number,
  recordNo: number,
  outpatientNo: number,
  visitNo: number,
  visitSerial: number,
  documentId: number,
  documentCode: /^C[0-9]{4}$/,
  hospitalCode: /^[A-Za-z0-9-]{1,32}$/,
  sex: /^[0-9]$/,
  from: /^[0-9]{4}-?[0-9]{2}-?[0-9]{2}$/,
  until: /^[0-9]{4}-?[0-9]{2}-?[0-9]{2}$/,
};

/** Letters, ideographs (private ones too) and the dots and blanks between parts; of other names nothing is sent, for the name filters nothing. */
const sendableName = /^[\p{L}\p{M}\p{Co}·•・．.\u3000 -]{1,64}$/u;

const documentTitles: Readonly<Record<string, string>> = {
  C0032: '住院病案首页',
  C0033: '中医住院病案首页',
  C0034: '入院记录',
  C0035: '24h内入出院记录',
  C0036: '24h内入院死亡记录',
  C0049: '出院记录',
  C0050: '死亡记录',
  C0051: '死亡病例讨论记录',
  C0053: '出院小结',
};

const oid = '2.16.156.10011';

/** The whole message for a question. Throws ERR_INPUT for an operation, a parameter or a value that may not be sent. */
export function hipMessage(
  question: Question,
  settings: { sender: string; receiver: string; processingCode: string; roots: Readonly<Record<string, string>> },
): XmlOut {
  const operation = operations[question.operation];
  if (operation === undefined) throw refused(question.operation, '不支持的操作', 'this operation is not supported');
  const asked = readParameters(question.parameters);
  if (!operation.needs.some((name) => asked.get(name) !== undefined)) {
    throw refused(operation.needs.join(' | '), '查询必须指明对象', 'a question must name whom or what it is about');
  }
  const root = settings.roots[question.operation] ?? operation.root;
  const device = (tag: string, typeCode: string, id: string) =>
    node(
      tag,
      { typeCode },
      node(
        'device',
        { classCode: 'DEV', determinerCode: 'INSTANCE' },
        node('id', {}, node('item', { root: `${oid}.2.5.1.3`, extension: id })),
      ),
    );
  const encounter = question.operation === 'InPatientInfoQuery' || question.operation === 'DischargeInfoQuery';
  return node(
    root,
    {
      ITSVersion: 'XML_1.0',
      xmlns: 'urn:hl7-org:v3',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:schemaLocation': `urn:hl7-org:v3 ../multicacheschemas/${root}.xsd`,
    },
    node('id', { root: `${oid}.2.5.1.1`, extension: question.messageId }),
    node('creationTime', { value: compactTime(question.at) }),
    node('interactionId', { root: `${oid}.2.5.1.2`, extension: operation.interaction }),
    node('processingCode', { code: settings.processingCode }),
    node('processingModeCode', {}),
    node('acceptAckCode', { code: 'AL' }),
    device('receiver', 'RCV', settings.receiver),
    device('sender', 'SND', settings.sender),
    node(
      'controlActProcess',
      { classCode: encounter ? 'ACTN' : 'CACT', moodCode: 'EVN' },
      node('queryByParameter', {}, node('queryId', { extension: question.messageId }), ...queryOf(question, asked)),
    ),
  );
}

function queryOf(question: Question, asked: ReadonlyMap<string, string>): XmlOut[] {
  if (question.operation === 'PatientInfoQuery') return patientQuery(asked);
  if (question.operation === 'DocumentRetrieve') return documentList(asked, question.at);
  if (question.operation === 'DocumentAccess') return documentContent(asked);
  return encounterQuery(asked);
}

function patientQuery(asked: ReadonlyMap<string, string>): XmlOut[] {
  const of = (name: string) => asked.get(name) ?? '';
  const gender =
    of('sex') === ''
      ? []
      : [
          node(
            'livingSubjectAdministrativeGender',
            {},
            node('value', { code: of('sex'), codeSystem: `${oid}.2.3.3.4` }),
            node('semanticsText', { value: '患者性别' }),
          ),
        ];
  return [
    node('statusCode', { code: 'new' }),
    node('initialQuantity', { value: '2' }),
    node(
      'matchCriterionList',
      {},
      node(
        'minimumDegreeMatch',
        {},
        node('value', { 'xsi:type': 'INT', value: '100' }),
        node('semanticsText', { value: '匹配程度' }),
      ),
    ),
    node(
      'parameterList',
      {},
      node('id', { root: `${oid}.2.5.1.4`, extension: of('patientId') }),
      ...gender,
      node(
        'livingSubjectId',
        {},
        node('value', {}, item(`${oid}.1.3`, of('idNumber'))),
        node('semanticsText', { value: '患者身份证号' }),
      ),
      node(
        'livingSubjectName',
        {},
        node('value', {}, node('item', {}, node('part', { value: of('name') }))),
        node('semanticsText', { value: '患者姓名' }),
      ),
    ),
  ];
}

function encounterQuery(asked: ReadonlyMap<string, string>): XmlOut[] {
  const of = (name: string) => asked.get(name) ?? '';
  const hospital =
    of('hospitalCode') === ''
      ? []
      : [node('responsibleOrganization', {}, node('value', {}, item(`${oid}.1.5`, of('hospitalCode'))))];
  return [
    node('statusCode', {}),
    node(
      'careEventID',
      {},
      node(
        'value',
        {},
        item(`${oid}.1.12`, of('recordNo')),
        item(`${oid}.2.5.1.8`, of('visitNo')),
        item(`${oid}.2.5.1.9`, of('visitSerial')),
      ),
    ),
    ...timeframe('encounterTimeframe', asked.get('from'), asked.get('until')),
    node('patientId', {}, patientItems(asked)),
    ...hospital,
    node(
      'typeOfEncounter',
      {},
      node(
        'value',
        {},
        node(
          'item',
          { code: '3', codeSystem: `${oid}.2.3.1.271`, codeSystemName: '患者类型代码表' },
          node('displayName', { value: '住院' }),
        ),
      ),
    ),
  ];
}

function documentList(asked: ReadonlyMap<string, string>, at: Date): XmlOut[] {
  const from = asked.get('from');
  const until = asked.get('until');
  // A document is made and registered after the stay it speaks of: those two windows stay open until today.
  const today = compactDay(at);
  const open = until === undefined || until < today ? today : until;
  const registered =
    from === undefined ? [] : [node('executionAndDeliveryTime', { validTimeLow: from, validTimeHigh: nextDay(open) })];
  return [
    ...registered,
    node('assignedAuthor.id', {}, node('value', { root: `${oid}.1.4`, extension: '' }), node('semanticsText', { value: '' })),
    ...documentKind(asked),
    ...timeframe('clinicalDocument.effectiveTime', from, from === undefined ? undefined : open),
    ...timeframe('encompassingEncounter.effectiveTime', from, until),
    ...encounterAndPatient(asked),
  ];
}

function documentContent(asked: ReadonlyMap<string, string>): XmlOut[] {
  return [
    ...documentKind(asked),
    node('clinicalDocument.id', {}, node('value', { root: `${oid}.2.5.1.24`, extension: asked.get('documentId') ?? '' })),
    ...encounterAndPatient(asked),
  ];
}

function documentKind(asked: ReadonlyMap<string, string>): XmlOut[] {
  const code = asked.get('documentCode');
  if (code === undefined) return [];
  const title = documentTitles[code];
  return [
    node(
      'clinicalDocument.code',
      {},
      node(
        'value',
        { code, codeSystem: `${oid}.2.5.1.23`, codeSystemName: '文档类型代码' },
        ...(title === undefined ? [] : [node('displayName', { value: title })]),
      ),
    ),
  ];
}

/** Both items of each, in order, empty where unknown: they are read by position. */
function encounterAndPatient(asked: ReadonlyMap<string, string>): XmlOut[] {
  const of = (name: string) => asked.get(name) ?? '';
  return [
    node(
      'encompassingEncounter.id',
      {},
      node('value', {}, item(`${oid}.1.12`, of('recordNo')), item(`${oid}.1.11`, of('outpatientNo'))),
    ),
    node('patient.id', {}, patientItems(asked), node('semanticsText', { value: of('name') })),
  ];
}

function patientItems(asked: ReadonlyMap<string, string>): XmlOut {
  return node('value', {}, item(`${oid}.2.5.1.4`, asked.get('patientId') ?? ''), item(`${oid}.1.3`, asked.get('idNumber') ?? ''));
}

function timeframe(tag: string, from: string | undefined, until: string | undefined): XmlOut[] {
  const low = from === undefined ? [] : [node('low', { value: from })];
  const high = until === undefined ? [] : [node('high', { value: nextDay(until) })];
  return low.length + high.length === 0 ? [] : [node(tag, {}, node('value', {}, ...low, ...high))];
}

function item(root: string, extension: string): XmlOut {
  return node('item', { root, extension });
}

function node(name: string, attributes: Readonly<Record<string, string>>, ...content: XmlOut[]): XmlOut {
  return xmlWith(name, attributes, ...content);
}

/** Filled parameters of known names and strict form; days as yyyyMMdd. */
function readParameters(parameters: Readonly<Record<string, Json>>): Map<string, string> {
  const asked = new Map<string, string>();
  for (const [name, value] of Object.entries(parameters)) {
    const given = leafText(value);
    if (given === undefined) continue;
    if (name === 'name') {
      if (sendableName.test(given)) asked.set(name, given);
      continue;
    }
    const pattern = patterns[name];
    if (pattern === undefined) throw refused(name, '没有这个查询参数', 'there is no such parameter');
    if (!pattern.test(given)) throw refused(name, '参数的值不能发送', 'the value of the parameter cannot be sent');
    asked.set(name, name === 'from' || name === 'until' ? compact(name, given) : given);
  }
  return asked;
}

function compact(name: string, day: string): string {
  const digits = day.replaceAll('-', '');
  if (dayNumber(digits) === undefined) throw refused(name, '没有这一天', 'there is no such day');
  return digits;
}

function dayNumber(digits: string): number | undefined {
  return dayOf(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6, 8)));
}

function nextDay(digits: string): string {
  return formatDay((dayNumber(digits) ?? 0) + 1).replaceAll('-', '');
}

function refused(place: string, zh: string, en: string): YilianError {
  return new YilianError('ERR_INPUT', { zh: `${zh}：${place}`, en: `${en}: ${place}` }, { place });
}
