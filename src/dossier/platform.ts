import { timingSafeEqual } from 'node:crypto';
import { platformSignature } from '../crypto/national-platform.js';

/**
 * A partner that calls through its sharing platform (一体化政务数据共享, `gjzwfwpt_*`): the platform signs `sid + rid + rtime` with the secret it
 * shares with us, and passes on the request that the partner signed for the platform's own address.
 */
export interface PlatformProfile {
  /** Scheme, host and port the partner addressed. */
  origin: string;
  /** What stood before our path there; may be empty. */
  pathPrefix: string;
  rid: string;
  sid: string;
  appSecret: string;
  /** `gjzwfwpt_` */
  prefix: string;
}

export type PlatformCheck = 'right' | 'signature-wrong' | 'time-wrong';

/** Does the request carry the headers of this profile's platform, interface and requester? */
export function isThrough(profile: PlatformProfile, headers: Headers): boolean {
  return headers.get(`${profile.prefix}rid`) === profile.rid && headers.get(`${profile.prefix}sid`) === profile.sid;
}

/** `rtime` is milliseconds since 1970 and may be off by the window, as the partner's own signature may. */
export function checkPlatform(profile: PlatformProfile, headers: Headers, now: Date, toleranceSeconds: number): PlatformCheck {
  const rtime = headers.get(`${profile.prefix}rtime`) ?? '';
  const told = Buffer.from(headers.get(`${profile.prefix}sign`) ?? '', 'utf8');
  const made = Buffer.from(platformSignature(profile.appSecret, profile.rid, profile.sid, rtime), 'utf8');
  if (told.length !== made.length || !timingSafeEqual(told, made)) return 'signature-wrong';
  const isTime = /^\d{13}$/.test(rtime) && Math.abs(Number(rtime) - now.getTime()) <= toleranceSeconds * 1000;
  return isTime ? 'right' : 'time-wrong';
}
