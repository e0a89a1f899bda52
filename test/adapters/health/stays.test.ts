import { describe, expect, it } from 'vitest';
import type { CallContext, LookupAnswer } from '../../../src/adapters/adapter.js';
import health from '../../../src/adapters/health/index.js';
import { YilianError } from '../../../src/errors.js';
import type { Json, StayEvidence } from '../../../src/model/index.js';
import { feedContract } from '../contract.js';
import { asked, type ConnectionShape, caller, connectTo, other } from '../harness.js';
import { scripted } from '../scripted.js';
import {
  acknowledgement,
  actionOf,
  attributeIn,
  clinicalDocument,
  coded,
  documents,
  type Encounter,
  encounters,
  type ListedDocument,
  moment,
} from './messages.js';

const feed = health.feeds.stays;
if (feed?.lookup === undefined) throw new Error('health/stays can be asked');
const { lookup } = feed;
const shape = (settings: Record<string, Json> = {}): ConnectionShape => ({
  agency: 'health',
  feed: 'stays',
  envelope: 'hip-message-server',
  mapping: 'stay-hip',
  settings,
});
const xml = 'application/soap+xml;charset=UTF-8';
const me = { number: '370799196001010018', name: '测试甲' };
const stranger = { number: '370799195806150021', name: '样例乙' };
const masked = { number: '******', name: '********' };

feedContract({
  agency: 'health',
  name: 'stays',
  feed,
  contentType: xml,
  connect: (url, options) => connectTo(url, shape(), options),
  window: { from: '2026-01-01', until: '2026-11-23' },
  body(scenario, request) {
    const action = actionOf(request);
    if (scenario === 'error') return acknowledgement('平台内部异常.');
    if (scenario === 'refused') return acknowledgement('令牌已过期');
    if (scenario === 'empty') return action.startsWith('Document') ? documents([]) : encounters([]);
    if (action.startsWith('Document')) return documents([]);
    const admitted = action === 'InPatientInfoQuery';
    const of = (who: typeof me): Encounter => ({
      who,
      recordNo: `ZY-${who.number.slice(-4)}`,
      ...(admitted ? { admitted: '20260210083000' } : { discharged: '20260224101500' }),
    });
    switch (scenario) {
      case 'found':
        return encounters([of(me)]);
      case 'other':
        return encounters([of(stranger)]);
      case 'found-and-other':
        return encounters([of(stranger), of(me)]);
      case 'masked':
        return encounters([of(masked)]);
      case 'unusable':
        return admitted ? encounters([{ who: me, recordNo: 'ZY1', admitted: '20260230' }]) : encounters([]);
    }
  },
  found(evidence) {
    expect(evidence).toMatchObject([
      {
        kind: 'stay',
        source: { recordId: 'H37079900001/ZY-0018/1' },
        recordNo: 'ZY-0018',
        admittedOn: '2026-02-10T08:30:00+08:00',
        dischargedOn: '2026-02-24T10:15:00+08:00',
      },
    ]);
  },
});

interface World {
  admissions?: readonly Encounter[];
  discharges?: readonly Encounter[];
  documents?: readonly ListedDocument[];
  /** Instead of an answer. */
  instead?: (action: string, request: string) => string | undefined;
}

/** A platform that filters by time as the real ones do, upper day as midnight, and by nothing else. */
function platform(world: World): (request: string) => string {
  const inTime = (time: string | undefined, request: string): boolean => {
    const low = attributeIn(request, 'low', 'value') ?? '';
    const high = attributeIn(request, 'high', 'value') ?? '';
    return time !== undefined && time.slice(0, 8) >= low && `${time}000000`.slice(0, 14) <= `${high}000000`;
  };
  return (request) => {
    const action = actionOf(request);
    const instead = world.instead?.(action, request);
    if (instead !== undefined) return instead;
    if (action === 'InPatientInfoQuery')
      return encounters((world.admissions ?? []).filter((item) => inTime(item.admitted, request)));
    if (action === 'DischargeInfoQuery')
      return encounters((world.discharges ?? []).filter((item) => inTime(item.discharged, request)));
    if (action === 'DocumentRetrieve') {
      const code = attributeIn(request, 'clinicalDocument.code><value', 'code');
      return documents((world.documents ?? []).filter((item) => item.code === code));
    }
    const id = attributeIn(request, 'clinicalDocument.id><value', 'extension');
    const found = (world.documents ?? []).filter((item) => item.id === id && item.content !== undefined);
    return found.length === 0 ? acknowledgement('调阅文档不存在') : documents(found, true);
  };
}

