import { isYilianError } from '../../errors.js';
import type { Evidence, Json, Person } from '../../model/index.js';
import type { CallContext, Connection, Feed } from '../adapter.js';
import { type Gathered, lookupEach, mapReply } from '../answers.js';
import { askAgency, failure, type Reply } from '../call.js';
import { wholeNumber } from '../numbers.js';

/**
 * The national cremation service (民政部 殡葬服务火化信息): name and number in, rows of cremations out, page by page. Source and quirks: README.md.
 */
export const cremations: Feed = {
  title: { zh: '火化信息', en: 'Cremations' },
  gives: ['death'],
  shapes: [
    { envelope: 'inspur-sdk', mapping: 'cremation-national' },
    { envelope: 'json-rows', mapping: 'cremation-national' },
  ],
  settings: {
    type: 'object',
    additionalProperties: false,
    properties: {
      limit: { type: 'integer', minimum: 1, maximum: 1000, default: 10, description: 'Rows per page.' },
      clientName: { type: 'string', minLength: 1, description: 'The asking unit, where the gateway wants it.' },
    },
  },

  lookup(ask, connection, context) {
    return lookupEach(ask, connection, context, async (person) => {
      const pages = await allPages(person, connection, context);
      return {
        ...pages,
        isCounted: true,
        elements: apart(pages.replies.flatMap((reply) => mapReply(connection, reply).elements)),
      };
    });
  },
};

/** A person has one cremation, so more pages than this are a server that does not stop. */
const mostPages = 50;

/** Page after page until the stated total is reached, or, where none is stated, until a page is shorter than asked for. */
async function allPages(person: Person, connection: Connection, context: CallContext): Promise<Gathered> {
  const limit = numberSetting(connection.settings.limit, 10);
  const { clientName } = connection.settings;
  const replies: Reply[] = [];
  const seen = new Set<string>();
  let received = 0;
  let total: number | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const parameters: Record<string, Json> = {
      name: person.name.trim(),
      id_card: wholeNumber(person) ?? '',
      start: String(received),
      limit: String(limit),
      ...(typeof clientName === 'string' ? { clientName } : {}),
    };
    let reply: Reply;
    try {
      reply = await askAgency(connection, { operation: 'cremation', parameters }, context);
    } catch (error) {
      // A later page that fails makes the answer incomplete; what came before it is kept.
      if (replies.length === 0 || !isYilianError(error)) throw error;
      return { replies, error };
    }
    replies.push(reply);
    const { records } = reply.opened;
    // An empty page may leave out the total that the pages before it stated.
    total = reply.opened.total ?? total;
    if (records.length === 0) {
      return total !== undefined && received < total ? { replies, error: incomplete(connection, 'missing') } : { replies };
    }
    const content = JSON.stringify(records.map((record) => record.value));
    if (seen.has(content)) return { replies, error: incomplete(connection, 'repeated') };
    seen.add(content);
    received += records.length;
    // A total below what has come already is no total (0 beside rows was seen elsewhere).
    if (total === undefined || received > total ? records.length < limit : received === total) return { replies };
  }
  return { replies, error: incomplete(connection, 'endless') };
}

const incompleteTexts = {
  missing: { zh: '对方说还有记录，却给了空页', en: 'the agency states more rows and gives an empty page' },
  repeated: { zh: '对方重复给出同一页', en: 'the agency gives the same page again' },
  endless: { zh: `超过 ${mostPages} 页仍未结束`, en: `still no end after ${mostPages} pages` },
};

function incomplete(connection: Connection, what: keyof typeof incompleteTexts) {
  return failure(connection, 'ERR_INCOMPLETE', incompleteTexts[what]);
}

function numberSetting(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : otherwise;
}

type Elements = ReturnType<typeof mapReply>['elements'];

/**
 * A record is named by its person, so that a corrected day is a new version. Should one answer hold rows of one person that differ, none may
 * hide another: the earliest keeps the name, the others are numbered.
 */
function apart(elements: Elements): Elements {
  const contents = new Map<string, Map<string, Evidence>>();
  for (const { evidence } of elements) {
    if (evidence === undefined) continue;
    const versions = contents.get(evidence.source.recordId) ?? new Map<string, Evidence>();
    versions.set(dates(evidence), evidence);
    contents.set(evidence.source.recordId, versions);
  }
  return elements.map((element) => {
    const { evidence } = element;
    if (evidence === undefined) return element;
    const versions = [...(contents.get(evidence.source.recordId)?.keys() ?? [])].sort();
    const position = versions.indexOf(dates(evidence));
    if (position <= 0) return element;
    const recordId = `${evidence.source.recordId}:${position + 1}`;
    return { ...element, evidence: { ...evidence, source: { ...evidence.source, recordId } } };
  });
}

function dates(evidence: Evidence): string {
  return evidence.kind === 'death' ? `${evidence.eventOn ?? ''} ${evidence.diedOn ?? ''}` : '';
}
