import { describe, expect, it } from 'vitest';
import type { Connection, LookupAnswer } from '../../src/adapters/adapter.js';
import { type AnswerPolicy, type Gathered, guard, lookupBatches, lookupEach } from '../../src/adapters/answers.js';
import { failure, type Reply } from '../../src/adapters/call.js';
import { institutionTable } from '../../src/adapters/institutions.js';
import { receivedMessage } from '../../src/adapters/message.js';
import { compileMapping } from '../../src/mapping/engine.js';
import { codeTables, shippedMappings } from '../../src/mapping/shipped.generated.js';
import type { Json, Person } from '../../src/model/index.js';
import { asked, caller, other, person } from './harness.js';

const definition = shippedMappings['cremation-national'];
const compilation = definition === undefined ? undefined : compileMapping(definition, codeTables);
if (compilation?.ok !== true) throw new Error('cremation-national does not compile');

const connection = {
  agency: 'civil-affairs',
  feed: 'cremations',
  mapping: compilation.mapping,
  settings: {},
  keys: { personKey: () => undefined, recordKey: (_: string, number: string) => `key of ${number.slice(-4)}` },
  institutions: institutionTable([]),
} as unknown as Connection;

const at = '2026-11-23T02:00:00.000Z';
const row = { ID_CARD: '370799196001010018', NAME: '测试甲', CREMATION_TIME: '20250303' };

function replyWith(...rows: Json[]): Reply {
  return {
    opened: {
      status: rows.length === 0 ? 'nothing-found' : 'ok',
      records: rows.map((value, index) => ({ value, pointer: `/${index}` })),
      warnings: [],
    },
    message: receivedMessage(connection, at, Buffer.from(JSON.stringify(rows))),
    operation: 'cremation',
  };
}

function answerTo(
  gathered: Gathered,
  options: { about?: Person; policy?: AnswerPolicy; on?: Partial<Connection> } = {},
): LookupAnswer {
  return guard([options.about ?? asked], gathered, { ...connection, ...options.on }, options.policy)[0] as LookupAnswer;
}

