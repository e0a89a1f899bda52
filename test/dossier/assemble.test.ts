import { describe, expect, it } from 'vitest';
import { assembleDossier, conclusionDelivered, documentOf, newDossierId, timeLimit } from '../../src/dossier/index.js';
import type { CaseFile, DossierItem, DossierItemKind, Json } from '../../src/model/index.js';
import {
  allScans,
  appraisalCase,
  ask,
  bytesOf,
  caseFile,
  conclusionNo,
  finding,
  memoryDocuments,
  priorCase,
  scans,
  sha256,
  surroundings,
} from './examples.js';

type Assembly = Awaited<ReturnType<typeof assembleDossier>>;

const item = ({ unsealed }: Assembly, kind: DossierItemKind): DossierItem => {
  const found = unsealed.checklist.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
};
const factsOf = (assembly: Assembly, kind: DossierItemKind): Json | undefined => {
  const kept = assembly.documents.find(({ id }) => id === `${kind}-facts`);
  return kept?.from === 'generated' ? (JSON.parse(Buffer.from(kept.bytes ?? []).toString('utf8')) as Json) : undefined;
};
const stateOf = (assembly: Assembly) => assembly.unsealed.checklist.map(({ kind, status }) => `${kind} ${status}`);

describe('a dossier of a full case', () => {
  it('has every kind in order, all included, with what binds each scan', async () => {
    const assembly = await assembleDossier(caseFile(), ask(), surroundings());

    expect(stateOf(assembly)).toEqual([
      'id-document included',
      'application included',
      'recognition-decision included',
      'medical-records included',
      'exam-reports included',
      'review-form included',
      'exam-identity-check included',
      'conclusion included',
      'deliveries included',
      'prior-appraisals included',
      'open-findings included',
    ]);
    const records = item(assembly, 'medical-records');
    expect(records.status === 'included' ? records.documents.slice(0, 2) : []).toEqual([
      {
        id: `medical-records-${sha256(scans['stay-1'] ?? '').slice(0, 16)}`,
        title: '入院记录',
        sha256: sha256('scan of stay-1'),
        size: 14,
        mediaType: 'application/pdf',
        pages: 2,
        source: '演示医院',
        asOf: '2026-02-20T02:00:00.000Z',
        hospital: '演示医院',
        admittedOn: '2025-06-01',
        dischargedOn: '2025-06-20',
        recordNo: 'Z-1',
      },
      {
        id: `medical-records-${sha256(scans['stay-2'] ?? '').slice(0, 16)}`,
        title: '诊断与病历',
        sha256: sha256('scan of stay-2'),
        size: 14,
        mediaType: 'application/pdf',
        pages: 2,
        source: '演示二院',
        asOf: '2026-02-20T02:00:00.000Z',
        hospital: '演示二院',
        admittedOn: '2025-08',
      },
    ]);
    expect(assembly.deferredUntil).toBeUndefined();
  });

  it('says whose it is, for whom, and nothing else of the person', async () => {
    const { unsealed } = await assembleDossier(caseFile(), ask(), surroundings());
    const { checklist: _checklist, ...head } = unsealed;

    expect(head).toEqual({
      id: 'dossier-1',
      version: 1,
      purpose: 'reappraisal',
      city: { name: '潍坊市', region: '370700', organisation: '潍坊市劳动能力鉴定中心' },
      provincialNo: 'SD-2026-5',
      conclusionNo,
      caseNos: ['WF-2026-101', 'WF-2021-007'],
      subject: { name: '王测试', idDocuments: [{ type: 'resident-id', number: '370799196001010018' }] },
      recipient: { partner: 'province', organisation: '山东省劳动能力鉴定委员会' },
      asOf: '2026-02-20T02:00:00.000Z',
      late: false,
      challengeUntil: '2026-03-03',
    });
  });

  it('has the facts of the city’s file, field by field', async () => {
    const assembly = await assembleDossier(caseFile(), ask(), surroundings());
    const caseNo = 'WF-2026-101';

    expect(factsOf(assembly, 'recognition-decision')).toEqual({
      kind: 'recognition-decision',
      caseNo,
      facts: [
        {
          no: '潍工认〔2025〕33号',
          result: { code: 'injury', system: 'city/recognition', known: true },
          accidentOn: '2025-06-01',
          decidedOn: '2025-07-01',
          parts: [{ code: 'S82', system: 'city/parts', known: true }],
          diagnoses: [{ icd10: 'S82.2', text: '胫骨骨干骨折' }],
        },
      ],
    });
    expect(factsOf(assembly, 'review-form')).toMatchObject({
      facts: [{ size: 3, drawnOn: '2026-01-30', signedOn: '2026-02-02' }],
    });
    expect(factsOf(assembly, 'exam-identity-check')).toEqual({
      kind: 'exam-identity-check',
      caseNo,
      facts: [{ on: '2026-02-01', mode: 'home', identityCheck: 'face-match' }],
    });
    expect(factsOf(assembly, 'conclusion')).toEqual({
      kind: 'conclusion',
      caseNo,
      facts: [
        {
          no: conclusionNo,
          on: '2026-02-10',
          level: 'city',
          grade: 9,
          care: 'none',
          standard: 'GB/T 16180-2014',
          clauses: ['9.20'],
          status: 'stands',
        },
      ],
    });
    expect(factsOf(assembly, 'deliveries')).toEqual({
      kind: 'deliveries',
      caseNo,
      facts: [
        { to: 'person', sentOn: '2026-02-11', receivedOn: '2026-02-13' },
        { to: 'employer', sentOn: '2026-02-11', receivedOn: '2026-02-16' },
      ],
    });
    expect(factsOf(assembly, 'open-findings')).toEqual({
      kind: 'open-findings',
      caseNo,
      facts: [
        {
          id: 'f-1',
          rule: 'stays-overlap',
          severity: 'medium',
          title: { zh: '住院重叠', en: 'stays overlap' },
          state: 'open',
          firstSeenAt: '2026-02-15T00:00:00.000Z',
        },
      ],
    });
  });

  it('never lets out what is not in the table: no address, no telephone, no employer, no tracking number, nobody else', async () => {
    const file = caseFile({
      evidence: [
        {
          kind: 'marriage',
          event: 'married',
          on: '1990-01-01',
          spouse: { name: '李他人', idNumber: '370799196505050021' },
          status: 'current',
          person: { name: '王测试', idDocuments: [] },
          link: { level: 'exact', reasons: [] },
          source: {
            agency: 'civil-affairs',
            feed: 'marriages',
            recordId: 'm',
            receivedAt: '2026-01-01T00:00:00Z',
            message: { id: 'x', sha256: '00' },
          },
        },
      ],
    });
    const { unsealed, documents } = await assembleDossier(file, ask(), surroundings());
    const everything = [
      JSON.stringify(unsealed),
      ...documents.map((each) => (each.from === 'generated' ? Buffer.from(each.bytes ?? []).toString('utf8') : each.id)),
    ].join('\n');

    for (const word of [
      '李他人',
      '370799196505050021',
      '某街',
      '街道',
      '13800000000',
      '机械厂',
      '9137',
      'SECRET',
      '曾用',
      '799600101',
    ])
      expect([word, everything.includes(word)]).toEqual([word, false]);
  });

  it('masks a number that somebody wrote into a diagnosis or a title', async () => {
    const one = appraisalCase();
    const file = caseFile({
      cases: [
        appraisalCase({
          recognition: {
            ...(one.recognition ?? { no: '', result: { code: '', system: '', known: true }, accidentOn: '2025', parts: [] }),
            diagnoses: [{ text: '骨折（370799196505050021）' }],
          },
          documents: one.documents.map((document) => ({ ...document, title: '370799196505050021 的病历' })),
        }),
      ],
    });
    const assembly = await assembleDossier(file, ask(), surroundings());

    expect(JSON.stringify([assembly.unsealed.checklist, factsOf(assembly, 'medical-records')])).not.toContain(
      '370799196505050021',
    );
    expect(factsOf(assembly, 'medical-records')).toMatchObject({
      facts: [{ diagnoses: [{ text: `骨折（${'*'.repeat(18)}）` }] }],
    });
  });

  it('is the same, bytes and all, when it is put together twice', async () => {
    expect(await assembleDossier(caseFile(), ask(), surroundings())).toEqual(
      await assembleDossier(caseFile(), ask(), surroundings()),
    );
  });
});

