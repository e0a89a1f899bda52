import { type Bilingual, dayInterval } from '../model/index.js';

const types: Readonly<Record<string, Bilingual>> = {
  number: { zh: '数', en: 'a number' },
  string: { zh: '文字', en: 'a text' },
  boolean: { zh: ' true 或 false', en: 'true or false' },
  list: { zh: '列表', en: 'a list' },
  mapping: { zh: '对照表', en: 'a mapping' },
};

/**
 * What is wrong with a rule's configured parameters, each with its pointer below the rule: names the rule does not have, and values that are not
 * like the default. A number is not below 0, and whole where its default is; a list holds what its default holds.
 */
export function parameterFaults(
  rule: string,
  defaults: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, unknown>>,
): { pointer: string; message: Bilingual }[] {
  return Object.entries(settings).flatMap(([name, setting]) => {
    if (!Object.hasOwn(defaults, name)) {
      return [
        { pointer: `/${name}`, message: { zh: `规则 ${rule} 没有参数 ${name}`, en: `rule ${rule} has no parameter ${name}` } },
      ];
    }
    return valueFaults(defaults[name], setting).map(({ pointer, message }) => ({ pointer: `/${name}${pointer}`, message }));
  });
}

function valueFaults(like: unknown, value: unknown): { pointer: string; message: Bilingual }[] {
  const wanted = typeOf(like);
  if (typeOf(value) !== wanted) {
    const { zh, en } = types[wanted] ?? { zh: wanted, en: wanted };
    return [{ pointer: '', message: { zh: `参数应为${zh}`, en: `the parameter must be ${en}` } }];
  }
  if (typeof value === 'number') return numberFault(like as number, value);
  if (!Array.isArray(value) || !Array.isArray(like) || like.length === 0) return [];
  const [first]: unknown[] = like;
  return value.flatMap((item: unknown, index) => {
    const found = isDay(first) && !isDay(item) ? [{ pointer: '', message: noDay(item) }] : valueFaults(first, item);
    return found.map(({ pointer, message }) => ({ pointer: `/${index}${pointer}`, message }));
  });
}

function numberFault(like: number, value: number): { pointer: string; message: Bilingual }[] {
  if (Number.isFinite(value) && value >= 0 && (!Number.isInteger(like) || Number.isInteger(value))) return [];
  return [
    {
      pointer: '',
      message: Number.isInteger(like)
        ? { zh: '参数应为不小于 0 的整数', en: 'the parameter must be a whole number, 0 or more' }
        : { zh: '参数应为不小于 0 的数', en: 'the parameter must be a number, 0 or more' },
    },
  ];
}

function noDay(item: unknown): Bilingual {
  return { zh: `${String(item)} 不是日期`, en: `${String(item)} is no day` };
}

function isDay(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && dayInterval(value) !== undefined;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' ? (value === null ? 'null' : 'mapping') : typeof value;
}
