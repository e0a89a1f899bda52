import { envelopeFamilies } from '../envelopes/catalogue.generated.js';
import type { EnvelopeFamily, EnvelopeSettings, Opened } from '../envelopes/envelope.js';
import { readJson } from '../envelopes/json.js';
import { decodeText } from '../envelopes/text.js';
import { YilianError } from '../errors.js';
import type { Institutions, MappingResult, RecordKeys } from '../mapping/context.js';
import { type CompiledMapping, compileMapping } from '../mapping/engine.js';
import type { CodeTable, MappingDefinition } from '../mapping/mapping.js';
import { shippedMappings, codeTables as shippedTables } from '../mapping/shipped.generated.js';
import type { Agency, Bilingual, Evidence, Instant, Message, Rejected, UnknownCode } from '../model/index.js';
import { redact } from '../redact.js';
import type { Feed } from './adapter.js';
import { adapters } from './catalogue.generated.js';
import { institutionTable } from './institutions.js';
import { receivedMessage, saidBy } from './message.js';

/**
 * Recorded bytes → evidence and rejections, offline: what `yilian map` does. The same envelope and mapping as on the wire, nobody asked, and no
 * file that gives silence: a message with nothing to map is a named rejection of the whole.
 */
export interface MapOptions {
  agency: Agency;
  feed: string;
  /** Absent: the feed's shapes in order, the first that recognises the bytes and gets most out of them. */
  envelope?: { id: string; settings?: EnvelopeSettings };
  /** The feed's connections as a city has configured them: tried before the shapes. */
  configured?: readonly { envelope: { id: string; settings: EnvelopeSettings }; mapping: MappingDefinition }[];
  /** Absent: the one that goes with the shape. */
  mapping?: MappingDefinition;
  /** The city's own; they win over the shipped ones. */
  codeTables?: Readonly<Record<string, CodeTable>>;
  receivedAt: Instant;
  /** A file's base name. */
  file?: string;
  /** The operation the message answers, where it does not say so itself. */
  operation?: string;
  /** Without keys persons are not keyed, and records without a key of their own are named by message and place. */
  keys?: RecordKeys;
  institutions?: Institutions;
}

/** What became of one message. */
export interface Mapped {
  message: Message;
  /** Which envelope read it; absent where none did. */
  envelope?: string;
  mapping?: string;
  /** As the envelope told it; `unreadable` where it could not. */
  status: Opened['status'] | 'unreadable';
  /** `absent`: the agency answered that there is nothing. */
  outcome: 'mapped' | 'absent' | 'rejected';
  evidence: Evidence[];
  rejected: Rejected[];
  unknownCodes: UnknownCode[];
  warnings: string[];
}

const noKeys: RecordKeys = { personKey: () => undefined, recordKey: () => undefined };

/** Maps recorded bytes. Never throws for bad bytes; throws ERR_USAGE for an unknown agency, feed, envelope or mapping, ERR_CONFIG for a faulty mapping. */
export function mapBytes(bytes: Uint8Array, options: MapOptions): Mapped {
  const message = receivedMessage(
    options,
    options.receivedAt,
    bytes,
    options.file === undefined ? undefined : redact(options.file),
  );
  const attempts = candidates(bytes, options).map((candidate) => attempt(bytes, candidate, message, options));
  const best = attempts.toSorted((a, b) => worth(b) - worth(a))[0];
  if (best !== undefined) return best;
  return {
    message,
    status: 'unreadable',
    outcome: 'rejected',
    evidence: [],
    rejected: [unrecognised(bytes, message)],
    unknownCodes: [],
    warnings: [],
  };
}

/** What is wrong with bytes that no envelope recognises: nothing is there, a web page, an encoding nobody can read; else only that. */
function unrecognised(bytes: Uint8Array, message: Message): Rejected {
  const decoded = decodeText(bytes, {});
  const read = decoded.ok ? readJson(decoded.text) : decoded;
  if (!read.ok && read.fault.reason !== 'malformed-json') return { ...read.fault, message: message.id };
  return whole(message, 'unrecognised-message', {
    zh: '没有一种报文格式认得这些内容',
    en: 'no envelope recognises these bytes',
  });
}

interface Candidate {
  family: EnvelopeFamily;
  settings: EnvelopeSettings;
  mapping: MappingDefinition;
}

/** The envelopes and mappings to try, in order. */
function candidates(bytes: Uint8Array, options: MapOptions): Candidate[] {
  const feed = adapters[options.agency]?.feeds[options.feed];
  if (feed === undefined)
    throw usage(`没有这个数据源：${options.agency}/${options.feed}`, `there is no feed ${options.agency}/${options.feed}`);
  const { envelope, mapping } = options;
  const configured = (options.configured ?? [])
    .filter((connection) => envelope === undefined || connection.envelope.id === envelope.id)
    .map((connection) => ({
      family: familyOf(connection.envelope.id),
      settings: envelope?.settings ?? connection.envelope.settings,
      mapping: mapping ?? connection.mapping,
    }));
  return [...configured, ...shapesOf(feed, bytes, options)];
}

