import { redact } from '../redact.js';
import { refusal, refusalSettings, spoken } from './auth-words.js';
import type { DecodedRecord, Envelope, EnvelopeFamily, Opened, Question, WrappedRequest } from './envelope.js';
import { fault, requestNotAnswer, statusMissing, unknownEnvelope, unreadable } from './fault.js';
import { gatewayRefusal } from './gateway-refusal.js';
import { type JsonObject, leafText } from './json.js';
import { choice, choices, count, readSettings, type SettingValues, settingsSchema, text, textMap, texts } from './settings.js';
import { compactTime } from './shanghai.js';
import { asRoot, carriedElement, readMessage, soapContent, soapEnvelope, soapFault } from './soap.js';
import { decodeText, encodeText, glimpse } from './text.js';
import {
  attributeOf,
  childOf,
  childrenOf,
  payloadLimits,
  pointerOf,
  textOf,
  writeXml,
  type XmlElement,
  type XmlOut,
  xml,
  xmlTree,
  xmlWith,
} from './xml.js';

/**
 * The national population library over SOAP 1.1: `GK_GXFW_SFHC` (身份核查) and `GK_JZCX_RKJCXXCX` (基准信息查询); population-civil B1.
 *
 * `in0` holds the PACKAGE as text, `in1` and `in2` user and password. Every RECORD is handed out as it is; match codes are not judged here.
 */

const headTags = [
  'QQBWDM',
  'QQBWMC',
  'SJLYXTDM',
  'SJLYXTMC',
  'QQRGMSFHM',
  'QQRXM',
  'QQRDWDM',
  'QQRDWMC',
  'QQYWLXDM',
  'QQYWLXMC',
  'QQYWXTDM',
  'QQYWXTMC',
] as const;

const list = {
  ...refusalSettings,
  path: text('', '相对于通道地址的路径 / path below the channel’s address'),
  namespace: text('http://webservice.tongtech.com/', '操作的命名空间（各地不同）/ namespace of the operation (differs by place)'),
  soapAction: text('', 'SOAPAction 头（未公开）/ the SOAPAction header (not published)'),
  encoding: choice('UTF-8', ['UTF-8', 'GBK', 'GB18030'], '请求的编码 / encoding of the request'),
  user: text('', 'in1：随接口下发的用户名 / in1: the user name issued with the interface'),
  password: text('', 'in2：随接口下发的口令 / in2: the password issued with the interface', { secret: true }),
  requester: textMap({}, 'PACKAGEHEAD 里请求方的各项 / the requester’s entries of PACKAGEHEAD', headTags),
  authIn: choices(['soap-header'], ['soap-header', 'header'], '签名字段放在哪里 / where the signed fields go'),
  success: texts(['10'], '表示成功的 FHDM / FHDM that mean success'),
  nothingFound: texts([], '表示查无结果的 FHDM / FHDM that mean nothing was found'),
  extraDecodings: count(1, 0, '内层 XML 允许多转义的次数 / how many times more the inner XML may be escaped'),
};

type Settings = SettingValues<typeof list>;

function create(given: Parameters<EnvelopeFamily['create']>[0]): Envelope {
  const settings = readSettings(list, given);
  return {
    id: 'sfhc-soap',
    request: (question, fields) => request(settings, question, fields),
    open: (bytes, hints) => open(settings, bytes, hints?.contentType),
  };
}

function request(settings: Settings, question: Question, fields: Readonly<Record<string, string>>): WrappedRequest {
  const { user = settings.user, password = settings.password, ...signed } = fields;
  const items = question.items ?? [question.parameters];
  const inner = writeXml(
    xml(
      'PACKAGE',
      xml('PACKAGEHEAD', ...head(settings, question, items.length)),
      xml(
        'DATA',
        ...items.map((item, index) =>
          xmlWith(
            'RECORD',
            { no: String(index + 1) },
            ...Object.entries(item).map(([tag, value]) => xml(tag, leafText(value) ?? '')),
          ),
        ),
      ),
    ),
    settings.encoding,
  );
  const inHeader = settings.authIn.includes('soap-header') && Object.keys(signed).length > 0;
  const signatures = inHeader ? [xml('tongtechheader', ...Object.entries(signed).map(([tag, value]) => xml(tag, value)))] : [];
  const prefix = settings.namespace === '' ? '' : 'web:';
  const operation = xml(
    `${prefix}${question.operation}`,
    xml(`${prefix}in0`, { cdata: inner }),
    xml(`${prefix}in1`, user),
    xml(`${prefix}in2`, password),
  );
  const document = writeXml(
    soapEnvelope('1.1', 'soapenv', { web: settings.namespace }, signatures, operation),
    settings.encoding,
  );
  return {
    method: 'POST',
    ...(settings.path === '' ? {} : { path: settings.path }),
    headers: {
      'Content-Type': `text/xml;charset=${settings.encoding}`,
      SOAPAction: `"${settings.soapAction}"`,
      ...(settings.authIn.includes('header') ? signed : {}),
    },
    body: encodeText(document, settings.encoding),
  };
}

