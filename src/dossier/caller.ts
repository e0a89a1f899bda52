import { type Bucket, createBucket } from '../channels/limits.js';
import type { SignedRequestParts } from '../message-signatures/contract.js';
import { defaultToleranceSeconds, longestWindowSeconds, verifyRequest } from '../message-signatures/index.js';
import type { DossierHandlerOptions, DossierPartner } from './options.js';
import { checkPlatform, isThrough } from './platform.js';
import { type Gate, Refusal } from './problems.js';

/** Who calls: known once the signature held and its number was not used before. */
export interface Caller {
  partner: DossierPartner;
  keyId: string;
  /** It may call, but not now. */
  refusal?: Refusal;
}

export interface Callers {
  /** The request as its sender meant it: what signatures, the request's and our answer's, are held against. */
  meant(request: Request, body: Uint8Array): { parts: SignedRequestParts; through?: DossierPartner };
  /** Throws the one refusal that all wrong signatures come to. */
  identify(meant: ReturnType<Callers['meant']>, now: Date): Promise<Caller>;
}

/** One body and one header for whatever is wrong; what would be right is the same for everybody (RFC 9421 section 5). */
function unauthenticated(gate: Gate, fault: string): Refusal {
  return new Refusal('not-authenticated', gate, {
    fault,
    headers: {
      'www-authenticate': 'Signature',
      'accept-signature': 'sig1=("@method" "@authority" "@path" "@query" "content-digest");created;expires;nonce;keyid',
    },
  });
}

export function createCallers(options: DossierHandlerOptions): Callers {
  const { partners, keys, nonces } = options;
  const owners = new Map(partners.flatMap((partner) => partner.keyIds.map((keyId) => [keyId, partner] as const)));
  const buckets = new Map<DossierPartner, Bucket>(partners.map((partner) => [partner, createBucket(partner.rate)]));
  const platforms = partners.flatMap((partner) =>
    partner.platform === undefined ? [] : [{ partner, profile: partner.platform }],
  );

  return {
    meant(request, body) {
      const { pathname, search, origin } = new URL(request.url);
      const through = platforms.find(({ profile }) => isThrough(profile, request.headers));
      const base = through === undefined ? (options.origin ?? origin) : through.profile.origin + through.profile.pathPrefix;
      return {
        parts: { method: request.method, url: base + pathname + search, headers: request.headers, body },
        ...(through === undefined ? {} : { through: through.partner }),
      };
    },

    async identify({ parts, through }, now) {
      if (through?.platform !== undefined) {
        const check = checkPlatform(through.platform, parts.headers, now, defaultToleranceSeconds);
        if (check !== 'right') throw unauthenticated('platform', check);
      }
      const check = await verifyRequest(parts, keys, { now });
      if (!check.ok) throw unauthenticated(check.fault === 'key-unknown' ? 'partner' : 'signature', check.fault);
      const { keyId, nonce, expires } = check.facts;
      const partner = owners.get(keyId);
      if (partner === undefined) throw unauthenticated('partner', 'key-of-nobody');
      if (partner.platform !== undefined && through !== partner) throw unauthenticated('platform', 'not-through-its-platform');
      if (through !== undefined && through !== partner) throw unauthenticated('platform', 'key-of-another-partner');
      // Kept until no signature of the widest window could still hold.
      const keptUntil = new Date(Math.max(expires * 1000, now.getTime()) + longestWindowSeconds * 1000);
      if (!(await nonces.use(keyId, nonce, keptUntil))) throw unauthenticated('nonce', 'replayed');
      const bucket = buckets.get(partner);
      if (bucket !== undefined && bucket.take(now.getTime(), now.getTime()) === undefined) {
        const seconds = Math.max(1, Math.ceil((bucket.next(now.getTime()) - now.getTime()) / 1000));
        const refusal = new Refusal('too-many-requests', 'rate', { headers: { 'retry-after': String(seconds) } });
        return { partner, keyId, refusal };
      }
      return { partner, keyId };
    },
  };
}
