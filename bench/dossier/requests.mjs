/**
 * Requests of every call of the dossier protocol, and signatures over them as RFC 9421 and RFC 9530 say, written without the library: only the
 * algorithm itself is the library's, for bare node:crypto has no SM2 with a user id.
 */
import { createHash } from 'node:crypto';
import { algorithms, authority, now, organisation } from './city.mjs';

const origin = `http://${authority}`;
export const seconds = Math.floor(now.getTime() / 1000);

export const headerOf = ({ headers }, name) => headers.find(([each]) => each === name)?.[1];
export function withHeader(message, name, value) {
  const others = message.headers.filter(([each]) => each !== name);
  return { ...message, headers: value === undefined ? others : [...others, [name, value]] };
}
export const digestOf = (body) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

function componentOf(message, component) {
  const url = new URL(message.url);
  const derived = { '@method': message.method, '@authority': url.host, '@path': url.pathname, '@query': url.search || '?' };
  return derived[component] ?? headerOf(message, component);
}

/** What the signature is over, and how its list is written. */
export function baseOf(message, components, parameters) {
  const list = `(${components.map((name) => `"${name}"`).join(' ')})${parameters
    .map(([name, value]) => `;${name}=${typeof value === 'number' ? value : `"${value}"`}`)
    .join('')}`;
  const lines = components.map((name) => `"${name}": ${componentOf(message, name)}`);
  return { list, base: Buffer.from([...lines, `"@signature-params": ${list}`].join('\n'), 'latin1') };
}

export const covered = (message) => [
  '@method',
  '@authority',
  '@path',
  '@query',
  'content-digest',
  ...['content-type', 'idempotency-key'].filter((name) => headerOf(message, name) !== undefined),
];

/**
 * Signs a message. `change` says what is to be otherwise than is right: `created`, `expires`, `nonce`, `keyid`, `alg`, `components`, `label`; one
 * that is `null` is left out. `sign` replaces the signature's making.
 */
export async function signed(message, signer, random, change = {}) {
  const { label = 'sig1', components, sign = (base) => signer.sign(base), digest = true, ...parameters } = change;
  const whole = digest ? withHeader(message, 'content-digest', digestOf(message.body)) : message;
  const created = parameters.created ?? seconds - random.between(-250, 250);
  const all = { created, expires: created + 300, nonce: random.text(24), keyid: signer.keyId, ...parameters };
  const list = Object.entries(all).filter(([, value]) => value !== null);
  const { list: text, base } = baseOf(whole, components ?? covered(whole), list);
  const signature = Buffer.from(await sign(base)).toString('base64');
  return withHeader(withHeader(whole, 'signature-input', `${label}=${text}`), 'signature', `${label}=:${signature}:`);
}

/** Requests that are right, over what the city has and what was made so far. */
export function createRequests({ city, random, createSigner }) {
  const signers = new Map(
    Object.entries(city.keys).map(([keyId, key]) => [keyId, createSigner({ keyId, algorithm: key.algorithm, key: key.private })]),
  );
  const delivered = city.people.filter(({ isDelivered }) => isDelivered);
  const signerOf = (partner) => signers.get(`${partner}-${random.one(algorithms)}`);
  /** Dossiers that partners have, by partner. */
  const dossiers = new Map(city.partners.map((partner) => [partner, []]));
  let count = 0;

  const get = (path, headers = []) => ({ method: 'GET', url: origin + path, headers, body: Buffer.alloc(0) });
  const post = (path, body, headers = []) => ({
    method: 'POST',
    url: origin + path,
    headers: [['content-type', 'application/json'], ...headers],
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
  const bodyFor = ({ name, number, conclusionNo, provincialNo }, more = {}) => ({
    purpose: 'reappraisal',
    provincialNo,
    conclusionNo,
    subject: { name, idNumber: number },
    requestedBy: { organisation, operator: { name: '经办甲', id: 'P-001' } },
    ...more,
  });
  const newKey = () => {
    count += 1;
    return `key-${count}-${random.text(6)}`;
  };
  const calls = {
    request: (_, person = random.one(delivered), more = {}) =>
      post('/v1/dossiers', bodyFor(person, more), [['idempotency-key', newKey()]]),
    /** The same key and body as before. */
    repeat: (partner) => random.one(dossiers.get(partner)).message,
    manifest: (partner) => {
      const { id, sha256 } = random.one(dossiers.get(partner));
      return get(`/v1/dossiers/${id}`, random.below(8) === 0 ? [['if-none-match', `"${sha256}"`]] : []);
    },
    document: (partner) => {
      const { id, documents } = random.one(dossiers.get(partner));
      return get(
        `/v1/dossiers/${id}/documents/${random.one(documents).id}`,
        random.below(8) === 0 ? [['range', 'bytes=3-90']] : [],
      );
    },
    receipt: (partner) => {
      const { id, sha256 } = random.one(dossiers.get(partner));
      return post(`/v1/dossiers/${id}/receipt`, { manifestSha256: sha256 });
    },
    appraisals: (_, person = random.one(city.people)) =>
      get(`/v1/appraisals?idNumber=${person.number}&name=${encodeURIComponent(person.name)}`),
  };
  const usual = ['repeat', 'manifest', 'manifest', 'document', 'document', 'document', 'receipt'];
  const mayBe = { province: [...usual, 'appraisals', 'request'], narrow: usual, shrinking: usual, historian: ['appraisals'] };

  return {
    city,
    random,
    signers,
    signerOf,
    delivered,
    dossiers,
    calls,
    get,
    post,
    bodyFor,
    newKey,
    /** Any call that its partner may make, unsigned. */
    any(partner = random.one(['province', 'province', 'narrow', 'shrinking', 'historian'])) {
      const call = random.one(mayBe[partner]);
      return { partner, call, message: calls[call](partner) };
    },
    /** Of any call with a body. */
    anyPost(partner = random.one(['province', 'narrow', 'shrinking'])) {
      const call = random.one(['request', 'repeat', 'receipt']);
      return { partner, call, message: calls[call](partner) };
    },
    /** Takes down a dossier out of its manifest. */
    keep(partner, message, manifest, sha256) {
      const documents = manifest.checklist.flatMap(({ kind, documents: own = [] }) => own.map((one) => ({ ...one, kind })));
      dossiers.get(partner).push({ id: manifest.id, sha256, documents, message: strip(message) });
    },
    sign: (message, signer, change) => signed(message, signer, random, change),
  };
}

/** Without what signing put there. */
function strip(message) {
  const headers = message.headers.filter(([name]) => !['content-digest', 'signature-input', 'signature'].includes(name));
  return { ...message, headers };
}