function shapesOf(feed: Feed, bytes: Uint8Array, { envelope, mapping }: MapOptions): Candidate[] {
  const shapes = feed.shapes.map((shape) => ({
    family: familyOf(shape.envelope),
    mapping: mapping ?? shippedMapping(shape.mapping),
  }));
  if (envelope !== undefined) {
    const family = familyOf(envelope.id);
    const settings = envelope.settings ?? {};
    const matching = shapes.filter((shape) => shape.family === family).map((shape) => ({ ...shape, settings }));
    if (matching.length > 0) return matching;
    if (mapping !== undefined) return [{ family, settings, mapping }];
    // An envelope the feed was never seen with: the records may still be those of one of its mappings.
    return shapes.map((shape) => ({ family, settings, mapping: shape.mapping }));
  }
  const recognised = shapes.filter((shape) => shape.family.recognises(bytes));
  return recognised.map((shape) => ({ ...shape, settings: {} }));
}

/** Evidence first, then records that were at least understood, then answers, then the order of the shapes. */
function worth(mapped: Mapped): number {
  if (mapped.evidence.length > 0) return 4;
  if (mapped.outcome === 'absent') return 3;
  if (mapped.status === 'unreadable') return 0;
  return mapped.rejected.some((item) => item.reason === 'no-mapping-for-this-shape') ? 1 : 2;
}

function attempt(bytes: Uint8Array, candidate: Candidate, message: Message, options: MapOptions): Mapped {
  const { family, settings, mapping } = candidate;
  const opened = family.create(settings).open(bytes, options.operation === undefined ? {} : { operation: options.operation });
  const base = {
    message,
    envelope: family.id,
    mapping: mapping.name,
    evidence: [],
    unknownCodes: [],
    warnings: opened.warnings.map(redact),
  };
  if (opened.unreadable !== undefined) {
    const { reason, pointer, detail } = opened.unreadable;
    return { ...base, status: 'unreadable', outcome: 'rejected', rejected: [{ reason, pointer, message: message.id, detail }] };
  }
  if (opened.status === 'nothing-found') return { ...base, status: opened.status, outcome: 'absent', rejected: [] };
  if (opened.status !== 'ok') {
    return {
      ...base,
      status: opened.status,
      outcome: 'rejected',
      rejected: [whole(message, refusals[opened.status], noRecords(opened))],
    };
  }
  const result = applied(compiled(mapping, options), opened, message, options);
  const nothing = result.elements.length === 0 ? [nothingMapped(opened, result, message)] : [];
  return {
    ...base,
    status: opened.status,
    outcome: result.evidence.length > 0 ? 'mapped' : 'rejected',
    evidence: result.evidence,
    rejected: [...nothing, ...result.rejected],
    unknownCodes: result.unknownCodes,
    warnings: [...base.warnings, ...(result.skipped === 0 ? [] : [skippedWarning(result.skipped, mapping.name)])],
  };
}

const refusals = { 'not-authorised': 'not-authorised', busy: 'agency-busy', failed: 'agency-error' } as const;

function noRecords(opened: Opened): Bilingual {
  const said = saidBy(opened);
  return { zh: `对方没有给出记录：${said}`, en: `the agency gave no records: ${said}` };
}

/** A message that says ok and holds nothing this mapping reads: a list of documents, an answer to another question. */
function nothingMapped(opened: Opened, result: MappingResult, message: Message): Rejected {
  const kind = opened.operation === undefined ? '' : ` (${opened.operation})`;
  if (opened.records.length > 0 && result.unrecognised === 0 && result.skipped === 0) {
    return whole(message, 'nothing-to-map', {
      zh: `答复中没有可用的记录${kind}`,
      en: `the answer holds no record to map${kind}`,
    });
  }
  return whole(message, 'no-mapping-for-this-shape', {
    zh: `映射不认识这种记录${kind}`,
    en: `the mapping has no place for records of this shape${kind}`,
  });
}

function applied(mapping: CompiledMapping, opened: Opened, message: Message, options: MapOptions): MappingResult {
  const operation = opened.operation ?? options.operation;
  return mapping.apply(opened.records, {
    agency: options.agency,
    feed: options.feed,
    message: { id: message.id, sha256: message.sha256 },
    receivedAt: message.receivedAt,
    keys: options.keys ?? noKeys,
    institutions: options.institutions ?? institutionTable([]),
    ...(operation === undefined ? {} : { operation }),
  });
}

function compiled(mapping: MappingDefinition, options: MapOptions): CompiledMapping {
  const compilation = compileMapping(mapping, { ...shippedTables, ...options.codeTables });
  if (compilation.ok) return compilation.mapping;
  const list = (language: keyof Bilingual): string =>
    compilation.faults.map((fault) => `${fault.pointer}: ${fault.message[language]}`).join('\n');
  throw new YilianError('ERR_CONFIG', {
    zh: `映射 ${mapping.name} 有误：\n${list('zh')}`,
    en: `mapping ${mapping.name} is faulty:\n${list('en')}`,
  });
}

function whole(message: Message, reason: string, detail: Bilingual): Rejected {
  return { reason, pointer: '', message: message.id, detail };
}

function skippedWarning(count: number, mapping: string): string {
  return `${count} 条不在映射 ${mapping} 的条件之内 / ${count} outside the conditions of mapping ${mapping}`;
}

function familyOf(id: string): EnvelopeFamily {
  const family = Object.values(envelopeFamilies).find((candidate) => candidate.id === id);
  if (family === undefined) throw usage(`没有这种报文格式：${id}`, `there is no envelope ${id}`);
  return family;
}

function shippedMapping(name: string): MappingDefinition {
  const mapping = shippedMappings[name];
  if (mapping === undefined) throw usage(`没有随包的映射：${name}`, `no shipped mapping ${name}`);
  return mapping;
}

function usage(zh: string, en: string): YilianError {
  return new YilianError('ERR_USAGE', { zh, en });
}
