/**
 * A circuit breaker: after `failures` failures to talk in a row nobody asks for `coolDownMs`, then one probe does, and its outcome decides.
 *
 * Only failures to talk count. An agency that answers, be it with an error, is there. Outcomes of calls begun before the breaker last
 * changed its state are forgotten, for they say nothing about now.
 */
export interface BreakerSettings {
  /** Default 5. */
  failures?: number | undefined;
  /** Default 30 s. */
  coolDownMs?: number | undefined;
}

export type CallOutcome =
  /** The other side answered, whatever it said. */
  | 'answered'
  /** No answer could be had. */
  | 'failed'
  /** It says nothing about the other side: stopped by the caller, never sent. */
  | 'neutral';

export interface Breaker {
  /** Whether a call may start now; `until` is when the next probe may, absent while a probe is on its way. */
  look(now: number): { open: false } | { open: true; until?: number };
  /** Starts a call and gives the function that ends it, to be called once; undefined while open. */
  enter(now: number): ((outcome: CallOutcome, now: number) => void) | undefined;
}

export function createBreaker({ failures = 5, coolDownMs = 30_000 }: BreakerSettings = {}): Breaker {
  let inARow = 0;
  let openUntil: number | undefined;
  let probing = false;
  let era = 0;

  const look: Breaker['look'] = (now) => {
    if (openUntil === undefined) return { open: false };
    if (now < openUntil) return { open: true, until: openUntil };
    return probing ? { open: true } : { open: false };
  };

  return {
    look,
    enter(now) {
      if (look(now).open) return undefined;
      const isProbe = openUntil !== undefined;
      if (isProbe) probing = true;
      const mine = era;
      return (outcome, end) => {
        if (mine !== era) return;
        if (isProbe) probing = false;
        if (outcome === 'neutral') return;
        if (outcome === 'answered') {
          inARow = 0;
          if (isProbe) {
            openUntil = undefined;
            era += 1;
          }
          return;
        }
        inARow += 1;
        if (isProbe || inARow >= failures) {
          openUntil = end + coolDownMs;
          inARow = 0;
          era += 1;
        }
      };
    },
  };
}
