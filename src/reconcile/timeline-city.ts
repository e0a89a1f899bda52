import type { AppraisalCase, Benefit, Bilingual, Source, TimelineEntry } from '../model/index.js';
import { stateName } from './cases.js';
import { compareTexts } from './current.js';
import { interval } from './dates.js';
import { fen } from './settlements.js';
import { isLaidOver } from './supersede.js';
import { agencyName, dateText } from './texts.js';
import { conclusionText, days, sentence, spanOf, type Told, type ToldOfCase } from './timeline-records.js';
import { benefitStates, caseKinds, codeName, examModes, identityChecks } from './timeline-words.js';

/** What the city's own file says, each thing on its day. No name is told, an employer's neither. */

export function toldByCase(item: AppraisalCase): ToldOfCase[] {
  const { caseNo, recognition, leavePeriod, panel } = item;
  const about = (zh: string, en: string): Bilingual => ({ zh: `案件 ${caseNo}：${zh}`, en: `case ${caseNo}: ${en}` });
  const kind = caseKinds[item.kind] ?? { zh: item.kind, en: item.kind };
  const state = stateName(item.state);
  const regime = item.regime === 'order-21' ? { zh: '21 号令', en: 'order 21' } : { zh: '55 号令', en: 'order 55' };
  const told: (ToldOfCase | undefined)[] = [
    recognition && {
      kind: 'accident',
      ...days(recognition.accidentOn),
      says:
        recognition.occupationalDisease === true
          ? about('职业病诊断日期', 'occupational disease diagnosed')
          : about('事故发生', 'accident'),
    },
    recognition && {
      kind: 'recognition',
      ...days(recognition.decidedOn),
      says: about(`工伤认定 ${recognition.no}`, `recognition ${recognition.no}`),
    },
    leavePeriod && {
      kind: 'leave-period',
      ...days(leavePeriod.from, leavePeriod.until),
      says: about(
        `停工留薪期 ${dateText(leavePeriod.from)} 至 ${dateText(leavePeriod.until)}`,
        `paid leave ${dateText(leavePeriod.from)} to ${dateText(leavePeriod.until)}`,
      ),
    },
    {
      kind: 'application',
      ...days(item.receivedOn),
      says: about(
        `收到申请（${kind.zh}，${regime.zh}），现为${state.zh}${according(item.accordingTo).zh}`,
        `application received (${kind.en}, ${regime.en}), now ${state.en}${according(item.accordingTo).en}`,
      ),
    },
    item.acceptedOn === undefined ? undefined : { kind: 'acceptance', ...days(item.acceptedOn), says: about('受理', 'accepted') },
    ...item.documents
      .filter(({ admittedOn, dischargedOn }) => admittedOn !== undefined || dischargedOn !== undefined)
      .map(
        (document): Told => ({
          kind: 'document',
          ...days(document.admittedOn ?? document.dischargedOn, document.dischargedOn),
          says: sentence(
            about(
              `提交的病历材料 ${document.id}（${document.hospital ?? document.hospitalCode ?? '医院未载'}）`,
              `medical record supplied ${document.id} (${document.hospital ?? document.hospitalCode ?? 'hospital not given'})`,
            ),
            [spanOf(document.admittedOn, document.dischargedOn)],
          ),
        }),
      ),
    ...item.exams.map((exam): Told => {
      const mode = examModes[exam.mode] ?? { zh: exam.mode, en: exam.mode };
      const identity = identityChecks[exam.identityCheck] ?? { zh: exam.identityCheck, en: exam.identityCheck };
      return { kind: 'exam', ...days(exam.on), says: about(`${mode.zh}鉴定，${identity.zh}`, `exam ${mode.en}, ${identity.en}`) };
    }),
    panel && { kind: 'panel', ...days(panel.drawnOn), says: about(`抽取专家 ${panel.size} 人`, `panel of ${panel.size} drawn`) },
    panel?.signedOn === undefined
      ? undefined
      : { kind: 'panel', ...days(panel.signedOn), says: about('专家签署意见', 'opinion signed by the panel') },
    ...item.conclusions.map((conclusion): ToldOfCase => {
      const text = conclusionText(conclusion);
      const by = conclusion.accordingTo;
      const told: Told = {
        kind: 'conclusion',
        ...days(conclusion.on),
        says: about(`${text.zh}${according(by).zh}`, `${text.en}${according(by).en}`),
      };
      return by !== undefined && isLaidOver(conclusion) ? { ...told, by } : told;
    }),
    ...item.deliveries.flatMap(({ to, sentOn, receivedOn }): (Told | undefined)[] => {
      const whom = to === 'person' ? { zh: '本人', en: 'the person' } : { zh: '用人单位', en: 'the employer' };
      return [
        sentOn === undefined
          ? undefined
          : { kind: 'delivery', ...days(sentOn), says: about(`结论寄送${whom.zh}`, `conclusion sent to ${whom.en}`) },
        receivedOn === undefined
          ? undefined
          : { kind: 'delivery', ...days(receivedOn), says: about(`${whom.zh}签收结论`, `conclusion received by ${whom.en}`) },
      ];
    }),
  ];
  return told.filter((item) => item !== undefined);
}

