import type { AppraisalCase, AppraisalEvidence, Bilingual, CaseState, Claim, Conclusion, Day } from '../model/index.js';
import { formatDay } from '../model/index.js';
import { exceptionsBetween, type WorkingCalendar, workingDayAfter } from './calendar.js';
import { isStopped, lastDay, lastOf, standing, stateName } from './cases.js';
import { absenceClaim, cityClaim, claimOf } from './claims.js';
import { interval } from './dates.js';
import { isSameNumber } from './document-numbers.js';
import { appraisals } from './needs.js';
import type { Known, PersonFile } from './person-file.js';
import { doubt } from './reasons.js';
import type { Doubt } from './rule.js';
import { ownConclusions } from './supersede.js';
import { dateText, spanText } from './texts.js';
import { unusable } from './usable.js';

/**
 * How the province's file of a case may differ from the city's: the three comparisons of `province-differs`. What the province itself said and is
 * laid over the city's case is no word of the city's, and is compared with nothing.
 */

const levels = ['city', 'province'] as const;

/** A case of the city and what the province says of it. */
export interface Compared {
  readonly item: AppraisalCase;
  readonly records: readonly Known<AppraisalEvidence>[];
}

/** One difference, with both sides. */
export interface Difference {
  readonly text: Bilingual;
  readonly claims: readonly Claim[];
  /** The records of the province that say it. */
  readonly rests: readonly Known<AppraisalEvidence>[];
}

/** A conclusion of the province and the record that holds it. */
interface Told {
  readonly conclusion: Conclusion;
  readonly known: Known<AppraisalEvidence>;
}

/** Of each level the last conclusions that stand, compared in grade, care and number. */
export function conclusionDifferences({ item, records }: Compared): (Difference | Doubt)[] {
  return levels.flatMap((level): (Difference | Doubt)[] => {
    const ours = lastOf(standing(ownConclusions(item)).filter((conclusion) => conclusion.level === level));
    const told = toldConclusions(records).filter(({ conclusion }) => conclusion.level === level);
    const last = lastOf(told.map(({ conclusion }) => conclusion));
    const theirs = told.filter(({ conclusion }) => last.includes(conclusion));
    if (ours.length === 0 || theirs.length === 0) return [];

    const pairs = ours.flatMap((our) => theirs.map((their) => ({ our, their })));
    const same = pairs.filter(({ our, their }) => isSameNumber(our.no, their.conclusion.no));
    // Where nobody can say which conclusion was the last, one pair that differs is no certain difference.
    if (isUncertain(ours) || isUncertain(last)) {
      return pairs.some(({ our, their }) => comparePair(item, our, their).length > 0) ? [doubt('date-too-coarse')] : [];
    }
    // Grade and care may stand in two conclusions of one day: each is compared with its namesake.
    return (same.length > 0 ? same : pairs.slice(0, 1)).flatMap(({ our, their }) => comparePair(item, our, their));
  });
}

function toldConclusions(records: Compared['records']): Told[] {
  return records.flatMap((known) =>
    standing(known.record.conclusion === undefined ? [] : [known.record.conclusion]).map((conclusion) => ({ conclusion, known })),
  );
}

/** Are there several, and not all of one day? */
function isUncertain(conclusions: readonly Conclusion[]): boolean {
  if (conclusions.length < 2) return false;
  const day = lastDay(conclusions.map(({ on }) => on));
  return day === undefined || day.lo !== day.hi || conclusions.some(({ on }) => interval(on)?.lo !== interval(on)?.hi);
}

