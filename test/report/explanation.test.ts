import { describe, expect, it } from 'vitest';
import { appraisalCase, death, exam, file } from '../../src/reconcile/example.js';
import { explain } from '../../src/reconcile/explain.js';
import { explainedPeople } from '../../src/report/explanation.js';
import { reportHtml } from '../../src/report/html.js';
import type { ReportInput } from '../../src/report/input.js';
import { finding, manifest, reported } from './sample.js';

/** Person by person, and faults of the program, on the page. */

const caseFile = file({
  subject: { ...file().subject, key: 'k1', name: '王测试' },
  cases: [appraisalCase({ exams: [exam('2025-03-05')] })],
  evidence: [death({ diedOn: '2025-03-01', place: '<b>' })],
});
const explanation = explain(caseFile, { check: { rules: { 'stays-overlap': 'off' } } });

function input(more: Partial<ReportInput>): ReportInput {
  return {
    lang: 'zh',
    generatedAt: manifest.asOf,
    city: { name: '演示市', organisation: '演示市劳动能力鉴定中心' },
    manifest,
    findings: [reported(finding())],
    unknowns: [],
    feeds: manifest.feeds,
    rules: [],
    agencies: {},
    persons: 1,
    history: [],
    ...more,
  };
}

describe('the page', () => {
  it('explains a person: what was found rule by rule, silence in few lines, feeds and timeline; the finding points there', () => {
    const page = reportHtml(input({ people: [explanation], peopleLeft: 7 }));

    expect(page).toContain('<details class="person" id="person-k1">');
    expect(page).toContain('<a href="#person-k1">时间线</a>');
    expect(page).toContain('<li>[发现 · 高] 死亡之后仍有鉴定检查 (exam-after-death 1)');
    expect(page).toContain('<li>[已关闭] 两次住院日期重叠：规则已在配置中关闭，没有判断 (switched-off)</li>');
    expect(page).toContain('<b>2025-03-01</b> 卫健 · 死亡医学证明（卫生健康）：2025-03-01 死亡');
    expect(page).toContain('另有 7 人：');
    expect(page).not.toMatch(/王测试|370799196001010018/);
  });

  it('shows no more of a timeline than can be read, and says what it leaves out', () => {
    const entry = explanation.timeline[0];
    if (entry === undefined) throw new Error('no timeline');
    const page = reportHtml(input({ people: [{ ...explanation, timeline: Array.from({ length: 75 }, () => entry) }] }));

    expect(page).toContain('<li class="small">15 条更早的记录未列出</li>');
    expect(page.split(`<li><b>${entry.on}</b>`)).toHaveLength(61);
  });

  it('says first of all which rules failed and who could not be judged', () => {
    const error = { name: 'TypeError', message: 'broken' };
    const failedRules = [
      { rule: 'paid-twice', count: 3, firstKey: 'k1', firstCase: 'A1', error, place: 'rules/paid-twice.js:5' },
    ];
    const failedPersons = { count: 2, first: [{ key: 'k2', caseNos: ['B1'], error: { name: 'SyntaxError', message: '' } }] };
    const page = reportHtml(input({ manifest: { ...manifest, failedRules, failedPersons } }));

    expect(page).toContain(
      'paid-twice</b> (paid-twice)：3 人，首条 A1 <span class="small">TypeError: broken · rules/paid-twice.js:5</span>',
    );
    expect(page).toContain('案件 B1 <span class="small">SyntaxError</span>');
    expect(page.indexOf('id="failures"')).toBeLessThan(page.indexOf('id="new"'));
    expect(reportHtml(input({}))).not.toContain('id="failures"');
  });
});

describe('who is explained', () => {
  const of = (key: string, severity: 'high' | 'low', id: string) =>
    reported(finding({ id, severity, subject: { key, caseNos: [] } }));

  it('is everybody with findings up to a limit, the gravest first, then some who are unknown; once each, and nobody for the run', async () => {
    const findings = [
      of('system', 'high', 'f0'),
      of('low', 'low', 'f1'),
      of('high', 'high', 'f2'),
      of('high', 'low', 'f3'),
      ...Array.from({ length: 110 }, (_, index) => of(`many-${index}`, 'low', `g${String(index).padStart(3, '0')}`)),
    ];
    const because = { zh: '', en: '' };
    const persons = ['low', ...Array.from({ length: 30 }, (_, index) => `unknown-${index}`)].map((key) => ({ key, caseNos: [] }));
    const asked: string[] = [];

    const { people, peopleLeft } = await explainedPeople(
      findings,
      [{ rule: 'r', reason: 'x', because, persons }],
      async (key) => {
        asked.push(key);
        if (key === 'many-0') throw new TypeError('cannot be explained');
        return explanation;
      },
    );

    expect(asked.slice(0, 3)).toEqual(['high', 'low', 'many-0']);
    expect(asked.at(-1)).toBe('unknown-19');
    expect([asked.length, people.length, peopleLeft]).toEqual([120, 119, 23]);
  });
});
