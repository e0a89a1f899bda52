import type { Bilingual, Conclusion, Evidence, PartialDate, Source, TimelineEntry } from '../model/index.js';
import { stateName } from './cases.js';
import { agencyName, basisName, dateText, eventName, hospitalText } from './texts.js';
import {
  cancellationReasons,
  caseKinds,
  conclusionStates,
  enrolmentState,
  funds,
  insuranceName,
  marriageEvents,
  outcomeName,
  settings,
} from './timeline-words.js';

/** What one record of an agency says, on which day, in a sentence for an officer. No name is told. */
export type Told = Pick<TimelineEntry, 'kind' | 'on' | 'until' | 'says'>;

/** What of the city's case another's record says: told as that record's. */
export interface ToldOfCase extends Told {
  readonly by?: Source;
}

export function toldBy(record: Evidence): Told {
  const who = agencyName(record.source.agency);
  const { kind } = record;
  switch (record.kind) {
    case 'population':
      return {
        kind,
        ...days(record.cancellation?.diedOn ?? record.cancellation?.registeredOn),
        says: populationText(record, who),
      };
    case 'stay': {
      const place = hospitalText(record.hospital, record.source.agency);
      const end = record.dischargedOn === undefined ? undefined : dateText(record.dischargedOn);
      const how = record.outcome === undefined ? undefined : outcomeName(record.outcome);
      const parts = [
        { zh: `${dateText(record.admittedOn)} 入院`, en: `admitted ${dateText(record.admittedOn)}` },
        end === undefined ? { zh: '尚未出院', en: 'still in hospital' } : { zh: `${end} 出院`, en: `discharged ${end}` },
        how,
        record.diedOn === undefined
          ? undefined
          : { zh: `${dateText(record.diedOn)} 死亡`, en: `died ${dateText(record.diedOn)}` },
      ];
      return {
        kind,
        ...days(record.admittedOn, record.dischargedOn),
        says: sentence({ zh: `住院（${place.zh}）`, en: `hospital stay (${place.en})` }, parts),
      };
    }
    case 'death': {
      const name = basisName(record.basis);
      const event = eventName(record.basis);
      const parts = [
        record.diedOn === undefined
          ? { zh: '未载死亡日期', en: 'no day of death' }
          : { zh: `${dateText(record.diedOn)} 死亡`, en: `died ${dateText(record.diedOn)}` },
        record.eventOn === undefined
          ? undefined
          : { zh: `${dateText(record.eventOn)} ${event.zh}`, en: `${event.en} ${dateText(record.eventOn)}` },
        record.certificateNo === undefined ? undefined : both(record.certificateNo, '证号', 'no.'),
        record.replaces === undefined ? undefined : both(record.replaces, '替代', 'replaces'),
      ];
      return {
        kind,
        ...days(record.diedOn ?? record.eventOn),
        says: sentence({ zh: `${name.zh}（${who.zh}）`, en: `${name.en} (${who.en})` }, parts),
      };
    }
    case 'settlement': {
      const place = record.hospital === undefined ? who : hospitalText(record.hospital, record.source.agency);
      const [fund, setting] = [funds[record.fund], settings[record.setting]];
      const marks: [boolean | undefined, Bilingual][] = [
        [record.interim, { zh: '中途结算', en: 'interim' }],
        [record.refund, { zh: '退费', en: 'refund' }],
        [record.advance, { zh: '先行支付', en: 'paid in advance' }],
        [record.manual, { zh: '手工报销', en: 'by hand' }],
        [record.thirdParty, { zh: '涉第三方责任', en: 'third party liable' }],
      ];
      const parts = [
        spanOf(record.from, record.to),
        { zh: `${dateText(record.settledOn)} 结算`, en: `settled ${dateText(record.settledOn)}` },
        {
          zh: `总额 ${record.total} 元，基金支付 ${record.fundPaid} 元`,
          en: `total ${record.total} yuan, fund ${record.fundPaid}`,
        },
        record.refundOf === undefined ? undefined : both(record.refundOf, '冲销', 'reverses'),
        ...marks.map(([holds, text]) => (holds === true ? text : undefined)),
      ];
      const name = {
        zh: `结算 ${record.settlementNo}（${fund?.zh ?? record.fund}，${setting?.zh ?? record.setting}；${place.zh}）`,
        en: `settlement ${record.settlementNo} (${fund?.en ?? record.fund}, ${setting?.en ?? record.setting}; ${place.en})`,
      };
      return { kind, ...days(record.from ?? record.settledOn, record.to), says: sentence(name, parts) };
    }
    case 'enrolment': {
      const [insurance, state] = [insuranceName(record.insurance), enrolmentState(record.state)];
      const parts = [{ zh: `状态 ${state.zh}`, en: `state ${state.en}` }, spanOf(record.from, record.to)];
      return {
        kind,
        ...days(record.from, record.to),
        says: sentence({ zh: `参保 ${insurance.zh}（${who.zh}）`, en: `enrolment ${insurance.en} (${who.en})` }, parts),
      };
    }
    case 'marriage': {
      const event = marriageEvents[record.event] ?? { zh: record.event, en: record.event };
      return { kind, ...days(record.on), says: { zh: `${event.zh}（${who.zh}）`, en: `${event.en} (${who.en})` } };
    }
    case 'appraisal': {
      const [what, state] = [caseKinds[record.caseKind], stateName(record.state)];
      const parts = [
        { zh: state?.zh ?? record.state, en: state?.en ?? record.state },
        record.conclusion === undefined ? undefined : conclusionText(record.conclusion),
      ];
      const name = {
        zh: `${who.zh}案件 ${record.caseNo}（${what?.zh ?? record.caseKind}）`,
        en: `case ${record.caseNo} of ${who.en} (${what?.en ?? record.caseKind})`,
      };
      return { kind, ...days(record.conclusion?.on), says: sentence(name, parts) };
    }
  }
}