function comparePair({ caseNo }: AppraisalCase, our: Conclusion, { conclusion: their, known }: Told): Difference[] {
  const differ = (field: 'grade' | 'care' | 'no', name: Bilingual, values: readonly [string, string]): Difference => ({
    text: {
      zh: `${name.zh}不同：本市结论 ${our.no}（${dateText(our.on)}）为 ${values[0]}，省级结论 ${their.no}（${dateText(their.on)}）为 ${values[1]}`,
      en: `the ${name.en} differs: ${values[0]} in the city's conclusion ${our.no} of ${dateText(our.on)}, ${values[1]} in the province's ${their.no} of ${dateText(their.on)}`,
    },
    claims: [
      cityClaim(caseNo, `conclusions/${our.no}/${field}`, values[0]),
      claimOf(known.record, `conclusion/${field}`, values[1]),
    ],
    rests: [known],
  });
  const differences: Difference[] = [];
  if (our.grade !== undefined && their.grade !== undefined && our.grade !== their.grade) {
    differences.push(differ('grade', { zh: '等级', en: 'grade' }, [String(our.grade), String(their.grade)]));
  }
  if (our.care !== undefined && their.care !== undefined && our.care !== their.care) {
    differences.push(differ('care', { zh: '护理依赖程度', en: 'care' }, [our.care, their.care]));
  }
  if (!isSameNumber(our.no, their.no)) {
    differences.push(differ('no', { zh: '结论文号', en: 'number' }, [our.no, their.no]));
  }
  return differences;
}

// ---- ended on one side ---------------------------------------------------------------------------------------------------------------------

/** How a side stands: what it is called, whether it has come to an end that the other side must know, and where that is said. */
interface Side {
  readonly name: Bilingual;
  readonly isEnded: boolean;
  readonly field: string;
  readonly value: string;
}

/** Is exactly one side revoked, corrected, discontinued by death or stopped? Open and concluded states are left to the working days. */
export function endDifference({ item, records: all }: Compared): Difference | Doubt | undefined {
  const records = all.filter(({ record }) => !isEndOfReappraisal(item, record));
  const newest = newestOf(records);
  const [first] = newest;
  if (first === undefined) return undefined;
  const ours = sideOf(item, ownConclusions(item), (no) => `conclusions/${no}/status`);
  const told = records.flatMap(({ record }) => record.conclusion ?? []);
  const theirs = newest.map((known) => ({ known, ...sideOf(known.record, told, () => 'conclusion/status') }));
  const other = theirs.find(({ isEnded }) => isEnded !== ours.isEnded);
  if (other === undefined) return undefined;
  // Two records of one time that disagree: which of them is the later nobody can say.
  if (theirs.some(({ isEnded }) => isEnded === ours.isEnded)) return doubt('date-too-coarse');
  return {
    text: {
      zh: `本市为“${ours.name.zh}”，省级为“${other.name.zh}”`,
      en: `${ours.name.en} in the city's file, ${other.name.en} at the province`,
    },
    claims: [cityClaim(item.caseNo, ours.field, ours.value), claimOf(other.known.record, other.field, other.value)],
    rests:
      other.field === 'state' ? [other.known] : [other.known, ...records.filter(({ record }) => record.conclusion !== undefined)],
  };
}

/** A re-appraisal that was refused, withdrawn or revoked names the case and is not it: the city's conclusion stands as before. */
function isEndOfReappraisal({ kind }: AppraisalCase, { caseKind, state, conclusion }: AppraisalEvidence): boolean {
  return kind !== 'reappraisal' && caseKind === 'reappraisal' && (isEnd({ state }) || conclusion?.status === 'revoked');
}

/** The province's records of a case that are the newest by their own time, else by that of receipt. */
function newestOf(records: Compared['records']): Known<AppraisalEvidence>[] {
  const timed = records.map((known) => {
    const { updatedAt, receivedAt } = known.record.source;
    return { known, at: Date.parse(updatedAt ?? receivedAt) };
  });
  const newest = Math.max(...timed.map(({ at }) => at));
  return timed.filter(({ at }) => at === newest).map(({ known }) => known);
}

/** By its state; and a side all of whose conclusions are revoked is revoked, whatever its state still says. */
function sideOf({ state }: { state: CaseState }, conclusions: readonly Conclusion[], field: (no: string) => string): Side {
  const isRevoked = conclusions.every(({ status }) => status === 'revoked');
  const [last] = isEnd({ state }) || !isRevoked ? [] : lastOf(conclusions);
  if (last === undefined) return { name: stateName(state), isEnded: isEnd({ state }), field: 'state', value: state };
  return { name: stateName('revoked'), isEnded: true, field: field(last.no), value: 'revoked' };
}

