import type { Bilingual } from './model/index.js';

/**
 * What a validator says, in Chinese and English, at the place where a person would look: a missing key is told at the key, not at its parent;
 * of a union only what helps.
 */

/** The part of a validator's error that is read here (ajv's shape). */
export interface SchemaError {
  keyword: string;
  instancePath: string;
  schemaPath: string;
  params: Readonly<Record<string, unknown>>;
  propertyName?: string | undefined;
}

export interface Fault {
  pointer: string;
  message: Bilingual;
}

/** Faults in the order found, none twice. */
export function faultsOf(errors: readonly SchemaError[]): Fault[] {
  const faults = new Map<string, Fault>();
  for (const error of withoutBranches(errors)) {
    const fault = { pointer: pointerOf(error), message: messageOf(error) };
    faults.set(`${fault.pointer} ${fault.message.en}`, fault);
  }
  return [...faults.values()];
}

/**
 * A validator reports what every branch of a union lacks and then the union itself. Kept are faults deeper inside, for they tell which branch
 * was meant; otherwise the union alone, summed up.
 */
function withoutBranches(errors: readonly SchemaError[]): SchemaError[] {
  const kept: SchemaError[] = [];
  for (const error of errors) {
    // `if` repeats what its `then` already said; a fault inside a key's name is told by `propertyNames`.
    if (error.keyword === 'if' || error.propertyName !== undefined) continue;
    if (error.keyword !== 'anyOf' && error.keyword !== 'oneOf') {
      kept.push(error);
      continue;
    }
    const branches: SchemaError[] = [];
    for (let last = kept.at(-1); last !== undefined && belongsTo(last, error); last = kept.at(-1)) {
      branches.unshift(last);
      kept.pop();
    }
    // With several forms fitting, what the others lack is beside the point.
    const deeper = fitsSeveral(error) ? [] : branches.filter((branch) => branch.instancePath !== error.instancePath);
    kept.push(...(deeper.length > 0 ? deeper : [summary(error, branches)]));
  }
  return kept;
}

/** Reported by a branch of the union: at its place or below, and not by a keyword beside it. */
function belongsTo(error: SchemaError, union: SchemaError): boolean {
  const within = error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`);
  return within && parentOf(error.schemaPath) !== parentOf(union.schemaPath);
}

function parentOf(schemaPath: string): string {
  return schemaPath.slice(0, schemaPath.lastIndexOf('/'));
}

function fitsSeveral(union: SchemaError): boolean {
  return Array.isArray(union.params.passingSchemas);
}

function summary(union: SchemaError, branches: readonly SchemaError[]): SchemaError {
  if (fitsSeveral(union)) return union;
  if (branches.length > 0 && branches.every((branch) => branch.keyword === 'type')) {
    return { ...union, keyword: 'type', params: { type: branches.flatMap((branch) => branch.params.type) } };
  }
  if (branches.length > 0 && branches.every((branch) => branch.keyword === 'required')) {
    return { ...union, keyword: 'requiredOneOf', params: { missing: branches.map((branch) => branch.params.missingProperty) } };
  }
  return union;
}

/** The missing or surplus key itself, where there is one. */
function pointerOf(error: SchemaError): string {
  const { missingProperty, additionalProperty, unevaluatedProperty, propertyName } = error.params;
  const key =
    missingProperty ??
    additionalProperty ??
    unevaluatedProperty ??
    (error.keyword === 'propertyNames' ? propertyName : undefined);
  return typeof key === 'string'
    ? `${error.instancePath}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    : error.instancePath;
}

/** What the shapes of the model are, for people who do not read patterns. */
const shapes: Readonly<Record<string, Bilingual>> = {
  PartialDate: {
    zh: '应为真实存在的日期：1960、1960-01、1960-01-01 或 1960-01-01T08:30:00+08:00',
    en: 'must be a date that exists: 1960, 1960-01, 1960-01-01 or 1960-01-01T08:30:00+08:00',
  },
  Instant: {
    zh: '应为带时区的时刻，如 2026-11-23T02:00:00+08:00',
    en: 'must be an instant with a zone, such as 2026-11-23T02:00:00+08:00',
  },
  Money: { zh: '应为两位小数的金额文本，如 12345.60', en: 'must be an amount as text with two places, such as 12345.60' },
  Agency: {
    zh: '应为机构代号：小写字母、数字和连字符',
    en: 'must be an agency id: lower-case letters, digits and hyphens',
  },
};

const typeNames: Readonly<Record<string, Bilingual>> = {
  string: { zh: '文本', en: 'a text' },
  number: { zh: '数', en: 'a number' },
  integer: { zh: '整数', en: 'a whole number' },
  boolean: { zh: 'true 或 false', en: 'true or false' },
  object: { zh: '对象', en: 'an object' },
  array: { zh: '列表', en: 'a list' },
  null: { zh: 'null', en: 'null' },
};

