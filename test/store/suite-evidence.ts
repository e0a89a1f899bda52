import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/model/index.js';
import fc from '../seeded.js';
import { batch, death, entry, hour, li, marriage, wang } from './examples.js';
import type { CurrentStore } from './suite.js';

/** Evidence: versions, repetition, order, retraction, full loads; all or nothing. */
export function evidenceSuite(store: CurrentStore): void {
  const onFile = () => store().importCases([entry(wang), entry(li)], hour(0));
  const ofWang = (...evidence: Evidence[]) => evidence.map((item) => ({ personKey: 'a1', evidence: item }));
  const ofLi = (...evidence: Evidence[]) => evidence.map((item) => ({ personKey: 'b2', evidence: item }));
  const evidenceAt = async (key: string, h: number) => (await store().caseFile(key, hour(h)))?.evidence ?? [];
  const diedAt = async (key: string, h: number) =>
    (await evidenceAt(key, h)).map((item) => [
      item.source.recordId,
      item.status,
      item.kind === 'death' ? item.diedOn : undefined,
    ]);

  describe('evidence', () => {
    it('comes back as it was received, from the instant it was received on', async () => {
      await onFile();
      const record = death('R-1', '2026-03-01T10:00:00+08:00', { updatedAt: '2026-02-28T08:00:00+08:00' });

      expect(await store().receive(batch({ evidence: ofWang(record) }))).toEqual({ stored: 1, repeated: 0, void: 0 });

      expect(await evidenceAt('a1', 1)).toEqual([]);
      expect(await evidenceAt('a1', 2)).toEqual([record]);
      expect(await evidenceAt('b2', 2)).toEqual([]);
    });

    it('is no new version when only receipt, message, pointers or the moment of retraction differ', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(1))) }));
      const again = death('R-1', hour(2), { message: 'm2' });
      again.source.pointers = { diedOn: '/rows/7/SWRQ' };

      expect(await store().receive(batch({ evidence: ofWang(again) }))).toEqual({ stored: 0, repeated: 1, void: 0 });
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(3), { status: 'void', voidedAt: hour(3) })) }));
      expect(
        await store().receive(batch({ evidence: ofWang(death('R-1', hour(4), { status: 'void', voidedAt: hour(4) })) })),
      ).toEqual({ stored: 0, repeated: 1, void: 0 });

      expect((await evidenceAt('a1', 2))[0]?.source.receivedAt).toBe(hour(1));
    });

    it('is a new version when anything else differs, and the older one is still there for its time', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(1))) }));

      expect(await store().receive(batch({ evidence: ofWang(death('R-1', hour(3), { diedOn: '2026-02-21' })) }))).toEqual({
        stored: 1,
        repeated: 0,
        void: 0,
      });

      expect(await diedAt('a1', 2)).toEqual([['R-1', 'current', '2026-02-20']]);
      expect(await diedAt('a1', 3)).toEqual([['R-1', 'current', '2026-02-21']]);
    });

    it('that goes back to what it said before is a version again', async () => {
      await onFile();
      for (const [h, diedOn] of [
        [1, '2026-02-20'],
        [2, '2026-02-21'],
        [3, '2026-02-20'],
      ] as const)
        await store().receive(batch({ evidence: ofWang(death('R-1', hour(h), { diedOn })) }));

      expect(await diedAt('a1', 3)).toEqual([['R-1', 'current', '2026-02-20']]);
      expect(await diedAt('a1', 2)).toEqual([['R-1', 'current', '2026-02-21']]);
    });

    it('that the agency dates before what is stored came late: it is kept, and does not become current', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(1), { updatedAt: '2026-02-28T10:00:00+08:00' })) }));
      const late = death('R-1', hour(2), { updatedAt: '2026-02-28T01:59:59Z', diedOn: '2026-02-19' });

      expect((await store().receive(batch({ evidence: ofWang(late) }))).stored).toBe(1);
      expect(
        (await store().receive(batch({ evidence: ofWang({ ...late, source: { ...late.source, receivedAt: hour(3) } }) })))
          .repeated,
      ).toBe(1);

      expect(await diedAt('a1', 4)).toEqual([['R-1', 'current', '2026-02-20']]);
    });

    it('is current by receipt where an update time is missing, equal or too coarse to tell', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(1), { updatedAt: '2026-02-28T10:00:00+08:00' })) }));
      await store().receive(
        batch({ evidence: ofWang(death('R-1', hour(2), { updatedAt: '2026-02-28', diedOn: '2026-02-18' })) }),
      );
      expect((await diedAt('a1', 2))[0]?.[2]).toBe('2026-02-18');
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(3), { diedOn: '2026-02-17' })) }));
      expect((await diedAt('a1', 3))[0]?.[2]).toBe('2026-02-17');
    });

    it('with a receipt before the newest one is placed where it was received', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(3), { diedOn: '2026-02-21' })) }));
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(1))) }));

      expect(await diedAt('a1', 2)).toEqual([['R-1', 'current', '2026-02-20']]);
      expect(await diedAt('a1', 3)).toEqual([['R-1', 'current', '2026-02-21']]);
      expect(await store().currentRecordIds('health', 'death-certificates')).toEqual([{ recordId: 'R-1', personKey: 'a1' }]);
    });

    it('received twice at one instant, current and then void, is void everywhere', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(1)), death('R-1', hour(1), { status: 'void' })) }));

      expect((await diedAt('a1', 1)).map(([, status]) => status)).toEqual(['void']);
      expect(await store().currentRecordIds('health', 'death-certificates')).toEqual([]);
    });

    it('is a version where it was received before the one that says the same', async () => {
      await onFile();
      for (const [h, diedOn] of [
        [3, '2026-02-21'],
        [1, '2026-02-20'],
        [2, '2026-02-21'],
      ] as const)
        expect((await store().receive(batch({ evidence: ofWang(death('R-1', hour(h), { diedOn })) }))).stored).toBe(1);

      expect((await diedAt('a1', 1))[0]?.[2]).toBe('2026-02-20');
      expect((await diedAt('a1', 2))[0]?.[2]).toBe('2026-02-21');
    });

    it('twice in one batch is one record, the later word counts', async () => {
      await onFile();
      const counts = await store().receive(
        batch({
          evidence: ofWang(death('R-1', hour(1)), death('R-1', hour(1)), death('R-1', hour(1), { diedOn: '2026-02-22' })),
        }),
      );

      expect(counts).toEqual({ stored: 2, repeated: 1, void: 0 });
      expect(await diedAt('a1', 1)).toEqual([['R-1', 'current', '2026-02-22']]);
    });

    it('stands in order of agency, feed and record id, whatever the order of receipt', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-2', hour(1)), death('R-10', hour(1))) }));
      await store().receive(
        batch({ agency: 'civil-affairs', feed: 'marriages', evidence: ofWang(marriage('M-1', hour(1), wang)) }),
      );

      expect((await evidenceAt('a1', 1)).map((item) => item.source.recordId)).toEqual(['M-1', 'R-10', 'R-2']);
    });

    it('of a chunk of many records is complete, new and repeated', async () => {
      await onFile();
      const many = Array.from({ length: 1001 }, (_, index) => death(`R-${index}`, hour(1), { certificateNo: `D-${index}` }));

      expect(await store().receive(batch({ evidence: ofWang(...many) }))).toEqual({ stored: 1001, repeated: 0, void: 0 });
      expect(await store().receive(batch({ evidence: ofWang(...many) }))).toEqual({ stored: 0, repeated: 1001, void: 0 });

      expect(new Set((await evidenceAt('a1', 1)).map((item) => item.source.recordId)).size).toBe(1001);
    });

    it('keeps names with rare characters, and a record id with a NUL in it', async () => {
      await onFile();
      const record = death('R\u0000-1', hour(1), { person: { idDocuments: [], name: '㐀𠮷\uE81E\u0000' } });

      await store().receive(batch({ evidence: ofWang(record) }));

      expect((await store().receive(batch({ evidence: ofWang(record) }))).repeated).toBe(1);
      expect(await evidenceAt('a1', 1)).toEqual([record]);
    });

    it('is refused for somebody who is not on file, and nothing of the batch is kept', async () => {
      await onFile();
      const messages = [{ id: 'm1', sha256: 'aa', agency: 'health', feed: 'death-certificates', receivedAt: hour(1) }];
      const evidence = [...ofWang(death('R-1', hour(1))), { personKey: 'c3', evidence: death('R-2', hour(1)) }];

      await expect(store().receive(batch({ messages, evidence }))).rejects.toThrow();

      expect(await evidenceAt('a1', 1)).toEqual([]);
      expect(await store().hasMessage('health', 'death-certificates', 'aa')).toBe(false);
      expect(await store().feedCounts('run-1')).toEqual([]);
    });
  });

  describe('a retraction', () => {
    it('is a version: the record is void from then on, and was current before', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(1))) }));

      expect(await store().receive(batch({ evidence: ofWang(death('R-1', hour(2), { status: 'void' })) }))).toEqual({
        stored: 1,
        repeated: 0,
        void: 1,
      });

      expect(await diedAt('a1', 1)).toEqual([['R-1', 'current', '2026-02-20']]);
      expect(await diedAt('a1', 2)).toEqual([['R-1', 'void', '2026-02-20']]);
      expect(await store().currentRecordIds('health', 'death-certificates')).toEqual([]);
    });

    it('by key alone turns the record void for whom it is on file, once', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(1)), death('R-2', hour(1))) }));

      expect((await store().receive(batch({ at: hour(2), voidRecords: [{ recordId: 'R-1' }, { recordId: 'R-9' }] }))).void).toBe(
        1,
      );
      expect((await store().receive(batch({ at: hour(3), voidRecords: [{ recordId: 'R-1' }] }))).void).toBe(0);

      const [gone] = await evidenceAt('a1', 2);
      expect(gone).toEqual({ ...death('R-1', hour(2)), status: 'void', voidedAt: hour(2) });
      expect((await diedAt('a1', 2)).map(([, status]) => status)).toEqual(['void', 'current']);
    });

    it('by key alone at the agency’s own time: an older version that comes late does not bring the record back', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(1), { updatedAt: '2026-03-02T09:00:00+08:00' })) }));
      const voidRecords = [{ recordId: 'R-1', updatedAt: '2026-03-05T09:00:00+08:00' }];
      await store().receive(batch({ at: hour(2), voidRecords }));
      await store().receive(
        batch({ at: hour(3), evidence: ofWang(death('R-1', hour(3), { updatedAt: '2026-03-03T09:00:00+08:00' })) }),
      );

      const [gone] = await evidenceAt('a1', 3);
      expect(gone).toMatchObject({ status: 'void', voidedAt: '2026-03-05T09:00:00+08:00' });
    });

    it('by key alone at the agency’s own time: said late, it does not take away what was sent after it', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(1), { updatedAt: '2026-03-05T09:00:00+08:00' })) }));
      const voidRecords = [{ recordId: 'R-1', updatedAt: '2026-03-03T09:00:00+08:00' }];

      expect((await store().receive(batch({ at: hour(2), voidRecords }))).void).toBe(0);
      expect((await diedAt('a1', 2)).map(([, status]) => status)).toEqual(['current']);
    });

    describe('by key alone before the record has come', () => {
      const goneAt = (updatedAt: string) => ({ voidRecords: [{ recordId: 'R-1', updatedAt }] });
      const sentOn = (day: string, h: number, diedOn = '2026-02-20') =>
        batch({ at: hour(h), evidence: ofWang(death('R-1', hour(h), { updatedAt: `${day}T09:00:00+08:00`, diedOn })) });
      const taken = batch({ at: hour(1), ...goneAt('2026-03-05T09:00:00+08:00') });

      it('leaves no older version standing when that comes, from the instant it comes', async () => {
        await onFile();
        await store().receive(taken);

        expect(await store().receive(sentOn('2026-03-02', 2))).toEqual({ stored: 1, repeated: 0, void: 1 });
        expect(await evidenceAt('a1', 1)).toEqual([]);
        expect(await diedAt('a1', 2)).toEqual([['R-1', 'void', '2026-02-20']]);
        expect((await evidenceAt('a1', 2))[0]).toMatchObject({ voidedAt: '2026-03-05T09:00:00+08:00' });
        expect(await store().currentRecordIds('health', 'death-certificates')).toEqual([]);
        expect(await store().receive(sentOn('2026-03-02', 3))).toEqual({ stored: 0, repeated: 1, void: 0 });
      });

      it('takes back what the last of the older versions said, in whichever order they come', async () => {
        await onFile();
        await store().receive(taken);
        await store().receive(sentOn('2026-03-02', 2, '2026-02-18'));
        await store().receive(sentOn('2026-03-04', 3, '2026-02-19'));
        await store().receive(sentOn('2026-03-03', 4, '2026-02-17'));

        expect(await diedAt('a1', 2)).toEqual([['R-1', 'void', '2026-02-18']]);
        expect(await diedAt('a1', 4)).toEqual([['R-1', 'void', '2026-02-19']]);
      });

      it('does not touch what the agency sent after it, at the same second, or without a time', async () => {
        await onFile();
        await store().receive(taken);
        await store().receive(sentOn('2026-03-06', 2));
        await store().receive(
          batch({
            ...goneAt('2026-03-05T09:00:00+08:00'),
            voidRecords: [{ recordId: 'R-2', updatedAt: '2026-03-05T09:00:00+08:00' }],
          }),
        );
        await store().receive(
          batch({ evidence: ofWang(death('R-2', hour(2), { updatedAt: '2026-03-05T09:00:00+08:00' }), death('R-3', hour(2))) }),
        );

        expect((await diedAt('a1', 2)).map(([id, status]) => `${id} ${status}`)).toEqual([
          'R-1 current',
          'R-2 current',
          'R-3 current',
        ]);
      });

      it('is known by its newest time, and of its own feed alone', async () => {
        await onFile();
        await store().receive(taken);
        await store().receive(batch({ at: hour(2), ...goneAt('2026-03-03T09:00:00+08:00') }));
        await store().receive(batch({ at: hour(2), feed: 'stays', ...goneAt('2026-03-09T09:00:00+08:00') }));
        await store().receive(sentOn('2026-03-04', 3));

        expect((await evidenceAt('a1', 3))[0]).toMatchObject({ status: 'void', voidedAt: '2026-03-05T09:00:00+08:00' });
      });

      it('holds for whomever the record is about, also where it is on file for somebody else', async () => {
        await onFile();
        await store().receive(sentOn('2026-03-02', 1));
        await store().receive(batch({ at: hour(2), ...goneAt('2026-03-05T09:00:00+08:00') }));
        await store().receive(
          batch({ at: hour(3), evidence: ofLi(death('R-1', hour(3), { updatedAt: '2026-03-04T09:00:00+08:00' })) }),
        );

        expect((await diedAt('a1', 3)).map(([, status]) => status)).toEqual(['void']);
        expect((await diedAt('b2', 3)).map(([, status]) => status)).toEqual(['void']);
      });

      it('is forgotten when it has waited for more than 90 days', async () => {
        await onFile();
        const updatedAt = '2026-03-05T09:00:00+08:00';
        const late = (recordId: string) => ofWang(death(recordId, hour(2), { updatedAt: '2026-03-02T09:00:00+08:00' }));
        const other = (at: string) => store().receive(batch({ at, voidRecords: [{ recordId: 'R-9', updatedAt: at }] }));
        await store().receive(
          batch({
            voidRecords: [
              { recordId: 'R-1', updatedAt },
              { recordId: 'R-2', updatedAt },
            ],
          }),
        );

        await other('2026-05-30T01:00:00.000Z');
        await store().receive(batch({ evidence: late('R-1') }));
        await other('2026-05-30T01:00:00.001Z');
        await store().receive(batch({ evidence: late('R-2') }));

        expect((await diedAt('a1', 2)).map(([id, status]) => `${id} ${status}`)).toEqual(['R-1 void', 'R-2 current']);
      });
    });

    it('of a full load: what it no longer holds turns void, what it holds does not, and comes back when it is there again', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(1)), death('R-2', hour(1))) }));

      const load = batch({ at: hour(2), voidAllOthers: true, evidence: ofWang(death('R-2', hour(2)), death('R-3', hour(2))) });
      expect(await store().receive(load)).toEqual({ stored: 1, repeated: 1, void: 1 });
      expect(await diedAt('a1', 2)).toEqual([
        ['R-1', 'void', '2026-02-20'],
        ['R-2', 'current', '2026-02-20'],
        ['R-3', 'current', '2026-02-20'],
      ]);
      expect((await diedAt('a1', 1)).map(([, status]) => status)).toEqual(['current', 'current']);

      await store().receive(batch({ at: hour(3), voidAllOthers: true, evidence: ofWang(death('R-1', hour(3))) }));
      expect((await diedAt('a1', 3)).map(([id, status]) => `${id} ${status}`)).toEqual(['R-1 current', 'R-2 void', 'R-3 void']);
    });

    it('of a full load spares other connections, other feeds, and the record ids it is told to spare', async () => {
      await onFile();
      const link = { level: 'probable' as const, reasons: ['name'] };
      await store().receive(
        batch({ connection: 'lookup', evidence: [...ofWang(death('R-1', hour(1))), ...ofLi(death('R-2', hour(1), { link }))] }),
      );
      await store().receive(batch({ connection: 'folder', evidence: ofWang(death('R-2', hour(1)), death('R-3', hour(1))) }));
      await store().receive(
        batch({
          agency: 'civil-affairs',
          feed: 'marriages',
          connection: 'folder',
          evidence: ofWang(marriage('M-1', hour(1), wang)),
        }),
      );

      const counts = await store().receive(batch({ connection: 'folder', at: hour(2), voidAllOthers: { except: ['R-3'] } }));

      expect(counts.void).toBe(1);
      expect((await evidenceAt('a1', 2)).map((item) => `${item.source.recordId} ${item.status}`)).toEqual([
        'M-1 current',
        'R-1 current',
        'R-2 void',
        'R-3 current',
      ]);
      expect(await store().currentRecordIds('health', 'death-certificates', 'folder')).toEqual([
        { recordId: 'R-3', personKey: 'a1' },
      ]);
    });
  });

  describe("a record whose ID number the agency corrects to somebody else's", () => {
    it('turns void for the first person and is evidence about the second', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(1))) }));

      expect(await store().receive(batch({ evidence: ofLi(death('R-1', hour(2))) }))).toEqual({
        stored: 1,
        repeated: 0,
        void: 1,
      });

      expect(await diedAt('a1', 1)).toEqual([['R-1', 'current', '2026-02-20']]);
      expect((await evidenceAt('a1', 2))[0]).toMatchObject({
        status: 'void',
        voidedAt: hour(2),
        source: { receivedAt: hour(2) },
      });
      expect(await diedAt('b2', 2)).toEqual([['R-1', 'current', '2026-02-20']]);
    });

    it('and back again is evidence about the first person once more', async () => {
      await onFile();
      for (const [h, of] of [
        [1, ofWang],
        [2, ofLi],
        [3, ofWang],
      ] as const)
        await store().receive(batch({ evidence: of(death('R-1', hour(h))) }));

      expect((await diedAt('a1', 3)).map(([, status]) => status)).toEqual(['current']);
      expect((await diedAt('b2', 3)).map(([, status]) => status)).toEqual(['void']);
    });

    it('and is then deleted is void for both', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(1))) }));
      await store().receive(batch({ evidence: ofLi(death('R-1', hour(2), { status: 'void' })) }));

      expect((await diedAt('a1', 2)).map(([, status]) => status)).toEqual(['void']);
      expect((await diedAt('b2', 2)).map(([, status]) => status)).toEqual(['void']);
    });

    it('but is the older word, by the agency itself, stays with the first person', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(1), { updatedAt: '2026-02-28T12:00:00+08:00' })) }));
      await store().receive(batch({ evidence: ofLi(death('R-1', hour(2), { updatedAt: '2026-02-27T12:00:00+08:00' })) }));

      expect((await diedAt('a1', 2)).map(([, status]) => status)).toEqual(['current']);
      expect((await diedAt('b2', 2)).map(([, status]) => status)).toEqual(['void']);
    });

    it('stays with the second, whatever the agency dates its further versions', async () => {
      await onFile();
      await store().receive(batch({ evidence: ofWang(death('R-1', hour(1), { updatedAt: '2026-02-28T12:00:00+08:00' })) }));
      await store().receive(batch({ evidence: ofLi(death('R-1', hour(2))) }));
      await store().receive(batch({ evidence: ofLi(death('R-1', hour(3), { updatedAt: '2026-02-27T12:00:00+08:00' })) }));

      expect((await diedAt('a1', 3)).map(([, status]) => status)).toEqual(['void']);
      expect((await diedAt('b2', 3)).map(([, status]) => status)).toEqual(['current']);
    });

    it('is left to both where the tie is not by the number, and where the record is a marriage', async () => {
      await onFile();
      const link = { level: 'probable' as const, reasons: ['name', 'birth-date'] };
      await store().receive(
        batch({ evidence: [...ofWang(death('R-1', hour(1), { link })), ...ofLi(death('R-1', hour(1), { link }))] }),
      );
      const feed = { agency: 'civil-affairs', feed: 'marriages' };
      await store().receive(batch({ ...feed, evidence: ofWang(marriage('M-1', hour(1), wang)) }));
      await store().receive(batch({ ...feed, evidence: ofLi(marriage('M-1', hour(1), li)) }));

      for (const key of ['a1', 'b2'])
        expect((await evidenceAt(key, 1)).map((item) => item.status)).toEqual(['current', 'current']);
    });
  });

  describe('the order of receipt', () => {
    it('never matters for records with update times: any order and any repetition give the same current versions', async () => {
      await onFile();
      const versions = [1, 2, 3, 4].map((n) => ({ updatedAt: `2026-02-2${n}T00:00:00+08:00`, diedOn: `2026-02-1${n}` }));
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 3, 2], { minLength: 1 }), async (order) => {
          round += 1;
          const recordId = `R-${round}`;
          for (const [step, index] of order.entries())
            await store().receive(batch({ evidence: ofWang(death(recordId, hour(step + 1), versions[index])) }));

          const current = (await evidenceAt('a1', 23)).find((item) => item.source.recordId === recordId);

          expect(current?.source.updatedAt).toBe(versions[Math.max(...order)]?.updatedAt);
        }),
        { numRuns: 40 },
      );
    });
  });
}
