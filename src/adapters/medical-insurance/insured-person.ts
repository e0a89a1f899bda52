import type { YilianError } from '../../errors.js';
import { compareNames, matchIdentity } from '../../identity/index.js';
import type { MappedElement, RowIdentity } from '../../mapping/context.js';
import { rowIdentity } from '../../mapping/identity.js';
import type { IdDocument, Json, Person } from '../../model/index.js';
import type { CallContext, Connection, LookupAnswer } from '../adapter.js';
import { askAgency, failure, type Reply } from '../call.js';
import { memberOf, textIn } from '../row.js';

/**
 * 1101 (人员信息获取): the insured person behind an ID number. Every other transaction wants the person number it gives, and the region that the
 * person is insured in. It answers although the name differs, so the name is compared.
 */
export interface InsuredPerson {
  reply: Reply;
  /** Undefined where the platform knows nobody of this number. */
  personNo?: string;
  /** 参保地医保区划 of the person's enrolments, no doubles. */
  regions: string[];
  /** The number is known and the name is certainly another. */
  nameDiffers: boolean;
  /** The answer is about somebody else, or nobody can tell about whom: what the guard is told instead of rows. */
  notThePerson?: MappedElement;
}

/** psn_cert_type of the documents the platform can be asked about; of passports two codes exist, and the list does not tell which is meant. */
const certificateTypes: Partial<Record<IdDocument['type'], string>> = {
  'resident-id': '01',
  'foreign-permanent-resident': '07',
  'hmt-residence-permit': '17',
};

/** Asks 1101 about one person. Throws what `askAgency` throws; ERR_INPUT where the person has no document it can be asked about. */
export async function askInsuredPerson(
  person: Person,
  connection: Connection,
  context: CallContext,
  more: Readonly<Record<string, Json>> = {},
): Promise<InsuredPerson> {
  const document = person.idDocuments.find(({ type, number }) => certificateTypes[type] !== undefined && number !== '');
  const type = document === undefined ? undefined : certificateTypes[document.type];
  if (document === undefined || type === undefined) {
    throw failure(connection, 'ERR_INPUT', {
      zh: '医保接口只能按居民身份证、居住证或永久居留证查询，此人没有',
      en: 'the insurance interface is asked by resident id, residence permit or permanent residence card, and this person has none',
    });
  }
  const parameters = {
    mdtrt_cert_type: '02',
    mdtrt_cert_no: document.number,
    psn_cert_type: type,
    certno: document.number,
    psn_name: person.name.trim(),
    ...more,
  };
  const reply = await askAgency(connection, { operation: '1101', parameters }, context);
  const answers = reply.opened.records.flatMap((record) => answerIn(record, person));
  const own = answers.find(({ isOwn }) => isOwn);
  if (own !== undefined) {
    const { output, base } = own;
    const personNo = textIn(base, 'psn_no');
    const regions = list(memberOf(output, 'insuinfo')).map((row) => textIn(row, 'insuplc_admdvs') || textIn(row, 'insu_admdvs'));
    return {
      reply,
      regions: [...new Set(regions.filter((region) => region !== ''))],
      nameDiffers: compareNames(person, { name: own.identity.name }).result === 'different',
      ...(personNo === '' ? {} : { personNo }),
    };
  }
  const first = answers[0];
  return {
    reply,
    regions: [],
    nameDiffers: false,
    ...(first === undefined ? {} : { notThePerson: guarded(reply, first.pointer, first.identity) }),
  };
}

interface Answer {
  output: Json;
  base: Json;
  pointer: string;
  identity: RowIdentity;
  isOwn: boolean;
}

function answerIn(record: Reply['opened']['records'][number], person: Person): Answer[] {
  const base = list(memberOf(record.value, 'baseinfo'))[0];
  if (base === undefined) return [];
  const identity = rowIdentity(textIn(base, 'certno') || undefined, undefined, textIn(base, 'psn_name'));
  const { result } = matchIdentity(person, { idDocuments: identity.documents });
  return [
    {
      output: record.value,
      base,
      pointer: `${record.pointer}/baseinfo`,
      identity,
      isOwn: result === 'same' || result === 'upgraded',
    },
  ];
}

function guarded(reply: Reply, pointer: string, identity: RowIdentity): MappedElement {
  const message = reply.message.id;
  const detail = {
    zh: '1101 答复中的证件号码被遮盖或缺失，无法核对是谁',
    en: 'the ID number in the answer of 1101 is masked or missing: nobody can tell whose record this is',
  };
  const reason = identity.state === 'masked' ? 'masked-identity' : 'no-identity';
  const rejected = identity.state === 'given' ? [] : [{ reason, pointer: `${pointer}/certno`, message, detail }];
  return { kind: 'enrolment', pointer, message, identity, rejected, unknownCodes: [] };
}

/** Answers in which the platform had nothing, of persons it knows under another name: the number is known and the name is not the one asked. */
export function withMismatches(answers: readonly LookupAnswer[], differing: ReadonlySet<Person>): LookupAnswer[] {
  return answers.map((answer) =>
    answer.outcome === 'absent' && differing.has(answer.person) ? { ...answer, outcome: 'mismatch' } : answer,
  );
}

/** A refusal of one question does not keep the next from being asked; anything else would meet that too. */
export function isOfOneQuestion({ code }: YilianError): boolean {
  return code === 'ERR_INCOMPLETE' || code === 'ERR_AGENCY' || code === 'ERR_ENVELOPE' || code === 'ERR_HTTP_STATUS';
}

/** A node with one row may be an object, or an array of one. */
function list(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null || value === '' ? [] : [value];
}
