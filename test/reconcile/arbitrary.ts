import type { CaseFile, Evidence, FeedStatus, Link } from '../../src/model/index.js';
import * as make from '../../src/reconcile/example.js';
import * as makeCase from '../../src/reconcile/example-cases.js';
import fc from '../seeded.js';

/** Case files in which everything happens within a few weeks, so that dates meet, touch and miss each other by a day. */

const march = fc.integer({ min: 1, max: 20 }).map((day) => `2025-03-${String(day).padStart(2, '0')}`);
export const date = fc.oneof(
  { weight: 12, arbitrary: march },
  { weight: 2, arbitrary: fc.constantFrom('2025-03', '2025', '2025-02', '2025-04') },
  { weight: 2, arbitrary: march.map((day) => `${day}T17:30:00Z`) },
  { weight: 1, arbitrary: fc.constantFrom('2025-07-15', '2024-03-01', '1959-01-01') },
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });

/** Without the keys whose value is undefined: the model has no undefined values. */
function clean<T extends object>(parts: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as never;
}

const link: fc.Arbitrary<Link | undefined> = fc.constantFrom<(Link | undefined)[]>(
  { level: 'exact', reasons: ['number-equal'] },
  { level: 'exact', reasons: ['number-equal'] },
  { level: 'upgraded', reasons: ['number-upgraded-15'] },
  { level: 'probable', reasons: ['name-and-birth-date'] },
  { level: 'weak', reasons: ['name'] },
);
const status = fc.constantFrom<('current' | 'void')[]>('current', 'current', 'current', 'void');
const hospital = fc.constantFrom(
  { code: 'H1', name: '演示医院' },
  { name: '演示二院' },
  { code: 'H2' },
  {},
  { code: 'H1', name: '演示 医院' },
);
const outcome = fc.constantFrom(
  { code: 'home', system: 's', known: true },
  { code: 'died', system: 's', known: true },
  { code: 'transfer', system: 's', known: true },
  { code: '7', system: 's', known: false },
  undefined,
);
const common = { link, status };

export const stay = fc
  .record({
    from: date,
    to: maybe(date),
    agency: fc.constantFrom('health', 'medical-insurance'),
    hospital,
    outcome,
    diedOn: maybe(march),
    ...common,
  })
  .map(({ from, to, agency, diedOn, ...rest }) => {
    const record = make.stay(from, to, {
      source: { agency },
      ...clean({ ...rest, diedOn: diedOn?.endsWith('1') ? diedOn : undefined }),
    });
    return rest.outcome === undefined ? clean({ ...record, outcome: undefined }) : record;
  });
export const death = fc
  .record({
    basis: fc.constantFrom(
      'medical-certificate',
      'cremation',
      'household-cancellation',
      'court',
      'benefit-claim',
      'hospital-discharge',
    ),
    diedOn: maybe(date),
    eventOn: maybe(date),
    certificateNo: maybe(fc.constantFrom('N1', 'N2', 'N3')),
    replaces: maybe(fc.constantFrom('N1', 'N2', 'N3', 'R0', 'R1', 'R2')),
    ...common,
  })
  .map((parts) => make.death(clean(parts)));
export const population = fc
  .record({
    outcome: fc.constantFrom('found', 'found', 'absent', 'name-differs'),
    registration: fc.constantFrom('active', 'cancelled', 'unknown'),
    reason: fc.constantFrom('death', 'moved-out', 'court-declared', undefined),
    registeredOn: maybe(date),
    diedOn: maybe(date),
    deathFlag: maybe(fc.boolean()),
    name: fc.constantFrom('测试甲', '测试乙', '测试□', ''),
    nameDisclosed: maybe(fc.boolean()),
    ...common,
  })
  .map(({ reason, registeredOn, diedOn, name, ...rest }) =>
    make.population({
      ...clean(rest),
      person: { name },
      ...(reason === undefined ? {} : { cancellation: clean({ reason, registeredOn, diedOn }) }),
    }),
  );
export const marriage = fc
  .record({ on: date, event: fc.constantFrom('married', 'divorced', 'annulled'), ...common })
  .map(({ on, ...rest }) => make.marriage(on, clean(rest)));
export const settlement = fc
  .record({
    fund: fc.constantFrom('work-injury', 'employee', 'resident', 'other'),
    from: maybe(date),
    to: maybe(march),
    invoiceNo: maybe(fc.constantFrom('F1', 'F2')),
    refundOf: maybe(fc.constantFrom('R0', 'R1', 'R2')),
    interim: fc.boolean(),
    advance: maybe(fc.boolean()),
    setting: fc.constantFrom('inpatient', 'outpatient'),
    stayRecordId: maybe(fc.constantFrom('S1', 'R0', 'R1')),
    settledOn: date,
    fundPaid: fc.constantFrom('800.00', '800.00', '0.00', '-800.00', '799.99'),
    hospital,
    ...common,
  })
  .map(({ fund, refundOf, fundPaid, ...rest }) =>
    make.settlement(fund, 'R0', clean({ ...rest, fundPaid, refundOf: fundPaid.startsWith('-') ? refundOf : undefined })),
  );

const number = fc.constantFrom('鉴〔2025〕1号', '鉴[2025]1号', '鉴〔2025〕2号');
const conclusion = fc
  .record({ number, status: fc.constantFrom('effective', 'challenged', 'superseded', 'revoked') })
  .map(({ number: no, status }) => makeCase.conclusion('2025-04-01', { no, status }));
