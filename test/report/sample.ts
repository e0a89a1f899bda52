import type { Finding, FindingRecord, RunManifest } from '../../src/model/index.js';
import type { ReportFinding, ReportInput } from '../../src/report/input.js';

/** A report as a night would give it: one finding, one feed that is down, synthetic persons. */

const source = {
  agency: 'civil-affairs',
  feed: 'cremations',
  recordId: 'r1',
  receivedAt: '2026-03-03T00:00:00.000Z',
  message: { id: 'm1', sha256: '0'.repeat(64) },
};

export function finding(change: Partial<Finding> = {}): Finding {
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

export function reported(it: Finding, more: Partial<ReportFinding> = {}): ReportFinding {
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

export const manifest: RunManifest = {
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

export function input(findings: ReportFinding[], lang: 'zh' | 'en' = 'zh'): ReportInput {
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
    agencies: { 'housing-fund': { zh: '公积金中心', en: 'Housing fund' } },
    persons: 5,
    history: [{ startedAt: '2026-03-06T18:00:00.000Z', new: 1, open: 1 }],
  };
}
