import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createSandbox } from '../../src/sandbox/index.js';
import { folder, freePorts, startSandbox, worldOf } from './harness.js';

/** Relative path → SHA-256 of every file. */
async function contentOf(dir: string): Promise<Record<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashes = await Promise.all(
    files.map(async (file) =>
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    ),
  );
  return Object.fromEntries(files.map((file, index) => [file.slice(dir.length + 1), hashes[index] ?? '']));
}

describe('a sandbox', () => {
  it('writes the same bytes for the same seed and day, ports aside, and others for another seed', async () => {
    const [first, second, other] = [await startSandbox(), await startSandbox(), await startSandbox({ seed: 2 })];
    const withoutPorts = async (dir: string): Promise<Record<string, string>> => {
      const { 'yilian.config.yaml': _, ...rest } = await contentOf(dir);
      const config = (await readFile(join(dir, 'yilian.config.yaml'), 'utf8')).replace(/127\.0\.0\.1:\d+/g, '127.0.0.1');
      return { ...rest, config };
    };

    expect(await withoutPorts(first.dir)).toEqual(await withoutPorts(second.dir));
    expect((await withoutPorts(first.dir))['cases.jsonl']).not.toBe((await withoutPorts(other.dir))['cases.jsonl']);
  });

  it('answers the same bytes to the same question at the same time', async () => {
    const [first, second] = [await startSandbox(), await startSandbox()];
    const ask = async (origin: string | undefined) => {
      const response = await fetch(`${origin}/httpproxy`, { method: 'POST', body: 'name=a' });
      return response.text();
    };

    expect(await ask(first.sandbox.urls['civil-affairs'])).toBe(await ask(second.sandbox.urls['civil-affairs']));
  });

  it('is ready with 300 persons after less than two seconds of work', async () => {
    const work: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const began = process.cpuUsage();
      await startSandbox({ people: 300 });
      const { user, system } = process.cpuUsage(began);
      work.push(user + system);
    }

    // Time on the processor, and the best of three: that the machine is busy with something else is not the sandbox's fault.
    expect(Math.min(...work)).toBeLessThan(2_000_000);
  });

  it('listens on loopback only, on the ports that follow the one asked for', async () => {
    const { sandbox: anywhere } = await startSandbox({ people: 5 });
    const port = await freePorts(5);

    const { sandbox } = await startSandbox({ people: 5, port });

    for (const url of Object.values(anywhere.urls)) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(Object.values(sandbox.urls)).toEqual([0, 1, 2, 3, 4].map((step) => `http://127.0.0.1:${port + step}`));
  });

  it('writes secrets into files only their owner may read, and refers to them from the configuration', async () => {
    const { dir } = await startSandbox({ people: 5 });
    const yaml = await readFile(join(dir, 'yilian.config.yaml'), 'utf8');

    const names = await readdir(join(dir, 'secrets'));

    expect(names.sort()).toEqual([
      'certificate-password',
      'cremation-app-key',
      'documents-key',
      'insurance-token',
      'person-key',
      'population-app-key',
      'population-password',
      'province-password',
      'signing-key',
    ]);
    for (const name of names) {
      const path = join(dir, 'secrets', name);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(yaml).toContain(`\${file:./secrets/${name}}`);
      expect(yaml).not.toContain((await readFile(path, 'utf8')).trim());
    }
    expect((await stat(join(dir, 'cases.jsonl'))).mode & 0o777).toBe(0o600);
  });

  it('configures every feed of the five agencies', async () => {
    const { sandbox, dir } = await startSandbox({ people: 5 });

    const { agencies } = parse(await readFile(join(dir, 'yilian.config.yaml'), 'utf8')) as {
      agencies: Record<string, Record<string, { channel: { http: string } }>>;
    };

    expect(Object.entries(agencies).map(([agency, feeds]) => [agency, Object.keys(feeds)])).toEqual([
      ['public-security', ['population']],
      ['civil-affairs', ['cremations']],
      ['health', ['stays', 'death-certificates']],
      ['medical-insurance', ['enrolments', 'stays', 'settlements']],
      ['provincial-appraisal', ['appraisals']],
    ]);
    expect(agencies['civil-affairs']?.cremations?.channel.http).toBe(`${sandbox.urls['civil-affairs']}/httpproxy`);
  });

  it('lists one case file a line, each with a subject and a case', async () => {
    const { dir } = await startSandbox();

    const lines = (await readFile(join(dir, 'cases.jsonl'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

    expect(lines).toHaveLength(200);
    for (const line of lines) {
      expect(line.subject.idDocuments).toHaveLength(1);
      expect(line.cases.length).toBeGreaterThanOrEqual(1);
      expect(Object.keys(line).sort()).toEqual(['benefits', 'cases', 'settlements', 'subject']);
    }
  });

  it('writes the truth of the day, and another one when days have passed', async () => {
    const { sandbox, dir } = await startSandbox();
    const read = async () => JSON.parse(await readFile(join(dir, 'truth.json'), 'utf8'));
    const before = await read();

    await sandbox.advance(3);
    const after = await read();

    expect(before).toEqual(expect.objectContaining({ today: '2026-11-23', people: 200, seed: 1 }));
    expect(after.today).toBe('2026-11-26');
    expect(after).toEqual(JSON.parse(JSON.stringify(sandbox.truth)));
    const rules = (truth: typeof before, story: string) =>
      truth.expected.filter((item: { story: string }) => item.story === story).map((item: { rule: string }) => item.rule);
    expect(rules(before, 'death-retracted-the-day-after-tomorrow')).toEqual(['case-open-after-death']);
    expect(rules(after, 'death-retracted-the-day-after-tomorrow')).toEqual(['death-retracted']);
    // Beside what the messages of the next days bring, the clocks of open cases run on.
    const arriving = ({ coming }: typeof before) =>
      coming.filter((item: { rule: string }) => item.rule !== 'case-overdue').map((item: { from: string }) => item.from);
    expect(arriving(before).sort()).toEqual(['2026-11-24', '2026-11-25', '2026-11-26']);
    expect(arriving(after)).toEqual([]);
  });

  it('leaves out, unless asked, whom some agency cannot answer about', async () => {
    const plain = await createSandbox({ dir: await folder(), today: '2026-11-23' });
    const untold = plain.truth.quiet.map(({ story }) => story);

    expect(untold).not.toContain('registered-elsewhere');
    expect(untold).not.toContain('namesake-in-the-village');
    expect(worldOf().quiet.map(({ story }) => story)).toEqual(
      expect.arrayContaining(['registered-elsewhere', 'namesake-in-the-village']),
    );
  });

  it('takes its day from the clock, in Shanghai', async () => {
    const dir = await folder();
    const before = await createSandbox({ dir, people: 1, clock: () => new Date('2026-11-23T15:59:59Z') });
    const after = await createSandbox({ dir, people: 1, clock: () => new Date('2026-11-23T16:00:00Z') });

    expect(before.today).toBe('2026-11-23');
    expect(after.today).toBe('2026-11-24');
  });

  it.each([
    { people: 0 },
    { people: 1.5 },
    { port: 65_534 },
    { today: '2026-02-30' },
    { faults: { health: 'nonsense' as never } },
    { faults: { 'civil-affairs/marriages': 'down' as const } },
    { faults: { 'civil-affairs/cremations': 'doctype' as const } },
    { faults: { 'civil-affairs/cremations': null as never } },
    { faults: { 'civil-affairs/cremations': { kind: 'busy' as const, times: -1 } } },
    { faults: { 'civil-affairs/cremations': { kind: 'busy' as const, often: 3 } as never } },
  ])('refuses %j', async (options) => {
    await expect(createSandbox({ dir: await folder(), ...options })).rejects.toMatchObject({ code: 'ERR_USAGE' });
  });

  it('has a folder of scans also where nobody has any: the demo of few persons reads it', async () => {
    const dir = await folder();
    const sandbox = await createSandbox({ dir, people: 1 });
    await sandbox.start();
    await sandbox.stop();

    expect(await readdir(join(dir, 'scans'))).toEqual([]);
  });

  it('frees its ports when one of the five is taken', async () => {
    const port = await freePorts(7);
    const first = await startSandbox({ people: 1, port: port + 2 });
    const second = await createSandbox({ dir: await folder(), people: 1, port });

    await expect(second.start()).rejects.toMatchObject({ code: 'ERR_USAGE' });
    await first.sandbox.stop();

    await second.start();
    await second.stop();
  });
});