async function ask(
  world: World,
  options: { settings?: Record<string, Json>; from?: string; context?: CallContext } = {},
): Promise<{ answer: LookupAnswer; stays: StayEvidence[]; actions: string[]; requests: string[] }> {
  const { connection, requests } = scripted(shape(options.settings), platform(world), xml);
  const from = options.from ?? '2026-01-01';
  const answers = await lookup(
    { persons: [asked], window: { from, until: '2026-11-23' } },
    connection,
    options.context ?? caller,
  );
  const answer = answers[0] as LookupAnswer;
  return { answer, stays: answer.evidence as StayEvidence[], actions: requests.map(actionOf), requests };
}

const admission: Encounter = { who: me, recordNo: 'ZY1', admitted: '20260210083000', diagnosis: ['S82.201', '胫骨骨折'] };
const discharge: Encounter = { who: me, recordNo: 'ZY1', discharged: '20260224101500', diagnosis: ['S82.200', '胫骨干骨折'] };

describe('admissions and discharges are joined', () => {
  it('a stay is the admission of one answer and the discharge of the other, each value with the message it came from', async () => {
    const { answer, stays } = await ask({ admissions: [admission], discharges: [discharge] });

    expect(answer.outcome).toBe('found');
    expect(answer.rejected).toEqual([]);
    expect(stays).toHaveLength(1);
    expect(stays[0]).toMatchObject({
      source: { recordId: 'H37079900001/ZY1/1' },
      admittedOn: '2026-02-10T08:30:00+08:00',
      dischargedOn: '2026-02-24T10:15:00+08:00',
      diagnoses: [{ icd10: 'S82.200', text: '胫骨干骨折' }],
    });
    const [first, second] = answer.messages;
    expect(stays[0]?.source.message.id).toBe(first?.id);
    expect(stays[0]?.source.pointers?.admittedOn).toBe('/controlActProcess/subject/encounterEvent/effectiveTime/low/@value');
    expect(stays[0]?.source.pointers?.dischargedOn).toBe(
      `${second?.id}#/controlActProcess/subject/encounterEvent/effectiveTime/high/@value`,
    );
  });

  it('an admission without a discharge is an open stay', async () => {
    const { stays } = await ask({ admissions: [admission] });

    expect(stays).toHaveLength(1);
    expect(stays[0]?.dischargedOn).toBeUndefined();
    expect(stays[0]?.outcome).toBeUndefined();
  });

  it('a discharge without its admission is refused by name and its bytes are kept', async () => {
    const { answer } = await ask({ discharges: [discharge] });

    expect(answer.outcome).toBe('unavailable');
    expect(answer.evidence).toEqual([]);
    expect(answer.rejected.map((item) => item.reason)).toEqual(['admission-not-found']);
    const message = answer.messages.find((item) => item.id === answer.rejected[0]?.message);
    expect(message?.bytes?.length).toBeGreaterThan(0);
  });

  it.each([
    ['another 住院号', { recordNo: 'ZY2' }],
    ['another visit', { visitNo: '2' }],
    ['another hospital', { hospital: 'H37079900002' }],
  ])('a discharge of %s does not end the stay', async (_, differs) => {
    const { answer, stays } = await ask({ admissions: [admission], discharges: [{ ...discharge, ...differs }] });

    expect(stays).toHaveLength(1);
    expect(stays[0]?.dischargedOn).toBeUndefined();
    expect(answer.rejected.map((item) => item.reason)).toEqual(['admission-not-found']);
  });

  it('where visits have no number, a discharge ends the last admission before it', async () => {
    const { stays } = await ask({
      admissions: [
        { ...admission, visitNo: '', admitted: '20260110' },
        { ...admission, visitNo: '', admitted: '20260210' },
      ],
      discharges: [
        { ...discharge, visitNo: '', discharged: '20260115' },
        { ...discharge, visitNo: '', discharged: '20260224' },
      ],
    });

    expect(stays.map(({ admittedOn, dischargedOn }) => [admittedOn, dischargedOn])).toEqual([
      ['2026-01-10', '2026-01-15'],
      ['2026-02-10', '2026-02-24'],
    ]);
  });

  it('a discharge in the morning is not that of who was admitted at noon, and two stays of one 住院号 are two records', async () => {
    const { answer, stays } = await ask({
      admissions: [
        { ...admission, visitNo: '', admitted: '20260301080000' },
        { ...admission, visitNo: '', admitted: '20260305120000' },
      ],
      discharges: [
        { ...discharge, visitNo: '', discharged: '20260305093000' },
        { ...discharge, visitNo: '', discharged: '20260309080000' },
      ],
    });

    expect(answer.rejected).toEqual([]);
    expect(stays.map(({ admittedOn, dischargedOn }) => [admittedOn, dischargedOn])).toEqual([
      ['2026-03-01T08:00:00+08:00', '2026-03-05T09:30:00+08:00'],
      ['2026-03-05T12:00:00+08:00', '2026-03-09T08:00:00+08:00'],
    ]);
    expect(new Set(stays.map((stay) => stay.source.recordId)).size).toBe(2);
  });

  it('where there is no 住院号, the serial of the visit joins', async () => {
    const { stays } = await ask({
      admissions: [
        { ...admission, recordNo: '', visitSerial: 'PV1' },
        { ...admission, recordNo: '', visitSerial: 'PV2', admitted: '20260401080000' },
      ],
      discharges: [{ ...discharge, recordNo: '', visitSerial: 'PV1' }],
    });

    expect(stays.map(({ source, dischargedOn }) => [source.recordId, dischargedOn])).toEqual([
      ['H37079900001/PV1/1', '2026-02-24T10:15:00+08:00'],
      ['H37079900001/PV2/1', undefined],
    ]);
  });

  it('a discharge ends one admission only', async () => {
    const { stays } = await ask({
      admissions: [
        { ...admission, visitNo: '', admitted: '20260110' },
        { ...admission, visitNo: '', admitted: '20260210' },
      ],
      discharges: [{ ...discharge, visitNo: '', discharged: '20260224' }],
    });

    expect(stays.map(({ admittedOn, dischargedOn }) => [admittedOn, dischargedOn])).toEqual([
      ['2026-01-10', undefined],
      ['2026-02-10', '2026-02-24'],
    ]);
  });

  it('a discharge sent twice is told once', async () => {
    const { answer, stays } = await ask({ admissions: [admission], discharges: [discharge, discharge] });

    expect(stays).toHaveLength(1);
    expect(answer.rejected).toEqual([]);
  });

  it('a stay discharged before it was admitted is refused', async () => {
    const { answer } = await ask({ admissions: [admission], discharges: [{ ...discharge, discharged: '20260201' }] });

    expect(answer.evidence).toEqual([]);
    expect(answer.rejected.map((item) => item.reason)).toEqual(['discharged-before-admitted']);
  });

  it('rows about others are never joined with the person’s own', async () => {
    const { answer, stays } = await ask({
      admissions: [admission],
      discharges: [{ ...discharge, who: stranger }],
    });

    expect(stays[0]?.dischargedOn).toBeUndefined();
    expect(answer.rejected.map((item) => item.reason)).toEqual(['about-another-person']);
  });
});

