import { isYilianError } from '../errors.js';
import type { Bilingual, CaseFile, Evidence, Person } from '../model/index.js';
import { maskName, redact } from '../redact.js';
import type { Rule } from './rule.js';

/** What is kept of an exception of ours: enough for a developer to find it, nothing that names anybody. */
export interface Failure {
  /** The error's name and what it said, without names and numbers of persons. */
  readonly error: { readonly name: string; readonly message: string };
  /** File and line it was thrown at, without the folders of this machine: `rules/exam-after-death.js:57`. */
  readonly place?: string;
}

/** A rule that threw instead of judging. */
export interface RuleFailure extends Failure {
  readonly rule: string;
}

/**
 * What is kept of an exception. With the file that was being judged, or where no person was, the error's own words are kept, the names of its
 * persons masked; else nobody knows which names the words might hold, and they are kept only where they are this library's.
 */
export function failureOf(error: unknown, judged?: CaseFile | 'no-person'): Failure {
  const place = placeOf(error);
  return {
    error: { name: error instanceof Error ? error.name : typeof error, message: messageOf(error, judged) },
    ...(place === undefined ? {} : { place }),
  };
}

/** What an officer is told of a rule that threw: never the error's words. */
export function failedBecause(rule: Pick<Rule, 'id' | 'title'>): Bilingual {
  return {
    zh: `规则“${rule.title.zh}”（${rule.id}）执行出错，未能判断：是程序的缺陷，不是无异常`,
    en: `the rule "${rule.title.en}" (${rule.id}) failed and could not judge: a fault of the program, which makes nobody clear`,
  };
}

const longest = 300;

function messageOf(error: unknown, judged: CaseFile | 'no-person' | undefined): string {
  if (isYilianError(error)) return cut(redact(error.message));
  // A parser quotes what it could not read, cut anywhere: a name need not be whole.
  if (judged === undefined || !(error instanceof Error) || error instanceof SyntaxError) return '';
  let message = redact(error.message);
  for (const name of judged === 'no-person' ? [] : namesIn(judged)) message = message.replaceAll(name, maskName(name));
  // What is left in Chinese is data as well: errors of the language speak English.
  return cut(message.replace(/\p{Script=Han}[\p{Script=Han}·•]*/gu, '*'));
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** Every name a case file holds, the longest first. A malformed file must not make this throw: it is asked when something else did. */
function namesIn(file: CaseFile): string[] {
  const names = new Set<unknown>();
  const add = (person: Partial<Person> | undefined): void => {
    for (const name of [person?.name, ...(Array.isArray(person?.formerNames) ? person.formerNames : [])]) names.add(name);
  };
  add(file.subject);
  for (const record of listed<Evidence | undefined>(file.evidence)) {
    add(record?.person);
    if (record?.kind === 'marriage') names.add(record.spouse?.name);
  }
  return [...names]
    .filter((name): name is string => typeof name === 'string' && [...name].length > 1)
    .sort((a, b) => b.length - a.length);
}

function listed<T>(value: readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [];
}

/** The last two parts of the path and the line of the first place on the stack. */
function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined;
  for (const line of error.stack.split('\n')) {
    const match = /^\s+at .*?((?:[\w.-]+[/\\])?[\w.-]+):(\d+):\d+\)?$/.exec(line);
    if (match !== null) return `${match[1]?.replace('\\', '/')}:${match[2]}`;
  }
  return undefined;
}
