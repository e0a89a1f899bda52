import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/envelopes/envelope.js';
import family from '../../src/envelopes/hip-message-server.js';
import { childOf, readXml, type XmlElement, xmlTree } from '../../src/envelopes/xml.js';
import { deathRecord, twentyFourHours } from './documents.js';
import {
  base64,
  escaped,
  expectOriginsToCover,
  expectPointersToHold,
  gb,
  opened,
  question,
  requested,
  resolve,
  soap11,
  soap12,
  text,
  utf8,
} from './support.js';

const oid = '2.16.156.10011';
const acknowledged = (typeCode: string, words: string) =>
  `<acceptAckCode code="AL"/><acknowledgement typeCode="${typeCode}"><targetMessage><id root="${oid}.2.5.1.1" extension="q1"/></targetMessage><acknowledgementDetail><text value="${words}"/></acknowledgementDetail></acknowledgement>`;
const queryAck = (total: number | string, code = 'OK') =>
  `<queryAck><queryId extension="q1"/><queryResponseCode code="${code}"/><resultTotalQuantity value="${total}"/></queryAck>`;
const message = (type: string, inside: string, ack = acknowledged('AA', '处理成功')) =>
  `<${type} ITSVersion="XML_1.0" xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><id root="${oid}.2.5.1.1" extension="1234-3124-43-1234"/><creationTime value="20170106151903"/>${ack}${inside}</${type}>`;
const control = (...inside: string[]) =>
  `<controlActProcess classCode="ACTN" moodCode="PRMS">${inside.join('')}</controlActProcess>`;
const wrapped = (inside: string) =>
  soap12(
    `<HIPMessageServerResponse xmlns="urn:hl7-org:v3"><HIPMessageServerResult>${escaped(inside)}</HIPMessageServerResult></HIPMessageServerResponse>`,
  );
const item = (root: string, extension: string) => `<item root="${oid}.${root}" extension="${extension}"/>`;
const named = (name: string) => `<name xsi:type="DSET_EN"><item><part value="${name}"/></item></name>`;

const encounter = (time: string, idNumber = '370799196001010018', name = '测试甲', recordNo = 'ZY0088001') => `
  <subject typeCode="SUBJ"><encounterEvent classCode="ENC" moodCode="EVN">
    <id>${item('1.12', recordNo)}${item('2.5.1.8', '2')}${item('2.5.1.9', 'PV0088001')}</id>
    <code code="3" codeSystem="${oid}.2.3.1.271"><displayName value="住院"/></code><statusCode/><effectiveTime>${time}</effectiveTime>
    <subject typeCode="SBJ"><patient classCode="PAT"><id>${item('2.5.1.4', 'PAT0088001')}</id><patientPerson><id>${item('1.3', idNumber)}</id>${named(name)}</patientPerson></patient></subject>
    <responsibleParty><time/><assignedOrganization classCode="ASSIGNED"><id>${item('1.5', 'H37079900001')}</id></assignedOrganization></responsibleParty>
    <reason typeCode="RSON"><observationDx><code/><value code="S82.201" codeSystem="${oid}.2.3.3.11" codeSystemName="ICD-10"><displayName value="胫骨骨折"/></value></observationDx></reason>
    <reason typeCode="RSON"><observationDx><code/><value code="BGS" codeSystem="${oid}.2.3.3.14"><displayName value="骨折病"/></value></observationDx></reason>
    <reason typeCode="RSON"><observationDx><code/><value code="" codeSystem=""><displayName value=""/></value></observationDx></reason>
  </encounterEvent></subject>`;
const admission = '<low value="20250312143000"/>';
const discharge = '<high value="20250328101500"/>';
const stays = (...events: string[]) => message('PRPA_IN900350UV', control(...events, queryAck(events.length)));

