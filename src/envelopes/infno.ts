import { createHash } from 'node:crypto';
import type { Json } from '../model/index.js';
import { holdsWord, refusal, refusalSettings, spoken } from './auth-words.js';
import type { Envelope, EnvelopeFamily, Opened, Question, WrappedRequest } from './envelope.js';
import { requestNotAnswer, statusMissing, unknownEnvelope, unreadable } from './fault.js';
import { meansSuccessSomewhere } from './gateway-refusal.js';
import { isBlank, isObject, type JsonObject, leafText, member, readJson } from './json.js';
import { flag, readSettings, type Setting, type SettingValues, settingsSchema, text, textMap, texts } from './settings.js';
import { compactTime, spacedTime } from './shanghai.js';
import { decodeText, encodeText, glimpse } from './text.js';
import { escapeStep } from './xml-tree.js';

/**
 * The national medical-insurance interface (国家医保 15-type standard), transactions told by `infno`; health-insurance 6.
 *
 * Request envelope 6.1, answer 6.2. Only `infcode` 0, number or text, means ok; `"1"` in the specification's own sample does not.
 * Gateway errors `{ "code": 401, "message" }` have another shape and are told by their body, whatever the HTTP status says.
 */

/** Paths of one real installation (health-insurance 6.5, C1); 5201 and 5202 are not in that list. */
const knownPaths: Readonly<Record<string, string>> = {
  '1101': '/fsi/api/fsiPsnInfoService/queryPsnInfo',
  '5203': '/fsi/api/fsiIntegratedQueryService/querySetlInfo',
  '5204': '/fsi/api/fsiIntegratedQueryService/queryFeeList',
  '5301': '/fsi/api/fsiIntegratedQueryService/queryPsnOpspReg',
  '5303': '/fsi/api/fsiIntegratedQueryService/queryInhospInfo',
};

/** Node name → the transaction that answers with it; `data` belongs to several and is 5303 only where nothing else is known. */
const nodes: Readonly<Record<string, string>> = {
  baseinfo: '1101',
  mdtrtinfo: '5201',
  diseinfo: '5202',
  setlinfo: '5203',
};

const envelopeText = (otherwise: string, what: string): Setting<string> => text(otherwise, `报文头 ${what} / request envelope`);

const list = {
  ...refusalSettings,
  path: text('', '未列出的交易的路径；空则为通道地址本身 / path of transactions not listed; empty = the channel’s address'),
  paths: textMap({}, '交易编号 → 路径 / infno → path'),
  knownPaths: flag(
    false,
    '未列出的交易用已知的一处安装的路径 / for transactions not listed, use the paths of one known installation',
  ),
  node: text('data', '业务参数所在节点 / node that holds the business parameters'),
  mdtrtarea_admvs: envelopeText('', 'mdtrtarea_admvs'),
  insuplc_admdvs: envelopeText('', 'insuplc_admdvs'),
  recer_sys_code: envelopeText('', 'recer_sys_code'),
  dev_no: envelopeText('', 'dev_no'),
  dev_safe_info: envelopeText('', 'dev_safe_info'),
  cainfo: envelopeText('', 'cainfo'),
  signtype: envelopeText('', 'signtype'),
  infver: envelopeText('V1.0', 'infver'),
  opter_type: envelopeText('1', 'opter_type'),
  opter: envelopeText('', 'opter；空则为经办人'),
  opter_name: envelopeText('', 'opter_name；空则为经办人'),
  fixmedins_code: envelopeText('', 'fixmedins_code（12 位）'),
  fixmedins_name: envelopeText('', 'fixmedins_name；空则为经办单位'),
  sign_no: envelopeText('', 'sign_no'),
  success: texts(['0'], '表示成功的 infcode / infcode values that mean success'),
  nothingFound: texts(
    ['未查询到人员基本信息'],
    '失败应答里表示查无此人的文字 / words of a failed answer that mean nobody was found',
  ),
  notAuthorisedCode: texts(['401'], '网关错误里表示未授权的 code / codes of gateway errors that mean not authorised'),
  busyCode: texts(['429', '503'], '网关错误里表示繁忙的 code（未公开）/ codes of gateway errors that mean busy (not published)'),
};

