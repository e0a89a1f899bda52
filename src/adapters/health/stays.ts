import { dayInterval, dayOfInstant, formatDay, type Json, type Person, type Rejected } from '../../model/index.js';
import type { CallContext, Connection, Lookup, LookupAnswer } from '../adapter.js';
import { type Gathered, lookupEach } from '../answers.js';
import { askAgency, type Reply } from '../call.js';
import { wholeNumber } from '../numbers.js';
import { gatherDocuments, withDocuments } from './stay-documents.js';
import { type Asking, admittedDay, agencyFailure, isOwn, isStranger, joinEncounters, type Row, rowsOf } from './stay-rows.js';

/**
 * Hospital stays asked of a regional health platform (health-insurance 2): admissions and discharges are two questions, joined on hospital, 住院号
 * and visit; how a stay ended stands in shared documents only.
 */

/** Looks up the stays of each person. Never throws for what the agency does. */
export function lookupStays(ask: Lookup, connection: Connection, context: CallContext): Promise<LookupAnswer[]> {
  return lookupEach(ask, connection, context, (person) => gatherStays(person, ask.window, connection, context));
}

async function gatherStays(
  person: Person,
  window: Lookup['window'],
  connection: Connection,
  context: CallContext,
): Promise<Gathered> {
  const whom = { idNumber: wholeNumber(person) ?? '', name: person.name };
  const asking: Asking = {
    connection,
    context,
    person,
    ask: (operation, parameters) =>
      askAgency(connection, { operation, parameters: { ...whom, ...parameters } as Record<string, Json> }, context),
  };
  const today = dayOfInstant(connection.clock());
  const from = firstDay(window, connection, today);
  const until = formatDay(today);

  const admissions = await asking.ask('InPatientInfoQuery', {
    from: formatDay(from - setting(connection, 'admissionDays')),
    until,
  });
  const discharges = await asking.ask('DischargeInfoQuery', { from: formatDay(from), until });
  const replies: Reply[] = [admissions, discharges];
  const admitted = rowsOf(connection, admissions);
  const discharged = rowsOf(connection, discharges);
  const earlier = await earlierDischarges(asking, admitted, discharged, from);
  if (earlier !== undefined) replies.push(earlier);
  const joined = joinEncounters(connection, person, {
    admissions: admitted,
    discharges: discharged,
    // A discharge before the days of interest matters only to an admission that is on hand.
    earlierDischarges: earlier === undefined ? [] : rowsOf(connection, earlier),
  });

  const strangers = [...admitted, ...discharged].filter((row) => isStranger(person, row.element));
  const own = [...admitted, ...discharged].some((row) => isOwn(person, row.element));
  if (!own) {
    const unknown = strangers.length > 0 && connection.settings.patientIndex === true ? await notInIndex(asking) : undefined;
    if (unknown !== undefined) return absentByIndex(unknown, replies, strangers);
    return { replies, elements: joined };
  }
  const documents = await gatherDocuments(asking, { from: from - setting(connection, 'admissionDays'), until });
  return {
    replies: [...replies, ...documents.replies],
    elements: withDocuments(joined, documents, connection),
    ...(documents.error === undefined ? {} : { error: documents.error }),
  };
}

/** The first day of interest: of the question, of the settings, or so many days back. */
function firstDay(window: Lookup['window'], connection: Connection, today: number): number {
  const { since } = connection.settings;
  const days = [dayInterval(window?.from)?.lo, typeof since === 'string' ? dayInterval(since)?.lo : undefined];
  const given = days.filter((day) => day !== undefined);
  return given.length > 0 ? Math.min(...given) : today - setting(connection, 'lookbackDays');
}

function setting(connection: Connection, name: 'admissionDays' | 'lookbackDays'): number {
  const value = connection.settings[name];
  return typeof value === 'number' ? value : 400;
}

/**
 * Who was admitted before the first day of interest and not discharged since may have been discharged before it: without asking that, an ended
 * stay would look open.
 */
async function earlierDischarges(
  asking: Asking,
  admissions: readonly Row[],
  discharges: readonly Row[],
  from: number,
): Promise<Reply | undefined> {
  const { connection, person } = asking;
  const joined = joinEncounters(connection, person, { admissions, discharges, earlierDischarges: [] });
  const undecided = joined.flatMap((element) => {
    const { evidence } = element;
    if (!isOwn(person, element) || evidence?.kind !== 'stay' || evidence.dischargedOn !== undefined) return [];
    const day = admittedDay(evidence);
    return day !== undefined && day < from ? [day] : [];
  });
  if (undecided.length === 0) return undefined;
  return asking.ask('DischargeInfoQuery', { from: formatDay(Math.min(...undecided)), until: formatDay(from) });
}

/** Asks the index of persons whether it knows this one at all: of a person it does not know, every other query answers about everybody. */
async function notInIndex(asking: Asking): Promise<Reply | undefined> {
  try {
    const reply = await asking.ask('PatientInfoQuery', {});
    return reply.opened.status === 'nothing-found' ? reply : undefined;
  } catch (error) {
    agencyFailure(error);
    return undefined;
  }
}

/** The index says nobody bears this number: what came about others is reported, and the person has no stays there. */
function absentByIndex(index: Reply, replies: readonly Reply[], strangers: readonly Row[]): Gathered {
  const rejected: Rejected[] = strangers.map(({ element }) => ({
    reason: 'about-another-person',
    pointer: element.pointer,
    message: element.message,
  }));
  const withoutBytes = replies.map((reply): Reply => {
    const { bytes: _, ...message } = reply.message;
    return { ...reply, message };
  });
  return { replies: [...withoutBytes, index], elements: [], rejected };
}
