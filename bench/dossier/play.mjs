/**
 * Sends right and forged requests to a real dossier handler over a real store, in the process and through a real socket, and counts: every right one
 * must be answered, every forged one refused with nothing of a person in the answer, and each in the audit log, which must hold afterwards.
 */
import { createHash } from 'node:crypto';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { createCity, createRandom, now, personal } from './city.mjs';
import { createForgeries } from './forgeries.mjs';
import { createRequests, headerOf } from './requests.mjs';

const atOnce = 256;
const batchSize = 512;

/** Methods that `node:http` reads; with any other it answers itself. */
function createSocket(handler, toNodeListener) {
  const server = createServer({ keepAliveTimeout: 600_000 }, toNodeListener(handler));
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  return {
    listen: () => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)),
    send: ({ method, url, headers, body }) =>
      new Promise((resolve, reject) => {
        const { host, pathname, search } = new URL(url);
        const fields = { host };
        for (const [name, value] of headers) fields[name] = name in fields ? [fields[name], value].flat() : value;
        const options = {
          host: '127.0.0.1',
          port: server.address().port,
          method,
          path: pathname + search,
          headers: fields,
          agent,
        };
        const sent = httpRequest(options, (answer) => {
          const chunks = [];
          answer.on('data', (chunk) => chunks.push(chunk));
          answer.on('end', () =>
            resolve({
              status: answer.statusCode,
              headers: new Headers(Object.entries(answer.headers).map(([k, v]) => [k, String(v)])),
              body: Buffer.concat(chunks),
            }),
          );
          answer.on('error', reject);
        });
        sent.on('error', reject);
        sent.end(method === 'GET' ? undefined : body);
      }),
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}

async function inProcess(handler, { method, url, headers, body }) {
  const fields = new Headers();
  for (const [name, value] of headers) fields.append(name, value);
  const answer = await handler(new Request(url, { method, headers: fields, ...(method === 'GET' ? {} : { body }) }));
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}

/**
 * @param library what is held to it: `createExchange`, `createSigner`, `toNodeListener`, `verifyResponse`, `createKeyRing`
 * @returns figures, and `faults`: what was not as it should be, empty where all is well
 */
