import { describe, expect, it } from 'vitest';
import type { Finding, FindingRecord, RunManifest } from '../../src/model/index.js';
import { reportHtml } from '../../src/report/html.js';
import type { ReportFinding, ReportInput } from '../../src/report/input.js';
import { isNameClaim, maskDiffering, maskText } from '../../src/report/mask.js';
import { findingsCsv, findingsJsonLines, inert } from '../../src/report/rows.js';

const source = {
  agency: 'civil-affairs',
  feed: 'cremations',
  recordId: 'r1',
  receivedAt: '2026-03-03T00:00:00.000Z',
  message: { id: 'm1', sha256: '0'.repeat(64) },
};

function finding(change: Partial<Finding> = {}): Finding {
  return {
    id: 'f'.repeat(32),
    rule: 'exam-after-death',
    ruleVersion: '1',
    severity: 'critical',
    subject: { key: 'k1', caseNos: ['CASE-1'] },
    title: { zh: '死亡之后仍有鉴定', en: 'An exam held after a death' },
    explanation: { zh: '火化记载 2026-03-01；2026-03-05 仍有鉴定', en: 'Cremated on 2026-03-01; an exam on 2026-03-05' },
    claims: [
      { agency: 'civil-affairs', recordId: 'r1', field: 'eventOn', value: '2026-03-01', source },
      { agency: 'city', recordId: 'CASE-1', field: 'exams/0/on', value: '2026-03-05' },
    ],
    action: 'hold-step',
    basis: ['劳动能力鉴定管理办法第十二条'],
    ...change,
  };
}

function reported(it: Finding, more: Partial<ReportFinding> = {}): ReportFinding {
  const record: FindingRecord = {
    finding: it,
    state: 'open',
    firstSeenAt: '2026-03-06T00:00:00Z',
    lastSeenAt: '2026-03-06T00:00:00Z',
    history: [],
  };
  return {
    record,
    change: 'new',
    subject: { key: 'k1', name: '测试甲', idNumber: '370799196001010018', caseNos: ['CASE-1'] },
    ...more,
  };
}

const manifest: RunManifest = {
  id: 'run-1',
  startedAt: '2026-03-06T18:00:00.000Z',
  finishedAt: '2026-03-06T18:01:00.000Z',
  asOf: '2026-03-06T18:00:30.000Z',
  state: 'finished',
  resumed: 0,
  versions: { yilian: '0.1.0', rules: {}, mappings: {}, codeTables: {} },
  feeds: [
    {
      agency: 'civil-affairs',
      feed: 'cremations',
      status: { agency: 'civil-affairs', feed: 'cremations', state: 'down', reason: 'ERR_UNREACHABLE' },
      asked: 2,
      answers: { found: 1, absent: 0, mismatch: 0, unavailable: 1, unauthorised: 0 },
      notAsked: 3,
      received: 1,
      mapped: 1,
      rejected: 0,
      void: 0,
      sieved: 0,
      error: { code: 'ERR_UNREACHABLE', message: { zh: '连不上', en: 'cannot be reached' } },
    },
  ],
  persons: 5,
  rules: { 'exam-after-death': { finding: 1, clear: 2, unknown: 2, 'not-applicable': 0, suppressed: 0 } },
  findings: { new: 1, stillOpen: 0, changed: 0, reopened: 0, withdrawn: 0, resolved: 0, held: 0 },
  bySeverity: { critical: 1, high: 0, medium: 0, low: 0, info: 0 },
  unknownCodes: [],
  rejected: [],
};

function input(findings: ReportFinding[], lang: 'zh' | 'en' = 'zh'): ReportInput {
  return {
    lang,
    generatedAt: '2026-03-06T18:01:00.000Z',
    city: { name: '演示市', organisation: '演示市劳动能力鉴定中心' },
    manifest,
    findings,
    unknowns: [
      {
        rule: 'exam-after-death',
        reason: 'feed-down',
        because: { zh: '民政火化数据不可用', en: 'the cremation feed is down' },
        persons: [{ key: 'k2', caseNos: ['CASE-2'] }],
      },
    ],
    feeds: manifest.feeds,
    rules: [
      {
        id: 'exam-after-death',
        version: '1',
        severity: 'critical',
        title: { zh: '死亡之后仍有鉴定', en: 'An exam held after a death' },
        description: { zh: '', en: '' },
        basis: [],
        scope: 'person',
      },
    ],
    persons: 5,
    history: [{ startedAt: '2026-03-06T18:00:00.000Z', new: 1, open: 1 }],
  };
}

