import { describe, expect, it } from 'vitest';
import { formatDay } from '../../src/model/index.js';
import { lifeOf, type Reply, send, start, startSandbox, worldOf } from './harness.js';

const world = worldOf();

interface Question {
  root?: string;
  namespace?: string;
  patientId?: string;
  idCard?: string;
  /** The items as they stand, instead of the two above. */
  items?: string;
  low?: string;
  high?: string;
  code?: string;
  documentId?: string;
  recordNo?: string;
}

function message(action: string, question: Question): string {
  const encounter = action.endsWith('InfoQuery');
  const root =
    question.root ?? (encounter ? 'PRPA_IN900300UV' : action === 'DocumentRetrieve' ? 'RCMR_IN000029UV01' : 'RCMR_IN000031UV01');
  const items =
    question.items ??
    `<item root="2.16.156.10011.2.5.1.4" extension="${question.patientId ?? ''}"/><item root="2.16.156.10011.1.3" extension="${question.idCard ?? ''}"/>`;
  const range = `<value><low value="${question.low ?? ''}"/><high value="${question.high ?? ''}"/></value>`;
  const body = encounter
    ? `<encounterTimeframe>${range}</encounterTimeframe><patientId><value>${items}</value></patientId>`
    : `<executionAndDeliveryTime validTimeLow="${question.low ?? ''}" validTimeHigh="${question.high ?? ''}"/><clinicalDocument.code><value code="${question.code ?? ''}"/></clinicalDocument.code><clinicalDocument.id><value extension="${question.documentId ?? ''}"/></clinicalDocument.id><encompassingEncounter.id><value><item extension="${question.recordNo ?? ''}"/><item extension=""/></value></encompassingEncounter.id><patient.id><value>${items}</value></patient.id>`;
  return `<${root} ITSVersion="XML_1.0" xmlns="${question.namespace ?? 'urn:hl7-org:v3'}"><id root="2.16.156.10011.2.5.1.1" extension="aa01"/><sender typeCode="SND"><device><id><item extension="LDNLJD"/></id></device></sender><controlActProcess><queryByParameter><queryId extension="Q1"/>${body}</queryByParameter></controlActProcess></${root}>`;
}

async function ready() {
  const { sandbox } = await startSandbox();
  const url = `${sandbox.urls.health}/hip/HIPMessageServer`;
  const post = (body: string, contentType = 'application/soap+xml;charset=UTF-8') =>
    send(url, { method: 'POST', headers: { 'Content-Type': contentType }, body });
  const ask = (action: string, question: Question, inner = message(action, question)) =>
    post(
      `<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:urn="urn:hl7-org:v3"><soap:Body><urn:HIPMessageServer><urn:action>${action}</urn:action><urn:message><![CDATA[${inner}]]></urn:message></urn:HIPMessageServer></soap:Body></soap:Envelope>`,
    );
  return { ask, post, url };
}

function inner(reply: Reply): string {
  const text = /<HIPMessageServerResult>([\s\S]*)<\/HIPMessageServerResult>/.exec(reply.text)?.[1] ?? '';
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

const all = (reply: Reply, shape: RegExp) => [...inner(reply).matchAll(shape)].map((match) => match[1]);
const numbers = (reply: Reply) => all(reply, /root="2\.16\.156\.10011\.1\.3" extension="([^"]*)"/g);
const total = (reply: Reply) => all(reply, /resultTotalQuantity value="(\d+)"/g)[0];
const acknowledged = (reply: Reply) => [
  all(reply, /<(\w+) ITSVersion/g)[0],
  all(reply, /acknowledgement typeCode="(\w+)"/g)[0],
  all(reply, /acknowledgementDetail><text value="([^"]*)"/g)[0],
];

const story = 'transferred-on-the-same-day';
const life = lifeOf(world, story);
const idCard = life.citizen.number;
const compact = (daysAgo: number) => formatDay(start - daysAgo).replaceAll('-', '');

