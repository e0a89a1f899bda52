/**
 * A city of made-up persons with cases, papers and partners, as files on a disk: what `dossier.mjs` and the tests beside it hold requests against.
 */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const algorithms = ['ecdsa-p256-sha256', 'ed25519', 'hmac-sha256', 'hmac-sm3', 'sm2-sm3'];
/** The clock of city and partners: it stands, so that a run can be repeated. */
export const now = new Date('2026-06-20T02:00:00.000Z');
export const authority = 'dossier.city.example';
export const organisation = '演示省劳动能力鉴定中心';

/** Who may have what: all of it; the conclusion alone; all of it until the configuration is narrowed; histories alone. */
const partners = ['province', 'narrow', 'shrinking', 'historian'];
const kinds = ['id-card', 'application', 'recognition-decision', 'medical-record', 'exam-report', 'review-form'];

/** Numbers from a seed (mulberry32). */
export function createRandom(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (count) => Math.floor(next() * count);
  const text = (length, letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789') =>
    Array.from({ length }, () => letters[below(letters.length)]).join('');
  return { below, between: (from, to) => from + below(to - from + 1), one: (list) => list[below(list.length)], text };
}

function keyOf(algorithm) {
  if (algorithm.startsWith('hmac')) {
    const secret = randomBytes(32).toString('base64');
    return { private: secret, public: secret };
  }
  const [kind, options] =
    algorithm === 'ed25519' ? ['ed25519', {}] : ['ec', { namedCurve: algorithm === 'sm2-sm3' ? 'SM2' : 'P-256' }];
  const { privateKey, publicKey } = generateKeyPairSync(kind, {
    ...options,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { private: privateKey, public: publicKey };
}

/** The number of a made-up person: region 370799, check digit of GB 11643. */
function numberOf(index, sequence = 1) {
  const first17 = `370799${1950 + (index % 50)}0101${String(sequence + Math.floor(index / 50)).padStart(3, '0')}`;
  const sum = [...first17].reduce((total, digit, place) => total + Number(digit) * (2 ** (17 - place) % 11), 0);
  return first17 + '10X98765432'[sum % 11];
}

const [stems, branches] = ['甲乙丙丁戊己庚辛壬癸', '子丑寅卯辰巳午未申酉戌亥'];
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

function personOf(index, isDelivered, largeBytes) {
  const caseNo = `K2026-${index}`;
  const scans = kinds.map((kind) => ({
    id: `D-${kind}`,
    kind,
    bytes: Buffer.from(`made-up scan of ${kind} in ${caseNo} `.repeat(200)),
  }));
  if (largeBytes > 0)
    scans.push({ id: 'D-large', kind: 'exam-report', bytes: Buffer.alloc(largeBytes, `made-up film of ${caseNo} `) });
  return {
    name: `样例${stems[index % 10]}${branches[index % 12]}`,
    number: numberOf(index),
    unknownNumber: numberOf(index, 500),
    caseNo,
    conclusionNo: `演劳鉴〔2026〕${100 + index}号`,
    provincialNo: `SJ2026-${1000 + index}`,
    isDelivered,
    scans,
  };
}

function lineOf({ name, number, caseNo, conclusionNo, provincialNo, isDelivered, scans }) {
  const yes = (code) => ({ code, system: 'yilian', known: true });
  const one = {
    caseNo,
    provincialNo,
    kind: 'first',
    regime: 'order-55',
    state: isDelivered ? 'delivered' : 'concluded',
    items: [yes('disability-grade')],
    receivedOn: '2026-04-01',
    recognition: {
      no: `演工认〔2026〕${caseNo.slice(6)}号`,
      result: yes('recognised'),
      accidentOn: '2026-01-05',
      decidedOn: '2026-02-01',
      parts: [],
      diagnoses: [{ icd10: 'S62', text: '手部骨折' }],
    },
    documents: scans.map(({ id, kind, bytes }) => ({ id, kind, mediaType: 'application/pdf', sha256: sha256(bytes) })),
    exams: [{ on: '2026-05-10', mode: 'onsite', identityCheck: 'face-match' }],
    panel: { size: 5, drawnOn: '2026-05-09', signedOn: '2026-05-11' },
    conclusions: [
      {
        no: conclusionNo,
        on: '2026-06-01',
        level: 'city',
        grade: 7,
        care: 'none',
        standard: 'GB/T 16180-2014',
        clauses: [],
        status: 'issued',
      },
    ],
    deliveries: isDelivered ? [{ to: 'person', sentOn: '2026-06-05', receivedOn: '2026-06-10' }] : [],
  };
  return JSON.stringify({ subject: { name, idDocuments: [{ type: 'resident-id', number, validity: 'valid' }] }, cases: [one] });
}

/** Anything of a person that no refusal may say; nothing that an id or a hash could hold by chance. */
export const personal = /370799\d{11}|样例|演劳鉴|演工认|K2026-|SJ2026-|骨折|made-up/;

/**
 * Writes configuration, keys, cases and papers into a folder. `largeBytes`: the first person has a paper of that size too.
 *
 * @returns persons; keys by partner and algorithm; `open(createExchange)` and `fill(exchange)`; `narrow()` writes the configuration in which
 * `shrinking` may have the conclusion alone
 */
export function createCity(folder, { persons = 24, undelivered = 2, largeBytes = 0 } = {}) {
  const people = Array.from({ length: persons }, (_, index) =>
    personOf(index, index < persons - undelivered, index === 0 ? largeBytes : 0),
  );
  const keys = {};
  const lines = (partner) =>
    algorithms.map((algorithm) => {
      const id = `${partner}-${algorithm}`;
      keys[id] = { partner, algorithm, ...keyOf(algorithm) };
      writeFileSync(join(folder, `${id}.key`), keys[id].public);
      return `        - { id: ${id}, algorithm: ${algorithm}, key: '\${file:./${id}.key}' }`;
    });
  const listed = Object.fromEntries(partners.map((partner) => [partner, lines(partner)]));
  for (const [id, validity] of [
    ['province-old', "until: '2026-01-01T00:00:00Z'"],
    ['province-next', "from: '2027-01-01T00:00:00Z'"],
  ]) {
    keys[id] = { partner: 'province', algorithm: 'ed25519', ...keyOf('ed25519') };
    writeFileSync(join(folder, `${id}.key`), keys[id].public);
    listed.province.push(`        - { id: ${id}, algorithm: ed25519, key: '\${file:./${id}.key}', ${validity} }`);
  }
  const city = keyOf('ecdsa-p256-sha256');
  writeFileSync(join(folder, 'city.key'), city.private);
  writeFileSync(join(folder, 'secret'), 'a secret of the city, 32 bytes long');
  const config = join(folder, 'yilian.config.yaml');
  const write = (isNarrowed) =>
    writeFileSync(
      config,
      `city: { name: 演示市, region: '370700', organisation: 演示市劳动能力鉴定中心 }
personKey: '\${file:./secret}'
operator: { name: 夜间核对, id: SYSTEM }
agencies: {}
signing: [{ id: city-2026, algorithm: ecdsa-p256-sha256, key: '\${file:./city.key}' }]
dossier:
  documents: { folder: ./documents, key: '\${file:./secret}' }
  partners:
    - id: province
      organisation: ${organisation}
      purposes: [reappraisal, appraisal-history]
      keys:
${listed.province.join('\n')}
    - id: narrow
      organisation: 另一省级机构
      purposes: [reappraisal]
      items: [conclusion]
      keys:
${listed.narrow.join('\n')}
    - id: shrinking
      organisation: 第三省级机构
      purposes: [reappraisal]
${isNarrowed ? '      items: [conclusion]\n' : ''}      keys:
${listed.shrinking.join('\n')}
    - id: historian
      organisation: 第四省级机构
      purposes: [appraisal-history]
      keys:
${listed.historian.join('\n')}
`,
    );
  write(false);
  return {
    people,
    keys,
    config,
    publicKey: city.public,
    partners,
    narrow: () => write(true),
    open: (createExchange) => createExchange(config, { environment: {}, now: () => now }),
    async fill(exchange) {
      const [cases, scans] = [join(folder, 'cases.jsonl'), join(folder, 'scans')];
      writeFileSync(cases, `${people.map(lineOf).join('\n')}\n`);
      mkdirSync(scans);
      for (const person of people)
        for (const { id, bytes } of person.scans) writeFileSync(join(scans, `${person.caseNo}-${id}.pdf`), bytes);
      await exchange.importCases([cases]);
      await exchange.importDocuments(scans);
    },
  };
}
