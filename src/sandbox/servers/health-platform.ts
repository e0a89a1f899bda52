import type { Day } from '../../model/index.js';
import { compactDay, compactInstant } from '../calendar.js';
import { sexCode } from '../citizens.js';
import type { Registry } from '../registry.js';
import type { Life, Stay } from '../world.js';
import { admissionTime, dischargeTime, documentsOf, renderDocument } from './clinical-documents.js';
import { clinicalDocument, encounter, type HealthDocument, message, patientSubject, queryAnswer } from './health-messages.js';
import { child, children, descend, type Element, readXml, XmlFault } from './read-xml.js';
import type { Answer, Asked, Endpoint, Trouble } from './server.js';
import { escapeXml } from './write-xml.js';

/**
 * The regional health platform: one SOAP 1.2 operation, HL7 v3 inside (reference HI 2). It behaves like the open engine that the reference was
 * read from, faults included: identifiers are read by position, days are parsed strictly and the upper bound is midnight, and for a patient it
 * does not know the filter is dropped, so that it answers about everybody.
 */
export interface HealthPlatformOptions {
  path: string;
  registry: Registry;
  clock: () => Date;
}

const soap = 'http://www.w3.org/2003/05/soap-envelope';
const hl7 = 'urn:hl7-org:v3';
const feed = 'health/stays';

/** Action → root elements of its request, interaction type of its answer. */
const actions: Readonly<Record<string, { requests: readonly string[]; answer: string; interaction: string; said: string }>> = {
  PatientInfoQuery: {
    requests: ['PRPA_IN201305UV02'],
    answer: 'PRPA_IN201306UV02',
    interaction: 'PRPA_IN201306UV02',
    said: '查询成功',
  },
  InPatientInfoQuery: {
    requests: ['PRPA_IN900300UV', 'PRPA_IN900300UV02'],
    answer: 'PRPA_IN900350UV',
    interaction: 'PRPA_IN900350UV02',
    said: '处理成功',
  },
  DischargeInfoQuery: {
    requests: ['PRPA_IN900300UV', 'PRPA_IN900300UV02'],
    answer: 'PRPA_IN900350UV',
    interaction: 'PRPA_IN900350UV02',
    said: '处理成功',
  },
  DocumentRetrieve: {
    requests: ['RCMR_IN000029UV01'],
    answer: 'RCMR_IN000030UV01',
    interaction: 'RCMR_IN000030UV01',
    said: '检索成功',
  },
  DocumentAccess: {
    requests: ['RCMR_IN000031UV01'],
    answer: 'RCMR_IN000032UV01',
    interaction: 'RCMR_IN000032UV01',
    said: '调阅成功',
  },
};

/** Said in the platform's own words, as an MCCI message. */
class Refusal extends Error {
  readonly slug: string;
  constructor(text: string, slug: string) {
    super(text);
    this.slug = slug;
  }
}

