import { describe, expect, it } from 'vitest';
import { prefillOf } from '../../src/procedure/prefill.js';
import { accident, appraisalCase, death, file, marriage, population, stay } from '../../src/reconcile/example.js';

describe('what is known for the application form', () => {
  const subject = { sex: 'male' as const, phone: '13900000000' };

  it('is one value where sources agree, and all of them where they do not', () => {
    const person = { ...population().person, sex: 'male' as const, domicile: { address: '演示市演示路 1 号' } };
    const told = prefillOf(
      file({
        subject,
        cases: [appraisalCase({ employer: { name: '演示公司' }, recognition: accident('2025-03-01') })],
        evidence: [population({ person: { ...person, birthDate: '1960-01-02' }, nameDisclosed: false })],
      }),
      [{ no: '另一号', employer: ' 演示公司' }],
    );
    const values = Object.fromEntries(told.fields.map(({ id, values: known }) => [id, known]));

    expect(values.sex).toMatchObject([{ value: 'male', sources: [{ agency: 'city' }, { agency: 'public-security' }] }]);
    expect(values.address).toMatchObject([
      { value: '演示市演示路 1 号', sources: [{ agency: 'public-security', feed: 'population' }] },
    ]);
    expect(values.employer).toHaveLength(1);
    expect(values['recognition-no']).toHaveLength(2);
    expect(values.name, 'a name that was only echoed is no source').toMatchObject([{ sources: [{ agency: 'city' }] }]);
  });

  it('holds the fields of the form, and nothing of hospitals, spouses or deaths', () => {
    const evidence = [
      stay('2025-03-01', '2025-03-10', { diagnoses: [{ text: '秘密诊断' }] }),
      marriage('2020-01-01', { spouse: { name: '配偶测试', idNumber: '370799197503150023' } }),
      death({ diedOn: '2025-03-10' }),
    ];
    const told = prefillOf(file({ subject, evidence }));
    const text = JSON.stringify(told);

    expect(text).not.toMatch(/秘密诊断|配偶测试|370799197503150023|2025-03-10/);
    expect([...told.fields, ...told.unknown].map(({ id }) => id).sort()).toEqual([
      'accident-on',
      'address',
      'birth-date',
      'employer',
      'id-number',
      'id-type',
      'injury',
      'name',
      'phone',
      'recognition-no',
      'sex',
    ]);
  });

  it('takes nothing from void records', () => {
    const person = { ...population().person, domicile: { address: '旧地址' } };

    expect(JSON.stringify(prefillOf(file({ evidence: [population({ person, status: 'void' })] })))).not.toContain('旧地址');
  });
});
