import { isYilianError, type YilianError } from '../errors.js';
import { compareNames, type IdentityMatch, matchIdentity } from '../identity/index.js';
import type { MappedElement, MappingResult } from '../mapping/context.js';
import { sumUnknownCodes } from '../mapping/engine.js';
import {
  coversRegion,
  type Evidence,
  type Link,
  type Message,
  type Person,
  type PopulationEvidence,
  type Rejected,
} from '../model/index.js';
import type { CallContext, Connection, Lookup, LookupAnswer } from './adapter.js';
import { failure, messageBehind, type Reply } from './call.js';
import { type Fate, tallyOf } from './tally.js';

/**
 * The guard every lookup goes through. Each row's identity is held against the question before anything else, because platforms have been
 * seen to drop the filter and return everybody; and an answer is told as one of five outcomes, never as a default.
 */

/** What was gathered to answer one question (several pages, operations or windows). */
export interface Gathered {
  replies: readonly Reply[];
  /** Where the adapter joins records of several replies itself; otherwise every reply is mapped by `mapReply`. */
  elements?: readonly MappedElement[];
  /** The adapter's own refusals. */
  rejected?: readonly Rejected[];
  /** Rows were held against stated totals already, over all pages; otherwise every reply must hold as many as it states. */
  isCounted?: true;
  /** Part could not be had (one `med_type`, one page): the answer is `unavailable` with this, and what did come is kept. */
  error?: YilianError;
}

/** How a feed reads names and absences. */
export interface AnswerPolicy {
  /** Number equal, name certainly different: the outcome `mismatch` (default), or no matter (`ignore`). The evidence is kept either way. */
  nameDiffers?: 'mismatch' | 'ignore';
  /** An answer without a row about the person: `absent` where the source covers the region (default), or `incomplete` where each person asked must be answered for. */
  noRow?: 'absent' | 'incomplete';
}

/** What the connection's mapping makes of the records of one reply. */
export function mapReply(
  connection: Connection,
  reply: Reply,
  records: Reply['opened']['records'] = reply.opened.records,
): MappingResult {
  const operation = reply.opened.operation ?? reply.operation;
  return connection.mapping.apply(records, {
    agency: connection.agency,
    feed: connection.feed,
    message: { id: reply.message.id, sha256: reply.message.sha256 },
    receivedAt: reply.message.receivedAt,
    keys: connection.keys,
    institutions: connection.institutions,
    ...(operation === '' ? {} : { operation }),
    unnumbered: true,
  });
}

/**
 * Asks about each person by itself and guards the answers. What `gather` throws as a `YilianError` becomes `unavailable` or `unauthorised`;
 * faults of ours are thrown. One answer each, in the order of the persons.
 */
export function lookupEach(
  ask: Lookup,
  connection: Connection,
  context: CallContext,
  gather: (person: Person) => Promise<Gathered>,
  policy: AnswerPolicy = {},
): Promise<LookupAnswer[]> {
  const one = async ([person]: readonly Person[]): Promise<Gathered> => (person === undefined ? { replies: [] } : gather(person));
  return lookupBatches(ask, connection, context, 1, one, policy);
}

/** The same for protocols that take several persons per call: `gather` is called with at most `size` persons at a time. */
export async function lookupBatches(
  ask: Lookup,
  connection: Connection,
  context: CallContext,
  size: number,
  gather: (persons: readonly Person[]) => Promise<Gathered>,
  policy: AnswerPolicy = {},
): Promise<LookupAnswer[]> {
  const answers = new Map<Person, LookupAnswer>();
  const askable = ask.persons.filter((person) => {
    const verifiable = matchIdentity(person, person).result !== 'not-verifiable';
    if (!verifiable) answers.set(person, withoutNumber(connection, person));
    return verifiable;
  });
  for (let start = 0; start < askable.length; start += Math.max(1, size)) {
    const batch = askable.slice(start, start + Math.max(1, size));
    const together = await askedAbout(batch, connection, context, gather, policy);
    // One question that cannot be put (a name the encoding does not have) must not silence the others of its call.
    const alone = batch.length > 1 && together.every((answer) => answer.error?.code === 'ERR_INPUT');
    const batchAnswers = alone
      ? await oneByOne(batch, (person) => askedAbout([person], connection, context, gather, policy))
      : together;
    for (const answer of batchAnswers) answers.set(answer.person, answer);
  }
  return ask.persons.map((person) => answers.get(person) ?? nothingKnown(person, 'unavailable'));
}

