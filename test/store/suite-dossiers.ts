import { describe, expect, it } from 'vitest';
import type { KeptDossier } from '../../src/store/index.js';
import { dossier, hour } from './examples.js';
import type { CurrentStore } from './suite.js';

/** Dossiers: versions, who has which, and that nothing sealed is ever written anew. */
export function dossiersSuite(store: CurrentStore): void {
  const dossiers = () => store().dossiers;
  /** As they come back: without the bytes, which are asked for one by one. */
  const plain = (kept: KeptDossier): KeptDossier => ({
    ...kept,
    documents: kept.documents.map((each) => {
      const { bytes: _bytes, ...rest } = { bytes: undefined, ...each };
      return rest as typeof each;
    }),
  });

  describe('dossiers', () => {
    it('come back whole, with the bytes that were generated for them', async () => {
      await dossiers().put(dossier(), hour(1));

      expect(await dossiers().get('d-1')).toEqual(plain(dossier()));
      expect(await dossiers().get('d-2')).toBeUndefined();
      expect(await dossiers().generated('d-1', 'deliveries-facts')).toEqual(new Uint8Array([1, 2, 3]));
      expect(await dossiers().generated('d-1', 'medical-records-1')).toBeUndefined();
      expect(await dossiers().generated('d-2', 'deliveries-facts')).toBeUndefined();
      expect(await dossiers().deliveries('d-1')).toEqual([]);
    });

    it('are found by what a partner asked with, of which the newest version answers', async () => {
      await dossiers().put(dossier(), hour(1));
      await dossiers().put(dossier({ id: 'd-2', version: 2 }), hour(2));

      expect((await dossiers().byRequest('province', 'key-1'))?.id).toBe('d-2');
      expect(await dossiers().byRequest('other', 'key-1')).toBeUndefined();
      expect(await dossiers().byRequest('province', 'key-2')).toBeUndefined();
      expect((await dossiers().versions('s-1')).map(({ id }) => id)).toEqual(['d-1', 'd-2']);
      expect(await dossiers().versions('d-1')).toEqual([]);
    });

    it('are one for one key of a partner, and another partner’s key is another', async () => {
      await dossiers().put(dossier(), hour(1));
      const other = { id: 'x-1', series: 'x' };

      await expect(dossiers().put(dossier(other), hour(1))).rejects.toMatchObject({
        code: 'ERR_INPUT',
        place: '/idempotencyKey',
      });
      expect(await dossiers().get('x-1')).toBeUndefined();
      expect(await dossiers().generated('x-1', 'deliveries-facts')).toBeUndefined();
      await dossiers().put(dossier({ ...other, partner: 'another' }), hour(1));
      expect((await dossiers().byRequest('another', 'key-1'))?.id).toBe('x-1');
    });

    it('are written anew while they are prepared, and never once sealed; the same again changes nothing', async () => {
      await dossiers().put(dossier({ state: 'preparing', manifestSha256: 'a' }), hour(1));
      const bytes = new Uint8Array([9]);
      const documents: KeptDossier['documents'] = [
        { id: 'new', sha256: '00', mediaType: 'application/json', from: 'generated', bytes },
      ];
      const done = dossier({ manifestSha256: 'b', documents, manifest: { ...dossier().manifest, caseNos: ['C-9'] } });
      await dossiers().put(done, hour(2));

      expect(await dossiers().get('d-1')).toEqual(plain(done));
      expect(await dossiers().generated('d-1', 'deliveries-facts')).toBeUndefined();
      expect(await dossiers().generated('d-1', 'new')).toEqual(bytes);
      expect((await dossiers().live('C-1')).map(({ id }) => id)).toEqual([]);
      expect((await dossiers().live('C-9')).map(({ id }) => id)).toEqual(['d-1']);

      await dossiers().put(done, hour(3));
      await expect(dossiers().put({ ...done, manifestSha256: 'c' }, hour(3))).rejects.toMatchObject({ code: 'ERR_INPUT' });
      await expect(dossiers().put({ ...done, state: 'preparing', manifestSha256: 'c' }, hour(3))).rejects.toMatchObject({
        code: 'ERR_INPUT',
      });
      expect(await dossiers().get('d-1')).toEqual(plain(done));
    });

    it('give way to the version that replaces them, in one step, and name it', async () => {
      await dossiers().put(dossier(), hour(1));
      const replaces = { id: 'd-1', version: 1, manifestSha256: 'm', reason: '新增 / added' };
      const next = (state: KeptDossier['state']) =>
        dossier({ id: 'd-2', version: 2, state, manifestSha256: `m-${state}`, manifest: { ...dossier().manifest, replaces } });
      await dossiers().put(next('preparing'), hour(2));
      expect(await dossiers().get('d-1')).toMatchObject({ state: 'sealed' });

      await dossiers().put(next('sealed'), hour(3));
      expect(await dossiers().get('d-1')).toEqual({
        ...plain(dossier()),
        state: 'superseded',
        supersededBy: { id: 'd-2', version: 2, reason: '新增 / added' },
      });
      expect((await dossiers().live()).map(({ id }) => id)).toEqual(['d-2']);
    });

    it('that have ended stay as they ended', async () => {
      await dossiers().put(dossier(), hour(1));
      await dossiers().end('d-1', { state: 'withdrawn', reason: '撤销 370799196001010018' }, hour(2));
      await dossiers().end('d-1', { state: 'superseded', by: 'd-1', reason: 'x' }, hour(3));

      expect(await dossiers().get('d-1')).toEqual({
        ...plain(dossier()),
        state: 'withdrawn',
        withdrawnBecause: `撤销 ${'*'.repeat(18)}`,
      });
      expect(await dossiers().live('C-1')).toEqual([]);
      await expect(dossiers().put(dossier({ manifestSha256: 'c' }), hour(4))).rejects.toMatchObject({ code: 'ERR_INPUT' });
      await expect(dossiers().end('d-9', { state: 'withdrawn', reason: 'x' }, hour(2))).rejects.toMatchObject({
        code: 'ERR_INPUT',
      });
    });

    it('that live are told by case, the oldest first', async () => {
      const of = (id: string, caseNos: string[], madeAt: string) =>
        dossier({ id, series: id, idempotencyKey: id, madeAt, manifest: { ...dossier().manifest, caseNos } });
      await dossiers().put(of('d-3', ['C-1', 'C-2', 'C-1'], hour(3)), hour(3));
      await dossiers().put(of('d-4', ['C-2'], hour(1)), hour(3));

      expect((await dossiers().live('C-2')).map(({ id }) => id)).toEqual(['d-4', 'd-3']);
      expect((await dossiers().live('C-1')).map(({ id }) => id)).toEqual(['d-3']);
      expect((await dossiers().live()).map(({ id }) => id)).toEqual(['d-4', 'd-3']);
    });

    it('say who got them, in order of time', async () => {
      await dossiers().put(dossier(), hour(1));
      const receipt = { at: hour(5), what: 'receipt', organisation: '省', manifestSha256: 'm' } as const;
      const fetched = { at: hour(4), what: 'document', organisation: '省', documentId: 'a', manifestSha256: 'm' } as const;
      await dossiers().delivered('d-1', receipt);
      await dossiers().delivered('d-1', fetched);

      expect(await dossiers().deliveries('d-1')).toEqual([fetched, receipt]);
      await expect(dossiers().delivered('d-9', receipt)).rejects.toMatchObject({ code: 'ERR_INPUT' });
    });
  });
}
