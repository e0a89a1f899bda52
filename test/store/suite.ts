import { afterEach, beforeEach, describe } from 'vitest';
import type { Store, StoreEnvironment } from '../../src/store/index.js';
import { auditSuite } from './suite-audit.js';
import { citySuite } from './suite-city.js';
import { dossiersSuite } from './suite-dossiers.js';
import { evidenceSuite } from './suite-evidence.js';
import { findingsSuite } from './suite-findings.js';
import { lookupsSuite } from './suite-lookups.js';
import { runsSuite } from './suite-runs.js';

/** An empty store, and how to get rid of it. */
export interface OpenedStore {
  store: Store;
  dispose(): Promise<void>;
}

/** Hands a suite the store of the running test. */
export type CurrentStore = () => Store;

/** What every store must do, whatever engine it stands on: `open` gives an empty one for each test. */
export function storeSuite(name: string, open: (environment: StoreEnvironment) => Promise<OpenedStore>): void {
  describe(name, () => {
    let opened: OpenedStore;
    const clock = { now: new Date('2026-03-01T00:00:00Z') };
    beforeEach(async () => {
      clock.now = new Date('2026-03-01T00:00:00Z');
      opened = await open({ now: () => clock.now });
    });
    afterEach(() => opened.dispose());
    const store = () => opened.store;
    citySuite(store);
    evidenceSuite(store);
    lookupsSuite(store);
    findingsSuite(store);
    runsSuite(store, clock);
    dossiersSuite(store);
    auditSuite(store, clock);
  });
}