describe('the conclusion', () => {
  it('is found however its brackets are written, and its number is told as the city wrote it', async () => {
    const { unsealed } = await assembleDossier(caseFile(), ask({ conclusionNo: ' 潍劳鉴[2026]101号' }), surroundings());

    expect(unsealed.conclusionNo).toBe(conclusionNo);
  });

  it('must be the city’s: the province’s own, and one that is not on file, have no dossier', async () => {
    const [conclusion] = appraisalCase().conclusions;
    const file = caseFile({
      cases: [appraisalCase({ conclusions: conclusion === undefined ? [] : [{ ...conclusion, level: 'province' }] })],
    });

    await expect(assembleDossier(file, ask(), surroundings())).rejects.toMatchObject({
      code: 'ERR_INPUT',
      place: '/conclusionNo',
    });
    await expect(assembleDossier(caseFile(), ask({ conclusionNo: '无' }), surroundings())).rejects.toMatchObject({
      code: 'ERR_INPUT',
    });
    await expect(assembleDossier(caseFile(), ask({ conclusionNo: ' ' }), surroundings())).rejects.toMatchObject({
      code: 'ERR_INPUT',
    });
  });

  it('is told with what became of it, and the others of its case after it', async () => {
    const [conclusion] = appraisalCase().conclusions;
    if (conclusion === undefined) throw new Error('no conclusion');
    const conclusions = [
      { ...conclusion, no: '旧号', status: 'corrected' as const },
      { ...conclusion, status: 'challenged' as const },
      { ...conclusion, no: '省号', level: 'province' as const },
    ];
    const assembly = await assembleDossier(caseFile({ cases: [appraisalCase({ conclusions })] }), ask(), surroundings());

    expect(factsOf(assembly, 'conclusion')).toMatchObject({
      facts: [
        { no: conclusionNo, status: 'stands' },
        { no: '旧号', status: 'corrected' },
      ],
    });
  });
});