describe('the report page', () => {
  it('shows both claims, the next step, and what could not be told with its reason', () => {
    const page = reportHtml(input([reported(finding())]));

    for (const text of [
      '民政',
      '本市案卷',
      '2026-03-01',
      '2026-03-05',
      '暂缓本案下一步',
      'CASE-1',
      '民政火化数据不可用',
      'CASE-2',
      '到期未询 3',
    ]) {
      expect(page).toContain(text);
    }
  });

  it('masks the ID number and the name wherever they stand', () => {
    const page = reportHtml(
      input([
        reported(
          finding({
            explanation: { zh: '测试甲（370799196001010018）已故', en: 'dead' },
            claims: [{ agency: 'health', recordId: '370799196001010018', field: 'x', value: '370799196001010018' }],
          }),
        ),
      ]),
    );

    expect(page).not.toContain('370799196001010018');
    expect(page).not.toContain('测试甲');
    expect(page).toContain('370799********0018');
    expect(page).toContain('测**');
  });

  it('has no script, no outside address, and a policy that forbids both', () => {
    const page = reportHtml(input([reported(finding())]));

    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|javascript:|\bon\w+=|https?:\/\//);
  });

  it('shows markup in data as text', () => {
    const page = reportHtml(input([reported(finding({ title: { zh: '<img src=x onerror=alert(1)>', en: '' } }))]));

    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('speaks English when asked to', () => {
    const page = reportHtml(input([reported(finding())], 'en'));

    expect(page).toContain('New findings');
    expect(page).toContain('hold the next step of the case and verify first');
  });
});

describe('masking of names', () => {
  it('keeps the characters that differ between two names visible', () => {
    expect(maskDiffering('王小明', ['王小明', '王晓明'])).toBe('王小*');
    expect(maskDiffering('王晓明', ['王小明', '王晓明'])).toBe('王晓*');
  });

  it('keeps what one name has more than the other', () => {
    expect(maskDiffering('测试甲乙', ['测试甲乙', '测试甲'])).toBe('测**乙');
  });

  it('takes a hospital name for no name of a person', () => {
    expect(isNameClaim({ field: 'hospital.name' })).toBe(false);
    expect(isNameClaim({ field: 'name' })).toBe(true);
  });

  it('masks upgraded and 15-digit numbers in texts', () => {
    expect(maskText('号码370799600101001。', [])).toBe('号码370799*****1001。');
  });
});

describe('the table of findings', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1+1', '＠x', ' =1', '\r=1'])('makes %j inert', (cell) => {
    expect(inert(cell)).toBe(`'${cell}`);
  });

  it('leaves ordinary text as it is', () => {
    expect(inert('死亡之后仍有鉴定')).toBe('死亡之后仍有鉴定');
    expect(inert('2026-03-01')).toBe('2026-03-01');
  });

  it('starts with a byte order mark and quotes what must be quoted', () => {
    const csv = findingsCsv(input([reported(finding({ title: { zh: '含,逗号"引号', en: '' } }))]));

    expect(csv.startsWith('\uFEFF变化,状态,')).toBe(true);
    expect(csv).toContain('"含,逗号""引号"');
    expect(csv).not.toContain('370799196001010018');
  });

  it('gives one JSON object a line, masked', () => {
    const lines = findingsJsonLines(input([reported(finding()), reported(finding({ id: 'e'.repeat(32) }))]))
      .trimEnd()
      .split('\n');

    expect(lines.map((line) => JSON.parse(line).finding.id)).toEqual(['f'.repeat(32), 'e'.repeat(32)]);
    expect(lines.join()).not.toContain('370799196001010018');
  });
});