function populationText(record: Extract<Evidence, { kind: 'population' }>, who: Bilingual): Bilingual {
  const name = { zh: `人口信息（${who.zh}）`, en: `population register (${who.en})` };
  if (record.outcome === 'absent') return sentence(name, [{ zh: '查无此人', en: 'no such person' }]);
  const { cancellation } = record;
  const reason = cancellation === undefined ? undefined : cancellationReasons[cancellation.reason];
  const registration = {
    active: { zh: '户籍有效', en: 'registration active' },
    cancelled: {
      zh: `户籍已注销${reason === undefined ? '' : `（${reason.zh}）`}`,
      en: `registration cancelled${reason === undefined ? '' : ` (${reason.en})`}`,
    },
    unknown: { zh: '户籍状态未给出', en: 'state of the registration not given' },
  }[record.registration];
  return sentence(name, [
    record.outcome === 'name-differs' || record.match?.name === 'different'
      ? { zh: '姓名不符', en: 'the name differs' }
      : undefined,
    registration,
    cancellation?.registeredOn === undefined
      ? undefined
      : { zh: `${dateText(cancellation.registeredOn)} 登记`, en: `registered ${dateText(cancellation.registeredOn)}` },
    cancellation?.diedOn === undefined
      ? undefined
      : { zh: `${dateText(cancellation.diedOn)} 死亡`, en: `died ${dateText(cancellation.diedOn)}` },
    record.deathFlag === true ? { zh: '有死亡标识', en: 'death flag set' } : undefined,
  ]);
}

/** A conclusion by number, grade and standing. */
export function conclusionText({ no, on, level, grade, care, status }: Conclusion): Bilingual {
  const grades = grade === 'below' ? { zh: '未达到等级', en: 'below any grade' } : { zh: `${grade} 级`, en: `grade ${grade}` };
  const parts = [
    { zh: dateText(on), en: dateText(on) },
    grade === undefined ? undefined : grades,
    care === undefined ? undefined : careTexts[care],
    conclusionStates[status],
  ].filter((part) => part !== undefined);
  return {
    zh: [`${level === 'city' ? '市级' : '省级'}结论 ${no}`, ...parts.map((part) => part.zh)].join('，'),
    en: [`conclusion ${no} of the ${level}`, ...parts.map((part) => part.en)].join(', '),
  };
}

const careTexts: Readonly<Record<string, Bilingual>> = {
  none: { zh: '无护理依赖', en: 'no care needed' },
  partial: { zh: '部分护理依赖', en: 'partial care needed' },
  major: { zh: '大部分护理依赖', en: 'much care needed' },
  total: { zh: '完全护理依赖', en: 'full care needed' },
};

/** `on` and `until` where they are given. */
export function days(on: PartialDate | undefined, until?: PartialDate): Pick<TimelineEntry, 'on' | 'until'> {
  return { ...(on === undefined ? {} : { on }), ...(until === undefined ? {} : { until }) };
}

export function spanOf(from: PartialDate | undefined, to: PartialDate | undefined): Bilingual | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (to === undefined) return { zh: `${dateText(from)} 起`, en: `from ${dateText(from)}` };
  if (from === undefined) return { zh: `至 ${dateText(to)}`, en: `to ${dateText(to)}` };
  return { zh: `${dateText(from)} 至 ${dateText(to)}`, en: `${dateText(from)} to ${dateText(to)}` };
}

/** `name：part，part`. */
export function sentence(name: Bilingual, parts: readonly (Bilingual | undefined)[]): Bilingual {
  const said = parts.filter((part) => part !== undefined);
  if (said.length === 0) return name;
  return {
    zh: `${name.zh}：${said.map((part) => part.zh).join('，')}`,
    en: `${name.en}: ${said.map((part) => part.en).join(', ')}`,
  };
}

function both(value: string, zh: string, en: string): Bilingual {
  return { zh: `${zh} ${value}`, en: `${en} ${value}` };
}
