import { type Found, foundAttribute, foundText, foundTime } from './flat.js';
import { attributeOf, childOf, childrenOf, descendantsOf, textOf, type XmlElement } from './xml-tree.js';

/** The observations of a clinical document's body, with what is needed to tell their meaning, and the values that are values. */
export interface CdaObservation {
  readonly element: XmlElement;
  /** Element code: DE06.00.223.00, HDSD00.11.142, … */
  readonly code: string;
  /** `displayName` of the code and of its qualifiers. */
  readonly labels: readonly string[];
  readonly sectionCode: string;
  readonly sectionTitle: string;
  /** Which entry of the document, counted through. */
  readonly entry: number;
  readonly value: XmlElement | undefined;
  readonly codeSystem: Found | undefined;
  readonly displayName: Found | undefined;
}

/** Every observation of every section, in document order. */
export function observationsOf(document: XmlElement): CdaObservation[] {
  const observations: CdaObservation[] = [];
  let entryCount = 0;
  for (const section of descendantsOf(document, 'section')) {
    const sectionCode = childOf(section, 'code');
    for (const entry of childrenOf(section, 'entry')) {
      entryCount += 1;
      for (const element of descendantsOf(entry, 'observation')) {
        const code = childOf(element, 'code');
        const value = childOf(element, 'value');
        const labels = [attributeOf(code, 'displayName'), ...(code ? qualifierLabels(code) : [])];
        observations.push({
          element,
          code: attributeOf(code, 'code')?.trim() ?? '',
          labels: labels.filter((label) => label !== undefined && label.trim() !== '') as string[],
          sectionCode: attributeOf(sectionCode, 'code')?.trim() ?? '',
          sectionTitle: `${attributeOf(sectionCode, 'displayName') ?? ''} ${textOf(childOf(section, 'title'))}`,
          entry: entryCount,
          value,
          codeSystem: foundAttribute(value, 'codeSystem'),
          displayName: foundAttribute(value, 'displayName'),
        });
      }
    }
  }
  return observations;
}

function qualifierLabels(code: XmlElement): (string | undefined)[] {
  return childrenOf(code, 'qualifier').flatMap((qualifier) =>
    childrenOf(qualifier, 'name').map((name) => attributeOf(name, 'displayName')),
  );
}

/** A CD's code; a label in its place is nothing. */
export function valueCode(observation: CdaObservation): Found | undefined {
  const found = foundAttribute(observation.value, 'code');
  return found === undefined || isLabel(found.text, observation.labels) ? undefined : found;
}

/** The text of an ST, or the value of a PQ, MO, INT, BL; a label in its place is nothing. */
export function valueText(observation: CdaObservation): Found | undefined {
  const found = foundText(observation.value) ?? foundAttribute(observation.value, 'value');
  return found === undefined || isLabel(found.text, observation.labels) ? undefined : found;
}

/** A moment: in the value (C0050), or in the observation's `effectiveTime/high` or `@value` (C0036). */
export function momentOf(observation: CdaObservation): Found | undefined {
  const effective = childOf(observation.element, 'effectiveTime');
  return foundTime(observation.value) ?? foundTime(childOf(effective, 'high')) ?? foundTime(effective);
}

// Names of elements that producers put where the value belongs (template defaults); health-insurance 3.1, quirk list.
const elementNames = new Set(
  [
    '自由文本 疾病名称 疾病编码 诊断名称 诊断编码 疾病诊断名称 疾病诊断编码 主要诊断 主要诊断名称 主要诊断编码 主要诊断疾病编码 其他诊断名称 其他诊断疾病编码',
    '出院诊断 出院诊断名称 出院诊断编码 入院诊断 入院诊断名称 入院诊断编码 死亡诊断名称 死亡诊断编码 直接死亡原因名称 直接死亡原因编码 死亡原因',
    '死亡日期时间 入院日期时间 出院日期时间 离院方式 离院方式代码 治疗结果代码 拟接受医疗机构名称 拟接受医疗机构具体名称',
    '姓名 患者姓名 身份证号 患者身份证号 患者身份证号码 身份证件号码 住院号 住院号标识 病案号 门（急）诊号 门急诊号标识 性别 性别代码 出生日期 文档流水号',
    '医疗机构名称 医疗机构代码 医疗机构组织机构代码 机构名称 机构代码 住院次数 损伤中毒的外部原因 损伤中毒的外部原因-疾病编码',
  ].flatMap((line) => line.split(' ')),
);

/** Is this text a label rather than a value: one of its own labels, or the name of an element? */
export function isLabel(text: string, labels: readonly string[] = []): boolean {
  const plain = text.trim();
  if (elementNames.has(plain)) return true;
  return labels.some((label) => label.trim() === plain || label.split(/[-－]/).at(-1)?.trim() === plain);
}
