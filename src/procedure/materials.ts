import { compareNames, isSameNumber } from '../identity/index.js';
import {
  type AppraisalCase,
  type Bilingual,
  type CaseFile,
  dayInterval,
  dayOfInstant,
  type Evidence,
  type FeedStatus,
  formatDay,
  type Material,
  type MaterialSource,
  type Person,
  type Procedure,
} from '../model/index.js';
import { isOpen } from '../reconcile/cases.js';
import { currentEvidence } from '../reconcile/current.js';
import { type MaterialProof, type MaterialRow, materialTable } from './material-table.js';

export interface MaterialsAsk {
  /** Default: that of the case, else order 55. */
  regime?: AppraisalCase['regime'];
  procedure: Procedure;
  /**
   * The case of the application; of a review or re-appraisal that has none yet, the case it is about. Default: the open case of the person that came
   * last, if there is one.
   */
  caseNo?: string;
  /** By material: `off`, or after how many days what was received is too old. */
  parameters?: Readonly<Record<string, 'off' | { freshDays: number }>>;
  /** The city's own list instead of the shipped one. */
  table?: readonly MaterialRow[];
}

/**
 * For each material the rules ask for: satisfied by what is on file, too old, or needed, and then whether the applicant may be asked for it. What was
 * received after the file's `asOf`, void records and uncertain links do not count.
 *
 * Order 55 article 9: what sharing provides may not be asked for again. That holds while a feed is down or has not been asked about this person; it
 * does not where the city has no such feed, or the feed was asked and has nothing. Pure. Throws ERR_INPUT where `asOf` is no instant.
 */
export function materials(caseFile: CaseFile, ask: MaterialsAsk): Material[] {
  const item = caseOf(caseFile, ask.caseNo);
  const regime = ask.regime ?? item?.regime ?? 'order-55';
  const evidence = currentEvidence(caseFile).filter(({ record, certain }) => certain && record.status === 'current');
  const scope: Scope = {
    file: caseFile,
    ...casesOf(caseFile, item, ask.procedure),
    procedure: ask.procedure,
    records: evidence.map(({ record }) => record),
  };
  return (ask.table ?? materialTable)
    .filter((row) => row.regimes.includes(regime) && row.procedures.includes(ask.procedure))
    .flatMap((row) => {
      const own = ask.parameters?.[row.id];
      if (own === 'off') return [];
      return [materialOf(own === undefined ? row : { ...row, freshDays: own.freshDays }, scope)];
    });
}

interface Scope {
  file: CaseFile;
  /** The case of the application itself. */
  item: AppraisalCase | undefined;
  /** The case whose conclusion is challenged. */
  challenged: AppraisalCase | undefined;
  procedure: Procedure;
  records: readonly Evidence[];
}

function caseOf({ cases }: CaseFile, caseNo: string | undefined): AppraisalCase | undefined {
  if (caseNo !== undefined) return cases.find((item) => item.caseNo === caseNo);
  const received = (item: AppraisalCase): number => dayInterval(item.receivedOn)?.hi ?? 0;
  const [open] = cases.filter(isOpen).sort((a, b) => received(b) - received(a) || (a.caseNo < b.caseNo ? -1 : 1));
  return open;
}

/** The province pulls the records of the challenged case from the city: in a re-appraisal the worker brings nothing again. */
function casesOf({ cases }: CaseFile, item: AppraisalCase | undefined, procedure: Procedure): Pick<Scope, 'item' | 'challenged'> {
  if (procedure !== 'review' && procedure !== 'reappraisal') return { item, challenged: undefined };
  // A case of another kind is the one that the application is about, and its own papers are of the application before.
  const own = item?.kind === procedure ? item : undefined;
  const others = cases.filter((other) => other !== own);
  const before =
    own === undefined && item !== undefined
      ? item
      : own?.priorCaseNo !== undefined
        ? others.find(({ caseNo }) => caseNo === own.priorCaseNo)
        : others.length === 1
          ? others[0]
          : undefined;
  return { item: own, challenged: procedure === 'reappraisal' ? before : undefined };
}

