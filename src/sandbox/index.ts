import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { YilianError } from '../errors.js';
import { type Day, dayOfInstant, exactDay, formatDay } from '../model/index.js';
import { configurationYaml, type ListeningAgency, listening } from './config.js';
import { scanPath, supplementOf } from './documents.js';
import { placeFolder, writeDrops } from './drops.js';
import { createFaults, type Fault, type FaultKind, type FaultPlan } from './faults.js';
import { institutionsCsv } from './hospitals.js';
import { createJournal, type JournalEntry } from './journal.js';
import { createWorld } from './population.js';
import { createProvince, find, type SimulatedProvince } from './province/province.js';
import { createRegistry } from './registry.js';
import { type KeyAlgorithms, keyFiles, secretFiles, secretsOf } from './secrets.js';
import { createAgencies } from './servers/agencies.js';
import { type Truth, truthOf } from './truth.js';
import { daysOfFiles, importsOf } from './world.js';

export { type Fault, type FaultKind, type FaultPlan, faultKinds, feedFaults } from './faults.js';
export type { JournalEntry } from './journal.js';
export { type Misdeed, misdeeds } from './province/misdeeds.js';
export type { PulledDossier, Refusal, SimulatedProvince } from './province/province.js';
export { type Score, score } from './score.js';
export { type ReviewScore, scoreReviews } from './score-reviews.js';
export type { Truth } from './truth.js';

/**
 * The five agencies, simulated: real loopback HTTP servers and real files, a made-up population, planted anomalies and look-alikes, faults on
 * demand, and a truth file that says what must be found.
 */
export interface Sandbox {
  /** Listens, and writes everything into the folder: configuration, cases, truth, institutions, secrets, drop folders. Throws ERR_USAGE for a port that is taken. */
  start(): Promise<void>;
  /** Stops listening. The folder stays. */
  stop(): Promise<void>;
  /** Agency → origin (`http://127.0.0.1:…`). Throws before `start`. */
  readonly urls: Readonly<Record<string, string>>;
  /** What must be found today. */
  readonly truth: Truth;
  /** The sandbox's day, `YYYY-MM-DD`. */
  readonly today: string;
  /** What each feed was asked; no ID numbers. */
  readonly journal: Record<string, JournalEntry>;
  /** Switches a fault of an agency or feed on, or with undefined off. Throws ERR_USAGE for what there is none of. */
  setFault(target: string, fault: Fault | FaultKind | undefined): void;
  /** Moves the sandbox's day on: new rows, new files, a new truth file. The clock that signatures are judged by is not moved. */
  advance(days: number): Promise<void>;
  /** The province's own side of a re-appraisal, to be told what to do. */
  readonly province: SimulatedProvince;
  /**
   * The city changes its file of a story's person, or of a case number: `revoke` takes back the conclusions of the first concluded case, `supplement`
   * adds a document to it, whose file lies beside the others. Gives the file to import. Throws ERR_USAGE for a person there is none of.
   */
  amend(target: string, change: 'revoke' | 'supplement'): Promise<string>;
  /** Files of documents, written below the folder: what a city's document store takes in. */
  readonly scans: readonly { caseNo: string; documentId: string; mediaType: string; sha256: string; path: string }[];
}

export interface SandboxOptions {
  /** Folder to write into; made when it is not there. */
  dir: string;
  /** First of five ports, and the sixth is the configured one of the city's dossier service; 0, the default, takes free ones. */
  port?: number;
  /** Persons on file; default 300. With fewer than there are stories, only the first stories are planted. */
  people?: number;
  /** Default 1. */
  seed?: number;
  faults?: FaultPlan;
  /**
   * Also plant the persons about whom some agency cannot answer: unknown to the health platform (which then answers about everybody else),
   * with a namesake's cremation, registered elsewhere. A night over them is not complete. Default false.
   */
  unanswered?: boolean;
  /** The sandbox's day, `YYYY-MM-DD`; default: the clock's day in Shanghai. */
  today?: string;
  /** Judges signatures and stamps answers; default: the machine's clock. */
  clock?: () => Date;
  /** With what the city and the province sign. */
  algorithms?: KeyAlgorithms;
}

