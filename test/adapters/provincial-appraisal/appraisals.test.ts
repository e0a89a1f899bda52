import { describe, expect, it } from 'vitest';
import type { Cursor, Outgoing, Page } from '../../../src/adapters/adapter.js';
import province from '../../../src/adapters/provincial-appraisal/index.js';
import { YilianError } from '../../../src/errors.js';
import { parseIdDocument } from '../../../src/identity/index.js';
import type { AppraisalCase, AppraisalEvidence, Json } from '../../../src/model/index.js';
import { feedContract } from '../contract.js';
import { asked, type ConnectionShape, caller, connectTo } from '../harness.js';
import { scripted } from '../scripted.js';

const feed = province.feeds.appraisals;
if (feed?.lookup === undefined || feed.changes === undefined || feed.push === undefined)
  throw new Error('the province is asked and told');
const { lookup, changes, push } = feed;

type Row = Record<string, string>;
const mine: Row = {
  AAZ151: '3700000000000001',
  CITY_CASE_NO: '鉴2026-0001',
  AAC002: '370799196001010018',
  AAC003: '测试甲',
  ALA019: '1',
  CASE_STATE: '08',
  ALC034: '20260301',
  ALC035: '演劳鉴〔2026〕1号',
  CONCLUSION_LEVEL: '1',
  ALA040: '05',
  ALC060: '0',
  STANDARD: 'GB/T 16180-2014',
  CONCLUSION_STATUS: '2',
  AAE036: '2026-03-02 09:00:00',
};
const theirs: Row = {
  ...mine,
  AAZ151: '3700000000000002',
  CITY_CASE_NO: '鉴2026-0002',
  AAC002: '370799195806150021',
  AAC003: '样例乙',
};

function page(rows: readonly Row[], number = 1, of = 1): string {
  return JSON.stringify({
    retCode: '200',
    retMsg: '成功',
    data: { pageNumber: number, pageSize: 100, totalPage: of, data: rows },
  });
}
const counted = (rows: readonly Row[], data: Record<string, Json>) =>
  JSON.stringify({ retCode: '200', retMsg: '成功', data: { ...data, data: rows as unknown as Json } });
const refusal = (retCode: string, retMsg: string) => JSON.stringify({ retCode, retMsg, data: null });

const paths = { lookup: '/lookup', changes: '/changes', push: '/push' };
const shape = (settings: Record<string, Json> = {}): ConnectionShape => ({
  agency: 'provincial-appraisal',
  feed: 'appraisals',
  envelope: { id: 'jinbao-json', settings: { paths } },
  mapping: 'appraisal-jinbao',
  settings,
});

feedContract({
  agency: 'provincial-appraisal',
  name: 'appraisals',
  feed,
  contentType: 'application/json;charset=UTF-8',
  connect: (url, options) => connectTo(url, shape(), options),
  body(scenario) {
    switch (scenario) {
      case 'found':
        return page([mine]);
      case 'empty':
        return page([], 1, 0);
      case 'other':
        return page([theirs]);
      case 'found-and-other':
        return page([theirs, mine]);
      case 'masked':
        return page([{ ...mine, AAC002: '370799********0018' }]);
      case 'error':
        return refusal('500', '系统异常');
      case 'refused':
        return refusal('401', '令牌无效');
      case 'unusable':
        return page([{ ...mine, ALA019: '9' }]);
    }
  },
  found(evidence) {
    expect(evidence).toMatchObject([
      {
        kind: 'appraisal',
        caseNo: '鉴2026-0001',
        caseKind: 'first',
        state: 'effective',
        conclusion: { grade: 5, care: 'none', level: 'city' },
      },
    ]);
  },
});

const numberOf = (body: string): number => Number(/"pageNumber":(\d+)/.exec(body)?.[1]);
const row = (index: number): Row => ({ ...mine, AAZ151: `37${index}`, CITY_CASE_NO: `鉴2026-${index}` });

async function ask(answer: (pageNumber: number, asking: number) => string, settings: Record<string, Json> = {}) {
  let count = 0;
  const { connection, requests } = scripted(shape(settings), (body) => {
    count += 1;
    return answer(numberOf(body), count);
  });
  const [result] = await lookup({ persons: [asked] }, connection, caller);
  return { answer: result, pages: requests.map(numberOf), requests, cases: (result?.evidence ?? []) as AppraisalEvidence[] };
}

