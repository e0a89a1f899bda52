import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isYilianError } from '../../src/errors.js';
import { hour, manifest } from './examples.js';
import type { CurrentStore } from './suite.js';

/** Runs and the lock. */
export function runsSuite(store: CurrentStore, clock: { now: Date }): void {
  describe('runs', () => {
    it('that have not ended are interrupted, and can be taken up again', async () => {
      expect(await store().interruptedRun()).toBeUndefined();
      await store().startRun({ id: 'run-1', startedAt: hour(1), asOf: hour(1) });
      await store().markResumed('run-1');
      await store().markResumed('run-1');

      expect(await store().interruptedRun()).toEqual({ id: 'run-1', startedAt: hour(1), asOf: hour(1), resumed: 2 });
      expect(await store().runs()).toEqual([]);
    });

    it('that have ended leave their manifest, the newest first', async () => {
      for (const [id, h] of [
        ['run-1', 1],
        ['run-2', 2],
        ['run-3', 3],
      ] as const) {
        await store().startRun({ id, startedAt: hour(h), asOf: hour(h) });
        await store().finishRun(manifest(id, hour(h), { state: id === 'run-2' ? 'failed' : 'finished' }));
      }

      expect(await store().interruptedRun()).toBeUndefined();
      expect(await store().runs(2)).toEqual([manifest('run-3', hour(3)), manifest('run-2', hour(2), { state: 'failed' })]);
      expect(await store().runs()).toHaveLength(3);
    });

    it('begin once and end once although it is told twice', async () => {
      await store().startRun({ id: 'run-1', startedAt: hour(1), asOf: hour(1) });
      await store().markResumed('run-1');
      await store().startRun({ id: 'run-1', startedAt: hour(2), asOf: hour(2) });
      expect(await store().interruptedRun()).toMatchObject({ startedAt: hour(1), resumed: 1 });

      await store().finishRun(manifest('run-1', hour(1)));
      await store().finishRun(manifest('run-1', hour(1), { exitCode: 3 }));

      expect(await store().runs()).toEqual([manifest('run-1', hour(1), { exitCode: 3 })]);
    });
  });

  describe('the lock', () => {
    it('is had by one at a time; the other is told, in two languages, by which process, where and how long', async () => {
      await store().lock('reconcile');
      clock.now = new Date('2026-03-01T00:07:30Z');

      const error: unknown = await store()
        .lock('reconcile')
        .catch((thrown: unknown) => thrown);

      expect(error).toMatchObject({ code: 'ERR_STORE_LOCKED', retryable: true });
      if (!isYilianError(error)) return;
      for (const text of [error.text.zh, error.text.en]) {
        expect(text).toContain(String(process.pid));
        expect(text).toContain('reconcile');
        expect(text).toContain(hostname());
        expect(text).toMatch(/(^| )7 (分钟|minutes)/);
      }
    });

    it('of another name is another lock, and a released one is free', async () => {
      const lock = await store().lock('reconcile');
      await store().lock('import');
      await lock.release();

      await expect(store().lock('reconcile')).resolves.toBeDefined();
    });

    it('is taken over after ten minutes without a sign, and its former owner is told so', async () => {
      const first = await store().lock('reconcile');
      clock.now = new Date('2026-03-01T00:10:00Z');
      await expect(store().lock('reconcile')).rejects.toMatchObject({ code: 'ERR_STORE_LOCKED' });
      clock.now = new Date('2026-03-01T00:10:01Z');

      const second = await store().lock('reconcile');

      await expect(first.beat()).rejects.toMatchObject({ code: 'ERR_STORE_LOCKED' });
      await first.release();
      await expect(second.beat()).resolves.toBeUndefined();
    });

    it('stays with an owner who gives signs', async () => {
      const lock = await store().lock('reconcile');
      for (const minute of [9, 18, 27]) {
        clock.now = new Date(Date.UTC(2026, 2, 1, 0, minute));
        await lock.beat();
      }
      clock.now = new Date('2026-03-01T00:36:00Z');

      await expect(store().lock('reconcile')).rejects.toMatchObject({ code: 'ERR_STORE_LOCKED' });
    });

    it('that was released gives no more signs', async () => {
      const lock = await store().lock('reconcile');
      await lock.release();

      await expect(lock.beat()).rejects.toMatchObject({ code: 'ERR_STORE_LOCKED' });
    });
  });
}
