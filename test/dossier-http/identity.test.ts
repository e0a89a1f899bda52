import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExchange } from '../../src/exchange.js';
import type { CaseImport, Person } from '../../src/model/index.js';
import { asking, caseOf, conclusionNo, number, type World, world } from './world.js';

/** One person has one number and one name, however both are written; who is written otherwise is somebody else. */

const ending = '37079919700202001X';
let city: World;
beforeAll(async () => {
  city = await world({ top: 'privateUse: ./private-use.yaml', files: { 'private-use.yaml': '"\ue123": 㛃\n' } });
  const person = (name: string, idNumber: string, more: Partial<Person> = {}): CaseImport['subject'] =>
    ({ name, idDocuments: [{ type: 'resident-id', number: idNumber, validity: 'valid' }], ...more }) as CaseImport['subject'];
  const [conclusion] = caseOf().conclusions;
  const lines = [
    { subject: person('样例甲', number, { formerNames: ['样例旧'] }), cases: [caseOf()] },
    {
      subject: person('样\ue123乙', ending),
      cases: [caseOf({ caseNo: 'K2026-002', conclusions: [{ ...conclusion, no: '演劳鉴〔2026〕13号' } as never] })],
    },
  ];
  const file = join(city.folder, 'persons.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await city.exchange.importCases([file]);
});
afterAll(() => city.close());

let asked = 0;
const ask = (name: string, idNumber: string, no = conclusionNo) => {
  asked += 1;
  const body = asking({ conclusionNo: no, subject: { name, idNumber } });
  return city.send({ method: 'POST', path: '/v1/dossiers', body, headers: { 'idempotency-key': `asked-${asked}` } });
};
const history = (name: string, idNumber: string) =>
  city.send({ path: `/v1/appraisals?${new URLSearchParams({ idNumber, name }).toString().replaceAll('+', '%20')}` });

const second = '演劳鉴〔2026〕13号';
const wide = (text: string): string => text.replace(/[0-9X]/g, (each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0));

describe('the person who is asked about', () => {
  it.each([
    ['of 15 digits', '样例甲', '370799600101001', conclusionNo],
    ['in wide digits', '样例甲', wide(number), conclusionNo],
    ['with spaces around and within', '样例甲', ' 370799 19600101 0018 ', conclusionNo],
    ['with a small x', '样㛃乙', ending.toLowerCase(), second],
    ['with a wide X', '样㛃乙', wide(ending), second],
  ])('is the same by a number %s', async (_, name, idNumber, no) => {
    expect([(await ask(name, idNumber, no)).status, (await history(name, idNumber)).status]).toEqual([201, 200]);
  });

  it.each([
    ['a former name', '样例旧', number, conclusionNo],
    ['a character of the police font that the city can read', '样㛃乙', ending, second],
    ['that character as the font has it', '样\ue123乙', ending, second],
  ])('is the same by %s', async (_, name, idNumber, no) => {
    expect([(await ask(name, idNumber, no)).status, (await history(name, idNumber)).status]).toEqual([201, 200]);
  });

  it.each([
    ['a number whose check digit is wrong', '样例甲', '370799196001010019', conclusionNo, 'subject'],
    ['a number of 15 digits of somebody else', '样例甲', '370799600101002', conclusionNo, 'subject'],
    ['a number with stars', '样例甲', '370799********0018', conclusionNo, 'subject'],
    ['a number that is none', '样例甲', 'P-1', conclusionNo, 'subject'],
    ['a character of the font that nobody can read', '样\ue124乙', ending, second, 'name'],
    ["the other's name", '样例甲', ending, second, 'name'],
    ["the other's conclusion", '样例甲', number, second, 'conclusion'],
  ])('is nobody by %s', async (_, name, idNumber, no, gate) => {
    const answer = await ask(name, idNumber, no);
    const record = (await city.audit()).at(-1);

    expect([answer.status, record?.gate]).toEqual([404, gate]);
    expect(record?.text).not.toMatch(/370799|样/);
  });

  it('is the same by a character that the city cannot read only as it stands there', async () => {
    const plain = await world();
    const file = join(city.folder, 'persons.jsonl');
    await plain.exchange.importCases([file]);
    const here = city;
    city = plain;
    const answers = [await ask('样㛃乙', ending, second), await ask('样\ue123乙', ending, second)];
    city = here;
    await plain.close();

    expect(answers.map(({ status }) => status)).toEqual([404, 201]);
  });
});

it('a city whose key to sign with is over answers whatever is asked with a bare 500', async () => {
  const over = await world({ signing: ", until: '2026-06-21T00:00:00Z'" });
  const body = asking();
  const post = (key: string) => over.send({ method: 'POST', path: '/v1/dossiers', body, headers: { 'idempotency-key': key } });
  const made = await post('made');
  over.clock.now = new Date('2026-06-22T00:00:00Z');
  const answers = [
    await post('made'),
    await post('other'),
    await over.send({ path: `/v1/dossiers/${made.json.id}` }),
    await over.send({ path: `/v1/dossiers/${made.json.id}/documents/none` }),
    await over.send({ path: '/v1/dossiers/none', signer: 'none' }),
    await over.send({ path: '/v1/health', signer: 'none' }),
  ];
  const kept = await over.exchange.dossiers();
  await over.close();

  expect(made.status).toBe(201);
  for (const { status, body: bytes, headers } of answers) {
    expect([status, bytes.length]).toEqual([500, 0]);
    expect([...headers.keys()].sort()).toEqual(['connection', 'content-length', 'date', 'keep-alive']);
  }
  expect(kept.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['made']);
});

it('a store that was opened anew refuses what was sent before, byte for byte, and notes it', async () => {
  const kept: { headers: Headers; body: Buffer }[] = [];
  const first = await city.send({
    method: 'POST',
    path: '/v1/dossiers',
    body: asking(),
    headers: { 'idempotency-key': 'replayed' },
    tamper: ({ headers, body }) => void kept.push({ headers: new Headers(headers), body }),
  });
  const [sent] = kept;
  const again = () =>
    city.send({
      method: 'POST',
      path: '/v1/dossiers',
      signer: 'none',
      tamper: (now) => Object.assign(now, sent),
    });
  const refused = await again();
  const { port } = new URL(city.origin);
  await city.exchange.close();
  city.exchange = await createExchange(city.config, { environment: {}, now: () => city.clock.now });
  await city.serve({}, Number(port));
  // The connections of before are gone, which who called learns by and by.
  await expect.poll(() => fetch(`${city.origin}/v1/health`).then(({ status }) => status, String)).toBe(200);
  const restarted = await again();
  const record = (await city.audit()).at(-1);

  expect(new URL(city.origin).port).toBe(port);
  expect([first.status, refused.status, restarted.status]).toEqual([201, 401, 401]);
  expect(restarted.body.equals(refused.body)).toBe(true);
  expect(record).toMatchObject({ result: 'refused', gate: 'nonce', fault: 'replayed' });
});
