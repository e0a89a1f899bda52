import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

/** Other processes that use a store: they run the store's own source, translated by the compiler the project is built with. */

/** Those that are still running, so that a failed test leaves none behind. */
const running = new Set<OtherProcess>();

/** Ends every other process; for `afterEach`. */
export async function endOthers(): Promise<void> {
  await Promise.all([...running].map((other) => other.kill()));
}

const root = resolve(import.meta.dirname, '../..');
let translated: string | undefined;

/** Folder with the store as JavaScript, inside `node_modules` so that its packages are found. */
function translate(): string {
  if (translated !== undefined) return translated;
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, 'node_modules/.cache/yilian-store-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const files = ['errors.ts', 'redact.ts', 'store', 'model', 'linkage', 'crypto', 'audit'].flatMap((name) =>
    name.endsWith('.ts') ? [name] : readdirSync(join(root, 'src', name)).map((file) => join(name, file)),
  );
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true };
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const path = join(folder, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, ts.transpileModule(readFileSync(join(root, 'src', file), 'utf8'), { compilerOptions }).outputText);
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  translated = folder;
  return folder;
}

/** A process that runs a script; in it `openStore` and `libsql`'s `Database` are there, `ask` waits for a word from here, `tell` sends one. */
export class OtherProcess {
  readonly #child: ChildProcess;
  readonly #told: unknown[] = [];
  #waiting: ((value: unknown) => void) | undefined;
  /** How it ended: the signal or the exit code. */
  readonly ended: Promise<string | number | null>;

  constructor(script: string) {
    const folder = translate();
    const path = join(folder, `child-${process.pid}-${Math.floor(performance.now() * 1000)}.mjs`);
    writeFileSync(path, `${preamble}\n${script}\nprocess.disconnect();\n`);
    this.#child = fork(path, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
    this.#child.on('message', (value) => {
      if (this.#waiting === undefined) this.#told.push(value);
      else this.#waiting(value);
      this.#waiting = undefined;
    });
    this.ended = new Promise((settle) => this.#child.once('exit', (code, signal) => settle(signal ?? code)));
    running.add(this);
    void this.ended.then(() => running.delete(this));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The next word it tells; rejects when it ends without one. */
  async next(): Promise<unknown> {
    if (this.#told.length > 0) return this.#told.shift();
    const word = new Promise<unknown>((settle) => {
      this.#waiting = settle;
    });
    const ended = this.ended.then((how) => {
      if (this.#told.length > 0) return this.#told.shift();
      throw new Error(`the other process ended: ${how}`);
    });
    return Promise.race([word, ended]);
  }

  say(word: unknown): void {
    this.#child.send(word as object);
  }

  kill(): Promise<unknown> {
    this.#child.kill('SIGKILL');
    return this.ended;
  }
}

const preamble = `
import Database from 'libsql';
import { openStore } from './store/index.js';
const words = [];
let waiting;
process.on('message', (word) => {
  if (waiting === undefined) words.push(word);
  else waiting(word);
  waiting = undefined;
});
const ask = () => (words.length > 0 ? Promise.resolve(words.shift()) : new Promise((settle) => { waiting = settle; }));
const tell = (word) => process.send(word);
/** Kills this very process before its n-th statement from now on; 0: never. Gives the number of statements so far. */
const statements = { count: 0, killAt: 0 };
const probe = new Database(':memory:');
const step = () => {
  statements.count += 1;
  if (statements.count === statements.killAt) process.kill(process.pid, 'SIGKILL');
};
for (const [prototype, name] of [[Database.prototype, 'exec'], [Object.getPrototypeOf(probe.prepare('select 1')), 'run'], [Object.getPrototypeOf(probe.prepare('select 1')), 'iterate']]) {
  const original = prototype[name];
  prototype[name] = function (...given) { step(); return original.apply(this, given); };
}
`;
