import type { Json } from '../model/index.js';
import { refusal, refusalSettings, spoken } from './auth-words.js';
import type { Envelope, EnvelopeFamily, Opened, Question, WrappedRequest } from './envelope.js';
import { statusMissing, totalWithoutRows, unknownEnvelope, unreadable } from './fault.js';
import { isObject, type JsonObject, leafText, member, readJson, rowsOf } from './json.js';
import { rowRecords } from './rows.js';
import { choice, choices, flag, readSettings, type SettingValues, settingsSchema, text, textMap, texts } from './settings.js';
import { spacedTime } from './shanghai.js';
import { decodeText, encodeText } from './text.js';
import { escapeStep } from './xml-tree.js';

/**
 * A province's sharing platform of the 2024 generation (全国一体化政务数据共享, 数据直达, `gjzwfwpt_*`) in front of an agency; population-civil A.2.
 *
 * Two ways are known, each from one deployment and not from the specification, so whatever they do not settle is a setting:
 * `json` — `POST /sysapi/<path>`, a JSON body whose keys are all lower case, answered `{ code: "200", message, data }`;
 * `form` — `POST …/gateway/httpproxy`, form fields `access_key`, `format`, `request_id`, `sign`, `timestamp`, `version` beside `biz_content`,
 * answered `{ code: "1", msg, biz_data: { result | rows } }`. A failure comes with HTTP 200 in both.
 */

const list = {
  ...refusalSettings,
  way: choice(
    'json',
    ['json', 'form'],
    '2024 年直达接口，或安徽式表单代理 / the direct interface of 2024, or the form proxy seen in Anhui',
  ),
  path: text('', '未列出的操作的路径（如 /sysapi/…） / path of operations not listed (/sysapi/… for instance)'),
  paths: textMap({}, '操作 → 路径 / operation → path'),
  lowerCaseKeys: flag(
    true,
    'json：参数名一律小写（一处实现，未见规范原文） / json: parameter names in lower case (one implementation)',
  ),
  accessKey: text('', 'form：access_key，即 appkey / form: access_key, the appkey', { secret: true }),
  fields: textMap({ format: 'json', version: '1.0' }, 'form：每次都发送的固定字段 / form: fixed fields of every request'),
  signFrom: text(
    'gjzwfwpt_sign',
    'form：sign 字段取自哪个签名字段，空则不发送（未公开） / form: which signed field goes into `sign`; empty = none (not published)',
  ),
  timestamp: choice(
    'milliseconds',
    ['milliseconds', 'shanghai', 'none'],
    'form：timestamp 的写法（未公开；所见客户端发送空值也得到应答） / form: how timestamp is written (not published; a client that sends none was answered)',
  ),
  parametersIn: choice(
    'biz_content',
    ['biz_content', 'fields'],
    'form：业务参数放在 biz_content 的 JSON 里，或平铺为字段 / form: parameters as JSON in biz_content, or each a field',
  ),
  authIn: choices(
    ['header'],
    ['header', 'form'],
    '签名字段放在哪里（form 仅用于表单） / where the signed fields go (form: of the form way only)',
  ),
  alsoPrefix: text(
    '',
    '签名字段另以此前缀重复一遍（安徽火化接口为 gjgxjhpt_） / signed fields are sent a second time under this prefix (gjgxjhpt_ for cremations in Anhui)',
  ),
  success: texts([], '表示成功的 code；空则 json 为 200，form 为 1 / codes that mean success; empty = 200 for json, 1 for form'),
  nothingFound: texts([], '表示查无结果的 code（未公开） / codes that mean nothing was found (not published)'),
  notAuthorisedCode: texts(
    ['401', '403', 'E-106'],
    '表示未授权的 code（未公开） / codes that mean not authorised (not published)',
  ),
  busyCode: texts([], '表示稍后再问的 code（未公开） / codes that mean ask again later (not published)'),
};

type Settings = SettingValues<typeof list>;

// ---- asking --------------------------------------------------------------------------------------------------------------------------------

