import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStore, type Store } from '../../src/store/index.js';
import { all, appraisal, batch, death, entry, finding, hour, settlement, wang } from './examples.js';
import { endOthers, OtherProcess } from './processes.js';

/** Several processes on one store: writing at the same time, killed in the middle, racing for the lock. */

// Other processes have to start, which a busy machine may take its time over.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'yilian-two-'));
const url = (name: string) => `sqlite:${join(folder, name)}`;
const opened: Store[] = [];
async function open(name: string, waitMs?: number): Promise<Store> {
  const store = await openStore(url(name), waitMs === undefined ? {} : { waitMs });
  opened.push(store);
  return store;
}
afterEach(async () => {
  await endOthers();
  for (const store of opened.splice(0)) await store.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

function integrity(name: string): unknown {
  const database = new Database(join(folder, name));
  const answer = database.pragma('integrity_check');
  const strangers = database.pragma('foreign_key_check');
  database.close();
  return { answer, strangers };
}
const sound = { answer: [{ integrity_check: 'ok' }], strangers: [] };

describe('two processes on one store', () => {
  it('read and write at the same time, and nothing is lost', async () => {
    const store = await open('shared.db');
    await store.importCases([entry(wang)], hour(0));
    const other = new OtherProcess(`
      const store = await openStore(${JSON.stringify(url('shared.db'))});
      const batch = ${JSON.stringify(batch({ rows: 1, run: 'theirs' }))};
      tell('ready');
      await ask();
      for (let i = 0; i < 60; i += 1) {
        const evidence = structuredClone(${JSON.stringify(death('x', hour(1)))});
        evidence.source.recordId = 'theirs-' + i;
        await store.receive({ ...batch, evidence: [{ personKey: 'a1', evidence }] });
        await store.caseFile('a1', '2026-03-02T00:00:00Z');
      }
      tell('done');
      await store.close();
    `);
    await other.next();
    other.say('go');
    for (let i = 0; i < 60; i += 1) {
      const evidence = death(`ours-${i}`, hour(1));
      await store.receive(batch({ rows: 1, run: 'ours', evidence: [{ personKey: 'a1', evidence }] }));
      await store.caseFile('a1', '2026-03-02T00:00:00Z');
    }
    expect(await other.next()).toBe('done');
    expect(await other.ended).toBe(0);

    expect((await store.caseFile('a1', '2026-03-02T00:00:00Z'))?.evidence).toHaveLength(120);
    expect((await store.feedCounts('ours'))[0]?.rows).toBe(60);
    expect((await store.feedCounts('theirs'))[0]?.rows).toBe(60);
  });

  it('see each other whole: a case file is never half before and half after an import', async () => {
    const [reader, writer] = [await open('moment.db'), await open('moment.db')];
    await writer.importCases([entry(wang)], hour(0));
    const reads: Promise<unknown>[] = [];
    for (let round = 1; round <= 30; round += 1) {
      const cases = [appraisal(`C-${round}`)];
      const written = writer.importCases([entry(wang, { cases, settlements: [settlement(`S-${round}`, hour(1))] })], hour(1));
      for (let pause = 0; pause < 40; pause += 1) {
        const file = reader.caseFile('a1', hour(2));
        reads.push(file.then((found) => expect(found?.cases.length).toBe(found?.evidence.length)));
        await Promise.resolve();
      }
      await written;
    }
    await Promise.all(reads);
  });

  it('decide and judge the same findings at the same time, and no decision is overwritten', async () => {
    const store = await open('decided.db');
    const many = Array.from({ length: 40 }, (_, index) => finding(`f-${index}`));
    const first = many.map((one) => ({ finding: one, change: 'new' as const, state: 'open' as const }));
    await store.putFindings('run-0', hour(0), first, []);
    const other = new OtherProcess(`
      const store = await openStore(${JSON.stringify(url('decided.db'))});
      tell('ready');
      for (let index = 0; index < 40; index += 1) {
        await ask();
        const [record] = await store.moveFindings(['f-' + index], ${JSON.stringify(hour(2))}, ({ finding }) => ({
          finding, state: 'false-positive', by: 'A', reason: 'B',
        }));
        tell(record.state);
      }
      await store.close();
    `);
    await other.next();

    for (const [index, one] of many.entries()) {
      const from = await store.finding(one.id);
      other.say('decide');
      const write = { finding: one, change: 'changed' as const, state: 'open' as const, ...(from && { from }) };
      // Half of the runs write after the decision, half at the same moment.
      if (index % 2 === 0) expect(await other.next()).toBe('false-positive');
      await store.putFindings(`run-${index}`, hour(3), [write], []);
      if (index % 2 === 1) expect(await other.next()).toBe('false-positive');
    }

    const states = new Set((await store.findings()).map(({ state }) => state));
    expect([...states]).toEqual(['false-positive']);
    expect(await other.ended).toBe(0);
  });

  it('open a new store at the same moment, and both can use it', async () => {
    const script = `
      tell('ready');
      await ask();
      const store = await openStore(${JSON.stringify(url('born.db'))});
      tell(await store.countSubjects('2026-03-01T00:00:00Z'));
      await store.close();
    `;
    const others = [new OtherProcess(script), new OtherProcess(script), new OtherProcess(script)];
    await Promise.all(others.map((other) => other.next()));
    for (const other of others) other.say('go');

    expect(await Promise.all(others.map((other) => other.next()))).toEqual([0, 0, 0]);
    expect(await Promise.all(others.map((other) => other.ended))).toEqual([0, 0, 0]);
  });
});

describe('a write transaction of somebody else', () => {
  it('that does not end is an error with the code for it, while reading goes on', async () => {
    const store = await open('busy.db', 60);
    await store.importCases([entry(wang)], hour(0));
    const other = new Database(join(folder, 'busy.db'));
    other.exec('begin immediate');

    await expect(store.receive(batch())).rejects.toMatchObject({ code: 'ERR_STORE_LOCKED', place: 'busy.db', retryable: true });
    expect(await all(store.subjects(hour(1)))).toEqual([wang]);

    other.exec('rollback');
    other.close();
    expect(await store.receive(batch())).toEqual({ stored: 0, repeated: 0, void: 0 });
  });

  it('is waited for', async () => {
    const store = await open('patient.db');
    const other = new Database(join(folder, 'patient.db'));
    other.exec('begin immediate');
    setImmediate(() => other.exec('commit'));

    expect(await store.receive(batch())).toEqual({ stored: 0, repeated: 0, void: 0 });
    other.close();
  });
});

describe('a process killed in the middle of receiving', () => {
  const records = 40;
  const script = (name: string) => `
    const store = await openStore(${JSON.stringify(url(name))});
    const one = ${JSON.stringify(death('x', hour(1)))};
    const evidence = Array.from({ length: ${records} }, (_, i) => ({ personKey: 'a1', evidence: { ...one, source: { ...one.source, recordId: 'R-' + i } } }));
    const killAt = await ask();
    statements.killAt = killAt === 0 ? 0 : statements.count + killAt;
    const before = statements.count;
    await store.receive({
      ...${JSON.stringify(batch({ at: hour(1), rows: records }))},
      evidence,
      messages: [{ id: 'm1', sha256: 'aa', agency: 'health', feed: 'death-certificates', receivedAt: ${JSON.stringify(hour(1))} }],
      rejected: [{ reason: 'bad-date', pointer: '/rows/1', message: 'm1' }],
      unknownCodes: [{ agency: 'health', feed: 'death-certificates', table: 't', code: '9', count: 1, firstRecord: 'r' }],
      lookups: [{ personKey: 'a1', outcome: 'found', at: ${JSON.stringify(hour(1))} }],
      cursor: { position: { batch: '1' } },
    });
    tell(statements.count - before);
  `;
  const trace = async (store: Store) => ({
    evidence: (await store.caseFile('a1', hour(2)))?.evidence.length,
    message: await store.hasMessage('health', 'death-certificates', 'aa'),
    lookups: (await store.lookupsOf('a1', hour(2))).length,
    cursors: (await store.cursors(hour(2))).length,
    rejected: (await store.rejectedOf('run-1')).length,
    codes: (await store.unknownCodesOf('run-1')).length,
    rows: (await store.feedCounts('run-1'))[0]?.rows ?? 0,
  });
  const nothing = { evidence: 0, message: false, lookups: 0, cursors: 0, rejected: 0, codes: 0, rows: 0 };
  const everything = { evidence: records, message: true, lookups: 1, cursors: 1, rejected: 1, codes: 1, rows: records };
  let statements = 0;
  let killed: Store;

  beforeAll(async () => {
    const whole = await openStore(url('whole.db'));
    await whole.importCases([entry(wang)], hour(0));
    const other = new OtherProcess(script('whole.db'));
    other.say(0);
    statements = Number(await other.next());
    await other.ended;
    expect(await trace(whole)).toEqual(everything);
    await whole.close();
    killed = await openStore(url('killed.db'));
    await killed.importCases([entry(wang)], hour(0));
  });
  afterAll(() => killed.close());

  // From the statement that begins the transaction to the one that ends it.
  it.each(Array.from({ length: 20 }, (_, round) => round))(
    'leaves nothing behind, and a sound file (round %i of 20)',
    async (round) => {
      const killAt = 1 + Math.round(((statements - 1) * round) / 19);
      const other = new OtherProcess(script('killed.db'));
      other.say(killAt);

      expect(await other.ended).toBe('SIGKILL');

      expect(await trace(killed)).toEqual(nothing);
      expect(integrity('killed.db')).toEqual(sound);
    },
  );

  it('after its end leaves everything', async () => {
    const other = new OtherProcess(`${script('killed.db')}\nawait ask();`);
    other.say(0);
    await other.next();
    await other.kill();

    expect(await trace(killed)).toEqual(everything);
    expect(integrity('killed.db')).toEqual(sound);
  });
});

describe('a process killed in the middle of', () => {
  it.each([1, 2, 5, 10, 30, 50])('making the tables (before statement %i) leaves a store that can be opened', async (killAt) => {
    const name = `new-${killAt}.db`;
    const other = new OtherProcess(
      `statements.killAt = statements.count + ${killAt}; await openStore(${JSON.stringify(url(name))});`,
    );
    expect(await other.ended).toBe('SIGKILL');

    const store = await open(name);

    expect((await store.importCases([entry(wang)], hour(0))).persons.new).toBe(1);
  });

  it('a run leaves the run to be taken up again, with what it had received', async () => {
    const store = await open('run.db');
    await store.importCases([entry(wang)], hour(0));
    const other = new OtherProcess(`
      const store = await openStore(${JSON.stringify(url('run.db'))});
      await store.startRun({ id: 'run-1', startedAt: ${JSON.stringify(hour(1))}, asOf: ${JSON.stringify(hour(1))} });
      await store.receive(${JSON.stringify(batch({ rows: 7 }))});
      tell('received');
      await ask();
    `);
    await other.next();
    await other.kill();

    expect(await store.interruptedRun()).toEqual({ id: 'run-1', startedAt: hour(1), asOf: hour(1), resumed: 0 });
    expect((await store.feedCounts('run-1'))[0]?.rows).toBe(7);
  });
});

describe('the lock between processes', () => {
  it('is had by exactly one of two that ask at the same moment, twenty times', async () => {
    await (await open('race.db')).countSubjects(hour(0));
    const script = `
      const store = await openStore(${JSON.stringify(url('race.db'))});
      let lock;
      tell('ready');
      for (let word = await ask(); word !== 'end'; word = await ask()) {
        if (word === 'take') {
          lock = await store.lock('reconcile').catch((error) => error.code);
          tell(typeof lock === 'string' ? lock : 'taken');
        } else {
          if (typeof lock !== 'string') await lock.release();
          tell('released');
        }
      }
      await store.close();
    `;
    const others = [new OtherProcess(script), new OtherProcess(script)];
    await Promise.all(others.map((other) => other.next()));
    const both = async (word: string) => {
      for (const other of others) other.say(word);
      return (await Promise.all(others.map((other) => other.next()))).sort();
    };
    for (let round = 0; round < 20; round += 1) {
      expect(await both('take')).toEqual(['ERR_STORE_LOCKED', 'taken']);
      expect(await both('release')).toEqual(['released', 'released']);
    }
    for (const other of others) other.say('end');
    await Promise.all(others.map((other) => other.ended));
  });

  it('of a living process is refused, of a killed one is taken over at once', async () => {
    const store = await open('dead.db');
    const other = new OtherProcess(`
      const store = await openStore(${JSON.stringify(url('dead.db'))});
      await store.lock('reconcile');
      tell('taken');
      await ask();
    `);
    await other.next();
    await expect(store.lock('reconcile')).rejects.toThrow(String(other.pid));
    await other.kill();

    await expect(store.lock('reconcile')).resolves.toBeDefined();
  });

  it('is taken over from a process whose number another process has been given, and not from a process of another host', async () => {
    const store = await open('reused.db');
    await store.lock('reconcile');
    const other = new Database(join(folder, 'reused.db'));
    other.exec("update locks set process = 'another boot/1'");
    const takenOver = store.lock('reconcile');
    await expect(takenOver).resolves.toBeDefined();

    other.exec(`update locks set host = 'not-${hostname()}', pid = 999999999`);
    other.close();

    await expect(store.lock('reconcile')).rejects.toMatchObject({ code: 'ERR_STORE_LOCKED' });
  });
});
