import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { appraisalCase, death, exam, file } from '../../src/reconcile/example.js';
import examAfterDeath from '../../src/reconcile/rules/exam-after-death.js';
import { run } from './run.js';

/** What the command line says of one person, and of a rule that throws. */

const folder = mkdtempSync(join(tmpdir(), 'yilian-explain-'));
const caseFile = file({
  cases: [appraisalCase({ exams: [exam('2025-03-05')] })],
  evidence: [death({ diedOn: '2025-03-01', eventOn: '2025-03-02' })],
});
const path = join(folder, 'case.json');
writeFileSync(path, JSON.stringify(caseFile));

afterEach(() => vi.restoreAllMocks());

function broken(): void {
  vi.spyOn(examAfterDeath, 'check').mockImplementation(() => {
    throw new TypeError('bad 370799196001010018');
  });
}

describe('explain --input', () => {
  it('tells every rule, feed and record in the language asked for', async () => {
    const zh = await run('explain', '--input', path, '--lang', 'zh');
    const en = await run('explain', '--input', path, '--lang', 'en');

    expect([zh.code, en.code]).toEqual([0, 0]);
    expect(zh.stdout).toContain('[发现 · 高] 死亡之后仍有鉴定检查 (exam-after-death 1)');
    expect(zh.stdout).toContain('公安人口信息 (public-security/population)：最新，完整至 2025-06-30');
    expect(zh.stdout).toContain(
      '2025-03-01 · 卫健 · 死亡医学证明（卫生健康）：2025-03-01 死亡，2025-03-02 签发 · health/death-certificates/C1 · 收到 2025-06-29 02:00',
    );
    expect(en.stdout).toContain('[finding · high] Examined after death (exam-after-death 1)');
    expect(en.stdout).toContain("2025-03-05 · the city's own file · case A-2025-001: exam onsite, identity checked by hand");
    expect(zh.stdout + en.stdout).not.toContain(caseFile.subject.idDocuments[0]?.number);
  });

  it('as of an instant tells what had been received by then', async () => {
    const { stdout } = await run('explain', '--input', path, '--as-of', '2025-06-01', '--json');

    const { asOf, timeline } = JSON.parse(stdout) as { asOf: string; timeline: { kind: string }[] };
    expect([asOf, timeline.map(({ kind }) => kind)]).toEqual(['2025-06-01T15:59:59.999Z', ['application', 'exam']]);
  });

  it('wants one person, and a rule that exists', async () => {
    expect((await run('explain')).code).toBe(2);
    expect((await run('explain', '--input', path, '--case', 'A1')).code).toBe(2);
    expect((await run('explain', '--input', path, '--rule', 'nope')).code).toBe(2);
  });

  it('ends with 6 where a rule threw', async () => {
    broken();

    const { code, stdout } = await run('explain', '--input', path, '--lang', 'en');

    expect(code).toBe(6);
    expect(stdout).toContain('(exam-after-death) failed and could not judge: a fault of the program');
  });
});

describe('check, where a rule throws', () => {
  it('gives the whole result, names the rule on stderr and ends with 6', async () => {
    broken();

    const { code, stdout, stderr } = await run('check', '--input', path, '--json', '--lang', 'en');

    const results = (JSON.parse(stdout) as { results: { rule: string; reason: string }[] }).results;
    expect([code, results.find(({ rule }) => rule === 'exam-after-death')?.reason]).toEqual([6, 'rule-failed']);
    expect(results.filter(({ reason }) => reason === 'rule-failed')).toHaveLength(1);
    expect(stderr).toMatch(/^rule exam-after-death failed: TypeError: bad \*{18} cli\/explain\.test\.ts:\d+\n$/);
  });

  it('says so once for many lines, and leaves 2 to lines that are no case file', async () => {
    broken();
    const lines = join(folder, 'cases.jsonl');
    writeFileSync(lines, `${JSON.stringify(caseFile)}\n${JSON.stringify(caseFile)}\n`);
    const all = await run('check', '--jsonl', '--input', lines, '--lang', 'en');
    writeFileSync(lines, `rubbish\n${JSON.stringify(caseFile)}\n`);

    expect([all.code, all.stdout.split('\n').length, all.stderr.split('\n').length]).toEqual([6, 3, 2]);
    expect(all.stderr).toContain('failed (line 1)');
    expect((await run('check', '--jsonl', '--input', lines)).code).toBe(2);
  });
});
