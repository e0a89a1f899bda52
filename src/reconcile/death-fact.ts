import {
  type DayInterval,
  type DeathEvidence,
  type DeathFact,
  type Evidence,
  formatDay,
  type PartialDate,
  type PopulationEvidence,
  type StayEvidence,
} from '../model/index.js';
import { standing } from './certificates.js';
import { compareTexts, referenceOf } from './current.js';
import { areEqual, cutToDay, interval } from './dates.js';
import type { PersonFile } from './person-file.js';

/** One record of the death fact, after void, replaced and less certain ones were dropped. */
export interface Piece {
  readonly kind: string;
  readonly record: DeathEvidence | StayEvidence | PopulationEvidence;
  readonly certain: boolean;
  /** What the record itself gives as the day of death. */
  readonly diedOn?: PartialDate | undefined;
  readonly died: DayInterval | undefined;
  /** Issue, cremation, registration, discharge. */
  readonly eventOn?: PartialDate | undefined;
  readonly event: DayInterval | undefined;
  /** The days on which the person may have died by this record; undefined for one without any date. */
  readonly days: DayInterval | undefined;
  readonly rank: number;
}

/** The death fact with what it is made of, for the rules. */
export interface Death {
  readonly fact: DeathFact;
  readonly pieces: readonly Piece[];
  /** [earliest, latest]; undefined where there is no death, or none with a date. */
  readonly span: DayInterval | undefined;
  /** False when no record is linked `exact` or `upgraded`: whatever rests on it is at most `low`. */
  readonly certain: boolean;
}

/** Days between registration, cremation or discharge and the death, at most, where the record has no day of death of its own. */
const longestDelay = { 'household-cancellation': 31, cremation: 15, 'hospital-discharge': 1 } as const;

/** What all death evidence of one person together says. Pure. */
export function deathOf(
  file: Pick<PersonFile, 'population' | 'deaths' | 'voidDeaths' | 'marriages' | 'exams'> & { stays: PersonFile['toldStays'] },
): Death {
  let pieces = piecesOf(file);
  if (pieces.length === 0) {
    return { fact: { level: 'none', kinds: [], evidence: [] }, pieces, span: undefined, certain: true };
  }
  const certain = pieces.some((piece) => piece.certain);
  if (certain) pieces = pieces.filter((piece) => piece.certain);
  pieces.sort((a, b) => compareTexts(referenceOf(a.record.source), referenceOf(b.record.source)));

  const kinds = [...new Set(pieces.map((piece) => piece.kind))].sort();
  const dated = pieces.filter((piece): piece is Dated => piece.days !== undefined);
  const agreeing = allAgree(dated);
  const span = spanOf(dated, agreeing);
  const best = bestOf(dated);
  const level = !agreeing ? 'conflicting' : kinds.length > 1 ? 'corroborated' : 'reported';
  const fact: DeathFact = {
    level: span !== undefined && isDisputed(file, span) ? 'disputed' : level,
    ...(best === undefined ? {} : { best }),
    ...(span === undefined ? {} : { earliest: formatDay(span.lo), latest: formatDay(span.hi) }),
    kinds,
    evidence: [...new Set(pieces.map((piece) => referenceOf(piece.record.source)))].sort(),
  };
  return { fact, pieces, span, certain };
}

/** A face match or a marriage on the day after a death is a slip of a day, later it is a sign of life. */
export const signOfLifeAfterDays = 1;

type Dated = Piece & { readonly days: DayInterval };

// ---- pieces --------------------------------------------------------------------------------------------------------------------------------

function piecesOf(file: Parameters<typeof deathOf>[0]): Piece[] {
  const pieces: Piece[] = [];
  for (const known of standing(file.deaths, file.voidDeaths)) {
    const { record, certain, died, event } = known;
    pieces.push(piece(record.basis, record, certain, { diedOn: record.diedOn, died, eventOn: record.eventOn, event }));
  }
  for (const { record, certain, died, discharged } of file.stays) {
    const hasDied = record.outcome?.known === true && record.outcome.code === 'died';
    if (!hasDied && record.diedOn === undefined) continue;
    pieces.push(
      piece('hospital-discharge', record, certain, {
        diedOn: record.diedOn,
        died,
        eventOn: record.dischargedOn,
        event: discharged,
      }),
    );
  }
  for (const { record, certain } of file.population) {
    const reason = record.registration === 'cancelled' ? record.cancellation?.reason : undefined;
    const kind = reason === 'court-declared' ? 'court' : 'household-cancellation';
    if (reason === 'death' || reason === 'court-declared') {
      const { diedOn, registeredOn } = record.cancellation ?? {};
      pieces.push(
        piece(kind, record, certain, {
          diedOn,
          died: interval(diedOn),
          eventOn: registeredOn,
          event: interval(registeredOn),
        }),
      );
    } else if (record.deathFlag === true) {
      pieces.push(piece(kind, record, certain, { died: undefined, event: undefined }));
    }
  }
  return pieces;
}