describe('the guard', () => {
  it('gives one answer per person out of one message, each with their own', () => {
    const answers = guard(
      [other, asked],
      { replies: [replyWith(row, { ...row, ID_CARD: '370799195806150021', NAME: '样例乙' })] },
      connection,
    );

    expect(
      answers.map((answer) => [answer.person.name, answer.outcome, answer.evidence[0]?.person.name, answer.rejected]),
    ).toEqual([
      ['样例乙', 'found', '样例乙', []],
      ['测试甲', 'found', '测试甲', []],
    ]);
  });

  it('a stranger’s row is told by pointer alone, even where it could not have been read', () => {
    const faulty = { ...row, ID_CARD: '370799195806150021', CREMATION_TIME: '20250230', SEX: '7' };

    const answer = answerTo({ replies: [replyWith(row, faulty)] });

    expect(answer.rejected.map(({ reason, pointer }) => [reason, pointer])).toEqual([['about-another-person', '/1']]);
    expect(answer.unknownCodes).toEqual([]);
    expect(answer.messages[0]).not.toHaveProperty('bytes');
    expect(JSON.stringify(answer)).not.toContain('370799195806150021');
  });

  it('what belongs to nobody asked about is told once, however many were asked', () => {
    const answers = guard(
      [asked, other],
      { replies: [replyWith(row, { ...row, ID_CARD: '370799195509090034' }, { ...row, ID_CARD: '' })] },
      connection,
    );

    expect(
      answers
        .flatMap((answer) => answer.rejected)
        .map((rejected) => rejected.reason)
        .sort(),
    ).toEqual(['about-another-person', 'no-identity']);
  });

  it('the person’s own faulty row keeps its bytes', () => {
    const answer = answerTo({ replies: [replyWith({ ...row, CREMATION_TIME: '20250230' })] });

    expect(answer).toMatchObject({ outcome: 'unavailable', error: { code: 'ERR_AGENCY', place: '/0/CREMATION_TIME' } });
    expect(answer.rejected).toMatchObject([{ reason: 'bad-date' }]);
    expect(answer.messages[0]?.bytes).toBeDefined();
  });

  it('masked rows and rows of others together are not verifiable', () => {
    const answer = answerTo({ replies: [replyWith({ ...row, ID_CARD: '******' }, { ...row, ID_CARD: '370799195806150021' })] });

    expect(answer).toMatchObject({ outcome: 'unavailable', error: { code: 'ERR_IDENTITY_NOT_VERIFIABLE' } });
    expect(answer.rejected.map((rejected) => rejected.reason).sort()).toEqual(['about-another-person', 'masked-identity']);
  });

  it('records of a shape the mapping was not written for are never absence', () => {
    const wrapped = compileMapping(
      {
        ...(definition as NonNullable<typeof definition>),
        records: (definition?.records ?? []).map((record) => ({ ...record, each: '/rows/*' })),
      },
      codeTables,
    );
    if (!wrapped.ok) throw new Error('does not compile');

    expect(answerTo({ replies: [replyWith({ list: [row] })] }, { on: { mapping: wrapped.mapping } })).toMatchObject({
      outcome: 'unavailable',
      error: { code: 'ERR_ENVELOPE' },
    });
    expect(answerTo({ replies: [replyWith({ rows: [] })] }, { on: { mapping: wrapped.mapping } })).toMatchObject({
      outcome: 'absent',
    });
  });

  it('what came before a part that could not be had is kept, and the answer says so', () => {
    const error = failure(connection, 'ERR_TIMEOUT', { zh: '超时', en: 'timeout' });

    expect(answerTo({ replies: [replyWith(row)], error })).toMatchObject({
      outcome: 'unavailable',
      error: { code: 'ERR_TIMEOUT' },
      evidence: [{ kind: 'death' }],
    });
  });

  it('the adapter’s own refusals are told', () => {
    const refusal = { reason: 'admission-not-found', pointer: '/3', message: 'm' };

    expect(answerTo({ replies: [replyWith(row)], rejected: [refusal] }).rejected).toEqual([refusal]);
  });

  it('a name that differs is a mismatch unless the feed ignores names; an unreadable one is neither', () => {
    const differs = { replies: [replyWith({ ...row, NAME: '样例乙' })] };

    expect(answerTo(differs)).toMatchObject({
      outcome: 'mismatch',
      evidence: [{ link: { reasons: ['number-equal', 'name-differs'] } }],
    });
    expect(answerTo(differs, { policy: { nameDiffers: 'ignore' } }).outcome).toBe('found');
    expect(answerTo({ replies: [replyWith({ ...row, NAME: '测?' })] })).toMatchObject({
      outcome: 'found',
      evidence: [{ link: { reasons: ['number-equal', 'name-uncertain'] } }],
    });
    expect(answerTo({ replies: [replyWith({ ...row, NAME: '测 试 甲' })] })).toMatchObject({
      outcome: 'found',
      evidence: [{ link: { reasons: ['number-equal'] } }],
    });
    expect(answerTo({ replies: [replyWith(row, { ...row, NAME: '样例乙' })] }).outcome).toBe('found');
  });

  it('reads private-use characters of the local font by the configured table', () => {
    const written = { replies: [replyWith({ ...row, NAME: '测试\uE352' })] };
    const rare = person('370799196001010018', '测试\u{2C35B}');

    expect(answerTo(written, { about: rare }).evidence[0]?.link?.reasons).toEqual(['number-equal', 'name-uncertain']);
    expect(
      answerTo(written, { about: rare, on: { privateUse: new Map([['\uE352', '\u{2C35B}']]) } }).evidence[0]?.link?.reasons,
    ).toEqual(['number-equal']);
  });

  it('a message that came twice is kept once', () => {
    const reply = replyWith(row);

    expect(answerTo({ replies: [reply, reply] }).messages).toHaveLength(1);
    expect(answerTo({ replies: [reply, reply] }).evidence).toHaveLength(1);
  });

  it('a row that a later page repeats is one record, though it was received later', () => {
    const later = replyWith(row);
    const again = { ...later, message: { ...later.message, id: 'm-2', receivedAt: '2026-11-23T02:00:01.000Z' } };

    const { evidence } = answerTo({ replies: [replyWith(row), again] });

    expect(evidence.map(({ source }) => source.receivedAt)).toEqual([at]);
  });

  it('an old and a new number of one person are both theirs', () => {
    const both: Person = {
      ...asked,
      idDocuments: [
        ...asked.idDocuments,
        { type: 'foreign-permanent-resident', number: '908840197505030018', validity: 'valid' },
      ],
    };

    expect(answerTo({ replies: [replyWith({ ...row, ID_CARD: '908840197505030018' })] }, { about: both }).outcome).toBe('found');
  });
});

