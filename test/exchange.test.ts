import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createExchange } from '../src/exchange.js';
import { check } from '../src/reconcile/check.js';
import { appraisalCase, file, stay } from '../src/reconcile/example.js';
import { conclusion } from '../src/reconcile/example-cases.js';
import { feedStatuses } from '../src/reconcile/feeds.js';
import { reconcile } from '../src/reconcile/run.js';
import { errorOf } from './channels/support.js';
import { lifeOf, morning, startSandbox, worldOf } from './sandbox/harness.js';

vi.mock('../src/reconcile/run.js', { spy: true });
vi.mock('../src/reconcile/feeds.js', { spy: true });

/** What a backend that imports the library meets first. Port 9 of this machine answers nobody. */

const environment = { PERSON_KEY: 'a secret of the city, 32 bytes long', CITY_KEY: 'abcdef' };
const context = { purpose: '劳动能力鉴定', operator: { name: '甲', id: '1', organisation: '演示市劳动能力鉴定中心' } };
const cremations = `channel: { http: 'http://127.0.0.1:9/httpproxy', attempts: 1 }
      envelope: inspur-sdk
      mapping: cremation-national`;

function configuration(connection: string, more = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'yilian-exchange-'));
  const path = join(folder, 'yilian.config.yaml');
  writeFileSync(
    path,
    `city: { name: 演示市, region: '370700', organisation: 演示市劳动能力鉴定中心 }
personKey: \${PERSON_KEY}
operator: { name: 夜间核对, id: SYSTEM }
${more}agencies:
  civil-affairs:
    cremations:
      ${connection}
`,
  );
  return path;
}

