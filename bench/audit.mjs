/**
 * How fast the audit log is written and verified, against the least that could be done: inserting the same rows with the bare driver, and hashing the
 * same bytes; and whether every single change among many records is found. `npm run build && node bench/audit.mjs [RECORDS] [CHANGES]` prints figures of one run.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { createAuditLog } from '../dist/audit/create.js';
import { verifyChain } from '../dist/audit/verify.js';
import { openStore } from '../dist/store/index.js';

const many = Number(process.argv[2] ?? 100_000);
const changes = Number(process.argv[3] ?? 200);
const folder = mkdtempSync(join(tmpdir(), 'yilian-bench-'));
const entry = (index) => ({
  kind: 'agency-call',
  actor: { organisation: '演示市劳动能力鉴定中心', operator: '夜间核对 (SYSTEM)' },
  purpose: 'nightly-reconciliation',
  result: index % 2 === 0 ? 'asked' : 'found',
  agency: 'public-security',
  feed: 'population',
  subjects: [
    createHash('md5')
      .update(String(index >> 1))
      .digest('hex'),
  ],
  caseNos: [`A-2026-${index >> 1}`],
  detail: { run: '0f0e0d0c-1111-4222-8333-444455556666' },
});

async function seconds(action) {
  const began = performance.now();
  await action();
  return (performance.now() - began) / 1000;
}
const rate = (count, time) => `${Math.round(count / time).toLocaleString('en')}/s`;
const say = (line) => process.stdout.write(`${line}\n`);

const store = await openStore(`sqlite:${join(folder, 'audit.db')}`);
const log = createAuditLog({ store, now: () => new Date(), organisation: 'x', sealEvery: 1000, retentionDays: 1095 });
const few = Math.min(500, many);
const single = await seconds(async () => {
  for (let index = 0; index < few; index += 1) await log.append(entry(index));
});
const together = await seconds(() => Promise.all(Array.from({ length: many }, (_, index) => log.append(entry(index)))));
const batch = await seconds(async () => {
  for (let start = 0; start < many; start += 1000)
    await store.audit.append(
      Array.from({ length: 1000 }, (_, index) => entry(start + index)),
      new Date().toISOString(),
    );
});
const rows = [];
for await (const { content } of store.audit.rows()) rows.push(content);

const bareDatabase = new Database(join(folder, 'bare.db'));
bareDatabase.pragma('journal_mode = wal');
bareDatabase.pragma('synchronous = full');
bareDatabase.exec('create table rows (seq integer primary key, content text)');
const insert = bareDatabase.prepare('insert into rows (seq, content) values (?, ?)');
const bareSingle = await seconds(() => {
  for (let seq = 1; seq <= few; seq += 1) insert.run([seq, rows[seq - 1]]);
});
const bare = await seconds(() => {
  for (let start = few; start < rows.length; start += 1000) {
    bareDatabase.exec('begin immediate');
    for (let seq = start + 1; seq <= Math.min(start + 1000, rows.length); seq += 1) insert.run([seq, rows[seq - 1]]);
    bareDatabase.exec('commit');
  }
});
bareDatabase.close();
const bareRate = (rows.length - few) / bare;
say(`append, one after the other ${rate(few, single)}   (bare inserts, a transaction each: ${rate(few, bareSingle)})`);
say(
  `append, all at once         ${rate(many, together)}   ${(bareRate / (many / together)).toFixed(1)} × the time of bare inserts by thousands (${rate(bareRate, 1)})`,
);
say(`append, batches of 1000     ${rate(many, batch)}   ${(bareRate / (many / batch)).toFixed(1)} × the time of bare inserts`);

const records = rows.slice(0, many).map((content) => JSON.parse(content));
const hashing = await seconds(() => {
  for (const content of rows) createHash('sha256').update(content).digest('hex');
});
const inStore = await seconds(() => log.verify());
const inMemory = await seconds(() => verifyChain(records, [], undefined));
say(`verify, from the store      ${rate(rows.length, inStore)}`);
say(`verify, an export in memory ${rate(many, inMemory)}   (bare SHA-256 over the same bytes: ${rate(rows.length, hashing)})`);
await store.close();

// Numbers from a fixed seed (mulberry32), so that a run can be repeated.
let state = 20_261_129;
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};
const fields = Object.keys(records[0]);
let found = 0;
for (let index = 0; index < changes; index += 1) {
  const place = Math.floor(random() * many);
  const field = fields[index % fields.length];
  const kept = records[place];
  records[place] = { ...kept, [field]: field === 'seq' ? many * 2 : 'changed' };
  const { faults } = await verifyChain(records, [], undefined);
  const [only, ...others] = faults;
  if (others.length === 0 && only?.kind === 'changed' && only.seq === place + 1) found += 1;
  else say(`not found: ${field} of record ${place + 1}: ${JSON.stringify(faults)}`);
  records[place] = kept;
}
say(
  `single changes among ${many.toLocaleString('en')} records: ${found} of ${changes} found at their place, ${fields.length} kinds of field`,
);
rmSync(folder, { recursive: true });
process.exitCode = found === changes ? 0 : 1;
