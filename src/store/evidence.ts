import type { Evidence } from '../model/index.js';
import { chunks, insertAll, padded } from './batches.js';
import { contentHash, storable } from './content.js';
import { currentOf, instant, isOlder, later, type Ordered } from './order.js';
import { seal, unseal } from './person-fields.js';
import { type RecordHash, retractionsOf } from './retractions.js';
import type { Db } from './tables.js';

/**
 * Stores what agencies said, as versions: nothing is overwritten, only superseded. A record is one `agency/feed/recordId` of one person; its
 * versions stand in the order of `order.ts`. The same content again is no new version, only noted as seen.
 *
 * A record speaks of one person. When one that is tied by the number itself comes back tied to somebody else, it had the wrong number before:
 * for the first person it turns void, so that nobody stays dead by another's certificate. Marriages speak of two, and the city's own file is
 * kept person by person: these are left alone.
 *
 * What the agency has taken back by key alone (`retractions.ts`) does not stand, although it comes after that word.
 */
export interface EvidenceCounts {
  /** Records that were not on file for this person. */
  new: number;
  /** Records on file, with something new. */
  changed: number;
  /** Records already stored with the same content. */
  repeated: number;
  /** Versions that say a record is void, sent by the agency or concluded here. */
  void: number;
}

/** Where evidence came from, besides what it says itself. */
export interface Origin {
  run: string;
  connection: string;
  /** How records taken back are remembered; absent: none are, as in the city's own file. */
  hashOf?: RecordHash;
}

interface Version extends Ordered {
  /** Undefined until stored. */
  id: number | undefined;
  status: 'current' | 'void';
  hash: string;
  certain: boolean;
  moved: boolean;
  /** Undefined until read. */
  evidence: Evidence | undefined;
}

interface Chain {
  id: number | undefined;
  personKey: string;
  kind: string;
  connection: string;
  seenAt: string;
  /** In order of receipt, then insertion. */
  versions: Version[];
  touched: boolean;
}

/** One feed's records that a chunk is about: record id → person → versions. */
interface Shelf {
  agency: string;
  feed: string;
  chains: Map<string, Map<string, Chain>>;
  /** New versions in order of arrival. */
  added: { chain: Chain; version: Version }[];
}

export function noCounts(): EvidenceCounts {
  return { new: 0, changed: 0, repeated: 0, void: 0 };
}

/** Stores records, each tied to the person of `personKey`, who must be on file. Inside a transaction. */
export async function storeEvidence(
  db: Db,
  origin: Origin,
  items: readonly { personKey: string; evidence: Evidence }[],
): Promise<EvidenceCounts> {
  const counts = noCounts();
  for (const [feed, group] of byFeed(items))
    for (const chunk of chunks(group)) {
      const shelf = await take(
        db,
        feed.agency,
        feed.feed,
        chunk.map(({ evidence }) => storable(evidence.source.recordId)),
      );
      for (const { personKey, evidence } of chunk) add(shelf, origin, personKey, evidence, counts);
      await takeBack(db, shelf, origin, counts);
      await settlePersons(db, shelf, origin, counts);
      await put(db, shelf, origin);
    }
  return counts;
}

/**
 * Turns the given records of a feed void, whoever they are tied to; `connection` restricts it to what that connection brought. A record whose
 * current version the agency dates after `updatedAt` stands: the word that it is void came late.
 */
export async function voidRecords(
  db: Db,
  origin: Origin,
  ask: {
    agency: string;
    feed: string;
    records: readonly { recordId: string; updatedAt?: string }[];
    connection?: string;
    at: string;
  },
): Promise<EvidenceCounts> {
  const counts = noCounts();
  for (const chunk of chunks(ask.records)) {
    const shelf = await take(
      db,
      ask.agency,
      ask.feed,
      chunk.map(({ recordId }) => recordId),
    );
    for (const { recordId, updatedAt } of chunk)
      for (const chain of shelf.chains.get(recordId)?.values() ?? [])
        if (ask.connection === undefined || chain.connection === ask.connection)
          await turnVoid(db, shelf, origin, chain, { at: ask.at, updatedAt }, false, counts);
    await put(db, shelf, origin);
  }
  return counts;
}

