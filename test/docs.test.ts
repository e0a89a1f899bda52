import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adapters } from '../src/adapters/catalogue.generated.js';
import { authSchemas } from '../src/channels/auth/create.js';
import { configurationShape, connectionShape } from '../src/config/shape.js';
import { envelopeFamilies } from '../src/envelopes/catalogue.generated.js';
import type { Json } from '../src/model/index.js';

/** Pages that promise to name every key do. */

function keysOf(schema: Json | undefined): string[] {
  const properties = (schema as { properties?: Record<string, Json> } | undefined)?.properties ?? {};
  return Object.keys(properties);
}

/** The row of a table whose first cell names it, or several rows that do. */
function rows(page: string, name: string): string {
  return page
    .split('\n')
    .filter((line) => line.startsWith(`| \`${name}\` |`))
    .join('\n');
}

const page = readFileSync('docs/configuration.md', 'utf8');
const missing = (text: string, keys: readonly string[]) => keys.filter((key) => !text.includes(`\`${key}\``));

describe('docs/configuration.md', () => {
  it('names every key of the whole and of a connection, and those below them', () => {
    const shape = configurationShape as { properties: Record<string, Json> };
    const connection = connectionShape as { properties: Record<string, Json> };
    const channel = connection.properties.channel as { properties: Record<string, Json> };

    expect(keysOf(configurationShape).filter((key) => rows(page, key) === '')).toEqual([]);
    for (const key of ['city', 'operator', 'limits'])
      expect([key, missing(rows(page, key), keysOf(shape.properties[key]))]).toEqual([key, []]);
    const own = keysOf(connectionShape).filter((key) => key !== 'channel');
    expect([...own, ...keysOf(channel).map((key) => `channel.${key}`)].filter((key) => rows(page, key) === '')).toEqual([]);
    expect(missing(rows(page, 'channel.tls'), keysOf(channel.properties.tls))).toEqual([]);
  });

  it.each(Object.entries(authSchemas))('names every setting of auth %s', (kind, schema) => {
    expect(rows(page, kind)).not.toBe('');
    expect(missing(rows(page, kind), keysOf(schema))).toEqual([]);
  });

  it.each(Object.values(envelopeFamilies).map((family): [string, Json] => [family.id, family.settings]))(
    'names every setting of envelope %s',
    (id, settings) => {
      const common = ['authWords', 'clockWords', 'busyWords'];

      expect(missing(page, common)).toEqual([]);
      expect(
        missing(
          rows(page, id),
          keysOf(settings).filter((key) => !common.includes(key)),
        ),
      ).toEqual([]);
    },
  );
});

describe('src/adapters/<agency>/README.md', () => {
  it.each(
    Object.values(adapters).flatMap(({ agency, feeds }) =>
      Object.entries(feeds).map(([name, feed]): [string, string, string[]] => [agency, name, keysOf(feed.settings)]),
    ),
  )('names every setting of %s/%s', (agency, _, settings) => {
    const text = readFileSync(`src/adapters/${agency}/README.md`, 'utf8');
    // Settings of table files stand once, in the README of health, to which the others point.
    const files = ['fullLoadBand', 'sequence', 'completeThrough', 'acceptedGaps'];
    const pointsThere = agency !== 'health' && settings.includes('fullLoad') && /see (?:the README of )?health/.test(text);

    const own = settings.filter((key) => !(pointsThere && files.includes(key)));
    expect(own.filter((key) => !new RegExp(`\`(?:settings\\.)?${key}(?:\\.\\w+)?\``).test(text))).toEqual([]);
  });
});

describe('README.zh-CN.md', () => {
  it('names the commands, links and blocks of code that README.md names', () => {
    const [en, zh] = [readFileSync('README.md', 'utf8'), readFileSync('README.zh-CN.md', 'utf8')];
    const commands = (text: string) =>
      [...text.matchAll(/^\| (`.*`) \|/gm)].flatMap(([, cell = '']) => cell.match(/`[^`]+`/g) ?? []);
    const links = (text: string) =>
      [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link).filter((link) => !link?.startsWith('README'));
    const blocks = (text: string) =>
      [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language, code = '']) => [
        language,
        code.split('\n').map((line) => line.replace(/\s*(?:#|\/\/).*$/, '')),
      ]);

    expect(commands(zh)).toEqual(commands(en));
    expect(links(zh)).toEqual(links(en));
    expect(blocks(zh)).toEqual(blocks(en));
  });
});
