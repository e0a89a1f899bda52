import { describe, expect, it } from 'vitest';
import { html } from '../../src/report/escape.js';
import { reportHtml } from '../../src/report/html.js';
import { isNameClaim, maskDiffering, maskText } from '../../src/report/mask.js';
import { findingsCsv, findingsJsonLines, inert } from '../../src/report/rows.js';
import { finding, input, reported } from './sample.js';

describe('the report page', () => {
  it('shows both claims, the next step, and what could not be told with its reason', () => {
    const page = reportHtml(input([reported(finding())]));

    for (const text of [
      '民政',
      '本市案卷',
      '2026-03-01',
      '2026-03-05',
      '暂缓本案下一步',
      'CASE-1',
      '民政火化数据不可用',
      'CASE-2',
      '到期未询 3',
    ]) {
      expect(page).toContain(text);
    }
  });

  it('masks the ID number and the name wherever they stand', () => {
    const page = reportHtml(
      input([
        reported(
          finding({
            explanation: { zh: '测试甲（370799196001010018）已故', en: 'dead' },
            claims: [{ agency: 'health', recordId: '370799196001010018', field: 'x', value: '370799196001010018' }],
          }),
        ),
      ]),
    );

    expect(page).not.toContain('370799196001010018');
    expect(page).not.toContain('测试甲');
    expect(page).toContain('370799********0018');
    expect(page).toContain('测**');
  });

  it('calls a further agency by the title of its adapter, in the page and in the table', () => {
    const claims = [{ agency: 'housing-fund', recordId: 'h1', field: 'from', value: '2026-03-01' }, ...finding().claims];
    const [zh, en] = [input([reported(finding({ claims }))]), input([reported(finding({ claims }))], 'en')];

    expect(reportHtml(zh)).toContain('公积金中心');
    expect(findingsCsv(zh)).toContain('公积金中心 起 2026-03-01 (h1)');
    expect(reportHtml(en)).toContain('Housing fund');
  });

  it('has no script, no outside address, and a policy that forbids both', () => {
    const page = reportHtml(input([reported(finding())]));

    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|javascript:|\bon\w+=|https?:\/\//);
  });

  it('shows markup in data as text', () => {
    const page = reportHtml(input([reported(finding({ title: { zh: '<img src=x onerror=alert(1)>', en: '' } }))]));

    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('lets no text break out of an attribute, and no mark turn the line round', () => {
    expect(html`${`a"b'c<d>e&f\u202eg\u2066h\u0007i\tj`}`.markup).toBe('a&quot;b&#39;c&lt;d&gt;e&amp;fghi\tj');
    expect(html`<i title="${'"><b>'}">${['<x>', undefined, html`<b>1</b>`]}</i>`.markup).toBe(
      '<i title="&quot;&gt;&lt;b&gt;">&lt;x&gt;<b>1</b></i>',
    );
  });

  it('counts what is new and grave, and puts the gravest first; what is found again stands with what changed', () => {
    const [grave, high, low] = [
      finding({ id: 'a1', rule: 'z', severity: 'critical' }),
      finding({ id: 'b2', rule: 'b', severity: 'high' }),
      finding({ id: 'c3', rule: 'a', severity: 'low' }),
    ];
    const page = reportHtml(
      input([reported(low), reported(high), reported(grave), reported(finding({ id: 'd4' }), { change: 'reopened' })], 'en'),
    );

    expect([...page.matchAll(/<dd class="small">(\w+) ·/g)].map(([, id]) => id)).toEqual(['a1', 'b2', 'c3', 'd4']);
    expect(page).toContain('<div class="card"><b>3</b>New findings</div>');
    expect(page).toMatch(/<div class="card"><b>2<\/b>New findings · /);
    expect(page).toMatch(/<section id="changed">(?:(?!<\/section>).)*d4/s);
  });

  it('counts a feed as usable only where everybody due was asked, and masks what a reason holds', () => {
    const told = input([], 'en');
    const [feed] = told.feeds;
    if (feed === undefined) throw new Error('no feed in the sample');
    const fresh = { ...feed, status: { ...feed.status, state: 'fresh' as const } };
    const because = { zh: '', en: 'record of 370799196001010018' };
    const unknowns = [{ rule: 'exam-after-death', reason: 'feed-down', because, persons: [{ key: 'k2', caseNos: ['CASE-2'] }] }];
    const page = (notAsked: number) => reportHtml({ ...told, unknowns, feeds: [{ ...fresh, notAsked }] });

    expect(page(0)).toContain('<b>1/1</b>');
    expect(page(0)).not.toContain('role="alert"');
    expect(page(1)).toContain('<b>0/1</b>');
    expect(page(1)).toMatch(/<p class="lead alert" role="alert">Not usable: .* \(due, not asked 1\)<\/p>/);
    expect(page(0)).not.toContain('370799196001010018');
  });

  it('speaks English when asked to', () => {
    const page = reportHtml(input([reported(finding())], 'en'));

    expect(page).toContain('New findings');
    expect(page).toContain('hold the next step of the case and verify first');
  });
});

describe('masking of names', () => {
  it('keeps the characters that differ between two names visible', () => {
    expect(maskDiffering('王小明', ['王小明', '王晓明'])).toBe('王小*');
    expect(maskDiffering('王晓明', ['王小明', '王晓明'])).toBe('王晓*');
  });

  it('keeps what one name has more than the other', () => {
    expect(maskDiffering('测试甲乙', ['测试甲乙', '测试甲'])).toBe('测**乙');
  });

  it('shows of the two names a rule compares what differs, and neither whole', () => {
    const compared = reported(
      finding({
        rule: 'name-differs',
        claims: [
          { agency: 'city', recordId: 'k1', field: 'name', value: '测试甲' },
          { agency: 'public-security', recordId: 'p1', field: 'person/name', value: '测试乙' },
        ],
      }),
    );

    for (const text of [reportHtml(input([compared])), findingsCsv(input([compared])), findingsJsonLines(input([compared]))]) {
      expect(text).toContain('测*甲');
      expect(text).toContain('测*乙');
      expect(text).not.toMatch(/测试[甲乙]/);
    }
  });

  it('takes a hospital name for no name of a person', () => {
    expect(isNameClaim({ field: 'hospital.name' })).toBe(false);
    expect(isNameClaim({ field: 'name' })).toBe(true);
  });

  it('masks the longer of two names that begin alike, and every other number of a person', () => {
    expect(maskText('测试甲乙与测试甲，电话13800000000', ['测试甲', '测试甲乙'])).toBe('测***与测**，电话***********');
  });

  it.each(['name', 'person/name', 'person.name', 'subject/name', 'formerNames/0', 'person/formerNames/1', 'spouse/name'])(
    'takes %s for the name of a person',
    (field) => {
      expect(isNameClaim({ field })).toBe(true);
    },
  );

  it('masks upgraded and 15-digit numbers in texts', () => {
    expect(maskText('号码370799600101001。', [])).toBe('号码370799*****1001。');
  });
});

describe('the table of findings', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1+1', '＠x', ' =1', '\r=1'])('makes %j inert', (cell) => {
    expect(inert(cell)).toBe(`'${cell}`);
  });

  it('leaves ordinary text as it is', () => {
    expect(inert('死亡之后仍有鉴定')).toBe('死亡之后仍有鉴定');
    expect(inert('2026-03-01')).toBe('2026-03-01');
  });

  it('starts with a byte order mark and quotes what must be quoted', () => {
    const csv = findingsCsv(input([reported(finding({ title: { zh: '含,逗号"引号', en: '' } }))]));

    expect(csv.startsWith('\uFEFF变化,状态,')).toBe(true);
    expect(csv).toContain('"含,逗号""引号"');
    expect(csv).not.toContain('370799196001010018');
  });

  it('masks the person, and makes every cell inert', () => {
    const csv = findingsCsv(
      input([
        reported(
          finding({
            explanation: { zh: '=测试甲（370799196001010018）', en: '' },
            claims: [{ agency: 'health', recordId: '370799196001010018', field: 'x', value: '1' }],
          }),
        ),
      ]),
    );

    expect(csv).toContain(",测**,370799********0018,'=测**（370799********0018）,卫健 x 1 (******************),");
    expect(csv).not.toMatch(/测试甲|370799196001010018/);
  });

  it('gives one JSON object a line, its texts and values masked', () => {
    const [line] = findingsJsonLines(
      input([
        reported(
          finding({
            explanation: { zh: '测试甲已故', en: 'dead' },
            claims: [{ agency: 'health', recordId: '370799196001010018', field: 'x', value: '测试甲 370799196001010018' }],
          }),
        ),
      ]),
    ).split('\n');

    expect(JSON.parse(line ?? '').finding).toMatchObject({
      explanation: { zh: '测**已故', en: 'dead' },
      claims: [{ recordId: '******************', value: '测** 370799********0018' }],
    });
  });

  it('names change, fields and values in the table, and lists as the language does', () => {
    const claims = [
      { agency: 'public-security', recordId: 'r1', field: 'cancellation/reason', value: 'moved-out' },
      { agency: 'city', recordId: 'k1', field: 'domicile', value: 'on-file' },
    ];
    const it = finding({ claims, basis: ['甲法第一条', '乙法第二条'], subject: { key: 'k1', caseNos: ['A', 'B'] } });

    const [zh, en] = [findingsCsv(input([reported(it)])), findingsCsv(input([reported(it)], 'en'))];

    expect(zh).toContain('新发现,未处理,危急,');
    expect(zh).toContain('A、B');
    expect(zh).toContain('公安 注销原因 迁出 (r1) | 本市案卷 户籍登记 在册 (k1)');
    expect(en).toContain('"A, B"');
    expect(en).toContain('public security reason of cancellation moved out (r1)');
    expect(en).toContain('甲法第一条; 乙法第二条');
  });

  it('gives one JSON object a line, masked', () => {
    const lines = findingsJsonLines(input([reported(finding()), reported(finding({ id: 'e'.repeat(32) }))]))
      .trimEnd()
      .split('\n');

    expect(lines.map((line) => JSON.parse(line).finding.id)).toEqual(['f'.repeat(32), 'e'.repeat(32)]);
    expect(lines.join()).not.toContain('370799196001010018');
  });
});
