import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Advisory {
  /** The first good version, or `never` for a package that must not be installed at all. */
  least: string;
  bad?: string[];
  because: string[];
}

const { packages } = JSON.parse(readFileSync('security/advisories.json', 'utf8')) as { packages: Record<string, Advisory> };
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, { version?: string }> };

/** Why a version must not be used, or undefined. A pre-release counts as older than what it leads to. */
function objection(version: string, { least, bad = [] }: Advisory): string | undefined {
  if (least === 'never') return 'must not be installed';
  if (bad.includes(version)) return 'is a bad release';
  return isBefore(version, least) ? `is older than ${least}` : undefined;
}

function isBefore(version: string, other: string): boolean {
  const [numbers = '', preRelease] = version.split('-', 2);
  const ours = numbers.split('.').map(Number);
  const theirs = other.split('.').map(Number);
  for (const [place, theirNumber] of theirs.entries()) {
    const ourNumber = ours[place] ?? 0;
    if (ourNumber !== theirNumber) return ourNumber < theirNumber;
  }
  return preRelease !== undefined;
}

describe('the list of advisories', () => {
  it.each(Object.entries(packages))('finds every installed copy of %s good', (name, advisory) => {
    const copies = Object.entries(lock.packages).filter(
      ([place]) => place === `node_modules/${name}` || place.endsWith(`/node_modules/${name}`),
    );
    const objections = copies.map(([place, { version = '' }]) => [place, version, objection(version, advisory)]);

    expect(objections.filter(([, , why]) => why !== undefined)).toEqual([]);
    expect(copies.length > 0).toBe(advisory.least !== 'never');
  });

  it.each([
    ['axios', '1.17.9', 'is older than 1.18.0'],
    ['axios', '1.18.0', undefined],
    ['axios', '1.21.1', undefined],
    ['axios', '1.14.1', 'is a bad release'],
    ['axios', '1.18.0-beta.1', 'is older than 1.18.0'],
    ['axios', '0.30.4', 'is a bad release'],
    ['fast-xml-parser', '5.9.12', 'is older than 5.10.1'],
    ['fast-xml-parser', '5.10.1', undefined],
    ['fast-uri', '3.1.6', 'is older than 3.1.7'],
    ['ajv', '8.9.0', 'is older than 8.18.0'],
    ['ajv', '9.0.0', undefined],
    ['form-data', '4.0.5', 'is older than 4.0.6'],
    ['plain-crypto-js', '4.2.1', 'must not be installed'],
  ])('says of %s %s: %s', (name, version, why) => {
    const advisory = packages[name];

    expect(advisory && objection(version, advisory)).toBe(why);
  });

  it('gives a reason for each entry', () => {
    expect(Object.values(packages).filter((advisory) => advisory.because.length === 0)).toEqual([]);
  });
});
