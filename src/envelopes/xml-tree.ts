import type { Json } from '../model/index.js';

/** The XML tree as the strict reader gives it, ways to walk it, and its form as JSON with right pointers. Packages stay behind `xml.ts`. */

/** An attribute; namespace declarations are none. */
export interface XmlAttribute {
  /** As written, with prefix. */
  readonly name: string;
  readonly local: string;
  readonly prefix: string;
  readonly value: string;
}

/** An element with its way up. */
export interface XmlElement {
  /** As written, with prefix. */
  readonly name: string;
  readonly local: string;
  /** Namespace name; empty for none. */
  readonly namespace: string;
  /** Without namespace declarations. */
  readonly attributes: readonly XmlAttribute[];
  readonly content: readonly (XmlElement | string)[];
  readonly parent: XmlElement | undefined;
}

/** Child elements, those of a local name only if one is given. */
export function childrenOf(element: XmlElement, local?: string): XmlElement[] {
  const children: XmlElement[] = [];
  for (const item of element.content) {
    if (typeof item !== 'string' && (local === undefined || item.local === local)) children.push(item);
  }
  return children;
}

/** The first element down a path of local names. */
export function childOf(element: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let at = element;
  for (const local of path) {
    if (at === undefined) return undefined;
    at = childrenOf(at, local)[0];
  }
  return at;
}

/** Every element below, in document order; those of a local name only if one is given. */
export function* descendantsOf(element: XmlElement, local?: string): Generator<XmlElement> {
  for (const child of childrenOf(element)) {
    if (local === undefined || child.local === local) yield child;
    yield* descendantsOf(child, local);
  }
}

/** All text directly inside, as written. */
export function textOf(element: XmlElement | undefined): string {
  if (element === undefined) return '';
  return element.content.filter((item) => typeof item === 'string').join('');
}

/** An attribute's value by local name; an unprefixed one wins. */
export function attributeOf(element: XmlElement | undefined, local: string): string | undefined {
  let found: string | undefined;
  for (const attribute of element?.attributes ?? []) {
    if (attribute.local !== local) continue;
    if (attribute.prefix === '') return attribute.value;
    found ??= attribute.value;
  }
  return found;
}

/**
 * The element as JSON: local names as keys, attributes as `@name`, text as `#text`, or the text alone where there is nothing else, repeated
 * elements as arrays. White space between elements is not text. Objects have no prototype, so no name can reach one.
 */
export function xmlTree(element: XmlElement): Json {
  const children = childrenOf(element);
  const text = textOf(element);
  if (children.length === 0 && element.attributes.length === 0) return text.trim() === '' ? '' : text;
  const tree: { [key: string]: Json } = Object.create(null);
  for (const attribute of element.attributes) tree[attributeKey(element, attribute)] = attribute.value;
  const counts = countByLocal(children);
  for (const child of children) {
    const value = xmlTree(child);
    if (counts.get(child.local) === 1) {
      tree[child.local] = value;
      continue;
    }
    const list = tree[child.local];
    if (Array.isArray(list)) list.push(value);
    else tree[child.local] = [value];
  }
  if (text.trim() !== '') tree['#text'] = text;
  return tree;
}

/** JSON Pointer (RFC 6901) of an element, or of one of its attributes or its text, in `xmlTree` of the root. */
export function pointerOf(element: XmlElement, part?: { attribute: string } | 'text'): string {
  const steps: string[] = [];
  for (let at: XmlElement = element; at.parent !== undefined; at = at.parent) steps.push(stepsOf(at.parent).get(at) ?? '');
  let pointer = steps.reverse().join('');
  if (part === 'text') {
    if (element.attributes.length > 0 || childrenOf(element).length > 0) pointer += '/#text';
  } else if (part !== undefined) {
    const attribute =
      element.attributes.find((item) => item.local === part.attribute && item.prefix === '') ??
      element.attributes.find((item) => item.local === part.attribute);
    pointer += `/${escapeStep(attribute ? attributeKey(element, attribute) : `@${part.attribute}`)}`;
  }
  return pointer;
}

const knownSteps = new WeakMap<XmlElement, ReadonlyMap<XmlElement, string>>();

/** The step from a parent to each child, worked out once: a batch of thousands asks for the pointer of every one. */
function stepsOf(parent: XmlElement): ReadonlyMap<XmlElement, string> {
  const known = knownSteps.get(parent);
  if (known !== undefined) return known;
  const children = childrenOf(parent);
  const counts = countByLocal(children);
  const places = new Map<string, number>();
  const steps = new Map<XmlElement, string>();
  for (const child of children) {
    const place = places.get(child.local) ?? 0;
    places.set(child.local, place + 1);
    const repeated = (counts.get(child.local) ?? 0) > 1;
    steps.set(child, `/${escapeStep(child.local)}${repeated ? `/${place}` : ''}`);
  }
  knownSteps.set(parent, steps);
  return steps;
}

/** One step of a JSON Pointer. */
export function escapeStep(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** `@local`; with its prefix where an attribute of that local name stands before it. */
function attributeKey(element: XmlElement, attribute: XmlAttribute): string {
  const rival = element.attributes.find(
    (item) => item !== attribute && item.local === attribute.local && (item.prefix === '' || attribute.prefix !== ''),
  );
  const plain = attribute.prefix === '' || rival === undefined;
  return plain ? `@${attribute.local}` : `@${attribute.name}`;
}

function countByLocal(children: readonly XmlElement[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const child of children) counts.set(child.local, (counts.get(child.local) ?? 0) + 1);
  return counts;
}
