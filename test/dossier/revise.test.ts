import { describe, expect, it } from 'vitest';
import {
  assembleDossier,
  difference,
  type KeptDossier,
  manifestSha256,
  revise,
  sealDossier,
  whomToTell,
} from '../../src/dossier/index.js';
import type { AppraisalCase, CaseFile, Conclusion } from '../../src/model/index.js';
import { openStore } from '../../src/store/index.js';
import {
  allScans,
  appraisalCase,
  ask,
  caseFile,
  conclusionNo,
  finding,
  keyPair,
  priorCase,
  scans,
  sha256,
  surroundings,
} from './examples.js';

const { signer } = keyPair('city');
const askedAt = new Date('2026-02-20T03:00:00Z');

async function kept(file: CaseFile = caseFile(), more: Partial<KeptDossier> = {}): Promise<KeptDossier> {
  const { unsealed, documents } = await assembleDossier(file, ask({ id: more.id ?? 'dossier-1' }), surroundings());
  const manifest = await sealDossier(unsealed, signer, askedAt);
  return {
    id: manifest.id,
    series: 'series-1',
    version: 1,
    partner: 'province',
    idempotencyKey: 'key-1',
    requestSha256: sha256('request'),
    request: {
      purpose: 'reappraisal',
      provincialNo: 'SD-2026-5',
      conclusionNo,
      subject: { name: '王测试', idNumber: '370799196001010018' },
      requestedBy: { organisation: '山东省劳动能力鉴定委员会', operator: { name: '赵经办', id: 'op-1' } },
    },
    state: 'sealed',
    manifest,
    manifestSha256: manifestSha256(manifest),
    personKey: 'a1',
    madeAt: askedAt.toISOString(),
    documents,
    ...more,
  };
}

const again = async (file: CaseFile, more: Parameters<typeof surroundings>[0] = {}) =>
  revise(await kept(), file, surroundings(more), { scope: ask().scope, id: 'dossier-2', askedAt });
const withCase = (more: Partial<AppraisalCase>) =>
  caseFile({ asOf: '2026-03-20T00:00:00.000Z', cases: [appraisalCase(more), priorCase] });
const withConclusion = (status: Conclusion['status'], more: Partial<AppraisalCase> = {}) =>
  withCase({ conclusions: appraisalCase().conclusions.map((each) => ({ ...each, status })), ...more });
const slugs = (revision: Awaited<ReturnType<typeof revise>>) =>
  revision.change === 'none' ? [] : revision.differences.map(({ slug, item }) => (item === undefined ? slug : `${slug} ${item}`));

describe('a dossier stays as it is', () => {
  it.each<[string, CaseFile, Parameters<typeof surroundings>[0]]>([
    ['nothing changed but the day', withCase({}), {}],
    ['findings were opened and closed', withCase({}), { findings: [finding('f-2'), finding('f-3')] }],
    ['the province’s request itself made the case challenged', withConclusion('challenged', { state: 'challenged' }), {}],
    ['the conclusion came into force', withConclusion('effective', { state: 'effective' }), {}],
    [
      'something the province is not told changed',
      withCase({ employer: { name: '另一厂' }, session: 'S-9', leavePeriod: { from: '2025', until: '2026' } }),
      {},
    ],
    [
      'the re-appraisal it was made for is on file',
      caseFile({
        cases: [
          appraisalCase(),
          priorCase,
          {
            ...priorCase,
            caseNo: 'SD-1',
            kind: 'reappraisal',
            provincialNo: 'SD-2026-5',
            receivedOn: '2026-02',
            priorCaseNo: 'WF-2026-101',
          },
        ],
      }),
      {},
    ],
    [
      'the province has decided, which supersedes it',
      caseFile({
        cases: [
          appraisalCase({ conclusions: appraisalCase().conclusions.map((each) => ({ ...each, status: 'superseded' })) }),
          priorCase,
          {
            ...priorCase,
            caseNo: 'SD-1',
            kind: 'reappraisal',
            provincialNo: 'SD-2026-5',
            receivedOn: '2026-02-21',
            priorCaseNo: 'WF-2026-101',
            conclusions: [
              { no: '鲁劳鉴1', on: '2026-03-20', level: 'province', grade: 8, standard: 's', clauses: [], status: 'effective' },
            ],
          },
        ],
      }),
      {},
    ],
  ])('when %s', async (_, file, more) => {
    expect(await again(file, more)).toEqual({ change: 'none' });
  });
});

