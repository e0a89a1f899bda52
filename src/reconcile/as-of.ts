import { YilianError } from '../errors.js';
import type { Instant } from '../model/index.js';
import { instant } from '../store/order.js';

/**
 * An instant that is asked about, as UTC, so that one instant is one text in whatever zone it was written. Throws ERR_INPUT for what is no
 * instant with a zone, and ERR_USAGE for one that has not come: what will have been received by then nobody knows, and the same question must
 * have the same answer for ever.
 */
export function pastInstant(asked: Instant, now: Date): Instant {
  const asOf = instant(asked);
  if (Date.parse(asOf) > now.getTime())
    throw new YilianError(
      'ERR_USAGE',
      {
        zh: `上海时间 ${inShanghai(asOf)} 还没有到：只能按已经过去的时刻回答（只写日期指当天结束）`,
        en: `${inShanghai(asOf)} in Shanghai has not come yet: only instants that are past can be answered for (a plain day means its end)`,
      },
      { place: asked },
    );
  return asOf;
}

/** The hour as the clock on the wall shows it: who asked for a day does not know what `15:59Z` is. */
function inShanghai(at: Instant): string {
  return new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
}