/** The head in the order of the reference; the police register who asked, so the person at the desk goes before the configured one. */
function head(settings: Settings, question: Question, records: number): XmlOut[] {
  const asked = settings.requester;
  const personal = /^[0-9]{17}[0-9X]$/.test(question.operator.id);
  const operator =
    personal || (asked.QQRGMSFHM ?? '') === ''
      ? question.operator
      : { id: asked.QQRGMSFHM ?? '', name: asked.QQRXM ?? question.operator.name };
  const values: Record<string, string> = {
    FWQQBH: question.messageId,
    QQBWDM: asked.QQBWDM ?? '',
    QQBWMC: asked.QQBWMC ?? '',
    SJLYXTDM: asked.SJLYXTDM ?? '',
    SJLYXTMC: asked.SJLYXTMC ?? '',
    JLS: String(records),
    FSSJ: compactTime(question.at),
    QQRGMSFHM: operator.id,
    QQRXM: operator.name,
    QQRDWDM: asked.QQRDWDM ?? '',
    QQRDWMC: asked.QQRDWMC ?? question.operator.organisation,
    QQYWLXDM: asked.QQYWLXDM ?? question.matterCode ?? '',
    QQYWLXMC: asked.QQYWLXMC ?? question.purpose,
    QQYWXTDM: asked.QQYWXTDM ?? '',
    QQYWXTMC: asked.QQYWXTMC ?? '',
  };
  return Object.entries(values).map(([tag, value]) => xml(tag, value));
}

function open(settings: Settings, bytes: Uint8Array, contentType: string | undefined): Opened {
  const decoded = decodeText(bytes, { contentType });
  if (!decoded.ok) return unreadable(decoded.fault);
  const refused = gatewayRefusal(decoded.text, settings, decoded.warnings);
  if (refused) return refused;
  // The whole PACKAGE is one text of the outer document, so a large batch is one long text.
  const outer = readMessage(decoded.text, payloadLimits);
  if (!outer.ok) return unreadable(outer.fault, decoded.warnings);
  const warnings = [...decoded.warnings, ...outer.warnings];
  const content = soapContent(outer.root);
  if (content === undefined) return unreadable(unknownEnvelope('sfhc-soap'), warnings);
  const { at, body } = content;
  const failure = body && soapFault(body);
  if (failure) return refusal(failure, settings, warnings);
  const carried = carriedElement(at, (element) => element.local === 'PACKAGE', settings.extraDecodings);
  if (!carried.ok) return unreadable(carried.fault, warnings);
  if (carried.element === undefined) return unreadable(unknownEnvelope('sfhc-soap'), warnings);
  warnings.push(...carried.warnings);
  return openPackage(settings, asRoot(carried.element), operationOf(body), warnings);
}

/** `GK_GXFW_SFHCResponse` answers `GK_GXFW_SFHC`. */
function operationOf(body: XmlElement | undefined): string | undefined {
  const name = body && childrenOf(body)[0]?.local;
  return name?.endsWith('Response') ? name.slice(0, -'Response'.length) : undefined;
}

function openPackage(settings: Settings, root: XmlElement, operation: string | undefined, warnings: string[]): Opened {
  const headOf = childOf(root, 'PACKAGEHEAD');
  const code = textOf(childOf(headOf, 'FHDM')).trim();
  const message = textOf(childOf(headOf, 'FHMS')).trim();
  if (code === '') {
    const asking = childOf(headOf, 'FWQQBH') ?? childOf(headOf, 'QQRGMSFHM');
    return unreadable(asking ? requestNotAnswer('/PACKAGEHEAD') : statusMissing('/PACKAGEHEAD/FHDM'), warnings);
  }
  const decoded = () => xmlTree(root);
  if (settings.nothingFound.includes(code))
    return { status: 'nothing-found', records: [], warnings, decoded, ...spoken({ code, message }) };
  if (!settings.success.includes(code)) return refusal({ code, message }, settings, warnings);
  const elements = childrenOf(childOf(root, 'DATA') ?? root, 'RECORD');
  // Absent is a RECORD with degree 4; without any the answer leaves out whom it was asked about.
  if (elements.length === 0) {
    const missing = fault('no-rows', '/DATA', '成功的应答里没有 RECORD', 'the answer says success and has no RECORD').fault;
    return unreadable(missing, warnings);
  }
  const records = elements.map(record);
  return {
    status: 'ok',
    ...spoken({ code, message }),
    ...(operation === undefined ? {} : { operation }),
    records,
    warnings,
    decoded,
  };
}

function record(element: XmlElement): DecodedRecord {
  const tree = xmlTree(element);
  const value: JsonObject | string = typeof tree === 'object' && tree !== null && !Array.isArray(tree) ? tree : '';
  const plain: DecodedRecord = { value, pointer: pointerOf(element) };
  const code = attributeOf(element, 'code')?.trim() ?? '';
  if (code === '') return plain;
  const said = redact(`${code} ${attributeOf(element, 'msg') ?? ''}`.trim()).slice(0, 200);
  return {
    ...plain,
    refused: {
      reason: 'agency-refused-record',
      detail: { zh: `对方未受理这一条：${said}`, en: `the agency refused this record: ${said}` },
    },
  };
}

function recognises(bytes: Uint8Array): boolean {
  const head = glimpse(bytes);
  return head.includes('PACKAGEHEAD') || /<(?:[A-Za-z0-9_-]+:)?Fault[\s>]/.test(head);
}

const family: EnvelopeFamily = {
  id: 'sfhc-soap',
  title: { zh: '国家人口库身份核查（SOAP）', en: 'National population check (SOAP)' },
  recognises,
  settings: settingsSchema(list),
  create,
};
export default family;