describe('a new version is made', () => {
  it('of a document that was added, and names what it replaces and why', async () => {
    const documents = allScans();
    documents.kept.set('WF-2026-101/stay-3', Buffer.from('scan of stay-3'));
    const more = {
      id: 'stay-3',
      kind: 'medical-record',
      mediaType: 'application/pdf',
      sha256: sha256('scan of stay-3'),
    } as const;
    const revision = await again(withCase({ documents: [...appraisalCase().documents, more] }), { documents });

    expect(slugs(revision)).toEqual(['document-added medical-records']);
    if (revision.change !== 'new-version') throw new Error(revision.change);
    expect(revision.reason).toBe('诊断与病历：新增 1 份文件 / diagnosis and medical records: 1 document(s) added');
    expect(revision.assembly.unsealed).toMatchObject({
      id: 'dossier-2',
      version: 2,
      late: false,
      replaces: { id: 'dossier-1', version: 1, manifestSha256: (await kept()).manifestSha256, reason: revision.reason },
    });
  });

  it.each<[string, CaseFile, string[]]>([
    [
      'a document was taken out',
      withCase({ documents: appraisalCase().documents.filter(({ id }) => id !== 'stay-1') }),
      ['document-removed medical-records'],
    ],
    [
      'what is said of a document was changed',
      withCase({
        documents: appraisalCase().documents.map((each) =>
          each.id === 'stay-1' ? { ...each, dischargedOn: '2025-06-21' } : each,
        ),
      }),
      ['document-changed medical-records'],
    ],
    [
      'a receipt came in',
      withCase({ deliveries: [...appraisalCase().deliveries, { to: 'person', receivedOn: '2026-02-19' }] }),
      ['document-changed deliveries'],
    ],
    [
      'an exam was put right',
      withCase({ exams: [] }),
      ['item-changed exam-identity-check', 'document-removed exam-identity-check'],
    ],
    ['the conclusion was corrected', withConclusion('corrected'), ['conclusion-corrected conclusion']],
    ['the conclusion was superseded by the city’s own', withConclusion('superseded'), ['conclusion-superseded conclusion']],
    [
      'the grade was changed without a word',
      withCase({ conclusions: appraisalCase().conclusions.map((each) => ({ ...each, grade: 8 })) }),
      ['document-changed conclusion'],
    ],
    [
      'the person’s name was corrected',
      { ...withCase({}), subject: { ...caseFile().subject, name: '王测式' } },
      ['subject-changed'],
    ],
    ['a prior case is gone', caseFile({ cases: [appraisalCase()] }), ['cases-changed', 'document-changed prior-appraisals']],
  ])('when %s', async (_, file, expected) => {
    expect(slugs(await again(file))).toEqual(expected);
  });

  it('of what a partner may not have any more', async () => {
    const scope = { ...ask().scope, items: ask().scope.items.filter((kind) => kind !== 'deliveries') };
    const revision = await revise(await kept(), caseFile(), surroundings(), { scope, id: 'dossier-2', askedAt });

    expect(slugs(revision)).toEqual(['item-changed deliveries', 'document-removed deliveries']);
  });

  it('not of a scan that the store lost: that is a fault, and the dossier stays', async () => {
    const documents = allScans();
    documents.kept.delete('WF-2026-101/stay-1');

    await expect(again(withCase({}), { documents })).rejects.toMatchObject({ code: 'ERR_STORE_DAMAGED' });
  });

  it('with reasons that hold nobody’s name and number', async () => {
    const revision = await again({ ...withConclusion('corrected'), subject: { ...caseFile().subject, name: '王测式' } });

    expect(JSON.stringify(slugs(revision))).toContain('subject-changed');
    expect(revision.change === 'none' ? '' : revision.reason).not.toMatch(/王|370799/);
  });
});