const documentEvent = (more = '', code = 'C0050', version = '1') => `
  <subject typeCode="SUBJ"><clinicalDocument classCode="DOCCLIN" moodCode="EVN"><id>${item('2.5.1.24', 'DOC0088003')}</id>
    <code code="${code}" codeSystem="${oid}.2.5.1.23"><displayName value="死亡记录"/></code><statusCode/><effectiveTime value="20250310090000"/>
    <confidentialityCode code="N"/><versionNumber value="${version}"/>${more}
    <recordTarget typeCode="RCT"><patient classCode="PAT"><id>${item('2.5.1.4', 'PAT0088003')}${item('1.12', 'ZY0088003')}${item('1.11', '')}</id>
      <statusCode/><effectiveTime><low value="20250308213000"/><high/></effectiveTime>
      <patientPerson><id>${item('1.3', '370799195509090034')}</id>${named('虚构丙')}</patientPerson>
      <providerOrganization><id>${item('1.5', 'H37079900001')}</id>${named('虚构市示例医院')}</providerOrganization></patient></recordTarget>
    <custodian><assignedCustodian><representedOrganization><id>${item('1.5', 'H37079900009')}</id>${named('别家医院')}</representedOrganization></assignedCustodian></custodian>
  </clinicalDocument></subject>`;
const content = (bytes: string | Uint8Array) =>
  `<storageCode><originalText value="${base64(bytes)}"/><translation/></storageCode>`;
const documentList = (...events: string[]) => message('RCMR_IN000030UV01', control(...events, queryAck(events.length)));
const documentContent = (...events: string[]) => message('RCMR_IN000032UV01', control(...events, queryAck(events.length)));

