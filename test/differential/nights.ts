import type { Changes, Connection, Feed, LookupAnswer, Page } from '../../src/adapters/adapter.js';
import { YilianError } from '../../src/errors.js';
import type { Evidence, Message, Subject } from '../../src/model/index.js';
import type { ConnectedFeed } from '../../src/reconcile/pull.js';
import { type RunOutcome, reconcile } from '../../src/reconcile/run.js';
import type { CaseEntry, Store } from '../../src/store/index.js';
import { auditOf } from '../audit/logs.js';
import { type Citizen, type FeedPlan, nights, type World } from './world.js';

/** The other rendering: agencies that send messages, asked and read by the real nightly job into a real store. */

/** One version of one record on its way, or the word that a record is gone. */
export interface Sent {
  feed: string;
  night: 0 | 1 | 2;
  evidence: Evidence;
  isGoneByKey: boolean;
}

/** How the messages of a world arrive. */
export interface Delivery {
  /** In order of arrival. */
  sent: readonly Sent[];
  /** The night on which the second person is put on file. */
  secondPerson: 0 | 1 | 2;
  /** The nights that are held; the last one always is. */
  nights: readonly (0 | 1 | 2)[];
  /** A night that is cut short once, after so many pages or answers of all feeds together, and taken up again. */
  cut?: { night: 0 | 1 | 2; after: number };
}

const title = { zh: '演示', en: 'example' };
const day = 86_400_000;

/** Everything said in order and once; on the night before the last where some feed does not answer on the last. */
export function plainly(world: World): Delivery {
  const isWhole = Object.values(world.feeds).every((plan) => plan.state === 'fresh');
  const night = isWhole ? 2 : 1;
  const sent = world.records.flatMap((record) =>
    record.versions.map((evidence, at) => ({
      feed: record.feed,
      night,
      evidence,
      isGoneByKey: record.isGoneByKey && at === record.versions.length - 1,
    })),
  ) as Sent[];
  return { sent, secondPerson: night, nights: isWhole ? [2] : [1, 2] };
}

/** Holds the nights, one after the other; gives the last one's outcome. */
export async function hold(world: World, delivery: Delivery, store: Store): Promise<RunOutcome> {
  let outcome: RunOutcome | undefined;
  let steps = 0;
  for (const night of delivery.nights) {
    const at = nights[night];
    let cutAfter = delivery.cut?.night === night ? delivery.cut.after : undefined;
    const step = () => {
      steps += 1;
      if (cutAfter !== undefined && steps > cutAfter) throw new Error('cut');
    };
    const feeds = Object.entries(world.feeds).map(([id, plan]) => connected(id, plan, { world, delivery, night, step }));
    const persons = world.persons.filter((_, index) => index === 0 || night >= delivery.secondPerson);
    const options = {
      store,
      audit: auditOf(store),
      feeds,
      check: {},
      operator: { name: '夜间核对', id: 'SYSTEM', organisation: '演示鉴定中心' },
      numberKey: ({ number }: { number: string }) => number,
      versions: { yilian: '0.0.0', mappings: {}, codeTables: {} },
      rowBand: () => 0.5,
      limits: { rejectedShare: 0.5, rejectedRows: 20 },
    };
    await store.importCases(persons.map(entryOf), at);
    steps = 0;
    const earlier = new Date(Date.parse(at) - 60_000);
    if (cutAfter !== undefined) {
      await reconcile({ ...options, now: () => earlier }).catch((error: unknown) => {
        if (!(error instanceof Error) || error.message !== 'cut') throw error;
      });
      cutAfter = undefined;
    }
    outcome = await reconcile({ ...options, now: () => new Date(at) });
  }
  if (outcome === undefined) throw new Error('no night was held');
  return outcome;
}

function entryOf({ subject, cases, benefits, settlements }: Citizen): CaseEntry {
  return { subject, numberKeys: subject.idDocuments.map(({ number }) => number), cases, benefits, settlements };
}

interface Moment {
  world: World;
  delivery: Delivery;
  night: 0 | 1 | 2;
  /** Told before every page and answer. */
  step: () => void;
}

function connected(id: string, plan: FeedPlan, moment: Moment): ConnectedFeed {
  const [agency = '', feed = ''] = id.split('/');
  return {
    feed: {
      title,
      gives: [],
      shapes: [],
      ...(plan.mode === 'changes' ? { changes: changesOf(id, plan, moment) } : { lookup: lookupOf(id, plan, moment) }),
    },
    connection: { settings: {} } as Connection,
    concurrency: 1,
    policy: {
      agency,
      feed,
      connection: '',
      mode: plan.mode,
      refreshMs: day / 2,
      lagMs: 3 * day,
      ...(plan.regions === undefined ? {} : { regions: plan.regions }),
    },
  };
}