describe('lookupBatches', () => {
  const third = person('370799195509090034', '虚构丙');

  it('asks in batches and answers in the order of the question', async () => {
    const calls: string[][] = [];
    const answers = await lookupBatches({ persons: [asked, other, third] }, connection, caller, 2, async (persons) => {
      calls.push(persons.map((each) => each.name));
      return {
        replies: [replyWith(...persons.map((each) => ({ ...row, ID_CARD: each.idDocuments[0]?.number ?? '', NAME: each.name })))],
      };
    });

    expect(calls).toEqual([['测试甲', '样例乙'], ['虚构丙']]);
    expect(answers.map((answer) => answer.person.name)).toEqual(['测试甲', '样例乙', '虚构丙']);
    expect(answers.every((answer) => answer.outcome === 'found')).toBe(true);
  });

  it('one call that fails leaves the others alone', async () => {
    const answers = await lookupBatches({ persons: [asked, other] }, connection, caller, 1, async ([one]) => {
      if (one === asked) throw failure(connection, 'ERR_TIMEOUT', { zh: '超时', en: 'timeout' });
      return { replies: [replyWith({ ...row, ID_CARD: '370799195806150021', NAME: '样例乙' })] };
    });

    expect(answers.map((answer) => answer.outcome)).toEqual(['unavailable', 'found']);
  });

  it('a name that cannot be sent silences only its bearer', async () => {
    const answers = await lookupBatches({ persons: [asked, other] }, connection, caller, 20, async (persons) => {
      if (persons.includes(other))
        throw failure(connection, 'ERR_INPUT', { zh: '名字无法编码', en: 'the name cannot be encoded' });
      return { replies: [replyWith(row)] };
    });

    expect(answers.map((answer) => [answer.outcome, answer.error?.code])).toEqual([
      ['found', undefined],
      ['unavailable', 'ERR_INPUT'],
    ]);
  });

  it('who asked wrongly is unauthorised, who was left out is unavailable where each must be answered for', async () => {
    const refused = await lookupEach({ persons: [asked] }, connection, caller, async () => {
      throw failure(connection, 'ERR_UNAUTHORISED', { zh: '无权', en: 'no' });
    });
    const clock = await lookupEach({ persons: [asked] }, connection, caller, async () => {
      throw failure(connection, 'ERR_CLOCK', { zh: '时间不对', en: 'clock' });
    });
    const leftOut = await lookupEach({ persons: [asked] }, connection, caller, async () => ({ replies: [replyWith()] }), {
      noRow: 'incomplete',
    });

    expect(refused).toMatchObject([{ outcome: 'unauthorised', error: { code: 'ERR_UNAUTHORISED' } }]);
    expect(clock).toMatchObject([{ outcome: 'unauthorised', error: { code: 'ERR_CLOCK' } }]);
    expect(leftOut).toMatchObject([{ outcome: 'unavailable', error: { code: 'ERR_INCOMPLETE' } }]);
  });

  it('a fault of ours is not an answer', async () => {
    await expect(
      lookupEach({ persons: [asked] }, connection, caller, async () => {
        throw new TypeError('ours');
      }),
    ).rejects.toThrow('ours');
    await expect(
      lookupEach({ persons: [asked] }, connection, caller, async () => {
        throw failure(connection, 'ERR_INTERNAL', { zh: '内部', en: 'internal' });
      }),
    ).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
  });

  it('nobody asked about is nobody answered for', async () => {
    expect(await lookupEach({ persons: [] }, connection, caller, async () => ({ replies: [] }))).toEqual([]);
  });
});

describe('an answer that states a total', () => {
  const stating = (total: number): Reply => {
    const reply = replyWith(row);
    return { ...reply, opened: { ...reply.opened, total } };
  };

  it('and gives fewer is no whole answer: what came is kept, and nobody is absent by it', () => {
    const [first, second] = guard([asked, other], { replies: [stating(2)] }, connection);

    expect(first).toMatchObject({ outcome: 'unavailable', error: { code: 'ERR_INCOMPLETE' }, evidence: [{ kind: 'death' }] });
    expect(second).toMatchObject({ outcome: 'unavailable', error: { code: 'ERR_INCOMPLETE' }, evidence: [] });
  });

  it('and gives as many, or was held against it page by page, is whole', () => {
    expect(answerTo({ replies: [stating(1)] }).outcome).toBe('found');
    expect(answerTo({ replies: [stating(0)] }).outcome).toBe('found');
    expect(answerTo({ replies: [stating(2)], isCounted: true }).outcome).toBe('found');
  });
});

describe('what is counted of an answer', () => {
  it('is told once, with every row’s fate, and nothing of a value', () => {
    const stranger = { ...row, ID_CARD: '370799195806150021', NAME: '样例乙' };
    const nobodys = { ...row, ID_CARD: '' };
    const answers = guard(
      [asked, person('370799195509090034', '虚构丙')],
      { replies: [replyWith(row, stranger, nobodys)] },
      connection,
    );

    expect(answers.map(({ tally }) => tally?.rows)).toEqual([
      { read: 3, mapped: 1, rejected: 2, sieved: 0, void: 0, passedOver: 0, evidence: 1 },
      undefined,
    ]);
    expect(answers[0]?.tally?.shapes.map(({ operation, records }) => [operation, records])).toEqual([['cremation', 3]]);
    expect(JSON.stringify(answers[0]?.tally)).not.toMatch(/3707|测试甲|样例乙|20250303/);
  });
});
