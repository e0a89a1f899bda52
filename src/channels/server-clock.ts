/**
 * How far our clock is ahead of another machine's, in milliseconds, by the `Date` header of its web server; undefined where it does not say.
 * Asks for the head of the origin's root without credentials: about nobody, and no quota is used. For `doctor`.
 */
export async function clockOffsetMs(baseUrl: string, now: () => number = Date.now): Promise<number | undefined> {
  try {
    const before = now();
    const { headers } = await fetch(new URL(baseUrl).origin, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(5000),
    });
    const theirs = Date.parse(headers.get('date') ?? '');
    return Number.isNaN(theirs) ? undefined : Math.round((before + now()) / 2 - theirs);
  } catch {
    // Reachability is told by its own line; here silence only means that the clock could not be compared.
    return undefined;
  }
}