function down(): YilianError {
  return new YilianError('ERR_UNREACHABLE', { zh: '连接中断', en: 'the connection was reset' });
}

/** A folder of files, one message each, and at the end of each night one that says through which day all has come. */
function changesOf(id: string, plan: FeedPlan, { delivery, night, step }: Moment): NonNullable<Feed['changes']> {
  const nothing = { evidence: [], rejected: [], unknownCodes: [], rows: 0, sieved: 0 };
  return async function* (ask: Changes) {
    if (plan.state === 'down' && night === 2) throw down();
    const mine = delivery.sent.map((sent, place) => ({ ...sent, place })).filter((sent) => sent.feed === id);
    for (const upTo of delivery.nights.filter((each) => each <= night)) {
      for (const sent of mine.filter((each) => each.night === upTo)) {
        const message = messageOf(id, `file-${sent.place}`, nights[upTo]);
        if (await ask.seen(message.sha256)) continue;
        step();
        yield { ...nothing, ...pageOf(sent, message, ask), cursor: { at: sent.place } };
      }
      const message = messageOf(id, `end-${upTo}`, nights[upTo]);
      if (await ask.seen(message.sha256)) continue;
      step();
      yield {
        ...nothing,
        messages: [message],
        cursor: { end: upTo },
        completeThrough: plan.through,
        ...(plan.state === 'gap' ? { gap: { reason: 'batch-missing', detail: title } } : {}),
      };
    }
  };
}

function pageOf(
  sent: Sent,
  message: Message,
  ask: Changes,
): Pick<Page, 'messages' | 'evidence' | 'retracted' | 'rows' | 'sieved'> {
  const evidence = received(sent.evidence, message);
  if (sent.isGoneByKey) {
    const { recordId, updatedAt } = evidence.source;
    return {
      messages: [message],
      evidence: [],
      retracted: [{ recordId, ...(updatedAt === undefined ? {} : { updatedAt }) }],
      rows: 1,
      sieved: 0,
    };
  }
  const number = evidence.person.idDocuments[0]?.number ?? '';
  const isTold = ask.onFile(number) && (ask.only === undefined || ask.only(number));
  return { messages: [message], evidence: isTold ? [evidence] : [], rows: 1, sieved: isTold ? 0 : 1 };
}

/** Asked about a person it answers with all it has told so far, in the order in which it came to know it. */
function lookupOf(id: string, plan: FeedPlan, { delivery, night, world, step }: Moment): NonNullable<Feed['lookup']> {
  return async ({ persons }): Promise<LookupAnswer[]> =>
    persons.map((person) => {
      step();
      const nobody = { person, evidence: [], rejected: [], messages: [], unknownCodes: [] };
      if (plan.state === 'down' && night === 2) return { ...nobody, outcome: 'unavailable', error: down() };
      if (plan.state === 'stale' && night === 2)
        return {
          ...nobody,
          outcome: 'unavailable',
          error: new YilianError('ERR_OUTSIDE_HOURS', { zh: '非工作时间', en: 'outside hours' }),
        };
      const which = world.persons.findIndex(({ subject }) => subject.key === (person as Subject).key);
      const message = messageOf(id, `answer-${which}-${night}`, nights[night]);
      const evidence = delivery.sent
        .filter((sent) => sent.feed === id && sent.night <= night && isAbout(sent.evidence, person as Subject))
        .map((sent) => received(sent.evidence, message));
      return { ...nobody, outcome: evidence.length > 0 ? 'found' : 'absent', evidence, messages: [message] };
    });
}

function isAbout(evidence: Evidence, subject: Subject): boolean {
  return evidence.person.idDocuments[0]?.number === subject.idDocuments[0]?.number;
}

function received(evidence: Evidence, { id, sha256, receivedAt }: Message): Evidence {
  return { ...evidence, source: { ...evidence.source, receivedAt, message: { id, sha256 } } };
}

function messageOf(feed: string, name: string, receivedAt: string): Message {
  const [agency = '', which = ''] = feed.split('/');
  return { id: `${feed}/${name}`, sha256: `${feed}/${name}`, agency, feed: which, receivedAt };
}