/** Whose word it is, where it is not the city's own. */
function according(by: Source | undefined): Bilingual {
  if (by === undefined) return { zh: '', en: '' };
  const who = agencyName(by.agency);
  return { zh: `（据${who.zh}记录 ${by.recordId}）`, en: ` (by record ${by.recordId} of ${who.en})` };
}

export function toldByBenefit(benefit: Benefit): Told[] {
  const code = codeName(benefit.kind);
  const state = benefitStates[benefit.status] ?? { zh: benefit.status, en: benefit.status };
  const start: Told = {
    kind: 'benefit',
    ...days(benefit.from, benefit.to),
    says: sentence({ zh: `待遇 ${benefit.id}（${code.zh}）`, en: `benefit ${benefit.id} (${code.en})` }, [
      spanOf(benefit.from, benefit.to),
      state,
      benefit.basisConclusionNo === undefined
        ? undefined
        : { zh: `依据结论 ${benefit.basisConclusionNo}`, en: `by conclusion ${benefit.basisConclusionNo}` },
    ]),
  };
  return [start, ...runsOf(benefit.payments).map((run) => paymentTold(benefit.id, run))];
}

type Payment = Benefit['payments'][number];

/** Payments month after month, without a gap and alike reversed or not; a period nobody can read stands alone. */
function runsOf(payments: readonly Payment[]): Payment[][] {
  const runs: Payment[][] = [];
  const ordered = [...payments].sort(
    (a, b) =>
      Number(a.reversed === true) - Number(b.reversed === true) ||
      compareTexts(a.period, b.period) ||
      compareTexts(a.amount, b.amount),
  );
  for (const payment of ordered) {
    const before = runs.at(-1)?.at(-1);
    if (before !== undefined && goesOn(before, payment)) runs.at(-1)?.push(payment);
    else runs.push([payment]);
  }
  return runs;
}

function goesOn(a: Payment, b: Payment): boolean {
  const [before, after] = [interval(a.period), interval(b.period)];
  if (before === undefined || after === undefined || (a.reversed === true) !== (b.reversed === true)) return false;
  return a.period === b.period || before.hi + 1 === after.lo;
}

function paymentTold(benefitId: string, run: readonly Payment[]): Told {
  const [first, last] = [run[0]?.period ?? '', run.at(-1)?.period ?? ''];
  const months = new Set(run.map(({ period }) => period)).size;
  const sum = run.reduce((total, { amount }) => total + fen(amount), 0);
  const money = Number.isNaN(sum) ? { zh: '金额无法读取', en: 'amount cannot be read' } : yuan(sum);
  const reversed = run[0]?.reversed === true ? { zh: '，已冲回', en: ', reversed' } : { zh: '', en: '' };
  const span = first === last ? { zh: first, en: first } : { zh: `${first} 至 ${last}`, en: `${first} to ${last}` };
  const on: Pick<TimelineEntry, 'on' | 'until'> = first === last ? days(first) : days(first, last);
  return {
    kind: 'payment',
    ...on,
    says: {
      zh: `待遇 ${benefitId} 发放 ${span.zh}，${months} 个月，${money.zh}${reversed.zh}`,
      en: `benefit ${benefitId} paid ${span.en}, ${months} month${months === 1 ? '' : 's'}, ${money.en}${reversed.en}`,
    },
  };
}

function yuan(amount: number): Bilingual {
  const text = `${amount < 0 ? '-' : ''}${Math.trunc(Math.abs(amount) / 100)}.${String(Math.abs(amount) % 100).padStart(2, '0')}`;
  return { zh: `共 ${text} 元`, en: `${text} yuan in all` };
}