describe('what is not there', () => {
  it('is missing with its reason: not in the case, not in the store, other bytes, no hash', async () => {
    const one = appraisalCase();
    const documents = allScans();
    documents.kept.delete('WF-2026-101/application');
    documents.kept.set('WF-2026-101/stay-2', bytesOf('another scan'));
    const cases = [
      appraisalCase({
        documents: one.documents
          .filter(({ kind }) => kind !== 'exam-report')
          .map((each) => (each.kind === 'id-card' ? { ...each, sha256: 'none' } : each)),
        exams: [],
        deliveries: [],
      }),
    ];
    const assembly = await assembleDossier(caseFile({ cases }), ask(), surroundings({ documents }));
    const why = assembly.unsealed.checklist.flatMap((each) =>
      each.status === 'missing' ? [[each.kind, each.reason, each.documents?.length ?? 0]] : [],
    );

    expect(why).toEqual([
      ['id-document', 'hash-not-named', 0],
      ['application', 'bytes-absent', 0],
      ['medical-records', 'hash-differs', 2],
      ['exam-reports', 'not-on-file', 0],
      ['exam-identity-check', 'not-on-file', 0],
      ['deliveries', 'not-on-file', 0],
    ]);
    expect(assembly.documents.some(({ sha256: hash }) => hash === sha256('another scan'))).toBe(false);
  });

  it('is deferred until the last of it comes; the whole until the first item may have changed', async () => {
    const documents = allScans();
    documents.kept.set('WF-2026-101/stay-1', { until: '2026-02-21T08:00:00+08:00' });
    documents.kept.set('WF-2026-101/stay-2', { until: '2026-02-23T00:00:00Z' });
    documents.kept.set('WF-2026-101/mri', { until: '2026-02-22T00:00:00Z' });
    const assembly = await assembleDossier(caseFile(), ask(), surroundings({ documents }));

    expect(item(assembly, 'medical-records')).toMatchObject({ status: 'deferred', until: '2026-02-23T00:00:00.000Z' });
    expect(item(assembly, 'exam-reports')).toMatchObject({ status: 'deferred', until: '2026-02-22T00:00:00.000Z' });
    expect(assembly.deferredUntil).toBe('2026-02-22T00:00:00.000Z');
  });

  it('is missing once the time by which it should have come is over', async () => {
    const documents = allScans();
    documents.kept.set('WF-2026-101/mri', { until: '2026-02-20T03:00:00Z' });
    const late = await assembleDossier(caseFile(), ask(), surroundings({ documents }));
    const early = await assembleDossier(
      caseFile(),
      ask({ askedAt: new Date('2026-02-20T02:59:59Z') }),
      surroundings({ documents }),
    );

    expect(item(late, 'exam-reports')).toMatchObject({ status: 'missing', reason: 'not-fetched-in-time' });
    expect(item(early, 'exam-reports')).toMatchObject({ status: 'deferred' });
  });

  it('is no failure: a store that cannot tell makes none', async () => {
    const documents = { ...allScans(), read: () => Promise.reject(new Error('the disk is gone')) };

    await expect(assembleDossier(caseFile(), ask(), surroundings({ documents }))).rejects.toThrow('the disk is gone');
  });

  it('is told apart where no recognition is needed', async () => {
    const { recognition: _none, ...rest } = appraisalCase({ kind: 'non-work' });
    const documents = rest.documents.filter(({ kind }) => kind !== 'recognition-decision');
    const assembly = await assembleDossier(caseFile({ cases: [{ ...rest, documents }] }), ask(), surroundings());

    expect(item(assembly, 'recognition-decision')).toMatchObject({ status: 'missing', reason: 'not-a-work-injury' });
  });

  it('of a document supplied twice is nothing: the same bytes are one', async () => {
    const one = appraisalCase();
    const [card] = one.documents;
    if (card === undefined) throw new Error('no card');
    const documents = allScans();
    documents.kept.set('WF-2026-101/id-again', scans.id ?? bytesOf(''));
    const cases = [
      appraisalCase({ documents: [...one.documents, { ...card, id: 'id-again', sha256: card.sha256.toUpperCase() }] }),
    ];
    const card2 = item(await assembleDossier(caseFile({ cases }), ask(), surroundings({ documents })), 'id-document');

    expect(card2.status === 'included' ? card2.documents.length : 0).toBe(1);
  });
});

