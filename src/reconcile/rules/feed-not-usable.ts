import type { FeedRun } from '../../model/index.js';
import { cityClaim } from '../claims.js';
import { feedRun } from '../example.js';
import type { RunFacts, RunFinding, RunRule } from '../rule.js';
import { feedName } from '../texts.js';

const asOf = '2025-06-30T10:00:00+08:00';
const needed = [{ agency: 'health', feed: 'stays', rules: ['stays-overlap'] }];
const stays = (parts: Partial<FeedRun> = {}) => feedRun('health', 'stays', parts);
const inState = (state: FeedRun['status']['state']) => stays({ status: { agency: 'health', feed: 'stays', state } });
const usual = Array.from({ length: 14 }, () => [stays()]);

const rule: RunRule<{ band: number; runs: number; leastRuns: number; leastAsked: number }> = {
  scope: 'run',
  id: 'feed-not-usable',
  version: '2',
  severity: 'high',
  title: { zh: '所需数据源不可用', en: 'A needed feed is not usable' },
  description: {
    zh: '启用的规则所需的数据源已过期、有缺口或取不到，或者行数偏离近14次运行的中位数超过一半。',
    en: 'A feed that some active rule needs is stale, has a gap or is down, or its row count left the band around the median of the last 14 runs.',
  },
  feeds: [],
  parameters: { band: 0.5, runs: 14, leastRuns: 3, leastAsked: 30 },
  basis: ['社会保险经办条例（国务院令第765号）第二十六条'],
  action: 'ask-agency',

  check(facts, parameters) {
    const found = facts.feeds.flatMap((run) => {
      const rules = facts.needed?.find((need) => need.agency === run.agency && need.feed === run.feed)?.rules;
      if (rules === undefined || rules.length === 0) return [];
      const fault = stateFault(run) ?? countFault(facts, run, parameters);
      return fault === undefined ? [] : [findingOf(run, rules, fault)];
    });
    // Two connections of one feed that are amiss alike are one finding: the first of them.
    const key = (finding: RunFinding): string => finding.about.join(' ');
    return found.filter((finding, index) => found.findIndex((other) => key(other) === key(finding)) === index);
  },

  examples: [
    {
      name: { zh: '取不到', en: 'down' },
      facts: { ...empty(), feeds: [inState('down')] },
      expect: { findings: 1, severity: 'high' },
    },
    {
      name: { zh: '有缺口', en: 'a gap' },
      facts: { ...empty(), feeds: [inState('gap')] },
      expect: { findings: 1, severity: 'high' },
    },
    {
      name: { zh: '已过期', en: 'stale' },
      facts: { ...empty(), feeds: [inState('stale')] },
      expect: { findings: 1, severity: 'high' },
    },
    {
      name: { zh: '从未查询的数据源不算', en: 'never asked is no fault' },
      facts: { ...empty(), feeds: [inState('never')] },
      expect: { findings: 0 },
    },
    { name: { zh: '可用', en: 'usable' }, facts: { ...empty(), feeds: [stays()], history: usual }, expect: { findings: 0 } },
    {
      name: { zh: '没有规则需要它', en: 'no rule needs it' },
      facts: { ...empty(), feeds: [inState('down')], needed: [] },
      expect: { findings: 0 },
    },
    {
      name: { zh: '行数恰为中位数的一半', en: 'half the median' },
      facts: { ...empty(), feeds: [stays({ received: 500 })], history: usual },
      expect: { findings: 0 },
    },
    {
      name: { zh: '行数少于中位数的一半', en: 'less than half the median' },
      facts: { ...empty(), feeds: [stays({ received: 499 })], history: usual },
      expect: { findings: 1, severity: 'high' },
    },
    {
      name: { zh: '行数恰为一倍半', en: 'one and a half times the median' },
      facts: { ...empty(), feeds: [stays({ received: 1500 })], history: usual },
      expect: { findings: 0 },
    },
    {
      name: { zh: '行数超过一倍半', en: 'more than one and a half times the median' },
      facts: { ...empty(), feeds: [stays({ received: 1501 })], history: usual },
      expect: { findings: 1, severity: 'high' },
    },
    {
      name: { zh: '历史太短，不看行数', en: 'too few runs to know a band' },
      facts: { ...empty(), feeds: [stays({ received: 1 })], history: usual.slice(0, 2) },
      expect: { findings: 0 },
    },
    {
      name: { zh: '按人查询的数据源，今夜只有少数人到期', en: 'a feed asked per person, and few were due tonight' },
      facts: {
        ...empty(),
        feeds: [stays({ asked: 2, received: 9 })],
        history: Array.from({ length: 14 }, () => [stays({ asked: 500 })]),
      },
      expect: { findings: 0 },
    },
    {
      name: { zh: '按人查询，每问一人的行数翻了两倍', en: 'a feed asked per person gives three times the rows for each' },
      facts: {
        ...empty(),
        feeds: [stays({ asked: 100, received: 600 })],
        history: Array.from({ length: 14 }, () => [stays({ asked: 500 })]),
      },
      expect: { findings: 1, severity: 'high' },
    },
  ],
};

