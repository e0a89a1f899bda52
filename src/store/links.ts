import { YilianError } from '../errors.js';
import { identityNode, personNode } from '../linkage/answers.js';
import type { Bilingual, Evidence, Instant, PartialDate, ReviewAnswer, ReviewItem } from '../model/index.js';
import { redact } from '../redact.js';
import { caseFile, currentVersions } from './city-file.js';
import { type Answered, judgementsFrom, levels, linkAnswers, tiesBy } from './link-ties.js';
import { instant } from './order.js';
import { unseal } from './person-fields.js';
import type { Db, LinkTieTable } from './tables.js';

export { linkAnswers } from './link-ties.js';

/** Review items: which records are perhaps about whom, what was answered about them and what follows from it. */

/** Every item by an instant, the oldest first. */
export async function reviews(db: Db, asOf: Instant): Promise<ReviewItem[]> {
  const when = instant(asOf);
  const byItem = new Map<string, LinkTieTable[]>();
  for (const tie of await tiesBy(db, when)) byItem.set(tie.item, [...(byItem.get(tie.item) ?? []), tie]);
  const answers = await linkAnswers(db, when);
  const judgements = judgementsFrom(answers);
  const items: ReviewItem[] = [];
  for (const [id, ties] of byItem) {
    const last = ties.at(-1);
    const person = last && (await personSide(db, last.person_key, when));
    if (last === undefined || person === undefined) continue;
    const { current, subject } = person;
    const standing = ties.filter((tie) => tie.level === 'lead' || current.has(tie.hash));
    const shown = standing.at(-1) ?? last;
    const judgement = judgements.between(personNode(last.person_key), identityNode(last.identity));
    const own = answers.filter((answer) => answer.item === id);
    const isSaid = judgement === undefined || judgement.because.some((answer) => answer.item === id);
    const follows = isSaid ? undefined : [...new Set(judgement.because.map((answer) => answer.item))];
    const evidence = unseal<Evidence>(shown.content);
    items.push({
      id,
      state: judgement?.is ?? (standing.length > 0 ? 'open' : 'closed'),
      level: levels.find((level) => (standing.length > 0 ? standing : ties).some((tie) => tie.level === level)) ?? shown.level,
      score: shown.score / 10,
      reasons: evidence.link?.reasons ?? [],
      subject,
      record: recordSide(evidence),
      records: new Set(ties.map((tie) => `${tie.agency}/${tie.feed}/${tie.record_id}`)).size,
      firstSeenAt: ties[0]?.received_at ?? when,
      answers: own.map(({ at, answer, by, reason }) => ({ at, answer, by, reason })),
      ...(follows === undefined ? {} : { follows }),
    });
  }
  return items;
}

async function personSide(
  db: Db,
  key: string,
  when: string,
): Promise<{ current: ReadonlySet<string>; subject: ReviewItem['subject'] } | undefined> {
  const file = await caseFile(db, key, when);
  if (file === undefined) return undefined;
  const versions = await currentVersions(db, key, when);
  const { name, birthDate, sex, idDocuments } = file.subject;
  const idNumber = idDocuments[0]?.number;
  return {
    current: new Set(versions.filter(({ status }) => status === 'current').map(({ hash }) => hash)),
    subject: {
      key,
      caseNos: file.cases.map(({ caseNo }) => caseNo),
      name,
      ...(idNumber === undefined ? {} : { idNumber }),
      ...(birthDate === undefined ? {} : { birthDate }),
      ...(sex === undefined ? {} : { sex }),
    },
  };
}

const dayFields = ['diedOn', 'eventOn', 'admittedOn', 'dischargedOn', 'from', 'to', 'settledOn', 'on'] as const;

function recordSide(evidence: Evidence): ReviewItem['record'] {
  const { agency, feed, recordId, receivedAt } = evidence.source;
  const fields = evidence as unknown as Partial<Record<string, PartialDate>>;
  const days = Object.fromEntries(
    dayFields.flatMap((field) => {
      const value = fields[field];
      return typeof value === 'string' ? [[field, value]] : [];
    }),
  );
  return { agency, feed, recordId, kind: evidence.kind, person: evidence.person, receivedAt, days };
}

/** Keeps an answer, unless it says what earlier ones rule out. Inside a transaction. */
export async function answerReview(
  db: Db,
  ask: { id: string; answer: ReviewAnswer; by: string; reason: string },
  at: Instant,
): Promise<ReviewItem> {
  const when = instant(at);
  const by = redact(ask.by.trim());
  const reason = redact(ask.reason.trim());
  if (by === '' || reason === '') throw refused('须写明由谁、因何作出', 'who says so and why must be given', ask.id);
  const ties = ask.id === '' ? [] : await itemsBeginningWith(db, ask.id);
  const tie = ties[0];
  if (tie === undefined) throw refused(`没有编号为 ${ask.id} 的待核对项`, `there is no review item ${ask.id}`, ask.id);
  if (ties.length > 1)
    throw refused(
      `有多个待核对项以 ${ask.id} 开头，请写长一些`,
      `several review items begin with ${ask.id}: write more of it`,
      ask.id,
    );
  const { item, person_key: personKey, identity } = tie;
  const answers = await linkAnswers(db, when);
  const last = answers.filter((answer) => answer.item === item).at(-1);
  const isRepeated = last?.answer === ask.answer && last.by === by && last.reason === reason;
  if (!isRepeated) {
    const standing = judgementsFrom(answers).withoutOwn(personNode(personKey), identityNode(identity));
    if (ask.answer !== 'undecided' && standing !== undefined && standing.is !== ask.answer) throw contradiction(item, standing);
    const row = { at: when, item, person_key: personKey, identity, answer: ask.answer, by_whom: by, reason };
    await db.insertInto('link_answers').values(row).execute();
  }
  const found = (await reviews(db, when)).find(({ id }) => id === item);
  if (found === undefined) throw refused(`没有编号为 ${ask.id} 的待核对项`, `there is no review item ${ask.id}`, ask.id);
  return found;
}

async function itemsBeginningWith(db: Db, id: string): Promise<Pick<LinkTieTable, 'item' | 'person_key' | 'identity'>[]> {
  return db
    .selectFrom('link_ties')
    .select(['item', 'person_key', 'identity'])
    .distinct()
    .where((eb) => eb(eb.fn<string>('substr', ['item', eb.val(1), eb.val([...id].length)]), '=', id))
    .orderBy('item')
    .execute();
}

const answerNames: Record<'same' | 'not-same', Bilingual> = {
  same: { zh: '同一人', en: 'same' },
  'not-same': { zh: '不是同一人', en: 'not same' },
};

function contradiction(item: string, standing: { is: 'same' | 'not-same'; because: readonly Answered[] }): YilianError {
  const list = (language: keyof Bilingual): string =>
    standing.because
      .map(({ item: other, answer, by, at }) => {
        const said = answer === 'undecided' ? answer : answerNames[answer][language];
        return language === 'zh'
          ? `${other.slice(0, 12)} ${said}（${by}，${at}）`
          : `${other.slice(0, 12)} ${said} (${by}, ${at})`;
      })
      .join(language === 'zh' ? '；' : '; ');
  return refused(
    `与此前的回答矛盾：据 ${list('zh')}，此项为“${answerNames[standing.is].zh}”。请先更改此前的回答`,
    `this contradicts earlier answers: from ${list('en')} follows “${answerNames[standing.is].en}”. Change the earlier answer first`,
    item,
  );
}

function refused(zh: string, en: string, place: string): YilianError {
  return new YilianError('ERR_INPUT', { zh, en }, { place });
}
