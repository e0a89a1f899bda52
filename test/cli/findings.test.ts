import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createExchange, type Exchange } from '../../src/exchange.js';
import type { Finding } from '../../src/model/index.js';
import { appraisal, batch, death, wang } from '../store/examples.js';
import { run } from './run.js';

/** The life of a finding as an officer moves it, by command and by function. */

const folder = mkdtempSync(join(tmpdir(), 'yilian-findings-'));
writeFileSync(join(folder, 'key'), 'a secret of the city, 32 bytes long');
afterAll(() => rmSync(folder, { recursive: true }));

const received = '2026-03-01T00:00:00.000Z';
let count = 0;
let config = '';
let found: Finding;

async function withExchange<T>(use: (exchange: Exchange) => Promise<T>, now = '2026-03-02T00:00:00.000Z'): Promise<T> {
  const exchange = await createExchange(config, { now: () => new Date(now) });
  try {
    return await use(exchange);
  } finally {
    await exchange.close();
  }
}

/** A person with an open case and a death certificate, and what is found of that. */
beforeEach(async () => {
  count += 1;
  config = join(folder, `${count}.yaml`);
  const cremations = "{ channel: { http: 'http://127.0.0.1:9/a' }, envelope: inspur-sdk, mapping: cremation-national }";
  writeFileSync(
    config,
    `city: { name: 演示市, region: '370700', organisation: 演示市劳动能力鉴定中心 }
store: sqlite:./${count}.db
personKey: \${file:./key}
operator: { name: 夜间核对, id: SYSTEM }
agencies: { civil-affairs: { cremations: ${cremations} } }
`,
  );
  const cases = join(folder, `${count}.jsonl`);
  const subject = { name: wang.name, idDocuments: wang.idDocuments };
  writeFileSync(cases, `${JSON.stringify({ subject, cases: [appraisal('A1', { state: 'scheduled' })] })}\n`);
  await withExchange(async (exchange) => {
    await exchange.importCases([cases]);
    const on = await exchange.store.subjectOfCase('A1', '2026-03-02T00:00:00.000Z');
    const evidence = [{ personKey: on?.key ?? '', evidence: death('D1', received, { certificateNo: 'N1' }) }];
    await exchange.store.receive(batch({ at: received, evidence }));
    const [finding] = (await exchange.check('A1', { rules: ['case-open-after-death'] })).findings;
    if (finding === undefined) throw new Error('nothing found');
    found = finding;
    await exchange.store.putFindings('run-1', '2026-03-02T01:00:00.000Z', [{ finding, change: 'new', state: 'open' }], []);
  });
}, 60_000);

const decide = (...more: string[]) =>
  run('findings', 'decide', found.id.slice(0, 8), '--config', config, '--by', '李科长', '--lang', 'en', ...more);

describe('check of a case on file', () => {
  it('says suppressed of what was called false, and nothing of it for an instant before', async () => {
    await withExchange(
      (exchange) => exchange.decide({ id: found.id, as: 'false-positive', by: '李科长', reason: '同名' }),
      '2026-03-02T12:00:00.000Z',
    );
    const outcome = (asOf: string) =>
      withExchange(async (exchange) => {
        const { results, findings } = await exchange.check('A1', { asOf, rules: ['case-open-after-death'] });
        return [results[0]?.outcome, results[0]?.reason, findings.length];
      }, '2027-04-01T00:00:00.000Z');

    expect(await outcome('2026-03-02T11:59:59.999Z')).toEqual(['finding', 'contradiction', 1]);
    expect(await outcome('2026-03-02T12:00:00.000Z')).toEqual(['suppressed', 'false-positive', 0]);
    // The default expiry is 2027-03-02, that day counted in Shanghai.
    expect(await outcome('2027-03-02T15:59:59.000Z')).toEqual(['suppressed', 'false-positive', 0]);
    expect(await outcome('2027-03-02T16:00:00.000Z')).toEqual(['finding', 'contradiction', 1]);

    const { stdout } = await run('check', '--config', config, '--case', 'A1', '--as-of', '2026-03-05', '--lang', 'zh');
    expect(stdout).toContain('[已抑制] case-open-after-death: 李科长于 2026-03-02 认定为误报，有效至 2027-03-02');
    const why = await run('explain', '--config', config, '--case', 'A1', '--as-of', '2026-03-05', '--lang', 'zh');
    expect(why.stdout).toMatch(/误报\] .*\(case-open-after-death\)：.* · 本次查出 · /);
  });
});

