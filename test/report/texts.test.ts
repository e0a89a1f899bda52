import { describe, expect, it } from 'vitest';
import type { Claim } from '../../src/model/index.js';
import { rules } from '../../src/reconcile/catalogue.generated.js';
import { check } from '../../src/reconcile/check.js';
import { systemFindings } from '../../src/reconcile/system.js';
import { fieldName, valueName } from '../../src/report/texts.js';

/** Claims of every finding that the rules' own examples make. */
const claims: Claim[] = rules.flatMap((rule) =>
  (rule.scope === 'run'
    ? rule.examples.map(({ facts }) => systemFindings(facts, { rules: [rule.id] }))
    : rule.examples.map(({ file }) => check(file, { rules: [rule.id] }))
  ).flatMap(({ findings }) => findings.flatMap((finding) => finding.claims)),
);

const isChinese = (text: string) => /\p{Script=Han}/u.test(text);

describe('the words of a claim', () => {
  it('name every field that a rule names, but for code tables, which have names of their own', () => {
    const unnamed = claims.map((claim) => claim.field).filter((field) => !isChinese(fieldName(field).zh));

    expect([...new Set(unnamed)].sort()).toEqual(['discharge-outcome']);
  });

  it('name every value of a closed list, but for rules, which are looked up by their slug', () => {
    const isSlug = (value: string) => /^[a-z]+(-[a-z]+)*$/.test(value) && !isChinese(valueName(value).zh);

    expect([...new Set(claims.map((claim) => claim.value).filter(isSlug))].sort()).toEqual(['stays-overlap']);
  });

  it.each([
    ['registration-cancelled', 'cancellation/reason', '注销原因', 'moved-out', '迁出', 'moved out'],
    ['a stay that goes on', 'dischargedOn', '出院日期', 'open', '尚未出院', 'still in hospital'],
    ['record-without-stay', 'stay', '住院记录', 'absent', '查无记录', 'not found'],
    ['feed-not-usable', 'state', '状态', 'down', '不可用', 'down'],
    ['death-retracted', 'state', '状态', 'discontinued-death', '因死亡终止', 'ended by death'],
    ['invalid-id-number', 'idDocuments/370799********0019/validity', '号码校验', 'bad-checksum', '校验码有误', 'bad check digit'],
  ])('are those of an officer: %s', (_, field, fieldZh, value, valueZh, valueEn) => {
    expect(fieldName(field).zh).toBe(fieldZh);
    expect(valueName(value)).toEqual({ zh: valueZh, en: valueEn });
  });
});
