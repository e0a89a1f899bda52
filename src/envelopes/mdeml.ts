import { refusal, refusalSettings, spoken } from './auth-words.js';
import { readBase64 } from './base64.js';
import type { Envelope, EnvelopeFamily, Opened, Question, WrappedRequest } from './envelope.js';
import { type Readable, requestNotAnswer, statusMissing, unknownEnvelope, unreadable } from './fault.js';
import { gatewayRefusal } from './gateway-refusal.js';
import { leafText } from './json.js';
import { count, readSettings, type SettingValues, settingsSchema, text, textMap, texts } from './settings.js';
import { spacedTime } from './shanghai.js';
import { asRoot, carriedElement, mostAttempts, readMessage, soapContent, soapEnvelope, soapFault } from './soap.js';
import { decodeText, encodeText, glimpse } from './text.js';
import {
  childOf,
  childrenOf,
  descendantsOf,
  payloadLimits,
  pointerOf,
  textOf,
  writeXml,
  type XmlElement,
  xml,
  xmlTree,
  xmlWith,
} from './xml.js';

/**
 * The health ministry's medical certificate of death (死亡医学证明): `getSwyxzmInfo(username, password, xmlInput)` with Base64 of MDEML;
 * population-civil C′. `success` 0 means ok here. The answer is XML or Base64 of XML, told by its first character, in SOAP or bare.
 */

const list = {
  ...refusalSettings,
  path: text('', '相对于通道地址的路径 / path below the channel’s address'),
  namespace: text('', '操作的命名空间（未公开）/ namespace of the operation (not published)'),
  operation: text('getSwyxzmInfo', '操作名 / name of the operation'),
  soapAction: text('', 'SOAPAction 头（未公开）/ the SOAPAction header (not published)'),
  parameterNames: textMap(
    { user: 'username', password: 'password', message: 'xmlInput' },
    '三个参数的名称 / names of the three parameters',
    ['user', 'password', 'message'],
  ),
  user: text('', '用户名；签名方式给出时以其为准 / user name; that of the auth wins'),
  password: text('', '口令 / password', { secret: true }),
  requestOrgCode: text('', '请求单位代码 / code of the asking organisation'),
  requestOrgName: text('', '请求单位名称；空则用经办单位 / name of the asking organisation; empty = the operator’s'),
  success: texts(['0'], '表示成功的 success / values of success that mean ok'),
  extraDecodings: count(1, 0, '内层 XML 允许多转义的次数 / how many times more the inner XML may be escaped'),
};

type Settings = SettingValues<typeof list>;

function request(settings: Settings, question: Question, fields: Readonly<Record<string, string>>): WrappedRequest {
  const items = question.items ?? [question.parameters];
  const inner = writeXml(
    xmlWith(
      'MDEML',
      { templateVersion: '1.0' },
      xml(
        'requestinfo',
        xml('requestDate', spacedTime(question.at)),
        xml('requestOrgCode', settings.requestOrgCode),
        xml('requestOrgName', settings.requestOrgName || question.operator.organisation),
      ),
      xml(
        'body',
        ...items.map((item) => xml('data', ...Object.entries(item).map(([tag, value]) => xml(tag, leafText(value) ?? '')))),
      ),
    ),
    'UTF-8',
  );
  const prefix = settings.namespace === '' ? '' : 'web:';
  const names = settings.parameterNames;
  const operation = xml(
    `${prefix}${settings.operation}`,
    xml(names.user ?? 'username', fields.user ?? settings.user),
    xml(names.password ?? 'password', fields.password ?? settings.password),
    xml(names.message ?? 'xmlInput', Buffer.from(encodeText(inner, 'UTF-8')).toString('base64')),
  );
  return {
    method: 'POST',
    ...(settings.path === '' ? {} : { path: settings.path }),
    headers: { 'Content-Type': 'text/xml;charset=UTF-8', SOAPAction: `"${settings.soapAction}"` },
    body: encodeText(writeXml(soapEnvelope('1.1', 'soapenv', { web: settings.namespace }, [], operation), 'UTF-8'), 'UTF-8'),
  };
}

const isMdeml = (element: XmlElement) => element.local === 'MDEML';

