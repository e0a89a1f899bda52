import type { Claim, Evidence, Severity, Source } from '../model/index.js';
import { cutToDay } from './dates.js';
import type { Death, Piece } from './death-fact.js';
import type { FeedNeed } from './rule.js';

/** The sides of a contradiction, each as agency, record, field and value. */

/** What a record of an agency says. */
export function claimOf(record: Evidence, field: string, value: string | undefined): Claim {
  const { source } = record;
  return { agency: source.agency, recordId: source.recordId, field, value: value ?? '', source };
}

/**
 * What the city's own file says. `recordId` is a case number, a benefit's id or the subject's key; `field` names an item of a list by what it
 * is (`exams/2025-03-05/on`) and never by its place, so that a finding stays the same when the list is put in another order.
 */
export function cityClaim(recordId: string, field: string, value: string): Claim {
  return { agency: 'city', recordId, field, value };
}

/** What the city's own file says, or where it does not say it itself the record that does. */
export function toldClaim(source: Source | undefined, field: string, city: Claim): Claim {
  return source === undefined ? city : { agency: source.agency, recordId: source.recordId, field, value: city.value, source };
}

/** That a feed has no such record. */
export function absenceClaim(need: FeedNeed, field: string): Claim {
  return { agency: need.agency, recordId: need.feed, field, value: 'absent' };
}

/** Each record of the death fact, as one side. */
export function deathClaims(death: Death): Claim[] {
  return death.pieces.map((piece) => claimOf(piece.record, ...pieceField(piece)));
}

function pieceField(piece: Piece): [field: string, value: string | undefined] {
  const prefix = piece.record.kind === 'population' ? 'cancellation/' : '';
  if (piece.diedOn !== undefined && piece.died !== undefined) return [`${prefix}diedOn`, cutToDay(piece.diedOn)];
  if (piece.eventOn !== undefined && piece.event !== undefined) return [`${prefix}${eventField(piece)}`, cutToDay(piece.eventOn)];
  switch (piece.record.kind) {
    case 'population':
      return piece.record.deathFlag === true ? ['deathFlag', 'true'] : ['cancellation/reason', piece.record.cancellation?.reason];
    case 'stay':
      return ['outcome', piece.record.outcome?.code];
    case 'death':
      return ['basis', piece.record.basis];
  }
}

/** The model's name of the field that holds a piece's event day. */
export function eventField(piece: Piece): string {
  switch (piece.record.kind) {
    case 'population':
      return 'registeredOn';
    case 'stay':
      return 'dischargedOn';
    case 'death':
      return 'eventOn';
  }
}

/** The table *Severity by what the death rests on*. */
export function byLevel(death: Death, table: { corroborated: Severity; conflicting: Severity; reported: Severity }): Severity {
  switch (death.fact.level) {
    case 'corroborated':
      return table.corroborated;
    case 'conflicting':
      return table.conflicting;
    case 'reported':
      return table.reported;
    case 'none':
    case 'disputed':
      // Nothing that rests on the level is found at either; low, should a rule ask.
      return 'low';
  }
}
