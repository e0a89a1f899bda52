import { type Bilingual, type Claim, type DayInterval, formatDay } from '../../model/index.js';
import { cityClaim, claimOf, eventField } from '../claims.js';
import { addYears, isBefore, type Truth } from '../dates.js';
import type { Piece } from '../death-fact.js';
import { accident, appraisalCase, death, file, population, stay, weakLink } from '../example.js';
import type { KnownCase, PersonFile } from '../person-file.js';
import { doubt } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { dateText, eventName, pieceText } from '../texts.js';
import { verdictOf } from '../verdicts.js';

const injury = (code: string, known = true) => ({ injuryDegree: { code, system: 'ALC021', known } });

const rule: PersonRule<{ oldestYears: number }> = {
  scope: 'person',
  id: 'impossible-death-sequence',
  version: '1',
  severity: 'high',
  title: { zh: '死亡记录的先后不可能', en: 'Impossible sequence around a death' },
  description: {
    zh: '签发、火化或注销早于死亡；或者死亡日期早于出生、晚于核对之时、超过120周岁，或在未致死的事故之前。',
    en: 'Issued, cremated or cancelled before the death; or the death lies before the birth, after now, past 120 years of age, or before an accident that was not fatal.',
  },
  feeds: [],
  parameters: { oldestYears: 120 },
  basis: ['工伤保险条例第三十九条', '社会保险经办条例（国务院令第765号）第二十六条'],
  action: 'ask-agency',
  readsDeathFact: false,

  check({ file, parameters }) {
    return verdictOf(
      file.death.pieces.flatMap((piece) => {
        const { died } = piece;
        if (died === undefined) return [];
        const dated = { ...piece, died };
        return [
          againstEvent(dated),
          againstBirth(file, dated),
          againstNow(file, dated),
          againstAge(file, dated, parameters.oldestYears),
          ...file.cases.map((item) => againstAccident(item, dated)),
        ];
      }),
    );
  },

  examples: [
    {
      name: { zh: '死亡前一日已火化', en: 'cremated on the day before the death' },
      file: file({ evidence: [death({ basis: 'cremation', diedOn: '2025-03-02', eventOn: '2025-03-01' })] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '死亡当日火化', en: 'cremated on the day of death' },
      file: file({ evidence: [death({ basis: 'cremation', diedOn: '2025-03-02', eventOn: '2025-03-02' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '死亡日期是明天', en: 'died tomorrow' },
      file: file({ evidence: [death({ diedOn: '2025-07-01' })] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '死亡日期是今天', en: 'died today' },
      file: file({ evidence: [death({ diedOn: '2025-06-30' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '死亡早于出生', en: 'died before birth' },
      file: file({ evidence: [death({ diedOn: '1959-12-31' })] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '满121周岁当日死亡', en: 'died on the 121st birthday' },
      file: file({ subject: { birthDate: '1903-05-01' }, evidence: [death({ diedOn: '2024-05-01' })] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '满121周岁前一日死亡', en: 'died on the day before the 121st birthday' },
      file: file({ subject: { birthDate: '1903-05-01' }, evidence: [death({ diedOn: '2024-04-30' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '死亡早于未致死的事故', en: 'died before an accident that was not fatal' },
      file: file({
        cases: [appraisalCase({ recognition: accident('2025-03-02', injury('injured')) })],
        evidence: [stay('2025-02-20', '2025-03-01', { diedOn: '2025-03-01' })],
      }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '事故致死', en: 'the accident was fatal' },
      file: file({
        cases: [appraisalCase({ recognition: accident('2025-03-02', injury('died')) })],
        evidence: [death({ diedOn: '2025-03-01' })],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '伤害程度代码不认识', en: 'the degree of injury is an unknown code' },
      file: file({
        cases: [appraisalCase({ recognition: accident('2025-03-02', injury('7', false)) })],
        evidence: [death({ diedOn: '2025-03-01' })],
      }),
      expect: { outcome: 'unknown', reason: 'unknown-code' },
    },
    {
      name: { zh: '只写了火化月份', en: 'the cremation has a month only' },
      file: file({ evidence: [death({ basis: 'cremation', diedOn: '2025-03-02', eventOn: '2025-03' })] }),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '对应关系不确定的记录', en: 'a record that is not certainly about the person' },
      file: file({ evidence: [death({ diedOn: '2025-07-01', link: weakLink })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '没有死亡日期的记录不判断', en: 'a record without a day of death is not judged' },
      file: file({
        evidence: [population({ registration: 'cancelled', cancellation: { reason: 'death', registeredOn: '2025-03-01' } })],
      }),
      expect: { outcome: 'clear' },
    },
  ],
};

export default rule;

type DatedPiece = Piece & { readonly died: DayInterval };

/** Kinds whose own event cannot come before the death. */
const eventFollowsDeath: ReadonlySet<string> = new Set(['medical-certificate', 'cremation', 'household-cancellation']);

function againstEvent(piece: DatedPiece): RuleFinding | Doubt | undefined {
  if (piece.event === undefined || !eventFollowsDeath.has(piece.kind)) return undefined;
  const event = eventName(piece.kind);
  const on = dateText(piece.eventOn);
  const field = `${piece.record.kind === 'population' ? 'cancellation/' : ''}${eventField(piece)}`;
  return judged(isBefore(piece.event, piece.died), piece, {
    other: claimOf(piece.record, field, on),
    about: 'event',
    text: { zh: `却已于 ${on} ${event.zh}`, en: `yet ${event.en} on ${on}` },
  });
}

function againstBirth({ birth, subject }: PersonFile, piece: DatedPiece): RuleFinding | Doubt | undefined {
  if (birth === undefined) return undefined;
  const on = dateText(subject.birthDate);
  return judged(isBefore(piece.died, birth), piece, {
    other: cityClaim(subject.key, 'birthDate', on),
    about: 'birth',
    text: { zh: `早于出生日期 ${on}`, en: `before the birth on ${on}` },
  });
}

function againstNow({ asOf, subject }: PersonFile, piece: DatedPiece): RuleFinding | Doubt | undefined {
  return judged(isBefore({ lo: asOf, hi: asOf }, piece.died), piece, {
    other: cityClaim(subject.key, 'asOf', formatDay(asOf)),
    about: 'now',
    text: { zh: '晚于核对之日', en: 'after the day of this check' },
  });
}

function againstAge({ birth, subject }: PersonFile, piece: DatedPiece, oldest: number): RuleFinding | Doubt | undefined {
  if (birth === undefined) return undefined;
  const tooOld = { lo: addYears(birth.lo, oldest + 1), hi: addYears(birth.hi, oldest + 1) };
  const reached: Truth = piece.died.lo >= tooOld.hi ? 'yes' : piece.died.hi < tooOld.lo ? 'no' : 'maybe';
  const on = dateText(subject.birthDate);
  return judged(reached, piece, {
    other: cityClaim(subject.key, 'birthDate', on),
    about: 'age',
    text: { zh: `出生于 ${on}，已超过 ${oldest} 周岁`, en: `born on ${on}, past ${oldest} years of age` },
  });
}

/** A death before the accident is possible only where the accident is the day a fatal one was recognised. */
function againstAccident({ case: item, accident }: KnownCase, piece: DatedPiece): RuleFinding | Doubt | undefined {
  if (accident === undefined) return undefined;
  const isEarlier = isBefore(piece.died, accident);
  const degree = item.recognition?.injuryDegree;
  if (isEarlier === 'no' || (degree?.known === true && degree.code === 'died')) return undefined;
  if (degree?.known === false) return doubt('unknown-code');
  const on = dateText(item.recognition?.accidentOn);
  return judged(isEarlier, piece, {
    other: cityClaim(item.caseNo, 'recognition/accidentOn', on),
    about: `accident ${item.caseNo}`,
    text: { zh: `早于事故日期 ${on}（案件 ${item.caseNo}）`, en: `before the accident on ${on} (case ${item.caseNo})` },
  });
}

function judged(
  isFault: Truth,
  piece: DatedPiece,
  fault: { other: Claim; about: string; text: Bilingual },
): RuleFinding | Doubt | undefined {
  if (isFault === 'no') return undefined;
  if (isFault === 'maybe') return doubt('date-too-coarse');
  const said = pieceText(piece);
  const { source } = piece.record;
  const field = piece.record.kind === 'population' ? 'cancellation/diedOn' : 'diedOn';
  return {
    severity: 'high',
    explanation: { zh: `${said.zh}，${fault.text.zh}`, en: `${said.en}, ${fault.text.en}` },
    claims: [claimOf(piece.record, field, dateText(piece.diedOn)), fault.other],
    about: [`${source.agency}/${source.feed}/${source.recordId}`, fault.about],
    rests: [piece],
  };
}
