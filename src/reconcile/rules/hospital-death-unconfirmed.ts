import type { Evidence } from '../../model/index.js';
import { absenceClaim, claimOf, eventField } from '../claims.js';
import { isOlderThan } from '../dates.js';
import type { Piece } from '../death-fact.js';
import { death, feeds, file, stay } from '../example.js';
import * as needs from '../needs.js';
import type { KnownStay } from '../person-file.js';
import { doubt } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { dateText, deathText } from '../texts.js';
import { unusable } from '../usable.js';
import { nothingFound } from '../verdicts.js';

const died = { outcome: { code: 'died', system: 'RC028', known: true } };
const unread = { outcome: { code: '7', system: 'RC028', known: false } };

const rule: PersonRule<{ afterDays: number }> = {
  scope: 'person',
  id: 'hospital-death-unconfirmed',
  version: '1',
  severity: 'medium',
  title: { zh: '离院死亡无其他部门记录', en: 'Death in hospital confirmed by nobody else' },
  description: {
    zh: '只有离院方式说明死亡，且已超过45天，仍没有死亡证明、火化或户籍注销。',
    en: 'Only a hospital discharge tells of the death, more than 45 days ago, and neither certificate nor cremation nor cancellation has followed.',
  },
  feeds: [...needs.theThree, needs.stays],
  parameters: { afterDays: 45 },
  basis: ['社会保险法第五十七条', '社会保险经办条例（国务院令第765号）第二十六条'],
  action: 'ask-agency',
  readsDeathFact: true,

  check({ file, parameters: { afterDays } }) {
    const { death } = file;
    if (death.fact.kinds.some((kind) => kind !== 'hospital-discharge')) return nothingFound;
    const doubts: Doubt[] = [];
    const old: Piece[] = [];
    for (const piece of death.pieces) {
      const day = piece.event ?? piece.died;
      const isOld = day && isOlderThan(day, file.asOf, afterDays);
      if (isOld === undefined) doubts.push(doubt('death-undated'));
      if (isOld === 'maybe') doubts.push(doubt('date-too-coarse'));
      if (isOld === 'yes') old.push(piece);
    }
    const known = new Set<Evidence>(death.pieces.map((piece) => piece.record));
    for (const stay of file.stays)
      if (!known.has(stay.record) && mayHideDeath(stay, file.asOf, afterDays)) doubts.push(doubt('unknown-code'));

    // It fires because something is missing, so the three must be able to say that it is.
    const notUsable = old.length === 0 ? undefined : unusable(file, needs.theThree);
    if (notUsable !== undefined) doubts.push(notUsable);
    return { findings: old.length === 0 || notUsable !== undefined ? [] : [findingOf(old, afterDays)], doubts };
  },

  examples: [
    {
      name: { zh: '46天前离院死亡', en: 'discharged as dead 46 days ago' },
      file: file({ evidence: [stay('2025-05-01', '2025-05-15', died)] }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '45天前离院死亡', en: 'discharged as dead 45 days ago' },
      file: file({ evidence: [stay('2025-05-01', '2025-05-16', died)] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '只有死亡日期，46天前', en: 'a day of death only, 46 days ago' },
      file: file({ evidence: [stay('2025-05-01', undefined, { ...died, diedOn: '2025-05-15' })] }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '已有死亡证明', en: 'a certificate has come' },
      file: file({ evidence: [stay('2025-05-01', '2025-05-15', died), death({ diedOn: '2025-05-15' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '没有死亡', en: 'nobody died' },
      file: file({ evidence: [stay('2025-05-01', '2025-05-15')] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '没有死亡，但住院信息过期', en: 'nobody died, but the stays are stale' },
      file: file({ evidence: [stay('2025-05-01', '2025-05-15')], feeds: feeds({ 'health/stays': { state: 'stale' } }) }),
      expect: { outcome: 'unknown', reason: 'feed-stale' },
    },
    {
      name: { zh: '住院信息过期不妨碍发现', en: 'stale stays do not hinder a finding' },
      file: file({ evidence: [stay('2025-05-01', '2025-05-15', died)], feeds: feeds({ 'health/stays': { state: 'stale' } }) }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '死亡证明取不到', en: 'the certificates are down' },
      file: file({
        evidence: [stay('2025-05-01', '2025-05-15', died)],
        feeds: feeds({ 'health/death-certificates': { state: 'down' } }),
      }),
      expect: { outcome: 'unknown', reason: 'feed-down' },
    },
    {
      name: { zh: '46天前出院，离院方式代码不认识', en: 'discharged 46 days ago by an unknown code' },
      file: file({ evidence: [stay('2025-05-01', '2025-05-15', unread)] }),
      expect: { outcome: 'unknown', reason: 'unknown-code' },
    },
    {
      name: { zh: '45天前出院，离院方式代码不认识', en: 'discharged 45 days ago by an unknown code' },
      file: file({ evidence: [stay('2025-05-01', '2025-05-16', unread)] }),
      expect: { outcome: 'clear' },
    },
  ],
};

export default rule;

/** A stay long ended by a code nobody can read may have ended with a death that nobody else has told. */
function mayHideDeath({ outcome, discharged }: KnownStay, asOf: number, afterDays: number): boolean {
  return outcome?.known === false && discharged !== undefined && isOlderThan(discharged, asOf, afterDays) !== 'no';
}

function findingOf(pieces: readonly Piece[], afterDays: number): RuleFinding {
  const said = deathText(pieces);
  return {
    severity: 'medium',
    explanation: {
      zh: `${said.zh}；已超过 ${afterDays} 天，没有死亡证明、火化或户籍注销记录`,
      en: `${said.en}; more than ${afterDays} days ago, and there is neither certificate nor cremation nor household cancellation`,
    },
    claims: [
      ...pieces.map((piece) =>
        piece.event === undefined
          ? claimOf(piece.record, 'diedOn', dateText(piece.diedOn))
          : claimOf(piece.record, eventField(piece), dateText(piece.eventOn)),
      ),
      ...needs.theThree.map((need) => absenceClaim(need, 'death')),
    ],
    rests: pieces,
  };
}