export default rule;

function empty(): Omit<RunFacts, 'feeds'> {
  return { asOf, unknownCodes: [], rejected: [], needed };
}

interface Fault {
  state: string;
  value: string;
  zh: string;
  en: string;
}

function stateFault({ status }: FeedRun): Fault | undefined {
  const through = status.completeThrough ?? '—';
  switch (status.state) {
    case 'stale':
      return {
        state: 'stale',
        value: 'stale',
        zh: `已过期，只完整到 ${through}`,
        en: `is stale, complete through ${through} only`,
      };
    case 'gap':
      return { state: 'gap', value: 'gap', zh: `有缺口，只完整到 ${through}`, en: `has a gap, complete through ${through} only` };
    case 'down':
      return { state: 'down', value: 'down', zh: '取不到', en: 'is down' };
    case 'fresh':
    case 'never':
      return undefined;
  }
}

/**
 * Too many or too few rows against the median of the last runs; too few runs know no band. A feed that is asked per person gives as many rows as
 * persons were due, so there the rows for each person asked are compared, and nights on which few were due say nothing. Nor does a run of
 * changes that came to no new day: what does not come makes a feed stale, and a second run on the same night alerts nobody.
 */
function countFault(
  { feeds, history = [], rowBand }: RunFacts,
  run: FeedRun,
  { band, runs, leastRuns, leastAsked }: typeof rule.parameters,
): Fault | undefined {
  // Connections of one feed come in the order of the configuration, night after night.
  const connections = (night: readonly FeedRun[]): FeedRun[] =>
    night.filter((other) => other.agency === run.agency && other.feed === run.feed);
  const position = connections(feeds).indexOf(run);
  const earlier = history.slice(0, runs).flatMap((night) => connections(night).slice(position, position + 1));
  const isAsked = run.asked > 0 || earlier.some((other) => other.asked > 0);
  const measure = (each: FeedRun): number | undefined => {
    if (isAsked) return each.asked < leastAsked ? undefined : each.received / each.asked;
    const { window, hash, received } = each;
    const isNoNewDay = window?.from !== undefined && window.from === window.until;
    return isNoNewDay || (received === 0 && hash === undefined) ? undefined : received;
  };
  const now = measure(run);
  const counts = earlier.map(measure).filter((count) => count !== undefined);
  if (now === undefined || counts.length < leastRuns) return undefined;
  const median = medianOf(counts);
  const share = rowBand?.(run) ?? band;
  if (now >= median * (1 - share) && now <= median * (1 + share)) return undefined;
  const [rows, usual] = [Math.round(now * 100) / 100, Math.round(median * 100) / 100];
  const each = isAsked ? { zh: '每问一人', en: ' for each person asked' } : { zh: '', en: '' };
  return {
    state: 'row-count',
    value: String(rows),
    zh: `${each.zh}收到 ${rows} 行，近 ${counts.length} 次运行的中位数是 ${usual} 行`,
    en: `gave ${rows} rows${each.en}; the median of the last ${counts.length} runs is ${usual}`,
  };
}

function medianOf(counts: readonly number[]): number {
  const sorted = [...counts].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, sorted[Math.floor(sorted.length / 2)] ?? 0];
  return (low + high) / 2;
}

function findingOf(run: FeedRun, rules: readonly string[], fault: Fault): RunFinding {
  const name = feedName(run.agency, run.feed);
  return {
    severity: 'high',
    explanation: {
      zh: `${name.zh}${fault.zh}；${rules.length} 条规则因此可能无法得出结论：${rules.join('、')}`,
      en: `${name.en}: ${fault.en}; ${rules.length} rules may be unable to tell: ${rules.join(', ')}`,
    },
    claims: [
      { agency: run.agency, recordId: run.feed, field: fault.state === 'row-count' ? 'received' : 'state', value: fault.value },
      cityClaim('rules', 'feeds', rules.join(' ')),
    ],
    about: [`${run.agency}/${run.feed}`, fault.state],
  };
}
