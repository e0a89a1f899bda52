import type { Json } from '../model/index.js';
import { holdsWord, refusal, refusalSettings, spoken } from './auth-words.js';
import type { DecodedRecord, Envelope, EnvelopeFamily, Opened, Question, WrappedRequest } from './envelope.js';
import { requestNotAnswer, statusMissing, totalWithoutRows, unknownEnvelope, unreadable } from './fault.js';
import { foundAttribute, foundText } from './flat.js';
import { gatewayRefusal } from './gateway-refusal.js';
import { type DocumentAnswer, documentAnswer, encounterRecord, patientRecord } from './hip-records.js';
import { hipMessage } from './hip-request.js';
import { isObject } from './json.js';
import { choice, count, flag, readSettings, type SettingValues, settingsSchema, text, textMap, texts } from './settings.js';
import { asRoot, carriedElement, readMessage, soapContent, soapEnvelope, soapFault } from './soap.js';
import { decodeText, encodeText, glimpse } from './text.js';
import { attributeOf, childOf, childrenOf, payloadLimits, writeXml, type XmlElement, xml, xmlTree } from './xml.js';

/**
 * The regional health platform: one SOAP operation `HIPMessageServer(action, message)` with HL7 v3 messages; health-insurance 2.
 *
 * Answers come escaped in `HIPMessageServerResult`, inline in the Body, or as escaped text of the Body; errors of a query may come as
 * MCCI_IN000002UV01. There are no error codes, only texts. An answer may hold other people's records: whoever reads them must look.
 */

const list = {
  ...refusalSettings,
  path: text('', '相对于通道地址的路径 / path below the channel’s address'),
  soap: choice('1.2', ['1.2', '1.1'], 'SOAP 版本 / SOAP version'),
  qualified: flag(true, 'action、message 是否带命名空间 / whether action and message are qualified'),
  soapAction: text(
    'urn:hl7-org:v3/HCC.SVR.Prod.BS.HIPMessageServer.HIPMessageServer',
    'SOAP 1.1 的 SOAPAction 头 / the SOAPAction header of SOAP 1.1',
  ),
  sender: text('LDNLJD', '发送方系统标识 / id of the sending system'),
  receiver: text('PLATFORM', '接收方系统标识 / id of the receiving system'),
  processingCode: choice('P', ['P', 'T', 'D'], 'P 生产、T 培训、D 调试 / P production, T training, D debugging'),
  roots: textMap({}, '操作 → 请求消息类型（默认见国家标准样例）/ operation → request message type (default: national specimens)'),
  actions: textMap({}, '操作 → action 的写法，不同时才需 / operation → the action’s name, where it differs'),
  success: texts(['AA'], '表示成功的 typeCode / typeCode that mean success'),
  nothingFound: texts(['调阅文档不存在'], '错误文字里表示查无结果的 / words of an error that mean nothing was found'),
  queryOk: texts(['OK'], '表示成功的 queryResponseCode / queryResponseCode that mean success'),
  queryNothingFound: texts(['NF'], '表示查无结果的 queryResponseCode / queryResponseCode that mean nothing was found'),
  extraDecodings: count(1, 0, '内层 XML 允许多转义的次数 / how many times more the inner XML may be escaped'),
};

type Settings = SettingValues<typeof list>;

function request(settings: Settings, question: Question, fields: Readonly<Record<string, string>>): WrappedRequest {
  const message = writeXml(hipMessage(question, settings));
  const action = settings.actions[question.operation] ?? question.operation;
  const prefix = settings.qualified ? 'urn:' : '';
  const operation = xml('urn:HIPMessageServer', xml(`${prefix}action`, action), xml(`${prefix}message`, { cdata: message }));
  const document = writeXml(soapEnvelope(settings.soap, 'soap', { urn: 'urn:hl7-org:v3' }, [], operation), 'UTF-8');
  const kind: Record<string, string> =
    settings.soap === '1.2'
      ? { 'Content-Type': 'application/soap+xml;charset=UTF-8' }
      : { 'Content-Type': 'text/xml;charset=UTF-8', SOAPAction: `"${settings.soapAction}"` };
  return {
    method: 'POST',
    ...(settings.path === '' ? {} : { path: settings.path }),
    headers: { ...kind, ...fields },
    body: encodeText(document, 'UTF-8'),
  };
}

