import { normaliseIdNumber } from '../identity/index.js';
import type { Bilingual, Diagnosis, Json } from '../model/index.js';
import { redact } from '../redact.js';
import { type CompiledCondition, type CompiledField, type CompiledTable, comparable, type FieldSource } from './compile.js';
import type { MappableRecord } from './context.js';
import { isBlank, readDate } from './dates.js';
import type { Converter } from './mapping.js';
import { readMoney } from './money.js';
import { type Place, type Pointer, places } from './pointers.js';

/** One element of a record being read. Places are inside the record's value; `pointerOf` turns them into the decoded message's. */
export interface Element {
  record: MappableRecord;
  at: Place;
  /** Called for every code a table does not have. */
  unknown(table: string, code: string): void;
}

/** What reading one field gave. */
export type Reading =
  | { is: 'value'; value: Json; pointers: Readonly<Record<string, string>> }
  | { is: 'none'; pointer: string }
  | { is: 'bad'; reason: string; pointer: string; detail: Bilingual };

/** Pointer in the decoded message of a place inside the record's value. */
export function pointerOf(record: MappableRecord, inside: string): string {
  return record.origin?.[inside] ?? `${record.pointer}${inside}`;
}

/** Reads one field, except those made of others (`keyed`), which give nothing here. */
export function readField(field: CompiledField, element: Element): Reading {
  const { from } = field;
  switch (from.how) {
    case 'constant':
      return { is: 'value', value: from.value, pointers: {} };
    case 'absent':
    case 'keyed':
      return { is: 'none', pointer: pointerOf(element.record, element.at.pointer) };
    case 'any':
      return readAny(from.conditions, field.path, element);
    case 'join':
      return readJoin(from.pieces, field.path, element);
    case 'read':
      return readValue(from, field, element);
  }
}

/** Do all conditions hold? */
export function allHold(conditions: readonly CompiledCondition[], element: Element): boolean {
  return conditions.every((condition) => holds(condition, element));
}

/** Does any condition hold? */
export function anyHolds(conditions: readonly CompiledCondition[], element: Element): boolean {
  return conditions.some((condition) => holds(condition, element));
}

function holds(condition: CompiledCondition, element: Element): boolean {
  const text = firstText(condition.at, element)?.text;
  switch (condition.test) {
    case 'filled':
      return (text !== undefined) === condition.expected;
    case 'in':
      return condition.values.has(comparable(text ?? ''));
    case 'notIn':
      return !condition.values.has(comparable(text ?? ''));
    case 'negative': {
      const amount = readMoney(text ?? '');
      return amount.read === 'money' && amount.money.startsWith('-') === condition.expected;
    }
    case 'codes': {
      if (text === undefined) return false;
      const found = lookUp(condition.table, text);
      if (found === undefined) element.unknown(condition.table.name, codeAsReported(text));
      return found === true;
    }
  }
}

function readAny(conditions: readonly CompiledCondition[], path: string, element: Element): Reading {
  const held = conditions.find((condition) => holds(condition, element));
  if (held === undefined) return { is: 'value', value: false, pointers: {} };
  const found = firstText(held.at, element);
  return { is: 'value', value: true, pointers: found === undefined ? {} : { [path]: pointerOf(element.record, found.pointer) } };
}

function readJoin(pieces: readonly (readonly Pointer[])[], path: string, element: Element): Reading {
  const found = pieces.map((piece) => firstText(piece, element));
  const first = found.find((piece) => piece !== undefined);
  if (first === undefined) return { is: 'none', pointer: expected(pieces.flat(), element) };
  const value = found.map((piece) => piece?.text ?? '').join('/');
  return { is: 'value', value, pointers: { [path]: pointerOf(element.record, first.pointer) } };
}

type Read = Extract<FieldSource, { how: 'read' }>;

function readValue(from: Read, field: CompiledField, element: Element): Reading {
  const nothing: Reading = { is: 'none', pointer: expected(from.at, element) };
  if (from.onlyIf.length > 0 && !anyHolds(from.onlyIf, element)) return nothing;
  const reading =
    from.as === 'diagnoses'
      ? readDiagnoses(from, field.path, element)
      : field.model.holds === 'texts'
        ? readTexts(from, field.path, element)
        : readScalar(from, field, element);
  const empty = reading ?? nothing;
  if (empty.is === 'none' && from.otherwise !== undefined) return { is: 'value', value: from.otherwise, pointers: {} };
  return empty;
}

function readScalar(from: Read, field: CompiledField, element: Element): Reading | undefined {
  const found = firstText(from.at, element, from.blank);
  if (found === undefined) return undefined;
  const pointer = pointerOf(element.record, found.pointer);
  if (found.text === undefined) return unexpectedShape(pointer, field.path);
  const hour = from.hour === undefined ? undefined : firstText([from.hour], element, from.blank);
  const converted = convert(found.text, from, field, element, hour?.text);
  if (converted === undefined) return undefined;
  if ('bad' in converted) {
    const detail = converted.detail ?? shown(converted.bad, field.path, found.text);
    return { is: 'bad', reason: converted.bad, pointer, detail };
  }
  return { is: 'value', value: converted.value, pointers: { [field.path]: pointer } };
}