type Settings = SettingValues<typeof list>;

function create(given: Parameters<EnvelopeFamily['create']>[0]): Envelope {
  const settings = readSettings(list, given);
  let serial: number | undefined;
  const nextSerial = (messageId: string): string => {
    // Starts anywhere, so that two processes asking in the same second do not begin alike; then counts, so that one never repeats itself.
    serial =
      serial === undefined ? createHash('sha256').update(messageId).digest().readUInt32BE(0) % 10_000 : (serial + 1) % 10_000;
    return String(serial).padStart(4, '0');
  };
  return {
    id: 'infno',
    request: (question, fields) => request(settings, question, fields, nextSerial(question.messageId)),
    open: (bytes, hints) => open(settings, bytes, hints ?? {}),
  };
}

function request(
  settings: Settings,
  question: Question,
  fields: Readonly<Record<string, string>>,
  serial: string,
): WrappedRequest {
  const { insuplc_admdvs, ...parameters } = question.parameters;
  const body = {
    infno: question.operation,
    // 12 + 14 + 4 characters; a bureau without an institution code fills with zeros.
    msgid: `${settings.fixmedins_code.padEnd(12, '0').slice(0, 12)}${compactTime(question.at)}${serial}`,
    mdtrtarea_admvs: settings.mdtrtarea_admvs,
    insuplc_admdvs: leafText(insuplc_admdvs) ?? settings.insuplc_admdvs,
    recer_sys_code: settings.recer_sys_code,
    dev_no: settings.dev_no,
    dev_safe_info: settings.dev_safe_info,
    cainfo: settings.cainfo,
    signtype: settings.signtype,
    infver: settings.infver,
    opter_type: settings.opter_type,
    opter: settings.opter || question.operator.id,
    opter_name: settings.opter_name || question.operator.name,
    inf_time: spacedTime(question.at),
    fixmedins_code: settings.fixmedins_code,
    fixmedins_name: settings.fixmedins_name || question.operator.organisation,
    sign_no: settings.sign_no,
    input: { [settings.node]: question.items ? [...question.items] : parameters },
  };
  const path =
    settings.paths[question.operation] ?? (settings.knownPaths ? knownPaths[question.operation] : undefined) ?? settings.path;
  return {
    method: 'POST',
    ...(path === '' ? {} : { path }),
    headers: { 'Content-Type': 'application/json;charset=UTF-8', ...fields },
    body: encodeText(JSON.stringify(body), 'UTF-8'),
  };
}

function open(settings: Settings, bytes: Uint8Array, hints: { contentType?: string; operation?: string }): Opened {
  const decoded = decodeText(bytes, { contentType: hints.contentType });
  if (!decoded.ok) return unreadable(decoded.fault);
  const warnings = decoded.warnings;
  const json = readJson(decoded.text);
  if (!json.ok) return unreadable(json.fault, warnings);
  const root = json.value;
  if (!isObject(root)) return unreadable(unknownEnvelope('infno'), warnings);
  const infcode = member(root, 'infcode');
  if (infcode === undefined) return openForeign(settings, root, warnings);
  const code = leafText(infcode.value);
  if (code === undefined) return unreadable(statusMissing(`/${escapeStep(infcode.key)}`), warnings);
  const message = leafText(member(root, 'err_msg')?.value);
  if (!settings.success.includes(code)) return openRefusal(settings, { code, message }, warnings, root);
  return openOutput(root, { code, message }, hints.operation, warnings);
}

