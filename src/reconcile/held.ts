import {
  type Bilingual,
  type CaseFile,
  type Claim,
  dayOfInstant,
  type Evidence,
  type FeedRun,
  type FindingRecord,
  formatDay,
  type HeldRule,
  type HeldTrait,
  type Instant,
  type Source,
} from '../model/index.js';
import { redact } from '../redact.js';
import type { Store } from '../store/store.js';
import type { Allowance } from './blast-guard.js';
import { passing } from './facts.js';
import { recordOf } from './lifecycle.js';
import { agencyName, feedName } from './texts.js';

/** What findings that are held have in common, so that an operator sees at once what went wrong: one file, one district, shifted columns. */

/** A trait is named where at least this share of the held findings have it, and at least so many times the share of persons on file. */
const leastShare = 0.5;
const leastLift = 2;
/** Traits that are named of one rule. */
const most = 8;

/** Rule by rule what is held, how much of it since this run, and what it has in common. */
export async function heldRules(
  store: Store,
  held: readonly FindingRecord[],
  facts: { run: string; asOf: Instant; feeds: readonly FeedRun[]; allowance: (rule: string) => Allowance },
): Promise<HeldRule[]> {
  if (held.length === 0) return [];
  const byRule = new Map<string, FindingRecord[]>();
  for (const record of held) {
    const same = byRule.get(record.finding.rule);
    if (same === undefined) byRule.set(record.finding.rule, [record]);
    else same.push(record);
  }
  const shared = new Map<string, Trait[]>();
  for (const [rule, records] of byRule) shared.set(rule, await sharedTraits(store, records, facts.asOf));
  const onFile = await countOnFile(store, facts.asOf, [...shared.values()].flat());
  const rules: HeldRule[] = [];
  for (const [rule, records] of [...byRule].sort(([a], [b]) => (a < b ? -1 : 1)))
    rules.push({
      rule,
      count: records.length,
      tonight: records.filter((record) =>
        record.history.some((step) => step.run === facts.run && step.to === 'held' && step.from !== 'held'),
      ).length,
      ...facts.allowance(rule),
      common: await telling(store, shared.get(rule) ?? [], onFile, facts.feeds),
    });
  return rules;
}

/** Fields whose values are a person's own. */
const personal = /^(?:(?:person|subject|spouse)[./])?(?:name|formerNames|idDocuments|number)(?:[./]|$)/;

/** Something a record or person may have: which it is, and how to see it on another. */
interface Trait {
  kind: Exclude<HeldTrait['kind'], 'drift'>;
  value: string;
  /** Of the feed, for what records have. */
  source?: Source;
  field?: string;
  share: number;
}

type Seen = Omit<Trait, 'share'>;

/** What at least `leastShare` of some findings have. */
async function sharedTraits(store: Store, records: readonly FindingRecord[], asOf: Instant): Promise<Trait[]> {
  const counts = new Map<string, { trait: Seen; count: number }>();
  for (const { finding } of records) {
    const file = await store.caseFile(finding.subject.key, asOf);
    const traits = new Map(traitsOf(finding.claims, file).map((trait) => [idOf(trait), trait]));
    for (const [id, trait] of traits) counts.set(id, { trait, count: (counts.get(id)?.count ?? 0) + 1 });
  }
  return [...counts.values()]
    .map(({ trait, count }) => ({ ...trait, share: count / records.length }))
    .filter(({ share }) => share >= leastShare);
}

/** What a finding has: where its records came from and what they say, and where the person is registered. */
function traitsOf(claims: readonly Claim[], file: Omit<CaseFile, 'feeds'> | undefined): Seen[] {
  const traits: Seen[] = [];
  const region = file?.subject.domicile?.region;
  if (region !== undefined) traits.push({ kind: 'district', value: region });
  for (const { source, field, value } of claims) {
    if (source === undefined) continue;
    traits.push(
      { kind: 'agency', value: source.agency },
      { kind: 'feed', value: `${source.agency}/${source.feed}` },
      { kind: 'file', value: source.message.id, source },
      { kind: 'received', value: formatDay(dayOfInstant(source.receivedAt)), source },
    );
    const record = file?.evidence.find((other) => recordOf(other.source) === recordOf(source));
    const hospital = record === undefined ? undefined : hospitalOf(record);
    if (hospital !== undefined) traits.push({ kind: 'hospital', value: hospital });
    if (value !== '' && !passing.has(field) && !personal.test(field)) traits.push({ kind: 'value', value, source, field });
  }
  return traits;
}

function hospitalOf(record: Evidence): string | undefined {
  return 'hospital' in record ? (record.hospital?.name ?? record.hospital?.code) : undefined;
}

/** Records of different feeds are different things. */
function idOf({ kind, value, source, field = '' }: Seen): string {
  return JSON.stringify([kind, source === undefined ? '' : `${source.agency}/${source.feed}`, field, value]);
}

