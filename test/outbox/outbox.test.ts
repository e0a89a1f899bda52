import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chosenCodes, shippedCityMapping } from '../../src/catalogue.js';
import { YilianError } from '../../src/errors.js';
import { createExchange, type Exchange } from '../../src/exchange.js';
import type { AuditEntry } from '../../src/model/index.js';
import { createOutbox } from '../../src/outbox/outbox.js';
import { errorOf } from '../channels/support.js';
import {
  caseOf,
  cityFolder,
  configuration,
  environment,
  fileOf,
  type Province,
  provincialNo,
  startProvince,
  sweepLater,
} from './province.js';

/** What goes to the province, over real HTTP to a loopback province and a real store. */

async function city(
  more: { send?: string; concurrency?: number; now?: () => Date } = {},
): Promise<{ province: Province; exchange: Exchange; folder: string; send: Exchange['outbox']['flush'] }> {
  const province = await startProvince();
  const folder = cityFolder();
  const path = configuration(folder, province.url, more);
  const exchange = await createExchange(path, {
    environment,
    ...(more.now === undefined ? {} : { now: more.now }),
  });
  sweepLater(() => exchange.close());
  const [target] = exchange.feeds;
  // The exchange's own outbox waits for real between its rounds.
  const quick = createOutbox({
    store: exchange.store,
    target,
    operator: exchange.config.operator,
    now: more.now ?? (() => new Date()),
    audit: exchange.audit,
    wait: async () => undefined,
  });
  return { province, exchange, folder, send: quick.flush };
}

const told = ({ pushed }: Province) => pushed.map(({ caseNo, conclusionNo }) => `${caseNo} ${conclusionNo}`.trim());
const states = async ({ outbox }: Exchange) =>
  (await outbox.list()).map(({ caseNo, what, state }) => `${caseNo} ${what} ${state}`);

