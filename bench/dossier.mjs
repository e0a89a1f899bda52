/**
 * Holds the dossier service to its promises, over a real store, audit log and folder of papers, and prints what it costs:
 *
 * - forged requests of every kind, of every call and algorithm: none may be answered, each must be in the audit log, and the log must hold;
 * - right requests, as mixed: none may be refused;
 * - speed through a real socket, from another process, beside a bare `node:http` server that sends the same bytes in the same run.
 *
 *     npm run build && node bench/dossier.mjs [--forged N] [--good N] [--seconds S] [--seed N] [--quick] [--all-kinds]
 *
 * Default 100 000 forged, 10 000 right, 4 s for each figure of speed; `--quick` 4000, 400 and 1 s. Exit code 1 where anything is not as promised.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createKeyRing, createSigner } from '../dist/crypto/index.js';
import { nodeServerOptions, toNodeListener } from '../dist/dossier/index.js';
import { createExchange } from '../dist/exchange.js';
import { verifyResponse } from '../dist/message-signatures/index.js';
import { createCity, createRandom } from './dossier/city.mjs';
import { playRequests } from './dossier/play.mjs';
import { createRequests } from './dossier/requests.mjs';

const { values } = parseArgs({
  options: {
    forged: { type: 'string' },
    good: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string', default: '20261129' },
    quick: { type: 'boolean', default: false },
    'all-kinds': { type: 'boolean', default: false },
    /** Internal: the process that serves, and the folder that its city is in. */
    serve: { type: 'string' },
  },
});
const forged = Number(values.forged ?? (values.quick ? 4000 : 100_000));
const good = Number(values.good ?? (values.quick ? 400 : 10_000));
const seconds = Number(values.seconds ?? (values.quick ? 1 : 4));
const largeBytes = 5 * 1024 * 1024;
const say = (line = '') => process.stdout.write(`${line}\n`);
const inWords = (count) => count.toLocaleString('en');

// ---- the process that serves ---------------------------------------------------------------------------------------------------------------
async function serve(folder) {
  const city = createCity(folder, { persons: 4, undelivered: 0, largeBytes });
  const exchange = await city.open(createExchange);
  await city.fill(exchange);
  const handler = exchange.dossierHandler({ report: (error) => process.stderr.write(`${error}\n`) });
  const requests = createRequests({ city, random: createRandom(1), createSigner });
  const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
  const real = createServer(nodeServerOptions, toNodeListener(handler));
  const bodies = new Map();
  const bare = createServer(nodeServerOptions, ({ url }, answer) => answer.end(bodies.get(url)));
  const ports = { real: await listen(real), bare: await listen(bare) };

  const partner = 'province';
  const unsigned = requests.calls.request(partner, city.people[0]);
  const { method, url, headers, body } = await requests.sign(unsigned, requests.signerOf(partner));
  const made = await handler(new Request(url, { method, headers, body }));
  requests.keep(partner, unsigned, await made.json(), made.headers.get('etag').slice(1, -1));
  const [{ id, documents }] = requests.dossiers.get(partner);
  const large = documents.find(({ size }) => size === largeBytes);
  const targets = { manifest: `/v1/dossiers/${id}`, document: `/v1/dossiers/${id}/documents/${large.id}` };
  for (const path of Object.values(targets)) {
    const sent = await requests.sign(requests.get(path), requests.signerOf(partner));
    const answer = await handler(new Request(sent.url, { headers: sent.headers }));
    bodies.set(path, Buffer.from(await answer.arrayBuffer()));
  }
  process.on('message', async ({ path, count }) => {
    if (path === undefined) {
      await exchange.close();
      process.exit(0);
    }
    // Signed before the clock runs: the partner's work is not the city's.
    const signed = [];
    for (let index = 0; index < count; index += 1)
      signed.push((await requests.sign(requests.get(path), requests.signerOf(partner))).headers);
    process.send({ signed });
  });
  process.send({
    ports,
    targets,
    sizes: Object.fromEntries(Object.entries(targets).map(([name, path]) => [name, bodies.get(path).length])),
  });
}

