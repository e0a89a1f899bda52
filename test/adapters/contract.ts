import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Connection, Feed, LookupAnswer } from '../../src/adapters/adapter.js';
import { encodeText } from '../../src/envelopes/text.js';
import type { Evidence } from '../../src/model/index.js';
import { validateEvidence } from '../../src/schema.js';
import { type Fault, type FaultServer, faults, reply, startFaultServer } from '../fault-server.js';
import { asked, type ConnectionOptions, caller, now, other } from './harness.js';

/**
 * The one suite every feed that is asked runs through: the same ladder of what an agency can do, and for each the outcome it must lead to.
 * A feed brings a harness: how it is connected, and what its agency would send.
 */

/** What the agency says. */
export type Scenario =
  /** A record of the person asked about (`asked`). */
  | 'found'
  /** It answers that there is none. */
  | 'empty'
  /** A record of somebody else (`other`) only. */
  | 'other'
  /** A record of the person and one of somebody else. */
  | 'found-and-other'
  /** A record whose number (and name) the platform has masked. */
  | 'masked'
  /** It says that it failed, inside HTTP 200. */
  | 'error'
  /** It says that the signature or secret is not accepted, inside HTTP 200. */
  | 'refused'
  /** A well-formed message of its protocol holding records the mapping has no place for, or only records that cannot be read. */
  | 'unusable';

export interface FeedHarness {
  agency: string;
  feed: Feed;
  name: string;
  contentType: string;
  connect(url: string, options?: ConnectionOptions): Connection;
  /** The bytes of a scenario for one request; undefined where the protocol cannot say such a thing, which is then not asked of it. */
  body(scenario: Scenario, request: string): string | Uint8Array | undefined;
  /** What the evidence of `found` must be beyond what the suite asks of all. */
  found?(evidence: readonly Evidence[]): void;
  window?: { from: string; until: string };
}