describe('the windows asked for', () => {
  it('discharges from the first day of interest, admissions 400 days earlier, both one day beyond today', async () => {
    const { requests } = await ask({});

    const days = requests
      .slice(0, 2)
      .map((request) => [actionOf(request), attributeIn(request, 'low', 'value'), attributeIn(request, 'high', 'value')]);
    expect(days).toEqual([
      ['InPatientInfoQuery', '20241127', '20261124'],
      ['DischargeInfoQuery', '20260101', '20261124'],
    ]);
  });

  it('a setting moves the admission window, and an earlier configured day wins over the question’s', async () => {
    const { requests } = await ask({}, { settings: { admissionDays: 30, since: '2025-06-15' } });

    expect(requests.slice(0, 2).map((request) => attributeIn(request, 'low', 'value'))).toEqual(['20250516', '20250615']);
  });

  it('an admission before the days of interest is not called open before earlier discharges were asked for', async () => {
    const { stays, actions, requests } = await ask({
      admissions: [{ ...admission, admitted: '20251120' }],
      discharges: [{ ...discharge, discharged: '20251201' }],
    });

    expect(actions.slice(0, 3)).toEqual(['InPatientInfoQuery', 'DischargeInfoQuery', 'DischargeInfoQuery']);
    expect(attributeIn(requests[2] ?? '', 'low', 'value')).toBe('20251120');
    expect(stays).toMatchObject([{ admittedOn: '2025-11-20', dischargedOn: '2025-12-01' }]);
  });

  it('an admission before the days of interest that nobody ended is open', async () => {
    const { stays } = await ask({ admissions: [{ ...admission, admitted: '20251120' }] });

    expect(stays).toMatchObject([{ admittedOn: '2025-11-20' }]);
    expect(stays[0]?.dischargedOn).toBeUndefined();
  });

  it('a discharge before the days of interest without an admission on hand is nobody’s concern', async () => {
    const { answer } = await ask({
      admissions: [{ ...admission, admitted: '20251120' }],
      discharges: [{ ...discharge, recordNo: 'ZY9', discharged: '20251201' }],
    });

    expect(answer.outcome).toBe('found');
    expect(answer.rejected).toEqual([]);
  });
});

