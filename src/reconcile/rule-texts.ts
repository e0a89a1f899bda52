import { rules } from './catalogue.generated.js';

export { rules };

/** What a reader is told of every rule, in the order of the catalogue. */
export function ruleTexts() {
  return rules.map(({ id, version, severity, title, description, basis, scope }) => ({
    id,
    version,
    severity,
    title,
    description,
    basis: [...basis],
    scope,
  }));
}
