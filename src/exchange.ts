import type { Adapter, CallContext, Connection, LookupAnswer, Outgoing, Receipt } from './adapters/adapter.js';
import { adapters } from './adapters/catalogue.generated.js';
import { connect } from './adapters/connect.js';
import { noteConfiguration } from './audit/configuration.js';
import { createAuditLog } from './audit/create.js';
import { audited, callEntry, failureOf, personDecision } from './audit/entries.js';
import type { AuditKeys, FullAudit } from './audit/log.js';
import { catalogue } from './catalogue.js';
import { type Config, type ConnectionConfig, loadConfig } from './config/index.js';
import { sha256Hex } from './crypto/digest.js';
import { dossierChange } from './dossier/index.js';
import { YilianError } from './errors.js';
import { type CityExchange, cityExchange } from './exchange-city.js';
import { cityKeys, createDossierExchange, type DossierExchange } from './exchange-dossier.js';
import { provincialRefresh } from './exchange-province.js';
import { createKeys, type Keys, parseIdDocument } from './identity/index.js';
import type {
  CaseFile,
  CheckResult,
  Explanation,
  FeedCoverage,
  FindingRecord,
  IdDocument,
  Person,
  ReviewAnswer,
  ReviewItem,
  Subject,
} from './model/index.js';
import { createOutbox, type Outbox } from './outbox/outbox.js';
import { isSendingItself, sendTargetOf } from './outbox/target.js';
import { pastInstant } from './reconcile/as-of.js';
import { type CheckOptions, check } from './reconcile/check.js';
import { coverageOf } from './reconcile/coverage.js';
import { type DecideAsk, decideFinding, type ReleaseAsk, releaseFindings } from './reconcile/decide.js';
import { type Explainer, explainer } from './reconcile/explain-person.js';
import { feedStatuses } from './reconcile/feeds.js';
import { arrangements, calendarWith } from './reconcile/holidays.js';
import { knownFile } from './reconcile/known-file.js';
import { withoutLate } from './reconcile/latecomers.js';
import type { ConnectedFeed } from './reconcile/pull.js';
import { type ReconcileOptions, type RunOutcome, reconcile } from './reconcile/run.js';
import { type Supersession, supersededSince } from './reconcile/superseded-since.js';
import { suppressed } from './reconcile/suppress.js';
import { openStore } from './store/index.js';
import { instant } from './store/order.js';
import { idempotencyKeyOf } from './store/outgoing.js';
import type { FindingQuery, Store } from './store/store.js';
import { version } from './version.js';

