import type { Day } from '../../model/index.js';
import { formatDay } from '../../model/index.js';
import { compactDay } from '../calendar.js';
import { sexCode } from '../citizens.js';
import type { Registry } from '../registry.js';
import type { Certificate, Life } from '../world.js';
import { child, descend, type Element, readXml, textOf, XmlFault } from './read-xml.js';
import type { Answer, Endpoint, Trouble } from './server.js';
import { tag } from './write-xml.js';

/**
 * Medical certificates of death, asked one by one: `getSwyxzmInfo(username, password, xmlInput)`, Base64 of MDEML both ways, success 0
 * (reference PC C′). The namespace of the service is ours: no public source gives one.
 */
export interface DeathCertificateOptions {
  path: string;
  namespace: string;
  user: string;
  password: string;
  registry: Registry;
}

const soap = 'http://schemas.xmlsoap.org/soap/envelope/';
const feed = 'health/death-certificates';

export function deathCertificateEndpoint(options: DeathCertificateOptions): Endpoint {
  const { registry } = options;

  const answer = (success: string, message: string, data = '', refused?: string): Answer => {
    const mdeml = `<?xml version="1.0" encoding="UTF-8"?><MDEML templateVersion="1.0"><resultinfo>${tag('success', success)}${tag('message', message)}</resultinfo><body>${data}</body></MDEML>`;
    const base64 = Buffer.from(mdeml, 'utf8').toString('base64');
    return {
      contentType: 'text/xml;charset=UTF-8',
      body: `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="${soap}"><soap:Body><ns2:getSwyxzmInfoResponse xmlns:ns2="${options.namespace}"><return>${base64}</return></ns2:getSwyxzmInfoResponse></soap:Body></soap:Envelope>`,
      operation: 'getSwyxzmInfo',
      ...(refused === undefined ? {} : { refused }),
    };
  };
  const fault = (text: string, refused: string): Answer => ({
    contentType: 'text/xml;charset=UTF-8',
    body: `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="${soap}"><soap:Body><soap:Fault><faultcode>soap:Client</faultcode><faultstring>${text}</faultstring></soap:Fault></soap:Body></soap:Envelope>`,
    operation: 'fault',
    refused,
  });

  return {
    path: options.path,
    feed: () => feed,
    refuse: (text) => answer('1', text, '', 'refused'),
    answer(asked, trouble) {
      if (asked.method !== 'POST') return fault('只接受 POST 请求', 'method');
      let envelope: Element;
      try {
        envelope = readXml(asked.body.toString('utf8'));
      } catch (error) {
        if (error instanceof XmlFault) return fault('报文不是合法的 XML', 'xml');
        throw error;
      }
      const call = child(envelope, 'Body')?.children[0];
      if (envelope.name !== 'Envelope' || envelope.namespace !== soap) return fault('不是 SOAP 1.1 信封', 'namespace');
      if (call?.name !== 'getSwyxzmInfo' || call.namespace !== options.namespace) return fault('没有这个服务', 'namespace');
      if (trouble.wrongKey || textOf(call, 'username') !== options.user || textOf(call, 'password') !== options.password) {
        return answer('1', '用户名或密码错误', '', 'password');
      }
      const question = read(textOf(call, 'xmlInput'));
      if (question === undefined) return answer('1', '请求报文格式错误', '', 'package');
      if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(textOf(question, 'requestinfo', 'requestDate')))
        return answer('1', 'requestDate格式错误', '', 'parameter');
      for (const name of ['requestOrgCode', 'requestOrgName']) {
        if (textOf(question, 'requestinfo', name) === '') return answer('1', `${name}不能为空`, '', 'parameter');
      }
      const data = descend(question, 'body', 'data');
      for (const name of ['GMSFZH', 'XM']) if (textOf(data, name) === '') return answer('1', `${name}不能为空`, '', 'parameter');
      return answer('0', '成功', dataOf(textOf(data, 'GMSFZH'), registry, trouble));
    },
  };
}

function read(base64: string): Element | undefined {
  if (base64 === '' || !/^[A-Za-z0-9+/\s]+=*\s*$/.test(base64)) return undefined;
  try {
    const element = readXml(Buffer.from(base64, 'base64').toString('utf8'));
    return element.name === 'MDEML' ? element : undefined;
  } catch (error) {
    if (error instanceof XmlFault) return undefined;
    throw error;
  }
}

function dataOf(number: string, registry: Registry, trouble: Trouble): string {
  const today = registry.today();
  const life = trouble.otherPerson
    ? registry.somebodyElse(number, (other) => servedCertificate(other, today) !== undefined)
    : registry.find(number);
  const certificate = life && servedCertificate(life, today);
  if (life === undefined || certificate === undefined) return '';
  const { citizen } = life;
  const diedOn = dayOfDeath(certificate, today);
  const died = citizen.bornOn % 2 === 0 ? formatDay(diedOn) : compactDay(diedOn);
  return `<data>${tag('GMSFHM', citizen.number)}${tag('XM', citizen.name)}${tag('XBDM', sexCode(citizen))}${tag('MZDM', '01')}${tag('SWYY', certificate.cause.text)}${tag('SWRQ', died)}</data>`;
}

function servedCertificate(life: Life, today: Day): Certificate | undefined {
  return life.certificates.findLast(
    ({ servedFrom, retractedOn }) =>
      servedFrom !== undefined && servedFrom <= today && (retractedOn === undefined || retractedOn > today),
  );
}

/** The day a certificate gives on a day of the sandbox: a correction counts from when it is sent. */
export function dayOfDeath(certificate: Certificate, today: Day): Day {
  const { update } = certificate;
  return update !== undefined && update.sentOn <= today ? update.diedOn : certificate.diedOn;
}
