import type {
  AppraisalCase,
  AppraisalEvidence,
  Benefit,
  EnrolmentEvidence,
  Evidence,
  IdDocument,
  SettlementEvidence,
  Subject,
} from '../../src/model/index.js';
import * as make from '../../src/reconcile/example.js';
import * as arbitrary from '../reconcile/arbitrary.js';
import fc from '../seeded.js';

/**
 * A small city whose agencies have said things, told apart from how it was told: each record with the versions its agency has given it, oldest
 * first. Rendered as a case file or as messages, by night or all at once, it must lead to the same findings.
 *
 * Where a record has more than one version each carries the agency's own update time. Without one the version received last is the current one
 * (`spec`: the store), so that another order of arrival would rightly mean something else.
 */
export interface World {
  persons: readonly [Citizen, Citizen];
  records: readonly Told[];
  /** `agency/feed` → how it stands in the end; a feed without an entry is not configured and tells nothing. */
  feeds: Readonly<Record<string, FeedPlan>>;
}

export interface Citizen {
  subject: Subject;
  cases: AppraisalCase[];
  benefits: Benefit[];
  /** The city's own fund: on file from the beginning, and sent by nobody. */
  settlements: SettlementEvidence[];
}

export interface Told {
  /** `agency/feed`. */
  feed: string;
  recordId: string;
  /** Oldest first; the last is the one that stands. */
  versions: readonly Evidence[];
  /** Index of the person each version is about. Another one than the last: the record had the wrong number before. */
  about: readonly (0 | 1)[];
  /** The last version is void, and only the record's key is sent to say so. */
  isGoneByKey: boolean;
}

/** How a feed stands on the last night. */
export interface FeedPlan {
  mode: 'lookup' | 'changes';
  state: 'fresh' | 'stale' | 'down' | 'gap';
  /** Of changes: the day it is complete through. */
  through: string;
  regions?: readonly string[];
}

/** The last night and the one before, and a first one for what is told over several nights. */
export const nights = ['2025-06-26T18:00:00.000Z', '2025-06-28T18:00:00.000Z', '2025-06-30T02:00:00.000Z'] as const;
export const lastNight = nights[2];

const modes: Readonly<Record<string, FeedPlan['mode']>> = {
  'public-security/population': 'lookup',
  'health/stays': 'lookup',
  'health/death-certificates': 'changes',
  'civil-affairs/cremations': 'changes',
  'civil-affairs/marriages': 'lookup',
  'medical-insurance/enrolments': 'lookup',
  'medical-insurance/stays': 'lookup',
  'medical-insurance/settlements': 'changes',
  'provincial-appraisal/appraisals': 'changes',
};

const documents: readonly [IdDocument, IdDocument] = [
  { type: 'resident-id', number: '370799196001010018', validity: 'valid' },
  { type: 'resident-id', number: '370799196505050021', validity: 'valid' },
];
const fifteen: readonly [IdDocument, IdDocument] = [
  { type: 'resident-id', number: '370799196001010018', raw: '370799600101001', validity: 'upgraded-15' },
  { type: 'resident-id', number: '370799196505050021', raw: '370799650505002', validity: 'upgraded-15' },
];

// ---- records -------------------------------------------------------------------------------------------------------------------------------

const linked = { status: 'current' as const, link: { level: 'exact' as const, reasons: ['number-equal'] } };

const appraisal: fc.Arbitrary<AppraisalEvidence> = fc
  .record({
    caseNo: fc.constantFrom('A0', 'A1', 'P9'),
    caseKind: fc.constantFrom('first', 'review', 'reappraisal'),
    state: fc.constantFrom('accepted', 'concluded', 'revoked', 'discontinued-death'),
    recognitionNo: fc.constantFrom('R-2025-001', 'R-2025-002', undefined),
    on: fc.option(arbitrary.date, { nil: undefined }),
    grade: fc.constantFrom(3, 7),
    level: fc.constantFrom('city', 'province'),
  })
  .map(({ on, grade, level, recognitionNo, ...rest }) => ({
    kind: 'appraisal',
    ...linked,
    ...rest,
    ...(recognitionNo === undefined ? {} : { recognitionNo }),
    ...(on === undefined
      ? {}
      : {
          conclusion: {
            no: `结论〔2025〕${grade}号`,
            on,
            level,
            grade,
            standard: 'GB/T 16180-2014',
            clauses: [],
            status: 'issued',
          },
        }),
    source: make.stay('2025-03-01', undefined, { source: { agency: 'provincial-appraisal', feed: 'appraisals' } }).source,
    person: { idDocuments: [], name: '测试甲' },
  }));