function byFeed<T extends { evidence: Evidence }>(items: readonly T[]): Map<{ agency: string; feed: string }, T[]> {
  const groups = new Map<string, T[]>();
  const feeds = new Map<{ agency: string; feed: string }, T[]>();
  for (const item of items) {
    const { agency, feed } = item.evidence.source;
    const id = `${agency}/${feed}`;
    const group = groups.get(id);
    if (group !== undefined) group.push(item);
    else {
      const first = [item];
      groups.set(id, first);
      feeds.set({ agency, feed }, first);
    }
  }
  return feeds;
}

// ---- reading what is on file ------------------------------------------------------------------------------------------------------------

async function take(db: Db, agency: string, feed: string, recordIds: readonly string[]): Promise<Shelf> {
  const ids = [...new Set(recordIds)];
  const records = await db
    .selectFrom('records')
    .select(['id', 'record_id', 'person_key', 'kind', 'connection', 'seen_at'])
    .where('agency', '=', agency)
    .where('feed', '=', feed)
    .where('record_id', 'in', padded(ids))
    .execute();
  const shelf: Shelf = { agency, feed, chains: new Map(ids.map((id) => [id, new Map()])), added: [] };
  const byId = new Map<number, Chain>();
  for (const record of records) {
    const { id, kind, connection } = record;
    const chain = { id, personKey: record.person_key, kind, connection, seenAt: record.seen_at, versions: [], touched: false };
    byId.set(id, chain);
    shelf.chains.get(record.record_id)?.set(record.person_key, chain);
  }
  for (const chunk of chunks([...byId.keys()])) {
    const versions = await db
      .selectFrom('evidence')
      .select(['id', 'record', 'status', 'received_at', 'updated_at', 'hash', 'certain', 'moved'])
      .where('record', 'in', padded(chunk))
      .orderBy('received_at')
      .orderBy('id')
      .execute();
    for (const row of versions)
      byId.get(row.record)?.versions.push({
        id: row.id,
        status: row.status,
        receivedAt: row.received_at,
        updatedAt: row.updated_at,
        hash: row.hash,
        certain: row.certain === 1,
        moved: row.moved === 1,
        evidence: undefined,
      });
  }
  return shelf;
}

// ---- judging what came ------------------------------------------------------------------------------------------------------------------

function add(shelf: Shelf, origin: Origin, personKey: string, evidence: Evidence, counts: EvidenceCounts): void {
  const recordId = storable(evidence.source.recordId);
  const receivedAt = instant(evidence.source.receivedAt);
  const persons = shelf.chains.get(recordId) ?? new Map<string, Chain>();
  shelf.chains.set(recordId, persons);
  let chain = persons.get(personKey);
  if (chain === undefined) {
    const { connection } = origin;
    chain = { id: undefined, personKey, kind: evidence.kind, connection, seenAt: receivedAt, versions: [], touched: false };
    persons.set(personKey, chain);
  }
  const version: Version = {
    id: undefined,
    status: evidence.status,
    receivedAt,
    updatedAt: evidence.source.updatedAt ?? null,
    hash: contentHash(evidence),
    certain: evidence.link?.level === 'exact' || evidence.link?.level === 'upgraded',
    moved: false,
    evidence,
  };
  chain.seenAt = later(chain.seenAt, receivedAt);
  chain.touched = true;
  const before = chain.versions.filter((other) => other.receivedAt <= receivedAt);
  const current = currentOf(before);
  if (current !== undefined && isRepeated(version, current, before)) {
    counts.repeated += 1;
    // Whoever told it last holds it: a full load that lacks it takes away only what no other connection has told since.
    if (version.hash === current.hash) chain.connection = origin.connection;
    return;
  }
  counts[chain.versions.length === 0 ? 'new' : 'changed'] += 1;
  append(shelf, origin, chain, version, counts);
}

