import type { Bilingual, FeedRun, SchemaDrift } from '../model/index.js';

/** The completeness of feeds in the words of an operator, for the report and the command line. */

/** `digits-6` → 6 位数字; forms of dates and what has no other name stay as they are. */
export function shapeName(shape: string): Bilingual {
  const digits = /^digits-(\d+)$/.exec(shape)?.[1];
  if (digits !== undefined) return { zh: `${digits} 位数字`, en: `${digits} digits` };
  return shapes[shape] ?? { zh: shape, en: shape };
}

const shapes: Readonly<Record<string, Bilingual>> = {
  empty: { zh: '空', en: 'empty' },
  'true-false': { zh: '真/假', en: 'true/false' },
  'digits-many': { zh: '20 位以上数字', en: 'more than 20 digits' },
  decimal: { zh: '小数', en: 'decimal' },
  'id-number': { zh: '证件号码', en: 'ID number' },
  masked: { zh: '被遮盖的号码', en: 'masked number' },
  word: { zh: '字母与符号', en: 'letters and signs' },
  text: { zh: '文字', en: 'text' },
};

function shapesName(list: string | undefined): Bilingual {
  const names = (list ?? '').split(' | ').map(shapeName);
  return { zh: names.map(({ zh }) => zh).join(' / '), en: names.map(({ en }) => en).join(' / ') };
}

/** What is different, without the count and the first record. */
export function driftText({ kind, field, was, now }: SchemaDrift): Bilingual {
  switch (kind) {
    case 'new-field':
      return { zh: `新字段 ${field}`, en: `new field ${field}` };
    case 'missing-field':
      return { zh: `字段 ${field} 不见了`, en: `field ${field} is gone` };
    case 'changed-type': {
      const [before, after] = [shapesName(was), shapesName(now)];
      return {
        zh: `字段 ${field} 的值变了样：原为 ${before.zh}，现为 ${after.zh}`,
        en: `values of ${field} look different: they were ${before.en} and are ${after.en}`,
      };
    }
  }
}

/** How many records, and the first of them. */
export function driftPlace({ count, first }: SchemaDrift): Bilingual {
  return { zh: `${count} 条，首见 ${first}`, en: `${count} records, first ${first}` };
}

/** The accounts of a feed where they do not come out even; undefined where they do. */
export function unaccountedText({ rows }: Pick<FeedRun, 'rows'>): Bilingual | undefined {
  if (rows === undefined || rows.unaccounted === 0) return undefined;
  return {
    zh: `行数对不上：读到 ${rows.read} 行，去向不明 ${rows.unaccounted} 行`,
    en: `the rows do not add up: ${rows.read} were read, of ${rows.unaccounted} nobody can tell what became of them`,
  };
}

/** Why an entry is missing: `batch:20250303`, `file:x.csv`, `rows:x.csv`, `waiting:x.csv`, `full-load:12`. */
export function missingText(entry: string): Bilingual {
  const at = entry.indexOf(':');
  const name = entry.slice(at + 1);
  const words = missing[entry.slice(0, at)];
  return words === undefined ? { zh: entry, en: entry } : { zh: `${words.zh} ${name}`, en: `${words.en} ${name}` };
}

const missing: Readonly<Record<string, Bilingual>> = {
  batch: { zh: '缺批次', en: 'batch missing' },
  file: { zh: '文件读不了', en: 'file unreadable' },
  rows: { zh: '行数或合计不符', en: 'rows or sums differ' },
  waiting: { zh: '文件未到齐', en: 'file not complete' },
  'full-load': { zh: '全量行数异常', en: 'full load out of its band' },
};

/** Everything an operator must hear of a feed's records, one line each. */
export function completenessTexts(feed: Pick<FeedRun, 'drift' | 'rows'>): Bilingual[] {
  const drift = (feed.drift ?? []).map((item) => {
    const [what, place] = [driftText(item), driftPlace(item)];
    return { zh: `${what.zh}（${place.zh}）`, en: `${what.en} (${place.en})` };
  });
  return [...drift, unaccountedText(feed) ?? []].flat();
}
