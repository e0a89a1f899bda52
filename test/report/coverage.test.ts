import { describe, expect, it } from 'vitest';
import type { FeedRun, RunManifest } from '../../src/model/index.js';
import { completenessTexts, shapeName } from '../../src/report/completeness-texts.js';
import { coverageSection } from '../../src/report/coverage.js';
import { input, manifest } from './sample.js';

function section(parts: Partial<RunManifest>, feed: Partial<FeedRun> = {}, lang: 'zh' | 'en' = 'en'): string {
  const [first] = manifest.feeds;
  const feeds = first === undefined ? [] : [{ ...first, ...feed }];
  return coverageSection({ ...input([]), lang, feeds, manifest: { ...manifest, ...parts, feeds } }).markup;
}

describe('the section on completeness', () => {
  it('is left out where the run knows nothing of it', () => {
    expect(section({})).toBe('');
  });

  it('shows a square a day, says each in words, and names what is missing', () => {
    const page = section({
      coverage: [
        {
          agency: 'health',
          feed: 'death-certificates',
          mode: 'changes',
          days: [
            { day: '2026-03-02', state: 'came', parts: 1, rows: 20, kept: 2 },
            { day: '2026-03-03', state: 'missing' },
            { day: '2026-03-04', state: 'none' },
          ],
          missing: ['batch:20260303', 'rows:370799196001010018.csv'],
          regions: [
            { region: '370783', rows: 12 },
            { region: '', rows: 8 },
          ],
        },
      ],
    });

    expect(page.match(/<rect class="t-(mapped|down|empty)" x=/g)).toEqual([
      '<rect class="t-mapped" x=',
      '<rect class="t-down" x=',
      '<rect class="t-empty" x=',
    ]);
    for (const text of [
      '2026-03-02 came parts 1 rows 20 on file 2',
      '2026-03-03 missing',
      'came 1/3',
      'batch missing 20260303',
      '370783 12',
      'not stated 8',
    ])
      expect(page).toContain(text);
    expect(page).not.toContain('370799');
  });

  it('shows how fresh persons are by where they are registered', () => {
    const page = section({
      coverage: [
        {
          agency: 'public-security',
          feed: 'population',
          mode: 'lookup',
          days: [{ day: '2026-03-02', state: 'came', answered: 9, failed: 1 }],
          missing: [],
          covers: ['370700'],
          persons: [{ region: '370783', states: { fresh: 9, stale: 1 } }],
        },
      ],
    });

    expect(page).toContain('configured to cover 370700; 370783 fresh 9 stale 1');
    expect(page).toContain('answered 9, in vain 1');
  });

  it('tells what looks different, what does not add up, and what was amiss before the run', () => {
    const rows = { read: 9, mapped: 7, rejected: 0, sieved: 0, void: 0, passedOver: 0, evidence: 7, unaccounted: 2 };
    const page = section(
      {},
      {
        drift: [{ kind: 'changed-type', field: '<SWRQ>', count: 6, first: 'm1 /0', was: 'yyyy-MM-dd', now: 'digits-6 | text' }],
        rows,
        preflight: [{ trouble: 'unreachable', message: { zh: '连不上', en: 'cannot be reached' }, at: '2026-03-02T18:00:00Z' }],
      },
      'zh',
    );

    expect(page).toContain('字段 &lt;SWRQ&gt; 的值变了样：原为 yyyy-MM-dd，现为 6 位数字 / 文字；6 条，首见 m1 /0');
    expect(page).toContain('行数对不上：读到 9 行，去向不明 2 行');
    expect(page).toContain('连不上');
    expect(page).not.toMatch(/<script|https?:/);
  });

  it('says the same on the command line, a line each', () => {
    expect(
      completenessTexts({ drift: [{ kind: 'new-field', field: 'SFSW', count: 2, first: 'm1 /0' }] }).map(({ en }) => en),
    ).toEqual(['new field SFSW (2 records, first m1 /0)']);
    expect(completenessTexts({})).toEqual([]);
    expect(shapeName('dd/MM/yyyy').zh).toBe('dd/MM/yyyy');
  });
});