/** What a backend holds: the configured feeds, the store, and what one does with them. */
export interface Exchange extends CityExchange, DossierExchange {
  readonly config: Config;
  readonly store: Store;
  /** The audit log: what one does besides asking agencies and deciding is noted here, before it is done. */
  readonly audit: FullAudit;
  /**
   * Asks one agency about one person and keeps nothing but what the audit log says of it. Never throws for what the agency does; ERR_AUDIT where it
   * cannot be noted: then nobody is asked, or what came is not told.
   */
  lookup(ask: LookupAsk, context: CallContext): Promise<LookupAnswer>;
  /**
   * Sends a case on file with its conclusion to an agency that takes them (provincial appraisal). Sent again unchanged it is the same case there.
   * Never throws for what the agency does; ERR_INPUT for a case or conclusion that is not on file, ERR_AUDIT where it cannot be noted.
   */
  push(ask: PushAsk, context: CallContext): Promise<Receipt>;
  /** What is to be sent to the province: queued by imports where `settings.send` is `automatic`, delivered at night or by `flush`. */
  readonly outbox: Outbox;
  /**
   * Conclusions of the city that the province's re-appraisals have challenged or superseded since an instant, and those that stand again because
   * the province took its word back; by `asOf` (default: now).
   */
  superseded(window: { since: string; asOf?: string }): Promise<Supersession[]>;
  /**
   * Everything known of the person of a case, with how fresh each feed is. With `asOf`, an instant that is past, what had been received by then:
   * the same for ever. Throws ERR_USAGE for an instant to come.
   */
  caseFile(caseNo: string, options?: { asOf?: string }): Promise<CaseFile>;
  /**
   * The cross-check of one case's person, while an officer waits: nobody is asked. `rules`: only these, also where the configuration switches
   * them off; configured parameters hold. What people had called false by then is `suppressed`.
   */
  check(caseNo: string, options?: { asOf?: string; rules?: string[] }): Promise<CheckResult>;
  /**
   * Explains the person of a case: every rule with outcome and reason, silence included, how each feed was asked and how fresh it is, and
   * everything known in order, names and numbers masked. `rules`: only these. With `asOf` as it was then, the same for ever.
   */
  explain(caseNo: string, options?: { asOf?: string; rules?: string[] }): Promise<Explanation>;
  /** Explains persons by key as of an instant, for many at once; undefined for somebody not on file by then. */
  explainer(asOf: string, findingsAsOf?: string): Promise<Explainer>;
  /** The nightly job. */
  reconcile(options?: Pick<ReconcileOptions, 'asOf' | 'dryRun' | 'progress' | 'signal'>): Promise<RunOutcome>;
  findings(query?: FindingQuery): Promise<FindingRecord[]>;
  /** One finding with its life, by id or the beginning of one; undefined where there is none, ERR_USAGE where several begin so. */
  finding(idOrPrefix: string): Promise<FindingRecord | undefined>;
  /** Records that are perhaps about somebody on file and whom their number does not tell, with what was answered about them. */
  reviews(options?: { asOf?: string }): Promise<ReviewItem[]>;
  /**
   * Keeps what a person says of a review item: `same` ties the record as certainly as the number would, `not-same` takes it from this person's
   * evidence, `undecided` takes the answer back; it counts from the next check on. ERR_INPUT for an answer that contradicts earlier ones.
   */
  answerReview(answer: { id: string; answer: ReviewAnswer; by: string; reason: string }): Promise<ReviewItem>;
  /**
   * Notes what a person says a finding is: being verified, confirmed, a false positive, dealt with; `open` takes it back. A false positive is
   * remembered by its evidence: the same facts are not raised again before it expires. Throws ERR_INPUT for a finding that is not on file,
   * ERR_USAGE for a move that is none (withdrawn, resolved or held findings), an expiry in the past, a missing name or reason.
   */
  decide(ask: DecideAsk): Promise<FindingRecord>;
  /** Lets findings go that the blast-radius guard holds; the next run publishes them as new. Throws ERR_USAGE where one is not held. */
  release(ask: ReleaseAsk): Promise<FindingRecord[]>;
  /** Which days and regions each feed had told of by `asOf` (default: now), for the last `days` (default 14). */
  coverage(options?: { asOf?: string; days?: number }): Promise<FeedCoverage[]>;
  /** Every feed as it is connected, for `doctor`. */
  readonly feeds: readonly ConnectedFeed[];
  close(): Promise<void>;
}

export interface LookupAsk {
  agency: string;
  feed: string;
  /** `idType` for documents whose number does not say what they are: `passport`. `region`: where the household is registered, GB/T 2260. */
  person: { name: string; idNumber: string; idType?: IdDocument['type']; region?: string };
  window?: { from: string; until: string };
}

export interface PushAsk {
  agency: string;
  feed: string;
  caseNo: string;
  /** Default: the last conclusion that is neither superseded nor revoked, if there is one. */
  conclusionNo?: string;
  /** Default: a hash of the case and its conclusion, so that a correction is sent as something new. */
  idempotencyKey?: string;
}

/**
 * Opens a configuration: checks it, opens the store, connects every feed.
 *
 * `configuration` is a path, or a checked `Config`. Throws ERR_CONFIG with every fault, or what opening the store throws.
 */
