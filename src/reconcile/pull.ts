import type { CallContext, Changes, Connection, Cursor, Feed, LookupAnswer, Page, Retraction } from '../adapters/adapter.js';
import type { lookAhead } from '../adapters/preflight.js';
import { isYilianError, YilianError } from '../errors.js';
import { parseIdDocument } from '../identity/index.js';
import {
  dayInterval,
  dayOfInstant,
  type Evidence,
  type FeedTally,
  formatDay,
  type IdDocument,
  type Instant,
  noTally,
  type PartialDate,
  type Received,
  type RecordShapes,
  type Subject,
  sumRows,
  sumShapes,
  sumTallies,
} from '../model/index.js';
import type { LinkTie, LookupWrite, Store } from '../store/store.js';
import type { FeedPolicy } from './feeds.js';
import { lateNumbers, marked, unmarked } from './latecomers.js';
import { linkTo } from './link.js';
import type { Linkage } from './resemble.js';

/** One connection of a feed, ready to be asked. */
export interface ConnectedFeed {
  feed: Feed;
  connection: Connection;
  policy: FeedPolicy;
  /** How many calls may be under way at once. */
  concurrency: number;
  /** As configured, for a look before the run; without it there is none. */
  channel?: Parameters<typeof lookAhead>[1];
}

/** Everything a pull needs from outside. */
export interface PullEnvironment {
  store: Store;
  run: string;
  now: () => Date;
  context: CallContext;
  /** Key of each number on file → the subject's key. */
  numberKeys: ReadonlyMap<string, string>;
  /** The instant as of which they were on file. */
  numbersAt: Instant;
  numberKey: (document: Pick<IdDocument, 'type' | 'number'>) => string | undefined;
  progress: (done: number, total: number) => void;
  /** Whom records are about whose number is wrong or missing; absent: the number alone counts. */
  linkage?: Linkage;
}

/** What a pull left undone. */
export interface PullOutcome {
  asked: number;
  /** Due, and not asked: outside hours, quota used up, the feed fell. */
  notAsked: number;
  /** Of them those noted as failed without having been asked, because the feed fell. */
  fallen?: number;
  error?: YilianError;
  /** The days asked about; of changes from the day it was complete through before to the day it now is. Left out where nothing was read. */
  window?: { from?: string; until?: string };
}

/** Reads one connection: everybody due is asked, or what changed is read. Failures of the agency become the outcome; faults of ours are thrown. */
export function pull(target: ConnectedFeed, environment: PullEnvironment): Promise<PullOutcome> {
  return target.policy.mode === 'changes' ? pullChanges(target, environment) : pullLookups(target, environment);
}

// ---- what changed ------------------------------------------------------------------------------------------------------------------------

async function pullChanges(target: ConnectedFeed, environment: PullEnvironment): Promise<PullOutcome> {
  const { store, run, context, numberKeys, numberKey } = environment;
  const { agency, feed, connection } = target.policy;
  if (target.feed.changes === undefined)
    throw new YilianError('ERR_INTERNAL', { zh: `${agency}/${feed} 不提供变更`, en: `${agency}/${feed} offers no changes` });
  const cursors = await store.cursors(environment.now().toISOString());
  const state = cursors.find((item) => item.agency === agency && item.feed === feed && item.connection === connection);
  const bookmark = unmarked(state?.position ?? {});
  let position: Cursor = bookmark.position;
  let readFor = bookmark.readFor ?? environment.numbersAt;
  let pages = 0;
  const before = state?.completeThrough;
  let through = before;
  const outcome = (): PullOutcome => ({
    asked: 0,
    notAsked: 0,
    ...(pages === 0 || through === undefined
      ? {}
      : { window: { ...(before === undefined ? {} : { from: before }), until: through } }),
  });
  try {
    const onFile = (idNumber: string) => numberKeys.has(numberKey(parseIdDocument(idNumber)) ?? '');
    const late = state === undefined ? new Set<string>() : await lateNumbers(store, numberKeys, readFor);
    if (late.size > 0) await catchUp(target, environment, { position, onFile, late });
    readFor = environment.numbersAt;
    const ask = {
      ...(state === undefined || Object.keys(position).length === 0 ? {} : { since: position }),
      onFile,
      ...resemblance(environment),
      seen: (sha256: string) => store.hasMessage(agency, feed, sha256),
    };
    for await (const page of target.feed.changes(ask, target.connection, context)) {
      context.signal?.throwIfAborted();
      await storePage(target, environment, page);
      position = page.cursor;
      through = page.completeThrough ?? through;
      pages += 1;
      environment.progress(pages, pages);
    }
    // Nothing new has come, and it could be read: that heals it too.
    if (pages === 0 && state?.failure !== undefined)
      await store.receive({ ...empty(target, environment, run), cursor: { position: marked(position, readFor) } });
    return outcome();
  } catch (error) {
    if (context.signal?.aborted) throw error;
    const failure = asFailure(error);
    await store.receive({
      ...empty(target, environment, run),
      cursor: {
        position: marked(position, readFor),
        failure: failure.code,
        ...(through === undefined ? {} : { completeThrough: through }),
      },
    });
    return { ...outcome(), error: failure };
  }
}

