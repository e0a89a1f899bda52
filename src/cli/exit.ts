import { type ErrorCode, isYilianError, YilianError } from '../errors.js';

/** Exit codes, the most serious first; the first that applies wins. */
const exitOrder = [130, 2, 5, 6, 4, 3, 1, 0] as const;

export type ExitCode = (typeof exitOrder)[number];

export function mostSerious(codes: readonly ExitCode[]): ExitCode {
  return exitOrder.find((code) => codes.includes(code)) ?? 0;
}

const usage: readonly ErrorCode[] = ['ERR_CONFIG', 'ERR_USAGE', 'ERR_INPUT'];

/** 2 usage or configuration; 3 an agency could not be used; 5 the store or the audit log; 6 a fault of ours; 130 interrupted. */
export function exitCodeOfError(error: unknown, signal: AbortSignal): ExitCode {
  if (signal.aborted) return 130;
  if (!isYilianError(error)) return 6;
  if (usage.includes(error.code)) return 2;
  if (error.code.startsWith('ERR_STORE') || error.code === 'ERR_AUDIT') return 5;
  if (error.code === 'ERR_ABORTED') return 130;
  return error.code === 'ERR_INTERNAL' ? 6 : 3;
}

/** A failure of the library as it is; a file or port that the command line named and the system refuses is a fault of usage; undefined: ours. */
export function asYilianError(error: unknown): YilianError | undefined {
  if (isYilianError(error)) return error;
  if (!(error instanceof Error) || !('syscall' in error)) return undefined;
  const { code = '', path, port } = error as NodeJS.ErrnoException & { port?: number };
  const what = path ?? (port === undefined ? undefined : `:${port}`);
  if (what === undefined) return undefined;
  return new YilianError('ERR_USAGE', { zh: `无法使用 ${what}（${code}）`, en: `cannot use ${what} (${code})` }, { place: what });
}