describe('the request', () => {
  const about: Question['parameters'] = {
    idNumber: '370799196001010018',
    name: '测试甲',
    from: '2025-01-01',
    until: '2025-03-12',
  };

  function sent(operation: string, parameters: Question['parameters'], settings = {}) {
    const request = requested(family, question(operation, parameters), {}, settings);
    const outer = readXml(text(request.body));
    if (!outer.ok) throw new Error(outer.fault.reason);
    const call = childOf(outer.root, 'Body', 'HIPMessageServer') as XmlElement;
    const inner = readXml(childOf(call, 'message')?.content.join('') ?? '');
    if (!inner.ok) throw new Error(inner.fault.reason);
    return {
      request,
      outer: outer.root,
      call,
      inner: inner.root,
      query: xmlTree(childOf(inner.root, 'controlActProcess', 'queryByParameter') ?? call),
    };
  }

  it('is SOAP 1.2 with qualified parameters by default', () => {
    const { request, outer, call } = sent('InPatientInfoQuery', about);

    expect(request).toMatchObject({ method: 'POST', headers: { 'Content-Type': 'application/soap+xml;charset=UTF-8' } });
    expect(outer.namespace).toBe('http://www.w3.org/2003/05/soap-envelope');
    expect(childOf(call, 'action')).toMatchObject({ namespace: 'urn:hl7-org:v3', content: ['InPatientInfoQuery'] });
  });

  it('is SOAP 1.1 with bare parameters where configured, and carries auth fields as headers', () => {
    const settings = { soap: '1.1', qualified: false, actions: { InPatientInfoQuery: 'S0026' }, path: '/hip' };
    const { outer, call } = sent('InPatientInfoQuery', about, settings);
    const request = requested(family, question('InPatientInfoQuery', about), { token: 't' }, settings);

    expect(outer.namespace).toBe('http://schemas.xmlsoap.org/soap/envelope/');
    expect(childOf(call, 'action')).toMatchObject({ namespace: '', content: ['S0026'] });
    expect(request).toMatchObject({
      path: '/hip',
      headers: {
        'Content-Type': 'text/xml;charset=UTF-8',
        SOAPAction: '"urn:hl7-org:v3/HCC.SVR.Prod.BS.HIPMessageServer.HIPMessageServer"',
        token: 't',
      },
    });
  });

  it('has the frame that all messages have', () => {
    const { inner } = sent('DischargeInfoQuery', about, { sender: 'LDNL', receiver: 'HIP', processingCode: 'T' });
    const { controlActProcess: _query, ...frame } = xmlTree(inner) as Record<string, unknown>;

    expect(inner).toMatchObject({ local: 'PRPA_IN900300UV', namespace: 'urn:hl7-org:v3' });
    expect(frame).toEqual({
      '@ITSVersion': 'XML_1.0',
      '@schemaLocation': 'urn:hl7-org:v3 ../multicacheschemas/PRPA_IN900300UV.xsd',
      id: { '@root': `${oid}.2.5.1.1`, '@extension': '7c1f2f6e-0000-4000-8000-000000000001' },
      creationTime: { '@value': '20250313022030' },
      interactionId: { '@root': `${oid}.2.5.1.2`, '@extension': 'PRPA_IN900300UV02' },
      processingCode: { '@code': 'T' },
      processingModeCode: '',
      acceptAckCode: { '@code': 'AL' },
      receiver: {
        '@typeCode': 'RCV',
        device: {
          '@classCode': 'DEV',
          '@determinerCode': 'INSTANCE',
          id: { item: { '@root': `${oid}.2.5.1.3`, '@extension': 'HIP' } },
        },
      },
      sender: {
        '@typeCode': 'SND',
        device: {
          '@classCode': 'DEV',
          '@determinerCode': 'INSTANCE',
          id: { item: { '@root': `${oid}.2.5.1.3`, '@extension': 'LDNL' } },
        },
      },
    });
  });

  it('asks for stays with both patient items in order and one day beyond the last', () => {
    expect(sent('DischargeInfoQuery', about).query).toEqual({
      queryId: { '@extension': '7c1f2f6e-0000-4000-8000-000000000001' },
      statusCode: '',
      careEventID: {
        value: {
          item: [
            { '@root': `${oid}.1.12`, '@extension': '' },
            { '@root': `${oid}.2.5.1.8`, '@extension': '' },
            { '@root': `${oid}.2.5.1.9`, '@extension': '' },
          ],
        },
      },
      encounterTimeframe: { value: { low: { '@value': '20250101' }, high: { '@value': '20250313' } } },
      patientId: {
        value: {
          item: [
            { '@root': `${oid}.2.5.1.4`, '@extension': '' },
            { '@root': `${oid}.1.3`, '@extension': '370799196001010018' },
          ],
        },
      },
      typeOfEncounter: {
        value: {
          item: {
            '@code': '3',
            '@codeSystem': `${oid}.2.3.1.271`,
            '@codeSystemName': '患者类型代码表',
            displayName: { '@value': '住院' },
          },
        },
      },
    });
  });

  it('asks for documents registered until today, of stays in the window', () => {
    const { inner, query } = sent('DocumentRetrieve', { ...about, documentCode: 'C0032' });

    expect(inner.local).toBe('RCMR_IN000029UV01');
    // Asked on 2025-03-13 in Shanghai.
    expect(query).toMatchObject({
      executionAndDeliveryTime: { '@validTimeLow': '20250101', '@validTimeHigh': '20250314' },
      'clinicalDocument.code': {
        value: { '@code': 'C0032', '@codeSystem': `${oid}.2.5.1.23`, displayName: { '@value': '住院病案首页' } },
      },
      'clinicalDocument.effectiveTime': { value: { low: { '@value': '20250101' }, high: { '@value': '20250314' } } },
      'encompassingEncounter.effectiveTime': { value: { low: { '@value': '20250101' }, high: { '@value': '20250313' } } },
      'encompassingEncounter.id': {
        value: {
          item: [
            { '@root': `${oid}.1.12`, '@extension': '' },
            { '@root': `${oid}.1.11`, '@extension': '' },
          ],
        },
      },
      'patient.id': {
        value: {
          item: [
            { '@root': `${oid}.2.5.1.4`, '@extension': '' },
            { '@root': `${oid}.1.3`, '@extension': '370799196001010018' },
          ],
        },
        semanticsText: { '@value': '测试甲' },
      },
    });
  });

  it('asks for the content of one document', () => {
    const asked = { documentId: 'DOC0088003', documentCode: 'C0050', recordNo: 'ZY0088003', patientId: 'PAT0088003' };
    const { inner, query } = sent('DocumentAccess', asked);

    expect(inner.local).toBe('RCMR_IN000031UV01');
    expect(query).toMatchObject({
      'clinicalDocument.id': { value: { '@root': `${oid}.2.5.1.24`, '@extension': 'DOC0088003' } },
      'encompassingEncounter.id': { value: { item: [{ '@extension': 'ZY0088003' }, { '@extension': '' }] } },
      'patient.id': { value: { item: [{ '@extension': 'PAT0088003' }, { '@extension': '' }] } },
    });
  });

  it('asks for a person', () => {
    const { inner, query } = sent('PatientInfoQuery', { idNumber: '370799196001010018', name: '测试甲', sex: '1' });

    expect(inner.local).toBe('PRPA_IN201305UV02');
    expect(query).toMatchObject({
      initialQuantity: { '@value': '2' },
      matchCriterionList: { minimumDegreeMatch: { value: { '@type': 'INT', '@value': '100' } } },
      parameterList: {
        id: { '@extension': '' },
        livingSubjectAdministrativeGender: { value: { '@code': '1' } },
        livingSubjectId: { value: { item: { '@root': `${oid}.1.3`, '@extension': '370799196001010018' } } },
        livingSubjectName: { value: { item: { part: { '@value': '测试甲' } } } },
      },
    });
  });

  it.each([
    ['a quote in the number', 'InPatientInfoQuery', { idNumber: "370799196001010018' or '1'='1" }],
    ['a number in lower case', 'InPatientInfoQuery', { idNumber: '37079919650303006x' }],
    ['a document code that is none', 'DocumentRetrieve', { idNumber: '370799196001010018', documentCode: 'C0032;--' }],
    ['a document number with a quote', 'DocumentAccess', { documentId: "DOC'1" }],
    ['a day that is none', 'InPatientInfoQuery', { idNumber: '370799196001010018', from: '20250230' }],
    ['a day that is no day', 'InPatientInfoQuery', { idNumber: '370799196001010018', until: '昨天' }],
    ['nobody', 'InPatientInfoQuery', { from: '2025-01-01' }],
    ['nobody but a name', 'DocumentRetrieve', { name: '测试甲' }],
    ['no document', 'DocumentAccess', { idNumber: '370799196001010018' }],
    ['an unknown parameter', 'InPatientInfoQuery', { idNumber: '370799196001010018', sql: '1' }],
    ['an unknown operation', 'OrderQuery', { idNumber: '370799196001010018' }],
  ])('is refused with %s, without quoting it', (_what, operation, parameters) => {
    try {
      requested(family, question(operation, parameters));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_INPUT' });
      expect(String(error)).not.toMatch(/370799|测试甲|or '1'/);
    }
  });

  it('sends no name that could be more than a name', () => {
    expect(text(requested(family, question('DocumentRetrieve', { ...about, name: "x' or 1=1 --" })).body)).not.toContain('1=1');
    expect(text(requested(family, question('DocumentRetrieve', { ...about, name: '阿卜·买买提' })).body)).toContain(
      '阿卜·买买提',
    );
  });
});