/**
 * Reads again, for persons put on file since, what was read before and still lies there: then their rows were about nobody on file. One
 * transaction, so that no retraction is parted from what it retracts; the bookmark stays where it is.
 */
async function catchUp(
  target: ConnectedFeed,
  environment: PullEnvironment,
  known: { position: Cursor; onFile: (idNumber: string) => boolean; late: ReadonlySet<string> },
): Promise<void> {
  const { store, run, context, numberKey } = environment;
  const { agency, feed } = target.policy;
  const latecomers = new Set([...known.late].flatMap((number) => environment.numberKeys.get(number) ?? []));
  const ask = {
    onFile: known.onFile,
    ...resemblance(environment, latecomers),
    only: (idNumber: string) => known.late.has(numberKey(parseIdDocument(idNumber)) ?? ''),
    seen: async (sha256: string) => !(await store.hasMessage(agency, feed, sha256)),
  };
  const received: Received = { messages: [], evidence: [], rejected: [], unknownCodes: [], rows: 0, sieved: 0 };
  const tallies: FeedTally[] = [];
  const gone = new Map<string, Retraction>();
  for await (const page of target.feed.changes?.(ask, target.connection, context) ?? []) {
    context.signal?.throwIfAborted();
    const held = new Set([...page.evidence.map(({ source }) => source.recordId), ...(page.voids?.except ?? [])]);
    for (const { source } of page.voids === undefined ? [] : received.evidence)
      if (!held.has(source.recordId)) gone.set(source.recordId, { recordId: source.recordId });
    for (const { source } of page.evidence) gone.delete(source.recordId);
    for (const retraction of page.retracted ?? []) gone.set(retraction.recordId, retraction);
    received.messages.push(...page.messages);
    received.evidence.push(...page.evidence);
    received.rejected.push(...page.rejected);
    received.unknownCodes.push(...page.unknownCodes);
    if (page.tally !== undefined) tallies.push(page.tally);
  }
  const told = new Set([
    ...received.evidence.map(({ source }) => source.message.id),
    ...received.rejected.map(({ message }) => message),
  ]);
  const brought = new Set(received.evidence.map(({ source }) => source.recordId));
  await store.receive({
    ...empty(target, environment, run),
    ...(tallies.length === 0 ? {} : { tally: sumTallies(tallies) }),
    messages: received.messages.filter(({ id }) => told.has(id)),
    evidence: await tie(received, environment, latecomers),
    rejected: received.rejected,
    unknownCodes: received.unknownCodes,
    voidRecords: [...gone.values()].filter(({ recordId }) => brought.has(recordId)),
    cursor: { position: marked(known.position, environment.numbersAt) },
  });
}

async function storePage(target: ConnectedFeed, environment: PullEnvironment, page: Page): Promise<void> {
  const { agency, feed, connection } = target.policy;
  await environment.store.receive({
    run: environment.run,
    agency,
    feed,
    connection,
    at: environment.now().toISOString(),
    messages: page.messages,
    evidence: await tie(page, environment),
    rejected: page.rejected,
    unknownCodes: page.unknownCodes,
    cursor: {
      position: marked(page.cursor, environment.numbersAt),
      ...(page.completeThrough === undefined ? {} : { completeThrough: page.completeThrough }),
      ...(page.gap === undefined ? {} : { gap: page.gap === null ? null : { reason: page.gap.reason } }),
    },
    voidAllOthers: page.voids === undefined ? false : { except: page.voids.except ?? [] },
    voidRecords: page.retracted ?? [],
    rows: page.rows,
    sieved: page.sieved,
    ...(page.tally === undefined ? {} : { tally: page.tally }),
  });
}

/** A record with the person it is about, and how it was tied where its number does not say so. */
interface TiedEvidence {
  personKey: string;
  evidence: Evidence;
  tie?: LinkTie;
}

/** The question whom a row resembles, as an adapter asks it; of latecomers alone where they are given. */
function resemblance({ linkage }: PullEnvironment, among?: ReadonlySet<string>): Pick<Changes, 'resembles'> {
  return linkage === undefined ? {} : { resembles: (person) => linkage.resembles(person, among) };
}

/**
 * Ties evidence to the person on file whose number it carries, else to whom it resembles, with a doubt; a record of nobody on file is not kept.
 * Of what is read again for latecomers (`among`) only they are new to a record without their number.
 */
