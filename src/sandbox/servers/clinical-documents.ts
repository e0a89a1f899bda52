import { compactDay, compactDayTime } from '../calendar.js';
import { sexCode } from '../citizens.js';
import type { Life, Stay } from '../world.js';
import type { HealthDocument } from './health-messages.js';
import { escapeXml } from './write-xml.js';

/**
 * Shared documents (WS/T 500): the home page of a stay (C0032), which tells how the patient left, and the death record (C0050), which tells
 * when they died. As in the national specimens the death record carries no ID number, and the home page writes it with the prefix `ID`.
 */

/** The documents of a stay that has ended: its home page, and the death record of one who died. */
export function documentsOf(life: Life, stay: Stay): HealthDocument[] {
  if (stay.dischargedOn === undefined || !stay.health) return [];
  const common = { life, stay, admittedAt: admissionTime(stay) };
  const homePage: HealthDocument = {
    ...common,
    id: `DOC${stay.visitNo.slice(2)}32`,
    code: 'C0032',
    title: '住院病案首页',
    effectiveTime: compactDayTime(stay.dischargedOn, '11:30:00'),
  };
  if (stay.way !== '5') return [homePage];
  return [
    homePage,
    {
      ...common,
      id: `DOC${stay.visitNo.slice(2)}50`,
      code: 'C0050',
      title: '死亡记录',
      effectiveTime: compactDayTime(stay.dischargedOn, '12:00:00'),
    },
  ];
}

/** yyyyMMddHHmmss of the admission; the hour is the hospital's habit. */
export function admissionTime(stay: Stay): string {
  return compactDayTime(stay.admittedOn, '09:30:00');
}

/** yyyyMMddHHmmss of the discharge; of a stay of one day after the admission. Empty while in hospital. */
export function dischargeTime(stay: Stay): string {
  return stay.dischargedOn === undefined ? '' : compactDayTime(stay.dischargedOn, '10:15:00');
}

export function renderDocument(document: HealthDocument): string {
  return document.code === 'C0032' ? homePage(document) : deathRecord(document);
}

const ways: Readonly<Record<Stay['way'], string>> = {
  '1': '医嘱离院',
  '2': '医嘱转院',
  '3': '医嘱转社区卫生服务机构/乡镇卫生院',
  '4': '非医嘱离院',
  '5': '死亡',
  '7': '院内自定',
  '9': '其他',
};

const dataElements = 'codeSystem="2.16.156.10011.2.2.1" codeSystemName="卫生信息数据元目录"';
const icd = 'codeSystem="2.16.156.10011.2.3.3.11" codeSystemName="ICD-10"';

function homePage(document: HealthDocument): string {
  const { stay, life } = document;
  const { diagnosis } = stay;
  const encounter = `<encompassingEncounter><code code="2" codeSystem="2.16.156.10011.2.3.1.270" codeSystemName="入院途径代码表" displayName="急诊"/><effectiveTime><low value="${document.admittedAt}"/><high value="${dischargeTime(stay)}"/></effectiveTime></encompassingEncounter>`;
  const body = `<component><section><code code="11535-2" displayName="HOSPITAL DISCHARGE DX" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"/><text/>
<entry><organizer classCode="CLUSTER" moodCode="EVN"><statusCode/>
<component><observation classCode="OBS" moodCode="EVN"><code code="DE05.01.025.00" ${dataElements} displayName="出院诊断-主要诊断名称"><qualifier><name displayName="主要诊断名称"/></qualifier></code><effectiveTime value="${dischargeTime(stay)}"/><value xsi:type="ST">${diagnosis.text}</value></observation></component>
<component><observation classCode="OBS" moodCode="EVN"><code code="DE05.01.024.00" ${dataElements} displayName="出院诊断-主要诊断疾病编码"><qualifier><name displayName="主要诊断疾病编码"/></qualifier></code><value xsi:type="CD" ${icd} code="${diagnosis.icd10}" displayName="${diagnosis.text}"/></observation></component>
</organizer></entry>
<entry><observation classCode="OBS" moodCode="EVN"><code code="DE06.00.223.00" ${dataElements} displayName="离院方式"/><value xsi:type="CD" code="${stay.way}" codeSystem="2.16.156.10011.2.3.1.265" codeSystemName="离院方式代码表" displayName="${ways[stay.way]}"/></observation></entry>
</section></component>
<component><section><code code="8648-8" displayName="Hospital Course" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"/><text/>
<entry><observation classCode="OBS" moodCode="EVN"><code code="DE06.00.310.00" ${dataElements} displayName="实际住院天数"/><value xsi:type="PQ" value="${Math.max(1, (stay.dischargedOn ?? stay.admittedOn) - stay.admittedOn)}" unit="天"/></observation></entry>
</section></component>`;
  return clinicalDocument(
    document,
    '2.16.156.10011.2.1.1.52',
    `<id root="2.16.156.10011.1.3" extension="ID${life.citizen.number}"/>`,
    encounter,
    body,
  );
}

