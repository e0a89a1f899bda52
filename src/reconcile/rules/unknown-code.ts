import { redact } from '../../redact.js';
import { cityClaim } from '../claims.js';
import type { RunFacts, RunRule } from '../rule.js';
import { feedName } from '../texts.js';

const asOf = '2025-06-30T10:00:00+08:00';
const unread = (code: string) => ({
  agency: 'health',
  feed: 'stays',
  table: 'discharge-outcome',
  code,
  count: 3,
  firstRecord: 'health/stays/S1',
});
const facts = (...codes: string[]): RunFacts => ({ asOf, feeds: [], rejected: [], unknownCodes: codes.map(unread) });

const rule: RunRule = {
  scope: 'run',
  id: 'unknown-code',
  version: '1',
  severity: 'medium',
  title: { zh: '代码表中没有的代码', en: 'A code its table does not have' },
  description: {
    zh: '记录中有代码表没有的代码；取决于它的规则一律无法得出结论，须补充代码表。',
    en: 'Records carry a code that its table does not have; rules that depend on it cannot tell until the table has it.',
  },
  feeds: [],
  parameters: {},
  basis: ['社会保险经办条例（国务院令第765号）第二十六条'],
  action: 'ask-agency',

  check({ unknownCodes }) {
    return unknownCodes.map(({ agency, feed, table, code, count, firstRecord }) => {
      const name = feedName(agency, feed);
      const shown = redact(code);
      return {
        severity: 'medium',
        explanation: {
          zh: `${name.zh}：代码表 ${table} 没有代码“${shown}”，共 ${count} 条记录，首条 ${firstRecord}`,
          en: `${name.en}: table ${table} does not have the code "${shown}"; ${count} ${count === 1 ? 'record' : 'records'}, the first ${firstRecord}`,
        },
        claims: [{ agency, recordId: firstRecord, field: table, value: shown }, cityClaim(table, 'codes', 'absent')],
        about: [`${agency}/${feed}`, table, code],
      };
    });
  },

  examples: [
    { name: { zh: '一个未知代码', en: 'one unknown code' }, facts: facts('7'), expect: { findings: 1, severity: 'medium' } },
    {
      name: { zh: '两个未知代码', en: 'two unknown codes' },
      facts: facts('7', '8'),
      expect: { findings: 2, severity: 'medium' },
    },
    { name: { zh: '没有未知代码', en: 'none' }, facts: facts(), expect: { findings: 0 } },
  ],
};

export default rule;