/** What the current version says, or what an older one said that came late once before. */
function isRepeated(version: Version, current: Version, before: readonly Version[]): boolean {
  if (version.hash === current.hash) return true;
  return isOlder(version, current) && before.some((other) => other.hash === version.hash);
}

function append(shelf: Shelf, origin: Origin, chain: Chain, version: Version, counts: EvidenceCounts): void {
  if (version.status === 'void') counts.void += 1;
  shelf.added.push({ chain, version });
  const after = chain.versions.findIndex((other) => other.receivedAt > version.receivedAt);
  chain.versions.splice(after === -1 ? chain.versions.length : after, 0, version);
  chain.touched = true;
  if (currentOf(chain.versions) === version && version.evidence !== undefined) {
    chain.kind = version.evidence.kind;
    chain.connection = origin.connection;
  }
}

/** Turns void what has just been added and had been taken back before it came. */
async function takeBack(db: Db, shelf: Shelf, origin: Origin, counts: EvidenceCounts): Promise<void> {
  if (origin.hashOf === undefined || shelf.added.length === 0) return;
  const touched = new Set(shelf.added.map(({ chain }) => chain));
  const taken = await retractionsOf(db, origin.hashOf, shelf, [...shelf.chains.keys()]);
  for (const [recordId, updatedAt] of taken)
    for (const chain of shelf.chains.get(recordId)?.values() ?? []) {
      const head = currentOf(chain.versions);
      if (head === undefined || !touched.has(chain)) continue;
      if (head.status === 'current') {
        if (isOlder(head, { updatedAt }))
          await turnVoid(db, shelf, origin, chain, { at: head.receivedAt, updatedAt }, false, counts);
      } else if (!head.moved) await renew(db, shelf, origin, chain, head, counts);
    }
}

/** A void version made of an older version than has come since: what was taken back is what the newest of them said. */
async function renew(db: Db, shelf: Shelf, origin: Origin, chain: Chain, head: Version, counts: EvidenceCounts): Promise<void> {
  const before = chain.versions.filter((version) => isOlder(version, head));
  const last = currentOf(before);
  if (last === undefined || last.status === 'void') return;
  const since = { at: later(last.receivedAt, head.receivedAt), updatedAt: head.updatedAt ?? undefined };
  const renewed = await voided(db, last, since, false);
  if (renewed.hash === head.hash) return;
  for (const version of before)
    if (version !== last && (await voided(db, version, since, false)).hash === head.hash)
      return append(shelf, origin, chain, renewed, counts);
}

/** Kinds of which one record may speak of several persons on file. */
const sharedKinds: ReadonlySet<string> = new Set(['marriage']);

/**
 * Of a record tied to several persons the newest version tells whose it is; for the others it turns void. A version that is tied by something
 * else than the number takes nobody's certain record away, and may speak of several: only versions that say something else give way to it.
 */
async function settlePersons(db: Db, shelf: Shelf, origin: Origin, counts: EvidenceCounts): Promise<void> {
  if (shelf.agency === 'city') return;
  const recent = new Set(shelf.added.map(({ chain }) => chain));
  for (const persons of shelf.chains.values()) {
    if (persons.size < 2 || ![...persons.values()].some((chain) => recent.has(chain))) continue;
    const heads: { chain: Chain; head: Version }[] = [];
    for (const chain of persons.values()) {
      const head = currentOf(chain.versions);
      if (head !== undefined && !head.moved && !sharedKinds.has(chain.kind)) heads.push({ chain, head });
    }
    heads.sort(({ head: a }, { head: b }) => {
      if (a.receivedAt === b.receivedAt) return arrival(shelf, a) - arrival(shelf, b);
      return a.receivedAt < b.receivedAt ? -1 : 1;
    });
    const newest = currentOf(heads.map(({ head }) => head));
    const certain = currentOf(heads.map(({ head }) => head).filter((head) => head.certain));
    for (const { chain, head } of heads) {
      const after = head.certain ? certain : newest;
      if (after === undefined || after === head) continue;
      if (!after.certain && (await saysTheSame(db, after, head))) continue;
      await turnVoid(db, shelf, origin, chain, { at: after.receivedAt }, true, counts);
    }
  }
}

