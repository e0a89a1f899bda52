import type { Json } from '../model/index.js';
import type { JsonObject } from './json.js';
import { attributeOf, pointerOf, textOf, type XmlElement } from './xml-tree.js';

/** Gathers scattered parts of an XML message into one flat record, keeping for every value the pointer of where it stood. */
export interface Flat {
  readonly value: JsonObject;
  /** Pointer in `value` → pointer in the decoded message. */
  readonly origin: Record<string, string>;
}

/** A text found in the message, with its place. */
export interface Found {
  readonly text: string;
  readonly pointer: string;
}

/** An empty record to be filled by `put` and `putList`. */
export function newFlat(): Flat {
  return { value: {}, origin: {} };
}

/** Puts the first filled of several places under a key; nothing where none is filled. Gives what was put. */
export function put(flat: Flat, key: string, ...places: (Found | undefined)[]): Found | undefined {
  const found = places.find((place) => place !== undefined);
  if (found === undefined) return undefined;
  flat.value[key] = found.text;
  flat.origin[`/${key}`] = found.pointer;
  return found;
}

/** Puts a list of small objects under a key, or nothing for an empty list. */
export function putList(flat: Flat, key: string, items: readonly Readonly<Record<string, Found | string | undefined>>[]): void {
  if (items.length === 0) return;
  flat.value[key] = items.map((item, index) => {
    const object: { [key: string]: Json } = {};
    for (const [name, part] of Object.entries(item)) {
      if (part === undefined) continue;
      object[name] = typeof part === 'string' ? part : part.text;
      if (typeof part !== 'string') flat.origin[`/${key}/${index}/${name}`] = part.pointer;
    }
    return object;
  });
}

/** A filled attribute with its place; blank, `-` and `－` are nothing. */
export function foundAttribute(element: XmlElement | undefined, attribute: string): Found | undefined {
  if (element === undefined) return undefined;
  const text = attributeOf(element, attribute)?.trim() ?? '';
  return isNothing(text) ? undefined : { text, pointer: pointerOf(element, { attribute }) };
}

/** A filled text with its place. */
export function foundText(element: XmlElement | undefined): Found | undefined {
  if (element === undefined) return undefined;
  const text = textOf(element).trim();
  return isNothing(text) ? undefined : { text, pointer: pointerOf(element, 'text') };
}

/** A time as HL7 writes it: digits first. A label in its place, or a dash, is nothing. */
export function foundTime(element: XmlElement | undefined, attribute = 'value'): Found | undefined {
  const found = foundAttribute(element, attribute);
  return found !== undefined && /^\d{4}[\d\-/.:T +Z]*$/.test(found.text) ? found : undefined;
}

/** An ID number without the `ID` that some producers put before it (health-insurance 3.1). */
export function withoutIdPrefix(found: Found | undefined): Found | undefined {
  if (found === undefined) return undefined;
  const text = found.text.replace(/^ID(?=[0-9A-Z*])/i, '');
  return { text, pointer: found.pointer };
}

function isNothing(text: string): boolean {
  return text === '' || text === '-' || text === '－' || text === '--';
}
