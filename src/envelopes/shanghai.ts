/** An instant as Asia/Shanghai wall-clock text, the way protocols want it. +08:00 without summer time. */

const offsetMs = 8 * 3_600_000;

/** `yyyyMMddHHmmss`. */
export function compactTime(at: Date): string {
  return isoText(at).replaceAll(/[-:T]/g, '');
}

/** `yyyy-MM-dd HH:mm:ss`. */
export function spacedTime(at: Date): string {
  return isoText(at).replace('T', ' ');
}

/** `yyyyMMdd`. */
export function compactDay(at: Date): string {
  return compactTime(at).slice(0, 8);
}

function isoText(at: Date): string {
  return new Date(at.getTime() + offsetMs).toISOString().slice(0, 19);
}
