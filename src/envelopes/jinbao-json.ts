import type { Json } from '../model/index.js';
import { refusal, refusalSettings, spoken } from './auth-words.js';
import type { Envelope, EnvelopeFamily, Opened, Question, WrappedRequest } from './envelope.js';
import { requestNotAnswer, statusMissing, totalWithoutRows, unknownEnvelope, unreadable } from './fault.js';
import { gatewayRefusal } from './gateway-refusal.js';
import { isObject, type JsonObject, leafText, member, readJson, rowsOf } from './json.js';
import { rowRecords } from './rows.js';
import { readSettings, type SettingValues, settingsSchema, text, textMap, texts } from './settings.js';
import { decodeText, encodeText, glimpse } from './text.js';
import { escapeStep } from './xml-tree.js';

/**
 * The social-insurance house style (金保工程) of a JSON page: `{ retCode: "200", retMsg, data: { pageNumber, pageSize, totalPage, data: […] } }`;
 * domain 7.1, C3. The provincial appraisal interface itself is not published: this is the default until the province says otherwise.
 */

const list = {
  ...refusalSettings,
  path: text('', '未列出的操作的路径；空则为通道地址本身 / path of operations not listed; empty = the channel’s address'),
  paths: textMap({}, '操作 → 路径 / operation → path'),
  operationField: text('', '请求里放操作名的字段；空则不放 / field of the request that names the operation; empty = none'),
  itemsField: text('data', '一次问多人时放列表的字段 / field of the list where several are asked about'),
  contextFields: textMap({}, '经办人与目的放在哪些字段 / which fields carry operator and purpose', [
    'operatorName',
    'operatorId',
    'organisation',
    'purpose',
    'matterCode',
    'messageId',
  ]),
  success: texts(['200'], '表示成功的 retCode（未公开）/ retCode that means success (not published)'),
  nothingFound: texts([], '表示查无结果的 retCode / retCode that mean nothing was found'),
  notAuthorisedCode: texts(['401', '403'], '表示未授权的 retCode（未公开）/ retCode that mean not authorised (not published)'),
};

type Settings = SettingValues<typeof list>;

function request(settings: Settings, question: Question, fields: Readonly<Record<string, string>>): WrappedRequest {
  const context: Record<string, string> = {
    operatorName: question.operator.name,
    operatorId: question.operator.id,
    organisation: question.operator.organisation,
    purpose: question.purpose,
    matterCode: question.matterCode ?? '',
    messageId: question.messageId,
  };
  const body: { [key: string]: Json } = { ...question.parameters };
  if (question.items) body[settings.itemsField] = question.items.map((item) => ({ ...item }));
  if (settings.operationField !== '') body[settings.operationField] = question.operation;
  for (const [what, field] of Object.entries(settings.contextFields)) body[field] = context[what] ?? '';
  const path = settings.paths[question.operation] ?? settings.path;
  return {
    method: 'POST',
    ...(path === '' ? {} : { path }),
    headers: { 'Content-Type': 'application/json;charset=UTF-8', ...fields },
    body: encodeText(JSON.stringify(body), 'UTF-8'),
  };
}

function open(settings: Settings, bytes: Uint8Array, contentType: string | undefined): Opened {
  const decoded = decodeText(bytes, { contentType });
  if (!decoded.ok) return unreadable(decoded.fault);
  const warnings = decoded.warnings;
  const json = readJson(decoded.text);
  if (!json.ok) return unreadable(json.fault, warnings);
  const root = json.value;
  if (!isObject(root)) return unreadable(unknownEnvelope('jinbao-json'), warnings);
  const retCode = member(root, 'retCode');
  if (retCode === undefined) {
    const refused = gatewayRefusal(decoded.text, settings, warnings);
    if (refused) return notAllowed(settings, refused);
    const asking = settings.operationField !== '' && member(root, settings.operationField);
    return unreadable(asking ? requestNotAnswer() : unknownEnvelope('jinbao-json'), warnings);
  }
  const code = leafText(retCode.value);
  if (code === undefined) return unreadable(statusMissing(`/${escapeStep(retCode.key)}`), warnings);
  const said = { code, message: leafText(member(root, 'retMsg')?.value) };
  if (settings.nothingFound.includes(code))
    return { status: 'nothing-found', records: [], warnings, decoded: () => root, ...spoken(said) };
  if (!settings.success.includes(code)) return notAllowed(settings, refusal(said, settings, warnings));
  return openData(root, said, warnings);
}