describe('what a partner may have', () => {
  const scope = ask().scope;

  it('is withheld by rule: out of its scope, or not asked for; nothing of it is read', async () => {
    const read: string[] = [];
    const all = allScans();
    const documents = {
      ...all,
      read: (ref: Parameters<typeof all.read>[0]) => {
        read.push(ref.documentId);
        return all.read(ref);
      },
    };
    const assembly = await assembleDossier(
      caseFile(),
      ask({ scope: { ...scope, items: ['id-document', 'conclusion', 'review-form'] }, items: ['conclusion', 'deliveries'] }),
      surroundings({ documents }),
    );

    expect(
      assembly.unsealed.checklist.flatMap((each) => (each.status === 'withheld' ? [`${each.kind} ${each.rule}`] : [])),
    ).toEqual([
      'id-document not-asked-for',
      'application not-in-partner-scope',
      'recognition-decision not-in-partner-scope',
      'medical-records not-in-partner-scope',
      'exam-reports not-in-partner-scope',
      'review-form not-asked-for',
      'exam-identity-check not-in-partner-scope',
      'deliveries not-in-partner-scope',
      'prior-appraisals not-in-partner-scope',
      'open-findings not-in-partner-scope',
    ]);
    expect(read).toEqual(['conclusion']);
    expect(assembly.unsealed.caseNos).toEqual(['WF-2026-101']);
  });

  it('is cut to the fields it may have, in facts, descriptions and the subject', async () => {
    const fields = {
      'id-document': ['type'],
      conclusion: ['no', 'grade', 'phone'],
      'medical-records': ['admittedOn'],
      deliveries: [],
    };
    const assembly = await assembleDossier(caseFile(), ask({ scope: { ...scope, fields } }), surroundings());

    expect(assembly.unsealed.subject).toEqual({ name: '王测试', idDocuments: [] });
    expect(factsOf(assembly, 'conclusion')).toEqual({
      kind: 'conclusion',
      caseNo: 'WF-2026-101',
      facts: [{ no: conclusionNo, grade: 9 }],
    });
    const records = item(assembly, 'medical-records');
    expect(records.status === 'included' && records.documents[0]).toMatchObject({
      admittedOn: '2025-06-01',
      source: 'city/cases',
    });
    expect(JSON.stringify(records)).not.toContain('演示');
    expect(item(assembly, 'deliveries')).toMatchObject({ status: 'withheld', rule: 'fields-not-in-partner-scope' });
  });
});

