import { expect, it } from 'vitest';
import { createBreaker } from '../../src/channels/breaker.js';
import { surroundings } from '../../src/channels/environment.js';
import { createGate } from '../../src/channels/gate.js';
import { createBucket, createSlots } from '../../src/channels/limits.js';

it('lets a feed without hours be asked although the clock moves on at every look', async () => {
  let ms = Date.parse('2026-03-10T02:00:00Z');
  const around = surroundings({ clock: () => new Date(ms++) });
  const gate = createGate(
    {
      hours: undefined,
      bucket: createBucket(undefined),
      slots: createSlots(1),
      breaker: createBreaker(undefined),
      patienceMs: 1000,
    },
    around,
  );

  const pass = await gate.enter(new AbortController().signal, false);

  pass.leave('neutral', true);
  expect(gate.readiness()).toEqual({ ready: true });
});
