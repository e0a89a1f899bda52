import { describe, expect, it } from 'vitest';
import { type CallOutcome, createBreaker } from '../../src/channels/breaker.js';
import fc from '../seeded.js';

describe('the breaker', () => {
  it('opens after five failures in a row by default, for thirty seconds', () => {
    const breaker = createBreaker();

    for (let call = 1; call <= 5; call += 1) {
      expect(breaker.look(1000)).toEqual({ open: false });
      breaker.enter(1000)?.('failed', 1000);
    }

    expect(breaker.look(1000)).toEqual({ open: true, until: 31_000 });
    expect(breaker.enter(30_999)).toBeUndefined();
    expect(breaker.look(31_000)).toEqual({ open: false });
  });

  it('stays closed where an answer comes between failures, and where calls were stopped by the caller', () => {
    const breaker = createBreaker({ failures: 2, coolDownMs: 10 });

    for (const outcome of ['failed', 'answered', 'failed', 'neutral'] as const) breaker.enter(0)?.(outcome, 0);

    expect(breaker.look(0)).toEqual({ open: false });
    breaker.enter(0)?.('failed', 0);
    expect(breaker.look(0)).toEqual({ open: true, until: 10 });
  });

  it('lets one probe through after the cool-down, and nobody beside it', () => {
    const breaker = createBreaker({ failures: 1, coolDownMs: 10 });
    breaker.enter(0)?.('failed', 0);

    const probe = breaker.enter(10);

    expect(probe).toBeDefined();
    expect(breaker.look(10)).toEqual({ open: true });
    expect(breaker.enter(10)).toBeUndefined();
    probe?.('answered', 12);
    expect(breaker.look(12)).toEqual({ open: false });
  });

  it('opens again when the probe fails, and probes again when the probe was stopped', () => {
    const breaker = createBreaker({ failures: 3, coolDownMs: 10 });
    for (let call = 0; call < 3; call += 1) breaker.enter(0)?.('failed', 0);

    breaker.enter(10)?.('failed', 15);
    expect(breaker.look(24)).toEqual({ open: true, until: 25 });
    breaker.enter(25)?.('neutral', 26);

    expect(breaker.look(26)).toEqual({ open: false });
    expect(breaker.enter(26)).toBeDefined();
  });

  it('forgets the outcome of calls begun before it opened', () => {
    const breaker = createBreaker({ failures: 1, coolDownMs: 10 });
    const slow = breaker.enter(0);
    breaker.enter(0)?.('failed', 0);

    slow?.('answered', 5);

    expect(breaker.look(5)).toEqual({ open: true, until: 10 });
  });

  it('does what a plain model of it does, over random traces', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 12 }) }),
      fc.record({ do: fc.constant('enter' as const) }),
      fc.record({
        do: fc.constant('end' as const),
        pick: fc.nat(),
        outcome: fc.constantFrom<CallOutcome>('answered', 'failed', 'neutral'),
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 80, size: 'max' }), (failures, trace) => {
        const coolDownMs = 10;
        const breaker = createBreaker({ failures, coolDownMs });
        // The model: a state by name, and calls that remember the state they were begun in.
        let state: { name: 'closed'; row: number } | { name: 'open'; since: number } | { name: 'probing' } = {
          name: 'closed',
          row: 0,
        };
        const running: { end: (outcome: CallOutcome, now: number) => void; begunIn: object; isProbe: boolean }[] = [];
        let now = 0;
        let epoch = {};
        for (const action of trace) {
          if (action.do === 'wait') now += action.ms;
          if (action.do === 'enter') {
            const isProbe = state.name === 'open' && now - state.since >= coolDownMs;
            const allowed = state.name === 'closed' || isProbe;
            expect(breaker.look(now).open).toBe(!allowed);
            const end = breaker.enter(now);
            expect(end !== undefined).toBe(allowed);
            if (end === undefined) continue;
            if (isProbe) state = { name: 'probing' };
            running.push({ end, begunIn: epoch, isProbe });
          }
          if (action.do === 'end' && running.length > 0) {
            const [call] = running.splice(action.pick % running.length, 1);
            if (call === undefined) continue;
            call.end(action.outcome, now);
            if (call.begunIn !== epoch) continue;
            if (call.isProbe) {
              if (action.outcome === 'neutral') {
                state = { name: 'open', since: now - coolDownMs };
                continue;
              }
              state = action.outcome === 'answered' ? { name: 'closed', row: 0 } : { name: 'open', since: now };
              epoch = {};
            } else if (state.name === 'closed' && action.outcome !== 'neutral') {
              state.row = action.outcome === 'answered' ? 0 : state.row + 1;
              if (state.row >= failures) {
                state = { name: 'open', since: now };
                epoch = {};
              }
            }
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
