import type { FeedRun, RunManifest } from '../../model/index.js';
import { cityClaim } from '../claims.js';
import { feedRun } from '../example.js';
import type { RunFacts, RunFinding, RunRule } from '../rule.js';
import { feedName } from '../texts.js';

type Rejection = RunManifest['rejected'][number];

const facts = (received: number, ...counts: number[]): RunFacts => ({
  asOf: '2025-06-30T10:00:00+08:00',
  feeds: [feedRun('health', 'stays', { received, rejected: counts.reduce((sum, count) => sum + count, 0) })],
  unknownCodes: [],
  rejected: counts.map((count, index) => ({
    agency: 'health',
    feed: 'stays',
    reason: ['bad-date', 'no-identity'][index] ?? 'other',
    count,
    firstMessage: 'message-1',
    firstPointer: '/0/CYRQ',
  })),
});

const rule: RunRule<{ highAbove: number }> = {
  scope: 'run',
  id: 'rejected-records',
  version: '1',
  severity: 'high',
  title: { zh: '无法读入的记录', en: 'Records that could not be read' },
  description: {
    zh: '收到的记录中有无法映射的：写明原因、数量和首条。一个数据源超过百分之一时为高。',
    en: 'Records that could not be mapped, by reason, with their number and the first; high where they are more than 1 % of what a feed gave.',
  },
  feeds: [],
  parameters: { highAbove: 0.01 },
  basis: ['社会保险经办条例（国务院令第765号）第二十六条'],
  action: 'ask-agency',

  check({ feeds, rejected }, { highAbove }) {
    return rejected.map((item) => findingOf(item, isMany(item, feeds, rejected, highAbove)));
  },

  examples: [
    { name: { zh: '恰为百分之一', en: '1 %' }, facts: facts(1000, 10), expect: { findings: 1, severity: 'medium' } },
    { name: { zh: '超过百分之一', en: 'more than 1 %' }, facts: facts(1000, 11), expect: { findings: 1, severity: 'high' } },
    {
      name: { zh: '两种原因合计超过百分之一', en: 'two reasons, more than 1 % together' },
      facts: facts(1000, 6, 5),
      expect: { findings: 2, severity: 'high' },
    },
    { name: { zh: '没有', en: 'none' }, facts: facts(1000), expect: { findings: 0 } },
  ],
};

export default rule;

/** More than the share of what the feed gave, over all its reasons and connections together. */
function isMany(item: Rejection, feeds: readonly FeedRun[], rejected: readonly Rejection[], highAbove: number): boolean {
  const isOfFeed = (other: { agency: string; feed: string }): boolean => other.agency === item.agency && other.feed === item.feed;
  const received = feeds.filter(isOfFeed).reduce((sum, feed) => sum + feed.received, 0);
  const refused = rejected.filter(isOfFeed).reduce((sum, other) => sum + other.count, 0);
  return refused > received * highAbove;
}

function findingOf({ agency, feed, reason, count, firstMessage, firstPointer }: Rejection, isMany: boolean): RunFinding {
  const name = feedName(agency, feed);
  return {
    severity: isMany ? 'high' : 'medium',
    explanation: {
      zh: `${name.zh}：${count} 条记录无法读入（${reason}）`,
      en: `${name.en}: ${count} ${count === 1 ? 'record' : 'records'} could not be read (${reason})`,
    },
    claims: [
      { agency, recordId: `${agency}/${feed}`, field: 'message', value: `${firstMessage} ${firstPointer || '/'}` },
      cityClaim(`${agency}/${feed}`, 'rejected', String(count)),
    ],
    about: [`${agency}/${feed}`, reason],
  };
}