// ---- the process that asks -----------------------------------------------------------------------------------------------------------------
function get({ port, path, headers, agent }) {
  return new Promise((resolve, reject) => {
    const fields = { host: 'dossier.city.example', ...Object.fromEntries(headers) };
    const sent = httpRequest({ host: '127.0.0.1', port, path, headers: fields, agent }, (answer) => {
      let size = 0;
      answer.on('data', (chunk) => {
        size += chunk.length;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, size }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Asks as fast as it is answered, so many at a time, until the time is over or nothing is left to ask. */
async function load({ port, path, size, all, atOnce }) {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const times = [];
  const [began, until] = [performance.now(), performance.now() + seconds * 1000];
  const work = async () => {
    while (performance.now() < until) {
      const headers = all === undefined ? [] : all.pop();
      if (headers === undefined) return;
      const start = performance.now();
      const answer = await get({ port, path, headers, agent });
      times.push(performance.now() - start);
      if (answer.status !== 200 || answer.size !== size) throw new Error(`${path}: ${answer.status}, ${answer.size} bytes`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const spent = (performance.now() - began) / 1000;
  agent.destroy();
  times.sort((one, other) => one - other);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  return { rate: times.length / spent, p50: at(0.5), p99: at(0.99), count: times.length };
}

async function speed() {
  const folder = mkdtempSync(join(tmpdir(), 'yilian-bench-'));
  const child = fork(fileURLToPath(import.meta.url), ['--serve', folder], {
    execArgv: process.execArgv,
    serialization: 'advanced',
  });
  const next = () =>
    new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`the serving process ended: ${code}`)));
    });
  const { ports, targets, sizes } = await next();
  const row = ({ rate, p50, p99 }) =>
    `${rate.toFixed(1).padStart(9)}/s${p50.toFixed(1).padStart(9)} ms${p99.toFixed(1).padStart(9)} ms`;
  say(`${''.padEnd(34)}${'requests'.padStart(11)}${'p50'.padStart(12)}${'p99'.padStart(12)}`);
  for (const [name, path] of Object.entries(targets))
    for (const atOnce of [1, 8]) {
      const heading = `${name}, ${inWords(sizes[name])} bytes, ${atOnce} at once`;
      child.send({ path, count: Math.ceil((name === 'manifest' ? 1500 : 150) * seconds) });
      const { signed } = await next();
      const warm = { port: ports.real, path, size: sizes[name] };
      await get({ ...warm, headers: signed.pop(), agent: undefined });
      const real = await load({ ...warm, all: signed, atOnce });
      const bare = await load({ port: ports.bare, path, size: sizes[name], atOnce });
      say(`${heading.padEnd(34)}${row(real)}`);
      say(`${'  the same bytes, bare node:http'.padEnd(34)}${row(bare)}   ${(bare.rate / real.rate).toFixed(1)} × as many`);
    }
  child.send({});
  await new Promise((resolve) => child.once('exit', resolve));
  rmSync(folder, { recursive: true });
}

async function main() {
  const began = performance.now();
  const loadNow = () =>
    loadavg()
      .map((value) => value.toFixed(1))
      .join(' ');
  say(`Node ${process.version}, seed ${values.seed}, load ${loadNow()}`);
  const folder = mkdtempSync(join(tmpdir(), 'yilian-bench-'));
  const library = { createExchange, createSigner, toNodeListener, verifyResponse, createKeyRing };
  const { count, kinds, statuses, gates, reasons, log, bodies, forgedSeconds, faults } = await playRequests(library, {
    folder,
    forged,
    good,
    seed: Number(values.seed),
    say,
  });
  rmSync(folder, { recursive: true });
  const list = (counts) => counts.map(([name, times]) => `${name} ${inWords(times)}`).join(', ');
  if (values['all-kinds'])
    for (const { name, sent, refused, withheld } of kinds)
      say(`  ${name.padEnd(60)} ${sent} sent, ${refused} refused, ${withheld} withheld`);
  say(
    `forged requests: ${inWords(count.forged)} of ${kinds.length} kinds in ${forgedSeconds.toFixed(0)} s, ${inWords(count.overSocket)} requests of all through a socket`,
  );
  say(
    `  refused ${inWords(count.refused)} (${list(statuses)}; ${count.raced} lost a race for one nonce), withheld ${inWords(count.withheld)}, answered ${count.notRefused}`,
  );
  say(
    `  different bodies of refusals: ${[...bodies].map(([problem, texts]) => `${problem.slice(0, 3)} ${texts}`).join(', ')}; answers verified ${inWords(count.signaturesHeld)}`,
  );
  say(
    `audit log: refusals ${inWords(log.refusals)} of ${inWords(count.refused)}, answers ${inWords(log.served)} of ${inWords(log.servedExpected)}, records with anything of a person ${log.withPersons}`,
  );
  say(`  by gate: ${list(gates)}`);
  say(`  by reason: ${list(reasons)}`);
  say(
    '  By design each refusal of the handler is one record, whoever calls. Not in the log, for the handler never sees them: what node:http cannot',
  );
  say(
    '  read, and requests without a usable Host (400 without a word). Where a record cannot be written, the answer is 503 whatever was asked.',
  );
  const { ok, records, seals } = log.verification;
  say(
    `  verified: ${ok ? 'holds' : 'DOES NOT HOLD'}, ${inWords(records)} records, ${seals} seals, in ${log.verifySeconds.toFixed(1)} s`,
  );
  for (const fault of faults) say(`  NOT REACHED: ${fault}`);
  say();
  await speed();
  say();
  const isReached = faults.length === 0 && count.notRefused === 0 && count.goodRefused === 0 && ok;
  const spent = Math.round((performance.now() - began) / 1000);
  say(
    `${isReached ? 'REACHED' : 'NOT REACHED'}: forged answered ${count.notRefused} of ${inWords(count.forged)}, right refused ${count.goodRefused} of ${inWords(count.good)}, refusals in the log ${inWords(log.refusals)} of ${inWords(count.refused)}, log ${ok ? 'holds' : 'does not hold'} (${spent} s, load ${loadNow()})`,
  );
  process.exitCode = isReached ? 0 : 1;
}

await (values.serve === undefined ? main() : serve(values.serve));
