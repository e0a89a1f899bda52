import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createExchange, type Exchange } from '../../src/exchange.js';
import { errorOf } from '../channels/support.js';

/** Whole nights over a drop folder of death certificates whose rows do not carry the number of whom they are about. */

const environment = { PERSON_KEY: 'a secret of the city, 32 bytes long' };
const wangs = '370799196001010018';
/** One digit of Wang's is another. */
const mistyped = '370799196001010028';
const lis = '370799196505050021';

let exchange: Exchange | undefined;
let day = 0;
const closing: Exchange[] = [];
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close();
  day = 0;
});

const subject = (number: string, name: string, birthDate: string, sex: 'male' | 'female') => ({
  idDocuments: [{ type: 'resident-id', number, validity: 'valid' }],
  name,
  sex,
  birthDate,
  domicile: { region: '370702' },
});

const openCase = (caseNo: string) => ({
  caseNo,
  kind: 'first',
  regime: 'order-55',
  state: 'accepted',
  items: [],
  receivedOn: '2026-02-10',
  documents: [],
  exams: [],
  conclusions: [],
  deliveries: [],
});

const wang = { subject: subject(wangs, '王测试', '1960-01-01', 'male'), cases: [openCase('C-W')], benefits: [], settlements: [] };
const li = { subject: subject(lis, '李样例', '1965-05-05', 'female'), cases: [openCase('C-L')], benefits: [], settlements: [] };

/** A city with Wang and Li on file, at the first of March 2026. */
async function city(...persons: object[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'yilian-linkage-'));
  mkdirSync(join(folder, 'drop'));
  writeFileSync(
    join(folder, 'yilian.config.yaml'),
    `city: { name: 演示市, region: '370700', organisation: 演示市劳动能力鉴定中心 }
personKey: \${PERSON_KEY}
operator: { name: 夜间核对, id: SYSTEM }
agencies:
  health:
    death-certificates: { channel: { folder: ./drop, marker: .ok, pattern: '*.csv' }, envelope: table-exchange, mapping: death-certificate-table, lag: 60d }
`,
  );
  exchange = await createExchange(join(folder, 'yilian.config.yaml'), { environment, now });
  closing.push(exchange);
  await put(folder, ...persons);
  return folder;
}

const now = (): Date => new Date(Date.parse('2026-03-01T02:00:00.000Z') + day * 86_400_000);
const city_ = (): Exchange => exchange as Exchange;

async function put(folder: string, ...persons: object[]): Promise<void> {
  const path = join(folder, `cases-${day}.jsonl`);
  writeFileSync(path, persons.map((person) => `${JSON.stringify(person)}\n`).join(''));
  await city_().importCases([path]);
}

interface Row {
  id: string;
  name?: string;
  number?: string;
  born?: string;
  died?: string;
  operation?: string;
}

/** Drops a file of rows and lets a night pass; gives what is open, as rule, case, severity and action. */
async function night(folder: string, ...rows: Row[]): Promise<string[]> {
  day += 1;
  const stamp = `2026-03-${String(day + 1).padStart(2, '0')}`;
  const batch = `${stamp.replaceAll('-', '')}0001`;
  const lines = rows.map(
    ({ id, name = '', number = '', born = '', died = '2026-02-20', operation = 'I' }, index) =>
      `${id},${name},${number},1,${born},${died},${batch},${operation},${stamp}T01:00:0${index}+0000`,
  );
  const header = 'UUID,SZXM,SZZJHM,XBDM,CSRQ,SWRQ,CD_BATCH,CD_OPERATION,CD_TIME';
  writeFileSync(join(folder, 'drop', `${stamp}.csv`), [header, ...lines, ''].join('\n'));
  writeFileSync(join(folder, 'drop', `${stamp}.csv.ok`), '');
  const { findings } = await city_().reconcile();
  return findings
    .filter(({ state, finding }) => state === 'open' && finding.subject.key !== 'system')
    .map(({ finding }) => `${finding.rule} ${finding.subject.caseNos.join()} ${finding.severity} ${finding.action}`)
    .sort();
}

async function items(): Promise<string[]> {
  return (await city_().reviews()).map(({ subject: { caseNos }, level, state, record }) =>
    [record.recordId, caseNos.join(), level, state].join(' '),
  );
}

async function answer(as: 'same' | 'not-same' | 'undecided', index = 0): Promise<string> {
  const item = (await city_().reviews())[index];
  if (item === undefined) throw new Error('no review item');
  const told = await city_().answerReview({ id: item.id, answer: as, by: '经办员甲', reason: '已电话核实' });
  return told.state;
}

const aboutWang: Row = { id: 'r1', name: '王测试', number: mistyped, born: '1960-01-01' };
const low = ['case-open-after-death C-W low ask-agency'];
const inFull = ['case-open-after-death C-W medium hold-step'];

