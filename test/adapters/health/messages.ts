/** Answers of a regional health platform, as short as the platform's shapes allow; synthetic persons and hospitals only. */

export interface Somebody {
  number: string;
  name: string;
}

export interface Encounter {
  who: Somebody;
  recordNo: string;
  visitNo?: string;
  visitSerial?: string;
  hospital?: string;
  admitted?: string;
  discharged?: string;
  diagnosis?: readonly [code: string, text: string];
}

export interface ListedDocument {
  who: Somebody;
  id: string;
  code: string;
  recordNo: string;
  hospital?: string;
  admitted?: string;
  time?: string;
  version?: string;
  /** A clinical document; only where the content is asked for. */
  content?: string;
}

/** The operation a request asks for. */
export function actionOf(request: string): string {
  return /<(?:urn:)?action>([A-Za-z]+)</.exec(request)?.[1] ?? '';
}

/** An attribute of the first element of a name in a request. */
export function attributeIn(request: string, element: string, attribute: string): string | undefined {
  return new RegExp(`<${element}[^>]*\\s${attribute}="([^"]*)"`).exec(request)?.[1];
}

export function answer(root: string, subjects: readonly string[]): string {
  const total = `<queryAck><queryId extension="Q"/><queryResponseCode code="OK"/><resultTotalQuantity value="${subjects.length}"/></queryAck>`;
  return soap(message(root, 'AA', '处理成功', `<controlActProcess>${subjects.join('')}${total}</controlActProcess>`));
}

export function acknowledgement(text: string): string {
  return soap(message('MCCI_IN000002UV01', 'AE', text, ''));
}

export function encounters(list: readonly Encounter[]): string {
  return answer(
    'PRPA_IN900350UV',
    list.map(({ who, recordNo, visitNo = '1', visitSerial = '', hospital = 'H37079900001', admitted, discharged, diagnosis }) => {
      const low = admitted === undefined ? '' : `<low value="${admitted}"/>`;
      const high = discharged === undefined ? '' : `<high value="${discharged}"/>`;
      const reason =
        diagnosis === undefined
          ? ''
          : `<reason><observationDx><value code="${diagnosis[0]}" codeSystem="2.16.156.10011.2.3.3.11"><displayName value="${diagnosis[1]}"/></value></observationDx></reason>`;
      return `<subject><encounterEvent><id><item root="2.16.156.10011.1.12" extension="${recordNo}"/><item root="2.16.156.10011.2.5.1.8" extension="${visitNo}"/><item root="2.16.156.10011.2.5.1.9" extension="${visitSerial}"/></id><code code="3"/><effectiveTime>${low}${high}</effectiveTime><subject><patient><patientPerson>${personal(who)}</patientPerson></patient></subject><responsibleParty><assignedOrganization><id><item root="2.16.156.10011.1.5" extension="${hospital}"/></id></assignedOrganization></responsibleParty>${reason}</encounterEvent></subject>`;
    }),
  );
}

export function documents(list: readonly ListedDocument[], content = false): string {
  return answer(
    content ? 'RCMR_IN000032UV01' : 'RCMR_IN000030UV01',
    list.map((document) => {
      const {
        who,
        id,
        code,
        recordNo,
        hospital = 'H37079900001',
        admitted = '',
        time = '20260301100000',
        version = '1',
      } = document;
      const storage =
        content && document.content !== undefined
          ? `<storageCode><originalText value="${Buffer.from(document.content).toString('base64')}"/></storageCode>`
          : '';
      return `<subject><clinicalDocument><id><item root="2.16.156.10011.2.5.1.24" extension="${id}"/></id><code code="${code}"/><effectiveTime value="${time}"/><versionNumber value="${version}"/>${storage}<recordTarget><patient><id><item root="2.16.156.10011.2.5.1.4" extension="P1"/><item root="2.16.156.10011.1.12" extension="${recordNo}"/></id><effectiveTime><low value="${admitted}"/></effectiveTime><patientPerson>${personal(who)}</patientPerson><providerOrganization><id><item root="2.16.156.10011.1.5" extension="${hospital}"/></id><name><item><part value="演示市样例医院"/></item></name></providerOrganization></patient></recordTarget></clinicalDocument></subject>`;
    }),
  );
}

export interface Content {
  code: string;
  recordNo: string;
  /** None: the document names nobody. */
  who?: Somebody;
  hospital?: string;
  admitted?: string;
  discharged?: string;
  time?: string;
  observations?: readonly string[];
}

export function clinicalDocument(content: Content): string {
  const {
    code,
    recordNo,
    who,
    hospital = 'H37079900001',
    admitted,
    discharged,
    time = '20260301100000',
    observations = [],
  } = content;
  const low = admitted === undefined ? '' : `<low value="${admitted}"/>`;
  const high = discharged === undefined ? '' : `<high value="${discharged}"/>`;
  const ids = who === undefined ? '' : `<id root="2.16.156.10011.1.3" extension="${who.number}"/><name>${who.name}</name>`;
  const entries = observations.map((observation) => `<entry>${observation}</entry>`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><id root="2.16.156.10011.1.1" extension="C1"/><code code="${code}"/><title>文档</title><effectiveTime value="${time}"/><recordTarget><patientRole><id root="2.16.156.10011.1.12" extension="${recordNo}"/><patient>${ids}<administrativeGenderCode code="1"/></patient></patientRole></recordTarget><custodian><assignedCustodian><representedCustodianOrganization><id root="2.16.156.10011.1.5" extension="${hospital}"/></representedCustodianOrganization></assignedCustodian></custodian><componentOf><encompassingEncounter><effectiveTime>${low}${high}</effectiveTime></encompassingEncounter></componentOf><component><structuredBody><component><section><code code="11535-2"/>${entries}</section></component></structuredBody></component></ClinicalDocument>`;
}

/** An observation with a coded value. */
export function coded(element: string, label: string, code: string, text: string): string {
  return `<observation><code code="${element}" displayName="${label}"/><value xsi:type="CD" code="${code}" displayName="${text}"/></observation>`;
}

/** An observation with a moment. */
export function moment(element: string, label: string, value: string): string {
  return `<observation><code code="${element}" displayName="${label}"/><value xsi:type="TS" value="${value}"/></observation>`;
}

function personal(who: Somebody): string {
  return `<id><item root="2.16.156.10011.1.3" extension="${who.number}"/></id><name><item><part value="${who.name}"/></item></name>`;
}

function message(root: string, code: string, text: string, control: string): string {
  return `<${root} xmlns="urn:hl7-org:v3"><id root="2.16.156.10011.2.5.1.1" extension="A"/><creationTime value="20260301090000"/><acknowledgement typeCode="${code}"><acknowledgementDetail><text value="${text}"/></acknowledgementDetail></acknowledgement>${control}</${root}>`;
}

function soap(inner: string): string {
  const escaped = inner.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><HIPMessageServerResponse xmlns="urn:hl7-org:v3"><HIPMessageServerResult>${escaped}</HIPMessageServerResult></HIPMessageServerResponse></e:Body></e:Envelope>`;
}
