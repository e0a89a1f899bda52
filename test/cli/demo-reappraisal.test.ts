import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openReappraisals, type ReappraisalReport, reappraise } from '../../src/cli/commands/demo-reappraisal.js';
import { reappraisalText } from '../../src/cli/reappraisal-text.js';
import { createVerifier } from '../../src/crypto/index.js';
import { verifyDossier } from '../../src/dossier/index.js';
import { createExchange } from '../../src/exchange.js';
import { morning, startSandbox } from '../sandbox/harness.js';

const report: ReappraisalReport = {
  opened: 3,
  dossiers: [
    { caseNo: 'LJ2026-000001', late: false, documents: 12, items: { included: 10, deferred: 0, missing: 0, withheld: 1 } },
    { caseNo: 'LJ2026-000002', late: true, documents: 11, items: { included: 8, deferred: 0, missing: 2, withheld: 1 } },
  ],
  documents: 23,
  answers: 27,
  misdeeds: { asked: 5, refused: 4, statuses: { 201: 1, 401: 4 } },
  ended: [{ caseNo: 'LJ2026-000001', version: 2 }, { caseNo: 'LJ2026-000002' }],
  concluded: ['LJ2026-000001'],
  superseded: ['LJ2026-000001'],
  findings: [{ rule: 'benefit-without-conclusion', caseNo: 'LJ2026-000001' }],
  score: { found: 110, missed: [], false: [] },
  audit: { ok: true, records: 40, seals: 2 },
  kept: { file: 'demo/dossier/dossier.zip', key: 'demo/keys/city.pem' },
  wrong: [{ zh: 'replay 未被拒绝', en: 'replay was not refused' }],
};

describe('the ending of the demo', () => {
  it('is told in both languages, with what is not as planted', () => {
    const bold = (text: string) => text;

    expect(reappraisalText(report, { lang: 'en', bold }).split('\n')).toEqual([
      're-appraisal: the province pulls dossiers',
      '  3 opened by the province, 2 dossiers pulled (1 asked for out of time): 18 items included, 2 missing, 2 withheld',
      '  verified offline: 2 seals, 23 documents, 27 signed answers',
      '  5 forged, replayed or unfitting requests, 4 of them given nothing (201 × 1, 401 × 4)',
      '  2 dossiers gone after the city changed its file, 1 of them for a new version',
      '  1 concluded by the province, 1 conclusions of the city superseded; found because of it: benefit-without-conclusion LJ2026-000001',
      '  second night against the truth: found 110, missed 0, false 0',
      '  audit log: 40 records, 2 seals, whole',
      '  one of the dossiers, to be verified: yilian dossier verify demo/dossier/dossier.zip --key demo/keys/city.pem',
      '  ! replay was not refused',
      '',
    ]);
    expect(reappraisalText(report, { lang: 'zh', bold }).split('\n')).toEqual([
      '再次鉴定：省级调卷',
      '  省级受理 3 件，调取卷宗 2 份（逾期申请 1 份），材料 18 项、缺 2 项、不予提供 2 项',
      '  离线核验：签章 2 份，文件 23 个，答复签名 27 个',
      '  伪造、重放、越权等请求 5 个，未给出任何材料 4 个（201 × 1、401 × 4）',
      '  本市更改后旧卷宗不再提供 2 份，其中出新版 1 份',
      '  省级作出结论 1 件，市级结论被取代 1 件；随之发现：benefit-without-conclusion LJ2026-000001',
      '  第二夜对照真值：找到 110，漏报 0，误报 0',
      '  审计日志 40 条，签封 2 个，完整无误',
      '  其中一份卷宗可自行验证：yilian dossier verify demo/dossier/dossier.zip --key demo/keys/city.pem',
      '  ! replay 未被拒绝',
      '',
    ]);
  });

  it('names what is not as planted: here no night has read what the province said', async () => {
    const { sandbox, dir } = await startSandbox({ unanswered: false });
    const exchange = await createExchange(join(dir, 'yilian.config.yaml'), { now: () => morning });
    try {
      await exchange.importCases([join(dir, 'cases.jsonl')]);
      await openReappraisals(sandbox);
      const night = () => exchange.reconcile({ dryRun: true });

      const told = await reappraise({ sandbox, exchange, folder: dir, nextDay: async () => sandbox.advance(1), night });

      const wrong = told.wrong.map(({ en }) => en);
      expect(told).toMatchObject({ opened: 6, misdeeds: { asked: 19, refused: 18 }, superseded: [], audit: { ok: true } });
      expect(wrong).toContain('wrong-provincial-number was not refused');
      expect(wrong.filter((text) => text.includes('is not superseded'))).toHaveLength(2);
      expect(wrong.filter((text) => text.startsWith('the second night missed ')).length).toBeGreaterThan(50);
      expect(wrong.filter((text) => text.startsWith('case '))).toEqual([]);
      expect(existsSync(join(dir, 'dossier', 'manifest.json'))).toBe(true);
      const key = await readFile(told.kept?.key ?? '', 'utf8');
      const verifier = createVerifier({ keyId: 'city-2026', algorithm: 'sm2-sm3', key }, 'city');
      expect(await verifyDossier({ archive: told.kept?.file ?? '' }, [verifier])).toMatchObject({ ok: true, complete: true });
    } finally {
      await exchange.close();
    }
  });
});
