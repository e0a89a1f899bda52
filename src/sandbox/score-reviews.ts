import type { ReviewItem } from '../model/index.js';
import type { Truth } from './truth.js';

/** How the records put before an officer compare with what was planted; counted by case and feed, apart from findings. */
export interface ReviewScore {
  found: number;
  /** Planted, and nobody is asked. */
  missed: { caseNo: string; feed: string; story: string }[];
  /** Asked about, and not planted. `lookAlike` names the story where the person was planted to look bad. */
  false: { caseNos: string[]; feed: string; lookAlike?: string }[];
}

/** Scores the review items that are open after a complete night. */
export function scoreReviews(
  items: readonly Pick<ReviewItem, 'subject' | 'record'>[],
  truth: Pick<Truth, 'reviews' | 'quiet'>,
): ReviewScore {
  const isPlanted = (planted: Truth['reviews'][number], { subject, record }: (typeof items)[number]): boolean =>
    subject.caseNos.includes(planted.caseNo) && record.agency === planted.agency && record.feed === planted.feed;
  const missed = truth.reviews.filter((planted) => !items.some((item) => isPlanted(planted, item)));
  const surplus = items.filter((item) => !truth.reviews.some((planted) => isPlanted(planted, item)));
  return {
    found: truth.reviews.length - missed.length,
    missed: missed.map(({ caseNo, agency, feed, story }) => ({ caseNo, feed: `${agency}/${feed}`, story })),
    false: surplus.map(({ subject, record }) => {
      const lookAlike = truth.quiet.find(({ caseNo }) => subject.caseNos.includes(caseNo))?.story;
      return {
        caseNos: [...subject.caseNos],
        feed: `${record.agency}/${record.feed}`,
        ...(lookAlike === undefined ? {} : { lookAlike }),
      };
    }),
  };
}
