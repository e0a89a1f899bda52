import { YilianError } from '../errors.js';
import type { Bilingual } from '../model/index.js';
import { redact } from '../redact.js';

export type Language = 'zh' | 'en';

/** What a command talks through: data on stdout, talk on stderr, one language, and nothing that shows an ID number by accident. */
export interface Io {
  lang: Language;
  json: boolean;
  /** Data. Never redacted: it is what was asked for. Resolves when it may be followed by more: false where nobody reads any more (`head`). */
  data(text: string): Promise<boolean>;
  /** Talk, redacted, one line. */
  say(text: Bilingual | string): void;
  /** The live line; only where stderr is a terminal. An empty text clears it. */
  progress(text: string): void;
  bold(text: string): string;
  signal: AbortSignal;
  env: Readonly<Record<string, string | undefined>>;
}

/** The io of a process. A closed pipe is no failure: what is said is lost, what is done is done, and the exit code is what it would have been. */
export function processIo(lang: Language, json: boolean, colours: boolean, signal: AbortSignal): Io {
  const { stdout, stderr, env } = process;
  const colour = colours && stdout.isTTY === true && env.NO_COLOR === undefined && env.TERM !== 'dumb';
  let line = false;
  const clear = (): void => {
    if (line) stderr.write('\r\u001b[2K');
    line = false;
  };
  return {
    lang,
    json,
    env,
    signal,
    data: (text) =>
      new Promise((resolve, reject) => {
        clear();
        stdout.write(text, (error) => {
          const code = (error as NodeJS.ErrnoException | null | undefined)?.code;
          if (!error) resolve(true);
          else if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') resolve(false);
          else reject(new YilianError('ERR_INTERNAL', { zh: `写不出结果（${code}）`, en: `cannot write the output (${code})` }));
        });
      }),
    say: (text) => {
      clear();
      stderr.write(`${redact(typeof text === 'string' ? text : text[lang])}\n`);
    },
    progress: (text) => {
      if (stderr.isTTY !== true) return;
      clear();
      if (text === '') return;
      const width = stderr.columns ?? 80;
      stderr.write(redact(text).slice(0, width - 1));
      line = true;
    },
    bold: (text) => (colour ? `\u001b[1m${text}\u001b[22m` : text),
  };
}

/** `--lang`, else the locale (LC_ALL, LC_MESSAGES, LANG), else Chinese: the officers' language. */
export function languageOf(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Language {
  const index = argv.indexOf('--lang');
  const asked = index >= 0 ? argv[index + 1] : argv.find((argument) => argument.startsWith('--lang='))?.slice('--lang='.length);
  if (asked === 'zh' || asked === 'en') return asked;
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return /^(en|c|posix)/i.test(locale) ? 'en' : 'zh';
}
