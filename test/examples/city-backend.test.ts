import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExchange } from '../../src/exchange.js';
import type { CheckResult, FindingRecord } from '../../src/model/index.js';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { makeKey, send, signed, verifiedAnswer } from '../dossier/by-hand.js';
import { ask, province, startCity } from '../dossier/conformance.js';
import { compiled, scratch } from './consumer.js';

/** The officer's morning on `examples/city-backend`: the service is started as it would be, and asked over HTTP. */

let sandbox: Sandbox;
let config = '';
let service: ChildProcess;
let url = '';
let server = '';
let said = '';

beforeAll(async () => {
  const dir = scratch();
  sandbox = await createSandbox({ dir, people: 60, seed: 7 });
  await sandbox.start();
  config = join(dir, 'yilian.config.yaml');
  const exchange = await createExchange(config);
  await exchange.importCases([join(dir, 'cases.jsonl')]);
  await exchange.reconcile();
  await exchange.close();
  server = join(compiled('city-backend'), 'server.js');
  [service, url] = await start();
}, 120_000);

afterAll(async () => {
  service.kill('SIGKILL');
  await sandbox.stop();
});

/** Listens at a port of the system's choosing, and says so on stderr. */
async function start(file = config): Promise<[ChildProcess, string]> {
  const child = spawn(process.execPath, [server, file], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const listening = await new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (part) => {
      said += part;
      const found = /listening at (http\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`exit ${code}: ${said}`)));
  });
  said = '';
  return [child, listening];
}

// The police's platform wants the asker's own ID number.
const officer = { 'x-officer': `370799197208080122;${encodeURIComponent('经办员丁')}` };

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = officer) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return {
    status: response.status,
    body: (await response.json()) as Record<string, unknown> & { text?: { zh: string; en: string } },
  };
}

