import { type ErrorCode, isYilianError } from '../errors.js';

/** Exit codes, the most serious first; the first that applies wins. */
export const exitOrder = [130, 2, 5, 6, 4, 3, 1, 0] as const;

export type ExitCode = (typeof exitOrder)[number];

export function mostSerious(codes: readonly ExitCode[]): ExitCode {
  return exitOrder.find((code) => codes.includes(code)) ?? 0;
}

const usage: readonly ErrorCode[] = ['ERR_CONFIG', 'ERR_USAGE', 'ERR_INPUT'];

/** 2 usage or configuration; 3 an agency could not be used; 5 the store; 6 a fault of ours; 130 interrupted. */
export function exitCodeOfError(error: unknown, signal: AbortSignal): ExitCode {
  if (signal.aborted) return 130;
  if (!isYilianError(error)) return 6;
  if (usage.includes(error.code)) return 2;
  if (error.code.startsWith('ERR_STORE')) return 5;
  if (error.code === 'ERR_ABORTED') return 130;
  return error.code === 'ERR_INTERNAL' ? 6 : 3;
}