describe('the health platform', () => {
  it('tells admissions in one query and discharges in the other, never both in one', async () => {
    const { ask } = await ready();
    const window = { idCard, low: compact(320), high: compact(270) };

    const admissions = await ask('InPatientInfoQuery', window);
    const discharges = await ask('DischargeInfoQuery', window);

    expect(acknowledged(admissions)).toEqual(['PRPA_IN900350UV', 'AA', '处理成功']);
    expect(all(admissions, /<low value="(\d+)"/g)).toEqual([`${compact(300)}093000`, `${compact(290)}093000`]);
    expect(all(admissions, /<high value="(\d+)"/g)).toEqual([]);
    expect(all(discharges, /<high value="(\d+)"/g)).toEqual([`${compact(290)}101500`, `${compact(280)}101500`]);
    expect(numbers(admissions)).toEqual([idCard, idCard]);
  });

  it('takes the upper day as its midnight, so that the last day is lost', async () => {
    const { ask } = await ready();

    expect(total(await ask('InPatientInfoQuery', { idCard, low: compact(300), high: compact(300) }))).toBe('0');
    expect(total(await ask('InPatientInfoQuery', { idCard, low: compact(300), high: compact(299) }))).toBe('1');
  });

  it('parses days strictly', async () => {
    const { ask } = await ready();

    const reply = await ask('InPatientInfoQuery', { idCard, low: '2026-01-01', high: compact(0) });

    expect(acknowledged(reply)).toEqual(['MCCI_IN000002UV01', 'AE', '消息不合规，日期格式应为yyyyMMdd']);
  });

  it('drops the filter for a patient it does not know, and answers about everybody', async () => {
    const { ask } = await ready();
    const unknown = lifeOf(world, 'unknown-to-the-health-platform').citizen.number;

    const reply = await ask('InPatientInfoQuery', { idCard: unknown, low: compact(60), high: compact(0) });

    expect(new Set(numbers(reply)).size).toBeGreaterThan(10);
    expect(numbers(reply)).not.toContain(unknown);
  });

  it('reads the two identifiers by position, whatever their roots say', async () => {
    const { ask } = await ready();
    const cardFirst = `<item root="2.16.156.10011.1.3" extension="${idCard}"/>`;
    const swappedRoots = `<item root="2.16.156.10011.1.3" extension=""/><item root="2.16.156.10011.2.5.1.4" extension="${idCard}"/>`;
    const window = { low: compact(320), high: compact(270) };

    expect(new Set(numbers(await ask('InPatientInfoQuery', { low: compact(60), items: cardFirst }))).size).toBeGreaterThan(10);
    expect(numbers(await ask('InPatientInfoQuery', { ...window, items: swappedRoots }))).toEqual([idCard, idCard]);
    expect(numbers(await ask('InPatientInfoQuery', { ...window, patientId: life.citizen.patientId }))).toEqual([idCard, idCard]);
  });

  it('answers AA with total 0 for a patient it knows who has no stay', async () => {
    const { ask } = await ready();

    const reply = await ask('InPatientInfoQuery', { idCard, low: compact(20), high: compact(0) });

    expect(acknowledged(reply)).toEqual(['PRPA_IN900350UV', 'AA', '处理成功']);
    expect(total(reply)).toBe('0');
  });

  it('sends one stay twice where the story says so', async () => {
    const { ask } = await ready();
    const twice = lifeOf(world, 'sent-twice-by-the-platform').citizen.number;

    expect(total(await ask('InPatientInfoQuery', { idCard: twice, low: compact(260), high: compact(250) }))).toBe('2');
  });

  it('lists documents, and hands out one as Base64 of a clinical document', async () => {
    const { ask } = await ready();
    const dead = lifeOf(world, 'hospital-death-unconfirmed');
    const list = await ask('DocumentRetrieve', { idCard: dead.citizen.number, code: 'C0050' });
    const documentId = all(list, /root="2\.16\.156\.10011\.2\.5\.1\.24" extension="([^"]*)"/g)[0] ?? '';

    const reply = await ask('DocumentAccess', { idCard: dead.citizen.number, code: 'C0050', documentId });

    expect(acknowledged(list)).toEqual(['RCMR_IN000030UV01', 'AA', '检索成功']);
    expect(total(list)).toBe('1');
    expect(acknowledged(reply)).toEqual(['RCMR_IN000032UV01', 'AA', '调阅成功']);
    const document = Buffer.from(all(reply, /originalText value="([^"]*)"/g)[0] ?? '', 'base64').toString('utf8');
    expect(document).toContain('code="DE02.01.036.00"');
    expect(document).toContain(`<value xsi:type="TS" value="${compact(60)}094500"/>`);
    expect(document).not.toContain(dead.citizen.number);
  });

  it('tells in the home page how a patient left', async () => {
    const { ask } = await ready();
    const [transfer] = life.stays.filter(({ way }) => way === '2');

    const list = await ask('DocumentRetrieve', { idCard, code: 'C0032', recordNo: transfer?.recordNo ?? '' });
    const documentId = all(list, /root="2\.16\.156\.10011\.2\.5\.1\.24" extension="([^"]*)"/g)[0] ?? '';
    const reply = await ask('DocumentAccess', { idCard, documentId });

    const document = Buffer.from(all(reply, /originalText value="([^"]*)"/g)[0] ?? '', 'base64').toString('utf8');
    expect(document).toContain('displayName="离院方式"/><value xsi:type="CD" code="2"');
    expect(document).toContain(`extension="ID${idCard}"`);
  });

  it('lists nothing with AA and total 0, and says AE in an MCCI message for a document there is none of', async () => {
    const { ask } = await ready();

    const list = await ask('DocumentRetrieve', { idCard, code: 'C0050' });
    const missing = await ask('DocumentAccess', { idCard, documentId: 'DOC0000000' });
    const nameless = await ask('DocumentAccess', { idCard });

    expect([acknowledged(list)[1], total(list)]).toEqual(['AA', '0']);
    expect(acknowledged(missing)).toEqual(['MCCI_IN000002UV01', 'AE', '调阅文档不存在']);
    expect(acknowledged(nameless)).toEqual(['MCCI_IN000002UV01', 'AE', '住院号和门诊号必须要传递其中一个。']);
  });

  it('refuses an action it has not, a message of another action, another namespace, and what is no message', async () => {
    const { ask } = await ready();

    expect(acknowledged(await ask('PatientQuery', { idCard }))[2]).toBe('异常服务代码，系统未实现该业务流程,没有订阅方.');
    expect(acknowledged(await ask('DischargeInfoQuery', { idCard, root: 'RCMR_IN000029UV01' }))[2]).toBe(
      '操作和schema类型不对应',
    );
    expect(acknowledged(await ask('DischargeInfoQuery', { idCard, namespace: 'urn:other' }))[2]).toContain('不符合标准交互消息');
    expect(acknowledged(await ask('DischargeInfoQuery', { idCard }, '<PRPA_IN900300UV'))[2]).toContain('不符合标准交互消息');
  });

  it('faults on SOAP 1.1, on text/xml and on GET', async () => {
    const { post, url } = await ready();
    const soap11 = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>';

    expect((await post(soap11)).text).toContain('SOAP-ENV:Fault');
    expect((await post(soap11, 'text/xml')).text).toContain('SOAP-ENV:Fault');
    expect((await send(url, { method: 'GET' })).text).toContain('只接受 POST 请求');
  });
});