describe('an import', () => {
  it("queues what rows of the city's own systems make, in their own transaction and as an import of cases does", async () => {
    const { exchange, folder } = await city();
    const rows = async (mapping: 'city-recognition-jinbao' | 'city-appraisal-jinbao', row: Record<string, string>) => {
      const path = join(folder, `${mapping}.jsonl`);
      writeFileSync(path, JSON.stringify(row));
      const codes = mapping === 'city-appraisal-jinbao' ? chosenCodes(['ALA019=ala019-2-review-3-reappraisal']) : {};
      await exchange.importCity({ mapping: shippedCityMapping(mapping), codes }, [path]);
    };
    const appraisal = { AAC001: '7', AAZ127: 'R1', AAZ151: 'C1', ALA019: '1', AAE127: '2026-02-01', STEP: '受理' };
    await rows('city-appraisal-jinbao', appraisal);
    const before = await states(exchange);
    const recognition = {
      AAC001: '7',
      AAC002: '370799196001010018',
      AAC003: '测试甲',
      AAZ127: 'R1',
      ALC011: '认1',
      ALC020: '20260101',
    };
    await rows('city-recognition-jinbao', recognition);
    await rows('city-recognition-jinbao', recognition);

    expect(before).toEqual([]);
    expect(await states(exchange)).toEqual(['C1 case waiting']);
    await rows('city-appraisal-jinbao', { ...appraisal, AAZ151: 'C2', ALA019: '3' });
    expect(await states(exchange), "a re-appraisal is the province's own").toEqual(['C1 case waiting']);
  });

  it('queues what is new to the province, once, and a flush sends it', async () => {
    const { province, exchange, folder, send } = await city();
    const file = fileOf(folder, caseOf(0, 'A-1', ['潍1号']), caseOf(1, 'A-2'));
    await exchange.importCases([file]);
    await exchange.importCases([file]);

    expect(await states(exchange)).toEqual(['A-1 conclusion waiting', 'A-2 case waiting']);
    expect(province.pushed).toEqual([]);
    expect(await send()).toEqual({ waiting: 0, refused: 0, sent: 2, refusedNow: 0, failed: 0 });
    expect(told(province).sort()).toEqual(['A-1 潍1号', 'A-2']);
    expect(await send()).toMatchObject({ sent: 0 });
    expect(province.pushed).toHaveLength(2);
  });

  it('queues nothing where the configuration does not say so, which is the default', async () => {
    const { exchange, folder } = await city({ send: 'manual' });
    await exchange.importCases([fileOf(folder, caseOf(0, 'A-1', ['潍1号']))]);

    expect(await exchange.outbox.list()).toEqual([]);
    expect(await exchange.outbox.add('A-1')).toMatchObject({ caseNo: 'A-1', what: 'conclusion', state: 'waiting' });
    expect(await exchange.outbox.add('A-1')).toBeUndefined();
    expect(await errorOf(exchange.outbox.add('A-404'))).toMatchObject({ code: 'ERR_INPUT' });
  });

  it('that fails as a whole queues nothing', async () => {
    const { exchange, folder } = await city();
    const wrong = { ...caseOf(1, 'A-2'), subject: { idDocuments: [], name: '样例乙' } };
    await errorOf(exchange.importCases([fileOf(folder, caseOf(0, 'A-1', ['潍1号']), wrong)]));

    expect(await exchange.outbox.list()).toEqual([]);
  });

  it('replaces what never left, and what left is followed by what came after it', async () => {
    const { province, exchange, folder, send } = await city();
    await exchange.importCases([fileOf(folder, caseOf(0, 'A-1', ['潍1号']))]);
    await exchange.importCases([fileOf(folder, caseOf(0, 'A-1', ['潍1号', '潍2号'], { state: 'corrected' }))]);
    await send();
    const revoked = caseOf(0, 'A-1', ['潍1号', '潍2号'], { state: 'revoked' });
    await exchange.importCases([fileOf(folder, revoked)]);
    await send();

    expect(await states(exchange)).toEqual(['A-1 conclusion replaced', 'A-1 correction accepted', 'A-1 revocation accepted']);
    expect(told(province)).toEqual(['A-1 潍2号', 'A-1 潍2号']);
  });

  it('that says again what it had unsaid is news, and what was never unsaid to the province is not', async () => {
    const { province, exchange, folder, send } = await city();
    const [one, other] = [caseOf(0, 'A-1', ['潍1号']), caseOf(0, 'A-1', ['潍1号'], { greenChannel: true })];
    for (const entry of [one, other, one]) {
      await exchange.importCases([fileOf(folder, entry)]);
      await send();
    }
    expect(new Set(province.pushed.map(({ key }) => key)).size).toBe(3);

    await exchange.importCases([fileOf(folder, other)]);
    await exchange.importCases([fileOf(folder, one)]);
    await send();
    expect(province.pushed).toHaveLength(3);
    expect((await exchange.outbox.summary()).waiting).toBe(0);
  });

  it('leaves the province’s own re-appraisals to the province', async () => {
    const { exchange, folder } = await city();
    await exchange.importCases([fileOf(folder, caseOf(0, 'R-1', [], { kind: 'reappraisal', priorCaseNo: 'A-1' }))]);

    expect(await exchange.outbox.list()).toEqual([]);
  });
});