function materialOf(row: MaterialRow, scope: Scope): Material {
  const { id, title, basis, certainty, freshDays } = row;
  const known = { id, title, basis, certainty };
  const today = dayOfInstant(scope.file.asOf);
  let old: { source: MaterialSource; since: number } | undefined;
  for (const proof of row.proofs) {
    for (const { source, ages } of proofsOf(proof, scope)) {
      const on = dayInterval(source.on)?.lo;
      const last = ages && freshDays !== undefined && on !== undefined ? on + freshDays : undefined;
      if (last === undefined || last >= today)
        return { ...known, status: 'satisfied', because: rests(source), sources: [source] };
      if (old === undefined || last + 1 > old.since) old = { source, since: last + 1 };
    }
  }
  const obtain = obtainOf(row, scope);
  if (old === undefined) return { ...known, status: 'needed', because: obtain.because, sources: [], obtain: obtain.from };
  const since = formatDay(old.since);
  const aged: Bilingual = {
    zh: `${rests(old.source).zh}，自 ${since} 起已超过 ${freshDays} 天`,
    en: `${rests(old.source).en}; from ${since} on older than ${freshDays} days`,
  };
  const why =
    row.freshBecause === undefined
      ? aged
      : { zh: `${aged.zh}（${row.freshBecause.zh}）`, en: `${aged.en} (${row.freshBecause.en})` };
  return {
    ...known,
    status: 'stale',
    because: { zh: `${why.zh}。${obtain.because.zh}`, en: `${why.en}. ${obtain.because.en}` },
    sources: [old.source],
    since,
    obtain: obtain.from,
  };
}

function rests({ agency, feed, recordId, on }: MaterialSource): Bilingual {
  const day = on === undefined ? { zh: '', en: '' } : { zh: `，${on}`, en: `, ${on}` };
  return { zh: `已有：${agency}/${feed} ${recordId}${day.zh}`, en: `there: ${agency}/${feed} ${recordId}${day.en}` };
}

/** What stands for a material, the newest first; what was asked of an agency ages, what is on file does not. */
function proofsOf(proof: MaterialProof, scope: Scope): { source: MaterialSource; ages: boolean }[] {
  switch (proof.by) {
    case 'document':
      return documentsOf(proof, scope).map((source) => ({ source, ages: false }));
    case 'population':
      return received(scope, (record) => record.kind === 'population' && isAsRegistered(record, scope.file.subject));
    case 'enrolment':
      return received(scope, (record) => record.kind === 'enrolment');
    case 'recognition':
      return recognitionsOf(scope).map(({ no, decidedOn }) => ({
        source: cityFile('recognitions', no, decidedOn),
        ages: false,
      }));
    case 'conclusion':
      return scope.file.cases
        .filter((item) => item.caseNo !== scope.item?.caseNo)
        .flatMap(({ conclusions }) => conclusions)
        .filter(({ status }) => status !== 'revoked')
        .map(({ no, on }) => ({ source: cityFile('appraisals', no, on), ages: false }));
    case 'employer':
      return scope.file.cases.flatMap(({ employer }) =>
        employer?.uscc === undefined ? [] : [{ source: cityFile('recognitions', employer.uscc, undefined), ages: false }],
      );
  }
}

/** The application's own, else that of the case it is about; else, of several injuries, nobody can say which is meant. */
function recognitionsOf({ file, item, challenged, procedure }: Scope): NonNullable<AppraisalCase['recognition']>[] {
  const own = item?.recognition ?? challenged?.recognition;
  if (own !== undefined) return [own];
  // A first appraisal of its own case is about an injury of its own, whose decision has not come.
  if (item !== undefined && procedure === 'first') return [];
  const known = file.cases.flatMap(({ recognition }) => recognition ?? []);
  return known.every(({ no }) => isSameNumber(no, known[0]?.no)) ? known : [];
}