const enrolment: fc.Arbitrary<EnrolmentEvidence> = fc.constantFrom('1', '2').map((code) => ({
  kind: 'enrolment',
  ...linked,
  insurance: { code: 'employee', system: 'insurance/insutype', raw: '310', known: true },
  state: { code, system: 'insurance/psn_insu_stas', known: true },
  source: make.stay('2025-03-01', undefined, { source: { agency: 'medical-insurance', feed: 'enrolments' } }).source,
  person: { idDocuments: [], name: '测试甲' },
}));

/** One record's versions, with references to the record before it in the list written as `^`. */
interface Draft {
  versions: Evidence[];
  isUpgraded: boolean;
  /** The agency sends no update time; only a record of one version goes without. */
  isUndated: boolean;
  /** Update times are days, not seconds. */
  isCoarse: boolean;
  isGoneByKey: boolean;
  /** How many of the first versions are about the other person. */
  strayed: number;
}

function draft(record: fc.Arbitrary<Evidence>, least = 1): fc.Arbitrary<Draft> {
  return fc.record({
    versions: fc.array(record, { minLength: least, maxLength: 3 }),
    isUpgraded: fc.integer({ min: 0, max: 6 }).map((lot) => lot === 6),
    isUndated: fc.boolean(),
    isCoarse: fc.integer({ min: 0, max: 4 }).map((lot) => lot === 4),
    isGoneByKey: fc.integer({ min: 0, max: 3 }).map((lot) => lot === 3),
    strayed: fc.constantFrom(0, 0, 0, 0, 1),
  });
}

/** A certificate, and one or two that replace it, each retracted or not. */
const chain: fc.Arbitrary<Draft[]> = fc.array(draft(arbitrary.death), { minLength: 2, maxLength: 3 }).map((drafts) =>
  drafts.map((item, index) => ({
    ...item,
    versions: item.versions.map((version) => ({
      ...version,
      basis: 'medical-certificate' as const,
      certificateNo: '=',
      ...(index === 0 ? {} : { replaces: '^' }),
    })) as Evidence[],
  })),
);

/** A settlement and its reversal. */
const reversed: fc.Arbitrary<Draft[]> = fc
  .tuple(draft(arbitrary.settlement), draft(arbitrary.settlement))
  .map(([first, second]) => [
    first,
    {
      ...second,
      versions: second.versions.map((version) => ({
        ...version,
        fundPaid: '-800.00',
        refund: true,
        refundOf: '^',
      })) as Evidence[],
    },
  ]);

const one = (record: fc.Arbitrary<Evidence>): fc.Arbitrary<Draft[]> => draft(record).map((item) => [item]);

const drafts: fc.Arbitrary<Draft[]> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: one(arbitrary.stay) },
      { weight: 4, arbitrary: one(arbitrary.death) },
      { weight: 2, arbitrary: chain },
      { weight: 2, arbitrary: one(arbitrary.population) },
      { weight: 2, arbitrary: one(arbitrary.settlement) },
      { weight: 2, arbitrary: reversed },
      { weight: 1, arbitrary: one(arbitrary.marriage) },
      { weight: 1, arbitrary: one(appraisal) },
      { weight: 1, arbitrary: one(enrolment) },
    ),
    { maxLength: 4 },
  )
  .map((groups) => groups.flat());