function isEnd(side: { state: CaseState }): boolean {
  return isStopped(side) || ['revoked', 'corrected', 'discontinued-death'].includes(side.state);
}

// ---- lacking at the province ---------------------------------------------------------------------------------------------------------------

interface Asked {
  readonly file: PersonFile;
  readonly calendar: WorkingCalendar;
  readonly workingDays: number;
}

/**
 * The conclusions of the city that the province lacks, of each level the last that stands, where more than so many working days have passed since
 * it. A record of the province has room for one conclusion: where it has any of the case, nothing lacks. Something missing is a difference only
 * where the feed is usable; it is asked about the present, for which `fresh` is enough.
 */
export function lackedConclusions({ item, records }: Compared, asked: Asked): (Difference | Doubt)[] {
  if (records.some(({ record }) => record.conclusion !== undefined)) return [];
  return levels.flatMap((level) => {
    const ours = standing(ownConclusions(item)).filter((conclusion) => conclusion.level === level);
    return lackOf(ours, { item, records }, asked) ?? [];
  });
}

function lackOf(
  conclusions: readonly Conclusion[],
  { item, records }: Compared,
  { file, calendar, workingDays }: Asked,
): Difference | Doubt | undefined {
  const [made] = lastOf(conclusions);
  if (made === undefined) return undefined;
  const on = lastDay(conclusions.map((conclusion) => conclusion.on));
  if (on === undefined) return doubt('date-too-coarse');
  const tooLateFrom = {
    lo: workingDayAfter(on.lo, workingDays + 1, calendar),
    hi: workingDayAfter(on.hi, workingDays + 1, calendar),
  };
  if (file.asOf < tooLateFrom.lo) return undefined;
  if (file.asOf < tooLateFrom.hi) return doubt('date-too-coarse');
  const unsure = unusable(file, [appraisals]);
  if (unsure !== undefined) return unsure;
  const last = { lo: workingDayAfter(on.lo, workingDays, calendar), hi: workingDayAfter(on.hi, workingDays, calendar) };
  const days = exceptionsText(exceptionsBetween(on.lo, last.hi, calendar));
  // What a certain record does not have is lacking, whatever an uncertain one may be about.
  const known = records.find(({ certain }) => certain) ?? records[0];
  return {
    text: {
      zh: `结论 ${made.no} 作于 ${dateText(made.on)}，第 ${workingDays} 个工作日为 ${spanText(last)}${days.zh}，省级此后仍没有结论`,
      en: `conclusion ${made.no} is of ${dateText(made.on)}, the working day ${workingDays} after it ${spanText(last)}${days.en}, and the province still has no conclusion`,
    },
    claims: [
      cityClaim(item.caseNo, `conclusions/${made.no}/on`, dateText(made.on)),
      known === undefined ? absenceClaim(appraisals, 'conclusion') : claimOf(known.record, 'conclusion', 'absent'),
    ],
    rests: known === undefined ? [] : [known],
  };
}

/** Which days were counted otherwise than Monday to Friday: whoever replays it sees what the calendar made of them. */
function exceptionsText({ off, worked }: { off: Day[]; worked: Day[] }): Bilingual {
  const zh = [
    off.length === 0 ? '' : `${off.map(formatDay).join('、')} 放假不计`,
    worked.length === 0 ? '' : `${worked.map(formatDay).join('、')} 调休上班计入`,
  ].filter(Boolean);
  const en = [
    off.length === 0 ? '' : `${off.map(formatDay).join(', ')} off`,
    worked.length === 0 ? '' : `${worked.map(formatDay).join(', ')} worked`,
  ].filter(Boolean);
  return zh.length === 0 ? { zh: '', en: '' } : { zh: `（${zh.join('；')}）`, en: ` (${en.join('; ')})` };
}
