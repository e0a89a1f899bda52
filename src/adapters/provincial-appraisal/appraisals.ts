import { isYilianError } from '../../errors.js';
import { readDate } from '../../mapping/dates.js';
import { dayOfInstant, formatDay, type Json, type Person } from '../../model/index.js';
import type { CallContext, Changes, Connection, Feed, Page } from '../adapter.js';
import { type Gathered, lookupEach } from '../answers.js';
import { askAgency, type Reply } from '../call.js';
import { wholeNumber } from '../numbers.js';
import { sieve } from '../receive.js';
import { textIn } from '../row.js';
import { crawl } from './pages.js';
import { pushCase } from './push.js';
import { appraisalSettingsSchema, settingsOf } from './settings.js';

/**
 * What the province knows of appraisals: history and re-appraisals of a person, what changed, and a case pushed to it. EXAMPLE: nothing public
 * describes the real interface, so every name of it is configuration. Source: README.md.
 */
export const appraisals: Feed = {
  title: { zh: '省级鉴定（示例接口）', en: 'Provincial appraisals (example interface)' },
  gives: ['appraisal'],
  shapes: [
    { envelope: 'jinbao-json', mapping: 'appraisal-jinbao' },
    { envelope: 'json-rows', mapping: 'appraisal-jinbao' },
    { envelope: 'sharing-platform', mapping: 'appraisal-jinbao' },
  ],
  settings: appraisalSettingsSchema,
  // `province-differs` counts three working days and takes a fresh answer as it is: one from before the conclusion must not be fresh any more.
  refreshDays: 1,

  lookup(ask, connection, context) {
    return lookupEach(ask, connection, context, (person) => gather(person, connection, context));
  },
  changes,
  push: pushCase,
};

async function gather(person: Person, connection: Connection, context: CallContext): Promise<Gathered> {
  const { operations, parameters } = settingsOf(connection);
  const whom = { [parameters.idNumber]: wholeNumber(person) ?? '', [parameters.name]: person.name.trim() };
  const replies: Reply[] = [];
  try {
    for await (const { reply, isFirst } of crawl(connection, pageOf(operations.lookup, whom, connection, context))) {
      if (isFirst) replies.length = 0;
      replies.push(reply);
    }
  } catch (error) {
    // A later page that fails makes the answer incomplete; what came before it is kept.
    if (replies.length === 0 || !isYilianError(error)) throw error;
    return { replies, error, isCounted: true };
  }
  return { replies, isCounted: true };
}

function pageOf(operation: string, question: Record<string, Json>, connection: Connection, context: CallContext) {
  const { parameters, pageSize } = settingsOf(connection);
  return (pageNumber: number): Promise<Reply> =>
    askAgency(
      connection,
      { operation, parameters: { ...question, [parameters.pageNumber]: pageNumber, [parameters.pageSize]: pageSize } },
      context,
    );
}

/**
 * What changed since the newest update time seen. Rows of that very time are read again, for more may have been written in the same second; the
 * bookmark moves with the last page only, so a crawl that was cut is begun anew and nothing between its pages is lost.
 */
async function* changes(ask: Changes, connection: Connection, context: CallContext): AsyncGenerator<Page> {
  const { operations, parameters, updateField } = settingsOf(connection);
  const since = typeof ask.since?.since === 'string' ? ask.since.since : '';
  const now = connection.clock().getTime();
  const today = formatDay(dayOfInstant(new Date(now)));
  const question = { [parameters.updatedSince]: since === '' ? '' : asAsked(since) };
  let newest = since;
  for await (const { reply, isLast } of crawl(connection, pageOf(operations.changes, question, connection, context))) {
    for (const record of reply.opened.records) {
      const time = updateTime(record.value, updateField);
      // A row dated in the future would keep everything that changes until then from being asked for.
      if (time > newest && Date.parse(time) <= now) newest = time;
    }
    yield {
      ...sieve(connection, reply, ask),
      cursor: { since: isLast ? newest : since },
      ...(isLast ? { completeThrough: today } : {}),
    };
  }
}

/** `2026-03-01T08:30:00+08:00` as the example wants it: Shanghai time, a blank between day and time. */
function asAsked(instant: string): string {
  return instant.slice(0, 19).replace('T', ' ');
}

/** The row's update time as an instant in Shanghai, so that text order is time order; empty where there is none. */
function updateTime(row: Json, field: string): string {
  const reading = readDate(textIn(row, field), 'instant');
  return reading.read === 'date' ? reading.date : '';
}
