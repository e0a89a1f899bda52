import { describe, expect, it } from 'vitest';
import type { CallContext, Connection } from '../../src/adapters/adapter.js';
import { askAgency, messageBehind } from '../../src/adapters/call.js';
import type { Exchange, HttpReply, Judgement } from '../../src/channels/channel.js';
import type { Opened, Question } from '../../src/envelopes/envelope.js';
import { isYilianError, YilianError } from '../../src/errors.js';
import { caller, now } from './harness.js';

/** A connection whose agency answers with what its envelope makes of it; the channel asks once and once more after a refresh. */
function connectionSaying(...openings: Partial<Opened>[]) {
  const seen = {
    questions: [] as Question[],
    fields: 0,
    refreshes: 0,
    refused: [] as unknown[],
    opened: 0,
    judgements: [] as Judgement[],
  };
  const opening = (index: number): Opened => ({
    status: 'ok',
    records: [],
    warnings: [],
    ...openings[Math.min(index, openings.length - 1)],
  });
  let sent = 0;
  let count = 0;
  const connection = {
    agency: 'health',
    feed: 'stays',
    clock: () => now,
    uniqueId: () => {
      count += 1;
      return `id-${count}`;
    },
    auth: {
      id: 'test',
      fields: async () => {
        seen.fields += 1;
        return { token: `t${seen.refreshes}` };
      },
      refresh: async (_signal?: AbortSignal, refused?: unknown) => {
        seen.refused.push(refused);
        seen.refreshes += 1;
      },
    },
    envelope: {
      id: 'test',
      request: (question: Question) => {
        seen.questions.push(question);
        return { method: 'POST' as const };
      },
      open: (bytes: Uint8Array) => {
        seen.opened += 1;
        return opening(Number(Buffer.from(bytes).toString()));
      },
    },
    channel: {
      kind: 'http' as const,
      exchange: async (exchange: Exchange): Promise<HttpReply> => {
        const once = async (): Promise<[HttpReply, Judgement]> => {
          await exchange.build(sent + 1);
          const reply: HttpReply = { status: 200, headers: {}, bytes: Buffer.from(String(sent)), receivedAt: now.toISOString() };
          sent += 1;
          const judgement = exchange.judge(reply);
          seen.judgements.push(judgement);
          return [reply, judgement];
        };
        let [reply, judgement] = await once();
        if (judgement.verdict === 'expired' && exchange.refresh !== undefined) {
          await exchange.refresh();
          [reply, judgement] = await once();
        }
        return reply;
      },
    },
  };
  return { connection: connection as unknown as Connection, seen };
}

async function errorOf(promise: Promise<unknown>): Promise<YilianError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isYilianError(error)) throw new Error('no YilianError was thrown');
  return error;
}

const asking = { operation: '5201', parameters: { psn_no: '1' } };

