import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { playRequests } from '../../bench/dossier/play.mjs';
import { createKeyRing, createSigner } from '../../src/crypto/index.js';
import { toNodeListener } from '../../src/dossier/index.js';
import { createExchange } from '../../src/exchange.js';
import { verifyResponse } from '../../src/message-signatures/index.js';

/** The small version of `bench/dossier.mjs`: every kind of forged request, of every call and algorithm, before and after the store was reopened. */
it('refuses every forged request, answers every right one, and notes each in a log that holds', {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yilian-forged-'));
  const library = { createExchange, createSigner, createKeyRing, toNodeListener, verifyResponse };

  const { count, kinds, log, faults } = await playRequests(library, { folder, forged: 1500, good: 150, viaSocket: 0.1 });
  rmSync(folder, { recursive: true });

  expect(faults).toEqual([]);
  expect(count).toMatchObject({ good: 150, goodRefused: 0, notRefused: 0, forged: 1500 + count.raced });
  expect(count.refused + count.withheld).toBe(count.forged);
  expect(kinds.length).toBeGreaterThan(90);
  expect(count.overSocket).toBeGreaterThan(50);
  expect(log).toMatchObject({ refusals: count.refused, failed: 0, withPersons: 0, verification: { ok: true } });
});
