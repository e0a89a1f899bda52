import type { Bilingual, Severity } from '../../model/index.js';
import type { Biography } from '../biography.js';
import type { CitizenWish } from '../citizens.js';
import type { Misdeed } from '../province/misdeeds.js';
import type { ExpectedReappraisal } from '../world.js';

/**
 * One thing that is wrong with one person's papers, or only looks so. A story writes the life and says, worked out by hand from the
 * cross-checks, what a complete night must find: every rule that fires, also those that the story is not about.
 */
export interface Story {
  /** Told in the truth file; unique. */
  readonly id: string;
  /** What happened, for whoever reads the truth file. */
  readonly says: Bilingual;
  /** What the person must be like. */
  readonly wish?: CitizenWish;
  /** What must be found. An empty list is a look-alike: nothing may be found. */
  readonly finds: readonly StoryFinding[];
  /** Rules about the run that must fire for what the person's messages hold. */
  readonly findsOfRun?: readonly string[];
  /** Records about the person, or perhaps about them, that must be put before an officer. */
  readonly reviews?: readonly StoryReview[];
  /** Some agency cannot answer about the person, so that the night is not complete: planted only when asked for. */
  readonly unanswered?: true;
  /** What cannot be told, and why. */
  readonly untold?: readonly { rule: string; reason: Bilingual }[];
  /** What the province will do about the conclusion of the person's first case, when it is told to (`Sandbox.province`). */
  readonly reappraisal?: Pick<ExpectedReappraisal, 'late' | 'grade' | 'afterwards'> & { misdeeds?: readonly Misdeed[] };
  write(biography: Biography): void;
}

/** A record of this feed is perhaps about the person: open until somebody says. */
export interface StoryReview {
  readonly agency: string;
  readonly feed: string;
}

export interface StoryFinding {
  rule: string;
  severity: Severity;
  /** Days after the beginning from which, and through which, it is found; absent: always. */
  from?: number;
  until?: number;
  /** Only when the province has concluded its re-appraisal. */
  afterReappraisal?: true;
}