describe('a delivery', () => {
  it('keeps the order of a case while other cases go on', async () => {
    const { province, exchange, folder, send } = await city({ concurrency: 4 });
    province.answer = ({ caseNo, conclusionNo }) => (caseNo === 'A-1' && conclusionNo === '潍1号' ? 'drop' : 'accept');
    await exchange.importCases([fileOf(folder, caseOf(0, 'A-1', ['潍1号']), caseOf(1, 'A-2', ['潍9号']))]);
    expect(await send()).toMatchObject({ sent: 1, failed: 1, waiting: 1, error: { code: 'ERR_UNREACHABLE' } });
    await exchange.importCases([fileOf(folder, caseOf(0, 'A-1', ['潍1号', '潍2号']), caseOf(2, 'A-3'))]);
    expect(await send()).toMatchObject({ sent: 1, waiting: 2, failed: 1 });
    expect(told(province).filter((push) => push === 'A-1 潍2号')).toEqual([]);

    province.answer = () => 'accept';
    expect(await send()).toMatchObject({ sent: 2, waiting: 0 });
    expect(told(province).slice(-2)).toEqual(['A-1 潍1号', 'A-1 潍2号']);
    // Every attempt of one entry was the same, under the same key.
    const first = province.pushed.filter(({ conclusionNo }) => conclusionNo === '潍1号');
    expect(new Set(first.map(({ key, content }) => `${key} ${content}`)).size).toBe(1);
    expect(first.length).toBeGreaterThan(3);
  });

  it('tries again within the run what failed by chance, and no more often than that', async () => {
    const { province, exchange, folder, send } = await city();
    province.answer = (_, nth) => (nth < 3 ? 'busy' : 'accept');
    await exchange.importCases([fileOf(folder, caseOf(0, 'A-1', ['潍1号']))]);

    expect(await send()).toMatchObject({ sent: 1, failed: 0, waiting: 0 });
    expect(province.pushed).toHaveLength(3);

    province.answer = () => 'busy';
    await exchange.importCases([fileOf(folder, caseOf(1, 'A-2'))]);
    expect(await send()).toMatchObject({ sent: 0, failed: 1, waiting: 1 });
    expect(province.pushed).toHaveLength(6);
  });

  it('backs off over nights: what failed a moment ago is not due, and by hand it is sent at once', async () => {
    let hours = 0;
    const now = () => new Date(Date.parse('2026-03-10T00:00:00Z') + hours * 3_600_000);
    const { province, exchange, folder, send } = await city({ now });
    province.answer = () => 'drop';
    await exchange.importCases([fileOf(folder, caseOf(0, 'A-1'))]);
    await send({ due: true });
    const tried = province.pushed.length;
    await send({ due: true });
    expect(province.pushed).toHaveLength(tried);
    await send();
    expect(province.pushed.length).toBeGreaterThan(tried);

    province.answer = () => 'accept';
    hours = 24;
    expect(await send({ due: true })).toMatchObject({ sent: 1, waiting: 0 });
  });

  it('stops for everybody where we are not allowed, and nothing is lost', async () => {
    const { province, exchange, folder, send } = await city({ concurrency: 1 });
    province.answer = () => 'password';
    await exchange.importCases([fileOf(folder, caseOf(0, 'A-1'), caseOf(1, 'A-2'), caseOf(2, 'A-3'))]);

    expect(await send()).toMatchObject({ sent: 0, failed: 1, waiting: 3, error: { code: 'ERR_UNAUTHORISED' } });
    expect(province.pushed).toHaveLength(1);
    province.answer = () => 'accept';
    expect(await send()).toMatchObject({ sent: 3, waiting: 0 });
  });

  it('leaves a refused entry and its case to a person, who lets it be tried again or leaves it unsent', async () => {
    const { province, exchange, folder, send } = await city();
    province.answer = ({ caseNo }) => (caseNo === 'A-1' ? { refuse: '认定决定书编号不存在' } : 'accept');
    await exchange.importCases([fileOf(folder, caseOf(0, 'A-1', ['潍1号']), caseOf(1, 'A-2'))]);
    expect(await send()).toMatchObject({ sent: 1, refusedNow: 1, refused: 1, refusedCases: ['A-1'], waiting: 0 });
    await exchange.importCases([fileOf(folder, caseOf(0, 'A-1', ['潍1号', '潍2号']))]);
    expect(await send()).toMatchObject({ sent: 0, refused: 1, waiting: 1 });
    const refused = province.pushed.filter(({ caseNo }) => caseNo === 'A-1');
    expect(refused).toHaveLength(1);
    const [entry] = await exchange.outbox.list({ state: ['refused'] });
    expect(entry).toMatchObject({ error: 'ERR_AGENCY', attempts: 1 });
    expect(entry?.because?.zh).toContain('认定决定书编号不存在');
    const id = entry?.id ?? '';

    const said = { by: '经办员丁', reason: '省级已更正' };
    expect(await exchange.outbox.retry(id, said)).toMatchObject({ state: 'waiting' });
    await send();
    expect(province.pushed.at(-1)).toEqual(refused[0]);
    expect(await exchange.outbox.skip(id, said)).toMatchObject({ state: 'skipped' });
    province.answer = () => 'accept';
    expect(await send()).toMatchObject({ sent: 1, waiting: 0, refused: 0 });
    expect(told(province).at(-1)).toBe('A-1 潍2号');

    expect((await exchange.outbox.entry(id))?.steps.map(({ state, by }) => [state, by])).toEqual([
      ['waiting', undefined],
      ['sending', undefined],
      ['refused', undefined],
      ['waiting', '经办员丁'],
      ['sending', undefined],
      ['refused', undefined],
      ['skipped', '经办员丁'],
    ]);
    for (const what of ['retry', 'skip'] as const) {
      expect(await errorOf(exchange.outbox[what](id, said))).toMatchObject({ code: 'ERR_USAGE' });
      expect(await errorOf(exchange.outbox[what]('999', said))).toMatchObject({ code: 'ERR_INPUT' });
      expect(await errorOf(exchange.outbox[what](id, { by: ' ', reason: 'x' }))).toMatchObject({ code: 'ERR_USAGE' });
    }
  });

  it('cannot send a value that has no code: that is for a person too, and others go on', async () => {
    const { exchange, folder, send } = await city();
    const strange = caseOf(0, 'A-1', ['潍1号'], { state: 'no-such-state' as never });
    await exchange.importCases([fileOf(folder, caseOf(1, 'A-2'))]);
    const subject = await exchange.store.subjectOfCase('A-2', new Date().toISOString());
    const item = strange.cases?.[0];
    if (subject === undefined || item === undefined) throw new Error('both are there');
    await exchange.store.outbox.add(
      { agency: 'provincial-appraisal', feed: 'appraisals' },
      subject,
      item,
      new Date().toISOString(),
    );

    expect(await send()).toMatchObject({ sent: 1, refused: 1 });
    expect((await exchange.outbox.list({ state: ['refused'] }))[0]).toMatchObject({ caseNo: 'A-1', error: 'ERR_CONFIG' });
  });

  it('is made by one process at a time', async () => {
    const { exchange, folder, send, province } = await city();
    await exchange.importCases([fileOf(folder, caseOf(0, 'A-1'))]);
    let release = () => {};
    province.answer = () =>
      new Promise((settle) => {
        release = () => settle('accept');
      });
    const first = send();
    await expect.poll(() => province.pushed.length).toBe(1);

    expect(await errorOf(send())).toMatchObject({ code: 'ERR_STORE_LOCKED' });
    release();
    expect(await first).toMatchObject({ sent: 1 });
    expect(province.pushed).toHaveLength(1);
  });

  it('gives the case the number of the receipt, from the day it was received on', async () => {
    const { exchange, folder, send } = await city();
    await exchange.importCases([fileOf(folder, caseOf(0, 'A-1', ['潍1号']), caseOf(1, 'A-2', [], { provincialNo: '市记' }))]);
    const before = new Date().toISOString();
    await new Promise((settle) => setTimeout(settle, 5));
    await send();

    expect((await exchange.caseFile('A-1')).cases[0]?.provincialNo).toBe(provincialNo('A-1'));
    expect((await exchange.caseFile('A-1', { asOf: before })).cases[0]?.provincialNo).toBeUndefined();
    expect((await exchange.caseFile('A-2')).cases[0]?.provincialNo).toBe('市记');
  });

  it('keeps names and ID numbers out of what is listed', async () => {
    const { exchange, folder, send, province } = await city();
    province.answer = () => ({ refuse: '370799196001010018 重复' });
    await exchange.importCases([fileOf(folder, caseOf(0, 'A-1', ['潍1号']))]);
    const run = await send();
    const [entry] = await exchange.outbox.list();

    const shown = JSON.stringify([run, entry, await exchange.outbox.entry(entry?.id ?? '')]);
    expect(shown).not.toMatch(/370799\d{12}|测试甲/);
  });
});

