import {
  type InnerList,
  type Item,
  isInnerList,
  parseDictionary,
  serializeInnerList,
  serializeItem,
} from './structured-fields.js';

/** What a signature can cover (RFC 9421 section 2), and the text over which it is made (section 2.5). */

/** A covered component: a header's name in lower case, or a derived one such as `@method`. */
export interface Component {
  name: string;
  /** Of the request that a response answers (section 2.4). */
  req: boolean;
  /** One member of a header that is a dictionary (section 2.1.2). */
  key?: string;
}

export interface RequestView {
  method: string;
  url: URL;
  headers: Headers;
}

export interface ResponseView {
  status: number;
  headers: Headers;
}

/** The message that is signed: a request, or a response with the request it answers. */
export interface MessageView {
  request: RequestView;
  response?: ResponseView;
}

const ofRequest: Readonly<Record<string, (request: RequestView) => string>> = {
  '@method': ({ method }) => method,
  '@authority': ({ url }) => url.host,
  '@scheme': ({ url }) => url.protocol.slice(0, -1),
  '@target-uri': ({ url }) => url.href,
  '@request-target': ({ url }) => url.pathname + url.search,
  '@path': ({ url }) => url.pathname,
  '@query': ({ url }) => url.search || '?',
};

/**
 * A component out of a signature's list; undefined for what is not supported, and then the signature is refused. `sf`, `bs`, `tr` and
 * `@query-param` are not: each gives one value a second spelling.
 */
export function componentOf({ value, parameters }: Item): Component | undefined {
  if (typeof value !== 'string') return undefined;
  const { req, key, ...others } = Object.fromEntries(parameters);
  if (Object.keys(others).length > 0 || (req !== undefined && req !== true)) return undefined;
  const isDerived = value.startsWith('@');
  if (isDerived ? value !== '@status' && !Object.hasOwn(ofRequest, value) : !/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(value))
    return undefined;
  if (key === undefined) return { name: value, req: req === true };
  return isDerived || typeof key !== 'string' ? undefined : { name: value, req: req === true, key };
}

/** As the list of a signature holds it. */
export function itemOf({ name, req, key }: Component): Item {
  const parameters = new Map<string, string | true>();
  if (req) parameters.set('req', true);
  if (key !== undefined) parameters.set('key', key);
  return { value: name, parameters };
}

/** One name for one component, in whatever order its parameters came. */
export function identifierOf(component: Component): string {
  return serializeItem(itemOf(component));
}

/** The component's value; undefined where the message has none, or it could not stand on one line of ASCII. */
export function componentValue(component: Component, { request, response }: MessageView): string | undefined {
  if (component.req && response === undefined) return undefined;
  const source = component.req || response === undefined ? request : response;
  const value = component.name.startsWith('@') ? derived(component.name, source) : field(component, source.headers);
  return value !== undefined && /^[\t\x20-\x7e]*$/.test(value) ? value : undefined;
}

function derived(name: string, source: RequestView | ResponseView): string | undefined {
  if ('status' in source) return name === '@status' ? String(source.status) : undefined;
  return ofRequest[name]?.(source);
}

function field({ name, key }: Component, headers: Headers): string | undefined {
  // Its values may hold commas, so that joined ones have several readings (section 7.5.6).
  if (name === 'set-cookie') return undefined;
  const value = headers.get(name);
  if (value === null) return undefined;
  if (key === undefined) return value;
  const member = parseDictionary(value)?.get(key);
  if (member === undefined) return undefined;
  return isInnerList(member) ? serializeInnerList(member) : serializeItem(member);
}

/**
 * The signature base: a line for each covered component in the list's order, and the list with its parameters as the last. Undefined where a
 * component has no value or is not supported.
 */
export function signatureBase(covered: InnerList, message: MessageView): Uint8Array | undefined {
  const lines: string[] = [];
  for (const item of covered.items) {
    const component = componentOf(item);
    const value = component === undefined ? undefined : componentValue(component, message);
    if (value === undefined) return undefined;
    lines.push(`${serializeItem(item)}: ${value}`);
  }
  lines.push(`"@signature-params": ${serializeInnerList(covered)}`);
  return Buffer.from(lines.join('\n'), 'latin1');
}

/** A request's address as signatures see it: http or https, without credentials and fragment. */
export function signedUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain = url.username === '' && url.password === '' && url.hash === '';
  return isPlain && (url.protocol === 'https:' || url.protocol === 'http:') ? url : undefined;
}