type Converted = { value: Json } | { bad: string; detail?: Bilingual } | undefined;

function convert(text: string, from: Read, field: CompiledField, element: Element, hour: string | undefined): Converted {
  switch (from.as) {
    case 'text':
    case 'name':
      return { value: text.trim() };
    case 'id-number':
      // The person's own number stays as received: what it was made of is kept beside its normal form.
      return { value: field.path === 'person.idNumber' ? text : normaliseIdNumber(text) };
    case 'diagnosis-code':
      return { value: diagnosisCode(text) };
    case 'integer':
      return integer(text);
    case 'date':
      return dateValue(readDate(text, 'day'));
    case 'date-time':
      return dateValue(readDate(text, 'minute', hour));
    case 'instant':
      return dateValue(readDate(text, 'instant'));
    case 'money': {
      const amount = readMoney(text);
      return amount.read === 'money' ? { value: amount.money } : amount.read === 'bad' ? { bad: 'bad-money' } : undefined;
    }
    case 'flag':
    case 'value':
    case 'coded':
      return throughTable(text, from.as, from.table, field, element);
    case 'diagnoses':
      return undefined;
  }
}

function dateValue(reading: ReturnType<typeof readDate>): Converted {
  return reading.read === 'date' ? { value: reading.date } : reading.read === 'bad' ? { bad: 'bad-date' } : undefined;
}

function integer(text: string): Converted {
  const match = /^([+-]?)(\d+)(?:\.0+)?$/.exec(comparable(text).replace(/,/g, ''));
  if (!match) return { bad: 'bad-integer' };
  const digits = (match[2] ?? '').replace(/^0+(?=\d)/, '');
  return { value: match[1] === '-' && digits !== '0' ? `-${digits}` : digits };
}

/**
 * A code through its table. One the table does not have is reported always, and then: a `Coded` keeps it raw; a union takes its member for
 * "not known" where it has one; an optional field is left out; a required one refuses the record.
 */
function throughTable(
  text: string,
  as: Converter,
  table: CompiledTable | undefined,
  field: CompiledField,
  element: Element,
): Converted {
  if (table === undefined) return undefined;
  const raw = text.trim();
  const found = lookUp(table, raw);
  if (found === null) return undefined;
  if (found !== undefined) {
    if (as === 'coded') return { value: { code: String(found), system: table.system, raw, known: true } };
    if (as === 'flag') return { value: found === true };
    return { value: field.model.values?.find((allowed) => String(allowed) === found) ?? String(found) };
  }
  element.unknown(table.name, codeAsReported(raw));
  if (as === 'coded') return { value: { code: raw, system: table.system, raw, known: false } };
  if (field.model.unknown !== undefined) return { value: field.model.unknown };
  return field.model.required ? { bad: 'unknown-code' } : undefined;
}

function lookUp(table: CompiledTable, raw: string): string | boolean | null | undefined {
  const text = comparable(raw);
  return table.codes.get(text) ?? (table.codes.has(text) ? null : table.codes.get(text.toLowerCase()));
}

function readTexts(from: Read, path: string, element: Element): Reading | undefined {
  for (const at of from.at) {
    for (const place of candidates(at, element)) {
      const items = Array.isArray(place.value) ? place.value : [place.value];
      const texts = items.flatMap((item) => (scalarText(item) ?? '').split(/[,，、;；|]/)).map((text) => text.trim());
      const filled = texts.filter((text) => !isBlank(text) && !from.blank.has(comparable(text)));
      if (filled.length > 0)
        return { is: 'value', value: filled, pointers: { [path]: pointerOf(element.record, place.pointer) } };
    }
  }
  return undefined;
}

function readDiagnoses(from: Read, path: string, element: Element): Reading {
  for (const at of from.at) {
    const found: Diagnosis[] = [];
    const pointers: Record<string, string> = {};
    for (const place of candidates(at, element)) {
      const items = Array.isArray(place.value)
        ? place.value.map((value, index): Place => ({ value, pointer: `${place.pointer}/${index}` }))
        : [place];
      for (const item of items) {
        if (from.parts.length === 0 && isObject(item.value) && !isEmpty(item.value))
          return unexpectedShape(pointerOf(element.record, item.pointer), path);
        for (const { diagnosis, places: read } of diagnosesOf(item, from, element)) {
          // The underlying cause usually repeats a link of the chain.
          if (found.some((known) => known.icd10 === diagnosis.icd10 && known.text === diagnosis.text)) continue;
          for (const [part, inside] of Object.entries(read))
            pointers[`${path}.${found.length}.${part}`] = pointerOf(element.record, inside);
          found.push(diagnosis);
        }
      }
    }
    if (found.length > 0) return { is: 'value', value: found as unknown as Json, pointers };
  }
  return { is: 'none', pointer: expected(from.at, element) };
}