export async function createExchange(
  configuration: string | Config,
  options: {
    environment?: Readonly<Record<string, string | undefined>>;
    now?: () => Date;
    /** Keys that seal the audit log and hold its seals against it. */
    auditKeys?: AuditKeys;
  } = {},
): Promise<Exchange> {
  const now = options.now ?? (() => new Date());
  const config =
    typeof configuration === 'string'
      ? await loadConfig(configuration, catalogue, options.environment ?? process.env)
      : configuration;
  const keys = createKeys(config.personKey);
  const own = cityKeys(config, now);
  // The store last: whatever fails before leaves nothing open.
  const feeds = config.connections.map((connection) => connectFeed(connection, config, keys, now));
  const store = await openStore(config.store, { baseDir: config.folder, now, secret: config.personKey });
  const audit = createAuditLog({
    store,
    now,
    organisation: config.city.organisation,
    ...config.audit,
    keys: options.auditKeys ?? own.auditKeys,
  });
  try {
    await noteConfiguration(sectionsOf(config), { store, secret: config.personKey, operator: config.operator, at: now() });
  } catch (error) {
    await Promise.all(feeds.map((feed) => feed.connection.close()));
    await store.close();
    throw error;
  }
  const checkOptions = checkOptionsOf(config);
  const target = sendTargetOf(feeds);
  const sendsItself = target !== undefined && isSendingItself(target);
  const outbox = createOutbox({ store, target, operator: config.operator, now, audit });

  const subjectOf = async (caseNo: string, asked?: string): Promise<{ asOf: string; subject: Subject }> => {
    const asOf = pastInstant(asked ?? now().toISOString(), now());
    const subject = await store.subjectOfCase(caseNo, asOf);
    if (subject === undefined) throw notOnFile(caseNo);
    return { asOf, subject };
  };
  const explainAt: Exchange['explainer'] = async (asOf, findingsAsOf) =>
    explainer({ store, policies: feeds.map((feed) => feed.policy), check: checkOptions }, instant(asOf), findingsAsOf);
  const caseFile: Exchange['caseFile'] = async (caseNo, ask = {}) => {
    const { asOf, subject } = await subjectOf(caseNo, ask.asOf);
    const file = await knownFile(store, subject.key, asOf);
    if (file === undefined) throw notOnFile(caseNo);
    const cursorsFor = await withoutLate(store, await store.cursors(asOf), asOf);
    const statuses = feedStatuses(
      feeds.map((feed) => feed.policy),
      await store.lookupsOf(subject.key, asOf),
      cursorsFor(subject.key),
      asOf,
    );
    return { ...file, feeds: statuses };
  };

  const refreshProvincial = provincialRefresh({ config, feeds, store, audit, keys, now });
  const dossiers = createDossierExchange({ config, own, store, keys, audit, now, refreshProvincial });

  return {
    ...dossiers,
    config,
    store,
    audit,
    feeds,
    caseFile,
    check: async (caseNo, { asOf, rules } = {}) => {
      const file = await caseFile(caseNo, asOf === undefined ? {} : { asOf });
      const result = check(file, {
        ...checkOptions,
        ...(rules === undefined ? {} : { rules }),
      });
      return suppressed(result, await store.findings({ personKey: file.subject.key, asOf: file.asOf }));
    },
    explain: async (caseNo, { asOf: asked, rules } = {}) => {
      const { asOf, subject } = await subjectOf(caseNo, asked);
      const explanation = await (await explainAt(asOf)).person(subject.key, rules);
      if (explanation === undefined) throw notOnFile(caseNo);
      return explanation;
    },
    explainer: explainAt,
    lookup: async (ask, context) => {
      const target = feeds.find(
        (feed) =>
          feed.policy.agency === ask.agency &&
          feed.policy.feed === ask.feed &&
          feed.feed.lookup !== undefined &&
          feed.policy.mode === 'lookup',
      );
      if (target?.feed.lookup === undefined) {
        throw new YilianError('ERR_CONFIG', {
          zh: `${ask.agency}/${ask.feed} 未配置按人查询`,
          en: `${ask.agency}/${ask.feed} is not configured to be asked about persons`,
        });
      }
      const { lookup } = target.feed;
      const person = personOf(ask.person, keys);
      const entry = callEntry('agency-call', ask, context, person);
      const asked = async (): Promise<LookupAnswer> => {
        const window = ask.window === undefined ? {} : { window: ask.window };
        const [answer] = await lookup({ persons: [person], ...window }, target.connection, context);
        if (answer === undefined) throw new YilianError('ERR_INTERNAL', { zh: '查询没有回答', en: 'the lookup gave no answer' });
        return answer;
      };
      return audited(audit, entry, asked, ({ outcome, error }) => ({ result: outcome, ...failureOf(error) }));
    },
    push: async (ask, context) => {
      const target = feeds.find(
        ({ policy, feed }) => policy.agency === ask.agency && policy.feed === ask.feed && feed.push !== undefined,
      );
      if (target?.feed.push === undefined) {
        throw new YilianError('ERR_CONFIG', {
          zh: `${ask.agency}/${ask.feed} 未配置上报`,
          en: `${ask.agency}/${ask.feed} is not configured to be sent cases`,
        });
      }
      // As the city itself said it: what the province made of the case is the province's own.
      const { asOf, subject } = await subjectOf(ask.caseNo);
      const file = await store.caseFile(subject.key, asOf);
      if (file === undefined) throw notOnFile(ask.caseNo);
      const { push } = target.feed;
      const record = outgoing(file, ask);
      const entry = callEntry('push', ask, { ...context, caseNo: ask.caseNo }, record.person);
      return audited(
        audit,
        entry,
        () => push(record, target.connection, context),
        ({ outcome, error }) => ({ result: outcome, ...failureOf(error) }),
      );
    },
    outbox,
    superseded: ({ since, asOf = now().toISOString() }) => supersededSince(store, since, asOf),
    ...cityExchange({
      config,
      store,
      keys,
      audit,
      now,
      caseFile: (caseNo) => caseFile(caseNo),
      ...(sendsItself ? { send: target.connection } : {}),
      ...(config.dossier === undefined ? {} : { revise: dossiers.reviseDossiers }),
    }),
    reconcile: (run = {}) =>
      reconcile({
        store,
        audit,
        feeds,
        check: checkOptions,
        operator: config.operator,
        numberKey: keys.numberKey,
        linkage: { identityKey: keys.identityKey, privateUse: config.privateUse },
        versions: versionsOf(config),
        rowBand: ({ agency, feed, connection = '' }) =>
          config.connections.find((item) => item.agency === agency && item.feed === feed && item.connection === connection)
            ?.rowBand ?? 0.5,
        limits: config.limits,
        ...(sendsItself ? { deliver: (signal) => outbox.flush({ due: true, ...(signal === undefined ? {} : { signal }) }) } : {}),
        ...(config.dossier === undefined ? {} : { revise: async () => (await dossiers.reviseDossiers()).map(dossierChange) }),
        now,
        ...run,
      }),
    findings: (query) => store.findings(query),
    finding: (idOrPrefix) => store.finding(idOrPrefix),
    reviews: ({ asOf = now().toISOString() } = {}) => store.reviews(asOf),
    answerReview: (answer) =>
      store.answerReview(answer, now().toISOString(), ({ id, subject }) => [
        personDecision(subject, { ...answer, organisation: config.city.organisation, result: answer.answer, item: id }),
      ]),
    decide: (ask) => decideFinding(store, ask, now().toISOString(), config.city.organisation),
    release: (ask) => releaseFindings(store, ask, now().toISOString(), config.city.organisation),
    coverage: ({ asOf = now().toISOString(), days } = {}) => coverageOf(store, feeds, asOf, days),
    close: async () => {
      await Promise.all(feeds.map((feed) => feed.connection.close()));
      await store.close();
    },
  };
}

