import { describe, expect, it } from 'vitest';
import { dayOf } from '../../src/model/index.js';
import { createWorld } from '../../src/sandbox/population.js';
import { stories } from '../../src/sandbox/stories/index.js';
import { truthOf } from '../../src/sandbox/truth.js';
import type { World } from '../../src/sandbox/world.js';
import { contradictionsOf } from './oracle.js';

const start = dayOf(2026, 11, 23) as number;

/** `rule caseNo`, as the truth says and as the plain reading of the raw world says. */
function both(world: World, today: number): { truth: string[]; plain: string[] } {
  return {
    truth: truthOf(world, today)
      .expected.map(({ rule, caseNo }) => `${rule} ${caseNo}`)
      .sort(),
    plain: world.onFile
      .flatMap((life) =>
        contradictionsOf(life, today).map((rule) => `${rule} ${life.file?.cases.at(-1)?.caseNo ?? 'without a case'}`),
      )
      .sort(),
  };
}

describe('the made-up world', () => {
  it.each([1, 2, 3, 20261123])('contradicts itself exactly where a story says so, with seed %i', (seed) => {
    const { truth, plain } = both(createWorld({ seed, start, people: 300, unanswered: seed === 2 }), start);

    expect(plain).toEqual(truth);
  });

  it.each(['2026-01-01', '2026-02-28', '2028-02-29', '2026-03-31', '2026-07-01', '2026-12-31'])(
    'contradicts itself exactly where a story says so when the day is %s',
    (day) => {
      const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
      const beginning = dayOf(year, month, date) as number;
      const { truth, plain } = both(createWorld({ seed: 7, start: beginning, people: 200 }), beginning);

      expect(plain).toEqual(truth);
    },
  );

  it.each([1, 2, 3, 4, 5, 14, 30])('contradicts itself exactly where a story says so %i days on', (days) => {
    const { truth, plain } = both(createWorld({ seed: 1, start, people: 300 }), start + days);

    expect(plain).toEqual(truth);
  });

  it('plants every rule about a person at least twice', () => {
    const planted = truthOf(createWorld({ seed: 1, start, people: 300 }), start).expected;
    const counts = new Map<string, number>();
    for (const { rule } of planted) counts.set(rule, (counts.get(rule) ?? 0) + 1);

    const atLeastTwice = [...counts].filter(([, count]) => count >= 2).map(([rule]) => rule);

    expect(atLeastTwice.sort()).toEqual([
      'admitted-after-death',
      'alive-after-death',
      'benefit-without-conclusion',
      'case-open-after-death',
      'case-overdue',
      'challenge-out-of-time',
      'death-date-decides-benefit',
      'death-dates-conflict',
      'death-retracted',
      'death-single-source',
      'exam-after-death',
      'exam-during-stay',
      'first-appraisal-repeated',
      'hospital-death-unconfirmed',
      'impossible-case-sequence',
      'impossible-death-sequence',
      'invalid-id-number',
      'name-differs',
      'not-in-population',
      'paid-after-death',
      'paid-twice',
      'province-differs',
      'record-without-stay',
      'registration-cancelled',
      'service-after-death',
      'settled-after-death',
      'settled-twice',
      'stay-before-accident',
      'stay-spans-death',
      'stays-overlap',
    ]);
    expect(counts.size).toBe(30);
  });

  it('gives every story an id of its own and a text in both languages', () => {
    const ids = stories.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    for (const { says } of stories) {
      expect(says.zh).toMatch(/\p{Script=Han}/u);
      expect(says.en).toMatch(/^[\x20-\x7e·•]+$/u);
    }
  });

  it('honours the number of persons asked for, with as many stories as fit', () => {
    const small = createWorld({ seed: 1, start, people: 5 });
    const large = createWorld({ seed: 1, start, people: 700 });

    expect(small.onFile).toHaveLength(5);
    expect(large.onFile).toHaveLength(700);
    expect(truthOf(small, start).expected.length).toBeLessThanOrEqual(6);
    expect(truthOf(large, start).expected).toHaveLength(
      truthOf(createWorld({ seed: 1, start, people: 300 }), start).expected.length,
    );
  });

  it('uses only numbers that cannot be a real person’s, each once', () => {
    const world = createWorld({ seed: 1, start, people: 300 });
    const numbers = [...world.onFile, ...world.strangers].map((life) => life.citizen.number);

    expect(new Set(numbers).size).toBe(numbers.length);
    for (const number of numbers) expect(number).toMatch(/^(370799|8[123]0000|9)/);
  });

  it('hides the stories among the case numbers', () => {
    const casesOf = (seed: number) => createWorld({ seed, start, people: 300 }).expected.map(({ caseNo }) => caseNo);

    expect(casesOf(1)).not.toEqual(casesOf(2));
    const told = createWorld({ seed: 1, start, people: 300 }).expected.map(({ story }) =>
      stories.findIndex(({ id }) => id === story),
    );
    expect(told).not.toEqual([...told].sort((a, b) => a - b));
  });

  it('keeps names on file apart, so that a namesake is one only where a story wants one', () => {
    const world = createWorld({ seed: 1, start, people: 300 });
    const names = world.onFile.map((life) => life.citizen.name);

    expect(new Set(names).size).toBe(names.length);
  });

  it('holds permits, dotted names, rare characters, an X, and numbers from 15 digits', () => {
    const subjects = createWorld({ seed: 1, start, people: 300 }).onFile.flatMap((life) =>
      life.file ? [life.file.subject] : [],
    );
    const documents = subjects.flatMap(({ idDocuments }) => idDocuments);

    expect(documents.some(({ type }) => type === 'hmt-residence-permit')).toBe(true);
    expect(documents.some(({ type }) => type === 'foreign-permanent-resident')).toBe(true);
    expect(documents.some(({ number }) => number.endsWith('X'))).toBe(true);
    expect(documents.some(({ validity }) => validity === 'upgraded-15')).toBe(true);
    expect(subjects.some(({ name }) => name.includes('·'))).toBe(true);
    expect(subjects.some(({ name }) => /[䶮𠮷𬱖𫞩]/u.test(name))).toBe(true);
    expect(subjects.some(({ formerNames }) => formerNames !== undefined)).toBe(true);
  });
});