describe('stays', () => {
  const value = {
    recordNo: 'ZY0088001',
    visitNo: '2',
    visitSerial: 'PV0088001',
    encounterType: '3',
    patientId: 'PAT0088001',
    idNumber: '370799196001010018',
    name: '测试甲',
    hospitalCode: 'H37079900001',
    diagnoses: [
      { code: 'S82.201', codeSystem: `${oid}.2.3.3.11`, text: '胫骨骨折' },
      { otherCode: 'BGS', codeSystem: `${oid}.2.3.3.14`, text: '骨折病' },
    ],
  };

  it.each([
    ['escaped in HIPMessageServerResult', wrapped(stays(encounter(admission)))],
    [
      'in CDATA',
      soap12(
        `<r xmlns="urn:hl7-org:v3"><HIPMessageServerResult><![CDATA[${stays(encounter(admission))}]]></HIPMessageServerResult></r>`,
      ),
    ],
    ['directly in the Body', soap11(stays(encounter(admission)))],
    ['as escaped text of the Body', soap11(escaped(stays(encounter(admission))))],
    ['without SOAP', stays(encounter(admission))],
    ['with a byte order mark inside', wrapped(`\uFEFF${stays(encounter(admission))}`)],
    ['in GBK', gb(wrapped(stays(encounter(admission))).replace('UTF-8', 'GBK'))],
    ['in GBK that says UTF-8', gb(wrapped(stays(encounter(admission))))],
    [
      'under another name of the response',
      soap12(`<x:R xmlns:x="http://www.dhcc.com.cn"><x:o>${escaped(stays(encounter(admission)))}</x:o></x:R>`),
    ],
  ])('are read %s', (_how, bytes) => {
    const answer = opened(family, bytes);

    expect(answer).toMatchObject({ status: 'ok', code: 'AA', message: '处理成功', operation: 'InPatientInfoQuery', total: 1 });
    expect(answer.records).toMatchObject([{ pointer: '/controlActProcess/subject/encounterEvent' }]);
    expect(answer.records[0]?.value).toEqual({ ...value, admittedAt: '20250312143000' });
    expectPointersToHold(answer);
    expectOriginsToCover(answer);
  });

  it('are discharges where they carry the end', () => {
    const answer = opened(family, wrapped(stays(encounter(discharge))));

    expect(answer.operation).toBe('DischargeInfoQuery');
    expect(answer.records[0]?.value).toEqual({ ...value, dischargedAt: '20250328101500' });
  });

  it('are told by the question where they carry both', () => {
    const bytes = utf8(wrapped(stays(encounter(admission + discharge))));

    expect(family.create({}).open(bytes, { operation: 'InPatientInfoQuery' }).operation).toBe('InPatientInfoQuery');
    expect(family.create({}).open(bytes).operation).toBe('DischargeInfoQuery');
  });

  it('are all handed out, other people’s too, each with its own place', () => {
    const answer = opened(
      family,
      wrapped(stays(encounter(admission), encounter(admission, '370799195806150021', '样例乙', 'ZY0088009'))),
    );

    expect(answer.records.map((record) => record.pointer)).toEqual([
      '/controlActProcess/subject/0/encounterEvent',
      '/controlActProcess/subject/1/encounterEvent',
    ]);
    expect(answer.records[1]).toMatchObject({
      value: { idNumber: '370799195806150021' },
      origin: { '/idNumber': '/controlActProcess/subject/1/encounterEvent/subject/patient/patientPerson/id/item/@extension' },
    });
    expectPointersToHold(answer);
  });

  it('leave out what is empty, and keep what is masked', () => {
    const answer = opened(family, wrapped(stays(encounter('<low value=""/><high/>', '******', '********', ''))));

    expect(answer.records[0]?.value).not.toHaveProperty('recordNo');
    expect(answer.records[0]?.value).not.toHaveProperty('admittedAt');
    expect(answer.records[0]?.value).toMatchObject({ idNumber: '******', name: '********' });
  });

  it('warn where the answer counts more than it carries', () => {
    const answer = opened(family, wrapped(message('PRPA_IN900350UV', control(encounter(admission), queryAck(3)))));

    expect(answer).toMatchObject({ status: 'ok', total: 3 });
    expect(answer.warnings).toHaveLength(1);
  });
});

