import { confirmedReason, identityNode, personNode, separatedReason } from '../linkage/answers.js';
import type { Evidence } from '../model/index.js';
import { contentHash } from './content.js';
import { judgementsFrom, linkAnswers, tiesBy } from './link-ties.js';
import { unseal } from './person-fields.js';
import type { Db, LinkTieTable } from './tables.js';

/**
 * What people answered, put over one person's evidence as it was received: evidence is never rewritten, and an answer holds from its own instant
 * on, for records that came before it and after it alike.
 *
 * `same`: the link is `exact`. `not-same`: the record is void for this person, and marked, so that no rule looks at it. A record without a number
 * that an agency answered with becomes evidence only by `same`.
 */
export async function answered(db: Db, personKey: string, when: string, evidence: readonly Evidence[]): Promise<Evidence[]> {
  const ties = await tiesBy(db, when, personKey);
  if (ties.length === 0) return [...evidence];
  const judgements = judgementsFrom(await linkAnswers(db, when));
  const judged = (tie: LinkTieTable | undefined) => tie && judgements.between(personNode(personKey), identityNode(tie.identity));
  const newest = new Map(ties.map((tie) => [`${tie.agency}/${tie.feed}/${tie.record_id}`, tie]));
  const byHash = new Map(ties.map((tie) => [tie.hash, tie]));
  const recordOf = ({ source }: Evidence): string => `${source.agency}/${source.feed}/${source.recordId}`;

  const told = evidence.map((item): Evidence => {
    if (item.link?.level !== 'probable' && item.link?.level !== 'weak') return item;
    // A void version was written here, and says whose it is only through its record.
    const judgement = judged(byHash.get(contentHash(item)) ?? (item.status === 'void' ? newest.get(recordOf(item)) : undefined));
    if (judgement === undefined) return item;
    const reasons = [...item.link.reasons, judgement.is === 'same' ? confirmedReason : separatedReason];
    if (judgement.is === 'same') return { ...item, link: { level: 'exact', reasons } };
    const since =
      judgement.because
        .map(({ at }) => at)
        .sort()
        .at(-1) ?? when;
    return { ...item, status: 'void', voidedAt: item.voidedAt ?? since, link: { level: item.link.level, reasons } };
  });

  const present = new Set(evidence.map(recordOf));
  for (const tie of newest.values()) {
    if (tie.level !== 'lead' || judged(tie)?.is !== 'same') continue;
    const item = unseal<Evidence>(tie.content);
    if (present.has(recordOf(item))) continue;
    told.push({ ...item, link: { level: 'exact', reasons: [...(item.link?.reasons ?? []), confirmedReason] } });
  }
  return told.length === evidence.length ? told : told.sort(byRecord);
}

function byRecord(a: Evidence, b: Evidence): number {
  const [one, other] = [a.source, b.source].map(({ agency, feed, recordId }) => [agency, feed, recordId]);
  for (const place of [0, 1, 2]) {
    const [x = '', y = ''] = [one?.[place], other?.[place]];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