const isHl7Message = (element: XmlElement) =>
  /^[A-Z]{4}_IN\d{6,7}UV\d{0,2}$/.test(element.local) && (element.namespace === 'urn:hl7-org:v3' || element.namespace === '');

function open(settings: Settings, bytes: Uint8Array, hints: { contentType?: string; operation?: string }): Opened {
  const decoded = decodeText(bytes, { contentType: hints.contentType });
  if (!decoded.ok) return unreadable(decoded.fault);
  const refused = gatewayRefusal(decoded.text, settings, decoded.warnings);
  if (refused) return refused;
  const outer = readMessage(decoded.text, payloadLimits);
  if (!outer.ok) return unreadable(outer.fault, decoded.warnings);
  const warnings = [...decoded.warnings, ...outer.warnings];
  const content = soapContent(outer.root);
  if (content === undefined) return unreadable(unknownEnvelope('hip-message-server'), warnings);
  const { at, body } = content;
  const failure = body && soapFault(body);
  if (failure) return refusal(failure, settings, warnings);
  if (body && childOf(body, 'HIPMessageServer')) return unreadable(requestNotAnswer(), warnings);
  const carried = carriedElement(at, isHl7Message, settings.extraDecodings, payloadLimits);
  if (!carried.ok) return unreadable(carried.fault, warnings);
  if (carried.element === undefined) return unreadable(unknownEnvelope('hip-message-server'), warnings);
  warnings.push(...carried.warnings);
  return openMessage(settings, asRoot(carried.element), hints.operation, warnings);
}

const answerType = /^(?:PRPA_IN201306|PRPA_IN900350|RCMR_IN0{4,5}30|RCMR_IN0{4,5}32|MCCI_IN000002)/;

function openMessage(settings: Settings, root: XmlElement, asked: string | undefined, warnings: string[]): Opened {
  const acknowledgement = childOf(root, 'acknowledgement');
  if (acknowledgement === undefined) {
    return unreadable(answerType.test(root.local) ? statusMissing('/acknowledgement') : requestNotAnswer(), warnings);
  }
  const code = attributeOf(acknowledgement, 'typeCode')?.trim() ?? '';
  if (code === '') return unreadable(statusMissing('/acknowledgement/@typeCode'), warnings);
  const detail = childOf(acknowledgement, 'acknowledgementDetail', 'text');
  const message = (foundAttribute(detail, 'value') ?? foundText(detail))?.text;
  const said = { code, message };
  const base = { records: [], warnings, decoded: () => xmlTree(root), ...spoken(said) };
  if (!settings.success.includes(code)) {
    if (holdsWord(message ?? '', settings.nothingFound))
      return { status: 'nothing-found', ...base, ...operation(root, asked, []) };
    return refusal(said, settings, warnings);
  }
  const control = childOf(root, 'controlActProcess');
  const queryAck = childOf(control, 'queryAck');
  if (queryAck) {
    const answered = attributeOf(childOf(queryAck, 'queryResponseCode'), 'code')?.trim() ?? '';
    if (settings.queryNothingFound.includes(answered)) return { status: 'nothing-found', ...base, ...operation(root, asked, []) };
    if (!settings.queryOk.includes(answered)) return refusal({ code: `${code}/${answered}`, message }, settings, warnings);
  }
  if (control === undefined) return unreadable(onlyAcknowledged, warnings);
  return openSubjects(root, control, queryAck, said, asked, warnings);
}

const onlyAcknowledged = {
  reason: 'acknowledgement-only',
  pointer: '/acknowledgement',
  detail: { zh: '只有确认，没有查询结果', en: 'an acknowledgement without the answer to a query' },
};

