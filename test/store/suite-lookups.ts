import { describe, expect, it } from 'vitest';
import type { LookupOutcome } from '../../src/store/index.js';
import { batch, entry, hour, li, wang } from './examples.js';
import type { CurrentStore } from './suite.js';

/** Lookups, who is due, cursors, and what a run received. */
export function lookupsSuite(store: CurrentStore): void {
  const population = { agency: 'public-security', feed: 'population', connection: '' };
  const asked = (run: string, key: string, h: number, outcome: LookupOutcome, error?: string) =>
    store().receive(
      batch({
        ...population,
        run,
        at: hour(h),
        lookups: [{ personKey: key, outcome, at: hour(h), ...(error === undefined ? {} : { error }) }],
      }),
    );

  describe('lookups', () => {
    it('tell the newest attempt and the newest answer of each feed, as of any instant', async () => {
      await store().importCases([entry(wang)], hour(0));
      await asked('run-1', 'a1', 1, 'absent');
      await asked('run-2', 'a1', 3, 'unavailable', 'ERR_TIMEOUT');

      expect(await store().lookupsOf('a1', hour(0))).toEqual([]);
      expect(await store().lookupsOf('a1', hour(2))).toEqual([
        { ...population, last: { outcome: 'absent', at: hour(1) }, answeredAt: hour(1) },
      ]);
      expect(await store().lookupsOf('a1', hour(3))).toEqual([
        { ...population, last: { outcome: 'unavailable', at: hour(3), error: 'ERR_TIMEOUT' }, answeredAt: hour(1) },
      ]);
      expect(await store().lookupsOf('b2', hour(3))).toEqual([]);
    });

    it('that found the number under another name are answers: the person is not due again before time', async () => {
      await store().importCases([entry(wang)], hour(0));
      await asked('run-1', 'a1', 1, 'mismatch');

      expect(await store().lookupsOf('a1', hour(2))).toEqual([
        { ...population, last: { outcome: 'mismatch', at: hour(1) }, answeredAt: hour(1) },
      ]);
      expect(await store().due({ ...population, freshSince: hour(0), at: hour(2) })).toEqual([]);
    });

    it('that were never answered have no answer, however often they were tried', async () => {
      await store().importCases([entry(wang)], hour(0));
      await asked('run-1', 'a1', 1, 'unavailable', 'ERR_BUSY');
      await asked('run-2', 'a1', 2, 'unauthorised', 'ERR_UNAUTHORISED');

      expect(await store().lookupsOf('a1', hour(2))).toEqual([
        { ...population, last: { outcome: 'unauthorised', at: hour(2), error: 'ERR_UNAUTHORISED' } },
      ]);
    });
  });

  describe('who is due', () => {
    const persons = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'].map((key) => ({ ...wang, key }));
    const due = async (freshSince: number, connection = '') =>
      (await store().due({ ...population, connection, freshSince: hour(freshSince), at: hour(12) })).map(
        (subject) => subject.key,
      );

    it('comes never answered first, then the longest ago; of those never answered the never tried first, then the longest untried', async () => {
      await store().importCases(
        persons.map((subject) => entry(subject)),
        hour(0),
      );
      await asked('old', 'p1', 3, 'unavailable', 'ERR_TIMEOUT');
      await asked('old', 'p2', 2, 'unavailable', 'ERR_TIMEOUT');
      await asked('old', 'p3', 5, 'found');
      await asked('old', 'p4', 4, 'mismatch');
      await asked('old', 'p4', 8, 'unavailable', 'ERR_TIMEOUT');
      await asked('old', 'p5', 6, 'absent');

      expect(await due(5)).toEqual(['p6', 'p2', 'p1', 'p4', 'p3']);
    });

    it('is nobody answered since and nobody who is not on file yet; who was tried in vain is, whichever run tried', async () => {
      await store().importCases(
        [entry({ ...wang, key: 'p1' }), entry({ ...wang, key: 'p2' }), entry({ ...wang, key: 'p3' })],
        hour(0),
      );
      await store().importCases([entry({ ...wang, key: 'p9' })], hour(13));
      await asked('new', 'p1', 9, 'unavailable', 'ERR_TIMEOUT');
      await asked('old', 'p2', 9, 'found');

      expect(await due(8)).toEqual(['p3', 'p1']);
      expect(await due(9)).toEqual(['p3', 'p1', 'p2']);
      expect(await due(8, 'another')).toEqual(['p1', 'p2', 'p3']);
    });

    it('gives the subject as it was at that instant', async () => {
      await store().importCases([entry(wang)], hour(0));
      await store().importCases([entry({ ...wang, name: '王改名' })], hour(13));

      expect(await store().due({ ...population, freshSince: hour(0), at: hour(12) })).toEqual([wang]);
    });
  });

  describe('cursors', () => {
    const folder = { agency: 'health', feed: 'death-certificates', connection: '' };
    const move = (h: number, cursor: NonNullable<Parameters<typeof batch>[0]>['cursor'], more = {}) =>
      store().receive(batch({ at: hour(h), ...(cursor === undefined ? {} : { cursor }), ...more }));

    it('are kept move by move, as of any instant', async () => {
      await move(1, { position: { batch: '1' }, completeThrough: '2026-02-27' });
      await move(3, { position: { batch: '2' }, completeThrough: '2026-02-28' });

      expect(await store().cursors(hour(0))).toEqual([]);
      expect(await store().cursors(hour(2))).toEqual([
        { ...folder, position: { batch: '1' }, movedAt: hour(1), completeThrough: '2026-02-27' },
      ]);
      expect(await store().cursors(hour(3))).toEqual([
        { ...folder, position: { batch: '2' }, movedAt: hour(3), completeThrough: '2026-02-28' },
      ]);
    });

    it('keep their completeness over a page that does not speak of it', async () => {
      await move(1, { position: { page: '1' }, completeThrough: '2026-02-27' });
      await move(2, { position: { page: '2' } });

      expect(await store().cursors(hour(2))).toEqual([
        { ...folder, position: { page: '2' }, movedAt: hour(2), completeThrough: '2026-02-27' },
      ]);
    });

    it('stay with a gap until what was missing has come, or a full load', async () => {
      await move(1, { position: { batch: '3' }, gap: { reason: 'batch-missing' } });
      await move(2, { position: { batch: '4' } });
      expect((await store().cursors(hour(2)))[0]?.gap).toEqual({ reason: 'batch-missing' });
      await move(3, { position: { batch: '4' }, gap: null });
      expect((await store().cursors(hour(3)))[0]).not.toHaveProperty('gap');

      await move(4, { position: { batch: '6' }, gap: { reason: 'batch-missing' } });
      await move(5, { position: { batch: '7' } }, { voidAllOthers: true });
      expect((await store().cursors(hour(5)))[0]).not.toHaveProperty('gap');
    });

    it('tell a failure of the newest attempt only, and stay where they were', async () => {
      await move(1, { position: { batch: '1' }, completeThrough: '2026-02-27' });
      await move(2, { position: { batch: '1' }, failure: 'ERR_TIMEOUT' });
      expect((await store().cursors(hour(2)))[0]).toEqual({
        ...folder,
        position: { batch: '1' },
        movedAt: hour(2),
        completeThrough: '2026-02-27',
        failure: 'ERR_TIMEOUT',
      });

      await move(3, { position: { batch: '2' } });
      expect((await store().cursors(hour(3)))[0]).not.toHaveProperty('failure');
    });

    it('of two connections of one feed are two', async () => {
      await move(1, { position: { n: '1' } }, { connection: 'a' });
      await move(2, { position: { n: '2' } }, { connection: 'b' });

      expect((await store().cursors(hour(2))).map((state) => [state.connection, state.position])).toEqual([
        ['a', { n: '1' }],
        ['b', { n: '2' }],
      ]);
    });
  });

  describe('messages, rejections and unknown codes', () => {
    const bytes = new Uint8Array([0xd5, 0xc5, 0x00, 0xff]);
    const message = {
      id: 'm1',
      sha256: 'aa',
      agency: 'health',
      feed: 'death-certificates',
      receivedAt: hour(1),
      file: 'day.csv',
      bytes,
    };

    it('keep the bytes of a message exactly, except where there are none to keep', async () => {
      const { bytes: _, ...withoutBytes } = message;
      await store().receive(batch({ messages: [message, { ...withoutBytes, id: 'm2', sha256: 'bb' }] }));

      expect(await store().messageBytes('health', 'death-certificates', 'm1')).toEqual(bytes);
      expect(await store().messageBytes('health', 'death-certificates', 'm2')).toBeUndefined();
      expect(await store().messageBytes('health', 'stays', 'm1')).toBeUndefined();
      expect(await store().hasMessage('health', 'death-certificates', 'bb')).toBe(true);
      expect(await store().hasMessage('health', 'stays', 'bb')).toBe(false);
    });

    it('are grouped by reason, with the first place, and are of their run', async () => {
      const rejected = [
        { reason: 'bad-date', pointer: '/rows/3/SWRQ', message: 'm1', detail: { zh: '日期不对', en: 'no such day' } },
        { reason: 'no-identity', pointer: '/rows/4', message: 'm1' },
        { reason: 'bad-date', pointer: '/rows/5/SWRQ', message: 'm1' },
      ];
      await store().receive(batch({ messages: [message], rejected }));
      await store().receive(batch({ rejected: [{ reason: 'bad-date', pointer: '/rows/1/SWRQ', message: 'm9' }], run: 'run-2' }));

      const place = { agency: 'health', feed: 'death-certificates' };
      expect(await store().rejectedOf('run-1')).toEqual([
        { ...place, reason: 'bad-date', count: 2, firstMessage: 'm1', firstPointer: '/rows/3/SWRQ' },
        { ...place, reason: 'no-identity', count: 1, firstMessage: 'm1', firstPointer: '/rows/4' },
      ]);
      expect((await store().rejectedOf('run-2')).map((item) => item.count)).toEqual([1]);
      expect(await store().rejectedOf('run-3')).toEqual([]);
    });

    it('of the same place in the same message are one rejection', async () => {
      const rejected = [{ reason: 'bad-date', pointer: '/rows/3/SWRQ', message: 'm1' }];
      await store().receive(batch({ rejected }));
      await store().receive(batch({ rejected }));

      expect((await store().rejectedOf('run-1'))[0]?.count).toBe(1);
      expect((await store().feedCounts('run-1'))[0]?.rejected).toBe(1);
    });

    it('add up a code from batch to batch and keep the first record that carried it', async () => {
      const code = {
        agency: 'health',
        feed: 'death-certificates',
        table: 'RC013',
        code: '99',
        count: 2,
        firstRecord: 'health/death-certificates/R-1',
      };
      await store().receive(batch({ unknownCodes: [code] }));
      await store().receive(batch({ unknownCodes: [{ ...code, count: 3, firstRecord: 'health/death-certificates/R-8' }] }));

      expect(await store().unknownCodesOf('run-1')).toEqual([{ ...code, count: 5 }]);
      expect(await store().unknownCodesOf('run-2')).toEqual([]);
    });
  });

  describe('what a run received', () => {
    it('is counted per feed and connection, with a hash over the messages in order of receipt', async () => {
      await store().importCases([entry(wang), entry(li)], hour(0));
      const message = { sha256: '', agency: 'public-security', feed: 'population', receivedAt: hour(1) };
      await store().receive(
        batch({
          ...population,
          messages: [{ ...message, id: 'm1', sha256: 'aa' }],
          lookups: [
            { personKey: 'a1', outcome: 'unavailable', at: hour(1), error: 'ERR_TIMEOUT' },
            { personKey: 'b2', outcome: 'absent', at: hour(1) },
          ],
          rejected: [{ reason: 'no-identity', pointer: '/1', message: 'm1' }],
          rows: 3,
          sieved: 1,
        }),
      );
      await store().receive(
        batch({
          ...population,
          messages: [
            { ...message, id: 'm2', sha256: 'bb' },
            { ...message, id: 'm1', sha256: 'aa' },
          ],
          lookups: [{ personKey: 'a1', outcome: 'found', at: hour(2) }],
          rows: 2,
        }),
      );

      expect(await store().feedCounts('run-1')).toEqual([
        {
          ...population,
          asked: 2,
          answers: { found: 1, absent: 1, mismatch: 0, unavailable: 0, unauthorised: 0 },
          rows: 5,
          stored: 0,
          repeated: 0,
          rejected: 1,
          void: 0,
          sieved: 1,
          messages: 2,
          // printf aabb | sha256sum
          hash: '486b34250bd4400c0aa90516fce9a9c0633a922eb40d0828cf299bc4e825acf4',
        },
      ]);
      expect(await store().feedCounts('run-2')).toEqual([]);
    });
  });
}
