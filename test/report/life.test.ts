import { describe, expect, it } from 'vitest';
import type { FindingStep, RunManifest } from '../../src/model/index.js';
import { withHistory } from '../../src/model/index.js';
import { gather } from '../../src/report/gather.js';
import { reportHtml } from '../../src/report/html.js';
import { findingsCsv, findingsJsonLines } from '../../src/report/rows.js';
import { openStore } from '../../src/store/index.js';
import { finding, input, manifest, reported } from './sample.js';

const day = (n: number): string => `2026-03-0${n}T00:00:00.000Z`;
const confirmed: FindingStep[] = [
  { at: day(1), run: 'run-0', to: 'open', change: 'new' },
  { at: day(2), from: 'open', to: 'confirmed', by: '李科长', reason: '已核 370799196001010018', told: ['医保局'] },
];
const ended = (to: 'withdrawn' | 'resolved', reason: string, run = 'run-1'): FindingStep => ({
  at: day(3),
  run,
  from: 'confirmed',
  to,
  change: to,
  reason,
});

function withLife(history: FindingStep[], id = 'a1') {
  const base = reported(finding({ id }));
  return { ...base, change: history.at(-1)?.change ?? 'new', record: withHistory(base.record, history) };
}

describe('what was confirmed and is taken back', () => {
  it('stands first, with everybody who must hear of it, and nowhere else', () => {
    const zh = reportHtml(
      input([withLife([...confirmed, ended('withdrawn', 'evidence-void')]), reported(finding({ id: 'b2' }))]),
    );

    expect(zh).toContain('已确认的发现被撤回：须通知下列人员');
    expect(zh).toContain('李科长、医保局');
    expect(zh).toContain('依据的记录已作废');
    expect(zh.match(/a1 · exam-after-death/g)).toHaveLength(1);
    expect(zh.indexOf('id="recalled"')).toBeLessThan(zh.indexOf('id="new"'));
    expect(zh).not.toContain('id="closed"');
    expect(zh).not.toContain('370799196001010018');
  });

  it('because the facts changed is said apart from what is void', () => {
    const en = reportHtml(input([withLife([...confirmed, ended('resolved', 'no-contradiction')])], 'en'));

    expect(en).toContain('Findings acted on that the facts no longer bear out: these persons must be told');
    expect(en).toContain('nothing contradicts any more');
    expect(en).not.toContain('id="recalled"');
  });

  it('is not said again for what nobody had acted on, nor by another run', () => {
    const nobody = [...confirmed.slice(0, 1), { ...ended('withdrawn', 'evidence-void'), from: 'open' as const }];

    for (const history of [nobody, [...confirmed, ended('withdrawn', 'evidence-void', 'run-0')]])
      expect(reportHtml(input([withLife(history)]))).not.toContain('须通知');
  });
});

describe('what a person decided', () => {
  it('is shown with the finding, without numbers of persons', () => {
    const page = reportHtml(input([withLife(confirmed)], 'en'));

    expect(page).toContain('decision 李科长 2026-03-02: confirmed. 已核 ******************');
    expect(page).toContain('told 医保局');
  });
});

describe('what is held', () => {
  const held: NonNullable<RunManifest['held']> = [
    {
      rule: 'exam-after-death',
      count: 60,
      tonight: 60,
      allowed: 50,
      median: 3,
      common: [
        { kind: 'file', value: 'a.csv', share: 0.91, onFile: 0.02, text: { zh: '91 % 来自 a.csv', en: '91 % from a.csv' } },
      ],
    },
  ];

  it('is explained rule by rule, with how to let it go', () => {
    const page = reportHtml({ ...input([]), manifest: { ...manifest, held } });

    for (const text of [
      '异常增多，已搁置，未发布',
      '死亡之后仍有鉴定',
      '本次搁置 60 条（共搁置 60 条）；近几次运行的中位数为 3 条，上限 50 条',
      '91 % 来自 a.csv',
      'yilian findings release --rule exam-after-death',
    ])
      expect(page).toContain(text);
  });

  it('is in no page, table or line, nor is its going', async () => {
    const store = await openStore('sqlite::memory:');
    const records = [
      withLife([{ at: day(1), run: 'run-1', to: 'held', change: 'new' }], 'quiet1'),
      withLife(
        [
          { at: day(1), run: 'run-0', to: 'held', change: 'new' },
          { ...ended('resolved', 'x'), from: 'held' },
        ],
        'quiet2',
      ),
      withLife([{ at: day(1), run: 'run-1', to: 'open', change: 'new' }], 'spoken'),
    ].map(({ record }) => record);
    const gathered = await gather({
      store,
      manifest,
      findings: records,
      city: { name: '演示市', organisation: '演示市劳动能力鉴定中心' },
      rules: [],
      agencies: {},
      lang: 'en',
      generatedAt: day(3),
    });
    await store.close();

    for (const text of [reportHtml(gathered), findingsCsv(gathered), findingsJsonLines(gathered)]) {
      expect(text).toContain('spoken');
      expect(text).not.toMatch(/quiet/);
    }
  });
});
