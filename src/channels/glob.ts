/**
 * Whether a file name fits a pattern: `*` is any run of characters, `?` any one, everything else itself. ASCII case does not matter, for
 * what Windows sends as `DEATH.CSV` is meant by `*.csv`. No regular expression is built from what a user wrote, and no pattern is slow.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  const text = [...fold(name)];
  const wanted = [...fold(pattern)];
  let at = 0;
  let place = 0;
  /** The last star, and where what it swallows ended when it was last tried. */
  let star = -1;
  let swallowed = 0;
  while (at < text.length) {
    if (wanted[place] === '*') {
      star = place;
      swallowed = at;
      place += 1;
    } else if (place < wanted.length && (wanted[place] === '?' || wanted[place] === text[at])) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      swallowed += 1;
      at = swallowed;
      place = star + 1;
    } else {
      return false;
    }
  }
  while (wanted[place] === '*') place += 1;
  return place === wanted.length;
}

function fold(text: string): string {
  return text.normalize('NFC').replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
