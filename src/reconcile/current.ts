import { YilianError } from '../errors.js';
import { isSeparated } from '../linkage/answers.js';
import { type CaseFile, type Evidence, isOlder, type Source } from '../model/index.js';
import { linkTo } from './link.js';

/** A record that is about the subject. `certain`: linked `exact` or `upgraded`. */
export interface Tied {
  readonly record: Evidence;
  readonly certain: boolean;
}

/**
 * What a case file knew of the subject at its `asOf`, in one order whatever the order of the input: received by then, each
 * `agency/feed/recordId` once in its newest version, and tied to the subject: by the link it came with, else by its number. Void records stay,
 * for chains of certificates run through them.
 *
 * The newest version is the one received last, as in the store: but one that the agency itself dates before another came late and does not count.
 * Of those received at the same instant it is the one its agency updated last; then the void one; then the one that is greater as JSON.
 * Throws ERR_INPUT where `asOf` is no instant.
 */
export function currentEvidence(file: CaseFile): Tied[] {
  const tied: Tied[] = [];
  for (const record of newestVersions(file)) {
    const link = record.link ?? linkTo(file.subject, record.person);
    // A person said that it is about somebody else.
    if (link === undefined || isSeparated(link)) continue;
    tied.push({
      record: record.link === undefined ? { ...record, link } : record,
      certain: link.level === 'exact' || link.level === 'upgraded',
    });
  }
  return tied;
}

/** The newest version of each record received by the file's `asOf`, whoever it is about. Throws ERR_INPUT where `asOf` is no instant. */
export function newestVersions(file: CaseFile): Evidence[] {
  const asOf = Date.parse(file.asOf);
  if (Number.isNaN(asOf)) {
    throw new YilianError('ERR_INPUT', { zh: 'asOf 不是时刻', en: 'asOf is not an instant' }, { place: '/asOf' });
  }
  const received = file.evidence.filter((record) => !(Date.parse(record.source.receivedAt) > asOf));
  if (received.length > 1) received.sort(byRecordThenReceipt);

  const newest: Evidence[] = [];
  for (const record of received) {
    const before = newest.at(-1);
    if (before === undefined || compareSources(before.source, record.source) !== 0) newest.push(record);
    else if (!isOlder(record.source, before.source)) newest[newest.length - 1] = record;
  }
  return newest;
}

/** `agency/feed/recordId`. */
export function referenceOf(source: Source): string {
  return `${source.agency}/${source.feed}/${source.recordId}`;
}

/** In order of code units, on every machine alike. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareSources(a: Source, b: Source): number {
  return compareTexts(a.agency, b.agency) || compareTexts(a.feed, b.feed) || compareTexts(a.recordId, b.recordId);
}

/** Of one record's versions the one received last comes last. */
function byRecordThenReceipt(a: Evidence, b: Evidence): number {
  return (
    compareSources(a.source, b.source) ||
    instantOf(a.source.receivedAt) - instantOf(b.source.receivedAt) ||
    instantOf(a.source.updatedAt) - instantOf(b.source.updatedAt) ||
    Number(a.status === 'void') - Number(b.status === 'void') ||
    compareTexts(JSON.stringify(a), JSON.stringify(b))
  );
}

/** 0 for what is missing or no instant: older than anything. */
function instantOf(instant: string | undefined): number {
  const ms = instant === undefined ? Number.NaN : Date.parse(instant);
  return Number.isNaN(ms) ? 0 : ms;
}