/** How many of all persons on file have each trait. */
async function countOnFile(store: Store, asOf: Instant, traits: readonly Trait[]): Promise<(trait: Seen) => number> {
  const wanted = new Map(traits.map((trait) => [idOf(trait), trait]));
  const counts = new Map<string, number>();
  const keys: string[] = [];
  for await (const subject of store.subjects(asOf)) keys.push(subject.key);
  for (const key of keys) {
    const file = await store.caseFile(key, asOf);
    for (const [id, trait] of wanted)
      if (
        trait.kind === 'district'
          ? file?.subject.domicile?.region === trait.value
          : file?.evidence.some((record) => has(record, trait))
      )
        counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return (trait) => (keys.length === 0 ? 0 : (counts.get(idOf(trait)) ?? 0) / keys.length);
}

function has(record: Evidence, { kind, value, source, field = '' }: Seen): boolean {
  const own = record.source;
  if (kind === 'agency') return own.agency === value;
  if (kind === 'feed') return `${own.agency}/${own.feed}` === value;
  if (kind === 'hospital') return hospitalOf(record) === value;
  if (source === undefined || own.agency !== source.agency || own.feed !== source.feed) return false;
  if (kind === 'file') return own.message.id === value;
  if (kind === 'received') return formatDay(dayOfInstant(own.receivedAt)) === value;
  return saysSame(at(record, field), value);
}

function at(value: unknown, path: string): unknown {
  return path
    .split(/[./]/)
    .reduce<unknown>(
      (part, key) => (typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[key] : undefined),
      value,
    );
}

/** A claim cuts dates to the day and gives codes as texts. */
function saysSame(said: unknown, value: string): boolean {
  if (typeof said === 'object' && said !== null) return Object.values(said).some((part) => part === value);
  return said !== undefined && (String(said) === value || String(said).slice(0, 10) === value);
}

async function telling(
  store: Store,
  traits: readonly Trait[],
  onFile: (trait: Seen) => number,
  feeds: readonly FeedRun[],
): Promise<HeldTrait[]> {
  const named = traits
    .map((trait) => ({ trait, onFile: onFile(trait) }))
    .filter(({ trait, onFile: usual }) => trait.share >= leastLift * usual)
    .filter(({ trait }, _, all) => !(trait.kind === 'agency' && all.some(({ trait: other }) => isFeedOf(other, trait))))
    .sort((a, b) => b.trait.share - a.trait.share || a.onFile - b.onFile || (idOf(a.trait) < idOf(b.trait) ? -1 : 1));
  const common: HeldTrait[] = drifts(traits, feeds);
  for (const { trait, onFile: usual } of named) {
    const file = trait.kind === 'file' && trait.source !== undefined ? await fileName(store, trait.source) : trait.value;
    const value = redact(file);
    common.push({ kind: trait.kind, value, share: trait.share, onFile: usual, text: textOf(trait, value, usual) });
  }
  return common.slice(0, most);
}

/** An agency all of whose part is one feed's is said by the feed. */
function isFeedOf(other: Trait, agency: Trait): boolean {
  return other.kind === 'feed' && other.value.startsWith(`${agency.value}/`) && other.share === agency.share;
}

async function fileName(store: Store, { agency, feed, message }: Source): Promise<string> {
  return (await store.messageFile(agency, feed, message.id)) ?? message.id;
}

const kinds: Record<Trait['kind'], Bilingual> = {
  agency: { zh: '来源部门', en: 'agency' },
  feed: { zh: '数据源', en: 'feed' },
  file: { zh: '来源文件', en: 'source file' },
  hospital: { zh: '医院', en: 'hospital' },
  district: { zh: '户籍地区', en: 'district of registration' },
  value: { zh: '相同的值', en: 'the same value' },
  received: { zh: '收到日期', en: 'day of receipt' },
};

function textOf({ kind, field, share, ...trait }: Trait, value: string, usual: number): Bilingual {
  const [zh, en] =
    kind === 'agency' ? both(agencyName(trait.value)) : kind === 'feed' ? both(feedOf(trait.value)) : [value, value];
  const what = kind === 'value' ? `${field} = ` : '';
  return {
    zh: `${percent(share)} 的${kinds[kind].zh}为 ${what}${zh}（在册人员中占 ${percent(usual)}）`,
    en: `${percent(share)}: ${kinds[kind].en} ${what}${en} (${percent(usual)} of the persons on file)`,
  };
}

function feedOf(feed: string): Bilingual {
  const [agency = '', name = ''] = feed.split('/');
  return feedName(agency, name);
}

function both({ zh, en }: Bilingual): [string, string] {
  return [zh, en];
}

/** Rounded down where it is not the whole. */
function percent(share: number): string {
  return `${share === 1 ? 100 : Math.floor(share * 100)} %`;
}

/** Feeds they rest on whose records have another shape than before. Several fields of another type at once are columns that have moved. */
function drifts(traits: readonly Trait[], feeds: readonly FeedRun[]): HeldTrait[] {
  return feeds.flatMap(({ agency, feed, drift = [] }) => {
    const share = traits.find((trait) => trait.kind === 'feed' && trait.value === `${agency}/${feed}`)?.share;
    if (share === undefined || drift.length === 0) return [];
    const name = feedName(agency, feed);
    const fields = drift.map((item) => item.field);
    const isShifted = drift.filter((item) => item.kind === 'changed-type').length > 1;
    const what = isShifted
      ? {
          zh: `有 ${fields.length} 个字段与以往不同，疑似列错位`,
          en: `${fields.length} fields are not what they were: columns may have shifted`,
        }
      : { zh: '其记录的形状与以往不同', en: 'records have another shape than before' };
    return [
      {
        kind: 'drift' as const,
        value: redact(fields.join(' ')),
        share,
        text: {
          zh: redact(`${percent(share)} 依据${name.zh}，${what.zh}：${fields.join('、')}`),
          en: redact(`${percent(share)} rest on ${name.en}: ${what.en} (${fields.join(', ')})`),
        },
      },
    ];
  });
}