describe('a person’s appraisals, page by page', () => {
  it('until the stated last page', async () => {
    const { answer, pages, cases } = await ask((number) => page([row(number)], number, 3));

    expect(answer?.outcome).toBe('found');
    expect(pages).toEqual([1, 2, 3]);
    expect(cases.map((item) => item.caseNo)).toEqual(['鉴2026-1', '鉴2026-2', '鉴2026-3']);
  });

  it('names of operations, parameters and page size are settings', async () => {
    const { requests } = await ask(() => page([mine]), { pageSize: 7, parameters: { idNumber: 'AAC147', pageSize: 'ROWS' } });

    expect(JSON.parse(requests[0] ?? '')).toMatchObject({
      AAC147: '370799196001010018',
      AAC003: '测试甲',
      pageNumber: 1,
      ROWS: 7,
    });
  });

  it('a page that repeats makes the answer incomplete, and what came is kept', async () => {
    const { answer, cases } = await ask((number) => page([row(1)], number, 5));

    expect(answer?.outcome).toBe('unavailable');
    expect(answer?.error?.code).toBe('ERR_INCOMPLETE');
    expect(cases).toHaveLength(1);
  });

  it('a number of pages that changes under the reading begins it anew, and nothing is told twice', async () => {
    const { answer, pages, cases } = await ask((number, asking) => page([row(number)], number, asking === 1 ? 2 : 3));

    expect(pages).toEqual([1, 2, 1, 2, 3]);
    expect(answer?.outcome).toBe('found');
    expect(cases.map((item) => item.caseNo)).toEqual(['鉴2026-1', '鉴2026-2', '鉴2026-3']);
  });

  it('one that never stands still is incomplete', async () => {
    const { answer } = await ask((number, asking) => page([row(asking)], number, asking + 1));

    expect(answer?.error?.code).toBe('ERR_INCOMPLETE');
  });

  it('another page than asked for is incomplete', async () => {
    const { answer } = await ask((number) => page([row(number)], 1, 3));

    expect(answer?.error?.code).toBe('ERR_INCOMPLETE');
  });

  it('an answer that leaves its page number out is read to the stated last page all the same', async () => {
    const { pages, cases } = await ask((number) =>
      JSON.stringify({ retCode: '200', retMsg: '成功', data: { totalPage: 2, data: [row(number)] } }),
    );

    expect(pages).toEqual([1, 2]);
    expect(cases.map((item) => item.caseNo)).toEqual(['鉴2026-1', '鉴2026-2']);
  });

  it('an answer that states only how many rows there are is read until they are there', async () => {
    const { answer, pages, cases } = await ask((number) =>
      counted(number === 1 ? [row(1), row(2)] : [row(3)], { pageNumber: number, total: 3 }),
    );

    expect(answer?.outcome).toBe('found');
    expect(pages).toEqual([1, 2]);
    expect(cases).toHaveLength(3);
  });

  it('fewer rows than stated are incomplete, and what came is kept', async () => {
    const { answer, cases } = await ask((number) => counted([row(number)], { pageNumber: number, totalPage: 2, total: 3 }));

    expect(answer?.outcome).toBe('unavailable');
    expect(answer?.error?.code).toBe('ERR_INCOMPLETE');
    expect(cases).toHaveLength(2);
  });

  it('what a reading begun anew no longer holds is not kept from the one before', async () => {
    const { answer, cases } = await ask((number, asking) =>
      counted([row(asking === 1 ? 9 : number)], { pageNumber: number, totalPage: 2, total: asking === 1 ? 3 : 2 }),
    );

    expect(answer?.outcome).toBe('found');
    expect(cases.map((item) => item.caseNo)).toEqual(['鉴2026-1', '鉴2026-2']);
  });

  it('a number of rows that changes under the reading begins it anew', async () => {
    const { answer, pages, cases } = await ask((number, asking) =>
      counted([row(number)], { pageNumber: number, totalPage: 2, total: asking === 1 ? 3 : 2 }),
    );

    expect(answer?.outcome).toBe('found');
    expect(pages).toEqual([1, 2, 1, 2]);
    expect(cases).toHaveLength(2);
  });

  it('a later page that fails keeps the earlier ones', async () => {
    const { answer, cases } = await ask((number) => (number === 1 ? page([row(1)], 1, 2) : refusal('500', '系统异常')));

    expect(answer?.outcome).toBe('unavailable');
    expect(answer?.error?.code).toBe('ERR_AGENCY');
    expect(cases).toHaveLength(1);
  });
});

