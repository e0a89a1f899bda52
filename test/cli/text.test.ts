import { describe, expect, it } from 'vitest';
import { missingTexts } from '../../src/cli/commands/reconcile.js';
import { checkText, findingsText, runText, scoreText } from '../../src/cli/text.js';
import type { FindingRecord, RunManifest } from '../../src/model/index.js';
import { finding, hour, manifest } from '../store/examples.js';

const zh = { lang: 'zh', bold: (text: string) => text } as const;
const en = { lang: 'en', bold: (text: string) => text } as const;

function record(more: Partial<FindingRecord['finding']>): FindingRecord {
  return { finding: { ...finding('f1'), ...more }, state: 'open', firstSeenAt: hour(1), lastSeenAt: hour(1), history: [] };
}

describe('what the terminal says', () => {
  it('of a finding: its state in the language, and of one about the run which feed', () => {
    const claims = [
      { agency: 'health', recordId: 'stays', field: 'state', value: 'down' },
      { agency: 'city', recordId: 'rules', field: 'feeds', value: 'stays-overlap' },
    ];
    const about = record({ subject: { key: 'system', caseNos: [] }, claims });

    expect(findingsText([about], zh)).toContain('未处理  health/stays  ');
    expect(findingsText([about], en)).toContain('open  health/stays  ');
  });

  it('of a run: the state of a feed in the language, and that it was taken up again', () => {
    const feed = {
      agency: 'health',
      feed: 'stays',
      status: { agency: 'health', feed: 'stays', state: 'down' as const },
      asked: 4,
      answers: { found: 0, absent: 0, mismatch: 0, unavailable: 4, unauthorised: 0 },
      notAsked: 8,
      received: 0,
      mapped: 0,
      rejected: 0,
      void: 0,
      sieved: 0,
      error: { code: 'ERR_UNREACHABLE', message: { zh: '不通', en: 'no' } },
    };
    const run: RunManifest = { ...manifest('r1', hour(1)), resumed: 1, feeds: [feed] };

    expect(runText(run, zh)).toContain('health/stays：询 4 人，收 0 条，拒 0 条；不可用；尚有 8 人未询；ERR_UNREACHABLE');
    expect(runText(run, zh)).toContain('接着一次中断的核对做完');
    expect(runText(run, en)).toContain('health/stays: asked 4, received 0, rejected 0; down; 8 not asked; ERR_UNREACHABLE');
  });

  it('of a feed with a gap: which files are to be sent again', () => {
    const missing = [...'abcdef'].map((name) => `file:${name}.csv`);
    const [text] = missingTexts([{ agency: 'health', feed: 'stays', mode: 'changes', days: [], missing }]);

    expect(text?.zh).toBe(
      'health/stays：文件读不了 a.csv、文件读不了 b.csv、文件读不了 c.csv、文件读不了 d.csv、文件读不了 e.csv，另有 1 项；请对方重新发送',
    );
    expect(missingTexts([{ agency: 'health', feed: 'stays', mode: 'changes', days: [], missing: [] }])).toEqual([]);
  });

  it('of a demo: what was found, missed and false, in the language', () => {
    const points = {
      found: 1,
      missed: [{ rule: 'paid-twice', caseNo: 'B', story: 's' }],
      false: [],
      severities: [{ rule: 'exam-after-death', caseNo: 'A', expected: 'high' as const, found: 'low' as const }],
      perRule: { 'paid-twice': { expected: 2, found: 1, missed: 1, false: 0 } },
    };

    expect(scoreText(points, zh).split('\n')).toEqual([
      '对照真值',
      '                  找到    漏报    误报',
      '  paid-twice         1       1       0',
      '  合计               1       1       0',
      '  漏报 paid-twice B（s）',
      '  exam-after-death A：级别为低，应为高',
      '',
    ]);
    expect(scoreText(points, en).split('\n')).toEqual([
      'against the truth',
      '                 found  missed   false',
      '  paid-twice         1       1       0',
      '  total              1       1       0',
      '  missed paid-twice B (s)',
      '  exam-after-death A: found as low, planted as high',
      '',
    ]);
  });

  it('of a check: the hour as the clock on the wall shows it', () => {
    const result = {
      asOf: '2026-11-22T18:00:00.000Z',
      subject: { key: 'k', caseNos: ['A'] },
      deathFact: { level: 'none' as const, kinds: [], evidence: [] },
      results: [],
      findings: [],
    };

    expect(checkText(result, zh)).toContain('截至 2026-11-23 02:00');
  });
});