describe('documents say how a stay ended', () => {
  const homePage: ListedDocument = {
    who: me,
    id: 'DOC1',
    code: 'C0032',
    recordNo: 'ZY1',
    admitted: '20260210',
    content: clinicalDocument({
      code: 'C0032',
      recordNo: 'ZY1',
      who: me,
      admitted: '20260210083000',
      discharged: '20260224101500',
      observations: [
        coded('DE05.01.024.00', '出院诊断-主要诊断疾病编码', 'S82.201', '胫骨骨折'),
        coded('DE06.00.223.00', '离院方式', '2', '医嘱转院'),
        '<observation><code code="DE08.10.013.00" displayName="拟接受医疗机构名称"/><value xsi:type="ST">演示市第二样例医院</value></observation>',
      ],
    }),
  };
  const deathRecord: ListedDocument = {
    who: me,
    id: 'DOC2',
    code: 'C0050',
    recordNo: 'ZY1',
    admitted: '20260210',
    content: clinicalDocument({
      code: 'C0050',
      recordNo: 'ZY1',
      observations: [moment('DE02.01.036.00', '死亡日期时间', '20260224031500')],
    }),
  };

  it('lists each configured kind and reads the person’s own documents', async () => {
    const { actions, requests } = await ask({ admissions: [admission], discharges: [discharge], documents: [homePage] });

    expect(actions).toEqual([
      'InPatientInfoQuery',
      'DischargeInfoQuery',
      'DocumentRetrieve',
      'DocumentRetrieve',
      'DocumentRetrieve',
      'DocumentAccess',
    ]);
    const codes = requests.slice(2, 5).map((request) => attributeIn(request, 'clinicalDocument.code><value', 'code'));
    expect(codes).toEqual(['C0032', 'C0050', 'C0036']);
  });

  it('the home page gives discharge mode, the other hospital and the diagnoses', async () => {
    const { stays } = await ask({ admissions: [admission], discharges: [discharge], documents: [homePage] });

    expect(stays).toHaveLength(1);
    expect(stays[0]).toMatchObject({
      source: { recordId: 'H37079900001/ZY1/1' },
      outcome: { code: 'transfer', known: true, raw: '2' },
      transferTo: '演示市第二样例医院',
      diagnoses: [{ icd10: 'S82.201', text: '胫骨骨折' }],
    });
    expect(stays[0]?.source.pointers?.outcome).toMatch(/#\/controlActProcess\/.*\/originalText\/@value\/component\//);
  });

  it('a death record without a number speaks for the person whose message brought it, and the death time ends an open stay', async () => {
    const { answer, stays } = await ask({ admissions: [admission], documents: [deathRecord] });

    expect(answer.rejected).toEqual([]);
    expect(stays).toHaveLength(1);
    expect(stays[0]).toMatchObject({
      dischargedOn: '2026-02-24T03:15:00+08:00',
      diedOn: '2026-02-24T03:15:00+08:00',
      outcome: { code: 'died', known: true, raw: 'C0050' },
    });
  });

  it('a discharge message stands against the death time of a document', async () => {
    const { stays } = await ask({ admissions: [admission], discharges: [discharge], documents: [deathRecord] });

    expect(stays[0]).toMatchObject({ dischargedOn: '2026-02-24T10:15:00+08:00', diedOn: '2026-02-24T03:15:00+08:00' });
  });

  it.each([
    ['20260224120000', '20260320090000'],
    ['20260320090000', '20260224120000'],
  ])('a death is not unsaid by a home page, written earlier or later (%s, %s)', async (death, home) => {
    const list = [
      { ...homePage, time: home },
      { ...deathRecord, time: death },
    ];
    const { stays } = await ask({ admissions: [admission], discharges: [discharge], documents: list });

    expect(stays[0]).toMatchObject({
      outcome: { code: 'died' },
      transferTo: '演示市第二样例医院',
      diedOn: '2026-02-24T03:15:00+08:00',
    });
  });

  it('a document that is listed and not there leaves the outcome unset, and that is told', async () => {
    const { content: _, ...listed } = homePage;
    const { answer, stays } = await ask({ admissions: [admission], discharges: [discharge], documents: [listed] });

    expect(answer.outcome).toBe('found');
    expect(stays[0]?.outcome).toBeUndefined();
    expect(answer.rejected.map((item) => item.reason)).toEqual(['document-list-only']);
  });

  it('a listed document of somebody else is never read', async () => {
    const { answer, stays, actions } = await ask({
      admissions: [admission],
      documents: [{ ...homePage, who: stranger }],
    });

    expect(actions).not.toContain('DocumentAccess');
    expect(stays[0]?.outcome).toBeUndefined();
    expect(answer.rejected.map((item) => item.reason)).toEqual(['about-another-person']);
    const message = answer.messages.find((item) => item.id === answer.rejected[0]?.message);
    expect(message?.bytes).toBeUndefined();
  });

  it('a document about somebody else in the person’s message is refused and its bytes not kept', async () => {
    const content = clinicalDocument({
      code: 'C0050',
      recordNo: 'ZY1',
      who: stranger,
      observations: [moment('DE02.01.036.00', '死亡日期时间', '20260224031500')],
    });
    const { answer, stays } = await ask({ admissions: [admission], documents: [{ ...deathRecord, content }] });

    expect(stays[0]?.diedOn).toBeUndefined();
    expect(answer.rejected.map((item) => item.reason)).toEqual(['about-another-person']);
    expect(JSON.stringify(answer.evidence)).not.toContain(stranger.number);
  });

  it('the person’s document in somebody else’s message is refused: two numbers contradict each other', async () => {
    const { stays, answer } = await ask({
      admissions: [admission],
      documents: [homePage],
      instead: (action) => (action === 'DocumentAccess' ? documents([{ ...homePage, who: stranger }], true) : undefined),
    });

    expect(stays[0]?.outcome).toBeUndefined();
    expect(answer.rejected.map((item) => item.reason)).toEqual(['about-another-person']);
  });

  it('a deleted document is not read', async () => {
    const { actions } = await ask({ admissions: [admission], documents: [{ ...homePage, version: '-1' }] });

    expect(actions).not.toContain('DocumentAccess');
  });

  it('of several versions in the list the newest counts: after a deletion nothing is read', async () => {
    const written = { ...deathRecord, version: '0', time: '20260225090000' };
    const deleted = { ...deathRecord, version: '-1', time: '20260226090000' };
    const { stays, actions } = await ask({ admissions: [admission], documents: [deleted, written] });

    expect(actions).not.toContain('DocumentAccess');
    expect(stays[0]?.diedOn).toBeUndefined();
  });

  it('a document of another stay stands by itself', async () => {
    const content = clinicalDocument({ code: 'C0032', recordNo: 'ZY7', who: me, admitted: '20260301', discharged: '20260305' });
    const { stays } = await ask({ admissions: [admission], documents: [{ ...homePage, recordNo: 'ZY7', content }] });

    expect(stays.map((stay) => stay.recordNo).sort()).toEqual(['ZY1', 'ZY7']);
  });

  it('a list that fails makes the answer incomplete, and the stays are kept', async () => {
    const { answer, stays } = await ask({
      admissions: [admission],
      instead: (action) => (action === 'DocumentRetrieve' ? acknowledgement('平台内部异常.') : undefined),
    });

    expect(answer.outcome).toBe('unavailable');
    expect(answer.error?.code).toBe('ERR_AGENCY');
    expect(stays).toHaveLength(1);
  });

  it('no documents are asked for where none are configured, nor for a person without any stay', async () => {
    const none = await ask({ admissions: [admission], documents: [homePage] }, { settings: { documents: [] } });
    const absent = await ask({});

    expect(none.actions).toEqual(['InPatientInfoQuery', 'DischargeInfoQuery']);
    expect(absent.answer.outcome).toBe('absent');
    expect(absent.actions).toEqual(['InPatientInfoQuery', 'DischargeInfoQuery']);
  });

  it('an unknown discharge mode is kept raw and reported', async () => {
    const content = clinicalDocument({
      code: 'C0032',
      recordNo: 'ZY1',
      who: me,
      admitted: '20260210083000',
      observations: [coded('DE06.00.223.00', '离院方式', '7', '其他离院')],
    });
    const { answer, stays } = await ask({ admissions: [admission], documents: [{ ...homePage, content }] });

    expect(stays[0]?.outcome).toMatchObject({ code: '7', known: false });
    expect(answer.unknownCodes).toMatchObject([
      { table: 'health-discharge-mode', code: '7', count: 1, firstRecord: 'health/stays/H37079900001/ZY1/1' },
    ]);
  });
});

describe('a platform that does not know the person answers about everybody', () => {
  const world: World = {
    admissions: [{ ...admission, who: stranger }],
    instead: (action) => (action === 'PatientInfoQuery' ? acknowledgement('未找到患者主索引') : undefined),
  };

  it('that is unavailable, not absent', async () => {
    const { answer, actions } = await ask(world);

    expect(answer.outcome).toBe('unavailable');
    expect(answer.error?.code).toBe('ERR_ANSWERED_ABOUT_OTHERS');
    expect(actions).not.toContain('PatientInfoQuery');
  });

  it('unless its index is asked and says that it has nobody of this number', async () => {
    const known = {
      ...shape({ patientIndex: true }),
      envelope: { id: 'hip-message-server', settings: { nothingFound: ['未找到患者主索引'] } },
    };
    const { connection } = scripted(known, platform(world), xml);

    const [answer] = await lookup({ persons: [asked] }, connection, caller);

    expect(answer?.outcome).toBe('absent');
    expect(answer?.rejected.map((item) => item.reason)).toEqual(['about-another-person']);
    expect(answer?.messages.filter((message) => message.bytes !== undefined)).toHaveLength(1);
  });

  it('an index that only fails proves nothing', async () => {
    const { answer } = await ask(world, { settings: { patientIndex: true } });

    expect(answer.outcome).toBe('unavailable');
    expect(answer.error?.code).toBe('ERR_ANSWERED_ABOUT_OTHERS');
  });
});

it('discharges that cannot be had leave no stay called open', async () => {
  const { answer } = await ask({
    admissions: [admission],
    instead: (action) => {
      if (action !== 'DischargeInfoQuery') return undefined;
      throw new YilianError('ERR_TIMEOUT', { zh: '超时', en: 'timed out' });
    },
  });

  expect(answer.outcome).toBe('unavailable');
  expect(answer.error?.code).toBe('ERR_TIMEOUT');
  expect(answer.evidence).toEqual([]);
});

it('nothing of a question about somebody else is left in the answer', async () => {
  const { connection } = scripted(shape(), platform({ admissions: [admission], discharges: [discharge] }), xml);

  const [answer] = await lookup({ persons: [other] }, connection, caller);

  expect(answer?.outcome).toBe('unavailable');
  expect(JSON.stringify([answer?.evidence, answer?.rejected])).not.toContain(me.number);
});