function open(settings: Settings, bytes: Uint8Array, contentType: string | undefined): Opened {
  const decoded = decodeText(bytes, { contentType });
  if (!decoded.ok) return unreadable(decoded.fault);
  const refused = gatewayRefusal(decoded.text, settings, decoded.warnings);
  if (refused) return refused;
  const warnings = [...decoded.warnings];
  const plain = decoded.text.replace(/^[\uFEFF\s]+/, '');
  const outer = plain.startsWith('<') ? readMessage(plain, payloadLimits) : fromBase64(plain, warnings);
  if (!outer.ok) {
    const foreign = outer.fault.reason === 'bad-base64';
    return unreadable(foreign ? unknownEnvelope('mdeml') : outer.fault, warnings);
  }
  warnings.push(...outer.warnings);
  const content = soapContent(outer.root);
  if (content === undefined) return unreadable(unknownEnvelope('mdeml'), warnings);
  const failure = content.body && soapFault(content.body);
  if (failure) return refusal(failure, settings, warnings);
  const found = locate(settings, content.at, warnings);
  if (!found.ok) return unreadable(found.fault, warnings);
  return found.element === undefined
    ? unreadable(unknownEnvelope('mdeml'), warnings)
    : openMdeml(settings, asRoot(found.element), warnings);
}

/** Inline, as text, or as Base64 text of XML. */
function locate(settings: Settings, at: XmlElement, warnings: string[]): Readable<{ element: XmlElement | undefined }> {
  const carried = carriedElement(at, isMdeml, settings.extraDecodings, payloadLimits);
  if (!carried.ok) return carried;
  warnings.push(...carried.warnings);
  if (carried.element) return carried;
  let refused: Readable<never> | undefined;
  let attempts = 0;
  for (const holder of [at, ...descendantsOf(at)]) {
    const text = textOf(holder).trim();
    if (text.length < 16 || childrenOf(holder).length > 0) continue;
    attempts += 1;
    if (attempts > mostAttempts) break;
    const inner = fromBase64(text, warnings);
    if (inner.ok && isMdeml(inner.root)) return { ok: true, element: inner.root };
    if (!inner.ok) refused ??= inner;
  }
  return refused ?? { ok: true, element: undefined };
}

function fromBase64(text: string, warnings: string[]): ReturnType<typeof readMessage> {
  const payload = readBase64(text);
  if (!payload.ok) return payload;
  const decoded = decodeText(payload.bytes);
  if (!decoded.ok) return decoded;
  warnings.push(...decoded.warnings);
  return readMessage(decoded.text, payloadLimits);
}

function openMdeml(settings: Settings, root: XmlElement, warnings: string[]): Opened {
  const info = childOf(root, 'resultinfo');
  const code = textOf(childOf(info, 'success')).trim();
  const message = textOf(childOf(info, 'message')).trim();
  if (code === '') {
    const asking = childOf(root, 'requestinfo');
    return unreadable(asking ? requestNotAnswer('/requestinfo') : statusMissing('/resultinfo/success'), warnings);
  }
  if (!settings.success.includes(code)) return refusal({ code, message }, settings, warnings);
  const body = childOf(root, 'body');
  const filled = (body === undefined ? [] : childrenOf(body, 'data')).filter(
    (element) => textOf(element).trim() !== '' || [...descendantsOf(element)].some((child) => textOf(child).trim() !== ''),
  );
  const records = filled.map((element) => ({ value: xmlTree(element), pointer: pointerOf(element) }));
  return {
    status: records.length === 0 ? 'nothing-found' : 'ok',
    ...spoken({ code, message }),
    records,
    warnings,
    decoded: () => xmlTree(root),
  };
}

const family: EnvelopeFamily = {
  id: 'mdeml',
  title: { zh: '死亡医学证明查询（MDEML）', en: 'Death certificate query (MDEML)' },
  recognises: (bytes) => {
    const head = glimpse(bytes);
    // `PE1ERU1M` and `PD94bWw` are Base64 of `<MDEML` and `<?xml`.
    return /MDEML|getSwyxzmInfo|PE1ERU1M/.test(head) || /^\s*PD94bWw/.test(head);
  },
  settings: settingsSchema(list),
  create: (given): Envelope => {
    const settings = readSettings(list, given);
    return {
      id: 'mdeml',
      request: (question, fields) => request(settings, question, fields),
      open: (bytes, hints) => open(settings, bytes, hints?.contentType),
    };
  },
};
export default family;
