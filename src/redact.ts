/**
 * What every sink that prints goes through: ID numbers and phone numbers are masked by the shape of the value, wherever they stand.
 * Path-based redaction misses numbers inside messages and nested objects; this looks at values. Linear in the length of the text.
 */

// 18- and 15-digit resident numbers, residence permits, both generations of the foreigner's permit; half and full width; not inside a longer run.
const digit = '[0-9０-９]';
const idNumber = new RegExp(
  `(?<![0-9０-９A-Za-z])(?:${digit}{17}[0-9０-９XxＸｘ]|${digit}{15}|[A-Za-z]{3}${digit}{12})(?![0-9０-９A-Za-z])`,
  'gu',
);
// Glued to a field's name or a word (`GMSFHM3707…`): there a birthday must stand in it, for hashes are runs of letters and digits too.
const gluedNumber = new RegExp(
  `(?<!${digit})${digit}{6}(?:[1１][9９]|[2２][0０])${digit}{2}[01０１]${digit}[0-3０-３]${digit}{4}[0-9０-９XxＸｘ](?!${digit})`,
  'gu',
);
const mobile = /(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])/gu;

/** `370799********0018`: the region and the last four stay. A short number is masked whole. */
export function maskIdNumber(number: string): string {
  const characters = [...number];
  if (characters.length < 12) return '*'.repeat(characters.length);
  return `${characters.slice(0, 6).join('')}${'*'.repeat(characters.length - 10)}${characters.slice(-4).join('')}`;
}

/** `张*`, `欧阳**`-style masking: the first character stays. */
export function maskName(name: string): string {
  const characters = [...name];
  if (characters.length <= 1) return '*';
  return characters.map((character, index) => (index === 0 || /[·•・]/u.test(character) ? character : '*')).join('');
}

/** Masks every ID and mobile number in a text. */
export function redact(text: string): string {
  const stars = (number: string) => '*'.repeat([...number].length);
  return text.replace(idNumber, stars).replace(gluedNumber, stars).replace(mobile, '***********');
}

/** Masks every ID number in a text as `maskIdNumber` does: members of staff who sign with theirs can still be told apart. */
export function maskNumbers(text: string): string {
  return text.replace(idNumber, maskIdNumber).replace(gluedNumber, maskIdNumber);
}

/** `redact` for any value that will be printed as JSON. */
export function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key), redactValue(item)]));
  }
  return value;
}
