import type { Json } from '../model/index.js';
import { refusal, refusalSettings } from './auth-words.js';
import type { Envelope, EnvelopeFamily, Opened } from './envelope.js';
import { fault, statusMissing, totalWithoutRows, unknownEnvelope, unreadable } from './fault.js';
import { gatewayRefusal, meansSuccessSomewhere } from './gateway-refusal.js';
import { isObject, type JsonObject, leafText, member, readJson, rowsOf } from './json.js';
import { rowRecords } from './rows.js';
import { readSettings, type SettingValues, settingsSchema, text, texts } from './settings.js';
import { decodeText, glimpse } from './text.js';
import { escapeStep } from './xml-tree.js';

/**
 * An agency's rows as JSON: one object, or an array of them, with nothing around it (Founder's death certificates, for instance) or in the
 * wrapping of one of the platforms met, whose status is judged first: an empty list that comes with a failure is no absence.
 */

const pointerPattern = '^(/([^~/]|~[01])*)*$';

const list = {
  ...refusalSettings,
  rows: text(
    '',
    '记录所在的 JSON Pointer；空则为已知的平台格式或整个文件 / JSON Pointer of the rows; empty = a known wrapping, else the whole file',
    {
      pattern: pointerPattern,
    },
  ),
  statusAt: text(
    '',
    '状态码所在的 JSON Pointer；空则为已知的平台格式 / JSON Pointer of the status; empty = that of a known wrapping',
    {
      pattern: pointerPattern,
    },
  ),
  success: texts([], '表示成功的状态码（配合 statusAt） / status values that mean success, with statusAt'),
  encoding: text('', '没有标注时的编码 / encoding where nothing says it'),
};

type Settings = SettingValues<typeof list>;

/** Where a platform puts its status, and what it must say; where the rows are; and the count, where one is to be believed. */
interface Wrapping {
  status: readonly { at: string; success: readonly string[] }[];
  rows: string;
  total?: string;
}

/** Population-civil, table I and the samples beside it. The first whose nodes are there is it; values of success collide, nodes do not. */
const wrappings: readonly Wrapping[] = [
  // A service gateway (Yancheng): two envelopes.
  { status: [is('/code', '200'), is('/body/code', '0')], rows: '/body/data' },
  // Jiangsu.
  { status: [is('/head/status', '0')], rows: '/data/cxjg', total: '/head/total' },
  { status: [is('/head/code', '0000')], rows: '/data/cxjg', total: '/head/total' },
  // Anhui: 1 is success.
  { status: [is('/code', '1'), is('/biz_data/code', '0')], rows: '/biz_data/result' },
  { status: [is('/code', '1')], rows: '/biz_data/rows', total: '/biz_data/recordcount' },
  // A provincial service (Anhui); its resultTotal is not to be believed.
  { status: [is('/resultCode', '00')], rows: '/resultData' },
  // Hefei.
  { status: [is('/IsSuccess', 'true'), is('/ErrorCode', '0')], rows: '/DataList', total: '/TotalCount' },
  // Zhejiang.
  { status: [is('/code', '00')], rows: '/datas' },
  // A city that passes a province's service on, and irsp.
  { status: [is('/status', '0')], rows: '/data' },
  // The platform of 2024.
  { status: [is('/code', '200')], rows: '/data' },
];

function is(at: string, ...success: string[]): Wrapping['status'][number] {
  return { at, success };
}

/** Members that only another family's envelope has. */
const foreign = ['infcode', 'infno', 'retCode', 'encData'];

function open(settings: Settings, bytes: Uint8Array, contentType: string | undefined): Opened {
  const decoded = decodeText(bytes, { contentType, configured: settings.encoding || undefined });
  if (!decoded.ok) return unreadable(decoded.fault);
  const warnings = decoded.warnings;
  const json = readJson(decoded.text);
  if (!json.ok) return unreadable(json.fault, warnings);
  const root = json.value;
  if (!isObject(root)) return openRows(root, settings.rows, warnings);
  if (foreign.some((name) => member(root, name))) return unreadable(unknownEnvelope('json-rows'), warnings);
  const wrapping = wrappingOf(root, settings);
  const code = leafText(member(root, 'code')?.value);
  const refused =
    code === undefined || meansSuccessSomewhere(code) ? undefined : gatewayRefusal(decoded.text, settings, warnings);
  if (refused?.status === 'not-authorised' || (refused && wrapping === undefined)) return refused;
  for (const { at, success } of wrapping?.status ?? []) {
    const status = leafText(nodeAt(root, at).value);
    if (status === undefined) return unreadable(statusMissing(at), warnings);
    if (!success.includes(status)) return refusal({ code: status, message: wordsBeside(root, at) }, settings, warnings);
  }
  const total = wrapping?.total === undefined ? undefined : leafText(nodeAt(root, wrapping.total).value);
  const opened = openRows(root, wrapping?.rows ?? settings.rows, warnings);
  if (opened.status === 'nothing-found' && total !== undefined && !/^0+$/.test(total))
    return unreadable(totalWithoutRows(wrapping?.total ?? ''), warnings);
  return total !== undefined && /^\d{1,9}$/.test(total) ? { ...opened, total: Number(total) } : opened;
}

