import { YilianError } from '../../errors.js';
import type { Json } from '../../model/index.js';
import type { Caller, Wrong } from './caller.js';
import type { Wanted } from './examine.js';
import { keyOf, type SandboxKey } from './keys.js';
import type { Misdeed } from './misdeeds.js';
import { digestOf, type Message } from './sign.js';

/** The keys of the sandbox: the province's, another partner's, and the city's, of which the province knows the open half. */
export interface Keys {
  province: SandboxKey;
  neighbour: SandboxKey;
  city: SandboxKey;
}

interface Scene {
  origin: string;
  caller: Caller;
  keys: Keys;
  /** Somebody else who is on file. */
  other: { name: string; number: string };
  /** The body of a request about the target, changed. */
  request(change: Partial<Wanted>): Json;
  /** The last good request. */
  sent?: Message;
}

/** The request of a misdeed, ready to be sent. */
export function misbehave(misdeed: Misdeed, scene: Scene): Message {
  const { origin, caller, keys, other, request } = scene;
  const post = (change: Partial<Wanted> = {}, wrong: Wrong = {}): Message =>
    caller.prepare(
      origin,
      { method: 'POST', path: '/v1/dossiers', body: request(change), idempotencyKey: `misdeed-${misdeed}` },
      wrong,
    );
  // What a server would fall for that takes the algorithm from the message, or one key for all algorithms.
  const asSecret: SandboxKey = {
    id: keys.province.id,
    algorithm: 'hmac-sha256',
    secret: keys.province.open,
    open: keys.province.open,
  };

  switch (misdeed) {
    case 'wrong-person':
      return post(other);
    case 'wrong-name':
      return post({ name: other.name });
    case 'unknown-conclusion':
      return post({ conclusionNo: '潍劳鉴〔2019〕999999号' });
    case 'wrong-provincial-number':
      return post({ provincialNo: '0000000000000000' });
    case 'replay': {
      if (scene.sent === undefined)
        throw new YilianError('ERR_USAGE', {
          zh: '尚未调取过卷宗，无可重放',
          en: 'no dossier was pulled: there is nothing to replay',
        });
      return scene.sent;
    }
    case 'expired':
      return post({}, { shift: -900 });
    case 'not-yet':
      return post({}, { shift: 900 });
    case 'tampered-body':
      return withBody(post(), request(other));
    case 'tampered-digest': {
      const message = withBody(post(), request(other));
      message.headers['content-digest'] = digestOf(message.body);
      return message;
    }
    case 'tampered-path': {
      const about = (person: Scene['other']) =>
        `/v1/appraisals?${new URLSearchParams({ idNumber: person.number, name: person.name })}`;
      const message = caller.prepare(origin, { method: 'GET', path: about({ ...other, name: '' }) });
      message.url = new URL(about(other), origin);
      return message;
    }
    case 'uncovered-body':
      return post({}, { components: ['@method', '@authority', '@path', '@query'] });
    case 'without-nonce':
      return post({}, { nonce: false });
    case 'algorithm-named':
      return post({}, { key: asSecret, alg: 'hmac-sha256' });
    case 'hmac-with-public-key':
      return post({}, { key: asSecret });
    case 'key-of-another':
      return post({}, { key: keys.neighbour, keyId: keys.province.id });
    case 'unknown-key':
      return post({}, { key: keyOf(0, 'nobody', 'ed25519') });
    case 'unsigned': {
      const message = post();
      for (const name of ['signature', 'signature-input']) delete message.headers[name];
      return message;
    }
    case 'purpose-of-another':
      return post({}, { key: keys.neighbour });
    case 'out-of-scope-item':
      return caller.prepare(origin, {
        method: 'POST',
        path: '/v1/dossiers',
        body: { ...(request({}) as Record<string, Json>), items: ['open-findings'] },
        idempotencyKey: `misdeed-${misdeed}`,
      });
  }
}

function withBody(message: Message, body: Json): Message {
  return { ...message, headers: { ...message.headers }, body: Buffer.from(JSON.stringify(body)) };
}