/** No `infcode`: the gateway's own error, a request, a signed envelope, or somebody else's message. */
function openForeign(settings: Settings, root: JsonObject, warnings: string[]): Opened {
  if (member(root, 'infno') && member(root, 'input')) return unreadable(requestNotAnswer(), warnings);
  const code = leafText(member(root, 'code')?.value);
  const message = leafText(member(root, 'message')?.value) ?? leafText(member(root, 'msg')?.value);
  if (code === undefined || message === undefined || meansSuccessSomewhere(code))
    return unreadable(unknownEnvelope('infno'), warnings);
  const said = { code, message };
  if (holdsWord(message, settings.clockWords)) return clock(said, warnings);
  if (settings.busyCode.includes(code)) return { status: 'busy', records: [], warnings, ...spoken(said) };
  if (settings.notAuthorisedCode.includes(code)) {
    const refreshable = holdsWord(message, settings.authWords);
    return { status: 'not-authorised', ...(refreshable ? { refreshable } : {}), records: [], warnings, ...spoken(said) };
  }
  return refusal(said, settings, warnings);
}

function openRefusal(
  settings: Settings,
  said: { code: string; message: string | undefined },
  warnings: string[],
  root: JsonObject,
): Opened {
  const message = said.message ?? '';
  if (holdsWord(message, settings.nothingFound)) {
    return { status: 'nothing-found', records: [], warnings, decoded: () => root, ...spoken(said) };
  }
  if (holdsWord(message, settings.clockWords)) return clock(said, warnings);
  return refusal(said, settings, warnings);
}

/** A wrong clock is mended by the operator; a fresh secret or a second try changes nothing. */
function clock(said: { code: string; message: string | undefined }, warnings: string[]): Opened {
  return { status: 'not-authorised', clock: true, records: [], warnings, ...spoken(said) };
}

function openOutput(
  root: JsonObject,
  said: { code: string; message: string | undefined },
  asked: string | undefined,
  warnings: string[],
): Opened {
  const at = member(root, 'output');
  const key = at?.key ?? 'output';
  const pointer = `/${escapeStep(key)}`;
  let output: Json = at?.value ?? null;
  if (typeof output === 'string' && !isBlank(output)) {
    const inner = readJson(output);
    // Cipher text of a signed envelope (6.4 D, E) is no output that could be read here.
    if (!inner.ok || typeof inner.value === 'string') return unreadable(unknownEnvelope('infno', pointer), warnings);
    output = inner.value;
  }
  const tree: JsonObject = { ...root, [key]: output };
  const outputs = (Array.isArray(output) ? output : [output]).map((value, index) => ({
    value,
    pointer: Array.isArray(output) ? `${pointer}/${index}` : pointer,
  }));
  const records = outputs.filter((item) => !isEmptyNode(item.value));
  const operation =
    leafText(member(root, 'infno')?.value) ??
    operationOf(
      outputs.map((item) => item.value),
      asked,
    );
  return {
    status: records.length === 0 ? 'nothing-found' : 'ok',
    ...spoken(said),
    ...(operation === undefined ? {} : { operation }),
    records,
    warnings,
    decoded: () => tree,
  };
}

/** `null`, blank, `{}`, `[]`, and whatever holds nothing else. */
function isEmptyNode(value: Json): boolean {
  if (isBlank(value)) return true;
  if (Array.isArray(value)) return value.every(isEmptyNode);
  return isObject(value) && Object.values(value).every(isEmptyNode);
}

function operationOf(outputs: readonly Json[], asked: string | undefined): string | undefined {
  for (const output of outputs) {
    if (!isObject(output)) continue;
    for (const [node, infno] of Object.entries(nodes)) if (member(output, node)) return infno;
    if (asked === undefined && member(output, 'data')) return '5303';
  }
  return asked;
}

const family: EnvelopeFamily = {
  id: 'infno',
  title: { zh: '国家医保接口（infno）', en: 'National medical-insurance interface (infno)' },
  recognises: (bytes) => {
    const head = glimpse(bytes).trimStart();
    return (
      head.startsWith('{') &&
      (/"infcode"\s*:|"infno"\s*:/i.test(head) || (/"code"\s*:\s*"?401/.test(head) && /"message"\s*:/.test(head)))
    );
  },
  settings: settingsSchema(list),
  create,
};
export default family;
