import { randomUUID } from 'node:crypto';
import { sha256Hex } from '../../crypto/digest.js';
import type { Auth } from './auth.js';

/** The gateway in front of medical-insurance interfaces that wants `x-tif-*` headers (TIF/RIO). `paasid` names us, `token` is the shared secret. */
export interface InsuranceGatewaySettings {
  paasid: string;
  token: string;
  serviceId?: string | undefined;
}

/**
 * Gives `x-tif-paasid`, `x-tif-timestamp` (Unix seconds), `x-tif-nonce` (a UUID), `x-tif-signature` (lower-case hex SHA-256 of timestamp,
 * token, nonce and timestamp again) and, where configured, `x-tif-serviceId`.
 */
export function createInsuranceGateway(
  { paasid, token, serviceId }: InsuranceGatewaySettings,
  environment: { clock: () => Date; clockOffsetMs?: number | undefined; uuid?: (() => string) | undefined },
): Auth {
  const { clock, clockOffsetMs = 0, uuid = randomUUID } = environment;
  return {
    id: 'insurance-gateway',
    async fields() {
      const timestamp = String(Math.floor((clock().getTime() + clockOffsetMs) / 1000));
      const nonce = uuid();
      return {
        'x-tif-paasid': paasid,
        'x-tif-timestamp': timestamp,
        'x-tif-nonce': nonce,
        'x-tif-signature': sha256Hex(timestamp + token + nonce + timestamp),
        ...(serviceId === undefined ? {} : { 'x-tif-serviceId': serviceId }),
      };
    },
  };
}