function piece(
  kind: string,
  record: Piece['record'],
  certain: boolean,
  dates: Pick<Piece, 'diedOn' | 'died' | 'eventOn' | 'event'>,
): Piece {
  return { kind, record, certain, ...dates, ...daysAndRank(kind, dates.died, dates.event) };
}

/** The days a record leaves open, and its rank among those that may name the best day: 0 is the highest. */
function daysAndRank(kind: string, died: DayInterval | undefined, event: DayInterval | undefined): Pick<Piece, 'days' | 'rank'> {
  const back = (days: number): DayInterval | undefined => event && { lo: event.lo - days, hi: event.hi };
  switch (kind) {
    case 'medical-certificate':
      return { days: died, rank: 0 };
    case 'hospital-discharge':
      return died === undefined ? { days: back(longestDelay[kind]), rank: 6 } : { days: died, rank: 1 };
    case 'court':
      return { days: died ?? event, rank: 2 };
    case 'household-cancellation': {
      // The registration day in place of the day of death is what a form defaults to.
      const isOwn = died !== undefined && !(event !== undefined && areEqual(died, event));
      return isOwn ? { days: died, rank: 3 } : { days: back(longestDelay[kind]), rank: 6 };
    }
    case 'cremation':
      return died === undefined ? { days: back(longestDelay[kind]), rank: 6 } : { days: died, rank: 4 };
    case 'benefit-claim':
      return { days: died ?? event, rank: 5 };
    default:
      // A basis of no known meaning names no day.
      return { days: undefined, rank: 6 };
  }
}

// ---- together ------------------------------------------------------------------------------------------------------------------------------

/** Two agree when they overlap or are neighbours: the 10th and the 11th, not the 10th and the 12th. */
function agree(a: DayInterval, b: DayInterval): boolean {
  return Math.max(a.lo, b.lo) - Math.min(a.hi, b.hi) <= 1;
}

function allAgree(dated: readonly Dated[]): boolean {
  return dated.every((a, index) => dated.every((b, other) => other <= index || agree(a.days, b.days)));
}

function spanOf(dated: readonly Dated[], agreeing: boolean): DayInterval | undefined {
  if (dated.length === 0) return undefined;
  const starts = dated.map((item) => item.days.lo);
  const ends = dated.map((item) => item.days.hi);
  if (!agreeing) return { lo: Math.min(...starts), hi: Math.max(...ends) };
  const [lastStart, firstEnd] = [Math.max(...starts), Math.min(...ends)];
  return lastStart <= firstEnd ? { lo: lastStart, hi: firstEnd } : { lo: firstEnd, hi: lastStart };
}

/** The day of the highest ranked record; among equals of the narrower days, then of the earlier. */
function bestOf(dated: readonly Dated[]): PartialDate | undefined {
  let best: Dated | undefined;
  for (const item of dated) if (best === undefined || compareBest(item, best) < 0) best = item;
  if (best === undefined) return undefined;
  if (best.rank === 6) return formatDay(best.days.hi);
  const date = best.died === undefined ? best.eventOn : best.diedOn;
  return date === undefined ? undefined : cutToDay(date);
}

function compareBest(a: Dated, b: Dated): number {
  return a.rank - b.rank || a.days.hi - a.days.lo - (b.days.hi - b.days.lo) || a.days.lo - b.days.lo;
}

/** A sign of life, certainly more than a day after the death: a face-match exam, or a marriage or divorce of a certain link. */
function isDisputed(file: Pick<PersonFile, 'marriages' | 'exams'>, span: DayInterval): boolean {
  const isLater = (day: DayInterval | undefined): boolean => day !== undefined && day.lo > span.hi + signOfLifeAfterDays;
  return (
    file.marriages.some((known) => known.certain && isSignOfLife(known.record) && isLater(known.on)) ||
    file.exams.some(({ exam, on }) => exam.identityCheck === 'face-match' && isLater(on))
  );
}

/** To marry or divorce one must be there; an annulment or a reissued certificate needs nobody alive. */
export function isSignOfLife(record: Evidence): boolean {
  return record.kind === 'marriage' && (record.event === 'married' || record.event === 'divorced');
}