describe('findings list', () => {
  it('of a case that is not on file says so: a slip in its number is no clean record', async () => {
    const { code, stdout, stderr } = await run('findings', 'list', '--config', config, '--case', 'A11', '--lang', 'en');

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('no case A11 on file');
  });
});

describe('findings decide', () => {
  it('shows what was decided and who was told, which show says again', async () => {
    const { code, stdout } = await decide(
      '--as',
      'confirmed',
      '--reason',
      'verified by phone',
      '--told',
      'insurance',
      'benefits',
    );
    const shown = await run('findings', 'show', found.id, '--config', config, '--lang', 'en');

    expect(code).toBe(0);
    expect(shown.stdout).toBe(stdout);
    for (const text of ['confirmed', '李科长', 'verified by phone', 'told: insurance', 'told: benefits', '2026-02-20', found.id])
      expect(stdout).toContain(text);
    expect(stdout).not.toContain('370799196001010018');
  });

  it('ends with 2 and says why, where the move is none', async () => {
    const past = await decide('--as', 'false-positive', '--reason', 'x', '--until', '2020-01-01');
    const empty = await decide('--as', 'confirmed', '--reason', '');
    const open = await decide('--as', 'open', '--reason', 'x');

    expect([past.code, empty.code, open.code]).toEqual([2, 2, 2]);
    expect(past.stderr).toContain('ERR_USAGE: the expiry is in the past: 2020-01-01');
    expect(empty.stderr).toContain('ERR_USAGE: a reason must be given');
    expect(open.stderr).toContain('has no decision to take back');
    expect(past.stdout).toBe('');
  });

  it('gives the record as JSON where asked to', async () => {
    const { stdout } = await decide('--as', 'false-positive', '--reason', 'namesake', '--until', '2099-12-31', '--json');

    expect(JSON.parse(stdout)).toMatchObject({
      state: 'false-positive',
      decision: { as: 'false-positive', by: '李科长', reason: 'namesake', until: '2099-12-31' },
    });
  });
});

describe('findings list', () => {
  it('lists who must hear of what was withdrawn', async () => {
    await decide('--as', 'confirmed', '--reason', 'verified', '--told', '医保局');
    await withExchange((exchange) =>
      exchange.store.putFindings(
        'run-2',
        '2026-03-04T00:00:00.000Z',
        [{ finding: found, change: 'withdrawn', state: 'withdrawn', reason: 'evidence-void' }],
        [],
      ),
    );

    const { stdout } = await run('findings', 'list', '--state', 'withdrawn', '--config', config, '--lang', 'zh');

    expect(stdout).toContain('须通知：李科长、医保局');
  });

  it('leaves held ones out and says how many, until they are released', async () => {
    const held = { ...found, id: 'e'.repeat(32) };
    await withExchange((exchange) =>
      exchange.store.putFindings('run-2', '2026-03-04T00:00:00.000Z', [{ finding: held, change: 'new', state: 'held' }], []),
    );
    const list = (...more: string[]) => run('findings', 'list', '--config', config, '--lang', 'en', ...more);

    const before = await list();
    expect(before.stdout).not.toContain('eeee');
    expect(before.stderr).toContain('1 more are held and not listed (--state held).');
    expect((await list('--state', 'held')).stdout).toContain('eeee');

    const nobody = await run('findings', 'release', found.id, '--config', config, '--by', 'A', '--reason', 'B', '--lang', 'en');
    const released = await run('findings', 'release', '--run', 'run-2', '--config', config, '--by', 'A', '--reason', 'B');
    expect([nobody.code, released.code]).toEqual([2, 0]);
    expect(nobody.stderr).toContain('is not held, so there is nothing to release');
    expect((await list()).stdout).toContain('eeee');
  });
});
