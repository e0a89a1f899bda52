import { isYilianError, type YilianError } from '../../errors.js';
import type { MappableRecord, MappedElement } from '../../mapping/context.js';
import { dayInterval, dayOfInstant, formatDay, type Hospital, type Json, type Person } from '../../model/index.js';
import type { CallContext, Connection, Feed, Lookup } from '../adapter.js';
import { type Gathered, lookupEach, mapReply } from '../answers.js';
import { askAgency, failure, type Reply } from '../call.js';
import { textIn } from '../row.js';
import { askInsuredPerson, type InsuredPerson, isOfOneQuestion, withMismatches } from './insured-person.js';

/** The kinds of service that are hospital stays in the public lists (Hunan, Jiangxi); a city that has others says so. */
const inpatientMedTypes = [
  ...['21', '22', '23', '24', '26', '28', '2101', '2102'],
  ...['52', '2106', '2107', '2111', '210303'],
] as const;

/**
 * Hospital stays as the medical insurance knows them: 1101 for the person number, then 5201 once for each inpatient kind of service, then 5303
 * for who is still in hospital. Source and quirks: README.md.
 */
export const stays: Feed = {
  title: { zh: '医保住院信息', en: 'Stays known to the medical insurance' },
  gives: ['stay'],
  shapes: [{ envelope: 'infno', mapping: 'stay-insurance' }],
  settings: {
    type: 'object',
    additionalProperties: false,
    properties: {
      medTypes: {
        type: 'array',
        items: { type: 'string', pattern: '^\\d{1,6}$' },
        minItems: 1,
        default: [...inpatientMedTypes],
        description: '算作住院的医疗类别，逐个查询 / kinds of service (med_type) that are stays; each is asked for',
      },
      since: {
        type: 'string',
        pattern: '^\\d{4}-\\d{2}-\\d{2}$',
        description: '关注的第一天；不填则用询问的起始日 / first day of interest, besides that of the question',
      },
      lookbackDays: {
        type: 'integer',
        minimum: 1,
        maximum: 36_500,
        default: 400,
        description: '两者都没有时往回看的天数 / days to look back where neither is given',
      },
      admissionDays: {
        type: 'integer',
        minimum: 0,
        maximum: 36_500,
        default: 400,
        description:
          '查询起始日早于关注首日的天数：接口按入院日筛选 / days asked before the first day of interest, for rows are chosen by admission',
      },
      openStays: {
        type: 'boolean',
        default: true,
        description: '是否另查在院信息（5303）/ whether 5303 is asked as well',
      },
      hospital: {
        type: 'object',
        additionalProperties: false,
        properties: { code: { type: 'string' }, name: { type: 'string' }, region: { type: 'string' } },
        description:
          '行中没有机构时所属的医院；仅当接口只返回一家医院的数据时填写 / whose rows they are, where the interface answers for one hospital only; never guessed',
      },
    },
  },

  async lookup(ask, connection, context) {
    const differing = new Set<Person>();
    const answers = await lookupEach(ask, connection, context, async (person) => {
      // Asked anew for every person and kept for this one question only.
      const insured = await askInsuredPerson(person, connection, context);
      if (insured.nameDiffers) differing.add(person);
      return gatherStays(insured, ask.window, connection, context);
    });
    return withMismatches(answers, differing);
  },
};

async function gatherStays(
  insured: InsuredPerson,
  window: Lookup['window'],
  connection: Connection,
  context: CallContext,
): Promise<Gathered> {
  const { personNo, notThePerson } = insured;
  if (notThePerson !== undefined) return { replies: [insured.reply], elements: [notThePerson] };
  if (personNo === undefined) {
    if (insured.reply.opened.records.length === 0) return { replies: [insured.reply], elements: [] };
    throw failure(connection, 'ERR_AGENCY', {
      zh: '1101 没有给出人员编号（psn_no），无法查询住院',
      en: '1101 gave no person number (psn_no), so stays cannot be asked for',
    });
  }
  const medTypes = medTypesOf(connection);
  const period = periodOf(window, connection);
  const replies: Reply[] = [insured.reply];
  const elements: MappedElement[] = [];
  let error: YilianError | undefined;
  const put = async (operation: string, parameters: Record<string, Json>): Promise<void> => {
    if (error !== undefined && !isOfOneQuestion(error)) return;
    try {
      const reply = await askAgency(
        connection,
        { operation, parameters: { psn_no: personNo, ...period, ...parameters } },
        context,
      );
      replies.push(reply);
      elements.push(...stayElements(connection, reply, medTypes));
    } catch (thrown) {
      if (!isYilianError(thrown) || thrown.code === 'ERR_INTERNAL') throw thrown;
      error ??= incomplete(connection, operation, parameters, thrown);
    }
  };
  // Where the platform tells no region the envelope's own stands.
  const places: Record<string, Json>[] =
    insured.regions.length > 0 ? insured.regions.map((region) => ({ insuplc_admdvs: region })) : [{}];
  for (const where of places) for (const medType of medTypes) await put('5201', { ...where, med_type: medType });
  // Afterwards, for a region's 5303 may tell open what another's 5201 tells to its end.
  if (connection.settings.openStays !== false) for (const where of places) await put('5303', where);
  return { replies, elements: once(elements), ...(error === undefined ? {} : { error }) };
}

