import { describe, expect, it } from 'vitest';
import family from '../../src/envelopes/clinical-document.js';
import {
  deathRecord,
  dischargeRecord,
  dischargeSummary,
  document,
  entry,
  homePage,
  observation,
  section,
  twentyFourHours,
} from './documents.js';
import { expectOriginsToCover, expectPointersToHold, gb, opened } from './support.js';

/** Values that are derived from where they stand, not copied. */
const derived = ['/documentCode'];

function record(content: string, alsoDerived: string[] = []) {
  const message = opened(family, content);
  expect(message.status).toBe('ok');
  expectPointersToHold(message, [...derived, ...alsoDerived]);
  expectOriginsToCover(message, [/^\/diagnoses\/\d+\/kind$/]);
  return message.records[0]?.value;
}

describe('where the facts of each document stand', () => {
  it('C0032, the home page: stay from the encounter, discharge mode, main and other diagnoses, external cause, transfer', () => {
    expect(record(homePage)).toEqual({
      documentCode: 'C0032',
      documentTitle: '住院病案首页',
      documentId: 'DOC0088001',
      documentTime: '20250328113000',
      versionNumber: '1',
      recordNo: 'ZY0088001',
      medicalRecordNo: 'BA0088001',
      idNumber: '370799196001010018',
      name: '测试甲',
      sex: '1',
      birthDate: '19600101',
      hospitalCode: 'H37079900001',
      hospitalName: '虚构市示例医院',
      admittedAt: '20250312143000',
      dischargedAt: '20250328101500',
      visitNo: '2',
      dischargeMode: '2',
      transferTo: '虚构市第二示例医院',
      payer: '01',
      totalCost: '32680.55',
      selfPaid: '10240.55',
      externalCause: { code: 'W31.900', text: '接触特指和机械' },
      diagnoses: [
        { kind: 'main', code: 'S82.201', codeSystem: '2.16.156.10011.2.3.3.11.3', text: '胫骨骨折' },
        { kind: 'other', code: 'S82.400', codeSystem: '2.16.156.10011.2.3.3.11.3', text: '腓骨骨折' },
        { kind: 'other', code: 'I10.x09', codeSystem: '2.16.156.10011.2.3.3.11.3', text: '高血压病' },
      ],
      outpatientDiagnoses: [{ code: 'S82.200', codeSystem: '2.16.156.10011.2.3.3.11.5', text: '小腿骨折' }],
    });
  });

  it('C0053, the discharge summary: outcome 5, diagnoses as codes alone', () => {
    expect(record(dischargeSummary)).toEqual({
      documentCode: 'C0053',
      documentTitle: '出院小结',
      recordNo: 'ZY0088002',
      name: '样例乙',
      sex: '2',
      admittedAt: '20250401090000',
      dischargedAt: '20250405153000',
      treatmentOutcome: '5',
      diagnoses: [
        { kind: 'main', code: 'I21.900', codeSystem: '2.16.156.10011.2.3.3.11.5', text: '急性心肌梗死' },
        { kind: 'other', code: 'I50.900', codeSystem: '2.16.156.10011.2.3.3.11.5' },
      ],
      admissionDiagnoses: [{ code: 'I20.000', codeSystem: '2.16.156.10011.2.3.3.11.5', text: '不稳定性心绞痛' }],
    });
  });

  it('C0049, the discharge record: admission and discharge in observations, names and codes in entries of their own', () => {
    expect(record(dischargeRecord)).toEqual({
      documentCode: 'C0049',
      documentTitle: '出院记录',
      recordNo: '0201306070',
      sex: '2',
      admittedAt: '20250107',
      dischargedAt: '20250111',
      diagnoses: [{ kind: 'main', code: 'K56.700', codeSystem: '2.16.156.10011.2.3.3.11.3', text: '乙状结肠扭转，肠梗阻' }],
      admissionDiagnoses: [{ code: 'K56.700', codeSystem: '2.16.156.10011.2.3.3.11.3', text: '肠梗阻' }],
    });
  });

  it('C0050, the death record: time of death as a value, admission in effectiveTime itself, death diagnosis and cause', () => {
    expect(record(deathRecord)).toMatchObject({
      documentCode: 'C0050',
      admittedAt: '20250308213000',
      diedAt: '20250309024500',
      hospitalCode: 'H37079900001',
      hospitalName: '虚构市示例医院',
      diagnoses: [
        { kind: 'death', code: 'S06.900', text: '颅内损伤' },
        { kind: 'cause', code: 'G93.500', text: '脑疝' },
      ],
    });
  });

  it('C0036, the record of death within 24 hours: time of death in effectiveTime/high, an ID with its prefix', () => {
    expect(record(twentyFourHours, ['/idNumber'])).toEqual({
      documentCode: 'C0036',
      documentTitle: '24小时内入院死亡记录',
      recordNo: 'HA0088003',
      idNumber: '370799195509090034',
      name: '虚构丙',
      sex: '1',
      admittedAt: '20250308213000',
      diedAt: '20250309024500',
      diagnoses: [
        { kind: 'death', code: 'S06.902', codeSystem: '2.16.156.10011.2.3.3.11.3', text: '创伤性脑损伤' },
        { kind: 'cause', text: '高处坠落致颅脑损伤' },
      ],
      admissionDiagnoses: [{ code: 'S06.902', codeSystem: '2.16.156.10011.2.3.3.11.3', text: '创伤性脑损伤' }],
    });
  });

  it('leaves Chinese-medicine names of diseases out of the diagnoses', () => {
    expect(JSON.stringify(record(twentyFourHours, ['/idNumber']))).not.toContain('火毒');
  });
});

