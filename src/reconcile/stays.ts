import type { DayInterval } from '../model/index.js';
import { and, isWithin, type Truth } from './dates.js';
import { isSameHospital, type Place } from './hospitals.js';
import type { KnownStay } from './person-file.js';
import type { RuleFinding } from './rule.js';

/** Days by which two tellings of one stay may differ at either end. */
const tellingDiffersBy = 1;

/**
 * Do two records tell of the same stay (by two agencies, or by one under two record ids)? Same hospital, admission within a day, and discharge
 * within a day or one of them still open.
 */
export function isSameStay(a: KnownStay, b: KnownStay): Truth {
  if (a.admitted === undefined || b.admitted === undefined) return 'maybe';
  const admission = isWithin(a.admitted, b.admitted, tellingDiffersBy);
  if (admission === 'no') return 'no';
  const discharge =
    a.discharged === undefined || b.discharged === undefined ? 'yes' : isWithin(a.discharged, b.discharged, tellingDiffersBy);
  if (discharge === 'no') return 'no';
  return and(and(admission, discharge), isSameHospital(placeOf(a), placeOf(b)));
}

export function placeOf(stay: KnownStay): Place {
  return { agency: stay.record.source.agency, hospital: stay.record.hospital, recordNo: stay.record.recordNo };
}

/**
 * One stay told twice is one stay: an open discharge or a missing outcome is taken from the other telling, where that is certainly of the same
 * stay and no less certainly about the subject. What a record says itself is never changed.
 */
export function fillFromTwins(stays: readonly KnownStay[]): readonly KnownStay[] {
  if (stays.length < 2 || stays.every((stay) => stay.discharged !== undefined && stay.outcome !== undefined)) return stays;
  return stays.map((stay) => {
    if (stay.discharged !== undefined && stay.outcome !== undefined) return stay;
    const twins = stays.filter(
      (other) => other !== stay && (other.certain || !stay.certain) && isSameStay(stay, other) === 'yes',
    );
    return twins.length === 0 ? stay : { ...stay, ...filling(stay, twins) };
  });
}

function filling(stay: KnownStay, twins: readonly KnownStay[]): Pick<KnownStay, 'discharged' | 'outcome'> {
  const days = twins.map((twin) => twin.discharged).filter((day): day is DayInterval => day !== undefined);
  const hull =
    days.length === 0 ? undefined : { lo: Math.min(...days.map((day) => day.lo)), hi: Math.max(...days.map((day) => day.hi)) };
  return {
    discharged: stay.discharged ?? hull,
    outcome: stay.outcome ?? (twins.find((twin) => twin.outcome?.known) ?? twins.find((twin) => twin.outcome))?.outcome,
  };
}

/** A finding about one stay. */
export interface StayFinding extends RuleFinding {
  readonly stay: KnownStay;
}

/** The first telling of each stay among some, in their order: two tellings of one contradiction are one finding. */
export function oncePerStay(items: readonly StayFinding[]): StayFinding[] {
  const kept: StayFinding[] = [];
  for (const item of [...items].sort((a, b) => Number(b.stay.certain) - Number(a.stay.certain))) {
    if (!kept.some((other) => isSameStay(other.stay, item.stay) === 'yes')) kept.push(item);
  }
  return kept;
}
