import type { Changes, Cursor, Page, Retraction } from '../adapters/adapter.js';
import { isYilianError, YilianError } from '../errors.js';
import { parseIdDocument } from '../identity/index.js';
import {
  type AuditEntry,
  type FeedTally,
  type IdDocument,
  isOlder,
  type Link,
  type Person,
  type Received,
  sumTallies,
} from '../model/index.js';
import { lateNumbers, marked, unmarked } from './latecomers.js';
import { linkTo } from './link.js';
import {
  auditEntry,
  type ConnectedFeed,
  empty,
  type PullEnvironment,
  type PullOutcome,
  type TiedEvidence,
} from './pull-environment.js';

/** A feed of changes: what came since the bookmark, page by page, tied to the persons on file. */

/** Reads what changed. Failures of the agency become the outcome; faults of ours are thrown. */
export async function pullChanges(target: ConnectedFeed, environment: PullEnvironment): Promise<PullOutcome> {
  const { store, run, context, numberKeys, numberKey } = environment;
  const { agency, feed, connection } = target.policy;
  if (target.feed.changes === undefined)
    throw new YilianError('ERR_INTERNAL', { zh: `${agency}/${feed} 不提供变更`, en: `${agency}/${feed} offers no changes` });
  const cursors = await store.cursors(environment.now().toISOString());
  const state = cursors.find((item) => item.agency === agency && item.feed === feed && item.connection === connection);
  const bookmark = unmarked(state?.position ?? {});
  let position: Cursor = bookmark.position;
  let readFor = bookmark.readFor ?? environment.numbersAt;
  const read = { pages: 0, rows: 0, kept: 0, sieved: 0 };
  const before = state?.completeThrough;
  let through = before;
  const outcome = (): PullOutcome => ({
    asked: 0,
    notAsked: 0,
    ...(read.pages === 0 || through === undefined
      ? {}
      : { window: { ...(before === undefined ? {} : { from: before }), until: through } }),
  });
  const entry = auditEntry(target, environment);
  const came = (result: string, more: { error?: string } = {}): AuditEntry => ({
    ...entry,
    result,
    detail: { ...entry.detail, ...read, ...more },
  });
  await environment.audit.append({ ...entry, result: 'asked' });
  try {
    const onFile = (idNumber: string) => numberKeys.has(numberKey(parseIdDocument(idNumber)) ?? '');
    const late = state === undefined ? new Set<string>() : await lateNumbers(store, numberKeys, readFor);
    if (late.size > 0) await catchUp(target, environment, { position, onFile, late });
    readFor = environment.numbersAt;
    const ask = {
      ...(state === undefined || Object.keys(position).length === 0 ? {} : { since: position }),
      onFile,
      ...resemblance(environment),
      seen: (sha256: string, file?: string) => store.hasMessage(agency, feed, sha256, file),
    };
    for await (const page of target.feed.changes(ask, target.connection, context)) {
      context.signal?.throwIfAborted();
      await storePage(target, environment, page);
      position = page.cursor;
      through = page.completeThrough ?? through;
      read.pages += 1;
      read.rows += page.rows;
      read.kept += page.evidence.length;
      read.sieved += page.sieved;
      environment.progress(read.pages, read.pages);
    }
    // Nothing new has come, and it could be read: that heals it too.
    if (read.pages === 0 && state?.failure !== undefined)
      await store.receive({ ...empty(target, environment, run), cursor: { position: marked(position, readFor) } });
    await environment.audit.append(came('read'));
    return outcome();
  } catch (error) {
    if (context.signal?.aborted) throw error;
    const failure = asFailure(error);
    await store.receive({
      ...empty(target, environment, run),
      audit: [came('unavailable', { error: failure.code })],
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
    // By the agency's own times, where it gives them: pages come in the order of their files, which may have come late.
    for (const { source } of page.evidence) if (!isOlder(source, gone.get(source.recordId) ?? {})) gone.delete(source.recordId);
    for (const retraction of page.retracted ?? [])
      if (!isOlder(retraction, gone.get(retraction.recordId) ?? {})) gone.set(retraction.recordId, retraction);
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

/** The question whom a row resembles, as an adapter asks it; of latecomers alone where they are given. */
function resemblance({ linkage }: PullEnvironment, among?: ReadonlySet<string>): Pick<Changes, 'resembles'> {
  return linkage === undefined ? {} : { resembles: (person) => linkage.resembles(person, among) };
}

/**
 * Ties evidence to the person on file whose number it carries, else to whom it resembles, with a doubt; a record of nobody on file is not kept.
 * Of what is read again for latecomers (`among`) only they are new to a record without their number.
 */
async function tie(page: Received, environment: PullEnvironment, among?: ReadonlySet<string>): Promise<TiedEvidence[]> {
  const { numberKeys, numberKey, linkage } = environment;
  const tied: TiedEvidence[] = [];
  for (const evidence of page.evidence) {
    const named = evidence.person.idDocuments
      .map((document) => ({ document, key: numberKeys.get(numberKey(document) ?? '') }))
      .find(({ key }) => key !== undefined);
    if (named?.key === undefined) {
      const found = linkage?.ties(evidence, among) ?? [];
      for (const { personKey, link, tie: by } of found) tied.push({ personKey, evidence: { ...evidence, link }, tie: by });
      continue;
    }
    const { key, document } = named;
    const link = await linkOf(key, document, evidence.person, environment);
    if (link !== undefined) tied.push({ personKey: key, evidence: { ...evidence, link } });
  }
  return tied;
}

/**
 * How the record is tied to the person its number has found. Where the person's own row is damaged the number itself says it: the row is told of
 * when the person is judged, and what came is read once.
 */
async function linkOf(
  key: string,
  document: IdDocument,
  person: Person,
  { store, now }: PullEnvironment,
): Promise<Link | undefined> {
  try {
    const subject = await store.subject(key, now().toISOString());
    return subject === undefined ? undefined : linkTo(subject, person);
  } catch (error) {
    if (isYilianError(error)) throw error;
    return linkTo({ idDocuments: [document] }, person);
  }
}

/** A failure of the agency stays what it is; anything else is a fault of ours and goes on up. */
function asFailure(error: unknown): YilianError {
  const ours = ['ERR_INTERNAL', 'ERR_AUDIT'];
  if (isYilianError(error) && !ours.includes(error.code) && !error.code.startsWith('ERR_STORE')) return error;
  throw error;
}
