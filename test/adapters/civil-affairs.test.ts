import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Connection, LookupAnswer } from '../../src/adapters/adapter.js';
import { cremations } from '../../src/adapters/civil-affairs/cremations.js';
import type { Json, Person } from '../../src/model/index.js';
import { type Fault, type FaultServer, reply, startFaultServer } from '../fault-server.js';
import { feedContract } from './contract.js';
import { asked, caller, connectTo, person } from './harness.js';

type Row = Record<string, string | null>;

function inspur(rows: readonly Row[], total: string | undefined = String(rows.length)): string {
  return JSON.stringify({ status: 'success', code: '0', result: { ...(total === undefined ? {} : { total }), data: rows } });
}

const row: Row = {
  RN: '1',
  NAME: '测试甲',
  ID_CARD: '370799196001010018',
  SEX: '1',
  DEATH_TIME: '2025-03-01 00:00:00',
  ADDRESS: '演示街１号',
  CREMATION_TIME: '2025-03-03 00:00:00',
};
const stranger: Row = { ...row, NAME: '样例乙', ID_CARD: '370799195806150021' };

feedContract({
  agency: 'civil-affairs',
  name: 'cremations',
  feed: cremations,
  contentType: 'application/json;charset=UTF-8',
  connect: (url, options) =>
    connectTo(
      url,
      { agency: 'civil-affairs', feed: 'cremations', envelope: 'inspur-sdk', mapping: 'cremation-national' },
      options,
    ),
  body(scenario) {
    switch (scenario) {
      case 'found':
        return inspur([row]);
      case 'empty':
        return inspur([]);
      case 'other':
        return inspur([stranger]);
      case 'found-and-other':
        return inspur([stranger, row]);
      case 'masked':
        return inspur([{ ...row, ID_CARD: '370799********0018' }]);
      case 'error':
        return JSON.stringify({ status: 'error', code: '1', result: { errormsg: '参数id_card不能为空' } });
      case 'refused':
        return JSON.stringify({ status: 'error', code: '1', result: { errormsg: '签名已过期' } });
      case 'unusable':
        return inspur([{ ...row, CREMATION_TIME: '2025-02-30' }]);
    }
  },
  found(evidence) {
    expect(evidence).toMatchObject([{ kind: 'death', basis: 'cremation', diedOn: '2025-03-01', eventOn: '2025-03-03' }]);
  },
});

