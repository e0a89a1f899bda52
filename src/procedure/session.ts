import {
  type AppraisalCase,
  type Bilingual,
  type CaseFile,
  caseStates,
  dayInterval,
  exactDay,
  type FindingRecord,
  formatDay,
  type Procedure,
  type SessionCase,
  type SessionPlan,
} from '../model/index.js';
import { deathFact } from '../reconcile/check.js';
import { byRegime, clocks } from '../reconcile/clocks.js';
import { maskName } from '../redact.js';
import { type MaterialsAsk, materials } from './materials.js';

/** Numbers of the statutory time, as the rule `case-overdue` has them. */
export interface SessionDays {
  conclusionDays: number;
  conclusionDaysOrder21: number;
  extensionDays: number;
  extensionDaysOrder21: number;
}

export interface SessionAsk {
  /** Day of the session, `YYYY-MM-DD`. */
  date: string;
  asOf: string;
  /** Days to the session after it; the practice of the city this was made for is 30. */
  everyDays?: number;
  days?: Partial<SessionDays>;
  materials?: MaterialsAsk['parameters'];
}

const [order55, order21] = [clocks['order-55'], clocks['order-21']];
const statutory: SessionDays = {
  conclusionDays: order55.conclusion.length,
  conclusionDaysOrder21: order21.conclusion.length,
  extensionDays: order55.extension.length,
  extensionDaysOrder21: order21.extension.length,
};

/**
 * Who is due at a session (鉴定会), in the order in which to hear them: green channel (绿色通道) first, then by the end of the statutory time. It
 * proposes and decides nothing: whom records call dead, what is to be settled first and what is missing is said, and people look. Pure.
 *
 * Throws ERR_INPUT where an `asOf` is no instant; `date` must be a day.
 */
export function sessionPlan(
  persons: readonly { file: CaseFile; findings: readonly FindingRecord[] }[],
  ask: SessionAsk,
): SessionPlan {
  const date = exactDay(ask.date) ?? Number.NaN;
  const next = date + (ask.everyDays ?? 30);
  const plan: SessionPlan = { date: ask.date, next: formatDay(next), asOf: ask.asOf, hear: [], conclude: [], notExaminable: [] };
  for (const { file, findings } of persons)
    for (const item of file.cases) {
      if (!isDue(item)) continue;
      const entry = sessionCase(item, file, findings, { date, next, ask });
      if (entry.notExaminable !== undefined) plan.notExaminable.push(entry);
      else if (item.state === 'examined') plan.conclude.push(entry);
      else plan.hear.push(entry);
    }
  for (const list of [plan.hear, plan.conclude, plan.notExaminable]) list.sort(inOrder);
  return plan;
}

/**
 * Accepted and not concluded yet; a conclusion on file ends it, whatever the state still says. A re-appraisal is heard by the province (order 55
 * article 19).
 */
export function isDue({ kind, state, conclusions }: AppraisalCase): boolean {
  if (kind === 'reappraisal') return false;
  return (state === 'accepted' || state === 'scheduled' || state === 'examined') && conclusions.length === 0;
}

function inOrder(a: SessionCase, b: SessionCase): number {
  const by = (entry: SessionCase): string => entry.concludeBy ?? '9999-99-99';
  return (
    Number(b.greenChannel) - Number(a.greenChannel) ||
    (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0) ||
    (a.caseNo < b.caseNo ? -1 : a.caseNo > b.caseNo ? 1 : 0)
  );
}

