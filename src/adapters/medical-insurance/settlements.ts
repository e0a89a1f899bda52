import { isYilianError, type YilianError } from '../../errors.js';
import type { Json, Person } from '../../model/index.js';
import type { CallContext, Connection, Feed } from '../adapter.js';
import { type Gathered, lookupEach, mapReply } from '../answers.js';
import { askAgency, failure, type Reply } from '../call.js';
import { tableFileChanges, tableFileSettings } from '../table-file.js';
import { askInsuredPerson, isOfOneQuestion, withMismatches } from './insured-person.js';

/** An empty one is a fault of the configuration, told when it is read. */
const number = { type: 'string', pattern: '\\S' };

/**
 * Settlements (结算): listed by the bureau's table setl_d, as files of table exchange. 5203 fetches the details of a settlement whose id is known
 * already and can list nothing, so a question without one is a fault of the configuration and never "no settlements".
 */
export const settlements: Feed = {
  title: { zh: '医保结算', en: 'Settlements' },
  gives: ['settlement'],
  shapes: [
    { envelope: 'table-exchange', mapping: 'settlement-setl-d' },
    { envelope: 'infno', mapping: 'settlement-5203' },
    { envelope: 'json-rows', mapping: 'settlement-setl-d' },
  ],
  settings: {
    type: 'object',
    additionalProperties: false,
    properties: {
      known: {
        type: 'array',
        default: [],
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['psn_no', 'setl_id', 'mdtrt_id'],
          properties: { psn_no: number, setl_id: number, mdtrt_id: number },
        },
        description:
          '5203 只能按已知结算查询：人员编号、结算ID、就诊ID / settlements known already, which is all that 5203 can be asked about',
      },
      ...tableFileSettings,
    },
  },

  async lookup(ask, connection, context) {
    const differing = new Set<Person>();
    const answers = await lookupEach(ask, connection, context, (person) => gatherKnown(person, connection, context, differing));
    return withMismatches(answers, differing);
  },

  changes: tableFileChanges,
};

interface KnownSettlement {
  psn_no: string;
  setl_id: string;
  mdtrt_id: string;
}

async function gatherKnown(
  person: Person,
  connection: Connection,
  context: CallContext,
  differing: Set<Person>,
): Promise<Gathered> {
  const known = knownSettlements(connection);
  const insured = await askInsuredPerson(person, connection, context);
  if (insured.nameDiffers) differing.add(person);
  const { notThePerson } = insured;
  if (notThePerson !== undefined) return { replies: [insured.reply], elements: [notThePerson] };
  if (insured.personNo === undefined) return { replies: [insured.reply], elements: [] };
  const own = known.filter((settlement) => settlement.psn_no === insured.personNo);
  if (own.length === 0) throw cannotList(connection, 'ERR_INPUT');
  // The person number only leads there; what 1101 says is no settlement.
  const replies: Reply[] = [];
  let error: YilianError | undefined;
  for (const settlement of own) {
    const region = insured.regions[0];
    const parameters: Record<string, Json> = { ...settlement, ...(region === undefined ? {} : { insuplc_admdvs: region }) };
    try {
      const reply = await askAgency(connection, { operation: '5203', parameters }, context);
      replies.push(reply);
      if (reply.opened.records.length === 0) error ??= notGiven(connection);
    } catch (thrown) {
      // The only question: thrown as it is, so that what the agency said when it refused is kept with it.
      if (!isYilianError(thrown) || thrown.code === 'ERR_INTERNAL' || own.length === 1) throw thrown;
      error ??= thrown;
      if (!isOfOneQuestion(thrown)) break;
    }
  }
  return {
    replies: [insured.reply, ...replies],
    elements: replies.flatMap((reply) => mapReply(connection, reply).elements),
    ...(error === undefined ? {} : { error }),
  };
}

function notGiven(connection: Connection): YilianError {
  return failure(connection, 'ERR_INCOMPLETE', {
    zh: '已知的结算，5203 没有给出',
    en: '5203 gave nothing for a settlement that is known',
  });
}

/** Throws ERR_CONFIG where no settlement is known, or one has an empty number. */
function knownSettlements(connection: Connection): KnownSettlement[] {
  const { known } = connection.settings;
  const list = (Array.isArray(known) ? known : []) as unknown as Partial<KnownSettlement>[];
  const numbers = (settlement: Partial<KnownSettlement>) => [settlement.psn_no, settlement.setl_id, settlement.mdtrt_id];
  if (list.length === 0 || list.some((settlement) => numbers(settlement).some((number) => (number ?? '').trim() === ''))) {
    throw cannotList(connection, 'ERR_CONFIG');
  }
  return list as KnownSettlement[];
}

function cannotList(connection: Connection, code: 'ERR_CONFIG' | 'ERR_INPUT') {
  return failure(connection, code, {
    zh: '5203 不能列出结算：须已知结算ID（settings.known）；要全部结算，请经库表交换接收 setl_d',
    en: '5203 cannot list settlements: their ids must be known (settings.known); to have them all, receive the table setl_d by table exchange',
  });
}