describe('the cremation service', () => {
  let server: FaultServer;
  const open: Connection[] = [];
  beforeAll(async () => {
    server = await startFaultServer();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((connection) => connection.close()));
  });
  afterAll(() => server.close());

  const page = (rows: readonly Row[], total?: string): Fault =>
    reply('200 OK', { 'Content-Type': 'application/json' }, inspur(rows, total));

  async function ask(
    pages: readonly Fault[],
    {
      settings = {},
      regions,
      about = asked,
    }: { settings?: Record<string, Json>; regions?: readonly string[]; about?: Person } = {},
  ): Promise<LookupAnswer> {
    server.use(...pages);
    const connection = connectTo(server.url, {
      agency: 'civil-affairs',
      feed: 'cremations',
      envelope: 'inspur-sdk',
      mapping: 'cremation-national',
      settings,
      ...(regions === undefined ? {} : { regions }),
    });
    open.push(connection);
    const answers = await cremations.lookup?.({ persons: [about] }, connection, caller);
    return answers?.[0] as LookupAnswer;
  }

  const starts = (from: number): string[] =>
    server.requests.slice(from).map((request) => new URLSearchParams(request.split('\r\n\r\n')[1] ?? '').get('start') ?? '');

  it('is asked by name and number, and pages are asked for until the stated total is there', async () => {
    const before = server.requests.length;
    const answer = await ask(
      [
        page(
          [
            { ...row, RN: '1' },
            { ...stranger, RN: '2' },
          ],
          '3',
        ),
        page([{ ...row, RN: '3', DEATH_TIME: '' }], '3'),
      ],
      { settings: { limit: 2 } },
    );

    expect(starts(before)).toEqual(['0', '2']);
    const first = new URLSearchParams(server.requests[before]?.split('\r\n\r\n')[1] ?? '');
    expect(Object.fromEntries(first)).toMatchObject({ name: '测试甲', id_card: '370799196001010018', limit: '2' });
    expect(answer).toMatchObject({ outcome: 'found', rejected: [{ reason: 'about-another-person', pointer: '/result/data/1' }] });
    expect(answer.messages).toHaveLength(2);
    expect(answer.messages.map((message) => message.bytes === undefined)).toEqual([true, false]);
  });

  it('without a total a page shorter than asked for is the last', async () => {
    const before = server.requests.length;
    const without = (rows: readonly Row[]): Fault =>
      reply('200 OK', {}, JSON.stringify({ status: 'success', code: '0', result: { data: rows } }));

    const answer = await ask([without([row, { ...row, RN: '2' }]), without([{ ...row, RN: '3' }])], { settings: { limit: 2 } });

    expect(starts(before)).toEqual(['0', '2']);
    expect(answer.outcome).toBe('found');
  });

  it('a repeated page is an incomplete answer, and what came is kept', async () => {
    const answer = await ask([page([row, stranger], '5')], { settings: { limit: 2 } });

    expect(answer).toMatchObject({ outcome: 'unavailable', error: { code: 'ERR_INCOMPLETE' } });
    expect(answer.evidence).toHaveLength(1);
  });

  it('a total smaller than the rows that came is not believed: pages are asked for until one is short', async () => {
    const second = { ...row, DEATH_TIME: '2025-03-02' };
    const answer = await ask([page([row, { ...row, DEATH_TIME: '2025-02-27' }], '0'), page([second], '0')], {
      settings: { limit: 2 },
    });

    expect(answer).toMatchObject({ outcome: 'found' });
    expect(answer.evidence).toHaveLength(3);
  });

  it('a total that the rows never reach is an incomplete answer', async () => {
    const answer = await ask(
      [page([row], '3'), reply('200 OK', {}, JSON.stringify({ status: 'success', code: '0', result: { data: [] } }))],
      {
        settings: { limit: 2 },
      },
    );

    expect(answer).toMatchObject({ outcome: 'unavailable', error: { code: 'ERR_INCOMPLETE' }, evidence: [{ kind: 'death' }] });
  });

  it('a later page that fails leaves what came before, and says so', async () => {
    const answer = await ask([page([row], '2'), reply('404 Not Found', {}, '')], { settings: { limit: 1 } });

    expect(answer).toMatchObject({ outcome: 'unavailable', error: { code: 'ERR_HTTP_STATUS' }, evidence: [{ kind: 'death' }] });
  });

  it('exact duplicate rows are one record', async () => {
    const answer = await ask([page([row, row])]);

    expect(answer.evidence).toHaveLength(1);
    expect(answer.rejected).toEqual([]);
  });

  it('a corrected day is a new version of the same record', async () => {
    const before = await ask([page([row])]);
    const after = await ask([page([{ ...row, CREMATION_TIME: '2025-03-04 00:00:00' }])]);

    expect(after.evidence[0]?.source.recordId).toBe(before.evidence[0]?.source.recordId);
    expect(after.evidence[0]).toMatchObject({ eventOn: '2025-03-04' });
  });

  it('rows of one answer that differ hide none of each other', async () => {
    const earlier = row;
    const later = { ...row, RN: '2', CREMATION_TIME: '2025-04-01 00:00:00' };

    const answer = await ask([page([later, earlier])]);
    const alone = await ask([page([earlier])]);

    const names = answer.evidence.map((evidence) => [
      evidence.source.recordId,
      evidence.kind === 'death' ? evidence.eventOn : '',
    ]);
    const name = alone.evidence[0]?.source.recordId;
    expect(names).toEqual([
      [`${name}:2`, '2025-04-01'],
      [name, '2025-03-03'],
    ]);
  });

  it('a row without a number is a namesake: refused, and nothing is concluded from it', async () => {
    const answer = await ask([page([{ ...row, ID_CARD: null }])]);

    expect(answer).toMatchObject({
      outcome: 'unavailable',
      error: { code: 'ERR_IDENTITY_NOT_VERIFIABLE' },
      evidence: [],
      rejected: [{ reason: 'no-identity', pointer: '/result/data/0/ID_CARD' }],
    });
  });

  it('a row without a number beside the person’s own takes nothing from it', async () => {
    const answer = await ask([page([row, { ...row, RN: '2', ID_CARD: '' }])]);

    expect(answer).toMatchObject({ outcome: 'found', rejected: [{ reason: 'no-identity' }] });
    expect(answer.messages[0]?.bytes).toBeDefined();
  });

  it('a number of 15 digits is tied as upgraded', async () => {
    const answer = await ask([page([{ ...row, ID_CARD: '370799600101001' }])]);

    expect(answer.evidence[0]?.link).toEqual({ level: 'upgraded', reasons: ['number-upgraded-15'] });
  });

  it('another name under the same number is a mismatch, and the record is kept', async () => {
    const answer = await ask([page([{ ...row, NAME: '样例乙' }])]);

    expect(answer).toMatchObject({
      outcome: 'mismatch',
      evidence: [{ link: { level: 'exact', reasons: ['number-equal', 'name-differs'] } }],
    });
  });

  it('no row is absent only where the source covers the person’s domicile', async () => {
    const here = person('370799196001010018', '测试甲', '370783');
    const nowhere = person('370799196001010018', '测试甲');

    expect(await ask([page([])], { regions: ['370700'], about: here })).toMatchObject({ outcome: 'absent' });
    expect(await ask([page([])], { regions: ['370000'], about: here })).toMatchObject({ outcome: 'absent' });
    expect(await ask([page([])], { regions: ['370600'], about: here })).toMatchObject({
      outcome: 'unavailable',
      error: { code: 'ERR_INCOMPLETE', retryable: false },
    });
    expect(await ask([page([])], { regions: ['370700'], about: nowhere })).toMatchObject({ outcome: 'unavailable' });
    expect(await ask([page([])], { regions: [], about: here })).toMatchObject({ outcome: 'unavailable' });
    expect(await ask([page([])], { about: nowhere })).toMatchObject({ outcome: 'absent' });
  });
});