async function oneByOne(
  persons: readonly Person[],
  asking: (person: Person) => Promise<LookupAnswer[]>,
): Promise<LookupAnswer[]> {
  const answers: LookupAnswer[] = [];
  for (const person of persons) answers.push(...(await asking(person)));
  return answers;
}

async function askedAbout(
  persons: readonly Person[],
  connection: Connection,
  context: CallContext,
  gather: (persons: readonly Person[]) => Promise<Gathered>,
  policy: AnswerPolicy,
): Promise<LookupAnswer[]> {
  try {
    if (context.signal?.aborted) throw failure(connection, 'ERR_ABORTED', { zh: '已按要求停止', en: 'stopped as asked' });
    return guard(persons, await gather(persons), connection, policy);
  } catch (error) {
    if (!isYilianError(error) || error.code === 'ERR_INTERNAL') throw error;
    const message = messageBehind(error);
    return persons.map((person) => ({ ...failed(person, error), messages: message === undefined ? [] : [message] }));
  }
}

/** One answer per person out of what was gathered about all of them. */
export function guard(
  persons: readonly Person[],
  gathered: Gathered,
  connection: Connection,
  policy: AnswerPolicy = {},
): LookupAnswer[] {
  const results = gathered.elements === undefined ? gathered.replies.map((reply) => mapReply(connection, reply)) : [];
  const elements = gathered.elements ?? results.flatMap((result) => result.elements);
  const error =
    gathered.error ??
    (results.some((result) => result.unrecognised > 0) ? noPlaceFor(connection) : undefined) ??
    (gathered.isCounted === true ? undefined : fewerThanStated(connection, gathered.replies));
  const names: NameOptions = connection.privateUse === undefined ? {} : { privateUse: connection.privateUse };
  const rows = elements.map((element) => ({ element, ...ownersOf(element, persons) }));
  const nobodys = rows.filter((row) => row.owners.size === 0);
  const strangers = nobodys.filter((row) => row.isOther);
  const messages = withoutBytesOf(
    gathered.replies.map((reply) => reply.message),
    new Set(strangers.map((row) => row.element.message)),
  );
  const shared: Rejected[] = [
    ...nobodys.flatMap((row) => (row.isOther ? [aboutAnother(row.element)] : row.element.rejected)),
    ...(gathered.rejected ?? []),
  ];
  const unverifiable = strangers.length < nobodys.length;
  const unnumbered = nobodys.flatMap(({ element }) => element.unnumbered ?? []);

  const answers = persons.map((person, index): LookupAnswer => {
    const own = rows.filter((row) => row.owners.has(person));
    const evidence = once(
      own.flatMap(({ element, owners }) => {
        const match = owners.get(person);
        return element.evidence === undefined || match === undefined ? [] : [linked(element.evidence, match, person, names)];
      }),
    );
    const rejected = own.flatMap((row) => row.element.rejected);
    const base: Omit<LookupAnswer, 'outcome'> = {
      person,
      evidence,
      // What belongs to nobody asked about is told once.
      rejected: index === 0 ? [...rejected, ...shared] : rejected,
      messages,
      unknownCodes: sumUnknownCodes(own.flatMap((row) => row.element.unknownCodes)),
      ...(unnumbered.length === 0 ? {} : { unnumbered }),
    };
    if (error !== undefined) return { ...base, outcome: outcomeOf(error), error };
    if (evidence.length > 0) return { ...base, outcome: spoken(person, evidence, policy, names) };
    const why =
      rejected.length > 0
        ? unreadableRecord(connection, rejected)
        : noRow(connection, person, strangers.length > 0, unverifiable, policy);
    return why === undefined ? { ...base, outcome: 'absent' } : { ...base, outcome: 'unavailable', error: why };
  });
  return counted(answers, gathered, rows);
}

