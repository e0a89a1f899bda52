import type { Transaction } from 'kysely';
import { findingsAsOf } from './as-it-was.js';
import * as audit from './audit.js';
import * as city from './city-file.js';
import { cityRows, importCityRows } from './city-rows.js';
import * as completeness from './completeness.js';
import * as cursors from './cursors.js';
import { dossierStore } from './dossiers.js';
import * as failures from './failures.js';
import * as findings from './findings.js';
import { changedPersons, importsOf, versionsOf } from './history.js';
import * as links from './links.js';
import { type LockEnvironment, takeLock } from './lock.js';
import * as lookups from './lookups.js';
import { createNonces } from './nonces.js';
import { outboxStore } from './outbox.js';
import * as receive from './receive.js';
import { keepReceived, receivedBy } from './received.js';
import * as results from './results.js';
import type { RecordHash } from './retractions.js';
import * as runs from './runs.js';
import type { Store } from './store.js';
import type { Db, Tables } from './tables.js';
import { writeTogether } from './together.js';

/** The store over an opened database: what is written is written in one transaction, what is read together is read from one moment. */
export function createStore(db: Db, environment: LockEnvironment & { hashOf: RecordHash }): Store {
  const write = <T>(action: (transaction: Transaction<Tables>) => Promise<T>) => db.transaction().execute(action);
  const read = <T>(action: (transaction: Transaction<Tables>) => Promise<T>) =>
    db.transaction().setAccessMode('read only').execute(action);
  const together = writeTogether(write);
  return {
    importCases: (entries, at, send) => write((to) => city.importCases(to, entries, at, send)),
    importCityRows: (rows, at, join, send) => write((to) => importCityRows(to, rows, at, join, send)),
    cityRows: (key) => read((from) => cityRows(from, key)),
    subjectKeys: (asOf) => city.subjectKeys(db, asOf),
    subjects: (asOf) => city.subjects(db, asOf),
    subject: (key, asOf) => city.subject(db, key, asOf),
    subjectOfCase: (caseNo, asOf) => read((from) => city.subjectOfCase(from, caseNo, asOf)),
    subjectOfNumber: (numberKey, asOf) => city.subjectOfNumber(db, numberKey, asOf),
    countSubjects: (asOf) => city.countSubjects(db, asOf),
    numberKeys: (asOf) => city.numberKeys(db, asOf),
    caseFile: (key, asOf) => read((from) => city.caseFile(from, key, asOf)),
    versionsOf: (key, asOf) => read((from) => versionsOf(from, key, asOf)),
    importsOf: (key, asOf) => read((from) => importsOf(from, key, asOf)),

    receive: (batch) => write((to) => receive.receive(to, batch, environment.hashOf)),
    hasMessage: (agency, feed, sha256, file) => receive.hasMessage(db, agency, feed, sha256, file),
    messageFile: (agency, feed, id) => receive.messageFile(db, agency, feed, id),
    messageBytes: (agency, feed, id) => receive.messageBytes(db, agency, feed, id),
    currentRecordIds: (agency, feed, connection) => receive.currentRecordIds(db, agency, feed, connection),
    lookupsOf: (personKey, asOf) => read((from) => lookups.lookupsOf(from, personKey, asOf)),
    due: (ask) => lookups.due(db, ask),
    cursors: (asOf) => read((from) => cursors.cursors(from, asOf)),

    reviews: (asOf) => read((from) => links.reviews(from, asOf)),
    answerReview: (ask, at, auditOf) =>
      write(async (to) => {
        const item = await links.answerReview(to, ask, at);
        if (auditOf !== undefined) await audit.appendAudit(to, auditOf(item), at);
        return item;
      }),
    linkAnswers: (asOf) => links.linkAnswers(db, asOf),

    putFindings: (run, at, changes, checked) => write((to) => findings.putFindings(to, run, at, changes, checked)),
    moveFindings: (which, at, move, auditOf) =>
      write(async (to) => {
        const records = await findings.moveFindings(to, which, at, move);
        if (auditOf !== undefined) await audit.appendAudit(to, auditOf(records), at);
        return records;
      }),
    findings: (query = {}) =>
      read((from) => {
        const { asOf } = query;
        return asOf === undefined ? findings.findings(from, query) : findingsAsOf(from, { ...query, asOf });
      }),
    finding: (idOrPrefix) => read((from) => findings.finding(from, idOrPrefix)),
    unknowns: (run) => results.unknowns(db, run),
    resultsOf: (run, personKey) => read((from) => results.resultsOf(from, run, personKey)),
    outcomes: (run) => results.outcomes(db, run),

    clearFailures: (run) => write((to) => failures.clearFailures(to, run)),
    putFailures: (run, at, failed) => write((to) => failures.putFailures(to, run, at, failed)),
    failuresOf: (run) => failures.failuresOf(db, run),
    failedFile: (run, key) => failures.failedFile(db, run, key),

    lock: (name) => takeLock(db, name, environment),
    startRun: (run) => write((to) => runs.startRun(to, run)),
    interruptedRun: () => runs.interruptedRun(db),
    markResumed: (run) => write((to) => runs.markResumed(to, run)),
    finishRun: (manifest) => write((to) => runs.finishRun(to, manifest)),
    keepReceived: (run, at, told) => write((to) => keepReceived(to, run, at, told)),
    receivedBy: (asOf) => receivedBy(db, asOf),
    runs: (limit, endedBy) => runs.runs(db, limit, endedBy),
    feedCounts: (run) => read((from) => runs.feedCounts(from, run)),
    rejectedOf: (run) => read((from) => runs.rejectedOf(from, run)),
    unknownCodesOf: (run) => runs.unknownCodesOf(db, run),
    completeness: {
      recordShapes: (place, run) => read((from) => completeness.recordShapes(from, place, run)),
      keepDrift: (place, run, drift) => write((to) => completeness.keepDrift(to, place, run, drift)),
      rowAccounts: (run) => completeness.rowAccounts(db, run),
      feedDays: (from, asOf) => completeness.feedDays(db, from, asOf),
      askedDays: (from, asOf) => completeness.askedDays(db, from, asOf),
    },
    dossiers: dossierStore(write, read, together),
    outbox: outboxStore(db, write),
    changedPersons: (since, until) => read((from) => changedPersons(from, since, until)),
    audit: {
      append: (entries, at) => write((to) => audit.appendAudit(to, entries, at)),
      probe: (entry, at) => audit.probe(write, entry, at),
      appendAfter: (...given) => write((to) => audit.appendAfter(to, ...given)),
      head: () => audit.head(db),
      last: (kind) => audit.last(db, kind),
      rows: (range) => audit.rows(db, range),
      about: (what) => audit.about(db, what),
      seals: () => audit.seals(db),
      putSeal: (seal) => audit.putSeal(db, seal),
      prune: (...given) => write((to) => audit.prune(to, ...given)),
    },
    nonces: createNonces(together, environment.now),
    close: () => db.destroy(),
  };
}