describe('a dossier is withdrawn', () => {
  it.each<[string, CaseFile, string]>([
    ['the conclusion is revoked', withConclusion('revoked'), 'conclusion-revoked'],
    ['its case is revoked', withCase({ state: 'revoked' }), 'conclusion-revoked'],
    ['it is not on file any more', withCase({ conclusions: [] }), 'conclusion-gone'],
  ])('when %s', async (_, file, slug) => {
    const revision = await again(file);

    expect([revision.change, slugs(revision)]).toEqual(['withdraw', [slug]]);
    expect(revision.change === 'withdraw' && revision.reason).toMatch(/.+ \/ .+/);
  });
});

it('two versions that say the same do not differ, in whatever order their scans lie in the store', async () => {
  const one = await assembleDossier(caseFile(), ask(), surroundings());
  const two = await assembleDossier(
    caseFile({ asOf: '2027-01-01T00:00:00.000Z' }),
    ask({ id: 'other', version: 7, askedAt: new Date('2027-01-01T00:00:00Z') }),
    surroundings({ findings: [] }),
  );

  expect(two.unsealed.late).toBe(true);
  expect(difference(one.unsealed, two.unsealed)).toEqual([]);
  expect(Object.keys(scans)).toHaveLength(9);
});

it('a retraction lists everybody who got any version, receipt or not, by which they got', async () => {
  const store = await openStore('sqlite::memory:');
  const { dossiers } = store;
  const first = await kept();
  await dossiers.put(first, '2026-02-20T03:00:00Z');
  const second = await kept(caseFile(), { id: 'dossier-2', version: 2 });
  const { id, version, manifestSha256: hash } = first;
  second.manifest.replaces = { id, version, manifestSha256: hash, reason: 'r' };
  const deliver = (
    of: string,
    at: string,
    what: 'manifest' | 'document' | 'receipt',
    organisation = '省委员会',
    documentId?: string,
  ) =>
    dossiers.delivered(of, {
      at,
      what,
      organisation,
      manifestSha256: `sha-${of}`,
      ...(documentId === undefined ? {} : { documentId }),
    });
  await deliver('dossier-1', '2026-02-20T04:00:00.000Z', 'manifest');
  await deliver('dossier-1', '2026-02-20T04:01:00.000Z', 'document', '省委员会', 'b');
  await deliver('dossier-1', '2026-02-20T04:02:00.000Z', 'document', '省委员会', 'a');
  await deliver('dossier-1', '2026-02-20T05:00:00.000Z', 'manifest', '省专家办');
  await dossiers.put(second, '2026-02-21T03:00:00Z');
  await deliver('dossier-2', '2026-02-21T04:00:00.000Z', 'receipt');

  const expected = [
    {
      partner: 'province',
      organisation: '省委员会',
      versions: [
        {
          id: 'dossier-1',
          version: 1,
          manifestSha256: 'sha-dossier-1',
          firstAt: '2026-02-20T04:00:00.000Z',
          lastAt: '2026-02-20T04:02:00.000Z',
          documents: ['a', 'b'],
        },
        {
          id: 'dossier-2',
          version: 2,
          manifestSha256: 'sha-dossier-2',
          firstAt: '2026-02-21T04:00:00.000Z',
          lastAt: '2026-02-21T04:00:00.000Z',
          documents: [],
          receiptAt: '2026-02-21T04:00:00.000Z',
        },
      ],
    },
    {
      partner: 'province',
      organisation: '省专家办',
      versions: [
        {
          id: 'dossier-1',
          version: 1,
          manifestSha256: 'sha-dossier-1',
          firstAt: '2026-02-20T05:00:00.000Z',
          lastAt: '2026-02-20T05:00:00.000Z',
          documents: [],
        },
      ],
    },
  ];
  expect(await whomToTell(dossiers, 'series-1')).toEqual(expected);
  expect(await whomToTell(dossiers, 'dossier-2')).toEqual(expected);
  expect(await whomToTell(dossiers, 'nothing')).toEqual([]);
  await store.close();
});