/** What was counted of the replies is told once, with the first answer. */
function counted(
  answers: LookupAnswer[],
  gathered: Gathered,
  rows: readonly { element: MappedElement; owners: ReadonlyMap<Person, IdentityMatch>; isOther: boolean }[],
): LookupAnswer[] {
  const [first, ...others] = answers;
  if (first === undefined) return answers;
  const fates = new Map(rows.map(({ element, owners, isOther }) => [element, fateOf(element, owners.size > 0, isOther)]));
  const tally = tallyOf(gathered.replies, [...fates.keys()], (element) => fates.get(element), {
    evidence: answers.reduce((sum, answer) => sum + answer.evidence.length, 0),
    byDay: false,
  });
  return [{ ...first, tally }, ...others];
}

function fateOf(element: MappedElement, isOwn: boolean, isOther: boolean): Fate | undefined {
  if (isOwn && element.evidence !== undefined) return 'mapped';
  return isOther || element.rejected.length > 0 ? 'rejected' : undefined;
}

type NameOptions = NonNullable<Parameters<typeof compareNames>[2]>;

/** Whose row it is among the persons asked about; `isOther`: it bears a whole number, and that of nobody asked. */
function ownersOf(element: MappedElement, persons: readonly Person[]): { owners: Map<Person, IdentityMatch>; isOther: boolean } {
  const owners = new Map<Person, IdentityMatch>();
  const { state, documents } = element.identity;
  if (state !== 'given') return { owners, isOther: false };
  for (const person of persons) {
    const match = matchIdentity(person, { idDocuments: documents });
    if (match.result === 'same' || match.result === 'upgraded') owners.set(person, match);
  }
  return { owners, isOther: owners.size === 0 };
}

function aboutAnother(element: MappedElement): Rejected {
  return {
    reason: 'about-another-person',
    pointer: element.pointer,
    message: element.message,
    detail: {
      zh: '这一行说的是未被询问的人，内容不予保存',
      en: 'this row is about somebody who was not asked about; its content is not kept',
    },
  };
}

/** Messages with rows about others lose their bytes: of those only hash, pointer and reason are kept. */
function withoutBytesOf(messages: readonly Message[], tainted: ReadonlySet<string>): Message[] {
  const unique = new Map(messages.map((message) => [message.id, message]));
  return [...unique.values()].map((message) => {
    if (!tainted.has(message.id)) return message;
    const { bytes: _, ...rest } = message;
    return rest;
  });
}

/** Exact duplicate rows are one record: gateways repeat rows within an answer, and pages. */
function once(evidence: readonly Evidence[]): Evidence[] {
  const seen = new Map<string, Evidence>();
  for (const item of evidence) {
    const { pointers: _, message: __, receivedAt: ___, ...source } = item.source;
    const content = JSON.stringify({ ...item, source });
    if (!seen.has(content)) seen.set(content, item);
  }
  return [...seen.values()];
}

function linked(evidence: Evidence, match: IdentityMatch, person: Person, names: NameOptions): Evidence {
  if (evidence.link !== undefined) return evidence;
  const name = compareNames(person, evidence.person, names);
  const reasons = [
    ...match.reasons,
    ...(name.result === 'different' ? ['name-differs'] : name.result === 'uncertain' ? ['name-uncertain'] : []),
  ];
  const doubts = evidence.kind === 'population' ? populationDoubts(evidence) : [];
  const level: Link['level'] = doubts.length > 0 ? 'weak' : match.result === 'upgraded' ? 'upgraded' : 'exact';
  return { ...evidence, link: { level, reasons: [...new Set([...reasons, ...doubts])] } };
}

/**
 * A police record that says the name is not the one under the number, or the number only a similar one, speaks of that number's holder, who is
 * perhaps not this person: it is never merged by itself.
 */
function populationDoubts(evidence: PopulationEvidence): string[] {
  return [
    ...(evidence.outcome === 'name-differs' ? ['name-differs'] : []),
    ...(evidence.match?.id === 'similar' ? ['number-similar'] : []),
  ];
}

