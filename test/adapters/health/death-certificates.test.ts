import { describe, expect, it } from 'vitest';
import health from '../../../src/adapters/health/index.js';
import type { DeathEvidence } from '../../../src/model/index.js';
import { feedContract } from '../contract.js';
import { asked, type ConnectionShape, caller, connectTo, person } from '../harness.js';
import { scripted } from '../scripted.js';

const feed = health.feeds['death-certificates'];
if (feed?.lookup === undefined) throw new Error('health/death-certificates can be asked');
const { lookup } = feed;
const shape: ConnectionShape = {
  agency: 'health',
  feed: 'death-certificates',
  envelope: { id: 'mdeml', settings: { namespace: 'http://example.invalid/', requestOrgCode: '12370700000000000X' } },
  mapping: 'death-certificate-mdeml',
};

type Data = Record<string, string>;
const mine: Data = { GMSFHM: '370799196001010018', XM: '测试甲', XBDM: '1', SWYY: '脑梗死', SWRQ: '2026-03-01' };
const theirs: Data = { ...mine, GMSFHM: '370799195806150021', XM: '样例乙' };

function mdeml(success: string, message: string, rows: readonly Data[]): string {
  const data = rows.map(
    (row) =>
      `<data>${Object.entries(row)
        .map(([tag, value]) => `<${tag}>${value}</${tag}>`)
        .join('')}</data>`,
  );
  const inner = `<?xml version="1.0" encoding="UTF-8"?><MDEML templateVersion="1.0"><resultinfo><success>${success}</success><message>${message}</message></resultinfo><body>${data.join('')}</body></MDEML>`;
  return `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><r><return>${Buffer.from(inner).toString('base64')}</return></r></e:Body></e:Envelope>`;
}

feedContract({
  agency: 'health',
  name: 'death-certificates',
  feed,
  contentType: 'text/xml;charset=UTF-8',
  connect: (url, options) => connectTo(url, shape, options),
  body(scenario) {
    switch (scenario) {
      case 'found':
        return mdeml('0', '成功', [mine]);
      case 'empty':
        return mdeml('0', '成功', []);
      case 'other':
        return mdeml('0', '成功', [theirs]);
      case 'found-and-other':
        return mdeml('0', '成功', [theirs, mine]);
      case 'masked':
        return mdeml('0', '成功', [{ ...mine, GMSFHM: '370799********0018' }]);
      case 'error':
        return mdeml('1', '查询失败', []);
      case 'refused':
        return mdeml('1', '密钥已过期', []);
      case 'unusable':
        return mdeml('0', '成功', [{ ...mine, SWRQ: '2026-02-30' }]);
    }
  },
  found(evidence) {
    expect(evidence).toMatchObject([{ kind: 'death', basis: 'medical-certificate', diedOn: '2026-03-01' }]);
    expect(evidence[0]).not.toHaveProperty('eventOn');
    expect(evidence[0]).not.toHaveProperty('certificateNo');
  },
});

async function ask(rows: readonly Data[], regions?: readonly string[], whom = asked) {
  const { connection, requests } = scripted(
    { ...shape, ...(regions === undefined ? {} : { regions }) },
    () => mdeml('0', '成功', rows),
    'text/xml;charset=UTF-8',
  );
  const [answer] = await lookup({ persons: [whom] }, connection, caller);
  return { answer, requests };
}

describe('a certificate asked for by name and number', () => {
  it('the request calls the number GMSFZH, the answer GMSFHM', async () => {
    const { requests } = await ask([mine]);

    const inner = Buffer.from(/<xmlInput>([^<]+)</.exec(requests[0] ?? '')?.[1] ?? '', 'base64').toString('utf8');
    expect(inner).toContain('<GMSFZH>370799196001010018</GMSFZH><XM>测试甲</XM>');
  });

  it('a corrected day is a new version of the same record, not a second death', async () => {
    const first = await ask([mine]);
    const corrected = await ask([{ ...mine, SWRQ: '2026-02-28' }]);

    const [before, after] = [first, corrected].map(({ answer }) => answer?.evidence[0] as DeathEvidence);
    expect(before?.source.recordId).toMatch(/^[0-9a-f]{32}$/);
    expect(after?.source.recordId).toBe(before?.source.recordId);
    expect([before?.diedOn, after?.diedOn]).toEqual(['2026-03-01', '2026-02-28']);
  });

  it('a certificate without a day of death is a death all the same', async () => {
    const { SWRQ: _, ...undated } = mine;
    const { answer } = await ask([undated]);

    expect(answer?.outcome).toBe('found');
    expect(answer?.evidence[0]).not.toHaveProperty('diedOn');
  });

  it('another name under the number is a mismatch, and what was said is kept', async () => {
    const { answer } = await ask([{ ...mine, XM: '样例丁' }]);

    expect(answer?.outcome).toBe('mismatch');
    expect(answer?.evidence).toHaveLength(1);
  });

  it('nothing is absence only where the source covers the person’s region', async () => {
    const inside = await ask([], ['370700'], person('370799196001010018', '测试甲', '370702'));
    const outside = await ask([], ['370700'], person('370799196001010018', '测试甲', '110101'));
    const unknown = await ask([], ['370700']);

    expect(inside.answer?.outcome).toBe('absent');
    expect([outside.answer?.outcome, unknown.answer?.outcome]).toEqual(['unavailable', 'unavailable']);
  });

  it('an answer without a number names nobody', async () => {
    const { GMSFHM: _, ...unnamed } = mine;
    const { answer } = await ask([unnamed]);

    expect(answer?.outcome).toBe('unavailable');
    expect(answer?.error?.code).toBe('ERR_IDENTITY_NOT_VERIFIABLE');
  });
});
