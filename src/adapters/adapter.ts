import type { Auth } from '../channels/auth/auth.js';
import type { Channel } from '../channels/channel.js';
import type { Envelope } from '../envelopes/envelope.js';
import type { YilianError } from '../errors.js';
import type { Institutions, RecordKeys } from '../mapping/context.js';
import type { CompiledMapping } from '../mapping/engine.js';
import type {
  Agency,
  AppraisalCase,
  Bilingual,
  Conclusion,
  Evidence,
  EvidenceKind,
  FeedTally,
  Json,
  Message,
  PartialDate,
  Person,
  Received,
  Rejected,
  UnknownCode,
} from '../model/index.js';

/**
 * The contract of an agency. A plain object, no base class, no registration: the folder is the registry, and the build lists the folders.
 *
 * Bad data never throws: it is a rejection or a finding. Only a failure to talk throws inside an adapter, and what leaves it is an answer
 * whose outcome is `unavailable` with the error inside. Unavailable is never absent. No canned or cached answer stands in for a failed call.
 */
export interface Adapter {
  readonly agency: Agency;
  readonly title: Bilingual;
  readonly feeds: Readonly<Record<string, Feed>>;
}

/** One kind of question an agency answers, for instance health/`stays`. */
export interface Feed {
  readonly title: Bilingual;
  readonly gives: readonly EvidenceKind[];
  /** Record shapes met on this feed, most usual first; the first envelope that recognises the bytes reads them in `map`. */
  readonly shapes: readonly Shape[];
  /** JSON Schema of the feed's own settings (`settings:` in the configuration), with defaults. */
  readonly settings?: Json;
  /** How long an answer about a person is fresh unless the configuration says otherwise, in days; 7 where it is left out. */
  readonly refreshDays?: number;
  /** How many persons one call takes, from the settings; 1 where the protocol takes one. */
  batchSize?(settings: Readonly<Record<string, Json>>): number;
  /** Ask about named persons. Never throws for what an agency does; answers come in the order of the persons, one each. */
  lookup?(ask: Lookup, connection: Connection, context: CallContext): Promise<LookupAnswer[]>;
  /** What changed since a cursor, page by page; resumable after any page. Throws a `YilianError` where the agency cannot be read. */
  changes?(ask: Changes, connection: Connection, context: CallContext): AsyncIterable<Page>;
  /** Send a case and its conclusion. Provincial appraisal only. */
  push?(record: Outgoing, connection: Connection, context: CallContext): Promise<Receipt>;
}

export interface Shape {
  readonly envelope: string;
  readonly mapping: string;
}

/** Who asks and why: required on every call, sent where the protocol has a place for it. */
export interface CallContext {
  purpose: string;
  caseNo?: string;
  matterCode?: string;
  operator: { name: string; id: string; organisation: string };
  signal?: AbortSignal;
}

/** Named persons and, where the feed needs one, the days of interest. */
export interface Lookup {
  persons: readonly Person[];
  window?: { from: PartialDate; until: PartialDate };
}

export interface LookupAnswer {
  person: Person;
  /** `mismatch`: the number is known and the name is not the one asked. */
  outcome: 'found' | 'absent' | 'mismatch' | 'unavailable' | 'unauthorised';
  error?: YilianError;
  evidence: Evidence[];
  rejected: Rejected[];
  messages: Message[];
  unknownCodes: UnknownCode[];
  /** Rows of the answer that say no number (they are in `rejected`): no evidence, but perhaps something to show to a person. */
  unnumbered?: Evidence[];
  /** What is counted of the messages of a call; with the first of its answers. */
  tally?: FeedTally;
}

export interface Changes {
  /** Where the last page that was stored ended; absent at the first run. */
  since?: Cursor;
  /** Is this normalised number on file? Rows of others are counted and forgotten. */
  onFile(idNumber: string): boolean;
  /**
   * Is somebody on file whom this person resembles, although the number is wrong or missing (name and birth date, a number one slip away)? Rows
   * that resemble somebody are told as evidence, to be tied as `probable` or `weak`. Absent: only the number counts.
   */
  resembles?(person: Person): boolean;
  /** Reading again for persons newly on file: of what may be kept, only rows about these are told. */
  only?(idNumber: string): boolean;
  /** Is a message of this hash stored already, as a file of that name where one is given? A file is read once. */
  seen(sha256: string, file?: string): Promise<boolean>;
}

/** An adapter's own bookmark; opaque to everybody else. */
export type Cursor = { [key: string]: Json };

/** Part of a change feed. The cursor may be moved once everything in the page is stored. */
export interface Page extends Received {
  cursor: Cursor;
  /** The feed is complete through this day once the page is stored. */
  completeThrough?: PartialDate;
  /** Something between the last page and this one is missing; `null`: all that was missing has come. Without it a gap stays what it was. */
  gap?: { reason: string; detail: Bilingual } | null;
  /** From a full load: records of the feed that it no longer holds are void; not those it holds in rows that could not become evidence. */
  voids?: { recordIds: 'all-others'; except?: readonly string[] } | undefined;
  /** Records that turn void without evidence: deleted by key alone, or now about somebody who is not on file. */
  retracted?: readonly Retraction[];
}

/** A record that turns void, and the agency's own time of it: what the agency sent after that time stands. */
export interface Retraction {
  recordId: string;
  updatedAt?: string;
}

/** A case on its way to the province. */
export interface Outgoing {
  idempotencyKey: string;
  person: Person;
  case: AppraisalCase;
  conclusion?: Conclusion;
}

export interface Receipt {
  outcome: 'accepted' | 'refused' | 'unavailable' | 'unauthorised';
  provincialNo?: string;
  error?: YilianError;
  message?: Message;
}

/** A feed as configured: channel, auth, envelope, mapping, limits. Built by `connect`, tested against by the contract suite. */
export interface Connection {
  readonly agency: Agency;
  readonly feed: string;
  /** Which of the feed's connections; `''` where there is one. */
  readonly connection: string;
  readonly channel: Channel;
  readonly auth: Auth;
  readonly envelope: Envelope;
  readonly mapping: CompiledMapping;
  readonly settings: Readonly<Record<string, Json>>;
  /** GB/T 2260 codes the source covers; absent = everywhere. Decides whether an empty answer is `absent`. */
  readonly regions?: readonly string[] | undefined;
  /** Everything handed in from outside, so that a call is a function of its inputs. */
  readonly clock: () => Date;
  /** A number used once (a UUID), for protocols that want one per request. */
  readonly uniqueId: () => string;
  readonly keys: RecordKeys;
  readonly institutions: Institutions;
  /** Private-use characters of the local police font → the Unicode character, for comparing names. */
  readonly privateUse?: ReadonlyMap<string, string> | undefined;
  close(): Promise<void>;
}

export type { Institutions, RecordKeys } from '../mapping/context.js';