describe('a death certificate with a mistyped number', () => {
  it('is evidence with a doubt: no finding above low, and an item for a person, with both sides and the reasons', async () => {
    const folder = await city(wang, li);

    expect(await night(folder, aboutWang)).toEqual(low);
    expect(await city_().reviews()).toMatchObject([
      {
        state: 'open',
        level: 'probable',
        reasons: ['number-one-digit', 'name-same', 'birth-date-same', 'sex-same'],
        subject: { caseNos: ['C-W'], name: '王测试', idNumber: wangs },
        record: { agency: 'health', feed: 'death-certificates', recordId: 'r1', days: { diedOn: '2026-02-20' } },
        records: 1,
        answers: [],
      },
    ]);
    const [record] = (await city_().findings({ rule: 'case-open-after-death' })).map(({ finding }) => finding.explanation.en);
    expect(record).toMatch(/not certainly about this person \(probable: the number differs in one digit, the same name/);
  });

  it('counts in full from the next night on, once a person has said that it is the same', async () => {
    const folder = await city(wang);
    await night(folder, aboutWang);

    expect(await answer('same')).toBe('same');
    expect(await night(folder)).toEqual(inFull);
    const [evidence] = (await city_().caseFile('C-W')).evidence;
    expect(evidence?.link).toMatchObject({ level: 'exact', reasons: expect.arrayContaining(['confirmed-by-person']) });
  });

  it('is raised again, though called false, once a person has said whose it is: that is a new fact; taken back it is silent again', async () => {
    const folder = await city(wang);
    await night(folder, aboutWang);
    const [finding] = await city_().findings({ caseNo: 'C-W' });
    await city_().decide({ id: finding?.finding.id ?? '', as: 'false-positive', by: '李科长', reason: '号码不符' });
    expect(await night(folder)).toEqual([]);

    await answer('same');
    expect(await night(folder)).toEqual(inFull);
    expect((await city_().findings({ caseNo: 'C-W' })).map(({ history }) => history.at(-1)?.reason)).toEqual(['facts-changed']);

    await answer('undecided');
    expect(await night(folder)).toEqual([]);
    expect((await city_().findings({ caseNo: 'C-W' })).map(({ state }) => state)).toEqual(['false-positive']);
  });

  it('is no evidence once a person has said that it is another: what rested on it is withdrawn, and no retraction is told', async () => {
    const folder = await city(wang);
    await night(folder, aboutWang);

    expect(await answer('not-same')).toBe('not-same');
    expect(await night(folder)).toEqual([]);
    expect((await city_().findings({ caseNo: 'C-W' })).map(({ finding, state }) => `${finding.rule} ${state}`)).toEqual([
      'case-open-after-death withdrawn',
    ]);
  });

  it('is not asked about again in another record of the same words, early or late, and it takes its answer', async () => {
    const folder = await city(wang);
    await night(folder, aboutWang);
    await answer('not-same');

    expect(await night(folder, { ...aboutWang, id: 'r2' }, aboutWang)).toEqual([]);
    expect(await items()).toEqual(['r1 C-W probable not-same']);

    const other = await city(wang);
    await night(other, aboutWang);
    await answer('same');
    expect(await night(other, { ...aboutWang, id: 'r2' })).toEqual(inFull);
    expect(await items()).toEqual(['r2 C-W probable same']);
  });

  it('is open again when the answer is taken back, and was what it was as of then', async () => {
    const folder = await city(wang);
    await night(folder, aboutWang);
    const before = now().toISOString();
    day += 1;
    await answer('same');
    await answer('undecided');

    expect(await items()).toEqual(['r1 C-W probable open']);
    expect(await night(folder)).toEqual(low);
    expect((await city_().check('C-W', { asOf: before })).findings.map(({ severity }) => severity)).toEqual(['low']);
    expect((await city_().reviews({ asOf: before })).map((item) => item.answers)).toEqual([[]]);
  });

  it('is void for Wang when a later version carries the right number, of Li or of nobody on file', async () => {
    const folder = await city(wang, li);
    await night(folder, aboutWang);

    expect(await night(folder, { id: 'r1', name: '李样例', number: lis, operation: 'U' })).toEqual([
      'case-open-after-death C-L medium hold-step',
      'death-retracted C-W low ask-agency',
    ]);
    expect(await items()).toEqual(['r1 C-W probable closed']);

    const other = await city(wang);
    await night(other, aboutWang);
    expect(await night(other, { id: 'r1', name: '陈虚构', number: '370799197102030127', operation: 'U' })).toEqual([
      'death-retracted C-W low ask-agency',
    ]);
    expect(await items()).toEqual(['r1 C-W probable closed']);
  });

  it('becomes certain when a later version carries Wang’s number, and then needs no answer', async () => {
    const folder = await city(wang);
    await night(folder, aboutWang);

    expect(await night(folder, { ...aboutWang, number: wangs, operation: 'U' })).toEqual(inFull);
    expect(await items()).toEqual(['r1 C-W probable closed']);
  });

  it('is taken back by a row that names the record and nobody', async () => {
    const folder = await city(wang);
    await night(folder, aboutWang);

    expect(await night(folder, { id: 'r1', name: '王测试', born: '1960-01-01', operation: 'D' })).toEqual([
      'death-retracted C-W low ask-agency',
    ]);
    expect(await items()).toEqual(['r1 C-W probable closed']);
  });

  it('of another tells nothing of Wang when its agency takes it back as well', async () => {
    const folder = await city(wang);
    await night(folder, aboutWang);
    await answer('not-same');
    await night(folder);

    expect(await night(folder, { id: 'r1', operation: 'D' })).toEqual([]);
    expect((await city_().caseFile('C-W')).evidence).toMatchObject([
      { status: 'void', link: { reasons: expect.arrayContaining(['not-same-by-person']) } },
    ]);
  });

  it('is found too by somebody put on file later', async () => {
    const folder = await city(li);
    expect(await night(folder, aboutWang)).toEqual([]);
    day += 1;
    await put(folder, wang);

    expect(await night(folder)).toEqual(low);
    expect(await items()).toEqual(['r1 C-W probable open']);
  });
});

describe('a death certificate without a number', () => {
  it('links by name and birth date, weakly', async () => {
    const folder = await city(wang, li);

    expect(await night(folder, { id: 'r1', name: '王测试', born: '1960-01-01' })).toEqual(low);
    expect(await items()).toEqual(['r1 C-W weak open']);
  });

  it('with a name alone, or of somebody whom nobody resembles, links nobody and is no item', async () => {
    const folder = await city(wang, li);
    const rows: Row[] = [
      { id: 'r1', name: '王测试' },
      { id: 'r2', name: '王测试', born: '1971-08-13' },
      { id: 'r3', name: '王测试', born: '1960-01-01', number: '370799196001010034' },
      { id: 'r4', name: '样例乙', born: '1960-01-01', number: mistyped },
    ];

    expect(await night(folder, ...rows)).toEqual([]);
    expect(await items()).toEqual([]);
    expect((await city_().caseFile('C-W')).evidence).toEqual([]);
    expect(await city_().store.feedCounts((await city_().store.runs(1))[0]?.id ?? '')).toMatchObject([{ rows: 4, sieved: 2 }]);
  });
});

describe('answers that do not go together', () => {
  const twin = {
    subject: subject('370799196001010034', '王测试', '1960-01-01', 'male'),
    cases: [openCase('C-T')],
    benefits: [],
    settlements: [],
  };

  it('one record of two namesakes on file: the one’s settles the other’s, and a second “same” is refused naming the first', async () => {
    const folder = await city(wang, twin);
    expect(await night(folder, { id: 'r1', name: '王测试', born: '1960-01-01' })).toEqual([
      'case-open-after-death C-T low ask-agency',
      'case-open-after-death C-W low ask-agency',
    ]);
    const all = await city_().reviews();
    const idOf = (caseNo: string) => all.find((item) => item.subject.caseNos.includes(caseNo))?.id ?? '';
    await city_().answerReview({ id: idOf('C-W').slice(0, 10), answer: 'same', by: '经办员甲', reason: '家属到场' });

    expect((await city_().reviews()).find(({ id }) => id === idOf('C-T'))).toMatchObject({
      state: 'not-same',
      follows: [idOf('C-W')],
    });
    const error = await errorOf(city_().answerReview({ id: idOf('C-T'), answer: 'same', by: '经办员乙', reason: '猜测' }));
    expect(error).toMatchObject({ code: 'ERR_INPUT' });
    expect(error.text.en).toContain(`${idOf('C-W').slice(0, 12)} same (经办员甲, 2026-03-02T02:00:00.000Z)`);
    expect(await night(folder)).toEqual(inFull);

    // What agrees with the others may be said, said twice it is one answer, and it may be taken back.
    const say = (as: 'not-same' | 'undecided') =>
      city_().answerReview({ id: idOf('C-T'), answer: as, by: '经办员乙', reason: '已问过' });
    await say('not-same');
    expect((await say('not-same')).answers.map(({ answer }) => answer)).toEqual(['not-same']);
    expect(await say('undecided')).toMatchObject({ state: 'not-same', follows: [idOf('C-W')] });
  });

  it('nobody’s, without a reason, and about nothing are refused', async () => {
    const folder = await city(wang);
    await night(folder, aboutWang);
    const [item] = await city_().reviews();
    const say = (more: object) =>
      errorOf(city_().answerReview({ id: item?.id ?? '', answer: 'same', by: '甲', reason: '乙', ...more }));

    expect(await Promise.all([say({ by: ' ' }), say({ reason: '' }), say({ id: 'zz' }), say({ id: '' })])).toMatchObject(
      Array.from({ length: 4 }, () => ({ code: 'ERR_INPUT' })),
    );
    expect(await items()).toEqual(['r1 C-W probable open']);
  });
});

describe('what is kept', () => {
  it('are keyed hashes where something must be found again, and no row of others', async () => {
    const folder = await city(wang);
    await night(folder, aboutWang, { id: 'x9', name: '陈虚构', number: '370799197102030127', born: '1971-02-03' });
    const [item] = await city_().reviews();

    expect(item?.id).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.stringify(await city_().caseFile('C-W'))).not.toMatch(/陈虚构|370799197102030127/);
    const [message] = (await city_().caseFile('C-W')).evidence.map(({ source }) => source.message.id);
    expect(await city_().store.messageBytes('health', 'death-certificates', message ?? '')).toBeUndefined();
  });
});
