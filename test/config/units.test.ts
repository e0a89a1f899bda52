import { describe, expect, it } from 'vitest';
import { parseDuration, parseHours, parseRate, parseSize } from '../../src/config/units.js';

describe('units as people write them', () => {
  it('reads durations', () => {
    expect(parseDuration('250ms')).toBe(250);
    expect(parseDuration('20s')).toBe(20_000);
    expect(parseDuration('30d')).toBe(2_592_000_000);
  });

  it.each(['', '20', 's', '-1s', '1 s', '1w'])('takes %j for no duration', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('reads the quota an interface is registered with', () => {
    expect(parseRate('1000/hour')).toEqual({ count: 1000, perMs: 3_600_000 });
    expect(parseRate('5/second')).toEqual({ count: 5, perMs: 1000 });
  });

  it.each(['0/hour', '1000', '1000/week', 'x/hour'])('takes %j for no quota', (text) => {
    expect(parseRate(text)).toBeUndefined();
  });

  it('reads working hours, also over midnight', () => {
    expect(parseHours('09:00-17:00')).toEqual({ fromMinute: 540, untilMinute: 1020 });
    expect(parseHours('22:00-06:00')).toEqual({ fromMinute: 1320, untilMinute: 360 });
    expect(parseHours('00:00-24:00')).toEqual({ fromMinute: 0, untilMinute: 1440 });
  });

  it.each(['9-17', '09:00-09:00', '25:00-26:00', '00:00-24:01'])('takes %j for no hours', (text) => {
    expect(parseHours(text)).toBeUndefined();
  });

  it('reads sizes', () => {
    expect(parseSize('32MiB')).toBe(33_554_432);
    expect(parseSize('1000')).toBe(1000);
    expect(parseSize('1MB')).toBeUndefined();
  });
});
