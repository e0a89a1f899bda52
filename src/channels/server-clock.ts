import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { readAddress } from './address.js';
import { surroundings } from './environment.js';
import type { HttpSettings } from './http.js';
import { secureOptions } from './tls.js';

/**
 * How far our clock is ahead of another machine's, in milliseconds, by the `Date` header of its web server; undefined where it does not say.
 * Asks for the head of the origin's root, with the connection's certificates and without credentials: about nobody, and no quota is used. For
 * `doctor`.
 */
export async function clockOffsetMs(
  { baseUrl, tls }: Pick<HttpSettings, 'baseUrl' | 'tls'>,
  now: () => number = Date.now,
): Promise<number | undefined> {
  try {
    const before = now();
    const theirs = Date.parse((await dateOf(baseUrl, tls)) ?? '');
    return Number.isNaN(theirs) ? undefined : Math.round((before + now()) / 2 - theirs);
  } catch {
    // Reachability is told by its own line; here silence only means that the clock could not be compared.
    return undefined;
  }
}

function dateOf(baseUrl: string, tls: HttpSettings['tls']): Promise<string | undefined> {
  const { fail } = surroundings({ clock: () => new Date() });
  const { origin, isTls } = readAddress(baseUrl, fail);
  const options = { method: 'HEAD', agent: false, signal: AbortSignal.timeout(5000) };
  return new Promise((resolve, reject) => {
    const request = isTls ? secureRequest(origin, { ...options, ...secureOptions(tls, fail) }) : plainRequest(origin, options);
    request
      .on('response', (response) => {
        response.destroy();
        resolve(response.headers.date);
      })
      .on('error', reject)
      .end();
  });
}
