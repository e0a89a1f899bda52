import {
  compareNames,
  idFacts,
  isMaskedNumber,
  normaliseName,
  type PrivateUseTable,
  slipOf,
  slipsBetween,
} from '../identity/index.js';
import { dayInterval, formatDay, type IdDocument, type Person } from '../model/index.js';
import { defaultWeights, type LinkWeights } from './weights.js';

/**
 * Do two descriptions speak of one person, when the number does not say so? Explicit and explained: each reason with its weight, agreements and
 * contradictions alike. What one side does not say says nothing (no reason at all, never a contradiction).
 *
 * A name alone never links: of number, name and birth date at least two must agree. A usable number of another is somebody else, whatever else
 * agrees. Never more than `probable`, and `probable` only with the name itself.
 */
export interface Comparison {
  /** Absent: no link. */
  level?: 'probable' | 'weak';
  /** Sum of the weights, in bits, one decimal place. */
  score: number;
  reasons: { reason: LinkReason; weight: number }[];
}

export type LinkReason =
  | 'number-one-digit'
  | 'number-swapped'
  | 'number-missing-digit'
  | 'number-extra-digit'
  | 'number-mask-fits'
  | 'number-mask-differs'
  | 'number-far'
  | 'number-unlike'
  | 'number-of-another'
  | 'number-of-another-region'
  | 'name-same'
  | 'name-rare'
  | 'name-one-character'
  | 'name-uncertain'
  | 'name-differs'
  | 'birth-date-same'
  | 'birth-date-agrees'
  | 'birth-date-near'
  | 'birth-date-differs'
  | 'sex-same'
  | 'sex-differs'
  | 'several-on-file';

/** A person as far as it matters here. */
export type Described = Pick<Person, 'idDocuments' | 'name' | 'formerNames' | 'birthDate' | 'sex'>;

export interface CompareOptions {
  weights?: LinkWeights;
  /** What the same name weighs, in bits; absent: as a name of which nothing is known. */
  nameWeight?: (name: string) => number;
  privateUse?: PrivateUseTable;
}

type Reason = Comparison['reasons'][number];

/** Holds a record's person against somebody on file. Pure. */
export function comparePersons(onFile: Described, told: Described, options: CompareOptions = {}): Comparison {
  const weights = options.weights ?? defaultWeights;
  const number = numberReasons(onFile, told, weights);
  const isNear = number.some(({ reason }) => nearReasons.has(reason));
  const name = nameReasons(onFile, told, weights, options);
  const birth = birthReasons(onFile, told, weights, isNear);
  const reasons = [...number, ...name, ...birth, ...sexReasons(onFile, told, weights)];
  const score = Math.round(reasons.reduce((sum, { weight }) => sum + weight, 0) * 10) / 10;
  const hasSameName = name.some(({ reason }) => reason === 'name-same' || reason === 'name-rare');
  const agreeing = [
    isNear || number.some(({ reason }) => reason === 'number-mask-fits'),
    hasSameName,
    birth.some(({ reason }) => reason === 'birth-date-same'),
  ].filter(Boolean).length;
  const isAnother = number.some(({ reason }) => vetoes.has(reason));
  if (isAnother || agreeing < 2 || score < weights.weakFrom) return { score, reasons };
  return { level: score >= weights.probableFrom && hasSameName ? 'probable' : 'weak', score, reasons };
}

const nearReasons: ReadonlySet<LinkReason> = new Set([
  'number-one-digit',
  'number-swapped',
  'number-missing-digit',
  'number-extra-digit',
]);
const vetoes: ReadonlySet<LinkReason> = new Set(['number-of-another', 'number-mask-differs']);
/** What a veto takes from the score that is shown. */
const vetoWeight = -20;

/** A number that names exactly one person, so far as one can see. */
export function isUsableNumber({ number, validity }: Pick<IdDocument, 'number' | 'validity'>): boolean {
  return (
    number !== '' &&
    !isMaskedNumber(number) &&
    validity !== 'bad-checksum' &&
    validity !== 'bad-format' &&
    validity !== 'bad-date'
  );
}

/** The score of a link that an agency's own doubt has made weak: its number is the one asked, and its reasons say the rest. */
export function scoreOfDoubt(reasons: readonly string[], weights: LinkWeights = defaultWeights): number {
  const known: Partial<Record<string, number>> = {
    'number-equal': weights.numberEqual,
    'number-upgraded-15': weights.numberEqual,
    'number-similar': weights.numberSimilar,
    'name-differs': weights.nameDiffers,
  };
  return reasons.reduce((sum, reason) => sum + (known[reason] ?? 0), 0);
}

// ---- number --------------------------------------------------------------------------------------------------------------------------------

function numberReasons(onFile: Described, told: Described, weights: LinkWeights): Reason[] {
  const ours = onFile.idDocuments.filter(({ number }) => number !== '' && !isMaskedNumber(number));
  let best: Reason[] = [];
  for (const mine of ours)
    for (const theirs of told.idDocuments) {
      const reasons = numberReason(mine, theirs, weights);
      if (reasons.length > 0 && (best.length === 0 || sumOf(reasons) > sumOf(best))) best = reasons;
    }
  return best;
}

function sumOf(reasons: readonly Reason[]): number {
  return reasons.reduce((sum, { weight }) => sum + weight, 0);
}

