import { randomBytes } from 'node:crypto';
import { sha256Hex } from '../crypto/digest.js';
import { YilianError } from '../errors.js';
import { isSameNumber } from '../identity/index.js';
import type {
  AppraisalCase,
  CaseDocument,
  CaseFile,
  Conclusion,
  DossierDocument,
  DossierItem,
  DossierItemKind,
} from '../model/index.js';
import { redact } from '../redact.js';
import type { KeptDocument } from '../store/dossier-store.js';
import type { AssembleAsk, AssembleDossier, AssembleSurroundings, DossierAssembly } from './contract.js';
import { type FactsAsk, factsDocument, wellFormed } from './facts.js';
import { dossierItemKinds, type Fields, fieldsFor } from './fields.js';
import { chainOf } from './history.js';
import {
  deferredBecause,
  itemTitles,
  type MissingReason,
  missingReasons,
  needsScan,
  scansOf,
  type WithholdingRule,
  withholdingRules,
} from './items.js';
import { timeLimit } from './time-limit.js';

/** An id that tells nothing and cannot be guessed: 128 random bits. */
export function newDossierId(random: (size: number) => Uint8Array = randomBytes): string {
  return `dossier-${Buffer.from(random(16)).toString('hex')}`;
}

/**
 * The city's conclusion of that number and the case that holds it; undefined where the file has none. Brackets and spaces of the number make no
 * difference.
 */
export function cityConclusion(
  file: Pick<CaseFile, 'cases'>,
  conclusionNo: string,
): { item: AppraisalCase; conclusion: Conclusion } | undefined {
  for (const item of file.cases) {
    const conclusion = item.conclusions.find(({ no, level }) => level === 'city' && isSameNumber(no, conclusionNo));
    if (conclusion !== undefined) return { item, conclusion };
  }
  return undefined;
}

/**
 * Puts a dossier together: every kind of the checklist, in order, and where its documents' bytes are. Each scan is read once and held against the hash
 * the case names; nothing else of it is kept. Throws ERR_INPUT for a conclusion the file does not have, and what the document store throws.
 */
export const assembleDossier: AssembleDossier = async (file, ask, surroundings) => {
  const found = cityConclusion(file, ask.conclusionNo);
  if (found === undefined)
    throw new YilianError(
      'ERR_INPUT',
      { zh: '案卷中没有这一编号的市级鉴定结论', en: "the file has no city's conclusion of this number" },
      { place: '/conclusionNo' },
    );
  const { item, conclusion } = found;
  const { provincialNo, scope } = ask;
  const facts: FactsAsk = { file, item, conclusion, provincialNo, findings: surroundings.findings };
  const checklist: DossierItem[] = [];
  const documents: KeptDocument[] = [];
  for (const kind of dossierItemKinds) {
    const { entry, kept } = await assembleItem(kind, facts, ask, surroundings);
    checklist.push(entry);
    documents.push(...kept);
  }

  const until = checklist.flatMap((entry) => (entry.status === 'deferred' ? [entry.until] : [])).sort()[0];
  const tellsPrior = checklist.some(({ kind, status }) => kind === 'prior-appraisals' && status === 'included');
  const number = fieldsFor('id-document', scope.fields['id-document']);
  const unsealed = wellFormed<DossierAssembly['unsealed']>({
    id: ask.id,
    version: ask.version,
    ...(ask.replaces === undefined ? {} : { replaces: ask.replaces }),
    purpose: 'reappraisal',
    city: surroundings.city,
    provincialNo,
    conclusionNo: conclusion.no,
    caseNos: [item.caseNo, ...(tellsPrior ? chainOf(file.cases, item) : [])],
    subject: {
      name: file.subject.name,
      // A number without its kind, or a kind without its number, tells nothing.
      idDocuments:
        number.type && number.number ? file.subject.idDocuments.map(({ type, number: no }) => ({ type, number: no })) : [],
    },
    recipient: { partner: scope.partner, organisation: scope.organisation },
    asOf: file.asOf,
    ...timeLimit(item, conclusion, ask.askedAt),
    checklist,
  });
  return { unsealed, documents, ...(until === undefined ? {} : { deferredUntil: until }) };
};

interface Assembled {
  entry: DossierItem;
  kept: KeptDocument[];
}