describe('which document it is', () => {
  const which = (head: string) => {
    const value = record(document({ head }));
    return typeof value === 'object' && value !== null && 'documentCode' in value ? value.documentCode : undefined;
  };

  it('says its code', () => {
    expect(which('<templateId root="2.16.156.10011.2.1.1.52"/><code code="C0050"/><title>出院小结</title>')).toBe('C0050');
  });

  it.each([
    ['24h内入院死亡记录', 'C0036'],
    ['死亡记录', 'C0050'],
    ['出院记录', 'C0049'],
    ['虚构市示例医院出院小结', 'C0053'],
    ['中医住院病案首页', 'C0033'],
    ['住院病案首页', 'C0032'],
    ['24小时内入出院记录', 'C0035'],
  ])('else its title %s', (title, code) => {
    expect(which(`<templateId root="2.16.156.10011.2.1.1.52"/><code code=""/><title>${title}</title>`)).toBe(code);
  });

  it('else its template', () => {
    expect(which('<templateId root="2.16.156.10011.2.1.1.70"/><title/>')).toBe('C0050');
    expect(which('<templateId root="2.16.156.10011.2.1.1.56"/>')).toBe('C0036');
  });

  it('else nothing', () => {
    expect(which('<title>会诊记录</title>')).toBeUndefined();
  });
});