describe('prior appraisals', () => {
  const history = async (file: CaseFile) => factsOf(await assembleDossier(file, ask(), surroundings()), 'prior-appraisals');
  const record = (caseNo: string, more: Record<string, unknown> = {}) =>
    ({
      kind: 'appraisal',
      caseNo,
      caseKind: 'first',
      state: 'effective',
      status: 'current',
      person: { name: '王测试', idDocuments: [] },
      link: { level: 'exact', reasons: [] },
      source: {
        agency: 'provincial-appraisal',
        feed: 'appraisals',
        recordId: caseNo,
        receivedAt: '2026-01-01T00:00:00Z',
        message: { id: 'x', sha256: '00' },
      },
      ...more,
    }) as CaseFile['evidence'][number];

  it('are the case it goes back to, and the province’s records of other cities', async () => {
    const conclusion = {
      no: '青鉴1',
      on: '2019-05-05',
      level: 'city',
      grade: 8,
      standard: 's',
      clauses: ['1'],
      status: 'effective',
    };
    const file = caseFile({ evidence: [record('QD-2019-1', { conclusion, provincialNo: 'P-1', recognitionNo: '青工认1' })] });

    expect(await history(file)).toEqual({
      kind: 'prior-appraisals',
      caseNo: 'WF-2026-101',
      facts: [
        {
          caseNo: 'QD-2019-1',
          provincialNo: 'P-1',
          kind: 'first',
          state: 'effective',
          recognitionNo: '青工认1',
          conclusions: [{ no: '青鉴1', on: '2019-05-05', level: 'city', grade: 8, status: 'effective' }],
        },
        {
          caseNo: 'WF-2021-007',
          kind: 'first',
          state: 'effective',
          receivedOn: '2021-03-01',
          conclusions: [{ no: '潍劳鉴〔2021〕7号', on: '2021-04-01', level: 'city', grade: 10, status: 'superseded' }],
        },
      ],
    });
  });

  it('are not what came after, what came out of the case, the re-appraisal itself, or what may be somebody else’s', async () => {
    const other = (caseNo: string, more: object) => ({ ...priorCase, caseNo, ...more });
    const file = caseFile({
      cases: [
        appraisalCase({ priorCaseNo: 'NOT-ON-FILE' }),
        other('AFTER', { receivedOn: '2026-03-01' }),
        other('REVIEW', { receivedOn: '2026', priorCaseNo: 'WF-2026-101', kind: 'review' }),
        other('REAPPRAISAL', { receivedOn: '2026-01', provincialNo: 'SD-2026-5' }),
        other('BEFORE', { receivedOn: '2026' }),
      ],
      evidence: [
        record('WEAK', { link: { level: 'weak', reasons: [] } }),
        record('UNLINKED', { link: undefined }),
        record('VOID', { status: 'void' }),
        record('SAME', { provincialNo: 'SD-2026-5' }),
        record('WF-2026-101'),
        record('AFTER'),
        record('LATER', {
          conclusion: { no: 'x', on: '2026-02-11', level: 'city', standard: 's', clauses: [], status: 'issued' },
        }),
      ],
    });

    expect(await history(file)).toMatchObject({ facts: [{ caseNo: 'BEFORE' }] });
    expect((await history(file)) as { facts: Json[] }).toHaveProperty('facts.length', 1);
  });

  it('that are none are an answer', async () => {
    expect(await history(caseFile({ cases: [appraisalCase()] }))).toMatchObject({ facts: [] });
  });

  it('end where a chain of cases would repeat itself', async () => {
    const file = caseFile({
      cases: [
        appraisalCase({ priorCaseNo: 'A' }),
        { ...priorCase, caseNo: 'A', priorCaseNo: 'B' },
        { ...priorCase, caseNo: 'B', priorCaseNo: 'A' },
      ],
    });

    expect((await assembleDossier(file, ask(), surroundings())).unsealed.caseNos).toEqual(['WF-2026-101', 'A', 'B']);
  });
});

describe('open findings', () => {
  it('are those nobody has settled, of this person alone', async () => {
    const findings = [
      ...(['open', 'verifying', 'confirmed', 'false-positive', 'withdrawn', 'resolved', 'held'] as const).map((state, index) =>
        finding(`f-${9 - index}`, { state }),
      ),
      finding('other', {}, 'b2'),
    ];
    const assembly = await assembleDossier(caseFile(), ask(), surroundings({ findings }));

    expect(factsOf(assembly, 'open-findings')).toMatchObject({
      facts: [
        { id: 'f-7', state: 'confirmed' },
        { id: 'f-8', state: 'verifying' },
        { id: 'f-9', state: 'open' },
      ],
    });
  });
});

