import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection, LookupAnswer } from '../../src/adapters/adapter.js';
import publicSecurity from '../../src/adapters/public-security/index.js';
import { population } from '../../src/adapters/public-security/population.js';
import type { Json, Person } from '../../src/model/index.js';
import { type FaultServer, reply, startFaultServer } from '../fault-server.js';
import { feedContract } from './contract.js';
import { asked, caller, connectTo, other, person } from './harness.js';

interface Row {
  number: string;
  name: string;
  id?: string;
  nameDegree?: string;
  swbs?: string;
  code?: string;
}

/** An SFHC answer as the national platform sends it: a PACKAGE escaped inside SOAP. */
function sfhc(rows: readonly Row[], head: { code: string; text: string } = { code: '10', text: '接口调用成功' }): string {
  const records = rows.map(
    ({ number, name, id = '1', nameDegree = '1', swbs = '0', code = '' }, index) =>
      `<RECORD no="${index + 1}" code="${code}" msg=""><GMSFHM>${number}</GMSFHM><GMSFHM_PPDDM>${id}</GMSFHM_PPDDM><XM>${name}</XM><XM_PPDDM>${nameDegree}</XM_PPDDM><SWBS>${swbs}</SWBS></RECORD>`,
  );
  const inner = `<?xml version="1.0" encoding="UTF-8"?><PACKAGE><PACKAGEHEAD><FFQQBH>x</FFQQBH><FSSJ>20261123100000</FSSJ><FHDM>${head.code}</FHDM><FHMS>${head.text}</FHMS></PACKAGEHEAD><DATA>${records.join('')}</DATA></PACKAGE>`;
  const escaped = inner.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><ns1:GK_GXFW_SFHCResponse xmlns:ns1="http://webservice.com"><ns1:out>${escaped}</ns1:out></ns1:GK_GXFW_SFHCResponse></soap:Body></soap:Envelope>`;
}

const alive: Row = { number: '370799196001010018', name: '测试甲' };
const stranger: Row = { number: '370799195806150021', name: '样例乙', swbs: '1' };

const connectPopulation = (url: string, settings: Record<string, Json> = {}) =>
  connectTo(url, {
    agency: 'public-security',
    feed: 'population',
    envelope: 'sfhc-soap',
    mapping: 'population-sfhc',
    auth: { kind: 'user-password', settings: { user: 'demo', password: 'demo-password' } },
    settings,
  });

feedContract({
  agency: 'public-security',
  name: 'population',
  feed: population,
  contentType: 'text/xml;charset=UTF-8',
  connect: (url, options) =>
    connectTo(url, { agency: 'public-security', feed: 'population', envelope: 'sfhc-soap', mapping: 'population-sfhc' }, options),
  body(scenario) {
    switch (scenario) {
      case 'found':
        return sfhc([alive]);
      case 'empty':
        return sfhc([{ ...alive, id: '4', nameDegree: '4' }]);
      case 'other':
        return sfhc([stranger]);
      case 'found-and-other':
        return sfhc([stranger, alive]);
      case 'masked':
        return sfhc([{ ...alive, number: '370799********0018' }]);
      case 'error':
        return sfhc([], { code: '99', text: '系统异常' });
      case 'refused':
        return sfhc([], { code: '21', text: '签名错误' });
      case 'unusable':
        return sfhc([{ ...alive, code: 'E01' }]);
    }
  },
  found(evidence) {
    expect(evidence).toMatchObject([
      {
        kind: 'population',
        outcome: 'found',
        match: { id: 'exact', name: 'exact' },
        registration: 'active',
        deathFlag: false,
        nameDisclosed: false,
      },
    ]);
  },
});

describe('the population library', () => {
  let server: FaultServer;
  let connection: Connection | undefined;
  beforeAll(async () => {
    server = await startFaultServer();
  });
  afterAll(async () => {
    await connection?.close();
    await server.close();
  });

  async function ask(persons: readonly Person[], body: string, settings: Record<string, Json> = {}): Promise<LookupAnswer[]> {
    server.use(reply('200 OK', { 'Content-Type': 'text/xml' }, body));
    connection = connectPopulation(server.url, settings);
    return (await population.lookup?.({ persons }, connection, caller)) ?? [];
  }

  it('several persons go in one call, and are told apart by number, not by position', async () => {
    const before = server.requests.length;

    const answers = await ask([asked, other], sfhc([{ ...stranger, nameDegree: '1' }, alive]));

    expect(server.requests.length - before).toBe(1);
    expect(answers.map((answer) => [answer.outcome, answer.evidence.length, answer.rejected.length])).toEqual([
      ['found', 1, 0],
      ['found', 1, 0],
    ]);
    expect(answers[0]?.evidence[0]).toMatchObject({ deathFlag: false, person: { name: '测试甲' } });
    expect(answers[1]?.evidence[0]).toMatchObject({ deathFlag: true, registration: 'cancelled', person: { name: '样例乙' } });
  });

  it('is not asked about who has no citizen number: it would go out as one, and the answer would look like somebody else', async () => {
    const before = server.requests.length;
    const passport = { idDocuments: [{ type: 'passport' as const, number: 'E12345678', validity: 'not-checked' as const }] };

    const answers = await ask([{ ...asked, ...passport }, other], sfhc([{ ...stranger, nameDegree: '1' }]));

    expect(answers.map((answer) => [answer.outcome, answer.error?.code])).toEqual([
      ['unavailable', 'ERR_INPUT'],
      ['found', undefined],
    ]);
    expect(server.requests.slice(before).join()).not.toContain('E12345678');
  });

  it('no more persons go in one call than the setting says', async () => {
    const before = server.requests.length;

    await ask([asked, other, person('370799195509090034', '虚构丙')], sfhc([]), { batch: 2 });

    const sent = server.requests.slice(before).map((request) => request.match(/RECORD no=/g)?.length);
    expect(sent).toEqual([2, 1]);
    expect(population.batchSize?.({ batch: 7 })).toBe(7);
    expect(population.batchSize?.({})).toBe(20);
  });

  it('who is left out of the answer was not answered: unavailable, not absent', async () => {
    const answers = await ask([asked, other], sfhc([alive]));

    expect(answers[0]?.outcome).toBe('found');
    expect(answers[1]).toMatchObject({ outcome: 'unavailable', error: { code: 'ERR_INCOMPLETE', retryable: true } });
  });

  it('a number that is known under another name is a mismatch, tied weakly', async () => {
    const [answer] = await ask([asked], sfhc([{ ...alive, nameDegree: '4', swbs: '1' }]));

    expect(answer).toMatchObject({
      outcome: 'mismatch',
      evidence: [
        {
          outcome: 'name-differs',
          match: { id: 'exact', name: 'different' },
          deathFlag: true,
          link: { level: 'weak', reasons: ['number-equal', 'name-differs'] },
        },
      ],
    });
  });

  it('a number that is only similar is never merged by itself', async () => {
    const [answer] = await ask([asked], sfhc([{ ...alive, id: '3', swbs: '1' }]));

    expect(answer?.evidence).toMatchObject([
      { match: { id: 'similar' }, link: { level: 'weak', reasons: ['number-equal', 'number-similar'] } },
    ]);
  });

  it('a number the register does not have is absent, whatever the region, because the register is the whole country', async () => {
    const [answer] = await ask([asked], sfhc([{ ...alive, id: '4', nameDegree: '4' }]));

    expect(answer).toMatchObject({
      outcome: 'absent',
      evidence: [{ kind: 'population', outcome: 'absent', registration: 'unknown' }],
    });
    expect(answer?.evidence[0]).not.toHaveProperty('deathFlag');
  });

  it('the refusal of one record spares the others', async () => {
    const answers = await ask(
      [asked, other],
      sfhc([
        { ...alive, code: 'E02' },
        { ...stranger, nameDegree: '1' },
      ]),
    );

    expect(answers[0]).toMatchObject({
      outcome: 'unavailable',
      error: { code: 'ERR_AGENCY' },
      rejected: [{ reason: 'agency-refused-record' }],
    });
    expect(answers[1]).toMatchObject({ outcome: 'found', rejected: [] });
  });

  it('the person at the desk and the purpose are told to the police', async () => {
    await ask([asked], sfhc([alive]));

    const request = Buffer.from(server.requests.at(-1) ?? '', 'latin1').toString('utf8');
    expect(request).toContain('<QQRGMSFHM>370799197208080122</QQRGMSFHM>');
    expect(request).toContain('<QQRXM>经办员丁</QQRXM>');
    expect(request).toContain('工伤劳动能力鉴定核验');
    expect(request).toContain('GK_GXFW_SFHC');
    expect(request).toContain('<GMSFHM>370799196001010018</GMSFHM><XM>测试甲</XM>');
  });

  it('the other operation is a setting', async () => {
    await ask([asked], sfhc([alive]), { operation: 'GK_JZCX_RKJCXXCX' });

    expect(server.requests.at(-1)).toContain('GK_JZCX_RKJCXXCX');
  });

  it('is the only feed of its agency so far', () => {
    expect(publicSecurity).toMatchObject({ agency: 'public-security' });
    expect(Object.keys(publicSecurity.feeds)).toEqual(['population']);
  });
});