export async function playRequests(library, { folder, forged, good, viaSocket = 0.02, seed = 20_261_129, say = () => {} }) {
  const { createExchange, createSigner, toNodeListener, verifyResponse, createKeyRing } = library;
  const random = createRandom(seed);
  const city = createCity(folder);
  const requests = createRequests({ city, random, createSigner });
  const ring = createKeyRing([{ id: 'city-2026', algorithm: 'ecdsa-p256-sha256', key: city.publicKey }]);
  const faults = [];
  const fault = (text) => {
    if (faults.length < 20) faults.push(text);
    else if (faults.length === 20) faults.push('and more');
  };
  const count = { good: 0, goodRefused: 0, refused: 0, notRefused: 0, withheld: 0, overSocket: 0, signaturesHeld: 0, setUp: 0 };
  const byKind = new Map();
  const statuses = new Map();
  const bodies = new Map();
  const told = [];
  let sent = 0;

  let exchange = await city.open(createExchange);
  await city.fill(exchange);
  let handler = exchange.dossierHandler();
  let socket = createSocket(handler, toNodeListener);
  await socket.listen();

  const send = async (message, isOverSocket) => {
    const answer = isOverSocket ? await socket.send(message) : await inProcess(handler, message);
    if (isOverSocket) count.overSocket += 1;
    // Every answer is signed, and for this very request; a part of them is verified, for it is the client's work.
    sent += 1;
    if (sent % 20 === 0) {
      const fields = new Headers();
      for (const [name, value] of message.headers) fields.append(name, value);
      const { method, url, body } = message;
      const check = isSignable(message)
        ? await verifyResponse(answer, { method, url, headers: fields, body }, ring, { now })
        : { ok: true };
      if (check.ok) count.signaturesHeld += 1;
      else fault(`the answer ${answer.status} to ${method} is not signed as it should be: ${check.fault}`);
    }
    return answer;
  };
  /** Sends what `make` makes, some at a time; it is made in order, so that a seed makes the same requests. */
  const play = async (total, make, judge) => {
    for (let done = 0; done < total; done += batchSize) {
      const batch = [];
      for (let index = done; index < Math.min(total, done + batchSize); index += 1) batch.push({ ...(await make(index)), index });
      let next = 0;
      const work = async () => {
        while (next < batch.length) {
          const one = batch[next];
          next += 1;
          judge(one, await send(one.message, one.isOverSocket));
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
    }
  };

  // ---- dossiers to begin with ------------------------------------------------------------------------------------------------------------
  for (const partner of ['province', 'narrow', 'shrinking'])
    for (const person of requests.delivered) {
      const unsigned = requests.calls.request(partner, person);
      const answer = await send(await requests.sign(unsigned, requests.signerOf(partner)), false);
      count.setUp += 1;
      if (answer.status !== 201) fault(`a dossier to begin with: ${answer.status} ${answer.body}`);
      else requests.keep(partner, unsigned, JSON.parse(answer.body), createHash('sha256').update(answer.body).digest('hex'));
    }

  // ---- right ones ------------------------------------------------------------------------------------------------------------------------
  const callCount = new Map();
  const beganGood = performance.now();
  await play(
    good,
    async () => {
      const { partner, call, message } = requests.any();
      const signer = requests.signerOf(partner);
      const name = `${call}, ${signer.algorithm}`;
      callCount.set(name, (callCount.get(name) ?? 0) + 1);
      return { message: await requests.sign(message, signer), isOverSocket: random.below(20) === 0, name };
    },
    ({ message, name }, { status, body }) => {
      count.good += 1;
      if ([200, 201, 204, 206, 304].includes(status)) told.push(message);
      else {
        count.goodRefused += 1;
        fault(`right, and refused: ${name}: ${status} ${body}`);
      }
    },
  );
  const goodSeconds = (performance.now() - beganGood) / 1000;
  say(
    `right requests: ${count.good} in ${goodSeconds.toFixed(0)} s, ${count.goodRefused} refused; ${callCount.size} of 30 pairs of call and algorithm`,
  );

  // ---- forged ones -----------------------------------------------------------------------------------------------------------------------
  const judge = ({ kind: { name, gates }, message }, { status, headers, body }) => {
    const row = byKind.get(name) ?? { sent: 0, refused: 0, withheld: 0 };
    byKind.set(name, row);
    row.sent += 1;
    const text = body.toString();
    if (gates === 'withheld') {
      const open = status === 201 ? JSON.parse(text).checklist.filter((item) => item.status !== 'withheld') : [{ kind: status }];
      // Nothing that chance could make: a signature in Base64 may hold any three characters.
      const [held] = /骨折|"icd10"|"documents":/.exec(text) ?? [];
      if (open.length > 0 || held !== undefined) fault(`${name}: not withheld: ${JSON.stringify(open)} ${held}`);
      else {
        row.withheld += 1;
        count.withheld += 1;
      }
      return;
    }
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const problem = `${status} ${headers.get('content-type')}`;
    bodies.set(problem, (bodies.get(problem) ?? new Set()).add(text));
    if (personal.test(text)) fault(`${name}: the answer says something of a person: ${text}`);
    if (status >= 400 && status < 500) {
      row.refused += 1;
      count.refused += 1;
    } else {
      count.notRefused += 1;
      fault(`forged, and answered: ${name}: ${status}: ${message.method} ${message.url} ${JSON.stringify(message.headers)}`);
    }
  };
  const expected = new Map();
  const forge = (kinds) => async (index) => {
    const kind = kinds[index % kinds.length];
    const gate = kind.gates === 'withheld' ? undefined : kind.gates.length > 1 ? 'signature' : kind.gates[0];
    if (gate !== undefined) expected.set(gate, (expected.get(gate) ?? 0) + 1);
    return { message: await kind.make(), isOverSocket: random.below(1 / viaSocket) === 0, kind };
  };
  const beganForged = performance.now();
  const before = Math.ceil(forged / 2);
  await play(before, forge(createForgeries({ requests, told, isReopened: false })), judge);
  // One number many times at once: it counts once.
  const races = Math.min(50, Math.ceil(good / 100));
  let raced = 0;
  for (let race = 0; race < races; race += 1) {
    const message = await requests.sign(requests.calls.manifest('province'), requests.signerOf('province'));
    const answers = await Promise.all(Array.from({ length: 8 }, () => inProcess(handler, message)));
    const refused = answers.filter(({ status }) => status === 401).length;
    if (refused !== 7) fault(`of 8 equal requests at once ${8 - refused} were answered`);
    count.refused += refused;
    raced += refused;
  }
  expected.set('nonce', (expected.get('nonce') ?? 0) + 7 * races);
  await socket.close();
  await exchange.close();

  city.narrow();
  exchange = await city.open(createExchange);
  handler = exchange.dossierHandler();
  socket = createSocket(handler, toNodeListener);
  await socket.listen();
  await play(forged - before, forge(createForgeries({ requests, told, isReopened: true })), judge);
  const forgedSeconds = (performance.now() - beganForged) / 1000;
  await socket.close();

  // ---- what the log has of it ------------------------------------------------------------------------------------------------------------
  const gates = new Map();
  const reasons = new Map();
  const log = { refusals: 0, served: 0, failed: 0, withPersons: 0 };
  for await (const { content } of exchange.store.audit.rows()) {
    const { kind, result, detail = {} } = JSON.parse(content);
    if (personal.test(content.replace(/"caseNos":\[[^\]]*\]/, ''))) log.withPersons += 1;
    if (kind !== 'dossier-access' && kind !== 'appraisal-history') continue;
    if (result === 'refused') {
      log.refusals += 1;
      const gate = detail.gate === 'partner' ? 'signature' : detail.gate;
      gates.set(gate, (gates.get(gate) ?? 0) + 1);
      const reason = detail.fault ?? detail.problem;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    } else if (result === 'failed') log.failed += 1;
    else log.served += 1;
  }
  for (const gate of new Set([...expected.keys(), ...gates.keys()]))
    if ((expected.get(gate) ?? 0) !== (gates.get(gate) ?? 0))
      fault(`gate ${gate}: ${expected.get(gate)} expected, ${gates.get(gate)} in the log`);
  const servedExpected = count.setUp + count.good - count.goodRefused + count.withheld + races;
  if (log.refusals !== count.refused) fault(`${count.refused} refused, ${log.refusals} refusals in the log`);
  if (log.served !== servedExpected) fault(`${servedExpected} answered, ${log.served} in the log`);
  if (log.failed > 0) fault(`${log.failed} failed on our side`);
  if (log.withPersons > 0) fault(`${log.withPersons} records of the log say something of a person`);
  // Unknown, somebody else's, wrong and not allowed are one and the same, to the byte.
  for (const [problem, texts] of bodies)
    if (/^40[14]/.test(problem) && texts.size !== 1) fault(`${texts.size} different bodies of ${problem}`);
  for (const row of rowsOf(byKind))
    if (row.refused + row.withheld !== row.sent)
      fault(`${row.name}: ${row.sent - row.refused - row.withheld} of ${row.sent} not refused`);
  const beganVerify = performance.now();
  const verification = await exchange.audit.verify();
  const verifySeconds = (performance.now() - beganVerify) / 1000;
  if (verification.faults.length > 0) fault(`the audit log does not hold: ${JSON.stringify(verification.faults.slice(0, 3))}`);
  await exchange.close();

  return {
    count: { ...count, raced, forged: forged + raced },
    kinds: rowsOf(byKind),
    statuses: sorted(statuses),
    gates: sorted(gates),
    reasons: sorted(reasons),
    log: { ...log, servedExpected, verification, verifySeconds },
    bodies: new Map([...bodies].map(([problem, texts]) => [problem, texts.size])),
    goodSeconds,
    forgedSeconds,
    faults,
  };
}

/** An answer to a request with several signatures, or with none that can be read, is bound to its method and address only. */
function isSignable(message) {
  const signatures = message.headers.filter(([name]) => name === 'signature');
  return signatures.length === 1 && /^sig1=:[A-Za-z0-9+/]+=*:$/.test(headerOf(message, 'signature'));
}

const rowsOf = (byKind) => [...byKind].map(([name, row]) => ({ name, ...row }));
const sorted = (counts) => [...counts].sort(([, one], [, other]) => other - one);
