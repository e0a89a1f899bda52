import type { EvidenceKind } from './evidence.js';
import type { Person } from './person.js';
import type { Agency, Instant, PartialDate } from './primitives.js';

/** What a person says of a pair: the record is about this person, is not, or is to be asked again. */
export type ReviewAnswer = 'same' | 'not-same' | 'undecided';

/**
 * A record that is perhaps about somebody on file, and whom its number does not tell: to be answered by a person. `open`: nobody has said;
 * `same`, `not-same`: somebody has, or it follows from what was said of others; `closed`: the record is void, or says something else now.
 */
export interface ReviewItem {
  id: string;
  state: 'open' | 'same' | 'not-same' | 'closed';
  /** `lead`: the agency answered with the name asked and no number: no evidence, it changes no finding. */
  level: 'probable' | 'weak' | 'lead';
  /** In bits: one more doubles the odds; see docs/linkage.md. */
  score: number;
  /** Machine-readable slugs, what speaks for it and against it. */
  reasons: string[];
  /** The person on file. */
  subject: { key: string; caseNos: string[]; name: string; idNumber?: string; birthDate?: PartialDate; sex?: Person['sex'] };
  /** The record, and the person as its agency knows them; the newest where several records say the same. */
  record: {
    agency: Agency;
    feed: string;
    recordId: string;
    kind: EvidenceKind;
    person: Person;
    receivedAt: Instant;
    /** The days it tells of, by field. */
    days: Record<string, PartialDate>;
  };
  /** How many records say the same of themselves. */
  records: number;
  /** Since when it has been asked. */
  firstSeenAt: Instant;
  /** What was answered about this very pair, oldest first. */
  answers: { at: Instant; answer: ReviewAnswer; by: string; reason: string }[];
  /** Ids of the review items from whose answers the state follows, where nobody was asked about this pair. */
  follows?: string[];
}
