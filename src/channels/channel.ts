import type { Bilingual, Instant } from '../model/index.js';

/**
 * A channel moves bytes and knows nothing of what they mean. `http` asks and is answered; a drop folder is where files arrive.
 *
 * What only the envelope can see — busy and expired arrive inside HTTP 200 — reaches the channel as a `judge` handed in by the caller,
 * so that retry, refresh, rate, breaker and deadline stay in one place.
 */

/** One HTTP request, relative to the configured base address. */
export interface HttpRequest {
  method: 'GET' | 'POST';
  /** Appended to the base address; empty for the base itself. Never an absolute address: hosts come from the configuration only. */
  path?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array;
}

/** What came back, bytes only. */
export interface HttpReply {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  bytes: Uint8Array;
  receivedAt: Instant;
}

/** What the envelope makes of a reply, as far as the channel must know. */
export type Judgement =
  /** The envelope can read it (also when it says no): hand it back, whatever the HTTP status. */
  | { verdict: 'done' }
  /** Ask again later. */
  | { verdict: 'busy'; retryAfterMs?: number; message?: string }
  /** The secret is no longer good: refresh once, ask once more; a second time the reply is handed back. */
  | { verdict: 'expired'; message?: string }
  /** Not this envelope at all (an HTML page, say): the HTTP status decides, and a 2xx is handed back for the envelope to refuse. */
  | { verdict: 'unrecognised' };

/** One question put to the channel. */
export interface Exchange {
  /** Builds the request anew for every attempt, because signatures and message numbers are used once. */
  build(attempt: number): Promise<HttpRequest>;
  judge(reply: HttpReply): Judgement;
  /** Gets a fresh secret. Called at most once per exchange. */
  refresh?(): Promise<void>;
  /** Whether asking twice does no harm. Only then is a lost answer asked for again. */
  repeatable: boolean;
  signal?: AbortSignal | undefined;
}

export interface HttpChannel {
  readonly kind: 'http';
  /** Throws a `YilianError` when no readable answer could be had; never returns a default. */
  exchange(exchange: Exchange): Promise<HttpReply>;
  /** Whether it could ask right now, and if not why: outside hours, quota used up, breaker open. For `doctor` and the run's planning. */
  readiness(): { ready: true } | { ready: false; code: 'ERR_OUTSIDE_HOURS' | 'ERR_QUOTA' | 'ERR_BREAKER_OPEN'; until?: Instant };
  close(): Promise<void>;
}

/** A complete file. */
export interface DroppedFile {
  /** Base name, redacted if it carried an ID number. */
  name: string;
  sha256: string;
  size: number;
  /** Read at `receivedAt`; the file stays where it is. */
  receivedAt: Instant;
  bytes: Uint8Array;
  /** The text of the control file beside it, where the folder has such files. */
  control?: string;
}

/** A file of the folder that was not given this time, and why. What lies there unread is said, not passed over. */
export interface SkippedFile {
  /** Base name, redacted if it carried an ID number. */
  name: string;
  reason:
    | 'no-marker'
    | 'no-control'
    | 'still-changing'
    | 'replaced-while-read'
    | 'vanished'
    | 'too-large'
    | 'not-a-regular-file'
    | 'unreadable';
  detail: Bilingual;
}

export interface DropFolderChannel {
  readonly kind: 'drop-folder';
  /**
   * Complete files (by marker or by stable size), in order of name, that `seen` does not know by their content. What `saysNothing` is given once
   * for each name, that `seen` does not know with it: days on which nothing happened have files that are alike. Never deletes.
   * Throws ERR_UNREACHABLE where the folder is missing or cannot be read, ERR_ABORTED.
   */
  files(
    seen: (sha256: string, name?: string) => Promise<boolean> | boolean,
    signal?: AbortSignal,
    saysNothing?: (bytes: Uint8Array) => boolean,
  ): AsyncIterable<DroppedFile>;
  /** What the last `files` left lying, in order of name; complete once it has been read to its end. */
  skipped(): readonly SkippedFile[];
  readiness(): { ready: true };
  close(): Promise<void>;
}

export type Channel = HttpChannel | DropFolderChannel;
