import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { dayOf } from '../../src/model/index.js';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.js';
import { createWorld } from '../../src/sandbox/population.js';
import { secretsOf } from '../../src/sandbox/secrets.js';
import type { Life, World } from '../../src/sandbox/world.js';

/** Sandboxes of a test, stopped and swept away after it; and signatures made by hand, as a client's engineer would make them. */

export const today = '2026-11-23';
export const start = dayOf(2026, 11, 23) as number;
/** 2026-11-23 10:00:00 in Shanghai. */
export const morning = new Date('2026-11-23T02:00:00.000Z');

const running: Sandbox[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.stop()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'yilian-sandbox-'));
  folders.push(path);
  return path;
}

export async function startSandbox(options: Partial<SandboxOptions> = {}): Promise<{ sandbox: Sandbox; dir: string }> {
  const dir = options.dir ?? (await folder());
  const sandbox = await createSandbox({ today, clock: () => morning, unanswered: true, people: 200, ...options, dir });
  running.push(sandbox);
  await sandbox.start();
  return { sandbox, dir };
}

/** The first of some neighbouring ports that are free: below those that systems hand out by themselves, where others may take one meanwhile. */
export async function freePorts(count: number): Promise<number> {
  for (let port = 20_000 + (process.pid % 1000) * 10; port < 32_000; port += count) {
    const servers = Array.from({ length: count }, () => createServer());
    const taken = await Promise.all(
      servers.map(
        (server, step) =>
          new Promise<boolean>((resolve) => {
            server.once('error', () => resolve(true)).listen(port + step, '127.0.0.1', () => resolve(false));
          }),
      ),
    );
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    if (!taken.includes(true)) return port;
  }
  throw new Error(`no ${count} neighbouring ports are free`);
}

/** The same world that a sandbox of this seed and size has, to look up whom to ask about. */
export function worldOf(options: { seed?: number; people?: number } = {}): World {
  return createWorld({ seed: options.seed ?? 1, start, people: options.people ?? 200, unanswered: true });
}

/** The person of a story. */
export function lifeOf(world: World, story: string): Life {
  const caseNo = [...world.expected, ...world.quiet, ...world.unknown].find((item) => item.story === story)?.caseNo;
  const life = world.onFile.find((item) => item.file?.cases.some((case_) => case_.caseNo === caseNo));
  if (life === undefined) throw new Error(`no such story: ${story}`);
  return life;
}

export const secrets = secretsOf(1);

export const hmac = (key: string, text: string) => createHmac('sha256', key).update(text, 'utf8').digest('base64');

/** Gets a working secret from the platform of an origin, the way the reference describes it. */
export async function workingSecret(origin: string, sid: string, appKey: string, at = morning): Promise<string> {
  const rtime = String(at.getTime());
  const reply = await postJson(`${origin}/sysapi/auth/refreshappsecret`, {
    gjgxjhpt_rid: secrets.rid,
    gjgxjhpt_sid: sid,
    gjgxjhpt_rtime: rtime,
    gjgxjhpt_sign: hmac(appKey, sid + secrets.rid + rtime),
  });
  const { data } = reply.json as { data: { secret: string } };
  return unseal(data.secret, appKey);
}

/** AES-128-ECB with the key SHA1(SHA1(appKey)) cut to 16 bytes. */
export function unseal(secret: string, appKey: string): string {
  const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest();
  const decipher = createDecipheriv('aes-128-ecb', sha1(sha1(Buffer.from(appKey))).subarray(0, 16), null);
  return Buffer.concat([decipher.update(Buffer.from(secret, 'base64')), decipher.final()]).toString('utf8');
}

/** The four fields of a business call. */
export function signed(sid: string, secret: string, at = morning): Record<string, string> {
  const rtime = String(at.getTime());
  return {
    gjgxjhpt_rid: secrets.rid,
    gjgxjhpt_sid: sid,
    gjgxjhpt_rtime: rtime,
    gjgxjhpt_sign: hmac(secret, sid + secrets.rid + rtime),
  };
}

export interface Reply {
  status: number;
  contentType: string;
  bytes: Buffer;
  text: string;
  json: unknown;
}

export async function send(url: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(url, init);
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, contentType: response.headers.get('content-type') ?? '', bytes, text, json };
}

export function postJson(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  return send(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json;charset=UTF-8', ...headers },
    body: JSON.stringify(body),
  });
}