describe('documents', () => {
  const listed = {
    documentId: 'DOC0088003',
    documentCode: 'C0050',
    documentTitle: '死亡记录',
    documentTime: '20250310090000',
    versionNumber: '1',
    confidentiality: 'N',
    recordNo: 'ZY0088003',
    admittedAt: '20250308213000',
    patientId: 'PAT0088003',
    idNumber: '370799195509090034',
    name: '虚构丙',
    hospitalCode: 'H37079900001',
    hospitalName: '虚构市示例医院',
  };

  it('are listed', () => {
    const answer = opened(family, wrapped(documentList(documentEvent(), documentEvent('', 'C0032', '-1'))));

    expect(answer).toMatchObject({ status: 'ok', operation: 'DocumentRetrieve', total: 2 });
    expect(answer.records[0]?.value).toEqual(listed);
    expect(answer.records[1]?.value).toMatchObject({ documentCode: 'C0032', versionNumber: '-1' });
    expect(answer.records[0]?.refused).toBeUndefined();
    expectPointersToHold(answer);
    expectOriginsToCover(answer);
  });

  it('bring their content, read as a clinical document, with pointers into it', () => {
    const answer = opened(family, wrapped(documentContent(documentEvent(content(deathRecord)))));
    const at = '/controlActProcess/subject/clinicalDocument/storageCode/originalText/@value';

    expect(answer).toMatchObject({ status: 'ok', operation: 'DocumentAccess' });
    expect(answer.records[0]?.value).toMatchObject({
      ...listed,
      document: { documentCode: 'C0050', diedAt: '20250309024500', recordNo: 'ZY0088003' },
    });
    expect(answer.records[0]?.origin?.['/document/diedAt']).toMatch(new RegExp(`^${at}/component/structuredBody/`));
    expect(resolve(answer.decoded?.(), `${at}/title`)).toBe('死亡记录');
    expectPointersToHold(answer);
    expectOriginsToCover(answer, [/^\/document\/diagnoses\/\d+\/kind$/]);
  });

  it.each([
    ['GBK', gb(`<?xml version="1.0" encoding="GBK"?>${twentyFourHours}`)],
    ['a byte order mark', `\uFEFF${twentyFourHours}`],
  ])('bring their content in %s', (_how, bytes) => {
    expect(opened(family, wrapped(documentContent(documentEvent(content(bytes))))).records).toMatchObject([
      { value: { document: { documentCode: 'C0036', diedAt: '20250309024500', idNumber: '370799195509090034' } } },
    ]);
  });

  it.each([
    ['is missing', ''],
    ['is empty', '<storageCode><originalText value=""/></storageCode>'],
    ['is no Base64', '<storageCode><originalText value="%%%"/></storageCode>'],
    ['is cut', content(deathRecord.slice(0, 400))],
    ['has a DOCTYPE', content(`<!DOCTYPE x>${deathRecord}`)],
    ['is no document', content('<a/>')],
    ['is a web page', content('<html></html>')],
    ['is not in any encoding', content(Uint8Array.from([0x3c, 0x61, 0xff, 0xff]))],
  ])('are refused by themselves where the content %s', (_what, inside) => {
    const answer = opened(family, wrapped(documentContent(documentEvent(inside), documentEvent(content(deathRecord)))));

    expect(answer.status).toBe('ok');
    expect(answer.records[0]).toMatchObject({ value: { documentId: 'DOC0088003' }, refused: { reason: 'unreadable-document' } });
    expect(answer.records[1]?.refused).toBeUndefined();
    expect(answer.records[1]?.value).toMatchObject({ document: { diedAt: '20250309024500' } });
  });
});

