import { identityNode, isPersonNode, personNode } from '../linkage/answers.js';
import { type Judgements, judgementsOf, type PairAnswer } from '../linkage/judgements.js';
import type { Instant, ReviewItem } from '../model/index.js';
import { contentHash, hashOf, storable } from './content.js';
import { instant } from './order.js';
import { seal } from './person-fields.js';
import type { LinkAnswer, ReceiveBatch } from './store.js';
import type { Db, LinkTieTable } from './tables.js';

/** Records tied by something else than the number, and what people answered: as they were written down. */

/** Id of a review item: of the pair. Both are keyed hashes, so nothing can be read out of it. */
export function itemId(personKey: string, identity: string): string {
  return hashOf([personKey, identity]).slice(0, 32);
}

/** Writes down how the batch's uncertain records were tied; told again it changes nothing. Inside a transaction. */
export async function storeTies(db: Db, run: string, batch: Pick<ReceiveBatch, 'evidence' | 'leads'>): Promise<void> {
  const tied = batch.evidence.flatMap((item) =>
    item.tie === undefined
      ? []
      : [{ ...item, tie: item.tie, level: item.evidence.link?.level === 'probable' ? 'probable' : 'weak' } as const],
  );
  const leads = (batch.leads ?? []).map((item) => ({ ...item, level: 'lead' as const }));
  for (const { personKey, evidence, tie, level } of [...tied, ...leads]) {
    const { agency, feed, recordId, receivedAt } = evidence.source;
    const row: LinkTieTable = {
      person_key: personKey,
      hash: contentHash(evidence),
      item: itemId(personKey, tie.identity),
      identity: tie.identity,
      agency,
      feed,
      record_id: storable(recordId),
      level,
      score: Math.round(tie.score * 10),
      received_at: instant(receivedAt),
      run,
      content: seal(evidence),
    };
    await db
      .insertInto('link_ties')
      .values(row)
      .onConflict((conflict) => conflict.columns(['person_key', 'hash']).doNothing())
      .execute();
  }
}

/** Ties by an instant, in order of receipt; of one person where given. */
export async function tiesBy(db: Db, when: string, personKey?: string): Promise<LinkTieTable[]> {
  let query = db.selectFrom('link_ties').selectAll().where('received_at', '<=', when).orderBy('received_at').orderBy('hash');
  if (personKey !== undefined) query = query.where('person_key', '=', personKey);
  return query.execute();
}

/** What was answered by an instant, oldest first. */
export async function linkAnswers(db: Db, asOf: Instant): Promise<LinkAnswer[]> {
  const rows = await db
    .selectFrom('link_answers')
    .selectAll()
    .where('at', '<=', instant(asOf))
    .orderBy('at')
    .orderBy('id')
    .execute();
  return rows.map(({ at, item, person_key: personKey, identity, answer, by_whom: by, reason }) => ({
    at,
    item,
    personKey,
    identity,
    answer,
    by,
    reason,
  }));
}

/** An answer with the two it is about. */
export type Answered = LinkAnswer & PairAnswer;

/** What follows from the answers. */
export function judgementsFrom(answers: readonly LinkAnswer[]): Judgements<Answered> {
  const pairs = answers.map((answer) => ({
    ...answer,
    between: [personNode(answer.personKey), identityNode(answer.identity)] as const,
  }));
  return judgementsOf(pairs, isPersonNode);
}

/** The levels of a review item, the likeliest first. */
export const levels: readonly ReviewItem['level'][] = ['probable', 'weak', 'lead'];
