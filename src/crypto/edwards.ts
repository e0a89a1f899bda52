/**
 * Is a public key of Ed25519 a point that can be signed for (RFC 8032 section 5.1.3)? OpenSSL takes any 32 bytes. A key of small order would make
 * some signatures hold for every message.
 */

const p = 2n ** 255n - 19n;
const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base % p];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}

/** Takes the 32 bytes of the key. */
export function isSoundEd25519(key: Uint8Array): boolean {
  if (key.length !== 32) return false;
  const y = BigInt(`0x${Buffer.from(key).reverse().toString('hex')}`) & (2n ** 255n - 1n);
  if (y >= p) return false;
  const [numerator, denominator] = [(y * y + p - 1n) % p, (d * y * y + 1n) % p];
  const x2 = (numerator * power(denominator, p - 2n)) % p;
  // Euler's criterion: x² must be a square.
  if (x2 !== 0n && power(x2, (p - 1n) / 2n) !== 1n) return false;
  // Of order 1 or 2 where x is 0, of order 4 where y is 0, and of order 8 where doubling gives y = 0, that is y² + x² = 0.
  return x2 !== 0n && y !== 0n && (y * y + x2) % p !== 0n;
}
