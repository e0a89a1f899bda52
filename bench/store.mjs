/**
 * How fast the store takes records in and gives case files out, against the least that could be done: inserting the same texts with the bare
 * driver in one transaction, and reading them back by key. `npm run build && node bench/store.mjs [PERSONS]` prints figures of one run.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';

const { openStore } = await import(process.env.YILIAN_STORE ?? '../dist/store/index.js');
const persons = Number(process.argv[2] ?? 5000);
const recordsEach = 4;
const page = 500;
const at = '2026-03-01T00:00:00.000Z';
const folder = mkdtempSync(join(tmpdir(), 'yilian-bench-'));

const key = (person) => person.toString(16).padStart(64, '0');

function stay(person, index) {
  const id = `${person}-${index}`;
  const document = { type: 'resident-id', number: '370799196001010018', validity: 'valid' };
  return {
    kind: 'stay',
    source: {
      agency: 'health',
      feed: 'stays',
      recordId: id,
      receivedAt: at,
      updatedAt: '2026-02-28T09:15:00+08:00',
      message: { id: `m-${Math.floor(person / 100)}`, sha256: 'c'.repeat(64) },
      pointers: {
        admittedOn: `/rows/${index}/RYSJ`,
        dischargedOn: `/rows/${index}/CYSJ`,
        'hospital.name': `/rows/${index}/YLJGMC`,
      },
    },
    person: { key: key(person), idDocuments: [document], name: '测试人', sex: 'male', birthDate: '1960-01-01' },
    status: 'current',
    link: { level: 'exact', reasons: ['number'] },
    hospital: { code: '370799001', name: '某市第一人民医院', region: '370799' },
    recordNo: `ZY${id}`,
    admittedOn: '2026-01-03',
    dischargedOn: `2026-01-1${index % 10}`,
    outcome: { code: 'home', system: 'HQMS/B34C', raw: '1', known: true },
    diagnoses: [
      { icd10: 'S32.0', text: '腰椎骨折' },
      { icd10: 'I10', text: '高血压' },
    ],
  };
}

const entries = Array.from({ length: persons }, (_, person) => ({
  subject: { key: key(person), idDocuments: [], name: '测试人' },
  numberKeys: [key(person)],
  cases: [],
  benefits: [],
  settlements: [],
}));
const evidence = entries.flatMap(({ subject }, person) =>
  Array.from({ length: recordsEach }, (_, index) => ({ personKey: subject.key, evidence: stay(person, index) })),
);

async function seconds(action) {
  const began = performance.now();
  await action();
  return (performance.now() - began) / 1000;
}

const rate = (count, time) => `${Math.round(count / time).toLocaleString('en')}/s`;
const lines = [];

// ---- the baseline: the same texts, the bare driver, one transaction ----------------------------------------------------------------------
const bare = new Database(join(folder, 'bare.db'));
bare.pragma('journal_mode = wal');
bare.pragma('synchronous = full');
bare.exec('create table records (id integer primary key, person text, record text, content text)');
bare.exec('create index by_person on records (person)');
const bareIn = await seconds(() => {
  const insert = bare.prepare('insert into records (person, record, content) values (?, ?, ?)');
  bare.exec('begin immediate');
  for (const { personKey, evidence: record } of evidence) insert.run([personKey, record.source.recordId, JSON.stringify(record)]);
  bare.exec('commit');
});
const bareOut = await seconds(() => {
  const select = bare.prepare('select content from records where person = ?');
  for (const { subject } of entries) select.all([subject.key]).map((row) => JSON.parse(row.content));
});
bare.close();

// ---- the store ---------------------------------------------------------------------------------------------------------------------------
const path = join(folder, 'store.db');
const store = await openStore(`sqlite:${path}`);
const imported = await seconds(() => store.importCases(entries, at));
const empty = {
  run: 'bench',
  agency: 'health',
  feed: 'stays',
  connection: '',
  at,
  messages: [],
  rejected: [],
  unknownCodes: [],
  rows: page,
  sieved: 0,
};
const receiveAll = async () => {
  for (let start = 0; start < evidence.length; start += page)
    await store.receive({ ...empty, evidence: evidence.slice(start, start + page) });
};
const received = await seconds(receiveAll);
const repeated = await seconds(receiveAll);
const one = await seconds(async () => {
  for (const { subject } of entries.slice(0, 1000))
    await store.receive({ ...empty, evidence: [], lookups: [{ personKey: subject.key, outcome: 'absent', at }] });
});
const read = await seconds(async () => {
  for (const { subject } of entries)
    if ((await store.caseFile(subject.key, at)).evidence.length !== recordsEach) throw new Error('records lost');
});
const dueTime = await seconds(() =>
  store.due({ agency: 'health', feed: 'stays', connection: '', freshSince: at, run: 'other', at }),
);
const results = entries.map(({ subject }) => ({
  asOf: at,
  subject: { key: subject.key, caseNos: [] },
  deathFact: { level: 'none', kinds: [], evidence: [] },
  results: Array.from({ length: 28 }, (_, rule) => ({
    rule: `rule-${rule}`,
    outcome: rule % 7 === 0 ? 'unknown' : 'clear',
    reason: 'feed-stale',
    because: { zh: '来源不够新', en: 'the feed is stale' },
  })),
  findings: [],
}));
const judged = await seconds(async () => {
  for (let start = 0; start < results.length; start += 100)
    await store.putFindings('bench', at, [], results.slice(start, start + 100));
});
await store.close();

lines.push(
  `persons ${persons}, records ${evidence.length}, ${Math.round(JSON.stringify(evidence[0].evidence).length)} characters each, pages of ${page}`,
);
lines.push(
  `receive, new         ${rate(evidence.length, received)}   ${(received / bareIn).toFixed(1)} × bare inserts (${rate(evidence.length, bareIn)})`,
);
lines.push(`receive, seen before ${rate(evidence.length, repeated)}   ${(repeated / bareIn).toFixed(1)} × bare inserts`);
lines.push(`receive, one lookup  ${rate(Math.min(1000, persons), one)}   (a transaction on disk each)`);
lines.push(
  `caseFile             ${rate(persons, read)}   ${(read / bareOut).toFixed(1)} × bare select and parse (${rate(persons, bareOut)})`,
);
lines.push(`importCases          ${rate(persons, imported)}`);
lines.push(`due                  ${rate(persons, dueTime)}`);
lines.push(`putFindings, results ${rate(persons, judged)} persons of 28 rules`);
lines.push(`file                 ${(statSync(path).size / 1e6).toFixed(1)} MB`);
process.stdout.write(`${lines.join('\n')}\n`);
rmSync(folder, { recursive: true });