async function changed(
  answer: (pageNumber: number, body: string, asking: number) => string,
  since?: Cursor,
  pages: Page[] = [],
): Promise<{ pages: Page[]; requests: string[] }> {
  let count = 0;
  const { connection, requests } = scripted(shape(), (body) => {
    count += 1;
    return answer(numberOf(body), body, count);
  });
  const ask = {
    ...(since === undefined ? {} : { since }),
    onFile: (number: string) => number === mine.AAC002,
    seen: async () => false,
  };
  for await (const item of changes(ask, connection, caller)) pages.push(item);
  return { pages, requests };
}

describe('what changed', () => {
  it('the bookmark moves to the newest update time with the last page only', async () => {
    const times = ['2026-03-02 09:00:00', '2026-03-05 10:00:00'];
    const { pages } = await changed((number) => page([{ ...row(number), AAE036: times[number - 1] ?? '' }], number, 2));

    expect(pages.map((item) => item.cursor)).toEqual([{ since: '' }, { since: '2026-03-05T10:00:00+08:00' }]);
    expect(pages.map((item) => item.completeThrough)).toEqual([undefined, '2026-11-23']);
  });

  it.each([
    ['a key in lower case', { aae036: '2026-03-05 10:00:00' }],
    ['the same time as NUMBER(14)', { AAE036: 20260305100000 }],
  ])('the bookmark reads %s', async (_how, time) => {
    const { AAE036: _, ...rest } = mine;
    const { pages } = await changed(() => page([{ ...rest, ...time } as unknown as Row]));

    expect(pages.map((item) => item.cursor)).toEqual([{ since: '2026-03-05T10:00:00+08:00' }]);
  });

  it('a row dated in the future does not carry the bookmark past what is still to come', async () => {
    const { pages } = await changed(() => page([mine, { ...row(2), AAE036: '2099-01-01 00:00:00' }]));

    expect(pages.map((item) => item.cursor)).toEqual([{ since: '2026-03-02T09:00:00+08:00' }]);
  });

  it('is asked for from the bookmark on, in Shanghai time', async () => {
    const { requests } = await changed(() => page([], 1, 0), { since: '2026-03-05T10:00:00+08:00' });

    expect(JSON.parse(requests[0] ?? '')).toMatchObject({ AAE036: '2026-03-05 10:00:00', pageNumber: 1 });
  });

  it('nothing new leaves the bookmark and completes through today', async () => {
    const { pages } = await changed(() => page([], 1, 0), { since: '2026-03-05T10:00:00+08:00' });

    expect(pages).toMatchObject([
      { cursor: { since: '2026-03-05T10:00:00+08:00' }, completeThrough: '2026-11-23', evidence: [] },
    ]);
  });

  it('rows of others are counted and forgotten', async () => {
    const { pages } = await changed(() => page([mine, theirs]));

    expect(pages[0]).toMatchObject({ rows: 2, sieved: 1 });
    expect(pages[0]?.messages[0]?.bytes).toBeUndefined();
    expect(JSON.stringify(pages)).not.toContain(theirs.AAC002);
  });

  it('a page that repeats is an error, so the bookmark stays', async () => {
    await expect(changed((number) => page([row(1)], number, 9))).rejects.toMatchObject({ code: 'ERR_INCOMPLETE' });
  });

  it('fewer rows than stated are an error, and the last page that came moves no bookmark and completes nothing', async () => {
    const pages: Page[] = [];
    const short = (number: number) => counted([row(number)], { pageNumber: number, totalPage: 2, total: 3 });

    await expect(changed(short, undefined, pages)).rejects.toMatchObject({ code: 'ERR_INCOMPLETE' });

    expect(pages.map(({ cursor, completeThrough }) => [cursor, completeThrough])).toEqual([
      [{ since: '' }, undefined],
      [{ since: '' }, undefined],
    ]);
  });

  it('a failure is an error and never an empty page', async () => {
    await expect(changed(() => refusal('500', '系统异常'))).rejects.toMatchObject({ code: 'ERR_AGENCY' });
  });
});