describe('what is no value', () => {
  const facts = (inside: string) => record(document({ head: '<code code="C0050"/>', body: section('11535-2', inside) }));

  it.each([
    ['a label in place of a time', 'DE02.01.036.00', '死亡日期时间', '<value xsi:type="TS" value="死亡日期时间"/>'],
    ['a dash', 'DE02.01.036.00', '死亡日期时间', '<value xsi:type="TS" value="-"/>'],
    ['an empty attribute', 'DE02.01.036.00', '死亡日期时间', '<value xsi:type="TS" value=""/>'],
    ['a label in place of a code', 'DE06.00.223.00', '离院方式', '<value xsi:type="CD" code="离院方式" displayName="离院方式"/>'],
    ['an empty code beside words', 'DE06.00.223.00', '离院方式', '<value xsi:type="CD" code="" displayName="死亡"/>'],
    ['a label in place of a hospital', 'DE08.10.013.00', '拟接受医疗机构名称', '<value xsi:type="ST">拟接受医疗机构名称</value>'],
    ['a specimen’s hospital', 'DE08.10.013.00', '', '<value xsi:type="ST">拟接受医疗机构具体名称</value>'],
    ['a label in place of a diagnosis', 'DE05.01.025.00', '出院诊断-主要诊断名称', '<value xsi:type="ST">主要诊断名称</value>'],
    ['a label in place of an outcome', 'DE05.10.113.00', '治疗结果代码', '<value xsi:type="CD" code="治疗结果代码"/>'],
  ])('%s', (_what, code, label, value) => {
    expect(facts(entry(observation(code, label, value)))).toEqual({ documentCode: 'C0050' });
  });

  it('labels and dashes in the header', () => {
    const patient =
      '<patientRole><id root="2.16.156.10011.1.12" extension="住院号标识"/><patient><id root="2.16.156.10011.1.3" extension=""/>' +
      '<name>患者姓名</name><administrativeGenderCode code="" displayName="女性"/><birthTime value="-"/></patient></patientRole>';

    expect(record(document({ head: '<code code="C0053"/>', patient }))).toEqual({ documentCode: 'C0053' });
  });

  it('trusts the code of the sex, not the words that one producer always writes', () => {
    const patient = '<patientRole><patient><administrativeGenderCode code="1" displayName="女性"/></patient></patientRole>';

    expect(record(document({ patient }))).toEqual({ sex: '1' });
  });

  it('keeps a masked number and name, which are for the reader to judge', () => {
    const patient =
      '<patientRole><patient><id root="2.16.156.10011.1.3" extension="******"/><name>********</name></patient></patientRole>';

    expect(record(document({ patient }))).toEqual({ idNumber: '******', name: '********' });
  });

  it('keeps the mark of a deleted version', () => {
    expect(record(document({ head: '<code code="C0032"/><versionNumber value="-1"/>' }))).toEqual({
      documentCode: 'C0032',
      versionNumber: '-1',
    });
  });

  it('does not borrow the name of another institution', () => {
    const custodian =
      '<custodian><assignedCustodian><representedCustodianOrganization><id root="2.16.156.10011.1.5" extension="H2"/><name>别家医院</name></representedCustodianOrganization></assignedCustodian></custodian>';
    const patient =
      '<patientRole><providerOrganization><id root="2.16.156.10011.1.5" extension="H1"/><name>H1</name></providerOrganization></patientRole>';

    expect(record(document({ patient, custodian }))).toEqual({ hospitalCode: 'H1' });
  });
});

describe('as a file', () => {
  it('is read in GBK, and without a namespace', () => {
    expect(opened(family, gb(`<?xml version="1.0" encoding="GBK"?>${homePage}`))).toMatchObject({
      status: 'ok',
      records: [{ value: { name: '测试甲' } }],
      warnings: [],
    });
    expect(opened(family, homePage.replace(' xmlns="urn:hl7-org:v3"', ''))).toMatchObject({ status: 'ok' });
  });

  it.each([
    ['nothing', '', 'empty'],
    ['a web page', '<html></html>', 'html-page'],
    ['a cut document', homePage.slice(0, -20), 'malformed-xml'],
    ['two documents', homePage + homePage, 'malformed-xml'],
    ['a DOCTYPE', `<!DOCTYPE ClinicalDocument>${homePage}`, 'doctype'],
    ['an attribute without quotes', homePage.replace('code="C0032"', 'code=C0032'), 'malformed-xml'],
    ['an element name that is none', homePage.replace('<name>测试甲</name>', '<name名>测试甲</name名 x>'), 'malformed-xml'],
    ['another namespace', homePage.replace('urn:hl7-org:v3', 'urn:x'), 'unknown-envelope'],
    ['another root', '<PRPA_IN900350UV xmlns="urn:hl7-org:v3"/>', 'unknown-envelope'],
  ])('%s: unreadable', (_what, content, reason) => {
    expect(opened(family, content)).toMatchObject({ status: 'failed', records: [], unreadable: { reason } });
  });
});
