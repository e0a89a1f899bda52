import {
  type AppraisalCase,
  type Conclusion,
  dayInterval,
  dayOfInstant,
  formatDay,
  type UnsealedManifest,
} from '../model/index.js';

/** Days from receipt in which a re-appraisal may be asked for: order 55 article 19, the Regulation article 26. */
const challengeDays = 15;

/**
 * Is it certain that the time to challenge a conclusion was over when somebody asked? Each party's 15 days run from its own receipt; the 15th day is
 * in time; over for both parties only. Of a receipt known by month the last day counts, so that late is never said where it may be in time.
 */
export function timeLimit(
  item: AppraisalCase,
  conclusion: Conclusion,
  askedAt: Date,
): Pick<UnsealedManifest, 'late' | 'challengeUntil'> {
  const receipts = receiptsOf(item, conclusion);
  if (receipts.length === 0) return { late: false };
  const last = Math.max(...receipts) + challengeDays;
  return { late: dayOfInstant(askedAt) > last, challengeUntil: formatDay(last) };
}

/** Was the conclusion delivered to at least one party: a receipt is on file, or the case's state says that there was one? */
export function conclusionDelivered(item: AppraisalCase, conclusion: Conclusion): boolean {
  return ['delivered', 'effective', 'challenged'].includes(item.state) || receiptsOf(item, conclusion).length > 0;
}

/** The last day each receipt may mean. A receipt from certainly before the conclusion was made is of another one of the case. */
function receiptsOf({ deliveries }: AppraisalCase, { on }: Conclusion): number[] {
  const made = dayInterval(on);
  return deliveries.flatMap(({ receivedOn }) => {
    const received = dayInterval(receivedOn);
    return received === undefined || (made !== undefined && received.hi < made.lo) ? [] : [received.hi];
  });
}