describe('persons', () => {
  it('are read with their numbers and match', () => {
    const event = `<subject typeCode="SUBJ"><registrationEvent><statusCode code="active"/><subject1><patient>
      <id>${item('2.5.1.4', 'PAT0088001')}${item('2.5.1.5', 'ZY0088001')}${item('2.5.1.6', '')}</id>
      <patientPerson><id>${item('1.3', '370799196001010018')}</id><idCategory code="01"/>${named('测试甲')}<administrativeGenderCode code="1"/><birthTime value="19600101"/></patientPerson>
      <subjectOf1><queryMatchObservation><value value="100"/></queryMatchObservation></subjectOf1></patient></subject1></registrationEvent></subject>`;
    const answer = opened(family, soap12(message('PRPA_IN201306UV02', control(event), acknowledged('AA', 'MPI0088000001'))));

    expect(answer).toMatchObject({ status: 'ok', operation: 'PatientInfoQuery' });
    expect(answer.records[0]?.value).toEqual({
      patientId: 'PAT0088001',
      recordNo: 'ZY0088001',
      idNumber: '370799196001010018',
      idType: '01',
      name: '测试甲',
      sex: '1',
      birthDate: '19600101',
      matchDegree: '100',
    });
    expectPointersToHold(answer);
    expectOriginsToCover(answer);
  });
});

describe('nothing found', () => {
  it.each([
    ['a list of none', wrapped(documentList())],
    ['a query answered NF', wrapped(message('PRPA_IN900350UV', control(queryAck(0, 'NF'))))],
    [
      'no such document, as an error in another message type',
      wrapped(message('MCCI_IN000002UV01', '', acknowledged('AE', '调阅文档不存在'))),
    ],
    ['no such person', soap12(message('PRPA_IN201306UV02', control()))],
  ])('%s', (_how, bytes) => {
    const answer = opened(family, bytes);

    expect(answer).toMatchObject({ status: 'nothing-found', records: [] });
    expect(answer.unreadable).toBeUndefined();
  });

  it('can be told by further words where configured', () => {
    const bytes = wrapped(message('MCCI_IN000002UV01', '', acknowledged('AE', '未找到患者主索引')));

    expect(opened(family, bytes).status).toBe('failed');
    expect(opened(family, bytes, { nothingFound: ['未找到患者主索引'] }).status).toBe('nothing-found');
  });
});