function sessionCase(
  item: AppraisalCase,
  file: CaseFile,
  findings: readonly FindingRecord[],
  { date, next, ask }: { date: number; next: number; ask: SessionAsk },
): SessionCase {
  const last = conclusionDue(item, { ...statutory, ...ask.days });
  const gone = whyNotExaminable(item, file);
  const procedure = procedureOf(item);
  const asked =
    procedure === undefined
      ? []
      : materials(file, {
          procedure,
          caseNo: item.caseNo,
          regime: item.regime,
          ...(ask.materials === undefined ? {} : { parameters: ask.materials }),
        });
  return {
    caseNo: item.caseNo,
    name: maskName(file.subject.name),
    key: file.subject.key,
    kind: item.kind,
    state: item.state,
    greenChannel: item.greenChannel === true,
    receivedOn: item.receivedOn,
    ...(last === undefined ? {} : { concludeBy: formatDay(last), daysLeft: last - date }),
    cannotWait: last !== undefined && last < next,
    findings: findings.filter((record) => isFirst(record, item.caseNo)).map(named),
    materials: asked.filter(({ status }) => status !== 'satisfied'),
    ...(gone === undefined ? {} : { notExaminable: gone }),
  };
}

/** Last day for the conclusion: receipt, the statutory days, what was extended (at most as the law allows) and rescheduled by the person. */
export function conclusionDue(item: AppraisalCase, days: SessionDays = statutory): number | undefined {
  // Of a month the earliest day: who is heard by then is heard in time.
  const received = dayInterval(item.receivedOn)?.lo;
  if (received === undefined) return undefined;
  const most = byRegime(item.regime, { order55: days.extensionDays, order21: days.extensionDaysOrder21 });
  const lawful = byRegime(item.regime, { order55: days.conclusionDays, order21: days.conclusionDaysOrder21 });
  return received + lawful + Math.min(countOf(item.extendedDays), most) + countOf(item.rescheduledDays);
}

function countOf(days: number | undefined): number {
  return days !== undefined && Number.isInteger(days) && days > 0 ? days : 0;
}

const standing: ReadonlySet<FindingRecord['state']> = new Set(['open', 'verifying', 'confirmed']);
const holding: ReadonlySet<string> = new Set(['hold-step', 'propose-suspension', 'propose-recovery', 'refer']);

/** To be settled before the person is heard: it asks to hold the step, or is critical or high, and nobody has settled it. */
function isFirst({ finding, state }: FindingRecord, caseNo: string): boolean {
  if (!standing.has(state)) return false;
  if (finding.subject.caseNos.length > 0 && !finding.subject.caseNos.includes(caseNo)) return false;
  return holding.has(finding.action) || finding.severity === 'critical' || finding.severity === 'high';
}

function named({ finding }: FindingRecord): SessionCase['findings'][number] {
  const { id, rule, severity, action, title } = finding;
  return { id, rule, severity, action, title };
}

/** Records of a death that no sign of life disputes, or a recognition of a dead or missing person. */
function whyNotExaminable({ recognition }: AppraisalCase, file: CaseFile): Bilingual | undefined {
  const { level, best, kinds } = deathFact(file);
  if (level !== 'none' && level !== 'disputed') {
    const on = best === undefined ? { zh: '', en: '' } : { zh: `，${best}`, en: `, ${best}` };
    return {
      zh: `有死亡记录（${kinds.join('、')}${on.zh}）：须先核实`,
      en: `a death is on record (${kinds.join(', ')}${on.en}): verify first`,
    };
  }
  const degree = recognition?.injuryDegree;
  if (degree?.known === true && degree.code !== 'injured')
    return {
      zh: `工伤认定的伤害程度为${degree.code === 'died' ? '死亡' : '失踪'}：须先核实`,
      en: `the recognition says the person ${degree.code === 'died' ? 'died' : 'is missing'}: verify first`,
    };
  return undefined;
}

/** Which list of materials goes with a case; what a confirmation confirms its kind does not say. */
export function procedureOf({ kind }: Pick<AppraisalCase, 'kind'>): Procedure | undefined {
  return kind === 'confirmation' ? undefined : kind;
}

/** What an officer calls the step of a case. */
export function stateTitle(state: string): Bilingual {
  return Object.hasOwn(caseStates, state) ? caseStates[state as AppraisalCase['state']] : { zh: state, en: state };
}
