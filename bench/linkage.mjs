/**
 * How well records with a wrong or missing number are tied to persons on file, and what the question costs.
 * `npm run build && node bench/linkage.mjs [PERSONS] [STRANGERS] [SEEDS]` prints, over several seeds, recall by kind of error and precision, with
 * the sandbox's made-up citizens whose names repeat as in a real city; and the time of a sieve that asks, against one that knows numbers only.
 */

import { mapReply } from '../dist/adapters/answers.js';
import { institutionTable } from '../dist/adapters/institutions.js';
import { openFile, sieve } from '../dist/adapters/receive.js';
import tableExchange from '../dist/envelopes/table-exchange.js';
import { createKeys, parseIdDocument } from '../dist/identity/index.js';
import { personsOnFile } from '../dist/linkage/on-file.js';
import { compileMapping } from '../dist/mapping/engine.js';
import { codeTables, shippedMappings } from '../dist/mapping/shipped.generated.js';
import { formatDay } from '../dist/model/index.js';
import { createCitizens, otherNumberLike } from '../dist/sandbox/citizens.js';
import { createRandom } from '../dist/sandbox/random.js';

const persons = Number(process.argv[2] ?? 2000);
const strangers = Number(process.argv[3] ?? 20_000);
const seeds = Number(process.argv[4] ?? 5);

// ---- a city: names repeat, the commonest is borne by 3 to 4 in a hundred, which is more than in a real one ---------------------------------
function population(seed, count) {
  const random = createRandom(seed, 'linkage');
  const citizenOf = createCitizens(seed);
  const pool = Array.from({ length: count }, () => citizenOf(random, {}));
  const names = pool.map(({ name }) => name);
  for (const citizen of pool) citizen.name = names[Math.floor((random.between(0, 999_999) ** 3 / 1e18) * names.length)];
  return { random, pool };
}

const replaced = (text, place, character) => text.slice(0, place) + character + text.slice(place + 1);

/** Kinds of error: a row as written, out of the citizen meant. `null` where the kind cannot be. */
const kinds = {
  'one digit wrong': (citizen, random) => ({ number: oneDigit(citizen.number, random) }),
  'two neighbours swapped': (citizen, random) => ({ number: swapped(citizen.number, random) }),
  'digit missing': ({ number }, random) => ({ number: replaced(number, random.between(0, 17), '') }),
  'wrong check digit': ({ number }) => ({ number: replaced(number, 17, number[17] === '4' ? '8' : '4') }),
  'one digit, no birth date': (citizen, random) => ({ number: oneDigit(citizen.number, random), born: undefined }),
  'one digit and one character': (citizen, random) =>
    [...citizen.name].length < 3
      ? null
      : { number: oneDigit(citizen.number, random), name: replaced(citizen.name, citizen.name.length - 1, '某') },
  'one digit, another name': (citizen, random) => ({ number: oneDigit(citizen.number, random), name: '虚构他人' }),
  'two digits wrong': (citizen, random) => ({ number: oneDigit(oneDigit(citizen.number, random), random) }),
  'no number': () => ({ number: undefined }),
  'no number, no sex': () => ({ number: undefined, sex: undefined }),
  'masked number': ({ number }) => ({ number: `${number.slice(0, 6)}********${number.slice(14)}` }),
  'no number, birth date one day off': ({ bornOn }) => ({ number: undefined, born: formatDay(bornOn + 1) }),
  'a name alone': () => ({ number: undefined, born: undefined, sex: undefined }),
};
/** Kinds that are somebody else, whatever they look like. */
const others = {
  'namesake, born on another day': ({ bornOn }) => ({ number: undefined, born: formatDay(bornOn + 777) }),
  'namesake, born on the same day, own number': ({ number }) => ({ number: otherNumberLike(number) }),
  'neighbouring number under another name': (citizen, random) => ({ number: oneDigit(citizen.number, random), name: '示例路人' }),
};

function oneDigit(number, random) {
  const place = random.between(0, 16);
  return replaced(number, place, String((Number(number[place]) + random.between(1, 9)) % 10));
}

function swapped(number, random) {
  for (let tries = 0; tries < 100; tries++) {
    const place = random.between(0, 15);
    if (number[place] !== number[place + 1])
      return number.slice(0, place) + number[place + 1] + number[place] + number.slice(place + 2);
  }
  return null;
}

const described = (citizen, change = {}) => {
  const { number, name, born, sex } = {
    number: citizen.number,
    name: citizen.name,
    born: formatDay(citizen.bornOn),
    sex: citizen.sex,
    ...change,
  };
  return {
    idDocuments: number === undefined ? [] : [parseIdDocument(number)],
    name,
    ...(born === undefined ? {} : { birthDate: born }),
    ...(sex === undefined ? {} : { sex }),
  };
};

const tally = new Map();
const strangerKinds = new Map();
let [right, wrong, rowsOfStrangers] = [0, 0, 0];
const count = (kind, what) => {
  const row = tally.get(kind) ?? { rows: 0, probable: 0, weak: 0, wrong: 0 };
  row[what] += 1;
  tally.set(kind, row);
};