describe('an exchange', () => {
  it('answers unavailable, with the error inside, where nobody listens', async () => {
    const exchange = await createExchange(configuration(cremations), { environment });
    const person = { name: '样例甲', idNumber: '370799196001010018' };

    const answer = await exchange.lookup({ agency: 'civil-affairs', feed: 'cremations', person }, context);
    await exchange.close();

    expect(answer.outcome).toBe('unavailable');
    expect(answer.error).toMatchObject({ code: 'ERR_UNREACHABLE', agency: 'civil-affairs', feed: 'cremations', retryable: true });
    expect(JSON.stringify(answer.error)).not.toContain('370799196001010018');
    expect([answer.evidence, answer.rejected, answer.messages]).toEqual([[], [], []]);
  });

  it('asks about the kind of document it is told, where the number does not say it', async () => {
    const exchange = await createExchange(configuration(cremations), { environment });
    const ask = (idType?: 'passport') =>
      exchange.lookup(
        {
          agency: 'civil-affairs',
          feed: 'cremations',
          person: { name: '样例甲', idNumber: 'e12345678', ...(idType === undefined ? {} : { idType }) },
        },
        context,
      );

    const [told, untold] = [await ask('passport'), await ask()];
    await exchange.close();

    expect(told.person.idDocuments).toMatchObject([{ type: 'passport', number: 'E12345678' }]);
    expect(untold.person.idDocuments).toMatchObject([{ type: 'other', number: 'E12345678' }]);
  });

  it('refuses to ask a feed that is not configured', async () => {
    const one = await createExchange(configuration(cremations), { environment });
    const person = { name: '样例甲', idNumber: '370799196001010018' };
    const error = await errorOf(one.lookup({ agency: 'health', feed: 'stays', person }, context));
    await one.close();

    expect(error).toMatchObject({ code: 'ERR_CONFIG', text: { en: 'health/stays is not configured to be asked about persons' } });
  });

  it('refuses to ask a feed that is configured to be read for what changed', async () => {
    const folder =
      'health:\n    death-certificates: { channel: { folder: ./drop }, envelope: table-exchange, mapping: death-certificate-table }';
    const path = configuration(`${cremations}\n  ${folder}`);
    const one = await createExchange(path, { environment });
    const person = { name: '样例甲', idNumber: '370799196001010018' };

    const error = await errorOf(one.lookup({ agency: 'health', feed: 'death-certificates', person }, context));
    await one.close();

    expect(error).toMatchObject({ code: 'ERR_CONFIG' });
  });

  it('keeps the configured parameters of the rules it is asked for', async () => {
    const evidence = [stay('2025-03-01', '2025-03-10'), stay('2025-03-10', '2025-03-20', { hospital: { name: '演示二院' } })];
    const known = file({ evidence });
    const outcome = async (rules: string) => {
      const exchange = await createExchange(configuration(cremations, rules), { environment });
      vi.spyOn(exchange.store, 'subjectOfCase').mockResolvedValue(known.subject);
      vi.spyOn(exchange.store, 'caseFile').mockResolvedValue(known);
      const { results } = await exchange.check('any', { asOf: known.asOf, rules: ['stays-overlap'] });
      await exchange.close();
      return results.map((result) => [result.rule, result.outcome]);
    };

    // One shared day; of stays a feed that was never read leaves the rest open.
    expect(await outcome('')).toEqual([['stays-overlap', 'finding']]);
    expect(await outcome('rules: { stays-overlap: { minDays: 2 } }\n')).toEqual([['stays-overlap', 'unknown']]);
    expect(await outcome('rules: { stays-overlap: off }\n')).toEqual([['stays-overlap', 'finding']]);
  });

  it('asks the province daily unless told otherwise: an answer from before a conclusion must not be fresh when three working days have passed', async () => {
    const province =
      'provincial-appraisal: { appraisals: { channel: { http: http://127.0.0.1:9/p }, envelope: json-rows, mapping: appraisal-jinbao } }';
    const exchange = await createExchange(configuration(`${cremations}\n  ${province}`), { environment });
    await exchange.close();

    expect(exchange.config.connections.map(({ feed, refreshMs }) => [feed, refreshMs / 86_400_000])).toEqual([
      ['cremations', 7],
      ['appraisals', 1],
    ]);
  });

  it('counts working days by the city’s calendar, online and in the nightly job, unless the rule has days of its own', async () => {
    // Concluded on a Friday: Monday to Wednesday are the three working days, Thursday 06-26 the fourth.
    const known = file({
      asOf: '2025-06-26T12:00:00+08:00',
      cases: [appraisalCase({ state: 'effective', conclusions: [conclusion('2025-06-20')] })],
    });
    const province = known.feeds.filter(({ agency }) => agency === 'provincial-appraisal');
    const says = async (more: string, calendar?: string) => {
      const path = configuration(cremations, more);
      if (calendar !== undefined) writeFileSync(join(path, '..', 'days.yaml'), calendar);
      const exchange = await createExchange(path, { environment });
      await exchange.reconcile({ dryRun: true });
      const [{ check: options, versions }] = vi.mocked(reconcile).mock.lastCall as Parameters<typeof reconcile>;
      const night = check(known, options).results.find(({ rule }) => rule === 'province-differs')?.outcome;
      vi.spyOn(exchange.store, 'subjectOfCase').mockResolvedValue(known.subject);
      vi.spyOn(exchange.store, 'caseFile').mockResolvedValue(known);
      vi.mocked(feedStatuses).mockReturnValueOnce(province);
      const online = await exchange.check('any', { asOf: known.asOf, rules: ['province-differs'] });
      await exchange.close();
      return [online.results[0]?.outcome, night, versions.codeTables['working-days']];
    };
    const published = '国办发明电〔2023〕7号 国办发明电〔2024〕12号 国办发明电〔2025〕7号';

    expect(await says('')).toEqual(['finding', 'finding', published]);
    const dayOff = await says('calendar: ./days.yaml\n', 'holidays: [2025-06-23]\n');
    expect(dayOff.slice(0, 2)).toEqual(['clear', 'clear']);
    expect(dayOff[2]).toMatch(/〔2025〕7号 \+ [0-9a-f]{12}$/);
    const rules = 'rules: { province-differs: { holidays: [2025-01-01] } }\n';
    expect((await says(`calendar: ./days.yaml\n${rules}`, 'holidays: [2025-06-23]\n')).slice(0, 2)).toEqual([
      'finding',
      'finding',
    ]);
    expect((await says('rules: { province-differs: off }\n')).slice(0, 2)).toEqual(['finding', undefined]);
  });

  it('answers for no instant that has not come, and for what is no instant at all', async () => {
    const exchange = await createExchange(configuration(cremations), {
      environment,
      now: () => new Date('2026-03-01T00:00:00Z'),
    });

    const codes = [];
    for (const asOf of ['2026-03-01T08:00:01+08:00', 'yesterday', '2026-03-01T08:00:00+08:00'])
      for (const ask of [exchange.check('A1', { asOf }), exchange.explain('A1', { asOf }), exchange.caseFile('A1', { asOf })])
        codes.push((await errorOf(ask)).code);
    await exchange.close();

    // The last has come: there is only no such case.
    expect(codes).toEqual([...Array(3).fill('ERR_USAGE'), ...Array(6).fill('ERR_INPUT')]);
  });

  it('explains many as of one instant, in whatever zone it is written', async () => {
    const exchange = await createExchange(configuration(cremations), {
      environment,
      now: () => new Date('2026-03-01T00:00:00Z'),
    });
    const asked = vi.spyOn(exchange.store, 'caseFile');

    await (await exchange.explainer('2026-03-01T08:00:00+08:00')).person('nobody');
    await exchange.close();

    expect(asked.mock.calls).toEqual([['nobody', '2026-03-01T00:00:00.000Z']]);
  });

  it('tells the faults of every file of an import at once, and stores none of them', async () => {
    const path = configuration(cremations);
    const files = ['a.jsonl', 'b.jsonl'].map((name) => join(path, '..', name));
    for (const file of files) writeFileSync(file, 'no case\n');
    const exchange = await createExchange(path, { environment });

    const error = await errorOf(exchange.importCases(files));
    const persons = await exchange.store.countSubjects('2100-01-01T00:00:00.000Z');
    await exchange.close();

    expect(error.text.en.split('\n').map((line) => line.slice(0, 12))).toEqual(['2 fault(s):', 'a.jsonl:1  —', 'b.jsonl:1  —']);
    expect(persons).toBe(0);
  });

  it('gives the nightly job the row band of each connection, not that of the first', async () => {
    const path = configuration(`- { channel: { http: 'http://127.0.0.1:9/a' }, envelope: inspur-sdk, mapping: cremation-national }
      - { channel: { http: 'http://127.0.0.1:9/b' }, envelope: inspur-sdk, mapping: cremation-national, rowBand: 0.2 }`);
    const exchange = await createExchange(path, { environment });

    await exchange.reconcile({ dryRun: true });
    await exchange.close();

    const [options] = vi.mocked(reconcile).mock.lastCall ?? [];
    const bandOf = (connection: string) => options?.rowBand({ agency: 'civil-affairs', feed: 'cremations', connection });
    expect([bandOf('1'), bandOf('2')]).toEqual([0.5, 0.2]);
  });

  it('tells every address, certificate and header that cannot be used, each with its line, and opens no store', async () => {
    const path = configuration(`channel:
        http: https://gw.example/a//b
        tls: { ca: "-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----" }
        headers: { Host: other.example, X-Two: "a\\nb" }
      envelope: inspur-sdk
      mapping: cremation-national`);

    const error = await errorOf(createExchange(path, { environment }));

    const at = '/agencies/civil-affairs/cremations/channel';
    expect(error.code).toBe('ERR_CONFIG');
    expect(error.text.en.split('\n')).toEqual([
      '4 faults in the configuration:',
      `${path}:8:9 ${at}/http — the address of the channel must hold neither # nor //`,
      `${path}:9:16 ${at}/tls/ca — a certificate in tls.ca cannot be read`,
      `${path}:10:20 ${at}/headers/Host — header Host has a name or value that cannot be sent`,
      `${path}:10:41 ${at}/headers/X-Two — header X-Two has a name or value that cannot be sent`,
    ]);
    expect(existsSync(join(path, '..', 'state'))).toBe(false);
  });
});

