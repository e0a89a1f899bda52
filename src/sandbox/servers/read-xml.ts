/**
 * The agencies' own reading of a request: small, strict, aware of namespaces, sharing no code with the library that writes requests. Refuses
 * what a careful parser refuses: a DOCTYPE, unclosed or crossed elements, two roots, unknown entities, undeclared prefixes.
 */
export interface Element {
  /** Local name. */
  name: string;
  namespace: string;
  /** By local name. */
  attributes: Readonly<Record<string, string>>;
  children: readonly Element[];
  /** All text directly inside, entities decoded, CDATA taken as it is. */
  text: string;
}

export class XmlFault extends Error {
  override readonly name = 'XmlFault';
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const nameShape = /^[\p{L}_][\p{L}\p{N}_.-]*(?::[\p{L}_][\p{L}\p{N}_.-]*)?$/u;

interface Open {
  qualified: string;
  name: string;
  namespace: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
  scope: ReadonlyMap<string, string>;
}

/** Throws XmlFault. */
export function readXml(source: string): Element {
  const text = source.replace(/^\uFEFF/, '');
  const open: Open[] = [];
  let root: Element | undefined;
  let at = 0;

  const until = (end: string, from: number): number => {
    const found = text.indexOf(end, from);
    if (found < 0) throw new XmlFault(`no ${end} after position ${from}`);
    return found;
  };
  const characters = (value: string): void => {
    const top = open.at(-1);
    if (top !== undefined) top.text += value;
    else if (value.trim() !== '') throw new XmlFault('text outside the root element');
  };
  const close = (): void => {
    const done = open.pop();
    if (done === undefined) throw new XmlFault('an end tag without a start');
    const { name, namespace, attributes, children, text: own } = done;
    const element: Element = { name, namespace, attributes, children, text: own };
    const parent = open.at(-1);
    if (parent !== undefined) parent.children.push(element);
    else root = element;
  };

  while (at < text.length) {
    if (text[at] !== '<') {
      const next = text.indexOf('<', at);
      const end = next < 0 ? text.length : next;
      characters(decode(text.slice(at, end)));
      at = end;
    } else if (text.startsWith('<!--', at)) {
      at = until('-->', at + 4) + 3;
    } else if (text.startsWith('<![CDATA[', at)) {
      const end = until(']]>', at + 9);
      characters(text.slice(at + 9, end));
      at = end + 3;
    } else if (text.startsWith('<?', at)) {
      at = until('?>', at + 2) + 2;
    } else if (text.startsWith('<!', at)) {
      throw new XmlFault('a DOCTYPE is not accepted');
    } else if (text.startsWith('</', at)) {
      const end = until('>', at + 2);
      if (open.at(-1)?.qualified !== text.slice(at + 2, end).trim()) throw new XmlFault(`crossed end tag at position ${at}`);
      close();
      at = end + 1;
    } else {
      if (open.length === 0 && root !== undefined) throw new XmlFault('two root elements');
      const tag = startTag(text, at);
      open.push(begin(tag, open.at(-1)?.scope ?? new Map([['xml', 'http://www.w3.org/XML/1998/namespace']])));
      if (tag.empty) close();
      at = tag.end;
    }
  }
  if (open.length > 0 || root === undefined) throw new XmlFault('the document is not complete');
  return root;
}

/** The first child of a local name. */
export function child(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((item) => item.name === name);
}

/** The element at the end of a path of local names. */
export function descend(element: Element | undefined, ...names: readonly string[]): Element | undefined {
  return names.reduce<Element | undefined>((current, name) => child(current, name), element);
}

/** All children of a local name, in order. */
export function children(element: Element | undefined, name: string): readonly Element[] {
  return element?.children.filter((item) => item.name === name) ?? [];
}

/** Trimmed text of a child; empty where there is none. */
export function textOf(element: Element | undefined, ...names: readonly string[]): string {
  return descend(element, ...names)?.text.trim() ?? '';
}

interface Tag {
  qualified: string;
  attributes: [name: string, value: string][];
  empty: boolean;
  end: number;
}

function startTag(text: string, from: number): Tag {
  const shape = /<([^\s/>]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/uy;
  shape.lastIndex = from;
  const match = shape.exec(text);
  if (match === null) throw new XmlFault(`not a start tag at position ${from}`);
  const attributes = [...(match[2] ?? '').matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/gu)].map((item): [string, string] => [
    item[1] ?? '',
    decode(item[2] ?? item[3] ?? ''),
  ]);
  const names = attributes.map(([name]) => name);
  if (new Set(names).size !== names.length) throw new XmlFault(`an attribute stands twice at position ${from}`);
  for (const name of [match[1] ?? '', ...names])
    if (!nameShape.test(name)) throw new XmlFault(`not a name: ${name.slice(0, 20)}`);
  return { qualified: match[1] ?? '', attributes, empty: match[3] === '/', end: shape.lastIndex };
}

function begin(tag: Tag, outer: ReadonlyMap<string, string>): Open {
  const scope = new Map(outer);
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of tag.attributes) {
    if (name === 'xmlns') scope.set('', value);
    else if (name.startsWith('xmlns:')) scope.set(name.slice(6), value);
  }
  for (const [name, value] of tag.attributes) {
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
    const [prefix, local] = split(name);
    if (prefix !== '' && !scope.has(prefix)) throw new XmlFault(`undeclared prefix ${prefix}`);
    attributes[local] = value;
  }
  const [prefix, name] = split(tag.qualified);
  const namespace = scope.get(prefix);
  if (prefix !== '' && namespace === undefined) throw new XmlFault(`undeclared prefix ${prefix}`);
  return { qualified: tag.qualified, name, namespace: namespace ?? '', attributes, children: [], text: '', scope };
}

function split(name: string): [prefix: string, local: string] {
  const colon = name.indexOf(':');
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
}

function decode(text: string): string {
  return text.replace(/&([^;&\s]*);?/gu, (whole, body: string) => {
    if (!whole.endsWith(';')) throw new XmlFault('a bare ampersand');
    const numeric = /^#(?:x([0-9a-f]+)|(\d+))$/iu.exec(body);
    if (numeric) return String.fromCodePoint(numeric[1] === undefined ? Number(numeric[2]) : Number.parseInt(numeric[1], 16));
    const known = entities[body];
    if (known === undefined) throw new XmlFault(`unknown entity ${body.slice(0, 20)}`);
    return known;
  });
}