function spoken(
  person: Person,
  evidence: readonly Evidence[],
  policy: AnswerPolicy,
  names: NameOptions,
): LookupAnswer['outcome'] {
  const population = evidence.flatMap((item) => (item.kind === 'population' ? [item.outcome] : []));
  if (population.length === evidence.length) {
    if (population.every((outcome) => outcome === 'absent')) return 'absent';
    if (population.every((outcome) => outcome === 'name-differs')) return 'mismatch';
  }
  if (policy.nameDiffers === 'ignore') return 'found';
  const differ = evidence.every((item) => {
    const discloses = item.kind !== 'population' || item.nameDisclosed !== false;
    return discloses && compareNames(person, item.person, names).result === 'different';
  });
  return differ ? 'mismatch' : 'found';
}

/** No row about the person: why not, or undefined where that means there is none. */
function noRow(
  connection: Connection,
  person: Person,
  strangers: boolean,
  unverifiable: boolean,
  policy: AnswerPolicy,
): YilianError | undefined {
  if (unverifiable) {
    return failure(connection, 'ERR_IDENTITY_NOT_VERIFIABLE', {
      zh: '答复中的证件号码被遮盖或缺失，无法核对是不是被问的人',
      en: 'the ID numbers in the answer are masked or missing: nobody can tell whether it is the person asked about',
    });
  }
  if (strangers) {
    return failure(connection, 'ERR_ANSWERED_ABOUT_OTHERS', {
      zh: '对方答复的是别人，没有被问的人',
      en: 'the agency answered about others and not about the person asked about',
    });
  }
  if (policy.noRow === 'incomplete') {
    return failure(connection, 'ERR_INCOMPLETE', { zh: '对方的答复漏了此人', en: 'the answer leaves this person out' });
  }
  if (coversRegion(connection.regions, person.domicile?.region)) return undefined;
  return failure(
    connection,
    'ERR_INCOMPLETE',
    {
      zh: '没有记录，但此数据源不覆盖此人的户籍地（或户籍地不明），不能算“没有”',
      en: 'no record, but the source does not cover the person’s domicile (or it is unknown): that is not absence',
    },
    { retryable: false },
  );
}

function noPlaceFor(connection: Connection): YilianError {
  return failure(connection, 'ERR_ENVELOPE', {
    zh: `映射 ${connection.mapping.name} 不认识答复中记录的样子`,
    en: `mapping ${connection.mapping.name} does not know the shape of the records in the answer`,
  });
}

/** Of what was left out nobody knows whom it is about: it is never absence. */
function fewerThanStated(connection: Connection, replies: readonly Reply[]): YilianError | undefined {
  for (const { opened } of replies) {
    const { total, records } = opened;
    if (total !== undefined && records.length < total)
      return failure(connection, 'ERR_INCOMPLETE', {
        zh: `对方说有 ${total} 条记录，只给出 ${records.length} 条`,
        en: `the agency states ${total} records and gives ${records.length}`,
      });
  }
  return undefined;
}

function unreadableRecord(connection: Connection, rejected: readonly Rejected[]): YilianError {
  const reasons = [...new Set(rejected.map((item) => item.reason))].join(', ');
  return failure(
    connection,
    'ERR_AGENCY',
    {
      zh: `对方有此人的记录，但不能采用：${reasons}`,
      en: `the agency has a record of this person that cannot be used: ${reasons}`,
    },
    { place: rejected[0]?.pointer },
  );
}

function withoutNumber(connection: Connection, person: Person): LookupAnswer {
  const error = failure(connection, 'ERR_INPUT', {
    zh: '此人没有完整的证件号码，不能查询',
    en: 'this person has no whole ID number to ask with',
  });
  return failed(person, error);
}

function failed(person: Person, error: YilianError): LookupAnswer {
  return { ...nothingKnown(person, outcomeOf(error)), error };
}

function outcomeOf(error: YilianError): 'unavailable' | 'unauthorised' {
  return error.code === 'ERR_UNAUTHORISED' || error.code === 'ERR_CLOCK' ? 'unauthorised' : 'unavailable';
}

function nothingKnown(person: Person, outcome: LookupAnswer['outcome']): LookupAnswer {
  return { person, outcome, evidence: [], rejected: [], messages: [], unknownCodes: [] };
}
