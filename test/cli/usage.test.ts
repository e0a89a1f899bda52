import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from './run.js';

const lookup = 'lookup --agency health --feed stays --id-number 370799196001010018 --name 王测试 --purpose 核验'.split(' ');

describe('a fault of usage', () => {
  it.each([
    ['an unknown command', ['nonsense']],
    ['a command of a later step', ['dossier', 'build']],
    ['a decision of nobody', ['findings', 'decide', 'x', '--as', 'confirmed', '--reason', 'y']],
    ['a decision that is none', ['findings', 'decide', 'x', '--as', 'held', '--by', 'z', '--reason', 'y']],
    ['a release for no reason', ['findings', 'release', '--by', 'z']],
    ['an unknown option of a command', ['reconcile', '--confg', 'x']],
    ['a value that is not among the choices', ['reconcile', '--fail-on', 'hi']],
    ['an argument too many', ['reconcile', 'extra']],
    ['a missing argument', ['cases', 'import']],
    ['a missing option', ['map', 'x.xml']],
    ['a command without its part', ['findings']],
    ['an unknown part', ['cases', 'list']],
    ['a language that is not spoken', ['--lang', 'fr', 'doctor']],
    ['a rule that there is none of', ['findings', 'list', '--rule', 'nope']],
    ['half a window', [...lookup, '--from', '2026-01-01']],
    ['a window of no days', [...lookup, '--from', 'rubbish', '--until', '2026-02-30']],
    ['a question without a reason', [...lookup.slice(0, -1), '']],
    ['a domicile that is no code', [...lookup, '--region', '潍坊']],
    ['two inputs', ['check', '--input', '-', '--case', 'X']],
  ])('%s ends with 2, never with 1, which means findings', async (_, argv) => {
    const { code, stdout, stderr } = await run(...argv);

    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/^$|ERR_CONFIG/);
  });

  it('is told in Chinese where Chinese is spoken', async () => {
    const { stderr } = await run('reconcile', '--confg', 'x', '--lang', 'zh');

    expect(stderr).toContain('没有这个选项：--confg');
    expect(stderr).toContain('是否想写 --config？');
    expect(stderr).toContain('用法：');
  });

  it('does not repeat an ID number', async () => {
    const { code, stderr } = await run('lookup', '--370799196001010018', '--lang', 'en');

    expect(code).toBe(2);
    expect(stderr).not.toContain('370799196001010018');
  });

  it('help is no fault', async () => {
    expect((await run('reconcile', '--help')).code).toBe(0);
    expect((await run('--version')).code).toBe(0);
  });
});

describe('a file that cannot be used', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yilian-usage-'));

  it.each([
    ['a missing file of case files', ['check', '--jsonl', '--input', join(folder, 'no.jsonl')]],
    ['a folder for a file of case files', ['check', '--jsonl', '--input', folder]],
    ['a folder for a case file', ['check', '--input', folder]],
    ['a missing fault plan', ['sandbox', '--dir', join(folder, 's'), '--faults', join(folder, 'no.json')]],
  ])('%s ends with 2 and its name', async (_, argv) => {
    const { code, stderr } = await run(...argv, '--lang', 'en');

    expect(code).toBe(2);
    expect(stderr).toContain(argv.at(-1));
    expect(stderr).not.toContain('internal error');
  });

  it('a fault plan that is not JSON ends with 2', async () => {
    const plan = join(folder, 'plan.json');
    writeFileSync(plan, 'x');

    const { code, stderr } = await run('sandbox', '--dir', join(folder, 's'), '--faults', plan, '--lang', 'en');

    expect(code).toBe(2);
    expect(stderr).toContain('plan.json');
  });
});