function incomplete(
  connection: Connection,
  operation: string,
  parameters: Readonly<Record<string, Json>>,
  error: YilianError,
): YilianError {
  if (!isOfOneQuestion(error)) return error;
  const what = parameters.med_type === undefined ? operation : `${operation} med_type ${String(parameters.med_type)}`;
  return failure(
    connection,
    'ERR_INCOMPLETE',
    {
      zh: `${what} 没有答复，住院信息不完整：${error.text.zh}`,
      en: `${what} was not answered, so the stays are incomplete: ${error.text.en}`,
    },
    { retryable: error.retryable },
  );
}

function medTypesOf(connection: Connection): string[] {
  const { medTypes } = connection.settings;
  return Array.isArray(medTypes) && medTypes.length > 0 ? medTypes.map(String) : [...inpatientMedTypes];
}

/** The window is treated as "start within": it begins so many days before the first day of interest. */
function periodOf(window: Lookup['window'], connection: Connection): { begntime: string; endtime: string } {
  const { since, lookbackDays, admissionDays } = connection.settings;
  const today = dayOfInstant(connection.clock());
  const days = [dayInterval(window?.from)?.lo, typeof since === 'string' ? dayInterval(since)?.lo : undefined].filter(
    (day) => day !== undefined,
  );
  const first = days.length > 0 ? Math.min(...days) : today - (typeof lookbackDays === 'number' ? lookbackDays : 400);
  const begin = first - (typeof admissionDays === 'number' ? admissionDays : 400);
  return { begntime: `${formatDay(begin)} 00:00:00`, endtime: `${formatDay(today)} 23:59:59` };
}

/**
 * The reply's rows of the kinds asked for. The mapping knows the public kinds only; those a city adds are stays because it says so, and are read
 * like them. Rows of other kinds come where a platform ignores the filter, and are no stays.
 */
function stayElements(connection: Connection, reply: Reply, medTypes: readonly string[]): MappedElement[] {
  const records = reply.opened.records.map(
    (record): MappableRecord => ({ ...record, value: withReadTypes(record.value, medTypes) }),
  );
  return mapReply(connection, reply, records).elements.map((element) => withHospital(connection, element));
}

/** The rows of every node with their kind of service as the mapping knows it: that of a plain stay where the city asked for it, else none. */
function withReadTypes(output: Json, medTypes: readonly string[]): Json {
  if (typeof output !== 'object' || output === null || Array.isArray(output)) return output;
  const read = (row: Json): Json => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) return row;
    const isType = (key: string) => key.toLowerCase().replaceAll('_', '') === 'medtype';
    const others = Object.fromEntries(Object.entries(row).filter(([key]) => !isType(key)));
    return { ...others, med_type: medTypes.includes(textIn(row, 'med_type')) ? inpatientMedTypes[0] : '' };
  };
  return Object.fromEntries(
    Object.entries(output).map(([node, rows]) => [node, Array.isArray(rows) ? rows.map(read) : read(rows)]),
  );
}

function withHospital(connection: Connection, element: MappedElement): MappedElement {
  const { evidence } = element;
  const own = connection.settings.hospital as Hospital | undefined;
  if (evidence?.kind !== 'stay' || own === undefined) return element;
  if (evidence.hospital.code !== undefined || evidence.hospital.name !== undefined) return element;
  return { ...element, evidence: { ...evidence, hospital: connection.institutions.complete({ ...own }) } };
}

/** One stay told by several questions is told once: by 5201, which knows how it ended, rather than by 5303. */
function once(elements: readonly MappedElement[]): MappedElement[] {
  const seen = new Set<string>();
  return elements.filter((element) => {
    const id = element.evidence?.source.recordId;
    if (id === undefined) return true;
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}
