/** Durations, rates, sizes and hours as people write them in a configuration: `30d`, `1000/hour`, `32MiB`, `09:00-17:00`. Pure. */

const durationUnits: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `250ms`, `20s`, `15m`, `2h`, `30d`; undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  const unit = match ? durationUnits[match[2] as string] : undefined;
  return match && unit !== undefined ? Number(match[1]) * unit : undefined;
}

/** How many requests in how many milliseconds. */
export interface Rate {
  count: number;
  perMs: number;
}

const rateUnits: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** `1000/hour`: the quota an interface is registered with (reqRate); undefined where it is none. */
export function parseRate(text: string): Rate | undefined {
  const match = /^(\d+)\/(second|minute|hour|day)$/.exec(text.trim());
  const perMs = match ? rateUnits[match[2] as string] : undefined;
  const count = match ? Number(match[1]) : 0;
  return perMs !== undefined && count > 0 ? { count, perMs } : undefined;
}

const sizeUnits: Readonly<Record<string, number>> = { '': 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** Bytes of `33554432`, `32MiB`; undefined where it is none. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+)\s*(KiB|MiB|GiB|)$/.exec(text.trim());
  const unit = match ? sizeUnits[match[2] as string] : undefined;
  return match && unit !== undefined ? Number(match[1]) * unit : undefined;
}

/** Working hours in Asia/Shanghai, minutes since midnight; `until` is not included. */
export interface Hours {
  fromMinute: number;
  untilMinute: number;
}

/** `09:00-17:00`; may run over midnight (`22:00-06:00`). Undefined where it is none. */
export function parseHours(text: string): Hours | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(text.trim());
  if (!match) return undefined;
  const fromMinute = Number(match[1]) * 60 + Number(match[2]);
  const untilMinute = Number(match[3]) * 60 + Number(match[4]);
  return fromMinute === untilMinute || untilMinute > 1440 ? undefined : { fromMinute, untilMinute };
}
