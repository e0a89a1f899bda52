/**
 * Structured fields (RFC 8941), as much as signatures and digests need: dictionaries of items and inner lists. Stricter than the RFC where its
 * leniency would let two programs read one header differently: a key or parameter given twice, Base64 that is not spelt the one way, and a
 * header longer than `longestField` are no field at all. Time grows with the length alone.
 */

export class Token {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export type BareItem = string | number | boolean | Uint8Array | Token;
export type Parameters = ReadonlyMap<string, BareItem>;

export interface Item {
  value: BareItem;
  parameters: Parameters;
}

export interface InnerList {
  items: readonly Item[];
  parameters: Parameters;
}

export type Dictionary = ReadonlyMap<string, Item | InnerList>;

/** Characters; five components, four parameters and an Ed25519 signature need some 300. */
export const longestField = 4096;

export function isInnerList(member: Item | InnerList | undefined): member is InnerList {
  return member !== undefined && 'items' in member;
}

/** The members in their order; undefined for what is no such dictionary. Never throws. */
export function parseDictionary(text: string): Dictionary | undefined {
  if (text.length > longestField) return undefined;
  const reader = new Reader(text);
  try {
    return reader.dictionary();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

class Malformed extends Error {}

class Reader {
  readonly text: string;
  #at = 0;

  constructor(text: string) {
    this.text = text;
  }

  dictionary(): Dictionary {
    const members = new Map<string, Item | InnerList>();
    this.#take(/ */y);
    while (this.#at < this.text.length) {
      if (members.size > 0) this.#must(/[ \t]*,[ \t]*/y);
      const key = this.#key();
      if (members.has(key)) throw new Malformed();
      members.set(key, this.#take(/=/y) === undefined ? { value: true, parameters: this.#parameters() } : this.#member());
      if (this.#take(/[ \t]*$/y) !== undefined) break;
    }
    return members;
  }

  #member(): Item | InnerList {
    if (this.#take(/\(/y) === undefined) return this.#item();
    const items: Item[] = [];
    this.#take(/ */y);
    while (this.#take(/\)/y) === undefined) {
      items.push(this.#item());
      // Items are parted by spaces; before the end there may be some.
      if (this.text[this.#at] !== ')') this.#must(/ +/y);
    }
    return { items, parameters: this.#parameters() };
  }

  #item(): Item {
    return { value: this.#bareItem(), parameters: this.#parameters() };
  }

  #parameters(): Parameters {
    const parameters = new Map<string, BareItem>();
    while (this.#take(/; */y) !== undefined) {
      const key = this.#key();
      if (parameters.has(key)) throw new Malformed();
      parameters.set(key, this.#take(/=/y) === undefined ? true : this.#bareItem());
    }
    return parameters;
  }

  #bareItem(): BareItem {
    const text = this.#take(/"(?:[ !\x23-\x5b\x5d-\x7e]|\\["\\])*"/y);
    if (text !== undefined) return text.slice(1, -1).replace(/\\(.)/g, '$1');
    const bytes = this.#take(/:[A-Za-z0-9+/]*={0,2}:/y);
    if (bytes !== undefined) return canonicalBase64(bytes.slice(1, -1));
    const flag = this.#take(/\?[01]/y);
    if (flag !== undefined) return flag === '?1';
    const name = this.#take(/[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*/y);
    if (name !== undefined) return new Token(name);
    const digits = this.#must(/-?[0-9]{1,15}/y);
    // Decimals are in no field that is read here.
    if (/[0-9.]/.test(this.text[this.#at] ?? '')) throw new Malformed();
    return Number(digits) + 0;
  }

  #key(): string {
    return this.#must(/[a-z*][a-z0-9_\-.*]*/y);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #must(pattern: RegExp): string {
    const found = this.#take(pattern);
    if (found === undefined) throw new Malformed();
    return found;
  }
}

function canonicalBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  // Otherwise the last character could be changed and the bytes stay the same.
  if (bytes.toString('base64') !== text) throw new Malformed();
  return new Uint8Array(bytes);
}

export function serializeItem({ value, parameters }: Item): string {
  return serializeBareItem(value) + serializeParameters(parameters);
}

export function serializeInnerList({ items, parameters }: InnerList): string {
  return `(${items.map(serializeItem).join(' ')})${serializeParameters(parameters)}`;
}

function serializeParameters(parameters: Parameters): string {
  return [...parameters].map(([key, value]) => (value === true ? `;${key}` : `;${key}=${serializeBareItem(value)}`)).join('');
}

function serializeBareItem(value: BareItem): string {
  if (value instanceof Token) return value.name;
  if (value instanceof Uint8Array) return `:${Buffer.from(value).toString('base64')}:`;
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`;
  return typeof value === 'boolean' ? `?${value ? 1 : 0}` : String(value);
}