const appraisal = fc.record({ conclusion: maybe(conclusion), ...common }).map((parts) => makeCase.appraisal(clean(parts)));

/** Record ids are unique, and known to `replaces` and `refundOf`. */
const evidence: fc.Arbitrary<Evidence[]> = fc
  .array(fc.oneof<fc.Arbitrary<Evidence>[]>(stay, stay, death, death, population, marriage, settlement, settlement, appraisal), {
    maxLength: 7,
  })
  .map((records) =>
    records.map((record, index) => {
      const recordId = `R${index}`;
      const source = { ...record.source, recordId };
      return record.kind === 'settlement' ? { ...record, settlementNo: recordId, source } : { ...record, source };
    }),
  );

const feedStates = fc.constantFrom<FeedStatus['state'][]>(
  'fresh',
  'fresh',
  'fresh',
  'fresh',
  'fresh',
  'stale',
  'gap',
  'down',
  'never',
);
const feeds = fc.array(feedStates, { minLength: 9, maxLength: 9 }).chain((states) =>
  fc
    .record({
      through: maybe(date),
      regions: fc.constantFrom<(string[] | undefined)[]>(undefined, undefined, ['370000'], ['110000'], []),
    })
    .map(({ through, regions }) =>
      make.feeds().map((feed, index) => ({
        ...feed,
        state: states[index] ?? 'fresh',
        ...(index % 3 === 0 && through !== undefined ? { completeThrough: through } : {}),
        ...(index % 4 === 0 && regions !== undefined ? { regions } : {}),
      })),
    ),
);

const exam = fc
  .record({
    on: date,
    mode: fc.constantFrom('onsite', 'home', 'video'),
    identityCheck: fc.constantFrom('face-match', 'manual', 'none'),
  })
  .map(({ on, ...rest }) => make.exam(on, rest));
const medicalRecord = fc
  .record({ from: march, to: date, region: fc.constantFrom(undefined, '370783', '320000'), code: fc.boolean() })
  .map(({ from, to, region, code }) =>
    make.medicalRecord(from, to, clean({ hospitalRegion: region, hospitalCode: code ? 'H1' : undefined })),
  );
export const appraisalCase = fc
  .record({
    state: fc.constantFrom('accepted', 'examined', 'concluded', 'discontinued-death'),
    exams: fc.array(exam, { maxLength: 3 }),
    documents: fc.array(medicalRecord, { maxLength: 2 }),
    conclusions: fc.array(conclusion, { maxLength: 2 }),
    accidentOn: maybe(date),
    degree: fc.constantFrom('injured', 'died', '9'),
    until: maybe(date),
  })
  .map(({ accidentOn, degree, until, documents, ...rest }) =>
    make.appraisalCase({
      ...rest,
      documents: documents.map((document, index) => ({ ...document, id: `D${index}` })),
      ...(accidentOn === undefined
        ? {}
        : { recognition: make.accident(accidentOn, { injuryDegree: { code: degree, system: 's', known: degree !== '9' } }) }),
      ...(until === undefined ? {} : { leavePeriod: { from: '2024-03-01', until } }),
    }),
  );
export const benefit = fc
  .record({
    periods: fc.array(fc.constantFrom('2025-02', '2025-03', '2025-04', '2025-05'), { maxLength: 4 }),
    status: fc.constantFrom('active', 'suspended'),
    reversed: fc.boolean(),
    basisConclusionNo: maybe(number),
  })
  .map(({ periods, status, reversed, basisConclusionNo }) =>
    make.benefit([], {
      status,
      ...clean({ basisConclusionNo }),
      payments: periods.map((period, index) => ({ period, amount: '100.00', ...(index === 0 ? { reversed } : {}) })),
    }),
  );

export const caseFile: fc.Arbitrary<CaseFile> = fc
  .record({
    evidence,
    feeds,
    cases: fc.array(appraisalCase, { maxLength: 2 }),
    benefits: fc.array(benefit, { maxLength: 2 }),
    region: fc.constantFrom('370799', undefined),
  })
  .map(({ cases, benefits, region, ...rest }) => {
    const made = make.file({
      ...rest,
      cases: cases.map((item, index) => ({ ...item, caseNo: `A${index}` })),
      benefits: benefits.map((item, index) => ({ ...item, id: `B${index}` })),
    });
    return region === undefined ? { ...made, subject: { ...made.subject, domicile: {} } } : made;
  });

/** Every list of a case file in another order. */
export function shuffled(file: CaseFile): fc.Arbitrary<CaseFile> {
  const mixed = <T>(items: readonly T[]) => fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
  return fc
    .record({
      evidence: mixed(file.evidence),
      feeds: mixed(file.feeds),
      benefits: mixed(file.benefits),
      cases: mixed(file.cases).chain((cases) =>
        fc.tuple(
          ...cases.map((item) =>
            fc
              .record({ exams: mixed(item.exams), documents: mixed(item.documents), conclusions: mixed(item.conclusions) })
              .map((parts) => ({ ...item, ...parts })),
          ),
        ),
      ),
    })
    .chain((parts) =>
      fc
        .tuple(...parts.benefits.map((item) => mixed(item.payments).map((payments) => ({ ...item, payments }))))
        .map((benefits) => ({ ...file, ...parts, benefits })),
    );
}