interface CaseLine {
  subject: { name: string; idDocuments: { number: string }[] };
  cases: { caseNo: string }[];
}
const onFile = (caseNo: string): CaseLine => {
  const lines = readFileSync(join(config, '..', 'cases.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const found = lines
    .map((line) => JSON.parse(line) as CaseLine)
    .find(({ cases }) => cases.some((item) => item.caseNo === caseNo));
  if (found === undefined) throw new Error(`no case ${caseNo}`);
  return found;
};

describe('the city backend', () => {
  it('looks a person up at an agency, and says what could not be asked without calling anybody absent', async () => {
    const [{ caseNo = '' } = {}] = sandbox.truth.expected;
    const { subject } = onFile(caseNo);
    const ask = {
      agency: 'public-security',
      feed: 'population',
      name: subject.name,
      idNumber: subject.idDocuments[0]?.number,
      caseNo,
      purpose: 'labour-capacity-appraisal',
    };
    const found = await call('POST', '/lookups', ask);
    sandbox.setFault('public-security', 'html');
    const down = await call('POST', '/lookups', ask);
    sandbox.setFault('public-security', undefined);

    expect(found).toMatchObject({ status: 200, body: { outcome: 'found' } });
    expect(down).toMatchObject({ status: 200, body: { outcome: 'unavailable' } });
    expect(down.body.error).toMatchObject({ code: expect.stringMatching(/^ERR_/) });
  });

  it('checks a case while the officer waits: what the night found, and nothing else', async () => {
    const [expected] = sandbox.truth.expected;
    const { status, body } = await call('GET', `/cases/${expected?.caseNo}/check`);

    expect(status).toBe(200);
    expect((body as unknown as CheckResult).findings.map(({ rule }) => rule)).toContain(expected?.rule);
    expect((await call('GET', `/cases/${expected?.caseNo}/explanation`)).status).toBe(200);
  });

  it('fills in what is known and lists materials, and answers a wrong name as it answers for nobody', async () => {
    const [{ caseNo = '' } = {}] = sandbox.truth.expected;
    const { subject } = onFile(caseNo);
    const ask = { idNumber: subject.idDocuments[0]?.number, name: subject.name, purpose: 'application' };
    const known = await call('POST', '/prefill', ask);
    const wrong = await call('POST', '/prefill', { ...ask, name: '测试某' });
    const nobody = await call('POST', '/prefill', { ...ask, idNumber: '370799197503150023' });
    const materials = await call('GET', `/cases/${caseNo}/materials?procedure=first`);

    expect(known).toMatchObject({
      status: 200,
      body: { fields: expect.arrayContaining([expect.objectContaining({ id: 'name' })]) },
    });
    expect([wrong.status, wrong.body]).toEqual([nobody.status, nobody.body]);
    expect(wrong).toMatchObject({ status: 404, body: { code: 'NOTHING_KNOWN' } });
    expect(materials.status).toBe(200);
    expect((materials.body as unknown as unknown[]).length).toBeGreaterThan(0);
  });

  it('lists findings, and keeps what the officer decides, under the name of who is logged in', async () => {
    const [expected] = sandbox.truth.expected;
    const listed = (await call('GET', `/findings?case=${expected?.caseNo}`)).body as unknown as FindingRecord[];
    const found = listed.find(({ finding }) => finding.rule === expected?.rule);
    const decided = await call('POST', `/findings/${found?.finding.id}/decision`, {
      as: 'false-positive',
      by: '别人',
      reason: '已与医院核实，系同名录入',
    });
    const after = (await call('GET', `/findings?case=${expected?.caseNo}`)).body as unknown as FindingRecord[];

    expect(decided.status).toBe(200);
    expect(decided.body).toMatchObject({
      state: 'false-positive',
      decision: { by: '经办员丁', reason: '已与医院核实，系同名录入' },
    });
    expect(after.map(({ finding }) => finding.id)).not.toContain(found?.finding.id);
    expect(((await call('GET', `/cases/${expected?.caseNo}/check`)).body as unknown as CheckResult).results).toContainEqual(
      expect.objectContaining({ rule: expected?.rule, outcome: 'suppressed' }),
    );
  });

  it.each<[string, string, unknown, Record<string, string>, number, string]>([
    ['GET', '/cases/LJ0000-000000/check', undefined, officer, 404, 'ERR_INPUT'],
    ['GET', '/findings?case=LJ0000-000000', undefined, officer, 404, 'ERR_INPUT'],
    ['GET', '/cases/%E0%A4%A/check', undefined, officer, 400, 'BAD_ADDRESS'],
    ['GET', '/findings', undefined, {}, 401, 'WHO_ARE_YOU'],
    ['GET', '/nothing', undefined, officer, 404, 'NO_SUCH_CALL'],
    ['DELETE', '/findings', undefined, officer, 405, 'NO_SUCH_METHOD'],
    ['POST', '/lookups', '{', officer, 400, 'NO_JSON'],
    ['POST', '/lookups', { agency: 'health' }, officer, 400, 'MISSING'],
    ['POST', '/findings/none/decision', { as: 'confirmed', reason: 'x' }, officer, 404, 'ERR_INPUT'],
    ['POST', '/findings/none/decision', { as: 'nonsense', reason: 'x' }, officer, 400, 'ERR_USAGE'],
    ['POST', '/lookups', 'x'.repeat(70_000), officer, 413, 'TOO_LARGE'],
  ])('answers %s %s with a clear error', async (method, path, body, headers, status, code) => {
    const answer = await call(method, path, body, headers);

    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.text).toEqual({ zh: expect.stringMatching(/\p{Script=Han}/u), en: expect.any(String) });
    expect(said).toBe('');
  });

  it('serves dossiers to the province and to nobody else', async () => {
    const city = await startCity({ clock: () => new Date(), direct: true });
    const [child, at] = await start(join(city.folder, 'yilian.config.yaml'));
    const to = { host: '127.0.0.1', port: Number(new URL(at).port) };
    const request = (method: string, path: string, body: Buffer, more: Record<string, string>) =>
      signed(
        { method, url: `${at}${path}`, headers: more, body },
        { keyId: `${province}/1`, key: city.keys[`${province}/1`] ?? makeKey('ed25519'), now: new Date() },
      );
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'one' };
    const made = await send(request('POST', '/v1/dossiers', Buffer.from(JSON.stringify(ask('whole'))), headers), to);
    const health = await send(request('GET', '/v1/health', Buffer.alloc(0), {}), to);
    const unsigned = await fetch(`${at}/v1/dossiers`, { method: 'POST', headers, body: JSON.stringify(ask('whole')) });
    child.kill('SIGTERM');
    await city.stop();

    expect([made.status, health.status, unsigned.status]).toEqual([201, 200, 401]);
    expect(verifiedAnswer(made, city.cityKeys).covered).toContain('"@status"');
    // What lets an officer in opens no dossier.
    expect((await fetch(`${url}/v1/dossiers`, { method: 'POST', headers: officer })).status).toBe(401);
  });

  it('answers what is under way before it stops, and takes nothing new', async () => {
    const [child, at] = await start();
    const { hostname, port } = new URL(at);
    const socket = connect(Number(port), hostname);
    let answered = '';
    socket.on('data', (part) => {
      answered += part;
    });
    const ended = new Promise((resolve) => socket.on('close', resolve));
    const exit = new Promise((resolve) => child.once('exit', (code, signal) => resolve([code, signal])));
    const body = JSON.stringify({ as: 'confirmed', reason: 'x' });
    // The head has come and the body has not: the call is under way.
    await new Promise<void>((resolve) => {
      socket.write(
        `POST /findings/none/decision HTTP/1.1\r\nHost: ${hostname}\r\nX-Officer: D001;D\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
      );
      socket.once('data', () => resolve());
    });
    child.kill('SIGTERM');
    await expect.poll(() => refused(Number(port), hostname)).toBe(true);
    socket.write(body);

    await ended;
    expect(answered).toContain('HTTP/1.1 404 Not Found');
    expect(await exit).toEqual([0, null]);
  });
});

function refused(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}
