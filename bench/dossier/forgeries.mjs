/**
 * Kinds of forged requests: each makes, out of a call that would be answered, one that must not be. `gates` are those of the audit log that may
 * say no to it; `withheld` kinds are answered, but without what they should not have.
 */
import { createHmac, createPublicKey } from 'node:crypto';
import { algorithms } from './city.mjs';
import { covered, digestOf, headerOf, seconds, withHeader } from './requests.mjs';

const who = ['signature', 'partner'];

function otherCharacter(text, random, letters = 'abcdefghijklmnopqrstuvwxyz0123456789') {
  const places = [...text].flatMap((character, place) => (/[A-Za-z0-9]/.test(character) ? [place] : []));
  const place = random.one(places);
  const others = [...letters].filter((letter) => letter !== text[place]);
  return text.slice(0, place) + random.one(others) + text.slice(place + 1);
}
const oneBit = (bytes, random) => {
  const copy = Buffer.from(bytes);
  copy[random.below(copy.length)] ^= 1 << random.below(8);
  return copy;
};
const signatureOf = (message) => Buffer.from(/:(.*):/.exec(headerOf(message, 'signature'))[1], 'base64');
const withSignature = (message, bytes) => withHeader(message, 'signature', `sig1=:${Buffer.from(bytes).toString('base64')}:`);
const withInput = (message, change) => withHeader(message, 'signature-input', change(headerOf(message, 'signature-input')));
const withPath = (message, change) => {
  const { origin, pathname, search } = new URL(message.url);
  return { ...message, url: origin + change(pathname) + search };
};

const order = {
  'ecdsa-p256-sha256': 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  ed25519: 2n ** 252n + 27742317777372353535851937790883648493n,
};
/** The other signature that the same numbers give: (r, n − s) of ECDSA holds, and is kept out by the nonce; S + L of Ed25519 does not. */
function otherSignature(bytes, algorithm) {
  const [r, s] = [bytes.subarray(0, 32), Buffer.from(bytes.subarray(32))];
  const isEd = algorithm === 'ed25519';
  const value = BigInt(`0x${(isEd ? Buffer.from(s).reverse() : s).toString('hex')}`);
  const other = Buffer.from((isEd ? value + order.ed25519 : order[algorithm] - value).toString(16).padStart(64, '0'), 'hex');
  return Buffer.concat([r, isEd ? other.reverse() : other]);
}