export function healthPlatformEndpoint(options: HealthPlatformOptions): Endpoint {
  const { registry, clock } = options;

  const wrap = (inner: string, operation: string, refused?: string): Answer => ({
    contentType: 'application/soap+xml;charset=UTF-8',
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="${soap}"><SOAP-ENV:Body><HIPMessageServerResponse xmlns="${hl7}"><HIPMessageServerResult>${escapeXml(inner)}</HIPMessageServerResult></HIPMessageServerResponse></SOAP-ENV:Body></SOAP-ENV:Envelope>`,
    operation,
    ...(refused === undefined ? {} : { refused }),
  });
  // The generic acknowledgement of the real engine carries a constant id and time; so does this one.
  const acknowledge = (text: string, slug: string, request: { id: string; sender: string }): Answer =>
    wrap(
      message({
        type: 'MCCI_IN000002UV01',
        interaction: 'MCCI_IN000002UV01',
        answers: request.id,
        receiver: request.sender,
        createdAt: '20170106151903',
        code: 'AE',
        text,
      }),
      'MCCI_IN000002UV01',
      slug,
    );

  return {
    path: options.path,
    feed: () => feed,
    refuse: (text) => acknowledge(text, 'refused', { id: '', sender: '' }),
    answer(asked, trouble) {
      const fault = (text: string, slug: string): Answer => ({
        contentType: 'application/soap+xml;charset=UTF-8',
        body: `<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="${soap}"><SOAP-ENV:Body><SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value></SOAP-ENV:Code><SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="zh">${escapeXml(text)}</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>`,
        operation: 'fault',
        refused: slug,
      });
      if (asked.method !== 'POST') return fault('只接受 POST 请求', 'method');
      const call = callOf(asked);
      if (call === undefined) return fault('不是 SOAP 1.2 的 HIPMessageServer 调用', 'namespace');
      const action = actions[call.action];
      const request = {
        id: attribute(child(call.message, 'id'), 'extension'),
        sender: attribute(descend(call.message, 'sender', 'device', 'id', 'item'), 'extension'),
      };
      try {
        if (action === undefined) throw new Refusal('异常服务代码，系统未实现该业务流程,没有订阅方.', 'action');
        if (call.message === undefined || call.message.namespace !== hl7) {
          throw new Refusal('您传递的消息，不符合标准交互消息，请检查消息内容', 'message');
        }
        if (!action.requests.includes(call.message.name)) throw new Refusal('操作和schema类型不对应', 'schema');
        const query = descend(call.message, 'controlActProcess', 'queryByParameter');
        if (query === undefined || request.id === '') throw new Refusal('消息不合规，请检查消息内容', 'message');
        const subjects = answerQuery(call.action, query, registry, trouble);
        const control = queryAnswer(
          attribute(child(query, 'queryId'), 'extension'),
          subjects,
          call.action.startsWith('Document') ? 'INFO' : 'ACTN',
        );
        return wrap(
          message({
            type: action.answer,
            interaction: action.interaction,
            answers: request.id,
            receiver: request.sender,
            createdAt: compactInstant(clock()),
            code: 'AA',
            text: action.said,
            control,
          }),
          call.action,
        );
      } catch (error) {
        if (error instanceof Refusal) return acknowledge(error.message, error.slug, request);
        throw error;
      }
    },
  };
}

/** Action and message of a SOAP 1.2 call; undefined when it is none. The message itself may be unreadable. */
function callOf(asked: Asked): { action: string; message: Element | undefined } | undefined {
  if (!/^application\/soap\+xml/i.test(asked.headers['content-type'] ?? '')) return undefined;
  let envelope: Element;
  try {
    envelope = readXml(asked.body.toString('utf8'));
  } catch (error) {
    if (error instanceof XmlFault) return undefined;
    throw error;
  }
  const operation = child(envelope, 'Body')?.children[0];
  if (
    envelope.name !== 'Envelope' ||
    envelope.namespace !== soap ||
    operation?.name !== 'HIPMessageServer' ||
    operation.namespace !== hl7
  )
    return undefined;
  const inner = child(operation, 'message')?.text.trim() ?? '';
  try {
    return { action: child(operation, 'action')?.text.trim() ?? '', message: readXml(inner) };
  } catch (error) {
    if (error instanceof XmlFault) return { action: child(operation, 'action')?.text.trim() ?? '', message: undefined };
    throw error;
  }
}

function answerQuery(action: string, query: Element, registry: Registry, trouble: Trouble): string[] {
  const today = registry.today();
  if (action === 'PatientInfoQuery') {
    const number = attribute(descend(query, 'parameterList', 'livingSubjectId', 'value', 'item'), 'extension');
    const life = registry.find(number);
    if (life === undefined || !life.knownToHealth) throw new Refusal('未找到患者主索引', 'patient');
    return [patientSubject(life, compactDay(life.citizen.bornOn), sexCode(life.citizen))];
  }
  if (action === 'InPatientInfoQuery' || action === 'DischargeInfoQuery') {
    const which = action === 'InPatientInfoQuery' ? 'admission' : 'discharge';
    const inTime = timeframe(descend(query, 'encounterTimeframe', 'value'));
    return patients(child(query, 'patientId'), registry, trouble).flatMap((life) =>
      staysOf(life, today, which)
        .filter((stay) => inTime(instantOf(stay, which)))
        .flatMap((stay) =>
          Array.from({ length: stay.repeated ? 2 : 1 }, () => encounter(life, stay, which, instantOf(stay, which))),
        ),
    );
  }
  const code = attribute(descend(query, 'clinicalDocument.code', 'value'), 'code');
  const [recordNo = '', outpatientNo = ''] = positions(descend(query, 'encompassingEncounter.id', 'value'));
  if (action === 'DocumentRetrieve') {
    const delivered = descend(query, 'executionAndDeliveryTime');
    const inDelivery = between(attribute(delivered, 'validTimeLow'), attribute(delivered, 'validTimeHigh'));
    const inEffect = timeframe(descend(query, 'clinicalDocument.effectiveTime', 'value'));
    const inVisit = timeframe(descend(query, 'encompassingEncounter.effectiveTime', 'value'));
    return patients(child(query, 'patient.id'), registry, trouble)
      .flatMap((life) => documents(life, today))
      .filter((document) => (code === '' || document.code === code) && (recordNo === '' || document.stay.recordNo === recordNo))
      .filter(
        (document) => inDelivery(document.effectiveTime) && inEffect(document.effectiveTime) && inVisit(document.admittedAt),
      )
      .map((document) => clinicalDocument(document));
  }
  const id = attribute(descend(query, 'clinicalDocument.id', 'value'), 'extension');
  if (id === '' && recordNo === '' && outpatientNo === '') throw new Refusal('住院号和门诊号必须要传递其中一个。', 'parameter');
  const found = patients(child(query, 'patient.id'), registry, trouble)
    .flatMap((life) => documents(life, today))
    .filter((document) => (id === '' ? code !== '' && document.code === code : document.id === id))
    .filter((document) => recordNo === '' || document.stay.recordNo === recordNo);
  if (found.length === 0) throw new Refusal('调阅文档不存在', 'not-found');
  return found.map((document) => clinicalDocument(document, renderDocument(document)));
}

/** Whom a query is about: item 1 is the platform's own number, item 2 the ID card, whatever their roots say. An unknown patient drops the filter. */
function patients(element: Element | undefined, registry: Registry, trouble: Trouble): readonly Life[] {
  const [patientId = '', idCard = ''] = positions(child(element, 'value'));
  if (trouble.otherPerson) {
    const other = registry.somebodyElse(idCard, (life) => staysOf(life, registry.today(), 'discharge').length > 0);
    return other === undefined ? [] : [other];
  }
  const life = patientId === '' ? registry.find(idCard) : registry.findPatient(patientId);
  return life?.knownToHealth ? [life] : registry.everybody();
}

function positions(value: Element | undefined): string[] {
  return children(value, 'item').map((item) => attribute(item, 'extension'));
}

function staysOf(life: Life, today: Day, which: 'admission' | 'discharge'): Stay[] {
  return life.stays.filter(
    (stay) =>
      stay.health &&
      (which === 'admission' ? stay.admittedOn <= today : stay.dischargedOn !== undefined && stay.dischargedOn <= today),
  );
}

function instantOf(stay: Stay, which: 'admission' | 'discharge'): string {
  return which === 'admission' ? admissionTime(stay) : dischargeTime(stay);
}

function documents(life: Life, today: Day): HealthDocument[] {
  return life.stays
    .flatMap((stay) => documentsOf(life, stay))
    .filter((document) => document.effectiveTime.slice(0, 8) <= compactDay(today));
}

function timeframe(value: Element | undefined): (instant: string) => boolean {
  return between(attribute(child(value, 'low'), 'value'), attribute(child(value, 'high'), 'value'));
}

/** Days are read strictly, and the upper one means its midnight: what happened on that day is lost. */
function between(low: string, high: string): (instant: string) => boolean {
  for (const day of [low, high])
    if (day !== '' && !/^\d{8}$/.test(day)) throw new Refusal('消息不合规，日期格式应为yyyyMMdd', 'date');
  return (instant) => (low === '' || instant >= `${low}000000`) && (high === '' || instant <= `${high}000000`);
}

function attribute(element: Element | undefined, name: string): string {
  return element?.attributes[name] ?? '';
}