describe('a case pushed to the province', () => {
  const appraisal: AppraisalCase = {
    caseNo: '鉴2026-0001',
    kind: 'first',
    regime: 'order-55',
    state: 'concluded',
    items: [],
    receivedOn: '2026-01-05',
    recognition: {
      no: '演人社工认〔2026〕1号',
      result: { code: 'recognised', system: 'city', known: true },
      accidentOn: '2025-11-01',
      parts: [],
      diagnoses: [],
    },
    documents: [],
    exams: [],
    conclusions: [],
    deliveries: [],
  };
  const outgoing: Outgoing = {
    idempotencyKey: 'k-0001',
    person: { ...asked, sex: 'male' },
    case: appraisal,
    conclusion: {
      no: '演劳鉴〔2026〕1号',
      on: '2026-03-01',
      level: 'city',
      grade: 5,
      care: 'none',
      standard: 'GB/T 16180-2014',
      clauses: ['5.1.1', '5.1.2'],
      status: 'issued',
    },
  };

  async function send(answer: () => string, record = outgoing, settings: Record<string, Json> = {}) {
    const { connection, requests } = scripted(shape(settings), answer);
    return { receipt: await push(record, connection, caller), requests };
  }

  it('is accepted with the province’s number', async () => {
    const { receipt, requests } = await send(() => page([{ AAZ151: '3700000000000001' }]));

    expect(receipt).toMatchObject({ outcome: 'accepted', provincialNo: '3700000000000001' });
    expect(receipt.message?.bytes?.length).toBeGreaterThan(0);
    expect(JSON.parse(requests[0] ?? '')).toMatchObject({
      IDEMPOTENCY_KEY: 'k-0001',
      AAC002: '370799196001010018',
      AAC003: '测试甲',
      AAC004: '1',
      CITY_CASE_NO: '鉴2026-0001',
      ALA019: '1',
      CASE_STATE: '06',
      ALC011: '演人社工认〔2026〕1号',
      ALC020: '2025-11-01',
      ALC034: '2026-03-01',
      ALA040: '05',
      ALC060: '0',
      CLAUSES: '5.1.1；5.1.2',
    });
  });

  it('sent twice it bears the same key and content', async () => {
    const bodies = [await send(() => page([])), await send(() => page([]))].map(({ requests }) => requests[0]);

    expect(bodies[0]).toBe(bodies[1]);
  });

  it.each<[string, () => string, string, string]>([
    ['the province says no', () => refusal('409', '同一流水号的内容与前次不一致'), 'refused', 'ERR_AGENCY'],
    ['the province does not know us', () => refusal('403', '无权限'), 'unauthorised', 'ERR_UNAUTHORISED'],
    [
      'nobody knows what became of it',
      () => {
        throw new YilianError('ERR_TIMEOUT', { zh: '超时', en: 'timed out' });
      },
      'unavailable',
      'ERR_TIMEOUT',
    ],
    ['our clock is off', () => refusal('500', '请求时间戳超时'), 'unauthorised', 'ERR_CLOCK'],
    ['the answer cannot be read', () => '<html/>', 'unavailable', 'ERR_ENVELOPE'],
  ])('%s', async (_, answer, outcome, code) => {
    const { receipt } = await send(answer);

    expect(receipt.outcome).toBe(outcome);
    expect(receipt.error?.code).toBe(code);
    expect(receipt.provincialNo).toBeUndefined();
  });

  it('a value without a code is never sent', async () => {
    const { receipt, requests } = await send(() => page([]), outgoing, { push: { codes: { ALC060: { partial: '1' } } } });

    expect(receipt.outcome).toBe('unavailable');
    expect(receipt.error).toMatchObject({ code: 'ERR_CONFIG', place: '/settings/push/codes/ALC060' });
    expect(requests).toEqual([]);
  });

  it.each([
    ['no number', []],
    ['a masked one', [parseIdDocument('370799********0018')]],
  ])('a person of %s is not sent', async (_what, idDocuments) => {
    const { receipt, requests } = await send(() => page([]), { ...outgoing, person: { ...outgoing.person, idDocuments } });

    expect(receipt.outcome).toBe('unavailable');
    expect(receipt.error?.code).toBe('ERR_INPUT');
    expect(requests).toEqual([]);
  });

  it('a case without a conclusion leaves its fields empty', async () => {
    const { conclusion: _, ...open } = outgoing;
    const { requests } = await send(() => page([]), open);

    expect(JSON.parse(requests[0] ?? '')).toMatchObject({ ALC035: '', ALA040: '', ALC060: '' });
  });
});
