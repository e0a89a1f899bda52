import type { createKeyRing, createSigner } from '../../src/crypto/index.js';
import type { toNodeListener } from '../../src/dossier/index.js';
import type { createExchange } from '../../src/exchange.js';
import type { verifyResponse } from '../../src/message-signatures/index.js';

export interface HeldLibrary {
  createExchange: typeof createExchange;
  createSigner: typeof createSigner;
  createKeyRing: typeof createKeyRing;
  toNodeListener: typeof toNodeListener;
  verifyResponse: typeof verifyResponse;
}

export interface Played {
  count: {
    good: number;
    goodRefused: number;
    forged: number;
    refused: number;
    notRefused: number;
    withheld: number;
    raced: number;
    overSocket: number;
    signaturesHeld: number;
  };
  kinds: { name: string; sent: number; refused: number; withheld: number }[];
  log: { refusals: number; served: number; failed: number; withPersons: number; verification: { ok: boolean } };
  /** What was not as it should be. */
  faults: string[];
}

export function playRequests(
  library: HeldLibrary,
  options: { folder: string; forged: number; good: number; viaSocket?: number; seed?: number; say?: (line: string) => void },
): Promise<Played>;
