import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cipherKinds, createCipher } from '../../src/crypto/cipher.js';

const secret = 'a secret of the test, long enough';
const bound = Buffer.from('bound');
const content = Buffer.from('胫骨骨干骨折，内固定术后');

describe.each(cipherKinds)('%s', (kind) => {
  const cipher = createCipher(kind, secret);

  it('gives back what it sealed, and never seals the same twice alike', async () => {
    const [one, two] = [await cipher.seal(content, bound), await cipher.seal(content, bound)];

    expect(await cipher.open(one, bound)).toEqual(content);
    expect(one).not.toEqual(two);
    expect(Buffer.from(one).includes(content.subarray(0, 6))).toBe(false);
    expect(await cipher.open(await cipher.seal(Buffer.alloc(0), bound), bound)).toEqual(Buffer.alloc(0));
  });

  it('opens nothing of which a bit was changed, cut off or added, nor with another key or bound to something else', async () => {
    const sealed = Buffer.from(await cipher.seal(content, bound));
    const opened: string[] = [];
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const copy = Buffer.from(sealed);
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if ((await cipher.open(copy, bound)) !== undefined) opened.push(`bit ${bit}`);
    }
    for (let length = 0; length < sealed.length; length += 1)
      if ((await cipher.open(sealed.subarray(0, length), bound)) !== undefined) opened.push(`length ${length}`);

    expect(opened).toEqual([]);
    expect(await cipher.open(Buffer.concat([sealed, Buffer.from([0])]), bound)).toBeUndefined();
    expect(await cipher.open(sealed, Buffer.from('bounc'))).toBeUndefined();
    expect(await cipher.open(sealed, Buffer.alloc(0))).toBeUndefined();
    expect(await createCipher(kind, `${secret}.`).open(sealed, bound)).toBeUndefined();
    for (const other of cipherKinds.filter((each) => each !== kind))
      expect(await createCipher(other, secret).open(sealed, bound)).toBeUndefined();
  });

  it('cannot be fooled by moving bytes between what is bound and what is sealed', async () => {
    const sealed = Buffer.from(await cipher.seal(content, Buffer.from('ab')));

    expect(await cipher.open(Buffer.concat([Buffer.from('b'), sealed]), Buffer.from('a'))).toBeUndefined();
  });

  it('refuses a secret that could be tried out', () => {
    expect(() => createCipher(kind, '15 characters..')).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }));
    expect(() => createCipher(kind, '16 characters...')).not.toThrow();
  });
});

it('a key’s id is the same for both kinds, and tells nothing of the secret', () => {
  const [one, two] = cipherKinds.map((kind) => createCipher(kind, secret).keyId);

  expect(one).toMatch(/^[0-9a-f]{16}$/);
  expect(two).toBe(one);
  expect(createCipher('aes-256-gcm', `${secret}.`).keyId).not.toBe(one);
});

describe('the form that is on the disk', () => {
  const derive = (digest: string, purpose: string, length: number) =>
    Buffer.from(hkdfSync(digest, secret, '', `yilian ${purpose}`, length));

  it('of sm4-ctr-hmac-sm3 is counter, SM4-CTR, HMAC-SM3 over length of what is bound, that, counter and text', async () => {
    const sealed = Buffer.from(await createCipher('sm4-ctr-hmac-sm3', secret).seal(content, bound));
    const keys = derive('sm3', 'sm4-ctr-hmac-sm3', 48);
    const [counter, text, tag] = [sealed.subarray(0, 16), sealed.subarray(16, -32), sealed.subarray(-32)];
    const decipher = createDecipheriv('sm4-ctr', keys.subarray(0, 16), counter);

    expect(Buffer.concat([decipher.update(text), decipher.final()])).toEqual(content);
    const length = Buffer.from('0000000000000005', 'hex');
    expect(
      createHmac('sm3', keys.subarray(16))
        .update(Buffer.concat([length, bound, counter, text]))
        .digest(),
    ).toEqual(tag);
  });

  it('of aes-256-gcm is 12 bytes, text, 16 bytes of tag', async () => {
    const sealed = Buffer.from(await createCipher('aes-256-gcm', secret).seal(content, bound));
    const cipher = createCipheriv('aes-256-gcm', derive('sha256', 'aes-256-gcm', 32), sealed.subarray(0, 12)).setAAD(bound);

    expect(Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()])).toEqual(sealed.subarray(12));
  });
});
