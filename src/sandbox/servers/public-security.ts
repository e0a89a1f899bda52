import { compactDay, compactInstant } from '../calendar.js';
import { sexCode } from '../citizens.js';
import { hexOf } from '../random.js';
import type { Registry } from '../registry.js';
import type { Life } from '../world.js';
import { type Platform, signedOf } from './national-platform.js';
import { child, children, descend, type Element, readXml, textOf, XmlFault } from './read-xml.js';
import type { Answer, Endpoint, Trouble } from './server.js';
import { cdata, escapeXml, tag } from './write-xml.js';

/**
 * The population register behind the exchange platform: GK_GXFW_SFHC (身份核查) and GK_JZCX_RKJCXXCX (基准信息查询), SOAP 1.1
 * (reference PC B1). It echoes number and name as asked; only the match codes say anything. Return codes other than 10 are ours:
 * the real list is not public.
 */
export interface PopulationOptions {
  path: string;
  /** Namespace of the operation, as this province has it. */
  namespace: string;
  user: string;
  password: string;
  sids: { GK_GXFW_SFHC: string; GK_JZCX_RKJCXXCX: string };
  /** The most RECORDs in one call. */
  maximumBatch: number;
  platform: Platform;
  registry: Registry;
  clock: () => Date;
}

type Operation = keyof PopulationOptions['sids'];

const soap = 'http://schemas.xmlsoap.org/soap/envelope/';
const feed = 'public-security/population';

/** What PACKAGEHEAD must hold, the human operator among it. */
const required = [
  'FWQQBH',
  'QQBWDM',
  'SJLYXTDM',
  'JLS',
  'FSSJ',
  'QQRGMSFHM',
  'QQRXM',
  'QQRDWDM',
  'QQRDWMC',
  'QQYWLXDM',
  'QQYWXTDM',
] as const;

