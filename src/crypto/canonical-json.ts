const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/**
 * Canonical JSON (RFC 8785): what is signed and hashed, so that two programs that mean the same value see the same bytes.
 *
 * Takes what JSON has: null, booleans, finite numbers, well-formed strings, arrays and plain objects; a property that is undefined is left out as
 * `JSON.stringify` does. Throws TypeError for anything else (NaN, a lone surrogate, a Map), because silence would sign another value.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      if (loneSurrogate.test(value)) throw new TypeError('canonical JSON: a string with a lone surrogate');
      return JSON.stringify(value);
    case 'number':
      // ECMAScript's own form of a number is the canonical one (section 3.2.2.3).
      if (!Number.isFinite(value)) throw new TypeError('canonical JSON: a number that is not finite');
      return JSON.stringify(value);
    case 'boolean':
      return String(value);
    case 'object':
      break;
    default:
      throw new TypeError(`canonical JSON: a ${typeof value}`);
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('canonical JSON: an object that is not plain');
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // By UTF-16 code units, which is how JavaScript compares strings (section 3.2.3).
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${canonicalJson(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
