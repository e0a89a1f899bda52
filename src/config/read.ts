import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { YilianError } from '../errors.js';
import type { Bilingual } from '../model/index.js';

/** What is wrong with a configuration, and where. */
export interface Fault {
  /** JSON Pointer into the configuration. */
  pointer: string;
  /** `12:5` (line and column), where the file has lines. */
  at?: string;
  message: Bilingual;
}

/** A configuration file as a plain tree, with a way back to its lines. */
export interface ConfigurationTree {
  value: unknown;
  /** Line and column of a pointer, or of its nearest parent that stands in the file. */
  place(pointer: string): string | undefined;
}

/** Reads `.yaml`, `.yml`, `.json` or `.mjs` (default export). Throws ERR_CONFIG with every fault of the syntax. */
export async function readConfiguration(path: string): Promise<ConfigurationTree> {
  const kind = extname(path).toLowerCase();
  if (kind === '.mjs' || kind === '.js') {
    const module = (await importModule(path)) as { default?: unknown };
    return { value: module.default, place: () => undefined };
  }
  if (kind !== '.yaml' && kind !== '.yml' && kind !== '.json') {
    throw new YilianError('ERR_CONFIG', {
      zh: `配置文件须为 .yaml、.yml、.json 或 .mjs：${path}`,
      en: `the configuration must be .yaml, .yml, .json or .mjs: ${path}`,
    });
  }
  const lines = new LineCounter();
  // `${NAME}` stands bare inside `{ … }` as people write it, where YAML would read its braces as a mapping: they are disguised while it is parsed.
  const document = parseDocument(disguise(await readText(path)), { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw configurationError(
      path,
      document.errors.map((error) => {
        const start = lines.linePos(error.pos[0]);
        return { pointer: '', at: `${start.line}:${start.col}`, message: { zh: `语法错误（${error.code}）`, en: error.message } };
      }),
    );
  }
  return {
    value: reveal(plainTree(path, document)),
    place: (pointer) => {
      let node: Node | null | undefined = document.contents;
      let offset = node?.range?.[0];
      for (const segment of pointer.split('/').slice(1)) {
        if (isAlias(node)) node = node.resolve(document);
        const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
        if (isMap(node)) {
          const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
          if (!pair) break;
          offset = (pair.key as Node).range?.[0] ?? offset;
          node = pair.value as Node | null;
        } else if (isSeq(node)) {
          node = node.items[Number(key)] as Node | undefined;
          offset = node?.range?.[0] ?? offset;
        } else break;
      }
      if (offset === undefined) return undefined;
      const position = lines.linePos(offset);
      return `${position.line}:${position.col}`;
    },
  };
}

/** What is written once and used by several feeds (`&name`, `*name`) is spelt out, within bounds. Throws ERR_CONFIG for a name that is nowhere. */
function plainTree(path: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw configurationError(path, [{ pointer: '', message: { zh: `别名（*）无法展开：${reason}`, en: reason } }]);
  }
}

/** A copy of the tree without the values at the faults' pointers; undefined where the tree is no object. */
export function without<T>(tree: unknown, faults: readonly Pick<Fault, 'pointer'>[]): Partial<T> | undefined {
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) return undefined;
  const copy = copyOf(tree) as Record<string, unknown>;
  for (const { pointer } of faults) {
    const path = pointer
      .split('/')
      .slice(1)
      .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = path.pop();
    let node: unknown = copy;
    for (const segment of path)
      node = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[segment] : undefined;
    if (last !== undefined && typeof node === 'object' && node !== null) delete (node as Record<string, unknown>)[last];
  }
  return copy as Partial<T>;
}

/** Lists and objects anew, everything else (a program's configuration may hold a function) as it is. */
function copyOf(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(copyOf);
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, copyOf(value)]));
}

/** The entry of that name, and nothing that every object has (`constructor`). */
export function own<T>(entries: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}

/** One error that names every fault, each with its place. */
export function configurationError(path: string, faults: readonly Fault[]): YilianError {
  const line = (fault: Fault, text: string): string =>
    `${path}${fault.at ? `:${fault.at}` : ''} ${fault.pointer || '/'} — ${text}`;
  return new YilianError(
    'ERR_CONFIG',
    {
      zh: `配置有 ${faults.length} 处错误：\n${faults.map((fault) => line(fault, fault.message.zh)).join('\n')}`,
      en: `${faults.length} fault${faults.length === 1 ? '' : 's'} in the configuration:\n${faults.map((fault) => line(fault, fault.message.en)).join('\n')}`,
    },
    { place: path },
  );
}

/** Same length, so that lines and columns stay true. */
function disguise(text: string): string {
  return text.replace(/\$\{([^{}\n]*)\}/g, '$\u27ea$1\u27eb');
}

function reveal(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\$\u27ea([^\u27ea\u27eb]*)\u27eb/gu, '${$1}');
  if (Array.isArray(value)) return value.map(reveal);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reveal(item)]));
  return value;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new YilianError(
      'ERR_CONFIG',
      { zh: `读不到配置文件 ${path}（${code}）`, en: `cannot read the configuration ${path} (${code})` },
      { place: path },
    );
  }
}

async function importModule(path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new YilianError(
      'ERR_CONFIG',
      { zh: `配置模块无法载入 ${path}：${text}`, en: `cannot load the configuration ${path}: ${text}` },
      { place: path },
    );
  }
}
