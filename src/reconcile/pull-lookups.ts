import type { LookupAnswer } from '../adapters/adapter.js';
import { isYilianError, YilianError } from '../errors.js';
import {
  type AuditEntry,
  dayInterval,
  dayOfInstant,
  formatDay,
  noTally,
  type PartialDate,
  type RecordShapes,
  type Subject,
  sumRows,
  sumShapes,
} from '../model/index.js';
import type { LookupWrite } from '../store/store.js';
import { linkTo } from './link.js';
import {
  auditEntry,
  type ConnectedFeed,
  empty,
  type PullEnvironment,
  type PullOutcome,
  type TiedEvidence,
} from './pull-environment.js';
import type { Linkage } from './resemble.js';

/** A feed that is asked per person: everybody due, the longest ago first. */

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

/** Ours to keep: those persons were not asked and stay due; a refusal or an outage is an answer about the feed. */
const held = new Set(['ERR_QUOTA', 'ERR_OUTSIDE_HOURS']);

/** Calls whose looks are written together. */
const looksAtOnce = 50;

/** Asks about everybody due. What the agency fails at becomes the outcome. */
export async function pullLookups(target: ConnectedFeed, environment: PullEnvironment): Promise<PullOutcome> {
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
      await environment.audit.append({ ...auditEntry(target, environment), ...about(batch), result: 'asked' });
      const answers = await lookup(
        { persons: batch, ...(from === undefined ? {} : { window: { from, until } }) },
        target.connection,
        context,
      );
      if (context.signal?.aborted) context.signal.throwIfAborted();
      const stopper = answers.map((answer) => answer.error).find((error) => error !== undefined && stops.has(error.code));
      const isHeld = stopper !== undefined && held.has(stopper.code);
      first ??= answers.map((answer) => answer.error).find((error) => error !== undefined);
      if (stopper !== undefined) stopped = true;
      if (!isHeld) {
        asked += batch.length;
        if (from !== undefined && (earliest === undefined || from < earliest)) earliest = from;
        await storeAnswers(target, environment, batch, answers, look);
      } else {
        batches.unshift(batch);
        await environment.audit.append({ ...auditEntry(target, environment), ...about(batch), result: 'not-asked' });
      }
      environment.progress(asked, due.length);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, target.concurrency) }, worker));

  const shapes = look([], true);
  if (shapes.length > 0) await store.receive({ ...empty(target, environment, run), tally: { ...noTally(), shapes } });

  const notAsked = due.length - asked;
  let fallen = 0;
  if (notAsked > 0 && first !== undefined && !held.has(first.code)) {
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

/**
 * Asks about one person now, whether or not they are due, and keeps what is answered as the night does; of shapes and rows nothing is counted, for it
 * is no run. Throws what the agency failed with, once that is kept; ERR_AUDIT where it cannot be noted: then nobody is asked.
 */
export async function lookUpNow(
  target: ConnectedFeed,
  environment: Omit<PullEnvironment, 'linkage'> & { linkage: () => Promise<Linkage> },
  subject: Subject,
): Promise<void> {
  const { lookup } = target.feed;
  if (lookup === undefined) return;
  const { audit, context, now } = environment;
  const { linkage: linkageNow, ...around } = environment;
  const persons = [subject];
  const from = await firstDayOfInterest(persons, around);
  await audit.append({ ...auditEntry(target, around), ...about(persons), result: 'asked' });
  const until = formatDay(dayOfInstant(now()));
  const [answer] = await lookup(
    { persons, ...(from === undefined ? {} : { window: { from, until } }) },
    target.connection,
    context,
  );
  context.signal?.throwIfAborted();
  if (answer?.error !== undefined && held.has(answer.error.code))
    await audit.append({ ...auditEntry(target, around), ...about(persons), result: 'not-asked' });
  else {
    // Everybody on file is read only where a record leaves it open whose it is.
    const linkage = answer !== undefined && isDoubtful(answer, subject) ? { linkage: await linkageNow() } : {};
    await storeAnswers(target, { ...around, ...linkage }, persons, answer === undefined ? [] : [uncounted(answer)], () => []);
  }
  if (answer?.error !== undefined) throw answer.error;
}

function isDoubtful({ evidence, unnumbered = [] }: LookupAnswer, subject: Subject): boolean {
  const levels = evidence.map((record) => (record.link ?? linkTo(subject, record.person))?.level);
  return unnumbered.length > 0 || levels.some((level) => level === 'probable' || level === 'weak');
}

function uncounted({ tally: _, ...answer }: LookupAnswer): LookupAnswer {
  return answer;
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
    audit: [answerEntry(target, environment, batch, lookups)],
    ...(tallies.length === 0 ? {} : { tally: { shapes, rows: sumRows(tallies.map((tally) => tally.rows)), days: [] } }),
  });
}

function about(batch: readonly Subject[]): Pick<AuditEntry, 'subjects'> {
  return { subjects: batch.map(({ key }) => key) };
}

/** What came of a call: of one person the outcome, of several how often each. */
function answerEntry(
  target: ConnectedFeed,
  environment: PullEnvironment,
  batch: readonly Subject[],
  lookups: readonly LookupWrite[],
): AuditEntry {
  const entry = auditEntry(target, environment);
  const counts: Record<string, number> = {};
  for (const { outcome } of lookups) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const [only, ...others] = lookups;
  const isOne = only !== undefined && others.length === 0;
  const result = isOne ? only.outcome : 'answered';
  const more = isOne ? (only.error === undefined ? {} : { error: only.error }) : { answers: counts };
  return { ...entry, ...about(batch), result, detail: { ...entry.detail, ...more } };
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