/** Makes a sandbox; nothing listens and nothing is written before `start`. Throws ERR_USAGE for a day, fault or number that cannot be. */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dir, port = 0, people = 300, seed = 1, clock = () => new Date() } = options;
  if (!Number.isInteger(people) || people < 1)
    throw usage(`人数须为正整数：${people}`, `people must be a whole number from 1 on: ${people}`);
  if (!Number.isInteger(port) || port < 0 || port > 65_535 - listening.length)
    throw usage(`端口不可用：${port}`, `not a usable port: ${port}`);
  const start = options.today === undefined ? dayOfInstant(clock()) : exactDay(options.today);
  if (start === undefined) throw usage(`不是日期（YYYY-MM-DD）：${options.today}`, `not a day (YYYY-MM-DD): ${options.today}`);

  let today: Day = start;
  let origins: Readonly<Record<ListeningAgency, string>> | undefined;
  const faults = createFaults(options.faults);
  const journal = createJournal();
  const secrets = secretsOf(seed, options.algorithms);
  const world = createWorld({ seed, start, people, unanswered: options.unanswered ?? false });
  const registry = createRegistry(world, () => today);
  const agencies = createAgencies({ registry, secrets, clock, faults, journal });

  const write = (name: string, content: string | Buffer) => writeFile(join(dir, name), content, { mode: 0o600 });
  const writeTruth = () => write('truth.json', `${JSON.stringify(truthOf(world, today), null, 2)}\n`);

  const province = createProvince({
    world,
    today: () => today,
    clock,
    keys: secrets.keys,
    changed: () => (origins === undefined ? Promise.resolve() : writeTruth()),
  });
  const scans = () => world.onFile.flatMap((life) => life.scans);

  return {
    province,
    get scans() {
      return scans().map((scan) => ({ ...scan, path: join(dir, scanPath(scan)) }));
    },
    get urls() {
      if (origins === undefined) throw usage('沙箱尚未启动', 'the sandbox has not been started');
      return origins;
    },
    get truth() {
      return truthOf(world, today);
    },
    get today() {
      return formatDay(today);
    },
    get journal() {
      return journal.read();
    },
    setFault(target, fault) {
      for (const feed of faults.set(target, fault)) placeFolder(dir, feed, faults);
    },

    async start() {
      origins = await agencies.start(port);
      await mkdir(join(dir, 'secrets'), { recursive: true, mode: 0o700 });
      await mkdir(join(dir, 'state'), { recursive: true });
      await chmod(join(dir, 'secrets'), 0o700);
      for (const [name, content] of Object.entries(secretFiles(secrets)))
        await write(join('secrets', name), `${content.trimEnd()}\n`);
      for (const folder of ['keys', 'partners', 'scans', ...new Set(scans().map((scan) => dirname(scanPath(scan))))])
        await mkdir(join(dir, folder), { recursive: true, mode: 0o700 });
      for (const [name, content] of Object.entries(keyFiles(secrets))) await write(name, content);
      for (const scan of scans()) await write(scanPath(scan), scan.bytes);
      await write(
        'yilian.config.yaml',
        configurationYaml(origins, secrets, port === 0 ? await freePort() : port + listening.length),
      );
      await write(
        'cases.jsonl',
        importsOf(world)
          .map((line) => `${JSON.stringify(line)}\n`)
          .join(''),
      );
      await write('institutions.csv', institutionsCsv());
      await writeTruth();
      await writeDrops(dir, world, start - daysOfFiles, today, faults);
    },

    stop: () => agencies.stop(),

    async amend(target, change) {
      const { life, case_ } = find(world, target);
      if (change === 'revoke') {
        case_.state = 'revoked';
        for (const conclusion of case_.conclusions) conclusion.status = 'revoked';
      } else {
        const scan = supplementOf(case_);
        life.scans.push(scan);
        await mkdir(join(dir, dirname(scanPath(scan))), { recursive: true, mode: 0o700 });
        await write(scanPath(scan), scan.bytes);
      }
      const name = `${change}-${case_.caseNo}.jsonl`;
      await write(name, `${JSON.stringify(life.file)}\n`);
      await writeTruth();
      return join(dir, name);
    },

    async advance(days) {
      if (!Number.isInteger(days) || days < 1)
        throw usage(`天数须为正整数：${days}`, `days must be a whole number from 1 on: ${days}`);
      const before = today;
      today += days;
      await writeDrops(dir, world, before + 1, today, faults);
      await writeTruth();
    },
  };
}

/** A port of this machine that nobody listens on just now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function usage(zh: string, en: string): YilianError {
  return new YilianError('ERR_USAGE', { zh, en });
}
