import { gb18030PrivateUse, normaliseName, type PrivateUseTable, validNeighbours } from '../identity/index.js';
import type { Subject } from '../model/index.js';
import {
  birthDateOnFile,
  type Comparison,
  comparePersons,
  type Described,
  isUsableNumber,
  type LinkReason,
  nameWeightOf,
  wholeDay,
} from './compare.js';
import { defaultWeights, type LinkWeights } from './weights.js';

/**
 * Everybody on file, arranged so that a row without a usable number finds whom it may be about: by the valid numbers one slip away, and by name
 * and birth date. A row with a usable number costs one look into a table that is nearly always empty.
 */
export interface PersonsOnFile {
  /** Whom a record's person resembles, the likeliest first; empty for nearly every row. Never by name alone. */
  resembling(told: Described): Resemblance[];
  /** The same comparison with one person, whatever brought the two together; undefined for somebody not on file. */
  compareWith(personKey: string, told: Described): Comparison | undefined;
}

export interface Resemblance {
  personKey: string;
  level: 'probable' | 'weak';
  score: number;
  reasons: LinkReason[];
}

type Known = Described & { key: string };

/** Arranges the persons on file; those put on file later are not seen. */
export async function personsOnFile(
  subjects: AsyncIterable<Subject> | Iterable<Subject>,
  options: { weights?: LinkWeights; privateUse?: PrivateUseTable } = {},
): Promise<PersonsOnFile> {
  const weights = options.weights ?? defaultWeights;
  const reading = new Map([...gb18030PrivateUse, ...(options.privateUse ?? [])]);
  const byKey = new Map<string, Known>();
  const byNumber = new Map<string, Known[]>();
  const byNeighbour = new Map<string, Known[]>();
  const byNameAndBirth = new Map<string, Known[]>();
  const bearers = new Map<string, number>();

  for await (const { key, idDocuments, name, formerNames, birthDate, sex } of subjects) {
    const person: Known = {
      key,
      idDocuments,
      name,
      ...(formerNames === undefined ? {} : { formerNames }),
      ...(birthDate === undefined ? {} : { birthDate }),
      ...(sex === undefined ? {} : { sex }),
    };
    byKey.set(key, person);
    for (const document of idDocuments) {
      add(byNumber, document.number, person);
      // A number on file that is itself wrong: the right one may come from an agency.
      if (!isUsableNumber(document)) for (const { number } of validNeighbours(document.number)) add(byNeighbour, number, person);
    }
    const names = new Set([name, ...(formerNames ?? [])].map((each) => normaliseName(each, reading)));
    const born = wholeDay(birthDateOnFile(person));
    for (const each of names) {
      if (each === '') continue;
      bearers.set(each, (bearers.get(each) ?? 0) + 1);
      if (born !== undefined) add(byNameAndBirth, `${each} ${born}`, person);
    }
  }

  const nameWeight = (name: string): number =>
    nameWeightOf(Math.max(0, (bearers.get(normaliseName(name, reading)) ?? 0) - 1), byKey.size, weights);
  const compare = (person: Known, told: Described): Comparison =>
    comparePersons(person, told, {
      weights,
      nameWeight,
      ...(options.privateUse === undefined ? {} : { privateUse: options.privateUse }),
    });

  const candidates = (told: Described): ReadonlySet<Known> => {
    const found = new Set<Known>();
    const take = (persons: readonly Known[] | undefined): void => {
      for (const person of persons ?? []) found.add(person);
    };
    for (const document of told.idDocuments) {
      if (isUsableNumber(document)) take(byNeighbour.get(document.number));
      else for (const { number } of validNeighbours(document.number)) take(byNumber.get(number));
    }
    if (told.idDocuments.some(isUsableNumber)) return found;
    const born = wholeDay(told.birthDate);
    if (born !== undefined)
      for (const name of [told.name, ...(told.formerNames ?? [])])
        take(byNameAndBirth.get(`${normaliseName(name, reading)} ${born}`));
    return found;
  };

  return {
    compareWith(personKey, told) {
      const person = byKey.get(personKey);
      return person === undefined ? undefined : compare(person, told);
    },
    resembling(told) {
      const found: Resemblance[] = [];
      for (const person of candidates(told)) {
        const { level, score, reasons } = compare(person, told);
        if (level !== undefined)
          found.push({ personKey: person.key, level, score, reasons: reasons.map(({ reason }) => reason) });
      }
      if (found.length < 2) return found;
      // One record is about one person: where it may be several, it is probably nobody in particular.
      return found
        .map((item): Resemblance => ({ ...item, level: 'weak', reasons: [...item.reasons, 'several-on-file'] }))
        .sort((a, b) => b.score - a.score || (a.personKey < b.personKey ? -1 : 1));
    },
  };
}

function add(to: Map<string, Known[]>, at: string, person: Known): void {
  const there = to.get(at);
  if (there === undefined) to.set(at, [person]);
  else if (!there.includes(person)) there.push(person);
}