describe('the audit log', () => {
  it('notes every attempt before and after, and every decision; nothing is sent that it cannot note', async () => {
    const noted: AuditEntry[] = [];
    let isBroken = false;
    const { exchange, folder, send, province } = await city();
    const { append } = exchange.audit;
    Object.assign(exchange.audit, {
      append: async (entry: AuditEntry) => {
        if (isBroken) throw new YilianError('ERR_AUDIT', { zh: '写不进审计日志', en: 'the audit log cannot be written' });
        noted.push(entry);
        return append(entry);
      },
    });
    province.answer = () => ({ refuse: '不符' });
    await exchange.importCases([fileOf(folder, caseOf(0, 'A-1'))]);
    isBroken = true;
    expect(await errorOf(send())).toMatchObject({ code: 'ERR_AUDIT' });
    expect(province.pushed).toEqual([]);
    isBroken = false;
    await send();
    const [entry] = await exchange.outbox.list();
    await exchange.outbox.skip(entry?.id ?? '', { by: '经办员丁', reason: '重复' });

    expect(noted.map(({ kind, result, purpose, caseNos }) => [kind, result, purpose, caseNos])).toEqual([
      ['push', 'sending', 'provincial-push', ['A-1']],
      ['push', 'refused', 'provincial-push', ['A-1']],
      ['push', 'skip', '重复', ['A-1']],
    ]);
    expect(noted.at(-1)?.actor.operator).toBe('经办员丁');
    expect(JSON.stringify(noted)).not.toMatch(/370799\d{12}|测试甲/);
  });
});