describe('one question to one agency', () => {
  it('carries who asks and why, a number used once and the time', async () => {
    const { connection, seen } = connectionSaying({ records: [{ value: 'x', pointer: '' }] });
    const context: CallContext = { ...caller, matterCode: 'M1' };

    const reply = await askAgency(connection, asking, context);

    expect(seen.questions).toEqual([
      { ...asking, messageId: 'id-1', at: now, operator: caller.operator, purpose: caller.purpose, matterCode: 'M1' },
    ]);
    expect(reply).toMatchObject({
      operation: '5201',
      opened: { status: 'ok' },
      message: {
        agency: 'health',
        feed: 'stays',
        receivedAt: now.toISOString(),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
  });

  it('opens a reply once, for the channel and for the answer', async () => {
    const { connection, seen } = connectionSaying({});

    await askAgency(connection, asking, caller);

    expect(seen.opened).toBe(1);
  });

  it('nothing found is an answer', async () => {
    const { connection } = connectionSaying({ status: 'nothing-found' });

    expect((await askAgency(connection, asking, caller)).opened.status).toBe('nothing-found');
  });

  it('refreshes once where a fresh secret may help, signs anew, and asks under a new number', async () => {
    const { connection, seen } = connectionSaying({ status: 'not-authorised', refreshable: true }, { status: 'ok' });

    await askAgency(connection, asking, caller);

    expect(seen).toMatchObject({ refreshes: 1, fields: 2, refused: [{ token: 't0' }] });
    expect(seen.questions.map((question) => question.messageId)).toEqual(['id-1', 'id-2']);
  });

  it('a second refusal is unauthorised', async () => {
    const { connection, seen } = connectionSaying({
      status: 'not-authorised',
      refreshable: true,
      code: '401',
      message: '签名不一致',
    });

    const error = await errorOf(askAgency(connection, asking, caller));

    expect(seen.refreshes).toBe(1);
    expect(error).toMatchObject({ code: 'ERR_UNAUTHORISED', agency: 'health', feed: 'stays', httpStatus: 200, retryable: false });
    expect(error.text).toEqual({
      zh: '对方不准许访问：401 签名不一致',
      en: 'the agency does not allow it: 401 签名不一致',
    });
  });

  it.each<[string, Partial<Opened>, string, Judgement['verdict']]>([
    ['not refreshable', { status: 'not-authorised' }, 'ERR_UNAUTHORISED', 'done'],
    ['a clock that is off', { status: 'not-authorised', refreshable: true, clock: true }, 'ERR_CLOCK', 'done'],
    ['a failure', { status: 'failed', code: '-1', message: '系统异常' }, 'ERR_AGENCY', 'done'],
    ['busy', { status: 'busy', retryAfterMs: 9000 }, 'ERR_BUSY', 'busy'],
    [
      'unreadable',
      { status: 'failed', unreadable: { reason: 'not-xml', pointer: '', detail: { zh: '不是', en: 'no' } } },
      'ERR_ENVELOPE',
      'unrecognised',
    ],
    [
      'unreadable characters',
      { status: 'failed', unreadable: { reason: 'bad-encoding', pointer: '', detail: { zh: '不是', en: 'no' } } },
      'ERR_ENCODING',
      'unrecognised',
    ],
  ])('%s is told as what it is and never refreshed', async (_, opened, code, verdict) => {
    const { connection, seen } = connectionSaying(opened);

    const error = await errorOf(askAgency(connection, asking, caller));

    expect(error).toMatchObject({ code, agency: 'health', feed: 'stays' });
    expect(seen.refreshes).toBe(0);
    expect(seen.judgements).toMatchObject([{ verdict }]);
    expect(messageBehind(error)).toMatchObject({ sha256: expect.any(String), bytes: expect.anything() });
  });

  it('the agency’s words are shown without numbers of persons, and cut', async () => {
    const { connection } = connectionSaying({ status: 'failed', message: `370799196001010018 不存在 ${'很'.repeat(400)}` });

    const { text } = await errorOf(askAgency(connection, asking, caller));

    expect(text.zh).not.toContain('370799196001010018');
    expect(text.zh.length).toBeLessThan(260);
  });

  it('an error of the signature or the channel gets the names of agency and feed', async () => {
    const { connection } = connectionSaying({});
    const refusing = {
      ...connection,
      auth: {
        id: 'test',
        fields: async () => {
          throw new YilianError('ERR_UNAUTHORISED', { zh: '无', en: 'no' });
        },
      },
    } as unknown as Connection;

    expect(await errorOf(askAgency(refusing, asking, caller))).toMatchObject({
      code: 'ERR_UNAUTHORISED',
      agency: 'health',
      feed: 'stays',
    });
  });

  it('a feed that only receives cannot be asked', async () => {
    const { connection } = connectionSaying({});
    const folder = { ...connection, channel: { kind: 'drop-folder' } } as unknown as Connection;
    const files = { ...connection, envelope: { id: 'table-exchange', open: connection.envelope.open } } as unknown as Connection;

    expect(await errorOf(askAgency(folder, asking, caller))).toMatchObject({ code: 'ERR_CONFIG' });
    expect(await errorOf(askAgency(files, asking, caller))).toMatchObject({ code: 'ERR_CONFIG' });
  });
});