/** Sections as the audit log names them when one has changed: those of the file, of the agencies every connection. */
function sectionsOf({ path: _path, folder: _folder, connections, ...sections }: Config): Record<string, unknown> {
  const feeds = connections.map((item) => [`agencies/${item.agency}/${item.feed}/${item.connection}`.replace(/\/$/, ''), item]);
  return { ...sections, ...Object.fromEntries(feeds) };
}

function notOnFile(caseNo: string): YilianError {
  return new YilianError('ERR_INPUT', { zh: `没有在册的案件 ${caseNo}`, en: `no case ${caseNo} on file` }, { place: caseNo });
}

function outgoing(file: Pick<CaseFile, 'cases' | 'subject'>, ask: PushAsk): Outgoing {
  const found = file.cases.find((item) => item.caseNo === ask.caseNo);
  const conclusion = found?.conclusions.findLast(({ no, status }) =>
    ask.conclusionNo === undefined ? status !== 'superseded' && status !== 'revoked' : no === ask.conclusionNo,
  );
  if (found === undefined || (ask.conclusionNo !== undefined && conclusion === undefined)) {
    throw new YilianError(
      'ERR_INPUT',
      {
        zh: `案件 ${ask.caseNo} 没有在册的结论 ${ask.conclusionNo ?? ''}`,
        en: `case ${ask.caseNo} has no conclusion ${ask.conclusionNo ?? ''} on file`,
      },
      { place: ask.caseNo },
    );
  }
  return {
    idempotencyKey: ask.idempotencyKey ?? idempotencyKeyOf(found, conclusion),
    person: file.subject,
    case: found,
    ...(conclusion === undefined ? {} : { conclusion }),
  };
}

