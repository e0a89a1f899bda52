import { YilianError } from '../errors.js';

/**
 * What can go wrong at a simulated agency. A plan names an agency (`health`) or one of its feeds (`health/stays`); the drop folder beside the
 * lookup of death certificates is `health/death-certificates/drop`.
 */

export const faultKinds = [
  /** The connection is reset; of a drop folder: the folder is gone (what it holds comes back with it). */
  'down',
  /** "Busy, try again" inside HTTP 200. */
  'busy',
  /** The agency checks signatures with another key. */
  'wrong-key',
  /** The agency's clock is a quarter of an hour ahead. */
  'clock-skew',
  /** A login page in HTML with HTTP 200. */
  'html',
  /** The bytes are GB18030 although they say UTF-8. */
  'gbk',
  /** The answer begins with a DOCTYPE that declares an external entity. */
  'doctype',
  /** The answer is about somebody else. */
  'other-person',
  /** Whatever page is asked for, the first one comes. */
  'page-repeats',
  /** The answer comes late; of a drop folder: the file is there without its marker. */
  'slow',
  /** The answer or file is cut in the middle. */
  'truncated',
  /** "Quota used up" inside HTTP 200. */
  'quota',
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  kind: FaultKind;
  /** Requests that pass before the fault begins; default 0. */
  after?: number;
  /** Requests that meet the fault before it ends; default: all. */
  times?: number;
  /** With `slow`: milliseconds; default 30 000. */
  delayMs?: number;
}

/** Agency or `agency/feed` → fault. */
export type FaultPlan = Readonly<Record<string, Fault | FaultKind>>;

/** The feeds of the sandbox and the faults each of them can have. */
export const feedFaults: Readonly<Record<string, readonly FaultKind[]>> = {
  'public-security/population': [
    'down',
    'busy',
    'wrong-key',
    'clock-skew',
    'html',
    'gbk',
    'doctype',
    'other-person',
    'slow',
    'truncated',
    'quota',
  ],
  'civil-affairs/cremations': [
    'down',
    'busy',
    'wrong-key',
    'clock-skew',
    'html',
    'gbk',
    'other-person',
    'page-repeats',
    'slow',
    'truncated',
    'quota',
  ],
  'health/stays': ['down', 'busy', 'html', 'gbk', 'doctype', 'other-person', 'slow', 'truncated', 'quota'],
  'health/death-certificates': [
    'down',
    'busy',
    'wrong-key',
    'html',
    'gbk',
    'doctype',
    'other-person',
    'slow',
    'truncated',
    'quota',
  ],
  'health/death-certificates/drop': ['down', 'gbk', 'slow', 'truncated'],
  'public-security/population/drop': ['down', 'gbk', 'slow', 'truncated'],
  'medical-insurance/enrolments': [
    'down',
    'busy',
    'wrong-key',
    'clock-skew',
    'html',
    'gbk',
    'other-person',
    'slow',
    'truncated',
    'quota',
  ],
  'medical-insurance/stays': [
    'down',
    'busy',
    'wrong-key',
    'clock-skew',
    'html',
    'gbk',
    'other-person',
    'slow',
    'truncated',
    'quota',
  ],
  'medical-insurance/settlements': ['down', 'gbk', 'slow', 'truncated'],
  'provincial-appraisal/appraisals': [
    'down',
    'busy',
    'wrong-key',
    'html',
    'gbk',
    'other-person',
    'page-repeats',
    'slow',
    'truncated',
    'quota',
  ],
};

/** Which faults are on, counting requests. */
export interface Faults {
  /** Gives the feeds it changed. Throws ERR_USAGE for a feed or fault there is none of. */
  set(target: string, fault: Fault | FaultKind | undefined): readonly string[];
  /** Counts one request of a feed and says what befalls it. */
  meet(feed: string): Fault | undefined;
  /** What is on, without counting. */
  of(feed: string): Fault | undefined;
}

/** Throws ERR_USAGE for a feed or fault there is none of. */
export function createFaults(plan: FaultPlan = {}): Faults {
  const on = new Map<string, { fault: Fault; met: number }>();

  const faults: Faults = {
    set(target, wanted) {
      const feeds = Object.keys(feedFaults).filter((feed) => feed === target || feed.startsWith(`${target}/`));
      const exact = feeds.filter((feed) => feed === target);
      const chosen = exact.length > 0 ? exact : feeds;
      if (chosen.length === 0) {
        const all = Object.keys(feedFaults).join(', ');
        throw usage(
          `沙箱里没有这个部门或数据源：${target}；有：${all}`,
          `the sandbox has no agency or feed ${target}; it has: ${all}`,
        );
      }
      const fault = wanted === undefined ? undefined : readFault(target, wanted);
      const able = fault === undefined ? chosen : chosen.filter((feed) => feedFaults[feed]?.includes(fault.kind));
      if (able.length === 0) {
        const kinds = [...new Set(chosen.flatMap((feed) => feedFaults[feed] ?? []))].join(', ');
        throw usage(
          `${target} 不能有故障 ${fault?.kind}；可有：${kinds}`,
          `${target} cannot have the fault ${fault?.kind}; it can have: ${kinds}`,
        );
      }
      for (const feed of able) {
        if (fault === undefined) on.delete(feed);
        else on.set(feed, { fault, met: 0 });
      }
      return able;
    },
    meet(feed) {
      const state = on.get(feed);
      if (state === undefined) return undefined;
      state.met++;
      const after = state.fault.after ?? 0;
      return state.met > after && state.met <= after + (state.fault.times ?? Number.POSITIVE_INFINITY) ? state.fault : undefined;
    },
    of: (feed) => on.get(feed)?.fault,
  };
  for (const [target, fault] of Object.entries(plan)) faults.set(target, fault);
  return faults;
}

/** A fault as a plan writes it, perhaps a plan read from a file. */
function readFault(target: string, wanted: Fault | FaultKind): Fault {
  const fault: unknown = typeof wanted === 'string' ? { kind: wanted } : wanted;
  if (typeof fault !== 'object' || fault === null || !('kind' in fault) || typeof fault.kind !== 'string') {
    throw usage(`${target} 的故障须为名称或 { kind, … }`, `the fault of ${target} must be a name or { kind, … }`);
  }
  for (const [name, value] of Object.entries(fault)) {
    const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 0;
    if (name !== 'kind' && !(['after', 'times', 'delayMs'].includes(name) && isCount)) {
      throw usage(
        `${target} 的故障：${name} 须为 after、times 或 delayMs，且为非负整数`,
        `the fault of ${target}: ${name} must be after, times or delayMs, and a whole number`,
      );
    }
  }
  return fault as Fault;
}

function usage(zh: string, en: string): YilianError {
  return new YilianError('ERR_USAGE', { zh, en });
}
