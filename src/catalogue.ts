import { adapters } from './adapters/catalogue.generated.js';
import { compileCity, indicators } from './cases/city-codes.js';
import { cityCodeTables, cityMappings } from './cases/shipped.generated.js';
import { authSchemas } from './channels/auth/create.js';
import { settingsFaults } from './channels/http.js';
import type { Catalogue } from './config/index.js';
import { createSigner, createVerifier } from './crypto/index.js';
import { envelopeFamilies } from './envelopes/catalogue.generated.js';
import { isYilianError, YilianError } from './errors.js';
import { compileMapping } from './mapping/index.js';
import type { CityMapping, CodeTable } from './mapping/mapping.js';
import { codeTables, shippedMappings } from './mapping/shipped.generated.js';
import type { Bilingual, Json } from './model/index.js';
import { materialTable } from './procedure/material-table.js';
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
  keyFault: ({ id, algorithm, key }, use) => {
    try {
      (use === 'sign' ? createSigner : createVerifier)({ keyId: id, algorithm, key });
      return undefined;
    } catch (error) {
      if (isYilianError(error) && error.code === 'ERR_CONFIG') return error.text;
      throw error;
    }
  },
  materials: [...new Set(materialTable.map(({ id }) => id))],
  rules: Object.fromEntries(rules.map((rule) => [rule.id, rule.parameters])),
  city: {
    mappings: cityMappings,
    codeTables: cityCodeTables,
    faults: (mapping, codes) => {
      const compiled = compileCity(mapping, codes);
      return compiled.ok ? [] : compiled.faults;
    },
  },
  codeTables,
};

/** A shipped mapping of the city's own systems by name. Throws ERR_USAGE where there is none. */
export function shippedCityMapping(name: string): CityMapping {
  const found = Object.hasOwn(cityMappings, name) ? cityMappings[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(cityMappings);
  throw new YilianError('ERR_USAGE', {
    zh: `没有随包的映射 ${name}；可用：${names.join('、')}`,
    en: `no shipped mapping ${name}; there are: ${names.join(', ')}`,
  });
}

/** `ALC060=alc060-9-none` → the table by indicator. Throws ERR_USAGE for what is no such pair. */
export function chosenCodes(pairs: readonly string[]): Record<string, CodeTable> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [indicator = '', name = ''] = pair.split('=', 2);
      const table = Object.hasOwn(cityCodeTables, name) ? cityCodeTables[name] : undefined;
      if (table === undefined || !indicators.some(({ code }) => code === indicator)) {
        throw new YilianError('ERR_USAGE', {
          zh: `应写作 指标=代码表：${pair}；可用的表：${Object.keys(cityCodeTables).join('、')}`,
          en: `write INDICATOR=TABLE: ${pair}; tables there are: ${Object.keys(cityCodeTables).join(', ')}`,
        });
      }
      return [indicator, table];
    }),
  );
}

/** Agency → what it is called, for people who read of a further one. */
export const agencyTitles: Readonly<Record<string, Bilingual>> = Object.fromEntries(
  Object.values(adapters).map(({ agency, title }) => [agency, title]),
);