export function populationEndpoint(options: PopulationOptions): Endpoint {
  const { registry, clock } = options;

  const answer = (
    operation: Operation,
    request: string,
    records: string,
    code = '10',
    text = '接口调用成功',
    refused?: string,
  ): Answer => {
    const head = `<PACKAGEHEAD>${tag('FFQQBH', request)}${tag('FSSJ', compactInstant(clock()))}${tag('FHDM', code)}${tag('FHMS', text)}</PACKAGEHEAD>`;
    const inner = `<?xml version="1.0" encoding="UTF-8"?>\n<PACKAGE>${head}\n<DATA>${records}</DATA></PACKAGE>`;
    // Mostly escaped, now and then a CDATA section.
    const out = hexOf('wrapping', request).startsWith('0') ? cdata(inner) : escapeXml(inner);
    return {
      contentType: 'text/xml;charset=UTF-8',
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="${soap}"><soap:Body><ns1:${operation}Response xmlns:ns1="http://webservice.com"><ns1:out>${out}</ns1:out></ns1:${operation}Response></soap:Body></soap:Envelope>`,
      operation,
      ...(refused === undefined ? {} : { refused }),
    };
  };

  return {
    path: options.path,
    feed: () => feed,
    refuse: (text) => fault(text, 'refused'),
    answer(asked, trouble) {
      if (asked.method !== 'POST') return fault('只接受 POST 请求', 'method');
      let envelope: Element;
      try {
        envelope = readXml(asked.body.toString('utf8'));
      } catch (error) {
        if (error instanceof XmlFault) return fault('报文不是合法的 XML', 'xml');
        throw error;
      }
      if (envelope.name !== 'Envelope' || envelope.namespace !== soap) return fault('不是 SOAP 1.1 信封', 'namespace');
      const call = child(envelope, 'Body')?.children[0];
      const operation = operationOf(call?.name);
      if (call === undefined || operation === undefined || call.namespace !== options.namespace) {
        return fault(`Unexpected wrapper element {${call?.namespace ?? ''}}${call?.name ?? ''} found.`, 'namespace');
      }
      const header = descend(envelope, 'Header', 'tongtechheader');
      const signed = signedOf(Object.fromEntries((header?.children ?? []).map((item) => [item.name, item.text.trim()])));
      const refused = options.platform.verify(signed, options.sids[operation], trouble);
      if (refused !== undefined) return fault(refused, 'platform');

      let parcel: Element;
      try {
        parcel = readXml(child(call, 'in0')?.text ?? '');
      } catch (error) {
        if (error instanceof XmlFault) return answer(operation, '', '', '30', '请求报文格式错误', 'package');
        throw error;
      }
      const head = child(parcel, 'PACKAGEHEAD');
      const request = textOf(head, 'FWQQBH');
      if (textOf(call, 'in1') !== options.user || textOf(call, 'in2') !== options.password) {
        return answer(operation, request, '', '20', '用户名或密码错误', 'password');
      }
      const records = children(child(parcel, 'DATA'), 'RECORD');
      const wrong = wrongIn(parcel, head, records, options.maximumBatch);
      if (wrong !== undefined) return answer(operation, request, '', '30', wrong, 'package');
      return answer(operation, request, records.map((record) => recordOf(record, operation, registry, trouble)).join(''));
    },
  };
}

function operationOf(name: string | undefined): Operation | undefined {
  return name === 'GK_GXFW_SFHC' || name === 'GK_JZCX_RKJCXXCX' ? name : undefined;
}

function wrongIn(parcel: Element, head: Element | undefined, records: readonly Element[], maximum: number): string | undefined {
  if (parcel.name !== 'PACKAGE') return '请求报文格式错误';
  for (const name of required) if (textOf(head, name) === '') return `${name}不能为空`;
  if (!/^\d{14}$/.test(textOf(head, 'FSSJ'))) return 'FSSJ格式错误';
  if (!/^\d{17}[\dX]$/.test(textOf(head, 'QQRGMSFHM'))) return 'QQRGMSFHM格式错误';
  if (textOf(head, 'JLS') !== String(records.length) || records.length === 0) return 'JLS与记录数不符';
  if (records.length > maximum) return `单次请求不得超过${maximum}条`;
  if (records.some((record, index) => record.attributes.no !== String(index + 1))) return 'RECORD序号错误';
  return undefined;
}

function recordOf(record: Element, operation: Operation, registry: Registry, trouble: Trouble): string {
  const number = textOf(record, 'GMSFHM');
  const name = textOf(record, 'XM');
  const no = record.attributes.no ?? '';
  if (number === '' || name === '' || !/^(\d{15}|\d{17}[\dXx])$/.test(number)) {
    return `<RECORD no="${escapeXml(no)}" code="E01" msg="请求项缺失或格式错误"><GMSFHM>${escapeXml(number)}</GMSFHM><XM>${escapeXml(name)}</XM></RECORD>`;
  }
  const mixedUp = trouble.otherPerson ? registry.somebodyElse(number, (life) => life.register !== undefined) : undefined;
  const life = mixedUp ?? registry.find(number);
  const entry = life?.register;
  const echoedNumber = mixedUp?.citizen.number ?? number;
  const echoedName = mixedUp?.citizen.name ?? name;
  const dead = entry?.deadSince !== undefined && entry.deadSince <= registry.today();
  const match = entry === undefined ? '4' : likeness(echoedName, entry.name);
  const fields = [
    tag('GMSFHM', echoedNumber),
    tag('GMSFHM_PPDDM', entry === undefined ? '4' : '1'),
    tag('XM', echoedName),
    tag('XM_PPDDM', match),
    ...(operation === 'GK_JZCX_RKJCXXCX' && life !== undefined && entry !== undefined ? basics(life) : []),
    tag('SWBS', entry === undefined ? '' : dead ? '1' : '0'),
  ];
  return `<RECORD no="${escapeXml(no)}" code="" msg="">${fields.join('')}</RECORD>`;
}

function basics(life: Life): string[] {
  const { citizen } = life;
  return [
    tag('XBDM', sexCode(citizen)),
    tag('MZDM', citizen.name.includes('·') ? '05' : '01'),
    tag('CSRQ', compactDay(citizen.bornOn)),
    tag('CSD_GJHDQDM', '156'),
    tag('CSD_SSXQDM', citizen.number.slice(0, 6)),
  ];
}

/** 匹配度代码: 1 equal, 2 equal but for blanks and the dot, 3 one character of three or more differs, 4 different. */
function likeness(asked: string, registered: string): '1' | '2' | '3' | '4' {
  if (asked === registered) return '1';
  const bare = (name: string) => name.normalize('NFKC').replace(/[\s·•・.‧∙⋅●]/gu, '');
  const [a, b] = [[...bare(asked)], [...bare(registered)]];
  if (a.join('') === b.join('')) return '2';
  const differing = a.filter((character, index) => character !== b[index]).length;
  return a.length === b.length && a.length > 3 && differing === 1 ? '3' : '4';
}

function fault(text: string, refused: string): Answer {
  return {
    contentType: 'text/xml;charset=UTF-8',
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="${soap}"><soap:Body><soap:Fault><faultcode>soap:Server</faultcode><faultstring>${escapeXml(text)}</faultstring></soap:Fault></soap:Body></soap:Envelope>`,
    operation: 'fault',
    refused,
  };
}