export function feedContract(harness: FeedHarness): void {
  const { feed } = harness;

  describe(`${harness.agency}/${harness.name} keeps the contract of a feed that is asked`, () => {
    let server: FaultServer;
    const open: Connection[] = [];
    beforeAll(async () => {
      server = await startFaultServer();
    });
    afterEach(async () => {
      await Promise.all(open.splice(0).map((connection) => connection.close()));
    });
    afterAll(() => server.close());

    const says = (scenario: Scenario): Fault => {
      return (socket, request) => {
        const body = harness.body(scenario, request) ?? '';
        reply('200 OK', { 'Content-Type': harness.contentType }, body)(socket, request);
      };
    };
    const can = (scenario: Scenario): boolean => harness.body(scenario, '') !== undefined;

    async function ask(fault: Fault | readonly Fault[], options?: ConnectionOptions): Promise<LookupAnswer> {
      server.use(...(typeof fault === 'function' ? [fault] : fault));
      const connection = harness.connect(server.url, options);
      open.push(connection);
      const answers = await feed.lookup?.(
        { persons: [asked], ...(harness.window === undefined ? {} : { window: harness.window }) },
        connection,
        caller,
      );
      expect(answers).toHaveLength(1);
      const answer = answers?.[0] as LookupAnswer;
      expect(answer.person).toBe(asked);
      holdsNothingOfOthers(answer);
      return answer;
    }

    function failed(answer: LookupAnswer, outcome: 'unavailable' | 'unauthorised', ...codes: string[]): void {
      expect(answer.outcome).toBe(outcome);
      expect(codes).toContain(answer.error?.code);
      expect(answer.error).toMatchObject({ agency: harness.agency, feed: harness.name });
      expect(answer.evidence).toEqual([]);
    }

    it('real data: found, evidence of the published shape tied to the person by number', async () => {
      const answer = await ask(says('found'));

      expect(answer.error).toBeUndefined();
      expect(answer.outcome).toBe('found');
      expect(answer.evidence.length).toBeGreaterThan(0);
      for (const evidence of answer.evidence) {
        const result = validateEvidence(evidence);
        expect(result.ok ? [] : result.faults).toEqual([]);
        expect(feed.gives).toContain(evidence.kind);
        expect(evidence.source).toMatchObject({ agency: harness.agency, feed: harness.name, receivedAt: now.toISOString() });
        expect(answer.messages.map((message) => message.id)).toContain(evidence.source.message.id);
        expect(evidence.link).toMatchObject({ level: 'exact', reasons: ['number-equal'] });
        expect(evidence.person.key).toMatch(/^[0-9a-f]{32}$/);
      }
      for (const message of answer.messages) expect(message.bytes?.length).toBeGreaterThan(0);
      harness.found?.(answer.evidence);
    });

    it('real data in GBK that calls itself UTF-8, or nothing: found, and the name is whole', async () => {
      const gbk: Fault = (socket, request) => {
        const body = harness.body('found', request) ?? '';
        const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
        reply('200 OK', {}, encodeText(text, 'GB18030'))(socket, request);
      };

      const answer = await ask(gbk);

      expect(answer.outcome).toBe('found');
      for (const evidence of answer.evidence) {
        expect(evidence.person.name).toBe(asked.name);
        expect(evidence.link?.reasons).toEqual(['number-equal']);
      }
    });

    it('asked twice, it gives the same records', async () => {
      const names = (answer: LookupAnswer) => answer.evidence.map((evidence) => evidence.source.recordId);

      expect(names(await ask(says('found')))).toEqual(names(await ask(says('found'))));
    });

    it('empty: absent, with nothing made up', async () => {
      const answer = await ask(says('empty'));

      expect(answer.outcome).toBe('absent');
      expect(answer.error).toBeUndefined();
      expect(answer.evidence.filter((evidence) => evidence.kind !== 'population')).toEqual([]);
      expect(answer.rejected).toEqual([]);
    });

    it('only a row about somebody else: unavailable, the row refused and its bytes not kept', async () => {
      const answer = await ask(says('other'));

      failed(answer, 'unavailable', 'ERR_ANSWERED_ABOUT_OTHERS');
      expect(answer.rejected.length).toBeGreaterThan(0);
      for (const rejected of answer.rejected) {
        expect(rejected.reason).toBe('about-another-person');
        const message = answer.messages.find((candidate) => candidate.id === rejected.message);
        expect(message).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
        expect(message?.bytes).toBeUndefined();
      }
    });

    it('a row about somebody else beside the right one: found, the other refused', async () => {
      const answer = await ask(says('found-and-other'));

      expect(answer.outcome).toBe('found');
      expect(answer.rejected.map((rejected) => rejected.reason)).toContain('about-another-person');
    });

    it('a masked row: unavailable, because nobody can tell whose it is', async () => {
      const answer = await ask(says('masked'));

      failed(answer, 'unavailable', 'ERR_IDENTITY_NOT_VERIFIABLE');
      expect(answer.rejected.map((rejected) => rejected.reason)).toContain('masked-identity');
    });

    it('an error inside HTTP 200: unavailable, never absent', async () => {
      failed(await ask(says('error')), 'unavailable', 'ERR_AGENCY');
    });

    it.runIf(can('refused'))('not accepted inside HTTP 200: unauthorised', async () => {
      failed(await ask(says('refused')), 'unauthorised', 'ERR_UNAUTHORISED');
    });

    it.runIf(can('unusable'))('records that cannot be used: unavailable, never absent', async () => {
      const answer = await ask(says('unusable'));

      expect(answer.outcome).toBe('unavailable');
      expect(answer.evidence).toEqual([]);
    });

    it.each<[string, Fault, string[]]>([
      ['a connection reset before the answer', faults.resetBeforeHeaders, ['ERR_UNREACHABLE', 'ERR_INCOMPLETE']],
      ['a connection reset in the middle', faults.resetMidBody, ['ERR_UNREACHABLE', 'ERR_INCOMPLETE']],
      ['an empty reply', faults.emptyReply, ['ERR_UNREACHABLE', 'ERR_INCOMPLETE']],
      ['a body shorter than promised', faults.shortContentLength, ['ERR_UNREACHABLE', 'ERR_INCOMPLETE']],
      ['bytes that are no HTTP', faults.randomBytes, ['ERR_UNREACHABLE', 'ERR_INCOMPLETE', 'ERR_ENVELOPE']],
      ['a redirect', faults.redirectToInternal, ['ERR_REDIRECT']],
      [
        'an unknown address',
        reply('404 Not Found', { 'Content-Type': 'text/html' }, '<html><body>404</body></html>'),
        ['ERR_HTTP_STATUS'],
      ],
      ['too many requests', reply('429 Too Many Requests', { 'Retry-After': '1' }, ''), ['ERR_BUSY']],
      [
        'a fault of the server',
        reply('500 Internal Server Error', { 'Content-Type': 'text/html' }, '<html>500</html>'),
        ['ERR_HTTP_STATUS', 'ERR_BUSY'],
      ],
      [
        'a gateway without its service',
        reply('502 Bad Gateway', { 'Content-Type': 'text/html' }, '<html>502</html>'),
        ['ERR_BUSY', 'ERR_HTTP_STATUS'],
      ],
      ['a service that is down', reply('503 Service Unavailable', {}, ''), ['ERR_BUSY', 'ERR_HTTP_STATUS']],
      [
        'a page to log in, as HTTP 200',
        reply('200 OK', { 'Content-Type': 'text/html' }, '<html><body>请登录</body></html>'),
        ['ERR_ENVELOPE'],
      ],
      ['nothing at all, as HTTP 200', reply('200 OK', {}, ''), ['ERR_ENVELOPE']],
      [
        'a DOCTYPE with entities',
        reply('200 OK', { 'Content-Type': 'text/xml' }, '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ['ERR_ENVELOPE'],
      ],
      ['JSON cut off', reply('200 OK', { 'Content-Type': 'application/json' }, '{"code":"0","data":[{"a":'), ['ERR_ENVELOPE']],
      ['JSON of nothing', reply('200 OK', { 'Content-Type': 'application/json' }, 'null'), ['ERR_ENVELOPE']],
    ])('%s: unavailable', async (_, fault, codes) => {
      failed(await ask(fault), 'unavailable', ...codes);
    });

    it.each(['401 Unauthorized', '403 Forbidden'])('HTTP %s: unauthorised', async (status) => {
      failed(await ask(reply(status, { 'Content-Type': 'text/html' }, '<html>no</html>')), 'unauthorised', 'ERR_UNAUTHORISED');
    });

    it('silence: unavailable once the deadline has passed', async () => {
      failed(await ask(faults.hang, { deadlineMs: 80, attempts: 1 }), 'unavailable', 'ERR_TIMEOUT');
    });

    it('an answer larger than allowed: unavailable', async () => {
      failed(await ask(faults.tooLarge, { maxBytes: 10_000 }), 'unavailable', 'ERR_TOO_LARGE');
    });

    it('busy once and then well: found, because a question may be asked again', async () => {
      const answer = await ask([reply('503 Service Unavailable', {}, ''), says('found')]);

      expect(answer.outcome).toBe('found');
    });

    it('stopped by the caller: unavailable, and nothing is sent', async () => {
      const stop = new AbortController();
      stop.abort();
      server.use(says('found'));
      const connection = harness.connect(server.url);
      open.push(connection);
      const before = server.requests.length;

      const answers = await feed.lookup?.({ persons: [asked] }, connection, { ...caller, signal: stop.signal });

      expect(answers?.[0]).toMatchObject({ outcome: 'unavailable', error: { code: 'ERR_ABORTED' } });
      expect(server.requests).toHaveLength(before);
    });

    it('a person without a whole number is not asked about', async () => {
      server.use(says('found'));
      const connection = harness.connect(server.url);
      open.push(connection);
      const before = server.requests.length;
      const nobody = {
        ...asked,
        idDocuments: [{ type: 'resident-id' as const, number: '370799********0018', validity: 'bad-format' as const }],
      };

      const answers = await feed.lookup?.({ persons: [nobody] }, connection, caller);

      expect(answers?.[0]).toMatchObject({ outcome: 'unavailable', error: { code: 'ERR_INPUT' } });
      expect(server.requests).toHaveLength(before);
    });

    it('several persons are answered each, in their order', async () => {
      server.use(says('found'));
      const connection = harness.connect(server.url);
      open.push(connection);

      const answers = await feed.lookup?.({ persons: [other, asked] }, connection, caller);

      expect(answers?.map((answer) => answer.person)).toEqual([other, asked]);
      expect(answers?.[1]?.outcome).toBe('found');
      expect(answers?.[0]?.outcome).toBe('unavailable');
      expect(answers?.[0]?.evidence).toEqual([]);
    });
  });
}

/** Whatever came back: nothing of somebody else stands in the answer, and no error names anybody. */
function holdsNothingOfOthers(answer: LookupAnswer): void {
  const kept = JSON.stringify([answer.evidence, answer.rejected, answer.unknownCodes]);
  expect(kept).not.toContain('370799195806150021');
  expect(kept).not.toContain(other.name);
  const said = JSON.stringify([answer.error?.text, answer.rejected]);
  expect(said).not.toContain('370799196001010018');
  expect(said).not.toContain(asked.name);
}