type Params = Readonly<Record<string, unknown>>;

const texts: Readonly<Record<string, (params: Params) => Bilingual>> = {
  type: ({ type }) => {
    const names = [type].flat().map((name) => typeNames[String(name)] ?? { zh: String(name), en: String(name) });
    return {
      zh: `应为${[...new Set(names.map((name) => name.zh))].join('或')}`,
      en: `must be ${[...new Set(names.map((name) => name.en))].join(' or ')}`,
    };
  },
  required: () => ({ zh: '必填，缺失', en: 'is required and missing' }),
  requiredOneOf: ({ missing }) => ({ zh: `须有其中之一：${list(missing, '、')}`, en: `needs one of ${list(missing, ', ')}` }),
  dependentRequired: ({ property }) => ({ zh: `有 ${property} 时必填，缺失`, en: `is required beside ${property}, and missing` }),
  additionalProperties: () => ({ zh: '未知的项', en: 'is not known here' }),
  unevaluatedProperties: () => ({ zh: '未知的项', en: 'is not known here' }),
  propertyNames: () => ({ zh: '此处不允许这样的键名', en: 'is not a key allowed here' }),
  enum: ({ allowedValues }) => ({
    zh: `应为其中之一：${list(allowedValues, '、')}`,
    en: `must be one of ${list(allowedValues, ', ')}`,
  }),
  const: ({ allowedValue }) => ({ zh: `应为 ${json(allowedValue)}`, en: `must be ${json(allowedValue)}` }),
  pattern: ({ pattern }) => ({ zh: `应符合 ${pattern}`, en: `must match ${pattern}` }),
  format: ({ format }) => ({ zh: `格式应为 ${format}`, en: `must have the format ${format}` }),
  minimum: ({ limit }) => ({ zh: `不得小于 ${limit}`, en: `must be ${limit} or more` }),
  maximum: ({ limit }) => ({ zh: `不得大于 ${limit}`, en: `must be ${limit} or less` }),
  exclusiveMinimum: ({ limit }) => ({ zh: `应大于 ${limit}`, en: `must be more than ${limit}` }),
  exclusiveMaximum: ({ limit }) => ({ zh: `应小于 ${limit}`, en: `must be less than ${limit}` }),
  multipleOf: ({ multipleOf }) => ({ zh: `应为 ${multipleOf} 的倍数`, en: `must be a multiple of ${multipleOf}` }),
  minLength: ({ limit }) => ({
    zh: limit === 1 ? '不得为空' : `至少 ${limit} 个字符`,
    en: limit === 1 ? 'must not be empty' : `needs at least ${limit} characters`,
  }),
  maxLength: ({ limit }) => ({ zh: `至多 ${limit} 个字符`, en: `may have at most ${limit} characters` }),
  minItems: ({ limit }) => ({ zh: `至少 ${limit} 项`, en: `needs at least ${limit} items` }),
  maxItems: ({ limit }) => ({ zh: `至多 ${limit} 项`, en: `may have at most ${limit} items` }),
  uniqueItems: ({ i, j }) => ({
    zh: `第 ${Number(j) + 1} 项与第 ${Number(i) + 1} 项重复`,
    en: `items ${Number(j) + 1} and ${Number(i) + 1} are the same`,
  }),
  contains: () => ({ zh: '缺少必须包含的一项', en: 'lacks an item it must contain' }),
  minProperties: ({ limit }) => ({ zh: `至少 ${limit} 个键`, en: `needs at least ${limit} keys` }),
  maxProperties: ({ limit }) => ({ zh: `至多 ${limit} 个键`, en: `may have at most ${limit} keys` }),
  anyOf: () => ({ zh: '不符合任何一种允许的形式', en: 'fits none of the forms allowed' }),
  oneOf: ({ passingSchemas }) =>
    Array.isArray(passingSchemas)
      ? { zh: '同时符合多种互斥的形式', en: 'fits more than one form, and only one is allowed' }
      : { zh: '不符合任何一种允许的形式', en: 'fits none of the forms allowed' },
  not: () => ({ zh: '是不允许的形式', en: 'has a form that is not allowed' }),
  'false schema': () => ({ zh: '此处不允许有值', en: 'is not allowed here' }),
};

function messageOf(error: SchemaError): Bilingual {
  const definition = /\/\$defs\/([^/]+)\/pattern$/.exec(error.schemaPath)?.[1];
  const shape = definition === undefined ? undefined : shapes[definition];
  if (shape !== undefined) return shape;
  const text = texts[error.keyword];
  return text?.(error.params) ?? { zh: `不符合规则 ${error.keyword}`, en: `does not keep the rule ${error.keyword}` };
}

function list(values: unknown, separator: string): string {
  return (Array.isArray(values) ? values : [values])
    .map((value) => (typeof value === 'string' ? value : json(value)))
    .join(separator);
}

function json(value: unknown): string {
  return JSON.stringify(value);
}
