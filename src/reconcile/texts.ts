import type { Agency, Bilingual, DayInterval, Hospital, PartialDate } from '../model/index.js';
import { formatDay } from '../model/index.js';
import { cutToDay } from './dates.js';
import type { Piece } from './death-fact.js';
import type { KnownSettlement, KnownStay } from './person-file.js';

/** The words findings are written with: agencies, feeds, kinds of death evidence, dates. No text here ever holds a name or an ID number. */

/** What a table has for a word that came from outside: `constructor` is a word too, and no entry. */
function entryOf<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

const agencies: Readonly<Record<string, Bilingual>> = {
  'provincial-appraisal': { zh: '省级鉴定', en: 'the province' },
  'public-security': { zh: '公安', en: 'the police' },
  health: { zh: '卫生健康', en: 'health' },
  'civil-affairs': { zh: '民政', en: 'civil affairs' },
  'medical-insurance': { zh: '医保', en: 'medical insurance' },
  city: { zh: '本市', en: 'the city' },
};

/** What an agency is called; a further agency is called by its slug. */
export function agencyName(agency: Agency): Bilingual {
  return entryOf(agencies, agency) ?? { zh: agency, en: agency };
}

const feeds: Readonly<Record<string, Bilingual>> = {
  'public-security/population': { zh: '公安人口信息', en: 'the population register of the police' },
  'health/death-certificates': { zh: '卫生健康死亡证明', en: 'the death certificates of health' },
  'health/stays': { zh: '卫生健康住院信息', en: 'the hospital stays of health' },
  'civil-affairs/cremations': { zh: '民政火化信息', en: 'the cremations of civil affairs' },
  'civil-affairs/marriages': { zh: '民政婚姻登记', en: 'the marriages of civil affairs' },
  'medical-insurance/enrolments': { zh: '医保参保信息', en: 'the enrolments of medical insurance' },
  'medical-insurance/stays': { zh: '医保住院信息', en: 'the hospital stays of medical insurance' },
  'medical-insurance/settlements': { zh: '医保结算信息', en: 'the settlements of medical insurance' },
  'provincial-appraisal/appraisals': { zh: '省级鉴定信息', en: 'the appraisals of the province' },
};

export function feedName(agency: Agency, feed: string): Bilingual {
  return entryOf(feeds, `${agency}/${feed}`) ?? { zh: `${agency}/${feed}`, en: `${agency}/${feed}` };
}

interface BasisWords {
  record: Bilingual;
  /** What happened on the event day. */
  event: Bilingual;
}

const bases: Readonly<Record<string, BasisWords>> = {
  'medical-certificate': { record: { zh: '死亡医学证明', en: 'medical certificate' }, event: { zh: '签发', en: 'issued' } },
  cremation: { record: { zh: '火化记录', en: 'cremation record' }, event: { zh: '火化', en: 'cremated' } },
  'household-cancellation': {
    record: { zh: '户籍死亡注销', en: 'household cancellation' },
    event: { zh: '登记注销', en: 'registered' },
  },
  'hospital-discharge': {
    record: { zh: '离院死亡记录', en: 'hospital record of death' },
    event: { zh: '出院', en: 'discharged' },
  },
  court: { record: { zh: '宣告死亡', en: 'court declaration' }, event: { zh: '登记', en: 'registered' } },
  'benefit-claim': { record: { zh: '待遇申领', en: 'benefit claim' }, event: { zh: '受理', en: 'accepted' } },
};

/** What a record of a death is called; a kind of no known name is called by its slug. */
export function basisName(kind: string): Bilingual {
  return entryOf(bases, kind)?.record ?? { zh: kind, en: kind };
}

/** What happened on the event day of a record of a death. */
export function eventName(kind: string): Bilingual {
  return entryOf(bases, kind)?.event ?? { zh: '发生', en: 'happened' };
}

