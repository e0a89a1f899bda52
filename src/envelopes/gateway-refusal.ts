import { type RefusalWords, refusal, spoken } from './auth-words.js';
import type { Opened } from './envelope.js';
import { isObject, leafText, member, readJson } from './json.js';

// Values that mean success somewhere (population-civil J.7): with one of them a message is another envelope's answer, not a refusal.
const successes = ['0', '00', '000', '0000', '1', '10', '200'];

/** Does this code mean success in one of the envelopes met? */
export function meansSuccessSomewhere(code: string): boolean {
  return successes.includes(code);
}

/** Platform codes that mean: this requester and interface are not authorised (population-civil A.1.4). */
const notAuthorised = ['E-106'];

/**
 * What a sharing platform in front of the agency answers in its own shape, `{ code, message }` as JSON, where the protocol behind it speaks
 * something else. Undefined for anything that is not such a refusal.
 */
export function gatewayRefusal(text: string, words: RefusalWords, warnings: readonly string[]): Opened | undefined {
  if (!/^[\uFEFF\s]*\{/.test(text)) return undefined;
  const json = readJson(text.trim());
  if (!json.ok || !isObject(json.value)) return undefined;
  const code = leafText(member(json.value, 'code')?.value);
  const message = leafText(member(json.value, 'message')?.value) ?? leafText(member(json.value, 'msg')?.value);
  if (code === undefined || message === undefined || meansSuccessSomewhere(code)) return undefined;
  const said = { code, message };
  if (notAuthorised.includes(code)) return { status: 'not-authorised', records: [], warnings: [...warnings], ...spoken(said) };
  return refusal(said, words, warnings);
}
