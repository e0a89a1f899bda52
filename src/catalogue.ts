import { adapters } from './adapters/catalogue.generated.js';
import { authSchemas } from './channels/auth/create.js';
import { settingsFaults } from './channels/http.js';
import type { Catalogue } from './config/index.js';
import { envelopeFamilies } from './envelopes/catalogue.generated.js';
import { compileMapping } from './mapping/index.js';
import type { CodeTable } from './mapping/mapping.js';
import { codeTables, shippedMappings } from './mapping/shipped.generated.js';
import type { Bilingual, Json } from './model/index.js';
import { rules } from './reconcile/catalogue.generated.js';

/** Everything a configuration may name: what the folders hold, put together once. */
export const catalogue: Catalogue & { codeTables: Readonly<Record<string, CodeTable>> } = {
  feeds: Object.fromEntries(
    Object.values(adapters).flatMap((adapter) =>
      Object.entries(adapter.feeds).map(([name, feed]) => [
        `${adapter.agency}/${name}`,
        {
          lookup: feed.lookup !== undefined,
          changes: feed.changes !== undefined,
          ...(feed.settings === undefined ? {} : { settings: feed.settings }),
          ...(feed.refreshDays === undefined ? {} : { refreshDays: feed.refreshDays }),
        },
      ]),
    ),
  ),
  envelopes: Object.fromEntries(Object.values(envelopeFamilies).map((family): [string, Json] => [family.id, family.settings])),
  auths: authSchemas,
  mappings: shippedMappings,
  channelFaults: settingsFaults,
  mappingFaults: (mapping, own) => {
    const compiled = compileMapping(mapping, { ...codeTables, ...own });
    return compiled.ok ? [] : compiled.faults;
  },
  rules: Object.fromEntries(rules.map((rule) => [rule.id, rule.parameters])),
  codeTables,
};

/** Agency → what it is called, for people who read of a further one. */
export const agencyTitles: Readonly<Record<string, Bilingual>> = Object.fromEntries(
  Object.values(adapters).map(({ agency, title }) => [agency, title]),
);