async function tie(page: Received, environment: PullEnvironment, among?: ReadonlySet<string>): Promise<TiedEvidence[]> {
  const { store, numberKeys, numberKey, linkage } = environment;
  const tied: TiedEvidence[] = [];
  for (const evidence of page.evidence) {
    const key = evidence.person.idDocuments
      .map((document) => numberKeys.get(numberKey(document) ?? ''))
      .find((found) => found !== undefined);
    if (key === undefined) {
      const found = linkage?.ties(evidence, among) ?? [];
      for (const { personKey, link, tie: by } of found) tied.push({ personKey, evidence: { ...evidence, link }, tie: by });
      continue;
    }
    const subject = await store.subject(key, environment.now().toISOString());
    const link = subject === undefined ? undefined : linkTo(subject, evidence.person);
    if (link !== undefined) tied.push({ personKey: key, evidence: { ...evidence, link } });
  }
  return tied;
}

// ---- who is due ----------------------------------------------------------------------------------------------------------------------------

/** Stop asking a feed, the rest stays due: nothing about the next person would be different. */
const stops = new Set([
  'ERR_QUOTA',
  'ERR_OUTSIDE_HOURS',
  'ERR_BREAKER_OPEN',
  'ERR_UNAUTHORISED',
  'ERR_CLOCK',
  'ERR_TLS',
  'ERR_CONFIG',
]);

/** Calls whose looks are written together. */
const looksAtOnce = 50;

async function pullLookups(target: ConnectedFeed, environment: PullEnvironment): Promise<PullOutcome> {
  const { store, run, context } = environment;
  const { agency, feed, connection, refreshMs } = target.policy;
  const lookup = target.feed.lookup;
  if (lookup === undefined)
    throw new YilianError('ERR_INTERNAL', {
      zh: `${agency}/${feed} 不能按人查询`,
      en: `${agency}/${feed} cannot be asked about persons`,
    });
  const at = environment.now();
  const due = await store.due({
    agency,
    feed,
    connection,
    freshSince: new Date(at.getTime() - refreshMs).toISOString(),
    at: at.toISOString(),
  });
  const size = Math.max(1, target.feed.batchSize?.(target.connection.settings) ?? 1);
  const batches: Subject[][] = [];
  for (let start = 0; start < due.length; start += size) batches.push(due.slice(start, start + size));

  let asked = 0;
  let first: YilianError | undefined;
  let stopped = false;
  let earliest: string | undefined;
  // Shapes are written now and then: nothing is lost by a kill but the looks of the last answers.
  let looks: RecordShapes[] = [];
  const look = (shapes: RecordShapes, atOnce = false): RecordShapes => {
    if (shapes.length > 0) looks.push(shapes);
    if (looks.length < looksAtOnce && !atOnce) return [];
    const all = sumShapes(looks);
    looks = [];
    return all;
  };
  const until = formatDay(dayOfInstant(at));
  const worker = async (): Promise<void> => {
    while (!stopped) {
      const batch = batches.shift();
      if (batch === undefined) return;
      context.signal?.throwIfAborted();
      const from = await firstDayOfInterest(batch, environment);
      const answers = await lookup(
        { persons: batch, ...(from === undefined ? {} : { window: { from, until } }) },
        target.connection,
        context,
      );
      if (context.signal?.aborted) context.signal.throwIfAborted();
      const stopper = answers.map((answer) => answer.error).find((error) => error !== undefined && stops.has(error.code));
      const held = stopper !== undefined && (stopper.code === 'ERR_QUOTA' || stopper.code === 'ERR_OUTSIDE_HOURS');
      first ??= answers.map((answer) => answer.error).find((error) => error !== undefined);
      if (stopper !== undefined) stopped = true;
      // Quota and hours are ours to keep: those persons were not asked and stay due; a refusal or an outage is an answer about the feed.
      if (!held) {
        asked += batch.length;
        if (from !== undefined && (earliest === undefined || from < earliest)) earliest = from;
        await storeAnswers(target, environment, batch, answers, look);
      } else batches.unshift(batch);
      environment.progress(asked, due.length);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, target.concurrency) }, worker));

  const shapes = look([], true);
  if (shapes.length > 0) await store.receive({ ...empty(target, environment, run), tally: { ...noTally(), shapes } });

  const notAsked = due.length - asked;
  let fallen = 0;
  if (notAsked > 0 && first !== undefined && !['ERR_QUOTA', 'ERR_OUTSIDE_HOURS'].includes(first.code)) {
    // The feed fell: everybody who was due is due and failed.
    const { code } = first;
    const rest = batches.flat();
    fallen = rest.length;
    await store.receive({
      ...empty(target, environment, run),
      lookups: rest.map((subject) => ({
        personKey: subject.key,
        outcome: 'unavailable' as const,
        at: environment.now().toISOString(),
        error: code,
      })),
    });
  }
  return {
    asked,
    notAsked,
    fallen,
    ...(first === undefined ? {} : { error: first }),
    ...(asked === 0 ? {} : { window: { ...(earliest === undefined ? {} : { from: earliest }), until } }),
  };
}

