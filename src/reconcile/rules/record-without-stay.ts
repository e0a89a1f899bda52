import { absenceClaim, cityClaim } from '../claims.js';
import { and, isWithin, type Truth } from '../dates.js';
import { appraisalCase, feeds, file, medicalRecord, stay } from '../example.js';
import { isSameHospital, type Place } from '../hospitals.js';
import * as needs from '../needs.js';
import type { KnownDocument, KnownStay, PersonFile } from '../person-file.js';
import { doubt, notApplicable } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { placeOf } from '../stays.js';
import { dateText } from '../texts.js';
import { unusable } from '../usable.js';
import { verdictOf } from '../verdicts.js';

const supplied = (...documents: ReturnType<typeof medicalRecord>[]) => [appraisalCase({ documents })];
const record = medicalRecord('2025-03-01', '2025-03-10');
const local = feeds({ 'health/stays': { regions: ['370700'] } });

const rule: PersonRule<{ toleranceDays: number }> = {
  scope: 'person',
  id: 'record-without-stay',
  version: '1',
  severity: 'high',
  title: { zh: '病历材料查无对应住院', en: 'Medical record without a stay' },
  description: {
    zh: '申请人提交的住院病历，在覆盖该医院的住院信息中没有对应的住院（同一医院，入出院日期各差不过一天）。',
    en: 'A supplied hospital record has no matching stay (same hospital, both dates within a day) in a feed that covers the hospital.',
  },
  feeds: [needs.stays],
  parameters: { toleranceDays: 1 },
  basis: ['劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第十八条、第三十一条'],
  action: 'ask-agency',
  readsDeathFact: false,
  notApplicable: (personFile) => (judged(personFile).length === 0 ? notApplicable('no-medical-record') : undefined),

  check({ file, parameters }) {
    return verdictOf(judged(file).map((item) => judge(file, item, parameters.toleranceDays)));
  },

  examples: [
    {
      name: { zh: '没有任何住院', en: 'no stay at all' },
      file: file({ cases: supplied(record) }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '同院住院，出院相差两天', en: 'a stay in the same hospital, discharged two days apart' },
      file: file({ cases: supplied(record), evidence: [stay('2025-03-01', '2025-03-12')] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '出入院各差一天', en: 'both dates one day off' },
      file: file({ cases: supplied(record), evidence: [stay('2025-03-02', '2025-03-09')] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '尚未出院，入院日期相符', en: 'an open stay with the same admission' },
      file: file({ cases: supplied(record), evidence: [stay('2025-03-01')] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '另一家医院', en: 'another hospital' },
      file: file({ cases: supplied(record), evidence: [stay('2025-03-01', '2025-03-10', { hospital: { name: '演示二院' } })] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '住院信息恰好完整到出院当日', en: 'the stays are complete through the day of discharge' },
      file: file({ cases: supplied(record), feeds: feeds({ 'health/stays': { completeThrough: '2025-03-10' } }) }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '住院信息只完整到出院前一日', en: 'the stays are complete through the day before only' },
      file: file({ cases: supplied(record), feeds: feeds({ 'health/stays': { completeThrough: '2025-03-09' } }) }),
      expect: { outcome: 'unknown', reason: 'feed-gap' },
    },
    {
      name: { zh: '外省医院，住院信息不覆盖', en: 'a hospital of another province' },
      file: file({ cases: supplied(medicalRecord('2025-03-01', '2025-03-10', { hospitalRegion: '320100' })), feeds: local }),
      expect: { outcome: 'unknown', reason: 'feed-does-not-cover' },
    },
    {
      name: { zh: '医院地区未知', en: 'the region of the hospital is unknown' },
      file: file({ cases: supplied(record), feeds: local }),
      expect: { outcome: 'unknown', reason: 'feed-does-not-cover' },
    },
    {
      name: { zh: '地区取自同一医院的另一次住院', en: 'the region is taken from another stay in the hospital' },
      file: file({
        cases: supplied(record),
        evidence: [stay('2024-03-01', '2024-03-10', { hospital: { name: '演示医院', region: '370703' } })],
        feeds: local,
      }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '病历只有编码，住院只有名称', en: 'the record has a code only, the stay a name only' },
      file: file({
        cases: supplied(noName(medicalRecord('2025-03-01', '2025-03-10', { hospitalCode: 'H370799001' }))),
        evidence: [stay('2025-03-01', '2025-03-10', { hospital: { name: '演示医院' } })],
      }),
      expect: { outcome: 'unknown', reason: 'hospital-uncertain' },
    },
    {
      name: { zh: '没有病历材料', en: 'no medical record' },
      file: file({ cases: [appraisalCase()] }),
      expect: { outcome: 'not-applicable', reason: 'no-medical-record' },
    },
  ],
};

export default rule;

function noName({ hospital: _, ...document }: ReturnType<typeof medicalRecord>): ReturnType<typeof medicalRecord> {
  return document;
}

interface Judged {
  readonly caseNo: string;
  readonly document: KnownDocument['document'];
  readonly admitted: NonNullable<KnownDocument['admitted']>;
  readonly discharged: NonNullable<KnownDocument['discharged']>;
}

/** Medical records with a hospital and both dates. */
function judged({ cases }: PersonFile): Judged[] {
  return cases.flatMap((item) =>
    item.medicalRecords.flatMap(({ document, admitted, discharged }) =>
      (document.hospital || document.hospitalCode) && admitted !== undefined && discharged !== undefined
        ? [{ caseNo: item.case.caseNo, document, admitted, discharged }]
        : [],
    ),
  );
}

function judge(file: PersonFile, item: Judged, tolerance: number): RuleFinding | Doubt | undefined {
  const { document, caseNo } = item;
  const place = placeOfDocument(document);
  // Clear and finding alike need a feed that would know of the stay.
  const region = document.hospitalRegion || regionOfStays(file, place);
  const notUsable = unusable(file, [needs.stays], { day: item.discharged.hi, place: { region } });
  if (notUsable !== undefined) return notUsable;

  const matches = file.toldStays.map((known) => match(item, place, known, tolerance));
  if (matches.includes('yes')) return undefined;
  if (matches.includes('maybe')) {
    const isPlace = file.toldStays.some(
      (known, index) => matches[index] === 'maybe' && isSameHospital(place, placeOf(known)) === 'maybe',
    );
    return doubt(isPlace ? 'hospital-uncertain' : 'date-too-coarse');
  }
  const [from, to] = [dateText(document.admittedOn), dateText(document.dischargedOn)];
  const where = document.hospital ?? document.hospitalCode ?? '';
  return {
    severity: 'high',
    explanation: {
      zh: `提交的病历写明 ${from} 至 ${to} 在${where}住院（案件 ${caseNo}），卫生健康住院信息中没有同一医院、日期相符的住院`,
      en: `The supplied record tells of a stay from ${from} to ${to} in ${where} (case ${caseNo}); the stays of health have none in that hospital on those days`,
    },
    claims: [
      cityClaim(caseNo, `documents/${document.id}/admittedOn`, from),
      cityClaim(caseNo, `documents/${document.id}/dischargedOn`, to),
      absenceClaim(needs.stays, 'stay'),
    ],
    rests: [],
  };
}

/** A document's code is one of health's. */
function placeOfDocument({ hospital, hospitalCode, recordNo }: Judged['document']): Place {
  return {
    agency: 'health',
    hospital: {
      ...(hospital === undefined ? {} : { name: hospital }),
      ...(hospitalCode === undefined ? {} : { code: hospitalCode }),
    },
    recordNo,
  };
}

function match(item: Judged, place: Place, known: KnownStay, tolerance: number): Truth {
  if (known.admitted === undefined) return 'no';
  const admission = isWithin(item.admitted, known.admitted, tolerance);
  const discharge = known.discharged === undefined ? 'yes' : isWithin(item.discharged, known.discharged, tolerance);
  const dates = and(admission, discharge);
  return dates === 'no' ? 'no' : and(dates, isSameHospital(place, placeOf(known)));
}

function regionOfStays({ toldStays }: PersonFile, place: Place): string | undefined {
  return toldStays.find((known) => known.record.hospital.region && isSameHospital(place, placeOf(known)) === 'yes')?.record
    .hospital.region;
}
