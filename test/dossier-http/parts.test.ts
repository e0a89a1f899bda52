import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { platformSignature } from '../../src/crypto/national-platform.js';
import { checkPlatform, isThrough } from '../../src/dossier/platform.js';
import { rangeOf } from '../../src/dossier/range.js';
import { createSerial } from '../../src/dossier/serial.js';
import fc from '../seeded.js';

describe('rangeOf', () => {
  it.each([
    ['bytes=0-9', 100, { first: 0, last: 9 }],
    ['bytes=99-99', 100, { first: 99, last: 99 }],
    ['bytes=90-', 100, { first: 90, last: 99 }],
    ['bytes=90-1000', 100, { first: 90, last: 99 }],
    ['bytes=-1', 100, { first: 99, last: 99 }],
    ['bytes=-1000', 100, { first: 0, last: 99 }],
    ['BYTES= 0-9 ', 100, { first: 0, last: 9 }],
    ['bytes=100-', 100, 'unsatisfiable'],
    ['bytes=100-200', 100, 'unsatisfiable'],
    ['bytes=-0', 100, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-5', 0, 'unsatisfiable'],
    [null, 100, 'none'],
    ['', 100, 'none'],
    ['bytes=-', 100, 'none'],
    ['bytes=9-0', 100, 'none'],
    ['bytes=0-1,5-6', 100, 'none'],
    ['bytes=a-b', 100, 'none'],
    ['bytes=1.5-2', 100, 'none'],
    ['bytes=0x1-0x2', 100, 'none'],
    ['bytes 0-9', 100, 'none'],
    ['items=0-9', 100, 'none'],
    ['bytes=0-9999999999999999', 100, 'none'],
  ])('reads %j of %i bytes as %j', (field, size, range) => {
    expect(rangeOf(field, size)).toEqual(range);
  });

  it('never leaves what there is', () => {
    fc.assert(
      fc.property(fc.option(fc.nat(300), { nil: '' }), fc.option(fc.nat(300), { nil: '' }), fc.nat(200), (from, until, size) => {
        const range = rangeOf(`bytes=${from}-${until}`, size);
        if (typeof range === 'string') return;
        expect(0 <= range.first && range.first <= range.last && range.last < size).toBe(true);
      }),
    );
  });
});

describe('checkPlatform', () => {
  const profile = {
    origin: 'https://platform.example.gov.cn',
    pathPrefix: '/d',
    rid: 'R1',
    sid: 'S1',
    appSecret: 'a secret',
    prefix: 'gjzwfwpt_',
  };
  const now = new Date('2026-06-20T02:00:00.000Z');
  const at = (rtime: string, sign = platformSignature('a secret', 'R1', 'S1', rtime)) =>
    new Headers({ gjzwfwpt_rid: 'R1', gjzwfwpt_sid: 'S1', gjzwfwpt_rtime: rtime, gjzwfwpt_sign: sign });
  const off = (seconds: number): string => String(now.getTime() + seconds * 1000);

  it.each([
    ['now', off(0), 'right'],
    ['five minutes ago', off(-300), 'right'],
    ['in five minutes', off(300), 'right'],
    ['longer ago', off(-301), 'time-wrong'],
    ['later', off(301), 'time-wrong'],
    ['in seconds since 1970', String(now.getTime() / 1000), 'time-wrong'],
    ['with a sign', `+${now.getTime()}`, 'time-wrong'],
    ['as a number of another form', `${now.getTime() / 1000}e3`, 'time-wrong'],
  ])('a right signature of %s', (_, rtime, check) => {
    expect(checkPlatform(profile, at(rtime), now, 300)).toBe(check);
  });

  it.each([
    ['of another secret', platformSignature('another', 'R1', 'S1', off(0))],
    ['of another time', platformSignature('a secret', 'R1', 'S1', off(1))],
    ['of another interface', platformSignature('a secret', 'R1', 'S2', off(0))],
    ['cut short', platformSignature('a secret', 'R1', 'S1', off(0)).slice(0, -1)],
    ['that is none', ''],
    ['outside ASCII', 'é'.repeat(44)],
  ])('a signature %s', (_, sign) => {
    expect(checkPlatform(profile, at(off(0), sign), now, 300)).toBe('signature-wrong');
  });

  it('a request without the headers is of no platform, and refused as one', () => {
    const bare = new Headers({ gjzwfwpt_rid: 'R1' });

    expect(isThrough(profile, bare)).toBe(false);
    expect(isThrough(profile, at(off(0)))).toBe(true);
    expect(isThrough({ ...profile, sid: 'S2' }, at(off(0)))).toBe(false);
    expect(checkPlatform(profile, bare, now, 300)).toBe('signature-wrong');
  });
});

describe('createSerial', () => {
  /** An action that goes on when it is told to. */
  const step = (told: string[], name: string) => {
    let go: () => void = () => {};
    const wait = new Promise<void>((resolve) => {
      go = resolve;
    });
    const action = async (): Promise<string> => {
      told.push(`${name} begins`);
      await wait;
      told.push(`${name} ends`);
      return name;
    };
    return { action, go };
  };

  it('runs the actions of one key one after the other, and those of others meanwhile', async () => {
    const told: string[] = [];
    const serial = createSerial();
    const [a, b, c] = [step(told, 'a'), step(told, 'b'), step(told, 'c')];
    const all = [serial('one', a.action), serial('one', b.action), serial('two', c.action)];
    b.go();
    c.go();
    await turn();
    expect(told).toEqual(['a begins', 'c begins', 'c ends']);
    a.go();

    expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
    expect(told.slice(3)).toEqual(['a ends', 'b begins', 'b ends']);
  });

  it('goes on after one that failed, which alone is told of it', async () => {
    const serial = createSerial();
    const failed = serial('one', () => Promise.reject(new Error('of its own')));
    const next = serial('one', async () => 'next');

    await expect(failed).rejects.toThrow('of its own');
    expect(await next).toBe('next');
    expect(await serial('one', async () => 'later')).toBe('later');
  });
});
