import type { MappingFault } from '../mapping/context.js';
import type { CityMapping, CodeTable } from '../mapping/mapping.js';
import { type CompiledRows, compileRows } from '../mapping/rows.js';
import type { Bilingual } from '../model/index.js';
import { cityFields } from './city-fields.js';
import { cityCodeTables } from './shipped.generated.js';

/**
 * Indicators whose value list is not the same in every system, or not public. None has a default: until the city names its list, what comes is kept
 * as it came (`known: false`) and nothing is concluded from it.
 */
export interface Indicator {
  /** As in the mapping and the configuration: `ALC060`. */
  code: string;
  title: Bilingual;
  /** `conflicting`: lists were seen that contradict each other; `not-public`: none, or hardly any value, was seen. */
  standing: 'conflicting' | 'not-public';
  /** Who says what. */
  says: Bilingual;
  /** What does not happen until a list is named. */
  until: Bilingual;
  /** Shipped tables to choose from. */
  tables: readonly string[];
}

const kept: Bilingual = { zh: '只按原值保留', en: 'it is kept as it came' };

export const indicators: readonly Indicator[] = [
  {
    code: 'ALC021',
    title: { zh: '伤害程度', en: 'degree of injury' },
    standing: 'conflicting',
    says: {
      zh: '一个系统为 1 死亡、3 工伤、5 失踪；另一个系统把 1 和 4 都当作死亡或失踪（哪个是哪个未见）',
      en: 'one system has 1 dead, 3 injured, 5 missing; another takes both 1 and 4 for dead or missing (which is which was not seen)',
    },
    until: { zh: '不据此判断死亡或失踪', en: 'nobody is taken for dead or missing by it' },
    tables: ['alc021-1-3-5'],
  },
  {
    code: 'ALC060',
    title: { zh: '护理依赖等级', en: 'care level' },
    standing: 'conflicting',
    says: {
      zh: '一个系统为 0 无至 3 完全；另一个系统 9 为无；据称部颁代码顺序相反（1 完全、2 大部分、3 部分）',
      en: 'one system has 0 none to 3 total; another 9 for none; a list ascribed to the ministry runs the other way (1 total, 2 major, 3 partial)',
    },
    until: { zh: '结论不带护理等级', en: 'conclusions come without a care level' },
    tables: ['alc060-0-none-3-total', 'alc060-1-total-3-partial', 'alc060-9-none'],
  },
  {
    code: 'ALA019',
    title: { zh: '鉴定类别', en: 'kind of appraisal' },
    standing: 'conflicting',
    says: {
      zh: '一个系统 1 为初次、4 为医疗终结期；2、3 谁是复查、谁是再次未见',
      en: 'one system has 1 first and 4 medical end point; which of 2 and 3 is review and which re-appraisal was not seen',
    },
    until: { zh: '鉴定行留置，不成为在册案件', en: 'appraisal rows wait and become no case on file' },
    tables: ['ala019-2-review-3-reappraisal', 'ala019-2-reappraisal-3-review'],
  },
  {
    code: 'ALA040',
    title: { zh: '伤残等级', en: 'disability grade' },
    standing: 'not-public',
    says: { zh: '多个系统有此指标，其取值均未见', en: 'several systems have it, its values were seen in none' },
    until: { zh: '结论不带伤残等级', en: 'conclusions come without a grade' },
    tables: ['ala040-number-is-grade'],
  },
  {
    code: 'AAE116',
    title: { zh: '待遇发放状态', en: 'state of payment' },
    standing: 'conflicting',
    says: { zh: '各厂商取值不同', en: 'every vendor has values of its own' },
    until: { zh: '待遇行留置，不成为在册待遇', en: 'benefit rows wait and become no benefit on file' },
    tables: [],
  },
  {
    code: 'AAC060',
    title: { zh: '生存状态', en: 'living state' },
    standing: 'not-public',
    says: { zh: '仅在一处见 1 为正常', en: '1 for normal was seen once, nothing else' },
    until: kept,
    tables: ['aac060-1-alive'],
  },
  {
    code: 'ALC029',
    title: { zh: '认定结论', en: 'result of the recognition' },
    standing: 'not-public',
    says: { zh: '取值未见', en: 'its values were not seen' },
    until: kept,
    tables: [],
  },
  {
    code: 'ALC022',
    title: { zh: '伤害部位', en: 'injured part' },
    standing: 'not-public',
    says: { zh: '三位代码，取值未公开', en: 'codes of three places, the list is not public' },
    until: kept,
    tables: [],
  },
  {
    code: 'ALC004',
    title: { zh: '工伤类型', en: 'kind of injury' },
    standing: 'not-public',
    says: { zh: '取值未见', en: 'its values were not seen' },
    until: kept,
    tables: [],
  },
];

/** The indicators a mapping reads whose list the city must name. */
export function indicatorsOf(mapping: CityMapping): Indicator[] {
  const named = new Set(
    mapping.records.flatMap(({ fields }) => Object.values(fields).flatMap((field) => ('codes' in field ? [field.codes] : []))),
  );
  return indicators.filter(({ code }) => named.has(code));
}

/** Compiles a mapping with the lists the city has named, by indicator; one it has not named has no codes. */
export function compileCity(
  mapping: CityMapping,
  chosen: Readonly<Record<string, CodeTable>>,
): { ok: true; mapping: CompiledRows } | { ok: false; faults: MappingFault[] } {
  const open = Object.fromEntries(indicators.map(({ code }) => [code, emptyTable(code)]));
  return compileRows(mapping, { ...cityCodeTables, ...open, ...chosen }, cityFields);
}

function emptyTable(code: string): CodeTable {
  return { name: code, version: '0', system: `金保/${code}`, source: 'not named by the city', codes: {} };
}

/** What an officer is told of an indicator whose list the city has not named: who says what, what waits, how to choose. */
export function indicatorNotice(indicator: Indicator): Bilingual {
  const { code, title, says, until, tables } = indicator;
  const shipped = tables.map((name) => {
    const codes = Object.entries(cityCodeTables[name]?.titles ?? cityCodeTables[name]?.codes ?? {});
    return `${name}（${codes.map(([from, to]) => `${from} ${to}`).join('、')}）`;
  });
  const known =
    shipped.length === 0 ? { zh: '无随包代码表', en: 'none ships' } : { zh: shipped.join('；'), en: shipped.join('; ') };
  return {
    zh: `${code} ${title.zh}：${says.zh}。本市未指明用哪一个，${until.zh}。可选：${known.zh}；在 agencies.city 的 codes 中写 ${code}: 表名或文件路径（或 --codes ${code}=表名）`,
    en: `${code} ${title.en}: ${says.en}. The city has not said which it uses; ${until.en}. To choose from: ${known.en}; write ${code}: a table's name or a path under codes of agencies.city (or --codes ${code}=NAME)`,
  };
}