function openRows(root: Json, rowsAt: string, warnings: string[]): Opened {
  const { value: node, pointer, keys } = nodeAt(root, rowsAt);
  if (node === undefined) {
    const missing = fault('no-rows', rowsAt, '没有记录节点', 'the node of the rows is missing').fault;
    return unreadable(missing, warnings);
  }
  // A whole file that is one text, or nothing, is no list of rows.
  const rows = keys.length === 0 && !isObject(node) && !Array.isArray(node) ? undefined : rowsOf(node);
  if (rows === undefined) return unreadable(unknownEnvelope('json-rows', pointer), warnings);
  const records = rowRecords(rows, pointer);
  return {
    status: records.length === 0 ? 'nothing-found' : 'ok',
    records,
    warnings,
    decoded: () => replaced(root, keys, rows.decoded),
  };
}

/** The wrapping the settings name, else the first met that has this message's nodes; undefined for rows with nothing around them. */
function wrappingOf(root: JsonObject, { rows, statusAt, success }: Settings): Wrapping | undefined {
  if (statusAt !== '') return { status: [{ at: statusAt, success }], rows };
  return wrappings.find((candidate) => {
    if (rows !== '' && !sameNode(rows, candidate.rows)) return false;
    const holder = candidate.rows.split('/')[1] ?? '';
    // Of two codes the second stands with the rows, and is missing where the first says no.
    const first = candidate.status[0]?.at ?? '';
    return (
      leafText(nodeAt(root, first).value) !== undefined &&
      member(root, holder) !== undefined &&
      (holder !== 'biz_data' || candidate.status.every(({ at }) => nodeAt(root, at).value !== undefined))
    );
  });
}

function sameNode(one: string, other: string): boolean {
  const plain = (pointer: string) => pointer.replaceAll('_', '').toLowerCase();
  return plain(one) === plain(other);
}

/** What the platform says next to its status. */
function wordsBeside(root: JsonObject, statusAt: string): string | undefined {
  const holder = nodeAt(root, statusAt.slice(0, statusAt.lastIndexOf('/'))).value;
  if (!isObject(holder)) return undefined;
  return ['message', 'msg', 'resultInfo', 'errormsg'].map((name) => leafText(member(holder, name)?.value)).find(Boolean);
}

/** The node a pointer names, keys matched without case and underscores; the pointer and its keys as they are in the message. */
function nodeAt(root: Json, at: string): { value: Json | undefined; pointer: string; keys: string[] } {
  const keys: string[] = [];
  let value: Json | undefined = root;
  for (const step of at.split('/').slice(1)) {
    const found: { key: string; value: Json } | undefined = isObject(value)
      ? member(value, step.replaceAll('~1', '/').replaceAll('~0', '~'))
      : undefined;
    value = found?.value;
    if (found === undefined) break;
    keys.push(found.key);
  }
  return { value, pointer: keys.map((key) => `/${escapeStep(key)}`).join(''), keys };
}

/** The tree with one node in the form the pointers of its rows point into: rows may come as JSON inside a text. */
function replaced(tree: Json, keys: readonly string[], node: Json): Json {
  const [key, ...rest] = keys;
  return key === undefined || !isObject(tree) ? node : { ...tree, [key]: replaced(tree[key] ?? null, rest, node) };
}

const family: EnvelopeFamily = {
  id: 'json-rows',
  title: {
    zh: 'JSON 记录（对象或数组，可带平台外壳）',
    en: 'JSON rows (an object or an array, wrapped by a platform or bare)',
  },
  recognises: (bytes) => {
    const head = glimpse(bytes).trimStart();
    if (!/^[[{]/.test(head) || /"(?:inf_?code|infno|ret_?code|encData)"\s*:/i.test(head)) return false;
    if (/"(?:cxjg|biz_?data|resultData|DataList|datas)"\s*:|"body"\s*:\s*[{n]/i.test(head)) return true;
    // `{ code, message }` alone is a platform that says no, in the shape every family hears.
    return !/"result"\s*:\s*[{"[]/i.test(head) && (!/^\{\s*"code"\s*:[^,]*,\s*"message"/.test(head) || /"data"\s*:/i.test(head));
  },
  settings: settingsSchema(list),
  create: (given): Envelope => {
    const settings = readSettings(list, given);
    return { id: 'json-rows', open: (bytes, hints) => open(settings, bytes, hints?.contentType) };
  },
};
export default family;
