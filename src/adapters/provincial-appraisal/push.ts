import { isYilianError, type YilianError } from '../../errors.js';
import type { Json } from '../../model/index.js';
import type { CallContext, Connection, Outgoing, Receipt } from '../adapter.js';
import { askAgency, failure, messageBehind } from '../call.js';
import { wholeNumber } from '../numbers.js';
import { textIn } from '../row.js';
import { settingsOf } from './settings.js';

/**
 * Sends a case and its conclusion to the province. A lost answer may be asked for again, because the idempotency key lets the province know that it
 * is the same case; a city whose province has no such key must not configure the push. Never throws for what the province does.
 */
export async function pushCase(record: Outgoing, connection: Connection, context: CallContext): Promise<Receipt> {
  const settings = settingsOf(connection);
  try {
    const parameters = { ...fieldsOf(record, connection), [settings.parameters.idempotencyKey]: record.idempotencyKey };
    const reply = await askAgency(connection, { operation: settings.operations.push, parameters }, context);
    const provincialNo = textIn(reply.opened.records[0]?.value, settings.provincialNoField);
    return { outcome: 'accepted', ...(provincialNo === '' ? {} : { provincialNo }), message: reply.message };
  } catch (error) {
    if (!isYilianError(error) || error.code === 'ERR_INTERNAL') throw error;
    const message = messageBehind(error);
    return { outcome: outcomeOf(error), error, ...(message === undefined ? {} : { message }) };
  }
}

/** The province said no (`refused`), does not let us (`unauthorised`), or the case was not sent or nobody knows what became of it (`unavailable`). */
function outcomeOf(error: YilianError): Receipt['outcome'] {
  if (error.code === 'ERR_UNAUTHORISED' || error.code === 'ERR_CLOCK') return 'unauthorised';
  return error.code === 'ERR_AGENCY' ? 'refused' : 'unavailable';
}

/**
 * Throws ERR_CONFIG for a value that the configured codes do not have: a wrong grade must never leave the city; ERR_INPUT for a person without a
 * whole number, whom the province could only guess at.
 */
function fieldsOf(record: Outgoing, connection: Connection): Record<string, Json> {
  const { push } = settingsOf(connection);
  const idNumber = wholeNumber(record.person);
  if (idNumber === undefined) {
    throw failure(connection, 'ERR_INPUT', {
      zh: '此人没有完整的证件号码，不能上报',
      en: 'this person has no whole ID number, so the case is not sent',
    });
  }
  const tree: Record<string, unknown> = {
    person: { ...record.person, idNumber },
    case: record.case,
    conclusion: record.conclusion,
  };
  const fields: Record<string, Json> = {};
  for (const [field, path] of Object.entries(push.fields)) {
    const value = plain(at(tree, path));
    const codes = push.codes[field];
    if (codes === undefined || value === '') {
      fields[field] = value;
      continue;
    }
    const code = Object.hasOwn(codes, value) ? codes[value] : undefined;
    if (code === undefined) {
      throw failure(
        connection,
        'ERR_CONFIG',
        {
          zh: `上报字段 ${field} 没有 ${value} 对应的代码（settings.push.codes）`,
          en: `field ${field} of the push has no code for ${value} (settings.push.codes)`,
        },
        { place: `/settings/push/codes/${field}` },
      );
    }
    fields[field] = code;
  }
  return fields;
}

function at(tree: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, step) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, step)
          ? (value as Record<string, unknown>)[step]
          : undefined,
      tree,
    );
}

function plain(value: unknown): string {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.join('；') : String(value);
}
