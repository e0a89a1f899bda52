/** The one way text gets into the report: no markup, no attribute break-out, no control characters. */
function escapeHtml(text: string): string {
  return text
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) => (/[\t\n\r]/.test(character) ? character : ''))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Markup that is known to be safe. Only `html` makes it, so that a forgotten escape does not compile. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | readonly (Markup | string | undefined)[];

/** A template whose values are escaped unless they are markup themselves; `undefined` is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let markup = strings[0] ?? '';
  for (const [index, part] of parts.entries()) markup += render(part) + (strings[index + 1] ?? '');
  return { markup };
}

function render(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if (isMarkup(part)) return part.markup;
  return part.map((item) => (item === undefined ? '' : typeof item === 'string' ? escapeHtml(item) : item.markup)).join('');
}

function isMarkup(part: Markup | readonly unknown[]): part is Markup {
  return !Array.isArray(part);
}

/** Constant text of the program that is markup already (styles). */
export function trusted(markup: string): Markup {
  return { markup };
}
