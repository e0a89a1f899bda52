/** Clinical documents of synthetic persons, each in the shape of its kind. */

export function observation(code: string, label: string, value: string, more = ''): string {
  const labelled = label === '' ? '' : ` displayName="${label}"`;
  return `<observation classCode="OBS" moodCode="EVN"><code code="${code}" codeSystem="2.16.156.10011.2.2.1"${labelled}/>${value}${more}</observation>`;
}

export function entry(...inside: string[]): string {
  return `<entry>${inside.join('')}</entry>`;
}

export function section(code: string, ...entries: string[]): string {
  const named = /^\d/.test(code) ? `code="${code}"` : `displayName="${code}"`;
  return `<component><section><code ${named} codeSystem="2.16.840.1.113883.6.1"/><text/>${entries.join('')}</section></component>`;
}

export function document(parts: {
  head?: string;
  patient?: string;
  custodian?: string;
  encounter?: string;
  body?: string;
}): string {
  return [
    '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    '<realmCode code="CN"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_MT000040"/>',
    parts.head ?? '',
    `<recordTarget typeCode="RCT">${parts.patient ?? '<patientRole/>'}</recordTarget>`,
    parts.custodian ?? '',
    parts.encounter === undefined
      ? ''
      : `<componentOf><encompassingEncounter>${parts.encounter}</encompassingEncounter></componentOf>`,
    `<component><structuredBody>${parts.body ?? ''}</structuredBody></component>`,
    '</ClinicalDocument>',
  ].join('\n');
}

const st = (text: string) => `<value xsi:type="ST">${text}</value>`;
const ts = (value: string) => `<value xsi:type="TS" value="${value}"/>`;
const cd = (code: string, words: string, system: string) =>
  `<value xsi:type="CD" code="${code}" displayName="${words}" codeSystem="2.16.156.10011.2.3.3.${system}"/>`;
const organizer = (...parts: string[]) =>
  `<organizer classCode="CLUSTER" moodCode="EVN"><statusCode/>${parts.map((part) => `<component>${part}</component>`).join('')}</organizer>`;
const diagnosis = (what: string, name: string, code: string) =>
  entry(
    organizer(
      observation('DE05.01.025.00', `出院诊断-${what}名称`, st(name)),
      observation('DE05.01.024.00', `出院诊断-${what}疾病编码`, cd(code, '', '11.3')),
      observation('DE09.00.104.00', `出院诊断-${what}入院病情代码`, cd('1', '有', '1.253')),
    ),
  );
const custodian = (code: string, name: string) =>
  `<custodian><assignedCustodian><representedCustodianOrganization><id root="2.16.156.10011.1.5" extension="${code}"/><name>${name}</name></representedCustodianOrganization></assignedCustodian></custodian>`;
const patientRole = (ids: string, person: string) =>
  `<patientRole classCode="PAT">${ids}<patient>${person}</patient></patientRole>`;
const number = (root: string, extension: string) => `<id root="2.16.156.10011.1.${root}" extension="${extension}"/>`;
const sex = (code: string) => `<administrativeGenderCode code="${code}" codeSystem="2.16.156.10011.2.3.3.4"/>`;

export const homePage = document({
  head:
    '<templateId root="2.16.156.10011.2.1.1.52"/><id root="2.16.156.10011.1.1" extension="DOC0088001"/>' +
    '<code code="C0032" codeSystem="2.16.156.10011.2.4"/><title>住院病案首页</title><effectiveTime value="20250328113000"/><setId/><versionNumber value="1"/>',
  patient: patientRole(
    number('19', '') + number('12', 'ZY0088001') + number('13', 'BA0088001'),
    `${number('3', '370799196001010018')}<name>测试甲</name>${sex('1')}<birthTime value="19600101"/><age unit="岁" value="65"/>`,
  ),
  custodian: custodian('H37079900001', '虚构市示例医院'),
  encounter: '<effectiveTime><low value="20250312143000"/><high value="20250328101500"/></effectiveTime>',
  body: [
    section(
      '29548-5',
      entry(
        observation('DE05.01.025.00', '门（急）诊诊断名称', st('小腿骨折')) +
          observation('DE05.01.024.00', '门（急）诊诊断疾病编码', cd('S82.200', '', '11.5')),
      ),
    ),
    section(
      '11450-4',
      entry(
        observation(
          'DE05.10.152.00',
          '损伤中毒的外部原因',
          st('接触特指和机械'),
          `<entryRelationship>${observation('DE05.01.078.00', '损伤中毒的外部原因-疾病编码', cd('W31.900', '', '11.5'))}</entryRelationship>`,
        ),
      ),
    ),
    section(
      '11535-2',
      diagnosis('主要诊断', '胫骨骨折', 'S82.201'),
      diagnosis('其他诊断', '腓骨骨折', 'S82.400'),
      diagnosis('其他诊断', '高血压病', 'I10.x09'),
      entry(observation('DE06.00.223.00', '离院方式', cd('2', '医嘱转院', '1.265'))),
      entry(observation('DE08.10.013.00', '拟接受医疗机构名称', st('虚构市第二示例医院'))),
    ),
    section('11336-5', entry(observation('DE02.10.090.00', '住院次数', '<value xsi:type="INT" value="2"/>'))),
    section(
      '48768-6',
      entry(observation('DE07.00.007.00', '医疗付费方式代码', cd('01', '城镇职工基本医疗保险', '1.269'))),
      entry(
        observation('HDSD00.11.142', '住院总费用', '<value xsi:type="MO" value="32680.55" currency="元"/>') +
          observation('HDSD00.11.143', '住院总费用-自付金额（元）', '<value xsi:type="MO" value="10240.55" currency="元"/>'),
      ),
    ),
  ].join(''),
});