for (let seed = 1; seed <= seeds; seed++) {
  const { random, pool } = population(seed, persons + strangers);
  const onFile = pool.slice(0, persons);
  const index = await personsOnFile(onFile.map((citizen) => ({ key: citizen.number, ...described(citizen) })));
  for (const citizen of onFile) {
    for (const [kind, written] of Object.entries(kinds)) {
      const change = written(citizen, random);
      if (change === null) continue;
      count(kind, 'rows');
      for (const { personKey, level } of index.resembling(described(citizen, change))) {
        const isRight = personKey === citizen.number;
        count(kind, isRight ? level : 'wrong');
        if (isRight) right += 1;
        else wrong += 1;
      }
    }
    for (const [kind, written] of Object.entries(others)) {
      count(kind, 'rows');
      for (const _ of index.resembling(described(citizen, written(citizen, random)))) {
        count(kind, 'wrong');
        wrong += 1;
      }
    }
  }
  for (const citizen of pool.slice(persons))
    for (const [kind, written] of Object.entries(kinds)) {
      const change = written(citizen, random);
      if (change === null) continue;
      rowsOfStrangers += 1;
      const found = index.resembling(described(citizen, change)).length;
      if (found > 0) strangerKinds.set(kind, (strangerKinds.get(kind) ?? 0) + found);
    }
}

const share = (part, whole) => `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`;
process.stdout.write(`${persons} persons on file, ${strangers} strangers, seeds 1 to ${seeds}\n`);
process.stdout.write(
  `${'kind of row'.padEnd(46)}${['rows', 'recall', 'probable', 'wrong'].map((head) => head.padStart(10)).join('')}\n`,
);
for (const [kind, row] of tally) {
  const isOther = kind in others;
  const cells = [
    row.rows,
    isOther ? '–' : share(row.probable + row.weak, row.rows),
    isOther ? '–' : share(row.probable, row.rows),
    row.wrong,
  ];
  process.stdout.write(`${kind.padEnd(46)}${cells.map((cell) => String(cell).padStart(10)).join('')}\n`);
}
process.stdout.write(`links right ${right}, wrong ${wrong}: precision ${((100 * right) / (right + wrong)).toFixed(3)} %\n`);
process.stdout.write(
  `rows of strangers, with every kind of error ${rowsOfStrangers}: wrong links ${[...strangerKinds.values()].reduce((sum, links) => sum + links, 0)}\n`,
);
for (const [kind, links] of strangerKinds) process.stdout.write(`  ${kind.padEnd(44)}${links}\n`);

// ---- what the question costs: a file of strangers, 3 in 100 with a faulty or missing number ------------------------------------------------
const { pool } = population(99, persons + strangers);
const keys = createKeys('a secret of the bench, 32 bytes long');
const numberKeys = new Set(pool.slice(0, persons).map(({ number }) => keys.numberKey(parseIdDocument(number))));
const index = await personsOnFile(pool.slice(0, persons).map((citizen) => ({ key: citizen.number, ...described(citizen) })));
const header = 'UUID,SZXM,SZZJHM,XBDM,CSRQ,SWRQ,CD_BATCH,CD_OPERATION,CD_TIME';
const rows = pool.slice(persons).map((citizen, at) => {
  const number =
    at % 50 === 0
      ? replaced(citizen.number, 15, String((Number(citizen.number[15]) + 1) % 10))
      : at % 100 === 1
        ? ''
        : citizen.number;
  return `u${at},${citizen.name},${number},1,${formatDay(citizen.bornOn)},2026-02-20,202602260001,I,2026-02-26T01:00:00+0000`;
});
const bytes = Buffer.from([header, ...rows, ''].join('\n'));
const compilation = compileMapping(shippedMappings['death-certificate-table'], codeTables);
const connection = {
  agency: 'health',
  feed: 'death-certificates',
  envelope: tableExchange.create({}),
  mapping: compilation.mapping,
  keys,
  institutions: institutionTable([]),
};
const reply = openFile(connection, {
  name: 'rows.csv',
  sha256: 'x',
  size: bytes.length,
  receivedAt: '2026-02-26T02:00:00.000Z',
  bytes,
});
const onFile = (number) => numberKeys.has(keys.numberKey(parseIdDocument(number)) ?? '');
const resembles = (person) => index.resembling(person).length > 0;
const elements = mapReply(connection, reply).elements;
const best = (action) =>
  Math.min(
    ...Array.from({ length: 7 }, () => {
      const began = performance.now();
      action();
      return performance.now() - began;
    }),
  );
const exact = best(() => sieve(connection, reply, { onFile }, elements));
const asking = best(() => sieve(connection, reply, { onFile, resembles }, elements));
const whole = best(() => sieve(connection, reply, { onFile }));
const perRow = (ms) => `${((1000 * ms) / rows.length).toFixed(2)} µs a row`;
process.stdout.write(
  `exact sieve alone ${perRow(exact)}; asking whom a row resembles ${perRow(asking)}: ${(asking / exact).toFixed(2)} ×\n`,
);
process.stdout.write(`with reading and mapping the rows ${perRow(whole)}: ${((whole + asking - exact) / whole).toFixed(3)} ×\n`);
