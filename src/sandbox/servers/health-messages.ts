import { hexOf } from '../random.js';
import type { Life, Stay } from '../world.js';
import { escapeXml } from './write-xml.js';

/** HL7 v3 messages as the regional health platform answers them (reference HI 2.2–2.6): values in attributes, identifiers by root. */

export const roots = {
  message: '2.16.156.10011.2.5.1.1',
  interaction: '2.16.156.10011.2.5.1.2',
  system: '2.16.156.10011.2.5.1.3',
  patient: '2.16.156.10011.2.5.1.4',
  visitTimes: '2.16.156.10011.2.5.1.8',
  visitNo: '2.16.156.10011.2.5.1.9',
  documentType: '2.16.156.10011.2.5.1.23',
  documentId: '2.16.156.10011.2.5.1.24',
  idCard: '2.16.156.10011.1.3',
  staff: '2.16.156.10011.1.4',
  organisation: '2.16.156.10011.1.5',
  outpatientNo: '2.16.156.10011.1.11',
  recordNo: '2.16.156.10011.1.12',
} as const;

export interface MessageFrame {
  /** Root element of the answer. */
  type: string;
  /** What the interaction id says; the specimens differ from the root name here and there. */
  interaction: string;
  /** Message id of the request. */
  answers: string;
  /** The system that asked. */
  receiver: string;
  /** yyyyMMddHHmmss. */
  createdAt: string;
  code: 'AA' | 'AE';
  text: string;
  control?: string;
}

/** One answering message. */
export function message(frame: MessageFrame): string {
  const id = (extension: string) => `<id root="${roots.message}" extension="${escapeXml(extension)}"/>`;
  const device = (role: 'receiver' | 'sender', code: string, system: string) =>
    `<${role} typeCode="${code}"><device classCode="DEV" determinerCode="INSTANCE"><id><item root="${roots.system}" extension="${escapeXml(system)}"/></id></device></${role}>`;
  return [
    `<${frame.type} ITSVersion="XML_1.0" xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:hl7-org:v3 ../multicacheschemas/${frame.type}.xsd">`,
    id(hexOf('answer', frame.answers, frame.type).slice(0, 32)),
    `<creationTime value="${frame.createdAt}"/>`,
    `<interactionId root="${roots.interaction}" extension="${frame.interaction}"/>`,
    '<processingCode code="P"/><processingModeCode/><acceptAckCode code="NE"/>',
    device('receiver', 'RCV', frame.receiver),
    device('sender', 'SND', 'Platform'),
    `<acknowledgement typeCode="${frame.code}"><targetMessage>${id(frame.answers)}</targetMessage><acknowledgementDetail><text value="${escapeXml(frame.text)}"/></acknowledgementDetail></acknowledgement>`,
    frame.control ?? '',
    `</${frame.type}>`,
  ].join('\n');
}

/** `controlActProcess` around the subjects of a query answer. */
export function queryAnswer(queryId: string, subjects: readonly string[], classCode = 'ACTN'): string {
  const acknowledgement = `<queryAck><queryId extension="${escapeXml(queryId)}"/><queryResponseCode code="OK"/><resultTotalQuantity value="${subjects.length}"/></queryAck>`;
  return `<controlActProcess classCode="${classCode}" moodCode="PRMS">${subjects.join('\n')}${acknowledgement}</controlActProcess>`;
}

/** An `encounterEvent` with the admission or the discharge, never both. */
export function encounter(life: Life, stay: Stay, which: 'admission' | 'discharge', instant: string): string {
  const time = which === 'admission' ? `<low value="${instant}"/>` : `<high value="${instant}"/>`;
  return `<subject typeCode="SUBJ"><encounterEvent classCode="ENC" moodCode="EVN">
<id><item root="${roots.recordNo}" extension="${stay.recordNo}"/><item extension="1" root="${roots.visitTimes}"/><item extension="${stay.visitNo}" root="${roots.visitNo}"/></id>
<code code="3" codeSystem="2.16.156.10011.2.3.1.271" codeSystemName="患者类型代码表"><displayName value="住院"/></code>
<statusCode/><effectiveTime>${time}</effectiveTime>
<subject typeCode="SBJ"><patient classCode="PAT"><id><item root="${roots.patient}" extension="${life.citizen.patientId}"/></id><patientPerson><id><item root="${roots.idCard}" extension="${life.citizen.number}"/></id><name xsi:type="DSET_EN"><item><part value="${escapeXml(life.citizen.name)}"/></item></name></patientPerson></patient></subject>
<responsibleParty><time/><assignedOrganization classCode="ASSIGNED"><id><item root="${roots.organisation}" extension="${stay.hospital.healthCode}"/></id></assignedOrganization></responsibleParty>
<reason typeCode="RSON"><observationDx classCode="OBS" moodCode="EVN"><code/><statusCode/><value code="${stay.diagnosis.icd10}" codeSystem="2.16.156.10011.2.3.3.11" codeSystemName="ICD-10"><displayName value="${stay.diagnosis.text}"/></value></observationDx></reason>
</encounterEvent></subject>`;
}