describe('the 15 days', () => {
  const [conclusion] = appraisalCase().conclusions;
  if (conclusion === undefined) throw new Error('no conclusion');
  const limit = (askedAt: string, deliveries = appraisalCase().deliveries) =>
    timeLimit(appraisalCase({ deliveries }), conclusion, new Date(askedAt));

  it.each([
    // The employer received it on 16 February: 3 March is its 15th day, as the clock on the wall in China has it.
    ['2026-03-03T15:59:59Z', false],
    ['2026-03-03T16:00:00Z', true],
    ['2026-02-28T16:00:00Z', false],
  ])('at %s late is %s: over for both parties only', (askedAt, late) => {
    expect(limit(askedAt)).toEqual({ late, challengeUntil: '2026-03-03' });
  });

  it.each([
    ['2026-02', '2026-03-15T15:59:59Z', false, '2026-03-15'],
    ['2026-02', '2026-03-15T16:00:00Z', true, '2026-03-15'],
    ['2026-02-13T17:00:00Z', '2026-03-01T15:59:59Z', false, '2026-03-01'],
    ['2026-02-13T17:00:00Z', '2026-03-01T16:00:00Z', true, '2026-03-01'],
  ])('of a receipt of %s, at %s, late is %s', (receivedOn, askedAt, late, challengeUntil) => {
    expect(limit(askedAt, [{ to: 'person', receivedOn }])).toEqual({ late, challengeUntil });
  });

  it('never begin where no receipt is on file, and do not begin with the receipt of an earlier conclusion', () => {
    expect(limit('2030-01-01T00:00:00Z', [{ to: 'person', sentOn: '2026-02-11' }])).toEqual({ late: false });
    expect(limit('2030-01-01T00:00:00Z', [{ to: 'person', receivedOn: '2026-02-09' }])).toEqual({ late: false });
    expect(limit('2030-01-01T00:00:00Z', [{ to: 'person', receivedOn: '2026-02-10' }])).toMatchObject({ late: true });
  });

  it('are one thing, delivered another', () => {
    const delivered = (more: Parameters<typeof appraisalCase>[0]) => conclusionDelivered(appraisalCase(more), conclusion);

    expect(delivered({ state: 'concluded' })).toBe(true);
    expect(delivered({ state: 'concluded', deliveries: [{ to: 'person', sentOn: '2026-02-11' }] })).toBe(false);
    expect(delivered({ state: 'effective', deliveries: [] })).toBe(true);
    expect(delivered({ state: 'concluded', deliveries: [{ to: 'person', receivedOn: '2026-02-01' }] })).toBe(false);
  });
});

describe('a document of a kept dossier', () => {
  const kept = async () => {
    const { unsealed, documents } = await assembleDossier(caseFile(), ask(), surroundings());
    return {
      id: unsealed.id,
      documents,
    } as Parameters<typeof documentOf>[0];
  };
  const dossiers = { generated: async () => undefined };

  it('is read where it is, and held against its hash', async () => {
    const dossier = await kept();
    const id = `medical-records-${sha256('scan of stay-1').slice(0, 16)}`;

    expect((await documentOf(dossier, id, { dossiers, documents: allScans() }))?.bytes).toEqual(scans['stay-1']);
    expect((await documentOf(dossier, 'deliveries-facts', { dossiers, documents: allScans() }))?.document).toMatchObject({
      mediaType: 'application/json',
    });
    expect(await documentOf(dossier, 'other', { dossiers, documents: allScans() })).toBeUndefined();
  });

  it('is never served where it is gone, deferred or another', async () => {
    const dossier = await kept();
    const id = `medical-records-${sha256('scan of stay-1').slice(0, 16)}`;

    for (const now of [{}, { 'WF-2026-101/stay-1': bytesOf('x') }, { 'WF-2026-101/stay-1': { until: '2027-01-01T00:00:00Z' } }])
      await expect(documentOf(dossier, id, { dossiers, documents: memoryDocuments(now) })).rejects.toMatchObject({
        code: 'ERR_STORE_DAMAGED',
        place: `dossier-1/${id}`,
      });
  });
});

it('a dossier’s id is 128 random bits', () => {
  expect(newDossierId(() => new Uint8Array(16).fill(0xab))).toBe(`dossier-${'ab'.repeat(16)}`);
  expect(newDossierId()).not.toBe(newDossierId());
});