/** `told` are requests that were answered, byte by byte as they were sent. */
export function createForgeries({ requests, told, isReopened }) {
  const { random, city, signers, signerOf, calls, delivered, dossiers, sign, get, post, bodyFor, newKey } = requests;
  const makers = ['province', 'narrow', 'shrinking'];

  /** A right request, then changed after it was signed. */
  const after =
    (change, pick = () => requests.any()) =>
    async () => {
      const { partner, message } = pick();
      const signer = signerOf(partner);
      return change(await sign(message, signer), signer);
    };
  /** A right request, signed otherwise than it should be. */
  const signedSo =
    (change, pick = () => requests.any()) =>
    async () => {
      const { partner, message } = pick();
      const signer = signerOf(partner);
      return sign(message, signer, change(signer, message));
    };
  /** Signed as it should be, and asking for what is not to be had. */
  const asked = (partner, make) => async () => {
    const by = typeof partner === 'string' ? partner : random.one(partner);
    return sign(make(by), signerOf(by));
  };
  const body = () => requests.anyPost();
  const query = () => ({ partner: random.one(['province', 'historian']), message: calls.appraisals() });
  const asymmetric = () => signers.get(`province-${random.one(['ecdsa-p256-sha256', 'ed25519', 'sm2-sm3'])}`);
  const publicForms = (pem) => [
    pem,
    pem.trim(),
    pem.replace(/-----.*-----|\s/g, ''),
    Buffer.from(pem.replace(/-----.*-----|\s/g, ''), 'base64'),
    ...(pem.length < 130 ? [createPublicKey(pem).export({ format: 'der', type: 'spki' }).subarray(-32)] : []),
  ];
  const withPublicKey = (alg) => async () => {
    const signer = asymmetric();
    const digest = random.one(['sha256', 'sm3']);
    const secret = random.one(publicForms(city.keys[signer.keyId].public));
    const hmac = (base) => createHmac(digest, secret).update(base).digest();
    return sign(calls[random.one(['request', 'manifest', 'document', 'receipt', 'appraisals'])]('province'), signer, {
      sign: hmac,
      ...(alg ? { alg: `hmac-${digest}` } : {}),
    });
  };
  const dossierOf = (partner) => random.one(dossiers.get(partner));
  const person = () => random.one(delivered);
  const another = (not) => random.one(delivered.filter((one) => one !== not));
  const ask = (more, about = person()) => post('/v1/dossiers', bodyFor(about, more), [['idempotency-key', newKey()]]);
  const without = (component) => (_, message) => ({
    components: covered(withHeader(message, 'content-digest', '')).filter((name) => name !== component),
  });

  const kinds = {
    // ---- tampered after signing ---------------------------------------------------------------------------------------------------------
    'method changed': [
      who,
      after((it) => ({
        ...it,
        method: random.one(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'].filter((one) => one !== it.method)),
      })),
    ],
    'path: one character': [who, after((it) => withPath(it, (path) => path.slice(0, 4) + otherCharacter(path.slice(4), random)))],
    'path: another spelling of the same': [
      who,
      after((it) => withPath(it, (path) => path.replace(/[a-z]/, (one) => `%${one.charCodeAt(0).toString(16)}`))),
    ],
    'path: something at its end': [who, after((it) => withPath(it, (path) => path + random.one(['/', '/x', ';a', '%20'])))],
    'query: one character': [
      who,
      after(
        (it) => ({ ...it, url: it.url.replace(/=([^&]+)/, (_, value) => `=${otherCharacter(value, random, '0123456789')}`) }),
        query,
      ),
    ],
    'query: one parameter more': [
      who,
      after((it) => ({ ...it, url: `${it.url}${it.url.includes('?') ? '&' : '?'}${random.text(3)}=1` })),
    ],
    'query: taken away': [who, after((it) => ({ ...it, url: it.url.split('?')[0] }), query)],
    'authority: another host': [
      who,
      after((it) => ({ ...it, url: it.url.replace(/city/, otherCharacter('city', random, 'abcdefgh')) })),
    ],
    'authority: another port': [
      who,
      after((it) => ({ ...it, url: it.url.replace('.example', `.example:${random.between(1024, 65_000)}`) })),
    ],
    'body: one bit': [who, after((it) => ({ ...it, body: oneBit(it.body, random) }), body)],
    'body: one byte more': [
      who,
      after((it) => ({ ...it, body: Buffer.concat([it.body, Buffer.from(random.one([' ', '\n', '0']))]) }), body),
    ],
    'body and its digest': [
      who,
      after((it) => {
        const other = oneBit(it.body, random);
        return withHeader({ ...it, body: other }, 'content-digest', digestOf(other));
      }, body),
    ],
    'digest: one character': [
      who,
      after((it) =>
        withHeader(it, 'content-digest', `sha-256=:${otherCharacter(/:(.*):/.exec(headerOf(it, 'content-digest'))[1], random)}:`),
      ),
    ],
    'digest: under another name': [
      who,
      after((it) =>
        withHeader(
          it,
          'content-digest',
          headerOf(it, 'content-digest').replace('sha-256', random.one(['sha-512', 'md5', 'sha', 'unixsum'])),
        ),
      ),
    ],
    'digest: taken away': [who, after((it) => withHeader(it, 'content-digest', undefined))],
    'created changed': [
      who,
      after((it) =>
        withInput(it, (text) => text.replace(/created=(\d+)/, (_, at) => `created=${Number(at) + random.one([-1, 1])}`)),
      ),
    ],
    'expires changed': [
      who,
      after((it) =>
        withInput(it, (text) => text.replace(/expires=(\d+)/, (_, at) => `expires=${Number(at) + random.between(1, 200)}`)),
      ),
    ],
    'nonce changed': [
      who,
      after((it) =>
        withInput(it, (text) => text.replace(/nonce="([^"]+)"/, (_, nonce) => `nonce="${otherCharacter(nonce, random)}"`)),
      ),
    ],
    'key id: one character': [
      who,
      after((it) => withInput(it, (text) => text.replace(/keyid="([^"]+)"/, (_, id) => `keyid="${otherCharacter(id, random)}"`))),
    ],
    'key id: another of the same partner': [
      who,
      after((it, { keyId }) => {
        const { partner, algorithm } = city.keys[keyId];
        return withInput(it, (text) =>
          text.replace(keyId, `${partner}-${random.one(algorithms.filter((one) => one !== algorithm))}`),
        );
      }),
    ],
    'a parameter taken away': [
      who,
      after((it) =>
        withInput(it, (text) =>
          text.replace(random.one([/;created=\d+/, /;expires=\d+/, /;nonce="[^"]+"/, /;keyid="[^"]+"/]), ''),
        ),
      ),
    ],
    'a parameter added': [
      who,
      after((it) => withInput(it, (text) => text + random.one([';tag="x"', ';alg="ed25519"', ';x', ';created=1']))),
    ],
    'a component taken away': [
      who,
      after((it) =>
        withInput(it, (text) =>
          text.replace(random.one(['"@method" ', '"@authority" ', '"@path" ', '"@query" ', ' "content-digest"']), ''),
        ),
      ),
    ],
    'components in another order': [
      who,
      after((it) => withInput(it, (text) => text.replace('"@method" "@authority"', '"@authority" "@method"'))),
    ],
    'a component added': [
      who,
      after((it) =>
        withInput(it, (text) =>
          text.replace('("@method"', random.one(['("@scheme" "@method"', '("@method" "@method"', '("date" "@method"'])),
        ),
      ),
    ],
    'signature-input: one character': [who, after((it) => withInput(it, (text) => otherCharacter(text, random)))],
    'signature: one bit': [who, after((it) => withSignature(it, oneBit(signatureOf(it), random)))],
    'signature: one character': [
      who,
      after((it) => withHeader(it, 'signature', `sig1=:${otherCharacter(headerOf(it, 'signature').slice(6, -1), random)}:`)),
    ],
    'signature: one byte more': [
      who,
      after((it) => withSignature(it, Buffer.concat([signatureOf(it), Buffer.from([random.below(256)])]))),
    ],
    'signature: zeros': [who, after((it) => withSignature(it, Buffer.alloc(signatureOf(it).length)))],
    'signature of another request': [
      who,
      async () => {
        const { partner, message } = requests.any();
        const signer = signerOf(partner);
        return withSignature(await sign(message, signer), signatureOf(await sign(requests.any(partner).message, signer)));
      },
    ],
    'Ed25519 with S + L': [
      who,
      async () => {
        const partner = random.one(makers);
        const it = await sign(requests.any(partner).message, signers.get(`${partner}-ed25519`));
        return withSignature(it, otherSignature(signatureOf(it), 'ed25519'));
      },
    ],
    'a covered header': [
      who,
      after((it) => {
        const name = random.one(['content-type', 'idempotency-key'].filter((one) => headerOf(it, one) !== undefined));
        return withHeader(
          it,
          name,
          name === 'content-type'
            ? random.one(['application/json;a=b', 'text/plain', 'Application/json'])
            : `${headerOf(it, name)}x`,
        );
      }, body),
    ],
    'a covered header taken away': [who, after((it) => withHeader(it, 'content-type', undefined), body)],
    // ---- truncated ----------------------------------------------------------------------------------------------------------------------
    'signature cut short': [
      who,
      after((it) => withSignature(it, signatureOf(it).subarray(0, random.below(signatureOf(it).length)))),
    ],
    'signature header cut short': [
      who,
      after((it) =>
        withHeader(it, 'signature', headerOf(it, 'signature').slice(0, random.below(headerOf(it, 'signature').length))),
      ),
    ],
    'signature-input cut short': [who, after((it) => withInput(it, (text) => text.slice(0, random.below(text.length))))],
    'digest cut short': [
      who,
      after((it) => withHeader(it, 'content-digest', headerOf(it, 'content-digest').slice(0, random.between(1, 50)))),
    ],
    'body cut short': [who, after((it) => ({ ...it, body: it.body.subarray(0, random.below(it.body.length)) }), body)],
    // ---- replayed -----------------------------------------------------------------------------------------------------------------------
    [isReopened ? 'replayed after the store was reopened' : 'replayed']: [['nonce'], async () => random.one(told)],
    [isReopened ? 'replayed after that with the other ECDSA signature' : 'replayed with the other ECDSA signature']: [
      ['nonce'],
      async () => {
        const it = random.one(told.filter((one) => headerOf(one, 'signature-input').includes('ecdsa')));
        return withSignature(it, otherSignature(signatureOf(it), 'ecdsa-p256-sha256'));
      },
    ],
    'a nonce that was used, newly signed': [
      ['nonce'],
      async () => {
        const input = headerOf(random.one(told), 'signature-input');
        const [, nonce] = /nonce="([^"]+)"/.exec(input);
        const [, keyId] = /keyid="([^"]+)"/.exec(input);
        return sign(requests.any(city.keys[keyId].partner).message, signers.get(keyId), { nonce });
      },
    ],
    // ---- times --------------------------------------------------------------------------------------------------------------------------
    expired: [who, signedSo(() => ({ created: seconds - random.between(301, 100_000) }))],
    'expired within the tolerance': [
      who,
      signedSo(() => {
        const created = seconds - random.between(20, 290);
        return { created, expires: created + random.between(1, 19) };
      }),
    ],
    'from the future': [who, signedSo(() => ({ created: seconds + random.between(301, 100_000) }))],
    'window too long': [who, signedSo(() => ({ created: seconds, expires: seconds + random.between(601, 1_000_000) }))],
    'window without an end': [who, signedSo(() => ({ expires: null }))],
    'over before it began': [who, signedSo(() => ({ created: seconds, expires: seconds - random.below(100) }))],
    'no created': [who, signedSo(() => ({ created: null, expires: seconds + 100 }))],
    'no nonce, or one that is too short or long': [
      who,
      signedSo(() => ({ nonce: random.one([null, '', random.text(15), random.text(129)]) })),
    ],
    // ---- algorithms ---------------------------------------------------------------------------------------------------------------------
    'alg names another algorithm': [
      who,
      signedSo(({ algorithm }) => ({
        alg: random.one([...algorithms.filter((one) => one !== algorithm), 'none', 'rsa-v1_5-sha256', '']),
      })),
    ],
    'HMAC with the public key': [who, withPublicKey(false)],
    'HMAC with the public key, and alg says so': [who, withPublicKey(true)],
    'signed with the key of another algorithm': [
      who,
      signedSo(({ keyId }) => {
        const { partner, algorithm } = city.keys[keyId];
        const other = signers.get(`${partner}-${random.one(algorithms.filter((one) => one !== algorithm))}`);
        return { sign: (base) => other.sign(base) };
      }),
    ],
    // ---- whose key ----------------------------------------------------------------------------------------------------------------------
    unsigned: [who, async () => requests.any().message],
    'unsigned but for one header': [who, after((it) => withHeader(it, random.one(['signature', 'signature-input']), undefined))],
    'unknown key': [
      who,
      signedSo(() => ({ keyid: random.one(['__proto__', 'constructor', '', random.text(8), random.text(129), 'city-2026']) })),
    ],
    'no key id': [who, signedSo(() => ({ keyid: null }))],
    "another partner's key under this one's id": [
      who,
      signedSo(({ keyId }) => {
        const { partner, algorithm } = city.keys[keyId];
        const other = signers.get(`${random.one(city.partners.filter((one) => one !== partner))}-${algorithm}`);
        return { sign: (base) => other.sign(base) };
      }),
    ],
    'a key that is over': [who, async () => sign(requests.any('province').message, signers.get('province-old'))],
    'a key that is not valid yet': [who, async () => sign(requests.any('province').message, signers.get('province-next'))],
    // ---- what is covered ----------------------------------------------------------------------------------------------------------------
    'method not covered': [who, signedSo(without('@method'))],
    'authority not covered': [who, signedSo(without('@authority'))],
    'path not covered': [who, signedSo(without('@path'))],
    'query not covered': [who, signedSo(without('@query'), query)],
    'digest not covered': [who, signedSo(without('content-digest'))],
    'digest not covered and not there': [
      who,
      signedSo((_, message) => ({ digest: false, components: covered(message).filter((name) => name !== 'content-digest') })),
    ],
    'two signatures under two labels': [
      who,
      after((it) => {
        const twice = (name) => `${headerOf(it, name)}, ${headerOf(it, name).replace('sig1', 'sig2')}`;
        return withHeader(withHeader(it, 'signature', twice('signature')), 'signature-input', twice('signature-input'));
      }),
    ],
    'one label twice': [
      who,
      after((it) => {
        const twice = random.one(['signature', 'signature-input']);
        return { ...it, headers: [...it.headers, ...it.headers.filter(([name]) => name === twice)] };
      }),
    ],
    'two labels that differ': [
      who,
      after((it) => withHeader(it, 'signature', headerOf(it, 'signature').replace('sig1', 'sig2'))),
    ],
    // ---- signed as it should be, and not to be had ----------------------------------------------------------------------------------------
    'history, without that purpose': [['purpose'], asked(['narrow', 'shrinking'], () => calls.appraisals())],
    'dossier, without that purpose': [['purpose'], asked('historian', () => calls.request())],
    'manifest, document or receipt, without that purpose': [
      ['purpose'],
      asked('historian', () => calls[random.one(['manifest', 'document', 'receipt'])](random.one(makers))),
    ],
    'a purpose there is not': [['purpose'], asked(makers, () => ask({ purpose: random.text(9) }))],
    'a person not on file': [
      ['subject'],
      asked(makers, () => {
        const about = person();
        return ask({ subject: { name: about.name, idNumber: about.unknownNumber } }, about);
      }),
    ],
    'the number of somebody else': [
      ['name'],
      asked(makers, () => {
        const about = person();
        return ask({ subject: { name: about.name, idNumber: another(about).number } }, about);
      }),
    ],
    "somebody else's conclusion": [
      ['conclusion'],
      asked(makers, () => {
        const about = person();
        return ask({ conclusionNo: another(about).conclusionNo }, about);
      }),
    ],
    'wrong name': [
      ['name'],
      asked(makers, () => {
        const about = person();
        const name = random.one([
          another(about).name,
          about.name.slice(0, -1),
          `${about.name}某`,
          '样例?',
          about.name.replace('样', '羊'),
        ]);
        return ask({ subject: { name, idNumber: about.number } }, about);
      }),
    ],
    'wrong provincial number': [
      ['provincial-number'],
      asked(makers, () => {
        const about = person();
        return ask(
          {
            provincialNo: random.one([
              another(about).provincialNo,
              otherCharacter(about.provincialNo, random, '0123456789'),
              about.caseNo,
              '0',
            ]),
          },
          about,
        );
      }),
    ],
    'no provincial number': [
      ['provincial-number'],
      asked(makers, () => ask({ provincialNo: random.one(['', '  ', undefined]) })),
    ],
    'unknown conclusion': [
      ['conclusion'],
      asked(makers, () => ask({ conclusionNo: `演劳鉴〔2026〕${random.between(1000, 9999)}号` })),
    ],
    'a conclusion not delivered': [
      ['delivery'],
      asked(makers, () => ask({}, random.one(city.people.filter(({ isDelivered }) => !isDelivered)))),
    ],
    'history of nobody on file': [
      ['subject'],
      asked(['province', 'historian'], () => {
        const about = person();
        return calls.appraisals('', { ...about, number: about.unknownNumber });
      }),
    ],
    'history under another name': [
      ['name'],
      asked(['province', 'historian'], () => {
        const about = person();
        return calls.appraisals('', { ...about, name: another(about).name });
      }),
    ],
    "another partner's dossier": [['owner'], asked('narrow', () => get(`/v1/dossiers/${dossierOf('province').id}`))],
    "another partner's document": [
      ['owner'],
      asked('narrow', () => {
        const { id, documents } = dossierOf('province');
        return get(`/v1/dossiers/${id}/documents/${random.one(documents).id}`);
      }),
    ],
    "another partner's receipt": [
      ['owner'],
      asked('shrinking', () => {
        const { id, sha256 } = dossierOf('province');
        return post(`/v1/dossiers/${id}/receipt`, { manifestSha256: sha256 });
      }),
    ],
    'a document of another dossier': [
      ['subject'],
      asked('narrow', (partner) => {
        const own = dossierOf(partner);
        const theirs = dossierOf('province').documents.filter(({ id }) => !own.documents.some((one) => one.id === id));
        return get(`/v1/dossiers/${own.id}/documents/${random.one(theirs).id}`);
      }),
    ],
    'a dossier there is not': [
      ['subject'],
      asked(makers, (partner) => get(`/v1/dossiers/${otherCharacter(dossierOf(partner).id, random)}`)),
    ],
    "another version's receipt": [
      ['receipt'],
      asked(makers, (partner) =>
        post(`/v1/dossiers/${dossierOf(partner).id}/receipt`, { manifestSha256: random.text(64, '0123456789abcdef') }),
      ),
    ],
    'an idempotency key that was used for something else': [
      ['idempotency'],
      asked(makers, (partner) => {
        const { message } = dossierOf(partner);
        return post('/v1/dossiers', `${message.body.toString()} `, [['idempotency-key', headerOf(message, 'idempotency-key')]]);
      }),
    ],
    // ---- out of scope: answered, but nothing of it ------------------------------------------------------------------------------------------
    'items out of scope': [
      'withheld',
      asked('narrow', () =>
        ask({ items: random.one([['id-document'], ['medical-records', 'id-document'], ['exam-reports', 'review-form']]) }),
      ),
    ],
  };
  if (isReopened)
    kinds['a document that is out of scope now'] = [
      ['scope'],
      asked('shrinking', (partner) => {
        const { id, documents } = dossierOf(partner);
        return get(`/v1/dossiers/${id}/documents/${random.one(documents.filter(({ kind }) => kind !== 'conclusion')).id}`);
      }),
    ];
  return Object.entries(kinds).map(([name, [gates, make]]) => ({ name, gates, make }));
}