/** One row that may be about several persons: all but how it was tied. */
async function saysTheSame(db: Db, a: Version, b: Version): Promise<boolean> {
  const said = async (version: Version): Promise<string> => {
    const { link: _, ...rest } = version.evidence ?? (await read(db, version));
    return contentHash(rest);
  };
  return (await said(a)) === (await said(b));
}

/** Order of insertion: what is stored came before what has just been added. */
function arrival(shelf: Shelf, version: Version): number {
  return version.id ?? Number.MAX_SAFE_INTEGER - shelf.added.length + shelf.added.findIndex((item) => item.version === version);
}

/** Adds the version that says the record is void from `at` on, or from the agency's own time of it, where it stands. */
async function turnVoid(
  db: Db,
  shelf: Shelf,
  origin: Origin,
  chain: Chain,
  since: { at: string; updatedAt?: string | undefined },
  moved: boolean,
  counts: EvidenceCounts,
): Promise<void> {
  const head = currentOf(chain.versions);
  if (head === undefined || head.status === 'void') return;
  if (isOlder({ updatedAt: since.updatedAt ?? head.updatedAt }, head)) return;
  append(shelf, origin, chain, await voided(db, head, since, moved), counts);
}

/** The version that says that what another said is void. */
async function voided(
  db: Db,
  version: Version,
  since: { at: string; updatedAt?: string | undefined },
  moved: boolean,
): Promise<Version> {
  const receivedAt = later(since.at, version.receivedAt);
  const updatedAt = since.updatedAt ?? version.updatedAt;
  const last = version.evidence ?? (await read(db, version));
  const source = { ...last.source, receivedAt, ...(updatedAt === null ? {} : { updatedAt }) };
  const evidence: Evidence = { ...last, status: 'void', voidedAt: since.updatedAt ?? receivedAt, source };
  const hash = contentHash(evidence);
  return { id: undefined, status: 'void', receivedAt, updatedAt, hash, certain: version.certain, moved, evidence };
}

async function read(db: Db, version: Version): Promise<Evidence> {
  const row = await db
    .selectFrom('evidence')
    .select('content')
    .where('id', '=', version.id ?? -1)
    .executeTakeFirstOrThrow();
  return unseal<Evidence>(row.content);
}

// ---- writing ----------------------------------------------------------------------------------------------------------------------------

async function put(db: Db, shelf: Shelf, origin: Origin): Promise<void> {
  const { agency, feed } = shelf;
  for (const [recordId, persons] of shelf.chains)
    for (const chain of persons.values()) {
      if (!chain.touched) continue;
      const head = currentOf(chain.versions);
      if (head === undefined) continue;
      const state = { kind: chain.kind, connection: chain.connection, status: head.status, seen_at: chain.seenAt };
      if (chain.id !== undefined) {
        await db.updateTable('records').set(state).where('id', '=', chain.id).execute();
      } else {
        const row = { agency, feed, record_id: recordId, person_key: chain.personKey, ...state };
        chain.id = (await db.insertInto('records').values(row).returning('id').executeTakeFirstOrThrow()).id;
      }
    }
  await insertAll(
    db,
    'evidence',
    shelf.added.map(({ chain, version }) => ({
      record: chain.id ?? -1,
      status: version.status,
      received_at: version.receivedAt,
      updated_at: version.updatedAt,
      hash: version.hash,
      certain: version.certain ? 1 : 0,
      moved: version.moved ? 1 : 0,
      run: origin.run,
      content: seal(version.evidence),
    })),
  );
}
