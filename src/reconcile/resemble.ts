import { identityNode, isPersonNode, personNode } from '../linkage/answers.js';
import { scoreOfDoubt } from '../linkage/compare.js';
import { judgementsOf } from '../linkage/judgements.js';
import { type PersonsOnFile, personsOnFile, type Resemblance } from '../linkage/on-file.js';
import { defaultWeights, type LinkWeights } from '../linkage/weights.js';
import type { Evidence, Instant, Link, Person } from '../model/index.js';
import type { LinkTie, Store } from '../store/store.js';

/** What linkage beyond the number needs from outside. */
export interface LinkageOptions {
  identityKey: (person: Pick<Person, 'idDocuments' | 'name' | 'birthDate'>, more?: readonly string[]) => string;
  privateUse?: ReadonlyMap<string, string>;
  weights?: LinkWeights;
}

/** Whom records are about that their number does not tell, as of the beginning of a run: the persons on file and the answers of people. */
export interface Linkage {
  /** Does the person resemble somebody on file, of `among` where given? The question asked for every row. */
  resembles(person: Person, among?: ReadonlySet<string>): boolean;
  /** The persons on file to tie the record to, with how; those a person has ruled out are not among them. */
  ties(evidence: Evidence, among?: ReadonlySet<string>): { personKey: string; link: Link; tie: LinkTie }[];
  /** A record without a number, with which an agency answered the question about a person: shown to people, or undefined where it says otherwise. */
  lead(personKey: string, evidence: Evidence): { link: Link; tie: LinkTie } | undefined;
  /** The same of a record whose number is the person's own, and whose agency doubts whether it is about them. */
  tieOf(evidence: Evidence): LinkTie;
}

/** Arranges the persons on file. Reads the whole of them once. */
export async function linkageOf(
  store: Pick<Store, 'subjects' | 'linkAnswers'>,
  asOf: Instant,
  options: LinkageOptions,
): Promise<Linkage> {
  const persons = await personsOnFile(store.subjects(asOf), options);
  const answers = await store.linkAnswers(asOf);
  const judgements = judgementsOf(
    answers.map((answer) => ({ ...answer, between: [personNode(answer.personKey), identityNode(answer.identity)] as const })),
    isPersonNode,
  );
  const confirmed = confirmedPairs(
    answers,
    (personKey, identity) => judgements.between(personNode(personKey), identityNode(identity))?.is,
  );

  const found = (person: Person, among?: ReadonlySet<string>): Resemblance[] => {
    const resembling = persons.resembling(person);
    if (resembling.length === 0 && confirmed.size === 0) return resembling;
    const identity = options.identityKey(person);
    // What somebody has said counts before what can be compared.
    const known = confirmed.get(identity);
    const isAmong = ({ personKey }: Resemblance): boolean => among?.has(personKey) ?? true;
    if (known !== undefined) return asConfirmed(persons, known, person, resembling).filter(isAmong);
    return resembling.filter(
      (item) => isAmong(item) && judgements.between(personNode(item.personKey), identityNode(identity))?.is !== 'not-same',
    );
  };

  return {
    resembles: (person, among) => found(person, among).length > 0,
    ties: (evidence, among) =>
      found(evidence.person, among).map(({ personKey, level, score, reasons }) => ({
        personKey,
        link: { level, reasons },
        tie: { identity: options.identityKey(evidence.person), score },
      })),
    lead(personKey, evidence) {
      const { source, person } = evidence;
      const comparison = persons.compareWith(personKey, person);
      if (comparison === undefined) return undefined;
      const reasons = comparison.reasons.map(({ reason }) => reason);
      const leadFrom = (options.weights ?? defaultWeights).leadFrom;
      const isNameSaid = comparison.reasons.some(({ reason, weight }) => nameSaid.has(reason) && weight >= leadFrom);
      if (!isNameSaid || comparison.reasons.some(({ weight }) => weight < 0)) return undefined;
      const identity = options.identityKey(person, [source.agency, source.feed, source.recordId]);
      if (judgements.between(personNode(personKey), identityNode(identity))?.is === 'not-same') return undefined;
      return { link: { level: 'weak', reasons }, tie: { identity, score: comparison.score } };
    },
    tieOf(evidence) {
      const score = scoreOfDoubt(evidence.link?.reasons ?? [], options.weights);
      return { identity: options.identityKey(evidence.person), score };
    },
  };
}

const nameSaid: ReadonlySet<string> = new Set(['name-same', 'name-rare']);

function confirmedPairs(
  answers: Awaited<ReturnType<Store['linkAnswers']>>,
  judged: (personKey: string, identity: string) => 'same' | 'not-same' | undefined,
): ReadonlyMap<string, string> {
  const confirmed = new Map<string, string>();
  for (const { personKey, identity, answer } of answers)
    if (answer === 'same' && judged(personKey, identity) === 'same') confirmed.set(identity, personKey);
  return confirmed;
}

function asConfirmed(
  persons: PersonsOnFile,
  personKey: string,
  person: Person,
  resembling: readonly Resemblance[],
): Resemblance[] {
  const known = resembling.find((item) => item.personKey === personKey);
  if (known !== undefined) return [known];
  const comparison = persons.compareWith(personKey, person);
  if (comparison === undefined) return [];
  return [{ personKey, level: 'weak', score: comparison.score, reasons: comparison.reasons.map(({ reason }) => reason) }];
}