function request(settings: Settings, question: Question, signed: Readonly<Record<string, string>>): WrappedRequest {
  const at = settings.paths[question.operation] ?? settings.path;
  const path = at === '' ? {} : { path: at };
  const auth = { ...signed, ...repeated(signed, settings.alsoPrefix) };
  const parameters: Record<string, Json> = { ...question.parameters };
  if (question.items !== undefined) parameters.data = question.items.map((item) => ({ ...item }));
  if (settings.way === 'json') {
    const body = settings.lowerCaseKeys ? lowerCase(parameters) : parameters;
    return {
      method: 'POST',
      ...path,
      headers: { 'Content-Type': 'application/json;charset=UTF-8', ...auth },
      body: encodeText(JSON.stringify(body), 'UTF-8'),
    };
  }
  const form: Record<string, string> = { ...settings.fields, request_id: question.messageId };
  if (settings.accessKey !== '') form.access_key = settings.accessKey;
  if (settings.signFrom !== '') form.sign = signed[settings.signFrom] ?? '';
  if (settings.timestamp !== 'none') {
    form.timestamp = settings.timestamp === 'shanghai' ? spacedTime(question.at) : String(question.at.getTime());
  }
  if (settings.parametersIn === 'biz_content') form.biz_content = JSON.stringify(parameters);
  else for (const [name, value] of Object.entries(parameters)) form[name] = leafText(value) ?? '';
  if (settings.authIn.includes('form')) Object.assign(form, auth);
  // Checked as bytes, so that a name the encoding cannot hold is refused rather than replaced.
  for (const value of Object.values(form)) encodeText(value, 'UTF-8');
  return {
    method: 'POST',
    ...path,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8',
      ...(settings.authIn.includes('header') ? auth : {}),
    },
    body: encodeText(new URLSearchParams(form).toString(), 'UTF-8'),
  };
}

/** `gjzwfwpt_rid` as `<prefix>rid`. */
function repeated(signed: Readonly<Record<string, string>>, prefix: string): Record<string, string> {
  if (prefix === '') return {};
  return Object.fromEntries(
    Object.entries(signed).map(([name, value]) => [`${prefix}${name.slice(name.lastIndexOf('_') + 1)}`, value]),
  );
}

function lowerCase(value: Json): Json {
  if (Array.isArray(value)) return value.map(lowerCase);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name.toLowerCase(), lowerCase(item)]));
}

// ---- answered ------------------------------------------------------------------------------------------------------------------------------

function open(settings: Settings, bytes: Uint8Array, contentType: string | undefined): Opened {
  const decoded = decodeText(bytes, { contentType });
  if (!decoded.ok) return unreadable(decoded.fault);
  const { warnings } = decoded;
  const json = readJson(decoded.text);
  if (!json.ok) return unreadable(json.fault, warnings);
  const root = json.value;
  const hasOther = isObject(root) && foreign.some((name) => member(root, name) !== undefined);
  if (!isObject(root) || hasOther || member(root, 'code') === undefined) {
    return unreadable(unknownEnvelope('sharing-platform'), warnings);
  }
  const said = saidIn(root);
  if (said.code === undefined) return unreadable(statusMissing('/code'), warnings);
  const refused = refusedBy(settings, { code: said.code, message: said.message }, warnings);
  if (refused !== undefined) return refused;
  return openRows(settings, root, { code: said.code, message: said.message }, warnings);
}

/** Members that only another family's envelope has. */
const foreign = ['infcode', 'infno', 'retCode', 'encData', 'result', 'resultCode', 'datas', 'head', 'status'];

interface Said {
  code: string;
  message: string | undefined;
}

function saidIn(root: JsonObject): { code: string | undefined; message: string | undefined } {
  return {
    code: leafText(member(root, 'code')?.value),
    message: leafText(member(root, 'message')?.value) ?? leafText(member(root, 'msg')?.value),
  };
}