/** What one record says of the death: `死亡医学证明记载 2025-03-01 死亡（卫生健康）`. */
export function pieceText(piece: Piece): Bilingual {
  const agency = agencyName(piece.record.source.agency);
  const record = basisName(piece.kind);
  if (piece.diedOn !== undefined && piece.died !== undefined) {
    const on = cutToDay(piece.diedOn);
    return {
      zh: `${record.zh}记载 ${on} 死亡（${agency.zh}）`,
      en: `${record.en} gives ${on} as the day of death (${agency.en})`,
    };
  }
  if (piece.eventOn !== undefined && piece.event !== undefined) {
    const on = cutToDay(piece.eventOn);
    const event = eventName(piece.kind);
    return {
      zh: `${record.zh} ${on} ${event.zh}，未载死亡日期（${agency.zh}）`,
      en: `${record.en}: ${event.en} ${on}, without a day of death (${agency.en})`,
    };
  }
  return { zh: `${record.zh}，未载日期（${agency.zh}）`, en: `${record.en} without a date (${agency.en})` };
}

/** What the records say of the death, each thing once: two connections of one feed tell of the same certificate in the same words. */
export function deathText(pieces: readonly Piece[]): Bilingual {
  const said = new Map(pieces.map(pieceText).map((text) => [text.zh, text]));
  return joined([...said.values()]);
}

/** `演示医院，卫生健康`: who told of a stay, and where it was. */
export function hospitalText(hospital: Hospital | undefined, agency: Agency): Bilingual {
  const who = agencyName(agency);
  const place = hospital?.name ?? hospital?.code;
  return place === undefined
    ? { zh: `医院未载，${who.zh}`, en: `hospital not given, ${who.en}` }
    : { zh: `${place}，${who.zh}`, en: `${place}, ${who.en}` };
}

/** A date as its source gave it, cut to the day. */
export function dateText(date: PartialDate | undefined): string {
  return date === undefined ? '—' : cutToDay(date);
}

/** The day a stay ended as its record says, else as another telling of it does; `open` while no one has told. */
export function dischargeText({ record, discharged }: KnownStay): string {
  if (record.dischargedOn !== undefined) return cutToDay(record.dischargedOn);
  return discharged === undefined ? 'open' : spanText(discharged);
}

const funds: Readonly<Record<string, string>> = {
  'work-injury': '工伤',
  employee: '职工医保',
  resident: '居民医保',
  other: '其他',
};

/** What a fund paid, when, and who says so: `职工医保基金 2025-03-20 支付 800.00 元（医保，结算 Y1）`. */
export function paymentText({ record }: KnownSettlement): Bilingual {
  const who = agencyName(record.source.agency);
  const on = dateText(record.settledOn);
  return {
    zh: `${entryOf(funds, record.fund) ?? record.fund}基金 ${on} 支付 ${record.fundPaid} 元（${who.zh}，结算 ${record.settlementNo}）`,
    en: `the ${record.fund} fund paid ${record.fundPaid} yuan on ${on} (${who.en}, settlement ${record.settlementNo})`,
  };
}

const settings: Readonly<Record<string, Bilingual>> = {
  inpatient: { zh: '住院', en: 'inpatient care' },
  outpatient: { zh: '门诊', en: 'outpatient care' },
  pharmacy: { zh: '药店购药', en: 'a purchase at a pharmacy' },
  other: { zh: '其他就医', en: 'other care' },
};

/** What was given, when and where: `2025-03-05 门诊（演示医院，医保）`. */
export function serviceText({ record }: KnownSettlement): Bilingual {
  const where = hospitalText(record.hospital, record.source.agency);
  const setting = entryOf(settings, record.setting) ?? { zh: record.setting, en: record.setting };
  if (record.from === undefined) return { zh: `${setting.zh}（${where.zh}）`, en: `${setting.en} (${where.en})` };
  const [from, to] = [dateText(record.from), dateText(record.to ?? record.from)];
  return {
    zh: `${from === to ? from : `${from} 至 ${to}`} ${setting.zh}（${where.zh}）`,
    en: `${setting.en} ${from === to ? `on ${from}` : `from ${from} to ${to}`} (${where.en})`,
  };
}

/** `2025-03-01 … 2025-03-09`, or one day. */
export function spanText(span: DayInterval): string {
  return span.lo === span.hi ? formatDay(span.lo) : `${formatDay(span.lo)} … ${formatDay(span.hi)}`;
}

export function joined(texts: readonly Bilingual[]): Bilingual {
  return { zh: texts.map((text) => text.zh).join('；'), en: texts.map((text) => text.en).join('; ') };
}
