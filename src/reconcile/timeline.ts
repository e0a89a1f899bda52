import {
  type CaseFile,
  dayOfInstant,
  type Evidence,
  type FindingRecord,
  type Instant,
  type Person,
  type TimelineEntry,
  type TimelineKind,
} from '../model/index.js';
import { maskName, redact } from '../redact.js';
import { compareTexts, newestVersions, referenceOf } from './current.js';
import { interval } from './dates.js';
import { stepText } from './finding-steps.js';
import { linkTo } from './link.js';
import { toldByBenefit, toldByCase } from './timeline-city.js';
import { type ToldOfCase, toldBy } from './timeline-records.js';

/** What the timeline is made of, besides the case file: whatever a store remembers and a file does not hold. */
export interface Remembered {
  /** Every version of every record received; without them the versions of the file. */
  readonly versions?: readonly { readonly evidence: Evidence; readonly isCurrent: boolean }[];
  /** When the parts of the city's own file were last told. */
  readonly imported?: readonly { readonly part: 'subject' | 'case' | 'benefit'; readonly name: string; readonly at: Instant }[];
  /** Findings on file, each with its history. */
  readonly findings?: readonly FindingRecord[];
}

/**
 * Everything known of one person, in order: what happened earlier stands earlier. A month or a year stands where it begins, before the days
 * within it; what has no day stands at the day it was received. Pure, and the same whatever the order of the input.
 */
export function timelineOf(file: CaseFile, remembered: Remembered = {}): TimelineEntry[] {
  const safe = masker(file, remembered);
  const entries = [...evidenceEntries(file, remembered), ...cityEntries(file, remembered), ...findingEntries(remembered)].map(
    (entry): TimelineEntry => ({
      ...entry,
      record: safe(entry.record),
      says: { zh: safe(entry.says.zh), en: safe(entry.says.en) },
    }),
  );
  return entries
    .map((entry) => ({ entry, place: placeOf(entry) }))
    .sort((a, b) => comparePlaces(a.place, b.place) || compareTexts(JSON.stringify(a.entry), JSON.stringify(b.entry)))
    .map(({ entry }) => entry);
}

function evidenceEntries(file: CaseFile, { versions }: Remembered): TimelineEntry[] {
  const newest = new Set(versions === undefined ? newestVersions(file) : []);
  const asOf = Date.parse(file.asOf);
  const all =
    versions ??
    file.evidence
      .filter((record) => !(Date.parse(record.source.receivedAt) > asOf))
      .map((evidence) => ({ evidence, isCurrent: newest.has(evidence) }));
  return all.map(({ evidence, isCurrent }) => {
    const link = evidence.link ?? linkTo(file.subject, evidence.person);
    const isCertain = link === undefined || link.level === 'exact' || link.level === 'upgraded';
    return {
      ...toldBy(evidence),
      agency: evidence.source.agency,
      record: referenceOf(evidence.source),
      receivedAt: evidence.source.receivedAt,
      standing: !isCurrent ? 'superseded' : link === undefined ? 'not-linked' : evidence.status,
      ...(isCertain ? {} : { link: link.level }),
    };
  });
}

function cityEntries(file: CaseFile, { imported = [] }: Remembered): TimelineEntry[] {
  const entry = ({ by, ...told }: ToldOfCase, part: 'case' | 'benefit', name: string): TimelineEntry => {
    if (by !== undefined) {
      return { ...told, agency: by.agency, record: referenceOf(by), receivedAt: by.receivedAt, standing: 'current' };
    }
    const at = imported.find((item) => item.part === part && item.name === name)?.at;
    return {
      ...told,
      agency: 'city',
      record: `city/${part === 'case' ? 'cases' : 'benefits'}/${name}`,
      ...(at === undefined ? {} : { receivedAt: at }),
      standing: 'current',
    };
  };
  return [
    ...file.cases.flatMap((item) => toldByCase(item).map((told) => entry(told, 'case', item.caseNo))),
    ...file.benefits.flatMap((benefit) => toldByBenefit(benefit).map((told) => entry(told, 'benefit', benefit.id))),
  ];
}

function findingEntries({ findings = [] }: Remembered): TimelineEntry[] {
  return findings.flatMap(({ finding, history }) =>
    history.map(
      (step): TimelineEntry => ({
        kind: 'finding',
        on: step.at,
        agency: 'city',
        record: `city/findings/${finding.id}`,
        receivedAt: step.at,
        standing: 'current',
        says: stepText(finding, step),
      }),
    ),
  );
}

// ---- names -------------------------------------------------------------------------------------------------------------------------------

/** Masks numbers by their shape, and every name of a person that the file or its history holds, wherever a source wrote it. */
function masker(file: CaseFile, { versions = [] }: Remembered): (text: string) => string {
  const names = new Set<string>();
  const add = ({ name, formerNames = [] }: Pick<Person, 'name' | 'formerNames'>): void => {
    for (const one of [name, ...formerNames]) if ([...one].length > 1) names.add(one);
  };
  add(file.subject);
  for (const record of [...file.evidence, ...versions.map(({ evidence }) => evidence)]) {
    add(record.person);
    if (record.kind === 'marriage' && record.spouse !== undefined) add(record.spouse);
  }
  const longestFirst = [...names].sort((a, b) => b.length - a.length || compareTexts(a, b));
  return (text) => longestFirst.reduce((masked, name) => masked.replaceAll(name, maskName(name)), redact(text));
}

// ---- order -------------------------------------------------------------------------------------------------------------------------------

interface Place {
  readonly lo: number;
  readonly hi: number;
  /** Milliseconds, where the time of day is known; before them what is known to the day only. */
  readonly time: number;
  readonly kind: number;
}

/** What is told on one day stands in the order in which such things follow each other. */
const kinds: readonly TimelineKind[] = [
  'accident',
  'stay',
  'death',
  'population',
  'recognition',
  'leave-period',
  'application',
  'acceptance',
  'document',
  'panel',
  'exam',
  'conclusion',
  'delivery',
  'appraisal',
  'benefit',
  'payment',
  'settlement',
  'enrolment',
  'marriage',
  'finding',
];

function placeOf({ on, receivedAt, kind }: TimelineEntry): Place {
  const rank = kinds.indexOf(kind);
  const days = interval(on);
  if (days !== undefined) return { ...days, time: on !== undefined && on.length > 10 ? Date.parse(on) : -Infinity, kind: rank };
  const received = receivedAt === undefined ? Number.NaN : Date.parse(receivedAt);
  if (Number.isNaN(received)) return { lo: Infinity, hi: Infinity, time: -Infinity, kind: rank };
  const day = dayOfInstant(new Date(received));
  return { lo: day, hi: day, time: received, kind: rank };
}

function comparePlaces(a: Place, b: Place): number {
  return order(a.lo, b.lo) || order(b.hi, a.hi) || order(a.time, b.time) || a.kind - b.kind;
}

/** Infinity minus itself is no number. */
function order(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