describe('a case sent to the province', () => {
  it('is one case there, however often it is sent; what is not on file is not sent', async () => {
    const { dir, sandbox } = await startSandbox({ people: 60 });
    const case_ = lifeOf(worldOf({ people: 60 }), 'sex-contradicts-number').file?.cases[0];
    const caseNo = case_?.caseNo ?? '';
    const exchange = await createExchange(join(dir, 'yilian.config.yaml'), { now: () => morning });
    await exchange.importCases([join(dir, 'cases.jsonl')]);
    const ask = { agency: 'provincial-appraisal', feed: 'appraisals', caseNo };

    const first = await exchange.push(ask, context);
    const again = await exchange.push(ask, context);
    const named = await exchange.push({ ...ask, conclusionNo: case_?.conclusions[0]?.no ?? '' }, context);
    const unnamed = await errorOf(exchange.push({ ...ask, conclusionNo: '无此结论' }, context));
    const nobody = await errorOf(exchange.push({ ...ask, caseNo: 'LJ0000-000000' }, context));
    const stays = await errorOf(exchange.push({ ...ask, agency: 'health', feed: 'stays' }, context));
    const other = await exchange.push({ ...ask, caseNo: otherCase(caseNo), idempotencyKey: 'K1' }, context);
    const clash = await exchange.push({ ...ask, idempotencyKey: 'K1' }, context);
    await exchange.close();

    expect(first.outcome).toBe('accepted');
    expect(first.provincialNo).toMatch(/^\d{16}$/);
    expect([again.provincialNo, named.provincialNo]).toEqual([first.provincialNo, first.provincialNo]);
    expect([unnamed.code, nobody.code, stays.code]).toEqual(['ERR_INPUT', 'ERR_INPUT', 'ERR_CONFIG']);
    expect(other.outcome).toBe('accepted');
    expect(clash).toMatchObject({ outcome: 'refused', error: { code: 'ERR_AGENCY' } });
    expect(sandbox.journal['provincial-appraisal/appraisals']).toMatchObject({ answered: 4, refused: 1 });
  });
});

/** The case of somebody else with a conclusion. */
function otherCase(caseNo: string): string {
  const cases = worldOf({ people: 60 }).onFile.flatMap((life) => life.file?.cases ?? []);
  return cases.find((item) => item.caseNo !== caseNo && item.conclusions.length > 0)?.caseNo ?? '';
}