function diagnosesOf(item: Place, from: Read, element: Element): { diagnosis: Diagnosis; places: Record<string, string> }[] {
  const inItem: Element = { ...element, at: item };
  if (from.parts.length === 0) {
    const text = scalarText(item.value);
    if (text === undefined || isBlank(text) || from.blank.has(comparable(text))) return [];
    return [{ diagnosis: { text: text.trim() }, places: { text: item.pointer } }];
  }
  return from.parts.flatMap((parts) => {
    const text = parts.text === undefined ? undefined : firstText([parts.text], inItem, from.blank);
    const code = parts.icd10 === undefined ? undefined : firstText([parts.icd10], inItem, from.blank);
    // Some systems fill in a key of their own (`10025395`), which is no code anybody else has.
    const icd10 = code?.text !== undefined && /^\d+$/.test(diagnosisCode(code.text)) ? undefined : code;
    if (text?.text === undefined && icd10?.text === undefined) return [];
    const diagnosis: Diagnosis = {
      ...(icd10?.text === undefined ? {} : { icd10: diagnosisCode(icd10.text) }),
      text: text?.text?.trim() ?? '',
    };
    return [
      {
        diagnosis,
        places: {
          ...(icd10?.text === undefined ? {} : { icd10: icd10.pointer }),
          ...(text?.text === undefined ? {} : { text: text.pointer }),
        },
      },
    ];
  });
}

/** The first place that has a value; `text` undefined where what is there is no text. */
function firstText(
  at: readonly Pointer[],
  element: Element,
  blank?: ReadonlySet<string>,
): { text?: string; pointer: string } | undefined {
  for (const pointer of at) {
    for (const place of candidates(pointer, element)) {
      if (isEmpty(place.value)) continue;
      const text = scalarText(place.value);
      if (text === undefined) return { pointer: place.pointer };
      if (!isBlank(text) && blank?.has(comparable(text)) !== true) return { text, pointer: place.pointer };
    }
  }
  return undefined;
}

function candidates(pointer: Pointer, element: Element): Iterable<Place> {
  return places(pointer.fromRecord ? { value: element.record.value, pointer: '' } : element.at, pointer.segments);
}

/** Text of a scalar; of an array of one; of an XML element that has attributes beside its text (`#text`). */
function scalarText(value: Json): string | undefined {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.length === 1 && value[0] !== undefined ? scalarText(value[0]) : undefined;
  const text = Object.hasOwn(value, '#text') ? value['#text'] : undefined;
  return text === undefined ? undefined : scalarText(text);
}

function isObject(value: Json): boolean {
  return typeof value === 'object' && value !== null && scalarText(value) === undefined;
}

function isEmpty(value: Json): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** Where a value was looked for: the first alternative, as written. */
function expected(at: readonly Pointer[], element: Element): string {
  const first = at[0];
  if (first === undefined) return pointerOf(element.record, element.at.pointer);
  return first.fromRecord
    ? pointerOf(element.record, first.text.slice(1))
    : pointerOf(element.record, `${element.at.pointer}${first.text}`);
}

/** ICD-10 as sent, without the blanks some systems put behind it. */
function diagnosisCode(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, '');
}

function unexpectedShape(pointer: string, path: string): Reading {
  return {
    is: 'bad',
    reason: 'unexpected-shape',
    pointer,
    detail: { zh: `${path}：此处应为单个值`, en: `${path}: a single value is expected here` },
  };
}

const complaints: Readonly<Record<string, Bilingual>> = {
  'bad-date': { zh: '没有这一天，或不是日期', en: 'no such day, or no date' },
  'bad-money': { zh: '不是金额，或多于两位小数', en: 'no amount, or more than two places' },
  'bad-integer': { zh: '不是整数', en: 'no whole number' },
  'unknown-code': { zh: '代码表中没有此代码', en: 'the code table does not have this code' },
};

/** What an operator reads: the complaint, the field, and the value — or only its shape where it might say who somebody is. */
function shown(reason: string, path: string, text: string): Bilingual {
  const value = reason === 'unknown-code' ? codeAsReported(text) : safeValue(text);
  const complaint = complaints[reason];
  return { zh: `${path}：${complaint?.zh ?? reason}：${value}`, en: `${path}: ${complaint?.en ?? reason}: ${value}` };
}

function safeValue(text: string): string {
  const plain = comparable(text);
  if (/^[0-9:.,\-+/ TZ年月日]{1,32}$/.test(plain) && plain.replace(/\D/g, '').length <= 14) return redact(plain);
  const shape = [...plain.slice(0, 24)].map((character) =>
    /\d/.test(character) ? '9' : /[A-Za-z]/.test(character) ? 'A' : /\p{Script=Han}/u.test(character) ? '字' : character,
  );
  return `${shape.join('')}${[...plain].length > 24 ? '…' : ''}`;
}

/** A code as it goes into reports: short, and never an ID or telephone number that stood in the wrong column. */
function codeAsReported(raw: string): string {
  return redact([...comparable(raw)].slice(0, 40).join(''));
}