describe('the night', () => {
  it('sends first, tells what is left, and ends with 3 where the province is down', async () => {
    const { exchange, folder, province } = await city();
    await exchange.importCases([fileOf(folder, caseOf(0, 'A-1', ['潍1号']))]);
    const good = await exchange.reconcile();
    expect(good.manifest.outbox).toEqual({ waiting: 0, refused: 0, sent: 1, refusedNow: 0, failed: 0 });
    expect(good.exitCode).toBe(0);

    province.answer = () => 'password';
    await exchange.importCases([fileOf(folder, caseOf(1, 'A-2'))]);
    const bad = await exchange.reconcile();
    expect(bad.manifest.outbox).toMatchObject({ waiting: 1, failed: 1, error: { code: 'ERR_UNAUTHORISED' } });
    expect(bad.exitCode).toBe(3);
  });

  it('takes the province’s re-appraisal up, and the conclusion is superseded from then on', async () => {
    let minutes = 0;
    const now = () => new Date(Date.parse('2026-05-21T12:00:00Z') + minutes * 60_000);
    const { exchange, folder, province } = await city({ send: 'manual', now });
    const entry = caseOf(0, 'A-1', ['潍1号']);
    await exchange.importCases([
      fileOf(folder, {
        ...entry,
        benefits: [
          {
            id: 'B-1',
            kind: { code: 'x', system: 's', known: true },
            from: '2026-04',
            status: 'active',
            basisConclusionNo: '潍1号',
            payments: [],
          },
        ],
      }),
    ]);
    const since = now().toISOString();
    const row = { AAZ151: '3700000000000101', CITY_CASE_NO: 'A-1', AAC002: '370799196001010018', AAC003: '测试甲', ALA019: '3' };
    province.rows = [{ ...row, CASE_STATE: '03', AAE036: '2026-04-02 09:00:00' }];
    minutes = 1;
    await exchange.reconcile();
    const opened = now().toISOString();
    expect((await exchange.caseFile('A-1')).cases[0]).toMatchObject({
      state: 'challenged',
      conclusions: [{ status: 'challenged' }],
    });
    expect(await exchange.superseded({ since })).toMatchObject([{ caseNo: 'A-1', conclusionNo: '潍1号', change: 'challenged' }]);

    const concluded = {
      ...row,
      CASE_STATE: '06',
      ALC034: '20260520',
      ALC035: '鲁9号',
      CONCLUSION_LEVEL: '2',
      ALA040: '08',
      STANDARD: 'GB/T 16180-2014',
      CONCLUSION_STATUS: '1',
    };
    province.rows = [{ ...concluded, AAE036: '2026-05-21 09:00:00' }];
    minutes = 2 * 24 * 60;
    const night = await exchange.reconcile();
    expect(night.findings.map(({ finding }) => finding.rule)).toContain('benefit-without-conclusion');
    expect((await exchange.check('A-1')).results.find(({ rule }) => rule === 'benefit-without-conclusion')?.outcome).toBe(
      'finding',
    );
    expect(await exchange.superseded({ since: opened })).toMatchObject([
      {
        caseNo: 'A-1',
        conclusionNo: '潍1号',
        change: 'superseded',
        by: { no: '鲁9号', grade: 8 },
        accordingTo: { recordId: '3700000000000101' },
      },
    ]);
    const explained = await exchange.explain('A-1');
    expect(JSON.stringify(explained.timeline)).toContain('据省级鉴定记录 3700000000000101');
    // As it was known then, for ever.
    expect((await exchange.caseFile('A-1', { asOf: opened })).cases[0]?.state).toBe('challenged');
    const replayed = await exchange.reconcile({ asOf: opened });
    expect(replayed.findings.map(({ finding }) => finding.rule)).not.toContain('benefit-without-conclusion');

    const then = now().toISOString();
    province.rows = [{ ...concluded, CONCLUSION_STATUS: '6', CASE_STATE: '15', AAE036: '2026-05-25 09:00:00' }];
    minutes = 4 * 24 * 60;
    const after = await exchange.reconcile();
    expect((await exchange.caseFile('A-1')).cases[0]).toMatchObject({
      state: 'effective',
      conclusions: [{ status: 'effective' }],
    });
    expect(await exchange.superseded({ since: then })).toMatchObject([
      { caseNo: 'A-1', conclusionNo: '潍1号', change: 'restored' },
    ]);
    expect(after.findings.find(({ finding }) => finding.rule === 'benefit-without-conclusion')?.state).toMatch(
      /^(withdrawn|resolved)$/,
    );
  });
});