async function storeAnswers(
  target: ConnectedFeed,
  environment: PullEnvironment,
  batch: readonly Subject[],
  answers: readonly LookupAnswer[],
  look: (shapes: RecordShapes) => RecordShapes,
): Promise<void> {
  const { agency, feed, connection } = target.policy;
  const at = environment.now().toISOString();
  const { linkage } = environment;
  const evidence: TiedEvidence[] = [];
  const leads: Required<TiedEvidence>[] = [];
  const lookups: LookupWrite[] = [];
  for (const [index, subject] of batch.entries()) {
    const answer = answers[index];
    if (answer === undefined) {
      lookups.push({ personKey: subject.key, outcome: 'unavailable', at, error: 'ERR_INCOMPLETE' });
      continue;
    }
    lookups.push({
      personKey: subject.key,
      outcome: answer.outcome,
      at,
      ...(answer.error === undefined ? {} : { error: answer.error.code }),
    });
    for (const record of answer.evidence) {
      const link = record.link ?? linkTo(subject, record.person);
      if (link === undefined) continue;
      const linked = { ...record, link };
      const isDoubtful = link.level === 'probable' || link.level === 'weak';
      const by = isDoubtful ? linkage?.tieOf(linked) : undefined;
      evidence.push({ personKey: subject.key, evidence: linked, ...(by === undefined ? {} : { tie: by }) });
    }
    for (const record of answer.unnumbered ?? []) {
      const found = linkage?.lead(subject.key, record);
      if (found !== undefined) leads.push({ personKey: subject.key, evidence: { ...record, link: found.link }, tie: found.tie });
    }
  }
  const messages = new Map(answers.flatMap((answer) => answer.messages).map((message) => [message.id, message]));
  const tallies = answers.flatMap((answer) => answer.tally ?? []);
  const shapes = look(sumShapes(tallies.map((tally) => tally.shapes)));
  await environment.store.receive({
    run: environment.run,
    agency,
    feed,
    connection,
    at,
    messages: [...messages.values()],
    evidence,
    leads,
    rejected: dedupe(answers.flatMap((answer) => answer.rejected)),
    unknownCodes: answers.flatMap((answer) => answer.unknownCodes),
    lookups,
    rows: evidence.length + answers.reduce((sum, answer) => sum + answer.rejected.length, 0),
    sieved: 0,
    ...(tallies.length === 0 ? {} : { tally: { shapes, rows: sumRows(tallies.map((tally) => tally.rows)), days: [] } }),
  });
}

/** Several persons may share one message: its rejections are told once. */
function dedupe<T extends { message: string; pointer: string; reason: string }>(rejected: readonly T[]): T[] {
  const seen = new Map(rejected.map((item) => [`${item.message} ${item.pointer} ${item.reason}`, item]));
  return [...seen.values()];
}

/** From this day on records matter: the accident, the leave period, a submitted record's admission, the application; the earliest of the batch. */
async function firstDayOfInterest(batch: readonly Subject[], environment: PullEnvironment): Promise<string | undefined> {
  let first: number | undefined;
  for (const subject of batch) {
    for (const day of await daysOfInterest(subject, environment)) {
      const lo = dayInterval(day)?.lo;
      if (lo !== undefined && (first === undefined || lo < first)) first = lo;
    }
  }
  return first === undefined ? undefined : formatDay(first);
}

/** A file that cannot be put together says nothing of when records matter; judging says whose it is. */
async function daysOfInterest(subject: Subject, { store, now }: PullEnvironment): Promise<readonly (PartialDate | undefined)[]> {
  try {
    const file = await store.caseFile(subject.key, now().toISOString());
    return (file?.cases ?? []).flatMap((appraisal) => [
      appraisal.recognition?.accidentOn,
      appraisal.leavePeriod?.from,
      appraisal.receivedOn,
      ...appraisal.documents.map((document) => document.admittedOn),
    ]);
  } catch (error) {
    if (isYilianError(error)) throw error;
    return [];
  }
}

function empty(target: ConnectedFeed, environment: PullEnvironment, run: string) {
  const { agency, feed, connection } = target.policy;
  return {
    run,
    agency,
    feed,
    connection,
    at: environment.now().toISOString(),
    messages: [],
    evidence: [],
    rejected: [],
    unknownCodes: [],
    rows: 0,
    sieved: 0,
  };
}

/** A failure of the agency stays what it is; anything else is a fault of ours and goes on up. */
function asFailure(error: unknown): YilianError {
  if (isYilianError(error) && error.code !== 'ERR_INTERNAL' && !error.code.startsWith('ERR_STORE')) return error;
  throw error;
}