function openSubjects(
  root: XmlElement,
  control: XmlElement,
  queryAck: XmlElement | undefined,
  said: { code: string; message: string | undefined },
  asked: string | undefined,
  warnings: string[],
): Opened {
  const subjects = childrenOf(control, 'subject');
  const events = (local: string) => subjects.flatMap((subject) => childrenOf(subject, local));
  const documents = events('clinicalDocument').map((event) => documentAnswer(event, /^RCMR_IN0{4,5}32/.test(root.local)));
  const records: DecodedRecord[] = [
    ...events('encounterEvent').map(encounterRecord),
    ...events('registrationEvent').map(patientRecord),
    ...documents.map((document) => document.record),
  ];
  for (const document of documents) warnings.push(...document.warnings);
  const totalText = attributeOf(childOf(queryAck, 'resultTotalQuantity'), 'value')?.trim() ?? '';
  const total = /^\d{1,9}$/.test(totalText) ? Number(totalText) : undefined;
  if (records.length === 0) {
    if (total !== undefined && total > 0)
      return unreadable(totalWithoutRows('/controlActProcess/queryAck/resultTotalQuantity/@value'), warnings);
    if (queryAck === undefined && !root.local.startsWith('PRPA_IN201306')) {
      return unreadable(statusMissing('/controlActProcess/queryAck'), warnings);
    }
  } else if (total !== undefined && total > records.length) {
    warnings.push(
      `应答称有 ${total} 条，只给出 ${records.length} 条 / the answer counts ${total} records and carries ${records.length}`,
    );
  }
  return {
    status: records.length === 0 ? 'nothing-found' : 'ok',
    ...spoken(said),
    ...operation(root, asked, records, documents),
    ...(total === undefined ? {} : { total }),
    records,
    warnings,
    decoded: () => withContents(xmlTree(root), documents),
  };
}

/** What the message answers. Admissions and discharges come in the same message type and are told apart by the time they carry. */
function operation(
  root: XmlElement,
  asked: string | undefined,
  records: readonly DecodedRecord[],
  documents: readonly DocumentAnswer[] = [],
): { operation?: string } {
  const known = (name: string | undefined) => (name === undefined ? {} : { operation: name });
  if (root.local.startsWith('PRPA_IN201306')) return known('PatientInfoQuery');
  if (/^RCMR_IN0{4,5}32/.test(root.local) || documents.some((document) => document.hasContent)) return known('DocumentAccess');
  if (/^RCMR_IN0{4,5}30/.test(root.local)) return known('DocumentRetrieve');
  if (!root.local.startsWith('PRPA_IN900350') || asked === 'InPatientInfoQuery' || asked === 'DischargeInfoQuery')
    return known(asked);
  const has = (key: string) => records.some((record) => isObject(record.value) && record.value[key] !== undefined);
  if (has('dischargedAt')) return known('DischargeInfoQuery');
  return known(has('admittedAt') ? 'InPatientInfoQuery' : asked);
}

/** The decoded message with the documents in place of their Base64, so that pointers into them lead somewhere. */
function withContents(tree: Json, documents: readonly DocumentAnswer[]): Json {
  for (const { content } of documents) {
    if (content === undefined) continue;
    const steps = content.pointer.split('/').slice(1);
    let at: Json | undefined = tree;
    for (const step of steps.slice(0, -1)) at = Array.isArray(at) ? at[Number(step)] : isObject(at) ? at[step] : undefined;
    const last = steps.at(-1);
    if (isObject(at) && last !== undefined) at[last] = content.tree();
  }
  return tree;
}

const family: EnvelopeFamily = {
  id: 'hip-message-server',
  title: { zh: '区域卫生平台（HIPMessageServer，HL7 v3）', en: 'Regional health platform (HIPMessageServer, HL7 v3)' },
  recognises: (bytes) => /HIPMessageServer|(?:PRPA|RCMR|MCCI)_IN\d{6}/.test(glimpse(bytes)),
  settings: settingsSchema(list),
  create: (given): Envelope => {
    const settings = readSettings(list, given);
    return {
      id: 'hip-message-server',
      request: (question, fields) => request(settings, question, fields),
      open: (bytes, hints) => open(settings, bytes, hints ?? {}),
    };
  },
};
export default family;