function deathRecord(document: HealthDocument): string {
  const { stay } = document;
  const { diagnosis } = stay;
  const diedOn = stay.diedOn ?? stay.dischargedOn ?? stay.admittedOn;
  const encounter = `<encompassingEncounter><code displayName="入院日期时间"/><effectiveTime xsi:type="IVL_TS" value="${document.admittedAt}"/></encompassingEncounter>`;
  const body = `<component><section><code code="11535-2" displayName="HOSPITAL DISCHARGE DX" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"/><text/>
<entry><observation classCode="OBS" moodCode="EVN"><code code="DE06.00.092.00" ${dataElements} displayName="入院日期时间"/><value xsi:type="TS" value="${document.admittedAt}"/></observation></entry>
<entry><observation classCode="OBS" moodCode="EVN"><code code="DE05.01.024.00" ${dataElements} displayName="入院诊断编码"/><value xsi:type="CD" ${icd} code="${diagnosis.icd10}" displayName="${diagnosis.text}"/></observation></entry>
</section></component>
<component><section><code displayName="死亡原因章节"/><text/>
<entry><observation classCode="OBS" moodCode="EVN"><code code="DE02.01.036.00" ${dataElements} displayName="死亡日期时间"/><value xsi:type="TS" value="${compactDayTime(diedOn, '09:45:00')}"/></observation></entry>
<entry><observation classCode="OBS" moodCode="EVN"><code code="DE05.01.025.00" ${dataElements} displayName="直接死亡原因名称"/><value xsi:type="ST">${diagnosis.text}</value><entryRelationship typeCode="CAUS"><observation classCode="OBS" moodCode="EVN"><code code="DE05.01.024.00" ${dataElements} displayName="直接死亡原因编码"/><value xsi:type="CD" ${icd} code="${diagnosis.icd10}" displayName="${diagnosis.text}"/></observation></entryRelationship></observation></entry>
</section></component>`;
  return clinicalDocument(document, '2.16.156.10011.2.1.1.70', '', encounter, body);
}

function clinicalDocument(document: HealthDocument, template: string, idCard: string, encounter: string, body: string): string {
  const { life, stay } = document;
  const { citizen } = life;
  const sex = sexCode(citizen);
  return `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:hl7-org:v3 ..\\sdschemas\\CDA.xsd">
<realmCode code="CN"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_MT000040"/><templateId root="${template}"/>
<id root="2.16.156.10011.1.1" extension="${document.id}"/>
<code code="${document.code}" codeSystem="2.16.156.10011.2.4" codeSystemName="卫生信息共享文档规范编码体系"/>
<title>${document.title}</title><effectiveTime value="${document.effectiveTime}"/>
<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25" codeSystemName="Confidentiality" displayName="正常访问保密级别"/><languageCode code="zh-CN"/><setId/><versionNumber/>
<recordTarget typeCode="RCT" contextControlCode="OP"><patientRole classCode="PAT"><id root="2.16.156.10011.1.12" extension="${stay.recordNo}"/>
<patient classCode="PSN" determinerCode="INSTANCE">${idCard}<name>${escapeXml(citizen.name)}</name><administrativeGenderCode codeSystem="2.16.156.10011.2.3.3.4" codeSystemName="生理性别代码表(GB/T 2261.1)" code="${sex}" displayName="${sex === '1' ? '男性' : '女性'}"/><birthTime value="${compactDay(citizen.bornOn)}"/></patient></patientRole></recordTarget>
<author typeCode="AUT" contextControlCode="OP"><time value="${document.effectiveTime}"/><assignedAuthor classCode="ASSIGNED"><id root="2.16.156.10011.1.7" extension="D0001"/><assignedPerson><name>${escapeXml(citizen.name)}</name></assignedPerson></assignedAuthor></author>
<custodian typeCode="CST"><assignedCustodian classCode="ASSIGNED"><representedCustodianOrganization classCode="ORG" determinerCode="INSTANCE"><id root="2.16.156.10011.1.5" extension="${stay.hospital.healthCode}"/><name>${stay.hospital.name}</name></representedCustodianOrganization></assignedCustodian></custodian>
<relatedDocument typeCode="RPLC"><parentDocument><id/><setId/><versionNumber/></parentDocument></relatedDocument>
<componentOf>${encounter}</componentOf>
<component><structuredBody>
${body}
</structuredBody></component>
</ClinicalDocument>
`;
}
