import { canonicalJson } from '../crypto/canonical-json.js';
import { YilianError } from '../errors.js';
import { isSameNumber } from '../identity/index.js';
import type {
  AppraisalCase,
  Bilingual,
  CaseFile,
  Conclusion,
  DossierItem,
  DossierItemKind,
  UnsealedManifest,
} from '../model/index.js';
import type { KeptDossier } from '../store/dossier-store.js';
import { documentsOfItem } from './archive.js';
import { assembleDossier, cityConclusion } from './assemble.js';
import type { AssembleAsk, AssembleSurroundings, DossierAssembly } from './contract.js';

/** Why a dossier is not any more what the case file says. */
export interface DossierDifference extends Bilingual {
  slug:
    | 'conclusion-gone'
    | 'conclusion-revoked'
    | 'conclusion-corrected'
    | 'conclusion-superseded'
    | 'subject-changed'
    | 'cases-changed'
    | 'item-changed'
    | 'document-added'
    | 'document-removed'
    | 'document-changed';
  /** Absent where it is about the whole. */
  item?: DossierItemKind;
}

export type Revision =
  | { change: 'none' }
  /** To be sealed, kept, and told of: `ask.replaces` is filled in. */
  | { change: 'new-version'; assembly: DossierAssembly; differences: DossierDifference[]; reason: string }
  /** What it was about does not stand any more. */
  | { change: 'withdraw'; differences: DossierDifference[]; reason: string };

export interface ReviseAsk extends Pick<AssembleAsk, 'scope' | 'id'> {
  /** When the series' request came: `madeAt` of its first version. It decides `late`, for all versions alike. */
  askedAt: Date;
}

/**
 * What becomes of a sealed dossier now that the case file is as it is. Only what the case file says makes a new version: findings come and go every
 * night, and what is open is told as of when it was sealed. That the province itself has decided, which supersedes the city's conclusion, makes none.
 *
 * Throws ERR_STORE_DAMAGED where a scan that the case still names is not in the document store any more: that is no correction. And what the document
 * store throws.
 */
export async function revise(
  kept: KeptDossier,
  file: CaseFile,
  surroundings: AssembleSurroundings,
  ask: ReviseAsk,
): Promise<Revision> {
  const { manifest, request } = kept;
  const found = cityConclusion(file, manifest.conclusionNo);
  const end = endOf(found);
  if (end !== undefined) return { change: 'withdraw', differences: [end], reason: reasonOf([end]) };

  const replaces = (reason: string) => ({
    id: kept.id,
    version: kept.version,
    manifestSha256: kept.manifestSha256,
    reason,
  });
  const assembly = await assembleDossier(
    file,
    {
      conclusionNo: manifest.conclusionNo,
      provincialNo: manifest.provincialNo,
      ...(request.items === undefined ? {} : { items: request.items }),
      scope: ask.scope,
      id: ask.id,
      version: kept.version + 1,
      askedAt: ask.askedAt,
    },
    surroundings,
  );
  const lost = found && lostScan(kept, found.item, assembly);
  if (lost !== undefined)
    throw new YilianError(
      'ERR_STORE_DAMAGED',
      {
        zh: '案卷仍登记、卷宗已封入的文件在文件库中读不到：请重新导入，卷宗未变',
        en: 'a document that the case still names and the dossier holds is not in the document store: import it again; the dossier stays as it is',
      },
      { place: `${kept.id}/${lost}` },
    );
  const differences = difference(manifest, assembly.unsealed).map((each) => named(each, found?.conclusion));
  const isOwnDoing =
    differences.every(({ slug }) => slug === 'conclusion-superseded') && isDecidedByProvince(file, manifest.provincialNo);
  if (differences.length === 0 || isOwnDoing) return { change: 'none' };
  const reason = reasonOf(differences);
  assembly.unsealed.replaces = replaces(reason);
  return { change: 'new-version', assembly, differences, reason };
}

/**
 * In what two versions differ, by the things of the case file: not in when they were made, whether they are late, or which findings are open. Empty
 * where they say the same.
 */
export function difference(before: UnsealedManifest, after: UnsealedManifest): DossierDifference[] {
  const differences: DossierDifference[] = [];
  if (!isEqual(before.subject, after.subject))
    differences.push({ slug: 'subject-changed', zh: '被鉴定人身份信息已变更', en: "the person's identity was changed" });
  if (!isEqual(before.caseNos, after.caseNos))
    differences.push({ slug: 'cases-changed', zh: '所涉案件已变更', en: 'the cases it is about were changed' });
  for (const item of after.checklist) {
    if (item.kind === 'open-findings') continue;
    const earlier = before.checklist.find(({ kind }) => kind === item.kind);
    differences.push(...itemDifferences(earlier, item));
  }
  return differences;
}