/** Known under this number and this name, and registered: a register that knows another name, or a cancelled registration, proves nobody. */
function isAsRegistered(record: Extract<Evidence, { kind: 'population' }>, subject: Person): boolean {
  const { outcome, registration, deathFlag, match, nameDisclosed, person } = record;
  if (outcome !== 'found' || registration === 'cancelled' || deathFlag === true || match?.name === 'different') return false;
  return nameDisclosed === false || compareNames(person, subject).result !== 'different';
}

function received({ records }: Scope, isProof: (record: Evidence) => boolean): { source: MaterialSource; ages: boolean }[] {
  return records
    .filter(isProof)
    .toSorted((a, b) => Date.parse(b.source.receivedAt) - Date.parse(a.source.receivedAt))
    .map(({ source: { agency, feed, recordId, receivedAt } }) => ({
      source: { agency, feed, recordId, on: formatDay(dayOfInstant(receivedAt)) },
      ages: true,
    }));
}

function documentsOf(proof: Extract<MaterialProof, { by: 'document' }>, { file, item, challenged }: Scope): MaterialSource[] {
  const own = [item, proof.challenged === true ? challenged : undefined].filter((one) => one !== undefined);
  const cases = proof.anyCase === true ? file.cases : own;
  return cases
    .flatMap(({ documents }) => documents)
    .filter(({ kind, title = '' }) => proof.kinds.includes(kind) && (proof.titled?.test(title) ?? true))
    .map(({ id, dischargedOn, admittedOn }) => cityFile('cases', id, dischargedOn ?? admittedOn));
}

function cityFile(feed: string, recordId: string, on: string | undefined): MaterialSource {
  return { agency: 'city', feed, recordId, ...(on === undefined ? {} : { on }) };
}

/** Who is to give what is not there. */
function obtainOf(row: MaterialRow, { file }: Scope): { from: NonNullable<Material['obtain']>; because: Bilingual } {
  const shared = row.sharedBy;
  if (shared === undefined)
    return {
      from: 'from-applicant',
      because: { zh: '没有共享渠道，由申请人提供', en: 'no sharing provides it: the applicant gives it' },
    };
  const name = `${shared.agency}/${shared.feed}`;
  if (shared.agency === 'city')
    return {
      from: 'from-agency',
      because: {
        zh: `应由本市系统（${name}）取得，不得要求申请人重复提交；尚未到达`,
        en: `to be had from the city's own system (${name}) and not to be asked of the applicant again; it has not come yet`,
      },
    };
  const states = file.feeds.filter(({ agency, feed }) => agency === shared.agency && feed === shared.feed);
  if (states.length === 0)
    return {
      from: 'from-applicant',
      because: { zh: `本市没有接入 ${name}，由申请人提供`, en: `the city has no ${name}: the applicant gives it` },
    };
  const usable = states.every(({ state }) => state === 'fresh');
  if (usable)
    return {
      from: 'from-applicant',
      because: {
        zh: `${name} 可用，但没有可依据的记录，由申请人提供`,
        en: `${name} can be used and has no record to rest on: the applicant gives it`,
      },
    };
  const worst = states.find(({ state }) => state !== 'fresh') as FeedStatus;
  const word = stateWord(worst.state);
  return {
    from: 'from-agency',
    because: {
      zh: `应由 ${name} 共享取得（目前${word.zh}），不得要求申请人重复提交；待恢复后查询`,
      en: `to be had from ${name} (which ${word.en}) and not to be asked of the applicant again; ask the agency`,
    },
  };
}

function stateWord(state: FeedStatus['state']): Bilingual {
  const words: Record<FeedStatus['state'], Bilingual> = {
    fresh: { zh: '可用', en: 'can be used' },
    stale: { zh: '数据过旧', en: 'is stale' },
    gap: { zh: '有缺口', en: 'has a gap' },
    down: { zh: '不可用', en: 'is down' },
    never: { zh: '尚未查询', en: 'has not been asked yet' },
  };
  return words[state];
}
