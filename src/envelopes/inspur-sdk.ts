import { refusal, refusalSettings, spoken } from './auth-words.js';
import type { Envelope, EnvelopeFamily, Opened, Question, WrappedRequest } from './envelope.js';
import { totalWithoutRows, unknownEnvelope, unreadable } from './fault.js';
import { meansSuccessSomewhere } from './gateway-refusal.js';
import { isBlank, isObject, type JsonObject, leafText, member, readJson, rowsOf } from './json.js';
import { rowRecords } from './rows.js';
import { choice, choices, readSettings, type SettingValues, settingsSchema, text, textMap, texts } from './settings.js';
import { decodeText, encodeText, glimpse } from './text.js';
import { escapeStep } from './xml-tree.js';

/**
 * The ministry's cremations (民政部 殡葬服务火化信息) as the Inspur open-service SDK carries them; population-civil C1, envelope 1.
 *
 * Asked by form POST (or GET) with the signature in the header, among the fields, or both. Answered
 * `{ status: "success", code: "0", result: { total, data, fields, errormsg } }`, every failure with HTTP 200.
 */

const list = {
  ...refusalSettings,
  path: text('', '相对于通道地址的路径 / path below the channel’s address'),
  method: choice('POST', ['POST', 'GET'], '表单 POST，或把参数放进地址 / form POST, or parameters in the address'),
  authIn: choices(['header', 'form'], ['header', 'form'], '签名字段放在哪里 / where the signed fields go'),
  parameters: textMap({}, '每次都发送的固定参数，如 clientName / fixed parameters of every request, clientName for instance'),
  successStatus: texts(['success'], '表示成功的 status / status values that mean success'),
  successCode: texts(['0'], '表示成功的 code / code values that mean success'),
  notAuthorisedCode: texts(['E-106'], '表示未授权的平台错误码 / platform codes that mean not authorised'),
};

type Settings = SettingValues<typeof list>;

function request(settings: Settings, question: Question, fields: Readonly<Record<string, string>>): WrappedRequest {
  const form: Record<string, string> = { ...settings.parameters };
  for (const [name, value] of Object.entries(question.parameters)) form[name] = leafText(value) ?? '';
  if (settings.authIn.includes('form')) Object.assign(form, fields);
  const headers = settings.authIn.includes('header') ? { ...fields } : {};
  const path = settings.path === '' ? {} : { path: settings.path };
  // Checked as bytes, so that a name the encoding cannot hold is refused rather than replaced.
  for (const value of Object.values(form)) encodeText(value, 'UTF-8');
  if (settings.method === 'GET') return { method: 'GET', ...path, query: form, headers };
  return {
    method: 'POST',
    ...path,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8', ...headers },
    body: encodeText(new URLSearchParams(form).toString(), 'UTF-8'),
  };
}

function open(settings: Settings, bytes: Uint8Array, contentType: string | undefined): Opened {
  const decoded = decodeText(bytes, { contentType });
  if (!decoded.ok) return unreadable(decoded.fault);
  const warnings = decoded.warnings;
  const json = readJson(decoded.text);
  if (!json.ok) return unreadable(json.fault, warnings);
  if (!isObject(json.value)) return unreadable(unknownEnvelope('inspur-sdk'), warnings);
  return openObject(settings, json.value, warnings);
}

function openObject(settings: Settings, root: JsonObject, warnings: string[]): Opened {
  const of = (name: string) => leafText(member(root, name)?.value);
  const status = of('status');
  const code = of('code');
  const resultAt = member(root, 'result');
  const result = objectIn(resultAt?.value);
  const errorMessage =
    leafText(member(result ?? {}, 'errormsg')?.value) ?? of('errorDescription') ?? of('error') ?? of('message') ?? of('msg');
  if (code !== undefined && settings.notAuthorisedCode.includes(code)) {
    return { status: 'not-authorised', records: [], warnings, ...spoken({ code, message: errorMessage }) };
  }
  if (status === undefined) {
    // The platform's own errors have no `status`; another envelope's success (`biz_data`) is not for us.
    const failed =
      of('error') ?? of('errorDescription') ?? (code !== undefined && !meansSuccessSomewhere(code) ? of('message') : undefined);
    return failed === undefined
      ? unreadable(unknownEnvelope('inspur-sdk'), warnings)
      : refusal({ code, message: errorMessage }, settings, warnings);
  }
  const success = settings.successStatus.includes(status) && code !== undefined && settings.successCode.includes(code);
  if (!success || leafText(member(result ?? {}, 'errormsg')?.value) !== undefined) {
    return refusal({ code: code ?? status, message: errorMessage }, settings, warnings);
  }
  if (resultAt === undefined || result === undefined) return unreadable(noRows('/result'), warnings);
  return openResult(root, resultAt.key, result, { code, message: undefined }, warnings);
}

function openResult(
  root: JsonObject,
  key: string,
  result: JsonObject,
  said: { code: string; message: undefined },
  warnings: string[],
): Opened {
  const at = `/${escapeStep(key)}`;
  const data = member(result, 'data');
  const totalText = leafText(member(result, 'total')?.value);
  const total = totalText !== undefined && /^[0-9]{1,9}$/.test(totalText) ? Number(totalText) : undefined;
  const rows = rowsOf(data?.value);
  if (rows === undefined || (data === undefined && total === undefined)) return unreadable(noRows(`${at}/data`), warnings);
  const counted = total === undefined ? {} : { total };
  const tree: JsonObject = { ...root, [key]: { ...result, ...(data === undefined ? {} : { [data.key]: rows.decoded }) } };
  const decoded = () => tree;
  if (rows.rows.length === 0) {
    if (total !== undefined && total > 0) return unreadable(totalWithoutRows(`${at}/total`), warnings);
    return { status: 'nothing-found', records: [], warnings, decoded, ...spoken(said), ...counted };
  }
  if (total !== undefined && total === 0) warnings.push('total 为 0 却有记录 / total is 0 and there are rows');
  const pointer = `${at}/${escapeStep(data?.key ?? 'data')}`;
  return { status: 'ok', records: rowRecords(rows, pointer), warnings, decoded, ...spoken(said), ...counted };
}

/** `result` itself may be JSON inside a text. */
function objectIn(value: Parameters<typeof isObject>[0]): JsonObject | undefined {
  if (isObject(value)) return value;
  if (typeof value !== 'string' || isBlank(value)) return undefined;
  const inner = readJson(value);
  return inner.ok && isObject(inner.value) ? inner.value : undefined;
}

function noRows(pointer: string) {
  return {
    reason: 'no-rows',
    pointer,
    detail: { zh: '成功的应答里没有记录节点', en: 'the answer says success and has no node for rows' },
  };
}

const family: EnvelopeFamily = {
  id: 'inspur-sdk',
  title: { zh: '浪潮开放服务（表单请求，JSON 应答）', en: 'Inspur open service (form request, JSON answer)' },
  recognises: (bytes) => {
    const head = glimpse(bytes).trimStart();
    if (!head.startsWith('{') || /"biz_?data"\s*:/i.test(head)) return false;
    return (/"status"\s*:/i.test(head) && /"result"\s*:/i.test(head)) || /"errorDescription"\s*:/i.test(head);
  },
  settings: settingsSchema(list),
  create: (given): Envelope => {
    const settings = readSettings(list, given);
    return {
      id: 'inspur-sdk',
      request: (question, fields) => request(settings, question, fields),
      open: (bytes, hints) => open(settings, bytes, hints?.contentType),
    };
  },
};
export default family;