async function assembleItem(
  kind: DossierItemKind,
  facts: FactsAsk,
  { scope, items, askedAt }: AssembleAsk,
  { documents: store }: AssembleSurroundings,
): Promise<Assembled> {
  const head = { kind, title: itemTitles[kind] };
  const withheld = (rule: WithholdingRule): Assembled => ({
    entry: { ...head, status: 'withheld', rule, because: withholdingRules[rule] },
    kept: [],
  });
  if (!scope.items.includes(kind)) return withheld('not-in-partner-scope');
  if (items !== undefined && !items.includes(kind)) return withheld('not-asked-for');

  const { file, item } = facts;
  const fields = fieldsFor(kind, scope.fields[kind]);
  const named = item.documents.filter((document) => document.kind === scansOf[kind]);
  const documents: DossierDocument[] = [];
  const kept: KeptDocument[] = [];
  const reasons = new Set<MissingReason>();
  let until: string | undefined;
  for (const document of named) {
    const scan = await readScan(item.caseNo, document, store, askedAt);
    if ('missing' in scan) reasons.add(scan.missing);
    else if ('until' in scan) until = until === undefined || scan.until > until ? scan.until : until;
    else {
      const id = `${kind}-${scan.sha256.slice(0, 16)}`;
      // The same bytes supplied twice are one document.
      if (documents.some((other) => other.id === id)) continue;
      documents.push(described(id, kind, document, scan, { asOf: file.asOf, fields }));
      kept.push({
        id,
        sha256: scan.sha256,
        mediaType: mediaTypeOf(document),
        from: 'stored',
        caseNo: item.caseNo,
        documentId: document.id,
      });
    }
  }
  const bytes = factsDocument(kind, facts, fields);
  if (typeof bytes !== 'string') {
    const id = `${kind}-facts`;
    const [sha256, mediaType] = [sha256Hex(bytes), 'application/json'];
    const title = `${itemTitles[kind].zh}（案卷数据）`;
    documents.push({ id, title, sha256, size: bytes.length, mediaType, source: 'city/cases', asOf: file.asOf });
    kept.push({ id, sha256, mediaType, from: 'generated', bytes });
  }

  if (named.length === 0 && bytes === 'not-allowed') return withheld('fields-not-in-partner-scope');
  if (named.length === 0 && (needsScan.has(kind) || documents.length === 0))
    reasons.add(kind === 'recognition-decision' && item.kind === 'non-work' ? 'not-a-work-injury' : 'not-on-file');
  const some = documents.length === 0 ? {} : { documents };
  // What is still coming may yet make the item whole; what is missing beside it is told once it has come.
  if (until !== undefined) return { entry: { ...head, status: 'deferred', until, because: deferredBecause, ...some }, kept };
  const reason = (Object.keys(missingReasons) as MissingReason[]).find((each) => reasons.has(each));
  if (reason !== undefined)
    return { entry: { ...head, status: 'missing', reason, because: missingReasons[reason], ...some }, kept };
  return { entry: { ...head, status: 'included', documents }, kept };
}

type Scan = { sha256: string; size: number } | { until: string } | { missing: MissingReason };

async function readScan(
  caseNo: string,
  document: CaseDocument,
  store: AssembleSurroundings['documents'],
  askedAt: Date,
): Promise<Scan> {
  const sha256 = document.sha256.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(sha256)) return { missing: 'hash-not-named' };
  const answer = await store.read({ caseNo, documentId: document.id, sha256 });
  if (answer === undefined) return { missing: 'bytes-absent' };
  if (answer.state === 'here')
    return sha256Hex(answer.bytes) === sha256 ? { sha256, size: answer.bytes.length } : { missing: 'hash-differs' };
  const until = new Date(answer.until);
  if (Number.isNaN(until.getTime()))
    throw new YilianError(
      'ERR_INPUT',
      { zh: '文件库给出的期限不是时刻', en: 'the document store says until when by what is no instant' },
      { place: '/until' },
    );
  return until <= askedAt ? { missing: 'not-fetched-in-time' } : { until: until.toISOString() };
}

function described(
  id: string,
  kind: DossierItemKind,
  document: CaseDocument,
  { sha256, size }: { sha256: string; size: number },
  { asOf, fields }: { asOf: string; fields: Fields },
): DossierDocument {
  const { title, pages, hospital, admittedOn, dischargedOn, recordNo } = document;
  const may = <T>(field: string, value: T | undefined) => (fields[field] && value !== undefined ? { [field]: value } : {});
  return {
    id,
    // A title is free text: somebody's number in it is masked.
    title: title === undefined || title.trim() === '' ? itemTitles[kind].zh : redact(title),
    sha256,
    size,
    mediaType: mediaTypeOf(document),
    ...(pages !== undefined && Number.isSafeInteger(pages) && pages >= 0 ? { pages } : {}),
    source: (fields.hospital ? hospital : undefined) ?? 'city/cases',
    asOf,
    ...may('hospital', hospital),
    ...may('admittedOn', admittedOn),
    ...may('dischargedOn', dischargedOn),
    ...may('recordNo', recordNo),
  };
}

/** A case may say anything; what would be no header is bytes. */
function mediaTypeOf({ mediaType }: CaseDocument): string {
  const plain = mediaType.trim().toLowerCase();
  return /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/.test(plain) ? plain : 'application/octet-stream';
}