function connectFeed(connection: ConnectionConfig, config: Config, keys: Keys, now: () => Date): ConnectedFeed {
  const adapter: Adapter | undefined = adapters[connection.agency];
  const feed = adapter?.feeds[connection.feed];
  if (feed === undefined) {
    throw new YilianError('ERR_CONFIG', {
      zh: `没有这个数据源：${connection.agency}/${connection.feed}`,
      en: `there is no feed ${connection.agency}/${connection.feed}`,
    });
  }
  const connected: Connection = connect(connection, {
    clock: now,
    keys,
    institutions: config.institutions,
    privateUse: config.privateUse,
  });
  return {
    feed,
    connection: connected,
    concurrency: connection.channel.kind === 'http' ? connection.channel.concurrency : 1,
    channel: connection.channel,
    policy: {
      agency: connection.agency,
      feed: connection.feed,
      connection: connection.connection,
      mode: connection.mode,
      refreshMs: connection.refreshMs,
      lagMs: connection.lagMs,
      ...(connection.regions === undefined ? {} : { regions: connection.regions }),
    },
  };
}

function checkOptionsOf(config: Config): CheckOptions {
  return { rules: config.rules, parameters: parametersOf(config), privateUse: config.privateUse };
}

/**
 * The parameters of every rule: the city's calendar where a rule counts working days, and what the configuration says of the rule itself, which
 * wins. They hold whichever rules are asked for, so that the officer's check and the night give one answer.
 */
function parametersOf(config: Config): NonNullable<CheckOptions['parameters']> {
  const calendar = Object.entries(calendarWith(config.calendar));
  return Object.fromEntries(
    Object.entries(catalogue.rules).flatMap(([rule, defaults]) => {
      const own = config.rules[rule];
      const days = Object.fromEntries(calendar.filter(([name]) => Object.hasOwn(defaults, name)));
      const parameters = { ...days, ...(own === undefined || own === 'off' ? {} : own) };
      return Object.keys(parameters).length === 0 ? [] : [[rule, parameters]];
    }),
  );
}

function versionsOf(config: Config): ReconcileOptions['versions'] {
  return {
    yilian: version,
    mappings: Object.fromEntries(config.connections.map((item) => [item.mapping.name, item.mapping.version])),
    codeTables: {
      ...Object.fromEntries(Object.values({ ...catalogue.codeTables }).map((table) => [table.name, table.version])),
      'working-days': calendarVersion(config),
    },
  };
}

/** The published arrangements, and a digest of the city's own days where it has given some: what a replay must have to count the same. */
function calendarVersion({ calendar }: Config): string {
  const published = arrangements.map(({ source }) => source).join(' ');
  if (calendar.holidays.length + calendar.workdays.length === 0) return published;
  const own = { holidays: [...calendar.holidays].sort(), workdays: [...calendar.workdays].sort() };
  return `${published} + ${sha256Hex(Buffer.from(JSON.stringify(own))).slice(0, 12)}`;
}

function personOf(asked: LookupAsk['person'], keys: Keys): Person {
  const idDocuments = [parseIdDocument(asked.idNumber, asked.idType)];
  const key = keys.personKey({ idDocuments });
  return {
    ...(key === undefined ? {} : { key }),
    idDocuments,
    name: asked.name,
    ...(asked.region === undefined ? {} : { domicile: { region: asked.region } }),
  };
}