/** A refusal whose code says that we are not allowed; what its words say comes first. */
function notAllowed(settings: Settings, opened: Opened): Opened {
  const isNotAllowed =
    opened.status === 'failed' && opened.code !== undefined && settings.notAuthorisedCode.includes(opened.code);
  return isNotAllowed ? { ...opened, status: 'not-authorised' } : opened;
}

function openData(root: JsonObject, said: { code: string; message: string | undefined }, warnings: string[]): Opened {
  const outer = member(root, 'data');
  const key = outer?.key ?? 'data';
  const at = `/${escapeStep(key)}`;
  const holder = rowsOf(outer?.value);
  if (holder === undefined) return unreadable(unknownEnvelope('jinbao-json', at), warnings);
  const pageObject = holder.single && isObject(holder.decoded) ? holder.decoded : undefined;
  const inner = pageObject && member(pageObject, 'data');
  const paged = pageObject !== undefined && (inner !== undefined || member(pageObject, 'totalPage') !== undefined);
  if (!paged) {
    const tree: JsonObject = { ...root, [key]: holder.decoded };
    return answer(rowRecords(holder, at), said, warnings, tree, {});
  }
  const innerAt = `${at}/${escapeStep(inner?.key ?? 'data')}`;
  const rows = rowsOf(inner?.value);
  if (rows === undefined) return unreadable(unknownEnvelope('jinbao-json', innerAt), warnings);
  const number = wholeNumber(pageObject, 'pageNumber');
  const of = wholeNumber(pageObject, 'totalPage');
  const total = wholeNumber(pageObject, 'total') ?? wholeNumber(pageObject, 'totalCount');
  // A last page may be empty (a server that always counts one page); a page before the last, or a counted row, may not.
  if (rows.rows.length === 0 && ((number ?? 1) < (of ?? 0) || (number === 1 && (total ?? 0) > 0))) {
    return unreadable(totalWithoutRows(`${at}/totalPage`), warnings);
  }
  const tree: JsonObject = { ...root, [key]: { ...pageObject, ...(inner === undefined ? {} : { [inner.key]: rows.decoded }) } };
  return answer(rowRecords(rows, innerAt), said, warnings, tree, {
    ...(total === undefined ? {} : { total }),
    ...(of === undefined ? {} : { page: { ...(number === undefined ? {} : { number }), of } }),
  });
}

function answer(
  records: Opened['records'],
  said: { code: string; message: string | undefined },
  warnings: string[],
  tree: Json,
  counted: Pick<Opened, 'page' | 'total'>,
): Opened {
  return {
    status: records.length === 0 ? 'nothing-found' : 'ok',
    ...spoken(said),
    records,
    warnings,
    ...counted,
    decoded: () => tree,
  };
}

function wholeNumber(object: JsonObject, name: string): number | undefined {
  const text = leafText(member(object, name)?.value);
  return text !== undefined && /^[0-9]{1,9}$/.test(text) ? Number(text) : undefined;
}

const family: EnvelopeFamily = {
  id: 'jinbao-json',
  title: {
    zh: '金保工程 JSON（未公开接口的默认格式）',
    en: 'Social-insurance JSON page (default for an interface that is not published)',
  },
  recognises: (bytes) => {
    const head = glimpse(bytes).trimStart();
    return head.startsWith('{') && /"ret_?code"\s*:/i.test(head);
  },
  settings: settingsSchema(list),
  create: (given): Envelope => {
    const settings = readSettings(list, given);
    return {
      id: 'jinbao-json',
      request: (question, fields) => request(settings, question, fields),
      open: (bytes, hints) => open(settings, bytes, hints?.contentType),
    };
  },
};
export default family;
