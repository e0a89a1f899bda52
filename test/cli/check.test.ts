import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'yilian-check-'));

function caseFile(name: string): string {
  const subject = {
    key: 'k',
    idDocuments: [{ type: 'resident-id', number: '370799196001010018', validity: 'valid' }],
    name,
  };
  return JSON.stringify({ asOf: '2026-11-23T00:00:00+08:00', subject, cases: [], benefits: [], evidence: [], feeds: [] });
}

async function lines(content: string | Uint8Array): Promise<{ code: number; kinds: string[] }> {
  const path = join(folder, 'cases.jsonl');
  writeFileSync(path, content);
  const { code, stdout } = await run('check', '--jsonl', '--input', path);
  const kinds = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => ('error' in JSON.parse(line) ? 'error' : 'result'));
  return { code, kinds };
}

describe('check --jsonl', () => {
  it('answers each line in its place, also the empty one and the one that is no case file, and ends with 2', async () => {
    const good = caseFile('王测试');

    expect(await lines(`${good}\nrubbish\n\n{}\n${good}\n`)).toEqual({
      code: 2,
      kinds: ['result', 'error', 'error', 'error', 'result'],
    });
  });

  it('takes only a line feed for the end of a line: U+2028 may stand in a text', async () => {
    const good = caseFile('王\u2028测试');

    expect(await lines(`${good}\r\n${good}`)).toEqual({ code: 0, kinds: ['result', 'result'] });
  });

  it('refuses a line that is not UTF-8 instead of guessing a name', async () => {
    const good = Buffer.from(`${caseFile('王测试')}\n`);
    const gbk = Buffer.concat([
      good.subarray(0, good.indexOf('王')),
      Buffer.from([0xcd, 0xf5]),
      good.subarray(good.indexOf('测')),
    ]);

    expect(await lines(Buffer.concat([good, gbk, good]))).toEqual({ code: 2, kinds: ['result', 'error', 'result'] });
  });

  it('tells a fault of usage once, and not in the place of every line', async () => {
    const path = join(folder, 'usage.jsonl');
    writeFileSync(path, `${caseFile('王测试')}\n${caseFile('王测试')}\n`);

    const { code, stdout } = await run('check', '--jsonl', '--input', path, '--rule', 'nope');

    expect([code, stdout]).toEqual([2, '']);
  });
});

describe('check --as-of', () => {
  it('looks at a case file as of the end of that day in Shanghai', async () => {
    const path = join(folder, 'one.json');
    writeFileSync(path, caseFile('王测试'));

    const { code, stdout } = await run('check', '--input', path, '--as-of', '2025-01-01', '--json');

    expect([code, JSON.parse(stdout).asOf]).toEqual([0, '2025-01-01T15:59:59.999Z']);
  });
});