function refusedBy(settings: Settings, said: Said, warnings: string[]): Opened | undefined {
  if (settings.nothingFound.includes(said.code)) {
    return { status: 'nothing-found', records: [], warnings, ...spoken(said) };
  }
  const success = settings.success.length > 0 ? settings.success : [settings.way === 'json' ? '200' : '1'];
  if (success.includes(said.code)) return undefined;
  const opened = refusal(said, settings, warnings);
  // What the words say comes first: they tell a clock that is off and a secret that is old.
  if (opened.status !== 'failed') return opened;
  if (settings.notAuthorisedCode.includes(said.code)) return { ...opened, status: 'not-authorised' };
  return settings.busyCode.includes(said.code) ? { ...opened, status: 'busy' } : opened;
}

/** Where the rows may be, below the answer's data; the first that is there. */
const rowNames = ['result', 'rows', 'data', 'list', 'records'];
const totalNames = ['recordcount', 'total', 'totalCount'];
const pageNames = { number: ['pageNumber', 'pageNum', 'current'], of: ['totalPage', 'pages'] };

function openRows(settings: Settings, root: JsonObject, said: Said, warnings: string[]): Opened {
  const outer = member(root, settings.way === 'json' ? 'data' : 'biz_data');
  if (outer === undefined) return unreadable(unknownEnvelope('sharing-platform'), warnings);
  const at = `/${escapeStep(outer.key)}`;
  const holder = rowsOf(outer.value);
  if (holder === undefined) return unreadable(unknownEnvelope('sharing-platform', at), warnings);
  const object = holder.single && isObject(holder.decoded) ? holder.decoded : undefined;
  const inner =
    object === undefined ? undefined : rowNames.map((name) => member(object, name)).find((found) => found !== undefined);
  if (object === undefined || (inner === undefined && countIn(object, [...totalNames, ...pageNames.of]) === undefined)) {
    return answer(rowRecords(holder, at), said, warnings, { ...root, [outer.key]: holder.decoded });
  }
  // The agency behind the platform has a status of its own.
  const own = leafText(member(object, 'code')?.value);
  if (own !== undefined && !['0', '200', '00'].includes(own)) {
    return refusal({ code: own, message: saidIn(object).message }, settings, warnings);
  }
  const rowsAt = `${at}/${escapeStep(inner?.key ?? 'rows')}`;
  const rows = rowsOf(inner?.value);
  if (rows === undefined) return unreadable(unknownEnvelope('sharing-platform', rowsAt), warnings);
  const total = countIn(object, totalNames);
  const number = countIn(object, pageNames.number);
  const of = countIn(object, pageNames.of);
  if (rows.rows.length === 0 && ((number ?? 1) < (of ?? 0) || ((number ?? 1) === 1 && (total ?? 0) > 0))) {
    return unreadable(totalWithoutRows(at), warnings);
  }
  const tree: JsonObject = { ...root, [outer.key]: { ...object, ...(inner === undefined ? {} : { [inner.key]: rows.decoded }) } };
  return {
    ...answer(rowRecords(rows, rowsAt), said, warnings, tree),
    ...(total === undefined ? {} : { total }),
    ...(of === undefined ? {} : { page: { ...(number === undefined ? {} : { number }), of } }),
  };
}

function answer(records: Opened['records'], said: Said, warnings: string[], tree: Json): Opened {
  const status = records.length === 0 ? ('nothing-found' as const) : ('ok' as const);
  return { status, ...spoken(said), records, warnings, decoded: () => tree };
}

function countIn(object: JsonObject, names: readonly string[]): number | undefined {
  const found = names
    .map((name) => leafText(member(object, name)?.value))
    .find((one) => one !== undefined && /^[0-9]{1,9}$/.test(one));
  return found === undefined ? undefined : Number(found);
}

const family: EnvelopeFamily = {
  id: 'sharing-platform',
  title: {
    zh: '政务数据共享平台（gjzwfwpt，直达接口或表单代理）',
    en: 'Government data-sharing platform (gjzwfwpt: direct interface or form proxy)',
  },
  // Its answers are read by `json-rows` too, which needs no settings: bytes alone never tell that they went through this platform.
  recognises: () => false,
  settings: settingsSchema(list),
  create: (given): Envelope => {
    const settings = readSettings(list, given);
    return {
      id: 'sharing-platform',
      request: (question, fields) => request(settings, question, fields),
      open: (bytes, hints) => open(settings, bytes, hints?.contentType),
    };
  },
};
export default family;