/** Puts a draft on record: ids, persons, update times, and no link but where the agency itself gave one when it was asked. */
function told(item: Draft, place: { person: 0 | 1; index: number }): Told {
  const { person, index } = place;
  const nameOf = (at: number) => `P${person}-R${at}`;
  const resolve = (text: string): string => {
    const position = /^R(\d)$/.exec(text)?.[1];
    return position === undefined ? text : nameOf(Number(position));
  };
  const first = item.versions[0] as Evidence;
  const { agency, feed } = first.source;
  const id = `${agency}/${feed}`;
  const isChanges = modes[id] === 'changes';
  const count = item.versions.length;
  const strayed = isChanges && first.kind !== 'marriage' && count > 1 ? item.strayed : 0;
  const other = (1 - person) as 0 | 1;
  const about = item.versions.map((_, at) => (at < strayed ? other : person));
  const dated = count > 1 || !item.isUndated;
  const isGoneByKey = item.isGoneByKey && isChanges && count > strayed + 1 && item.versions.at(-2)?.status === 'current';
  const versions = item.versions.map((version, at): Evidence => {
    const { link, ...rest } = version;
    const updatedAt = item.isCoarse ? `2025-06-1${at}` : `2025-06-10T0${at}:00:00+08:00`;
    const holder = about[at] ?? person;
    const record = {
      ...rest,
      ...(isChanges || link === undefined ? {} : { link }),
      ...(version.status === 'void' ? { voidedAt: '2025-06-12T00:00:00+08:00' } : {}),
      person: { ...version.person, idDocuments: [(item.isUpgraded ? fifteen : documents)[holder]] },
      source: {
        agency,
        feed,
        recordId: nameOf(index),
        receivedAt: nights[0],
        message: { id: `m-${nameOf(index)}-${at}`, sha256: '0'.repeat(64) },
        ...(dated ? { updatedAt } : {}),
      },
    } as Evidence;
    if (record.kind === 'settlement')
      return {
        ...record,
        settlementNo: nameOf(index),
        ...(record.refundOf === undefined
          ? {}
          : { refundOf: record.refundOf === '^' ? nameOf(index - 1) : resolve(record.refundOf) }),
      };
    if (record.kind !== 'death') return record;
    return {
      ...record,
      ...(record.certificateNo === '=' ? { certificateNo: `C-${nameOf(index)}` } : {}),
      ...(record.replaces === undefined
        ? {}
        : { replaces: record.replaces === '^' ? `C-${nameOf(index - 1)}` : resolve(record.replaces) }),
    };
  });
  const last = versions.length - 1;
  const [before, end] = [versions[last - 1], versions[last]];
  // Whoever is told the key alone knows of the record what was known before.
  if (isGoneByKey && before !== undefined && end !== undefined)
    versions[last] = { ...before, status: 'void', voidedAt: '2025-06-12T00:00:00+08:00', source: end.source };
  return { feed: id, recordId: nameOf(index), versions, about, isGoneByKey };
}

// ---- the whole -----------------------------------------------------------------------------------------------------------------------------

const feedPlan = fc
  .record({
    state: fc.constantFrom<(FeedPlan['state'] | 'never')[]>(...Array(14).fill('fresh'), 'stale', 'down', 'gap', 'never'),
    lag: fc.integer({ min: 0, max: 3 }),
    regions: fc.constantFrom<(string[] | undefined)[]>(...Array(8).fill(undefined), ['370000'], ['110000'], []),
  })
  .map(({ state, lag, regions }) => ({
    state,
    through: state === 'fresh' ? `2025-06-${30 - lag}` : `2025-06-${20 + lag}`,
    ...(regions === undefined ? {} : { regions }),
  }));

const citizen = fc.record({
  drafts,
  cases: fc.array(arbitrary.appraisalCase, { maxLength: 2 }),
  benefits: fc.array(arbitrary.benefit, { maxLength: 1 }),
  region: fc.constantFrom('370799', '370799', undefined),
});

export const world: fc.Arbitrary<World> = fc
  .record({
    citizens: fc.tuple(citizen, citizen),
    /** Two of three: every feed that is configured answers to the end, which takes one night less. */
    isCalm: fc.constantFrom(true, true, false),
    plans: fc.array(feedPlan, { minLength: Object.keys(modes).length, maxLength: Object.keys(modes).length }),
  })
  .map(({ citizens, isCalm, plans: drawn }) => {
    const plans = drawn.map((plan) =>
      isCalm && plan.state !== 'never' ? { ...plan, state: 'fresh' as const, through: '2025-06-29' } : plan,
    );
    const feeds: Record<string, FeedPlan> = {};
    for (const [index, [id, mode]] of Object.entries(modes).entries()) {
      const plan = plans[index];
      if (plan === undefined || plan.state === 'never') continue;
      const state = plan.state === 'gap' && mode === 'lookup' ? 'down' : plan.state;
      feeds[id] = { ...plan, mode, state };
    }
    const records = citizens.flatMap((item, person) =>
      item.drafts.map((each, index) => told(each, { person: person as 0 | 1, index })),
    );
    const persons = citizens.map((item, person): Citizen => {
      const document = documents[person as 0 | 1];
      return {
        subject: {
          key: `person-${person}`,
          idDocuments: [document],
          name: person === 0 ? '测试甲' : '测试乙',
          sex: person === 0 ? 'male' : 'female',
          birthDate: person === 0 ? '1960-01-01' : '1965-05-05',
          ...(item.region === undefined ? {} : { domicile: { region: item.region } }),
        },
        cases: item.cases.map((each, index) => ({ ...each, caseNo: `A${person}-${index}` })),
        benefits: item.benefits.map((each, index) => ({ ...each, id: `B${person}-${index}` })),
        settlements: records
          .filter((record) => record.feed === 'city/settlements' && record.about.at(-1) === person)
          .map(({ versions }) => ({
            ...(versions.at(-1) as SettlementEvidence),
            link: { level: 'exact', reasons: ['city-file'] },
          })),
      };
    }) as [Citizen, Citizen];
    return { persons, feeds, records: records.filter((record) => record.feed in feeds) };
  });
