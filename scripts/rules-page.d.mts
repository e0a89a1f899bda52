import type { notApplicableReasons, plainReasons, Rule, unknownReasons } from '../src/reconcile/index.js';

export function rulesPage(reconcile: {
  rules: readonly Rule[];
  unknownReasons: typeof unknownReasons;
  notApplicableReasons: typeof notApplicableReasons;
  plainReasons: typeof plainReasons;
}): string;