export const dischargeSummary = document({
  head: '<code code="C0053"/><title>出院小结</title><effectiveTime value=""/><versionNumber/>',
  patient: patientRole(number('12', 'ZY0088002'), `<name>样例乙</name>${sex('2')}<birthTime/>`),
  encounter: '<effectiveTime><low value="20250401090000"/><high value="20250405153000"/></effectiveTime>',
  body: [
    section('46241-6', entry(observation('DE05.01.024.00', '入院诊断-西医诊断编码', cd('I20.000', '不稳定性心绞痛', '11.5')))),
    section(
      '11535-2',
      entry(observation('DE05.01.024.00', '出院诊断-西医诊断编码', cd('I21.900', '急性心肌梗死', '11.5'))),
      entry(observation('DE05.01.024.00', '出院诊断-西医诊断编码', cd('I50.900', '出院诊断-西医诊断编码', '11.5'))),
      entry(observation('DE05.10.130.00', '出院诊断-中医病名代码', cd('BNX', '胸痹', '14'))),
    ),
    section('8648-8', entry(observation('DE05.10.113.00', '治疗结果代码', cd('5', '死亡', '1.148')))),
  ].join(''),
});

export const dischargeRecord = document({
  head: '<code code="C0049"/><title>出院记录</title>',
  patient: patientRole(number('12', '0201306070'), `<name>-</name>${sex('2')}<birthTime value="-"/>`),
  encounter: '<effectiveTime/>',
  body: section(
    '11535-2',
    entry(observation('DE05.01.024.00', '入院诊断编码', cd('K56.700', '肠梗阻', '11.3'))),
    entry(observation('DE06.00.092.00', '入院日期时间', ts('20250107'))),
    entry(observation('DE06.00.017.00', '出院日期时间', ts('20250111'))),
    entry(observation('DE05.01.025.00', '出院诊断-西医诊断名称', st('乙状结肠扭转，肠梗阻'))),
    entry(observation('DE05.01.024.00', '出院诊断-西医诊断编码', cd('K56.700', '肠梗阻', '11.3'))),
    entry(observation('DE05.10.172.00', '出院诊断-中医病名名称', st('关格'))),
  ),
});

export const deathRecord = document({
  head: '<code code="C0050"/><title>死亡记录</title>',
  patient: patientRole(number('12', 'ZY0088003'), `${number('3', '370799195509090034')}<name>虚构丙</name>${sex('1')}`),
  custodian: custodian('H37079900001', '虚构市示例医院'),
  encounter:
    '<code displayName="入院日期时间"/><effectiveTime xsi:type="IVL_TS" value="20250308213000"/><location><healthCareFacility><serviceProviderOrganization>' +
    '<asOrganizationPartOf><wholeOrganization><id root="2.16.156.10011.1.22" extension="12"/><name>12</name><asOrganizationPartOf><wholeOrganization>' +
    '<id root="2.16.156.10011.1.5" extension="H37079900001"/><name>H37079900001</name></wholeOrganization></asOrganizationPartOf></wholeOrganization></asOrganizationPartOf>' +
    '</serviceProviderOrganization></healthCareFacility></location>',
  body: [
    section('死亡原因章节', entry(observation('DE02.01.036.00', '死亡日期时间', ts('20250309024500')))),
    section(
      '死亡原因章节',
      entry(
        observation(
          'DE05.01.025.00',
          '直接死亡原因名称',
          st('脑疝'),
          `<entryRelationship>${observation('DE05.01.024.00', '直接死亡原因编码', cd('G93.500', '脑疝', '11.2'))}</entryRelationship>`,
        ),
      ),
    ),
    section(
      '11535-2',
      entry(
        observation(
          'DE05.01.025.00',
          '死亡诊断名称',
          st('颅内损伤'),
          `<entryRelationship>${observation('DE05.01.024.00', '死亡诊断编码', cd('S06.900', '颅内损伤', '11.3'))}</entryRelationship>`,
        ),
      ),
    ),
  ].join(''),
});

export const twentyFourHours = document({
  head: '<code code="C0036"/><title>24小时内入院死亡记录</title>',
  patient: patientRole(
    number('12', 'HA0088003'),
    `${number('3', 'ID370799195509090034')}<name>虚构丙</name>${sex('1')}<birthTime value="-"/>`,
  ),
  encounter: '<effectiveTime><low value="20250308213000"/></effectiveTime>',
  body: [
    section(
      '46241-6',
      entry(
        observation('DE05.01.025.00', '入院诊断-西医诊断名称', st('创伤性脑损伤')) +
          observation('DE05.01.024.00', '入院诊断-西医诊断编码', cd('S06.902', '创伤性脑损伤', '11.3')),
      ),
      entry(observation('DE05.10.130.00', '入院诊断-中医证候代码', cd('ZBUD90', '火毒上攻证', '14'))),
    ),
    section(
      '8648-8',
      entry(observation('DE02.01.036.00', '死亡日期时间', '<effectiveTime><high value="20250309024500"/></effectiveTime>')),
      entry(observation('DE05.10.099.00', '死亡原因', st('高处坠落致颅脑损伤'))),
      entry(
        observation('DE05.01.025.00', '死亡诊断-西医诊断名称', st('创伤性脑损伤')) +
          observation('DE05.01.024.00', '死亡诊断-西医诊断编码', cd('S06.902', '创伤性脑损伤', '11.3')),
      ),
      entry(observation('DE05.01.025.00', '死亡诊断-中医病名名称', st('火毒上攻证'))),
    ),
  ].join(''),
});
