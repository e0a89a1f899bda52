import type { MappedElement } from '../../mapping/context.js';
import type { Evidence, Person } from '../../model/index.js';
import type { Feed } from '../adapter.js';
import { lookupEach, mapReply } from '../answers.js';
import { askInsuredPerson, withMismatches } from './insured-person.js';

/** Enrolments (参保): one 1101 a person. Source and quirks: README.md. */
export const enrolments: Feed = {
  title: { zh: '参保信息', en: 'Enrolments' },
  gives: ['enrolment'],
  shapes: [{ envelope: 'infno', mapping: 'enrolment-1101' }],
  settings: {
    type: 'object',
    additionalProperties: false,
    properties: {
      historySince: {
        type: 'string',
        pattern: '^\\d{4}-\\d{2}-\\d{2}$',
        description: '填写则一并查询此日以来的历史参保 / with it past enrolments since this day are asked for too (begntime)',
      },
    },
  },

  async lookup(ask, connection, context) {
    const differing = new Set<Person>();
    const { historySince } = connection.settings;
    const answers = await lookupEach(ask, connection, context, async (person) => {
      const more = typeof historySince === 'string' ? { begntime: `${historySince} 00:00:00` } : {};
      const insured = await askInsuredPerson(person, connection, context, more);
      if (insured.nameDiffers) differing.add(person);
      const { notThePerson } = insured;
      if (notThePerson !== undefined) return { replies: [insured.reply], elements: [notThePerson] };
      return { replies: [insured.reply], elements: apart(mapReply(connection, insured.reply).elements) };
    });
    return withMismatches(answers, differing);
  },
};

/**
 * With history one insurance in one region has several rows. The newest keeps the name, so that an enrolment that ends stays the same record; the
 * others are named by the day they began, or ended.
 */
function apart(elements: readonly MappedElement[]): MappedElement[] {
  const newest = new Map<string, Evidence>();
  for (const { evidence } of elements) {
    if (evidence?.kind !== 'enrolment') continue;
    const other = newest.get(evidence.source.recordId);
    if (other === undefined || isLater(evidence, other)) newest.set(evidence.source.recordId, evidence);
  }
  return elements.map((element) => {
    const { evidence } = element;
    if (evidence?.kind !== 'enrolment' || newest.get(evidence.source.recordId) === evidence) return element;
    const recordId = `${evidence.source.recordId}/${evidence.from ?? evidence.to ?? ''}`;
    return { ...element, recordId, evidence: { ...evidence, source: { ...evidence.source, recordId } } };
  });
}

/** One that has not ended is later than one that has; then the later beginning, then the later end. */
function isLater(one: Evidence, other: Evidence): boolean {
  if (one.kind !== 'enrolment' || other.kind !== 'enrolment') return false;
  const order = (end: string | undefined) => end ?? '9999';
  if ((one.to === undefined) !== (other.to === undefined)) return one.to === undefined;
  if ((one.from ?? '') !== (other.from ?? '')) return (one.from ?? '') > (other.from ?? '');
  return order(one.to) > order(other.to);
}
