import { describe, expect, it, vi } from 'vitest';
import type { DocumentStore } from '../../src/dossier/index.js';
import { assembleDossier, dossierFields } from '../../src/dossier/index.js';
import type { DossierItemKind } from '../../src/model/index.js';
import { ask, conclusionNo, surroundings } from './examples.js';
import { expectedChecklist } from './oracle.js';
import { type RandomAsk, randomAsk } from './random-files.js';

// Some ten seconds on a quiet machine.
vi.setConfig({ testTimeout: 180_000 });

const seed = Number(process.env.YILIAN_SEED ?? '1');
const runs = 10_000;

function storeOf({ file, bytesOf }: RandomAsk): DocumentStore {
  return {
    async read({ documentId }) {
      const document = file.cases[0]?.documents.find(({ id }) => id === documentId);
      const answer = document === undefined ? 'absent' : bytesOf(document);
      if (answer === 'absent') return undefined;
      return answer === 'deferred' ? { state: 'deferred', until: '2030-01-01T00:00:00Z' } : { state: 'here', bytes: answer };
    },
    write: () => Promise.reject(new Error('nothing is written')),
    remove: () => Promise.reject(new Error('nothing is removed')),
  };
}

async function assembled(random: RandomAsk) {
  const scope = { ...ask().scope, items: random.scope };
  return assembleDossier(
    random.file,
    ask({ scope, ...(random.items === undefined ? {} : { items: random.items }) }),
    surroundings({ documents: storeOf(random), findings: random.findings }),
  );
}

/** What may stand below `facts` of each kind, written out here once more: a field that the code's table gains must be wanted here too. */
const allowed: Record<DossierItemKind, string> = {
  'id-document': '',
  application: '',
  'recognition-decision':
    'no result.code result.system result.known accidentOn decidedOn parts.code parts.system parts.known diagnoses.icd10 diagnoses.text injuryDegree.code injuryDegree.system injuryDegree.known occupationalDisease',
  'medical-records': 'diagnoses.icd10 diagnoses.text parts.code parts.system parts.known',
  'exam-reports': '',
  'review-form': 'size drawnOn signedOn',
  'exam-identity-check': 'on mode identityCheck',
  conclusion: 'no on level grade care standard clauses status',
  deliveries: 'to sentOn receivedOn',
  'prior-appraisals':
    'caseNo provincialNo kind state receivedOn recognitionNo conclusions.no conclusions.on conclusions.level conclusions.grade conclusions.care conclusions.status',
  'open-findings': 'id rule severity title.zh title.en state firstSeenAt',
};

const lists = Object.fromEntries(
  Object.entries(allowed).map(([kind, list]) => [kind, new Set(list.split(' ').filter(Boolean))]),
) as Record<DossierItemKind, Set<string>>;

/** What no random file has. */
const unmet: string[] = [];

function leaves(value: unknown, path: string, into: Set<string>): void {
  if (Array.isArray(value)) for (const each of value) leaves(each, path, into);
  else if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value)) leaves(each, path === '' ? key : `${path}.${key}`, into);
  else into.add(path);
}

type Assembled = Awaited<ReturnType<typeof assembled>>;

/** In what the checklist differs from the specification's, as JSON; undefined where it does not. */
function checklistFault(random: RandomAsk, { unsealed }: Assembled): string | undefined {
  const told = unsealed.checklist.map((item) => {
    const documents = item.status === 'withheld' ? [] : (item.documents ?? []);
    const isFacts = ({ id }: { id: string }) => id === `${item.kind}-facts`;
    const scans = documents.filter((each) => !isFacts(each)).map(({ sha256 }) => sha256);
    return [item.kind, { status: item.status, scans, facts: documents.some(isFacts) }];
  });
  const request = { conclusionNo, scope: random.scope, ...(random.items === undefined ? {} : { items: random.items }) };
  const expected = JSON.stringify(expectedChecklist(random.file, request, random.bytesOf));
  return JSON.stringify(told) === expected ? undefined : `${JSON.stringify(told)} is not ${expected}`;
}

const strangers = /OTHER|PRIVATE|370799196505050021/;

/** What is in a dossier and must not be; notes what was told in `met`. */
function leaks({ unsealed, documents }: Assembled, met: Set<string>): string[] {
  const found = strangers.test(JSON.stringify(unsealed)) ? ['the manifest tells of somebody else'] : [];
  for (const document of documents) {
    if (document.from !== 'generated') continue;
    const text = Buffer.from(document.bytes ?? []).toString('utf8');
    if (strangers.test(text)) found.push(`${document.id} tells of somebody else`);
    const { kind, caseNo, facts, ...rest } = JSON.parse(text) as { kind: DossierItemKind; caseNo: string; facts: unknown[] };
    if (Object.keys(rest).length > 0 || caseNo !== 'C0') found.push(`${document.id} has ${Object.keys(rest).join()}`);
    const paths = new Set<string>();
    leaves(facts, '', paths);
    for (const path of paths) {
      met.add(`${kind} ${path}`);
      if (!lists[kind].has(path)) found.push(`${kind} has ${path}`);
    }
  }
  return found;
}

describe(`of ${runs} random case files`, () => {
  it('the checklist is what the specification says, no document has a field outside the list, nothing tells of others', async () => {
    const met = new Set<string>();
    const faults: string[] = [];
    for (let index = 0; index < runs; index += 1) {
      const random = randomAsk(seed * 1_000_003 + index);
      const dossier = await assembled(random);
      const differs = checklistFault(random, dossier);
      if (differs !== undefined) faults.push(`${index}: ${differs}`);
      faults.push(...leaks(dossier, met).map((each) => `${index}: ${each}`));
    }

    expect(faults.slice(0, 5)).toEqual([]);
    // The files are no empty ones: all that may be told was told, but for what no random file has.
    const tellable = Object.entries(lists).flatMap(([kind, list]) => [...list].map((path) => `${kind} ${path}`));
    expect(tellable.filter((each) => !met.has(each))).toEqual(unmet);
  });

  it('names in the table what the list here names', () => {
    const flat = Object.fromEntries(
      Object.entries(dossierFields).map(([kind, fields]) => {
        const paths = new Set<string>();
        leaves(fields, '', paths);
        return [kind, [...paths].sort()];
      }),
    );
    const described = ['hospital', 'admittedOn', 'dischargedOn', 'recordNo'];
    const extra: Partial<Record<string, string[]>> = {
      'id-document': ['type', 'number'],
      'medical-records': described,
      'exam-reports': described,
    };

    expect(flat).toEqual(
      Object.fromEntries(Object.entries(lists).map(([kind, list]) => [kind, [...list, ...(extra[kind] ?? [])].sort()])),
    );
  });
});
