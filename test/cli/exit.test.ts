import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { instant } from '../../src/cli/commands/check.js';
import { asYilianError, type ExitCode, exitCodeOfError, mostSerious } from '../../src/cli/exit.js';
import { type ErrorCode, YilianError } from '../../src/errors.js';
import { run } from './run.js';

const error = (code: ErrorCode) => new YilianError(code, { zh: '错', en: 'wrong' });
const running = new AbortController().signal;

describe('the exit code', () => {
  it.each<[ExitCode[], ExitCode]>([
    [[], 0],
    [[0, 1], 1],
    [[3, 1], 3],
    [[1, 4, 3], 4],
    [[4, 6], 6],
    [[6, 5], 5],
    [[5, 2], 2],
    [[2, 130], 130],
  ])('of %j is %i: the most serious wins', (codes, code) => {
    expect(mostSerious(codes)).toBe(code);
  });

  it.each<[ErrorCode, ExitCode]>([
    ['ERR_USAGE', 2],
    ['ERR_CONFIG', 2],
    ['ERR_INPUT', 2],
    ['ERR_UNREACHABLE', 3],
    ['ERR_UNAUTHORISED', 3],
    ['ERR_QUOTA', 3],
    ['ERR_STORE_LOCKED', 5],
    ['ERR_STORE_DAMAGED', 5],
    ['ERR_AUDIT', 5],
    ['ERR_STORE_NEWER', 5],
    ['ERR_INTERNAL', 6],
    ['ERR_ABORTED', 130],
  ])('of %s is %i', (code, expected) => {
    expect(exitCodeOfError(error(code), running)).toBe(expected);
  });

  it('of what is no failure we know of is 6, and of anything once a stop was asked for 130', () => {
    expect(exitCodeOfError(new TypeError('x is not a function'), running)).toBe(6);
    expect(exitCodeOfError(error('ERR_UNREACHABLE'), AbortSignal.abort())).toBe(130);
  });

  it('is that of a fault of usage where the system refuses a file or port that was named', () => {
    const refused = Object.assign(new Error('EADDRINUSE'), { syscall: 'listen', code: 'EADDRINUSE', port: 8700 });

    expect(asYilianError(refused)).toMatchObject({ code: 'ERR_USAGE', text: { en: 'cannot use :8700 (EADDRINUSE)' } });
    expect(asYilianError(new TypeError('x is not a function'))).toBeUndefined();
  });
});

describe('an instant of the command line', () => {
  it.each([
    ['2026-11-23', '2026-11-23T15:59:59.999Z'],
    ['2026-11-23T02:00:00+08:00', '2026-11-22T18:00:00.000Z'],
  ])('%s is %s: a plain day means its end in Shanghai', (text, expected) => {
    expect(instant(text)).toBe(expected);
  });
});

/** A city with one person on file, whose number says male and whose file says female: one finding, medium, that needs no agency. */
function city(connection = 'agencies: {}\n'): string {
  vi.stubEnv('PERSON_KEY', 'a secret of the city, 32 bytes long');
  const folder = mkdtempSync(join(tmpdir(), 'yilian-exit-'));
  writeFileSync(
    join(folder, 'yilian.config.yaml'),
    `city: { name: 演示市, region: '370700', organisation: 演示市劳动能力鉴定中心 }
personKey: \${PERSON_KEY}
operator: { name: 夜间核对, id: SYSTEM }
store: sqlite:./yilian.db
${connection}`,
  );
  return join(folder, 'yilian.config.yaml');
}

describe('reconcile --fail-on', () => {
  it('ends with 1 where an open finding is at or above it, and else with 0', async () => {
    const config = city();
    const cases = join(config, '..', 'cases.csv');
    writeFileSync(
      cases,
      [
        '证件号码,姓名,性别,案件编号,案件类型,适用规章,案件状态,收到日期',
        '370799196001010018,测试甲,female,A1,first,order-55,effective,2026-02-01',
      ].join('\r\n'),
    );
    expect((await run('cases', 'import', cases, '--config', config)).code).toBe(0);

    const codes: number[] = [];
    for (const more of [[], ['--fail-on', 'high'], ['--fail-on', 'medium'], ['--fail-on', 'info']])
      codes.push((await run('reconcile', '--config', config, ...more)).code);

    expect(codes).toEqual([0, 0, 1, 1]);

    // Mended at home, the finding is resolved: what is closed fails nothing.
    writeFileSync(cases, readFileSync(cases, 'utf8').replace('female', 'male'));
    await run('cases', 'import', cases, '--config', config);
    expect((await run('reconcile', '--config', config, '--fail-on', 'info')).code).toBe(0);
  });
});

describe('lookup', () => {
  it.each([401, 503])('ends with 3 where the agency answers HTTP %i', async (status) => {
    const server = createServer((_, response) => response.writeHead(status).end('<html>no</html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const config = city(`agencies:
  civil-affairs:
    cremations:
      channel: { http: 'http://127.0.0.1:${port}/httpproxy', attempts: 1 }
      envelope: inspur-sdk
      mapping: cremation-national
`);

    const question = ['--agency', 'civil-affairs', '--feed', 'cremations', '--id-number', '370799196001010018'];
    const { code, stdout } = await run(
      'lookup',
      '--config',
      config,
      ...question,
      '--name',
      '测试甲',
      '--purpose',
      '核验',
      '--json',
    );
    server.close();

    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: status === 401 ? 'unauthorised' : 'unavailable', evidence: [] });
  });
});
