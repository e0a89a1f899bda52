import type { Claim, DayInterval } from '../../model/index.js';
import { replacedBy } from '../certificates.js';
import { cityClaim, claimOf } from '../claims.js';
import { areEqual, isSameDay, type Truth } from '../dates.js';
import { appraisalCase, benefit, death, file, weakLink } from '../example.js';
import type { KnownDeath, PersonFile } from '../person-file.js';
import { doubt } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { agencyName, basisName, dateText } from '../texts.js';
import { verdictOf } from '../verdicts.js';

const retracted = death({ diedOn: '2025-03-01', status: 'void', certificateNo: 'N1' });
const newer = { source: { recordId: 'C2' } };

const rule: PersonRule = {
  scope: 'person',
  id: 'death-retracted',
  version: '2',
  severity: 'high',
  title: { zh: '死亡记录已撤销', en: 'Record of a death retracted' },
  description: {
    zh: '某部门撤销了死亡记录，且没有死亡日期相同的新记录替代。若已据此停发待遇或终止案件，须立即复核。',
    en: 'An agency has retracted its record of the death and no other with the same day replaces it; high when a benefit or a case has been stopped.',
  },
  feeds: [],
  parameters: {},
  basis: ['社会保险经办条例（国务院令第765号）第二十六条'],
  action: 'hold-step',
  readsDeathFact: false,

  check({ file }) {
    const consequences = stopped(file);
    return verdictOf(file.voidDeaths.map((known) => judge(file, known, consequences)));
  },

  examples: [
    {
      name: { zh: '撤销，未停发', en: 'retracted, nothing was stopped' },
      file: file({ evidence: [retracted] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '撤销，待遇已停发', en: 'retracted, a benefit is suspended' },
      file: file({ benefits: [benefit([], { status: 'suspended' })], evidence: [retracted] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '撤销，案件已因死亡终止', en: 'retracted, a case was discontinued for the death' },
      file: file({ cases: [appraisalCase({ state: 'discontinued-death' })], evidence: [retracted] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '换发，死亡日期未变', en: 'reissued with the same day of death' },
      file: file({
        evidence: [retracted, death({ ...newer, diedOn: '2025-03-01', certificateNo: 'N2', replaces: 'N1' })],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '换发，死亡日期改了一天', en: 'reissued with another day of death' },
      file: file({
        evidence: [retracted, death({ ...newer, diedOn: '2025-03-02', certificateNo: 'N2', replaces: 'N1' })],
      }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: {
        zh: '没有证号，同源同日的新记录即替代',
        en: 'without numbers, a current record of the same feed and day replaces it',
      },
      file: file({
        evidence: [death({ diedOn: '2025-03-01', status: 'void' }), death({ ...newer, diedOn: '2025-03-01' })],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '有证号而未注明替代', en: 'with numbers, but none is named as replaced' },
      file: file({ evidence: [retracted, death({ ...newer, diedOn: '2025-03-01', certificateNo: 'N2' })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '换发后只写了月份', en: 'reissued with the month only' },
      file: file({ evidence: [retracted, death({ ...newer, diedOn: '2025-03', certificateNo: 'N2', replaces: 'N1' })] }),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '对应关系不确定的撤销', en: 'the retracted record was not certainly about the person' },
      file: file({
        benefits: [benefit([], { status: 'ended' })],
        evidence: [death({ diedOn: '2025-03-01', status: 'void', link: weakLink })],
      }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '没有撤销', en: 'nothing retracted' },
      file: file({ evidence: [death({ diedOn: '2025-03-01' })] }),
      expect: { outcome: 'clear' },
    },
  ],
};

export default rule;

function judge(file: PersonFile, known: KnownDeath, consequences: readonly Claim[]): RuleFinding | Doubt | undefined {
  const replaced = isReplaced(file, known);
  if (replaced === 'yes') return undefined;
  if (replaced === 'maybe') return doubt('date-too-coarse');
  const { record } = known;
  const who = agencyName(record.source.agency);
  const what = basisName(record.basis);
  const day = dateText(record.diedOn ?? record.eventOn);
  const stop = consequences.length > 0;
  return {
    severity: stop ? 'high' : 'low',
    explanation: {
      zh: `${who.zh}已撤销${what.zh}（${day}），没有死亡日期相同的记录替代；${stop ? '本市已停发待遇或终止案件' : '本市尚未据此停发待遇或终止案件'}`,
      en: `${who.en} retracted a ${what.en} (${day}), and none with the same day replaces it; ${stop ? 'the city has stopped a benefit or a case' : 'the city has stopped neither a benefit nor a case'}`,
    },
    claims: [claimOf(record, 'status', 'void'), ...(stop ? consequences : [cityClaim(file.subject.key, 'status', 'on-file')])],
    about: [`${record.source.agency}/${record.source.feed}/${record.source.recordId}`],
    rests: [known],
  };
}

/** By a current record that names it, directly or by chain, or where neither has a number by one of the same feed; with the same death day. */
function isReplaced({ deaths, voidDeaths }: PersonFile, gone: KnownDeath): Truth {
  const all = [...deaths, ...voidDeaths];
  let best: Truth = 'no';
  for (const current of deaths) {
    if (!replacedBy(current, all).has(gone) && !isNumberlessSuccessor(current, gone)) continue;
    const same = hasSameDeathDay(current, gone);
    if (same === 'yes') return 'yes';
    if (same === 'maybe') best = 'maybe';
  }
  return best;
}

/** Table exchange has no certificate number: a reissue is a deletion and an insertion, in either order. */
function isNumberlessSuccessor(current: KnownDeath, gone: KnownDeath): boolean {
  if (current.record.certificateNo || gone.record.certificateNo) return false;
  const [a, b] = [current.record.source, gone.record.source];
  return a.agency === b.agency && a.feed === b.feed;
}

function hasSameDeathDay(a: KnownDeath, b: KnownDeath): Truth {
  const [dayA, dayB] = [deathDay(a), deathDay(b)];
  if (dayA === undefined || dayB === undefined) return dayA === dayB ? 'yes' : 'no';
  return areEqual(dayA, dayB) ? 'yes' : isSameDay(dayA, dayB);
}

function deathDay({ died, event }: KnownDeath): DayInterval | undefined {
  return died ?? event;
}

function stopped({ benefits, cases }: PersonFile): Claim[] {
  return [
    ...benefits
      .filter((item) => item.status === 'suspended' || item.status === 'ended')
      .map((item) => cityClaim(item.id, 'status', item.status)),
    ...cases
      .filter((item) => item.case.state === 'discontinued-death')
      .map((item) => cityClaim(item.case.caseNo, 'state', item.case.state)),
  ];
}
