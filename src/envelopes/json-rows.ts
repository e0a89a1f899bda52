import type { Json } from '../model/index.js';
import type { Envelope, EnvelopeFamily, Opened } from './envelope.js';
import { fault, unknownEnvelope, unreadable } from './fault.js';
import { isObject, member, readJson, rowsOf } from './json.js';
import { rowRecords } from './rows.js';
import { readSettings, type SettingValues, settingsSchema, text } from './settings.js';
import { decodeText, glimpse } from './text.js';
import { escapeStep } from './xml-tree.js';

/** An agency's table as JSON: one object, or an array of them, with nothing around it (Founder's death certificates, for instance). */

const list = {
  rows: text('', '记录所在的 JSON Pointer；空则为整个文件 / JSON Pointer of the rows; empty = the whole file', {
    pattern: '^(/([^~/]|~[01])*)*$',
  }),
  encoding: text('', '没有标注时的编码 / encoding where nothing says it'),
};

/** Members that only another family's envelope has. */
const foreign = ['infcode', 'infno', 'retCode', 'encData', 'cxjg'];

function open(settings: SettingValues<typeof list>, bytes: Uint8Array, contentType: string | undefined): Opened {
  const decoded = decodeText(bytes, { contentType, configured: settings.encoding || undefined });
  if (!decoded.ok) return unreadable(decoded.fault);
  const warnings = decoded.warnings;
  const json = readJson(decoded.text);
  if (!json.ok) return unreadable(json.fault, warnings);
  const root = json.value;
  if (isObject(root) && foreign.some((name) => member(root, name))) return unreadable(unknownEnvelope('json-rows'), warnings);
  let pointer = '';
  let node: Json | undefined = root;
  for (const step of settings.rows.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    const found: { key: string; value: Json } | undefined = isObject(node) ? member(node, name) : undefined;
    if (found === undefined) {
      return unreadable(
        fault('no-rows', settings.rows, '没有设置里说的记录节点', 'the node of rows that the settings name is missing').fault,
        warnings,
      );
    }
    node = found.value;
    pointer += `/${escapeStep(found.key)}`;
  }
  const rows = typeof node === 'string' ? undefined : rowsOf(node);
  if (rows === undefined || (node === null && pointer === '')) return unreadable(unknownEnvelope('json-rows', pointer), warnings);
  const records = rowRecords(rows, pointer);
  return { status: records.length === 0 ? 'nothing-found' : 'ok', records, warnings, decoded: () => root };
}

const family: EnvelopeFamily = {
  id: 'json-rows',
  title: { zh: 'JSON 记录（对象或数组）', en: 'JSON rows (an object or an array)' },
  recognises: (bytes) => {
    const head = glimpse(bytes).trimStart();
    if (!/^[[{]/.test(head)) return false;
    return (
      !/"(?:inf_?code|infno|ret_?code|encData|cxjg)"\s*:|"result"\s*:\s*[{"[]/i.test(head) &&
      !/^\{\s*"code"\s*:[^,]*,\s*"message"/.test(head)
    );
  },
  settings: settingsSchema(list),
  create: (given): Envelope => {
    const settings = readSettings(list, given);
    return { id: 'json-rows', open: (bytes, hints) => open(settings, bytes, hints?.contentType) };
  },
};
export default family;
