import { pullChanges } from './pull-changes.js';
import type { ConnectedFeed, PullEnvironment, PullOutcome } from './pull-environment.js';
import { pullLookups } from './pull-lookups.js';

export type { ConnectedFeed, PullEnvironment, PullOutcome } from './pull-environment.js';

/** Reads one connection: everybody due is asked, or what changed is read. Failures of the agency become the outcome; faults of ours are thrown. */
export function pull(target: ConnectedFeed, environment: PullEnvironment): Promise<PullOutcome> {
  return target.policy.mode === 'changes' ? pullChanges(target, environment) : pullLookups(target, environment);
}