/** A document of the platform. */
export interface HealthDocument {
  id: string;
  code: 'C0032' | 'C0050';
  title: string;
  life: Life;
  stay: Stay;
  /** yyyyMMddHHmmss. */
  effectiveTime: string;
  admittedAt: string;
}

/** A `clinicalDocument`: an entry of the list, or with `content` the document itself. */
export function clinicalDocument(document: HealthDocument, content?: string): string {
  const { life, stay } = document;
  const organisation = `<id><item root="${roots.organisation}" extension="${stay.hospital.healthCode}"/></id><name xsi:type="DSET_EN"><item><part value="${stay.hospital.name}"/></item></name>`;
  const storage =
    content === undefined
      ? ''
      : `<storageCode><originalText value="${Buffer.from(content, 'utf8').toString('base64')}"/></storageCode>`;
  return `<subject typeCode="SUBJ"><clinicalDocument classCode="DOCCLIN" moodCode="EVN">
<id><item root="${roots.documentId}" extension="${document.id}"/></id>
<code code="${document.code}" codeSystem="${roots.documentType}" codeSystemName="文档类型代码"><displayName value="${document.title}"/></code>
<statusCode/><effectiveTime value="${document.effectiveTime}"/>
<confidentialityCode code="N" codeSystem="2.16.156.10011.2.5.1.25" codeSystemName="文档保密级别代码"><displayName value="正常访问保密级别"/></confidentialityCode>
<versionNumber value="1"/>
${storage}
<recordTarget typeCode="RCT"><patient classCode="PAT"><id><item root="${roots.patient}" extension="${life.citizen.patientId}"/><item root="${roots.recordNo}" extension="${stay.recordNo}"/><item root="${roots.outpatientNo}" extension=""/></id><statusCode/><effectiveTime><low value="${document.admittedAt}"/><high/></effectiveTime>
<patientPerson classCode="PSN" determinerCode="INSTANCE"><id><item root="${roots.idCard}" extension="${life.citizen.number}"/></id><name xsi:type="DSET_EN"><item><part value="${escapeXml(life.citizen.name)}"/></item></name></patientPerson>
<providerOrganization classCode="ORG" determinerCode="INSTANCE">${organisation}</providerOrganization></patient></recordTarget>
<author typeCode="AUT"><time/><assignedAuthor classCode="ASSIGNED"><id><item root="${roots.staff}" extension="D0001"/></id><assignedPerson classCode="PSN" determinerCode="INSTANCE"><name xsi:type="DSET_EN"><item><part value="示例编码员"/></item></name></assignedPerson></assignedAuthor></author>
<custodian typeCode="CST"><assignedCustodian classCode="ASSIGNED"><representedOrganization classCode="ORG" determinerCode="INSTANCE">${organisation}</representedOrganization></assignedCustodian></custodian>
</clinicalDocument></subject>`;
}

/** A patient as `PatientInfoQuery` answers. */
export function patientSubject(life: Life, birthTime: string, sex: '1' | '2'): string {
  return `<subject typeCode="SUBJ"><registrationEvent classCode="REG" moodCode="EVN"><statusCode code="active"/><subject1 typeCode="SBJ"><patient classCode="PAT">
<id><item root="${roots.patient}" extension="${life.citizen.patientId}"/></id><statusCode code="active"/>
<patientPerson><id><item root="${roots.idCard}" extension="${life.citizen.number}"/></id><idCategory code="01" codeSystem="2.16.156.10011.2.3.1.1" codeSystemName="身份证件类别代码表"><displayName value="居民身份证"/></idCategory><name xsi:type="LIST_EN"><item><part value="${escapeXml(life.citizen.name)}"/></item></name><administrativeGenderCode code="${sex}" codeSystem="2.16.156.10011.2.3.3.4"><displayName value="${sex === '1' ? '男性' : '女性'}"/></administrativeGenderCode><birthTime value="${birthTime}"/></patientPerson>
</patient></subject1></registrationEvent></subject>`;
}
