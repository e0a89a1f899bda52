/**
 * Names: one form to compare, and what two names are to each other. Never *different* where a character could not be read.
 *
 * Sources: 民委发〔2016〕33号 (the separator of minority names is U+00B7; senders use ten others); the *Names* paragraph of the cross-checks.
 */

/** Private-use character → the character meant. Font vendors disagree, so a city supplies its own (`config`). */
export type PrivateUseTable = ReadonlyMap<string, string>;

/** A name with the names borne before (曾用名); a `Person` is one. */
export interface NameHolder {
  name: string;
  formerNames?: readonly string[];
}

export type NameReason =
  /** Equal character by character. */
  | 'exact'
  /** Equal but for width, white space, case. */
  | 'normalised'
  /** Equal but for the separating dot. */
  | 'dot-normalised'
  /** Equal once private-use characters are read. */
  | 'private-use-mapped'
  | 'former-name'
  /** One side is cut at 20 characters, a common column width. */
  | 'truncated-at-20'
  | 'uncertain-glyph'
  /** One side has no name. */
  | 'no-name'
  | 'different';

export interface NameComparison {
  result: 'same' | 'different' | 'uncertain';
  reason: NameReason;
}

/**
 * The fourteen Han characters of GB 18030 that one edition keeps in the private-use area and a later one does not, so that the same bytes decode
 * to either: FE59 FE61 FE66 FE67 FE6D FE7E FE90 FEA0 until 2022 (a WHATWG decoder has the Unicode characters), FE51 FE52 FE53 FE6C FE76 FE91
 * until 2005 (a WHATWG decoder still has the private-use ones). The ten vertical punctuation marks of that list stand in no name. Used only to
 * see that two names are the same, never that they differ.
 */
export const gb18030PrivateUse: PrivateUseTable = new Map([
  ['\uE816', '\u{20087}'],
  ['\uE817', '\u{20089}'],
  ['\uE818', '\u{200CC}'],
  ['\uE831', '\u{215D7}'],
  ['\uE83B', '\u{2298F}'],
  ['\uE855', '\u{241FE}'],
  ['\uE81E', '\u9FB4'],
  ['\uE826', '\u9FB5'],
  ['\uE82B', '\u9FB6'],
  ['\uE82C', '\u9FB7'],
  ['\uE832', '\u9FB8'],
  ['\uE843', '\u9FB9'],
  ['\uE854', '\u9FBA'],
  ['\uE864', '\u9FBB'],
]);

const noTable: PrivateUseTable = new Map();
/** White space, and what nobody sees either: zero-width spaces and joiners, direction marks. */
const unseen = /[\s\p{Cf}]+/gu;
const dots = /[·•・･．.‧∙⋅●]/gu;
const latin = /\p{Script=Latin}+/gu;
const missingGlyph = /[?*□〓\uFFFD]/u;
const privateUse = /\p{Co}/u;

/**
 * The form in which names are compared: private-use characters read by the table, NFKC, white space and every variant of the separating dot
 * removed, Latin in upper case.
 */
export function normaliseName(name: string, table: PrivateUseTable = noTable): string {
  return withoutSpace(readPrivateUse(name, table)).replace(dots, '').normalize('NFKC');
}

/** Does the name hold a character nobody could read: a private-use one the table does not have, or a stand-in for a missing glyph (? * □ 〓 U+FFFD)? */
export function containsUncertainGlyph(name: string, table: PrivateUseTable = noTable): boolean {
  const form = normaliseName(name, table);
  return privateUse.test(form) || missingGlyph.test(form);
}

/**
 * What two names of one number are to each other. In this order: equal → same; equal to a former name of either side → same; a character
 * nobody could read, or no name → uncertain; one side cut at exactly 20 characters and the beginning of the other → same; else different.
 */
export function compareNames(a: NameHolder, b: NameHolder, options: { privateUse?: PrivateUseTable } = {}): NameComparison {
  const configured = options.privateUse ?? noTable;
  const readings = [configured, new Map([...gb18030PrivateUse, ...configured])];
  const first = normaliseName(a.name, configured);
  const second = normaliseName(b.name, configured);
  if (first === '' || second === '') return { result: 'uncertain', reason: 'no-name' };
  for (const table of readings) {
    if (normaliseName(a.name, table) === normaliseName(b.name, table))
      return { result: 'same', reason: likeness(a.name, b.name) };
  }
  for (const table of readings) {
    const former = (name: string, holder: NameHolder) =>
      (holder.formerNames ?? []).some((earlier) => normaliseName(earlier, table) === normaliseName(name, table));
    if (former(a.name, b) || former(b.name, a)) return { result: 'same', reason: 'former-name' };
  }
  if (containsUncertainGlyph(a.name, configured) || containsUncertainGlyph(b.name, configured)) {
    return { result: 'uncertain', reason: 'uncertain-glyph' };
  }
  if ((isCut(a.name) && second.startsWith(first)) || (isCut(b.name) && first.startsWith(second))) {
    return { result: 'same', reason: 'truncated-at-20' };
  }
  return { result: 'different', reason: 'different' };
}

/** How two names known to be the same are alike: the least that had to be done to see it. */
function likeness(a: string, b: string): NameReason {
  if (a === b) return 'exact';
  if (withoutSpace(a) === withoutSpace(b)) return 'normalised';
  return normaliseName(a) === normaliseName(b) ? 'dot-normalised' : 'private-use-mapped';
}

function withoutSpace(name: string): string {
  return name
    .normalize('NFKC')
    .replace(unseen, '')
    .replace(latin, (letters) => letters.toUpperCase());
}

function readPrivateUse(name: string, table: PrivateUseTable): string {
  return table.size === 0 ? name : [...name].map((character) => table.get(character) ?? character).join('');
}

/** Exactly 20 code points long as sent. */
function isCut(name: string): boolean {
  return [...name.trim()].length === 20;
}
