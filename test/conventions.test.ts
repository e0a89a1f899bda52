import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Habits that no compiler checks. Each scan gives the offending places, so that a failure reads as a list of what to mend. */

const texts = ['src', 'test', 'fixtures', 'examples', 'docs', 'bench', 'scripts']
  .flatMap((folder) => {
    try {
      return readdirSync(folder, { recursive: true, withFileTypes: true });
    } catch {
      return [];
    }
  })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .concat(readdirSync('.').filter((name) => /\.(md|json|ts|yaml)$/.test(name)))
  .filter((file) => !/\.(png|db|pem|p12|gz|zip)$/.test(file) && !file.endsWith('package-lock.json'))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));

const code = texts.filter(({ file }) => /^(src|test|bench|scripts)\//.test(file) && /\.(ts|mjs)$/.test(file));

/** `file:line` of every match. */
function places(among: typeof texts, pattern: RegExp, except: (match: string, file: string) => boolean = () => false): string[] {
  return among.flatMap(({ file, text }) =>
    [...text.matchAll(pattern)]
      .filter((match) => !except(match[0], file))
      .map((match) => `${file}:${text.slice(0, match.index).split('\n').length} ${match[0]}`),
  );
}

describe('the repository', () => {
  it('skips, focuses, postpones and silences nothing', () => {
    // Written in pieces, so that this file does not find itself.
    const words = [
      String.raw`\b(?:it|test|describe)\.(?:skip|todo|only)\b`,
      'TO' + 'DO',
      'FIX' + 'ME',
      '@ts-' + '(?:ignore|nocheck|expect-error)',
    ];
    const silencers = ['biome' + '-ignore', 'eslint' + '-disable'];

    expect(places(code, new RegExp([...words, ...silencers].join('|'), 'g'))).toEqual([]);
  });

  it('knows only synthetic persons: district 370799, which nobody was ever given, and permits', () => {
    const resident =
      /(?<![0-9A-Za-z.])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z])/g;

    expect(places(texts, resident, (number) => /^(?:370799|8[123]0000|9)/.test(number))).toEqual([]);
  });

  it('names no machine of its makers and no package registry', () => {
    expect(
      places(texts, new RegExp(String.raw`(?<![A-Za-z0-9_./])/(?:wo${'rk'}|ro${'ot'})/|https?://(?:registry|deb)\.`, 'g')),
    ).toEqual([]);
  });

  it('draws every random case from a fixed seed', () => {
    expect(
      places(code, /from 'fast-check'|Math\.random\(/g, (_, file) =>
        /^(?:src|test\/(?:seeded|conventions\.test)\.ts)/.test(file),
      ),
    ).toEqual([]);
  });

  it('keeps every source file short enough to answer one question', () => {
    const long = texts.filter(
      ({ file, text }) => /^src\/.*\.ts$/.test(file) && !file.includes('.generated.') && text.split('\n').length > 450,
    );

    expect(long.map(({ file }) => file)).toEqual([]);
  });
});
