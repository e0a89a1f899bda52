import type { FeedNeed } from './rule.js';

/** The feeds named in the tables of the cross-checks. */
export const population: FeedNeed = { agency: 'public-security', feed: 'population' };
export const deathCertificates: FeedNeed = { agency: 'health', feed: 'death-certificates' };
export const cremations: FeedNeed = { agency: 'civil-affairs', feed: 'cremations' };
export const stays: FeedNeed = { agency: 'health', feed: 'stays' };
export const settlements: FeedNeed = { agency: 'medical-insurance', feed: 'settlements' };
export const appraisals: FeedNeed = { agency: 'provincial-appraisal', feed: 'appraisals' };

/** *The three*: where a death becomes known. Each is asked about the subject's domicile. */
export const theThree: readonly FeedNeed[] = [population, deathCertificates, cremations];
