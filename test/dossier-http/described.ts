import { openapiDocument } from '../../src/dossier/openapi.js';
import type { Json } from '../../src/model/index.js';
import { compile } from '../../src/schema.js';

/** What a service answered, held against its own description. */

export interface GivenAnswer {
  method: string;
  path: string;
  status: number;
  type: string;
  headers: readonly string[];
  body: Buffer;
}

interface Described {
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, { schema?: Json }>;
}
interface Operation {
  responses: Record<string, Described>;
}

export const document = openapiDocument();
export const paths = document.paths as unknown as Record<string, Record<string, Operation>>;

/** Where an address is none that is described, a call is answered as any other that comes to nothing. */
const anywhere = paths['/v1/dossiers/{id}']?.get;
const known = Object.entries(paths).map(([path, operations]) => ({
  path: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
  operations,
}));
const checks = new Map<string, ReturnType<typeof compile>>();

/** What is not as described, in words; nothing of what was answered. A bare 500 is what cannot be signed. */
export function undescribed(answers: readonly GivenAnswer[]): string[] {
  return [...new Set(answers.flatMap(faultOf))];
}

function faultOf({ method, path, status, type, headers, body }: GivenAnswer): string[] {
  if (status === 500 && body.length === 0) return [];
  const found = known.find((one) => one.path.test(path))?.operations;
  // By a method that is none of its own, an address answers what each of its own may: 401, 405, 413.
  const operation =
    found?.[method.toLowerCase()] ?? Object.values(found ?? {}).find(({ responses }) => '405' in responses) ?? anywhere;
  const described = operation?.responses[String(status)];
  const what = `${method} ${path.replace(/[\w-]{20,}/g, '…')} ${status}`;
  if (described === undefined) return [`${what}: not described`];
  const lacking = Object.keys(described.headers ?? {}).filter((name) => !headers.includes(name));
  // Only while an item is on its way.
  const faults = lacking.filter((name) => !(name === 'retry-after' && status === 200)).map((name) => `${what}: no ${name}`);
  if (body.length === 0) return described.content === undefined ? faults : [...faults, `${what}: without content`];
  const content = described.content?.[type] ?? described.content?.['*/*'];
  if (content === undefined) return [...faults, `${what}: ${type} is not described`];
  if (content.schema === undefined) return faults;
  const name = JSON.stringify(content.schema);
  const check = checks.get(name) ?? compile(asJsonSchema(content.schema));
  checks.set(name, check);
  const result = check(JSON.parse(body.toString()));
  return result.ok ? faults : [...faults, ...result.faults.map(({ pointer, message }) => `${what}: ${pointer} ${message.en}`)];
}

/** A handler whose answers are kept. */
export function keeping(
  handler: (request: Request) => Promise<Response>,
  kept: GivenAnswer[],
): (request: Request) => Promise<Response> {
  return async (request) => {
    const response = await handler(request);
    kept.push({
      method: request.method,
      path: new URL(request.url).pathname,
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      headers: [...response.headers.keys()],
      body: Buffer.from(await response.clone().arrayBuffer()),
    });
    return response;
  };
}

/** OpenAPI's `components` is no keyword of JSON Schema: the same under `$defs`. */
function asJsonSchema(schema: Json): Json {
  const { schemas } = document.components as { schemas: Json };
  return JSON.parse(
    JSON.stringify({ ...(schema as object), $defs: schemas }).replaceAll('"#/components/schemas/', '"#/$defs/'),
  ) as Json;
}