function itemDifferences(before: DossierItem | undefined, after: DossierItem): DossierDifference[] {
  const { kind, title } = after;
  const told = (slug: DossierDifference['slug'], text: Bilingual): DossierDifference => ({
    slug,
    item: kind,
    zh: `${title.zh}：${text.zh}`,
    en: `${title.en}: ${text.en}`,
  });
  const [had, has] = [before === undefined ? [] : documentsOfItem(before), documentsOfItem(after)];
  const differences: DossierDifference[] = [];
  if (before?.status !== after.status || whyOf(before) !== whyOf(after)) {
    const [from, to] = [stateName(before), stateName(after)];
    differences.push(told('item-changed', { zh: `由“${from.zh}”变为“${to.zh}”`, en: `from ${from.en} to ${to.en}` }));
  }
  const facts = (id: string) => id === `${kind}-facts`;
  const [changed, added, removed] = [
    has.filter((document) => had.some(({ id, ...other }) => id === document.id && !isSameDocument(other, document))),
    has.filter((document) => !had.some(({ id }) => id === document.id)),
    had.filter((document) => !has.some(({ id }) => id === document.id)),
  ];
  if (changed.some(({ id }) => facts(id)))
    differences.push(told('document-changed', { zh: '案卷数据已变更', en: 'facts changed' }));
  const count = (list: readonly { id: string }[]) => list.filter(({ id }) => !facts(id)).length;
  if (count(changed) > 0)
    differences.push(
      told('document-changed', {
        zh: `${count(changed)} 份文件的说明已变更`,
        en: `what is said of ${count(changed)} document(s) changed`,
      }),
    );
  if (added.length > 0)
    differences.push(told('document-added', { zh: `新增 ${added.length} 份文件`, en: `${added.length} document(s) added` }));
  if (removed.length > 0)
    differences.push(
      told('document-removed', { zh: `减少 ${removed.length} 份文件`, en: `${removed.length} document(s) removed` }),
    );
  return differences;
}

function isSameDocument(
  { asOf: _before, ...a }: { asOf: string },
  { id: _id, asOf: _after, ...b }: { id: string; asOf: string },
) {
  return isEqual(a, b);
}

function whyOf(item: DossierItem | undefined): string {
  return item?.status === 'missing' ? item.reason : item?.status === 'withheld' ? item.rule : '';
}

const stateNames: Readonly<Record<DossierItem['status'], Bilingual>> = {
  included: { zh: '已附', en: 'included' },
  deferred: { zh: '调取中', en: 'deferred' },
  missing: { zh: '缺', en: 'missing' },
  withheld: { zh: '不提供', en: 'withheld' },
};

function stateName(item: DossierItem | undefined): Bilingual {
  if (item === undefined) return { zh: '无', en: 'nothing' };
  const { zh, en } = stateNames[item.status];
  const why = whyOf(item);
  return why === '' ? { zh, en } : { zh: `${zh}（${why}）`, en: `${en} (${why})` };
}

/** A conclusion that is gone or revoked: its dossier has nothing to be about. */
function endOf(found: { item: AppraisalCase; conclusion: Conclusion } | undefined): DossierDifference | undefined {
  if (found === undefined)
    return { slug: 'conclusion-gone', zh: '案卷中已没有该鉴定结论', en: 'the conclusion is not on file any more' };
  if (found.conclusion.status === 'revoked' || found.item.state === 'revoked')
    return { slug: 'conclusion-revoked', zh: '鉴定结论已撤销', en: 'the conclusion was revoked' };
  return undefined;
}

/** The conclusion's facts changed: where its status says how, that is the reason. */
function named(each: DossierDifference, conclusion: Conclusion | undefined): DossierDifference {
  if (each.item !== 'conclusion' || each.slug !== 'document-changed') return each;
  if (conclusion?.status === 'corrected')
    return { ...each, slug: 'conclusion-corrected', zh: '鉴定结论已纠正', en: 'the conclusion was corrected' };
  if (conclusion?.status === 'superseded')
    return { ...each, slug: 'conclusion-superseded', zh: '鉴定结论已被新结论取代', en: 'the conclusion was superseded' };
  return each;
}

function isDecidedByProvince(file: CaseFile, provincialNo: string): boolean {
  const isProvinces = ({ level, status }: Conclusion) => level === 'province' && status !== 'revoked';
  return (
    file.cases.some((item) => isSameNumber(item.provincialNo, provincialNo) && item.conclusions.some(isProvinces)) ||
    file.evidence.some(
      (record) =>
        record.kind === 'appraisal' &&
        record.status === 'current' &&
        ['exact', 'upgraded'].includes(record.link?.level ?? '') &&
        isSameNumber(record.provincialNo, provincialNo) &&
        record.conclusion !== undefined &&
        isProvinces(record.conclusion),
    )
  );
}

function lostScan(kept: KeptDossier, item: AppraisalCase, { unsealed, documents }: DossierAssembly): string | undefined {
  const withheld = new Set(unsealed.checklist.flatMap(({ kind, status }) => (status === 'withheld' ? [kind] : [])));
  const tellable = kept.manifest.checklist.filter(({ kind }) => !withheld.has(kind)).flatMap(documentsOfItem);
  return kept.documents.find(
    (document) =>
      document.from === 'stored' &&
      tellable.some(({ id }) => id === document.id) &&
      item.documents.some(({ id, sha256 }) => id === document.documentId && sha256.toLowerCase() === document.sha256) &&
      !documents.some(({ id }) => id === document.id),
  )?.id;
}

/** In one text, as a manifest's `replaces.reason` and a withdrawal have it. */
export function reasonOf(differences: readonly Bilingual[]): string {
  return `${differences.map(({ zh }) => zh).join('；')} / ${differences.map(({ en }) => en).join('; ')}`;
}

function isEqual(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