function numberReason(mine: IdDocument, theirs: IdDocument, weights: LinkWeights): Reason[] {
  if (theirs.number === '') return [];
  if (isMaskedNumber(theirs.number)) return maskReason(mine.number, theirs.number, weights);
  // Two numbers that are both whole are two persons', however alike: a slip would show in the check digit.
  const slip = isUsableNumber(mine) && isUsableNumber(theirs) ? undefined : slipOf(mine.number, theirs.number);
  if (slip !== undefined) return [{ reason: `number-${slip}`, weight: weights.numberNear }];
  if (isUsableNumber(theirs)) {
    const isElsewhere = mine.number.slice(0, 6) !== theirs.number.slice(0, 6);
    const another: Reason = { reason: 'number-of-another', weight: vetoWeight };
    return isElsewhere ? [another, { reason: 'number-of-another-region', weight: 0 }] : [another];
  }
  const isFar = slipsBetween(mine.number, theirs.number) <= 3;
  return [
    isFar ? { reason: 'number-far', weight: weights.numberFar } : { reason: 'number-unlike', weight: weights.numberUnlike },
  ];
}

/** A masked number says what it shows: each place that can be seen, where it is as long as ours. */
function maskReason(mine: string, masked: string, weights: LinkWeights): Reason[] {
  const [ours, shown] = [[...mine], [...masked]];
  if (ours.length !== shown.length) return [];
  const seen = shown.flatMap((character, place) => (/[0-9X]/.test(character) && !isCross(shown, place) ? [place] : []));
  if (seen.some((place) => shown[place] !== ours[place])) return [{ reason: 'number-mask-differs', weight: vetoWeight }];
  return seen.length >= 8 ? [{ reason: 'number-mask-fits', weight: weights.numberMaskFits }] : [];
}

/** An `X` before the last place is a mask. */
function isCross(shown: readonly string[], place: number): boolean {
  return shown[place] === 'X' && (place < 17 || shown[place - 1] === 'X');
}

// ---- name ----------------------------------------------------------------------------------------------------------------------------------

function nameReasons(onFile: Described, told: Described, weights: LinkWeights, options: CompareOptions): Reason[] {
  if (onFile.name.trim() === '' || told.name.trim() === '') return [];
  const { result, reason } = compareNames(
    onFile,
    told,
    options.privateUse === undefined ? {} : { privateUse: options.privateUse },
  );
  if (result === 'same') {
    const weight = options.nameWeight?.(told.name) ?? nameWeightOf(0, 0, weights);
    const isRare = weight >= weights.nameMost - 2 && reason !== 'truncated-at-20';
    return [{ reason: isRare ? 'name-rare' : 'name-same', weight: Math.round(weight * 10) / 10 }];
  }
  if (result === 'uncertain') return [{ reason: 'name-uncertain', weight: 0 }];
  const [ours, theirs] = [normaliseName(onFile.name, options.privateUse), normaliseName(told.name, options.privateUse)];
  const isSimilar = Math.max([...ours].length, [...theirs].length) >= 3 && slipsBetween(ours, theirs) === 1;
  return [
    isSimilar
      ? { reason: 'name-one-character', weight: weights.nameOneCharacter }
      : { reason: 'name-differs', weight: weights.nameDiffers },
  ];
}

/** What a name weighs that `others` besides its bearer have among `persons` on file. A small file says little, and then nothing is called rare. */
export function nameWeightOf(others: number, persons: number, weights: LinkWeights = defaultWeights): number {
  const share = (others + weights.nameShare * weights.nameShareWorth) / (persons + weights.nameShareWorth);
  return Math.max(0, Math.min(weights.nameMost, -Math.log2(share)));
}

// ---- birth date and sex --------------------------------------------------------------------------------------------------------------------

/** The birth date on file, else that of a valid number on file. */
export function birthDateOnFile(person: Described): string | undefined {
  if (person.birthDate !== undefined) return person.birthDate;
  const valid = person.idDocuments.find(({ validity }) => validity === 'valid' || validity === 'upgraded-15');
  return valid === undefined ? undefined : idFacts(valid).birthDate;
}

/** `YYYY-MM-DD` of a date that is one day, else undefined. */
export function wholeDay(date: string | undefined): string | undefined {
  const days = dayInterval(date);
  return days === undefined || days.lo !== days.hi ? undefined : formatDay(days.lo);
}

function birthReasons(onFile: Described, told: Described, weights: LinkWeights, isNear: boolean): Reason[] {
  const date = birthDateOnFile(onFile);
  const [ours, theirs] = [dayInterval(date), dayInterval(told.birthDate)];
  if (ours === undefined || theirs === undefined) return [];
  const [a, b] = [wholeDay(date), wholeDay(told.birthDate)];
  if (a !== undefined && a === b)
    return [{ reason: 'birth-date-same', weight: isNear ? weights.birthDateSameBesideNumber : weights.birthDateSame }];
  if (ours.lo <= theirs.hi && theirs.lo <= ours.hi) return [{ reason: 'birth-date-agrees', weight: weights.birthDateAgrees }];
  if (a !== undefined && b !== undefined && isSlipOfDay(a.replaceAll('-', ''), b.replaceAll('-', '')))
    return [{ reason: 'birth-date-near', weight: weights.birthDateNear }];
  return [{ reason: 'birth-date-differs', weight: weights.birthDateDiffers }];
}

function isSlipOfDay(a: string, b: string): boolean {
  return (
    slipsBetween(a, b) === 1 || (a.slice(0, 4) === b.slice(0, 4) && a.slice(4, 6) === b.slice(6) && a.slice(6) === b.slice(4, 6))
  );
}

function sexReasons(onFile: Described, told: Described, weights: LinkWeights): Reason[] {
  const known = (sex: Person['sex']): boolean => sex === 'male' || sex === 'female';
  if (!known(onFile.sex) || !known(told.sex)) return [];
  return onFile.sex === told.sex
    ? [{ reason: 'sex-same', weight: weights.sexSame }]
    : [{ reason: 'sex-differs', weight: weights.sexDiffers }];
}