describe('an answer that says no', () => {
  it.each([
    ['an error as a generic acknowledgement', 'MCCI_IN000002UV01', '平台内部异常.'],
    ['an error in the query’s own type', 'PRPA_IN900350UV', '住院号和门诊号必须要传递其中一个。'],
  ])('is failed: %s', (_what, type, words) => {
    expect(opened(family, wrapped(message(type, '', acknowledged('AE', words))))).toMatchObject({
      status: 'failed',
      code: 'AE',
      message: words,
      records: [],
    });
  });

  it('is failed for AR, and does not take acceptAckCode for the acknowledgement', () => {
    const misread = message(
      'PRPA_IN900350UV',
      control(queryAck(0)),
      acknowledged('AR', '拒绝').replace('code="AL"', 'code="AA"'),
    );

    expect(opened(family, wrapped(misread))).toMatchObject({ status: 'failed', code: 'AR' });
  });

  it.each(['', 'AE', 'QE'])('is failed for a query answered %j', (code) => {
    expect(opened(family, wrapped(message('PRPA_IN900350UV', control(queryAck(0, code)))))).toMatchObject({ status: 'failed' });
  });

  it('is a reason to refresh for words about keys', () => {
    expect(opened(family, wrapped(message('MCCI_IN000002UV01', '', acknowledged('AE', '令牌过期'))))).toMatchObject({
      status: 'not-authorised',
      refreshable: true,
    });
  });

  it('is failed for a fault of either version', () => {
    expect(
      opened(family, soap11('<soap:Fault><faultcode>soap:Client</faultcode><faultstring>x</faultstring></soap:Fault>')).status,
    ).toBe('failed');
    expect(
      opened(
        family,
        soap12('<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>x</s:Text></s:Reason></s:Fault>'),
      ),
    ).toMatchObject({ status: 'failed', code: 's:Sender' });
  });
});

describe('bytes that are no answer', () => {
  const good = wrapped(stays(encounter(admission)));

  it.each([
    ['nothing', '', 'empty'],
    ['a web page', '<html></html>', 'html-page'],
    ['a cut answer', good.slice(0, -40), 'malformed-xml'],
    ['a cut message', wrapped(stays(encounter(admission)).slice(0, -30)), 'malformed-xml'],
    ['two answers', good + good.slice(good.indexOf('<s:')), 'malformed-xml'],
    ['a DOCTYPE', good.replace('<s:Envelope', '<!DOCTYPE x><s:Envelope'), 'doctype'],
    ['a DOCTYPE inside', wrapped(`<!DOCTYPE x>${stays()}`), 'doctype'],
    [
      'an empty result',
      soap12('<HIPMessageServerResponse xmlns="urn:hl7-org:v3"><HIPMessageServerResult/></HIPMessageServerResponse>'),
      'unknown-envelope',
    ],
    ['a message of another namespace', wrapped(stays().replace('urn:hl7-org:v3', 'urn:x')), 'unknown-envelope'],
    ['an envelope of another namespace', good.replace('http://www.w3.org/2003/05/soap-envelope', 'urn:x'), 'unknown-envelope'],
    ['no acknowledgement', wrapped(message('PRPA_IN900350UV', control(queryAck(0)), '')), 'status-missing'],
    [
      'an acknowledgement without code',
      wrapped(message('PRPA_IN900350UV', control(queryAck(0)), acknowledged('', ''))),
      'status-missing',
    ],
    ['no queryAck and no rows', wrapped(message('PRPA_IN900350UV', control())), 'status-missing'],
    ['rows counted and not given', wrapped(message('PRPA_IN900350UV', control(queryAck(2)))), 'total-without-rows'],
    ['an acknowledgement alone', wrapped(message('MCCI_IN000002UV01', '')), 'acknowledgement-only'],
    ['a push', wrapped(message('PRPA_IN400003UV', control(encounter(discharge)), '')), 'request-not-answer'],
  ])('%s: unreadable, never empty', (_what, bytes, reason) => {
    expect(opened(family, bytes)).toMatchObject({ status: 'failed', records: [], unreadable: { reason } });
  });

  it.each(['InPatientInfoQuery', 'DischargeInfoQuery', 'DocumentRetrieve', 'PatientInfoQuery'])(
    'a request %s is no answer',
    (operation) => {
      const asked = requested(family, question(operation, { idNumber: '370799196001010018' })).body ?? '';
      const bare = /<!\[CDATA\[(.*)\]\]>/s.exec(text(utf8(typeof asked === 'string' ? asked : text(asked))))?.[1] ?? '';

      expect(opened(family, asked).unreadable?.reason).toBe('request-not-answer');
      expect(opened(family, bare).unreadable?.reason).toBe('request-not-answer');
    },
  );
});
