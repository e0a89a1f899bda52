import { type Gate, nothing, Refusal } from './problems.js';

/** What an address and a method mean. */
export type Route =
  | { call: 'request' | 'appraisals' }
  | { call: 'openapi' | 'health'; open: true }
  | { call: 'manifest' | 'receipt'; id: string }
  | { call: 'document'; id: string; documentId: string };

export type Call = Route['call'];

/** Purpose each call is made for; a partner that may not have it gets none of its calls. */
export const purposeOf: Readonly<Record<Exclude<Call, 'openapi' | 'health'>, string>> = {
  request: 'reappraisal',
  manifest: 'reappraisal',
  document: 'reappraisal',
  receipt: 'reappraisal',
  appraisals: 'appraisal-history',
};

const id = '([A-Za-z0-9][A-Za-z0-9_-]{0,127})';
const table: readonly { path: RegExp; method: 'GET' | 'POST'; route: (id: string, documentId: string) => Route }[] = [
  { path: /^\/v1\/dossiers$/, method: 'POST', route: () => ({ call: 'request' }) },
  { path: new RegExp(`^/v1/dossiers/${id}$`), method: 'GET', route: (one) => ({ call: 'manifest', id: one }) },
  {
    path: new RegExp(`^/v1/dossiers/${id}/documents/${id}$`),
    method: 'GET',
    route: (one, two) => ({ call: 'document', id: one, documentId: two }),
  },
  { path: new RegExp(`^/v1/dossiers/${id}/receipt$`), method: 'POST', route: (one) => ({ call: 'receipt', id: one }) },
  { path: /^\/v1\/appraisals$/, method: 'GET', route: () => ({ call: 'appraisals' }) },
  { path: /^\/v1\/openapi\.json$/, method: 'GET', route: () => ({ call: 'openapi', open: true }) },
  { path: /^\/v1\/health$/, method: 'GET', route: () => ({ call: 'health', open: true }) },
];

/** The route, or the refusal that an address or a method comes to once the caller is known. */
export function routeOf(method: string, path: string): Route | Refusal {
  const gate: Gate = 'address';
  for (const { path: pattern, method: wanted, route } of table) {
    const match = pattern.exec(path);
    if (match === null) continue;
    if (method === wanted) return route(match[1] ?? '', match[2] ?? '');
    return new Refusal('method-not-allowed', gate, { headers: { allow: wanted } });
  }
  return nothing(gate, 'no-such-address');
}
