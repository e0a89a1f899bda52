/**
 * How much each agreement and contradiction between two descriptions of a person weighs, in bits: one bit doubles the odds that they are one
 * person (Fellegi and Sunter's log-odds). Where a figure could be had it is worked out below from it; none is fitted to the sandbox.
 */
export interface LinkWeights {
  /** The number itself, in an answer whose agency doubts that its holder is this person; and that doubt, where it is not about the name. */
  numberEqual: number;
  numberSimilar: number;
  /** One slip between a number with a wrong check digit and a number on file. */
  numberNear: number;
  /** All places of a masked number that can be seen are those of the number on file. */
  numberMaskFits: number;
  /** A number that is no number, two or three slips away; and further away. */
  numberFar: number;
  numberUnlike: number;
  /** The name on file weighs by how rare it is there, at most this. */
  nameMost: number;
  /** The share of bearers of a name before anything is known of it, and how many persons on file that knowledge is worth. */
  nameShare: number;
  nameShareWorth: number;
  /** One character of three or more is another. */
  nameOneCharacter: number;
  nameDiffers: number;
  birthDateSame: number;
  /** Beside a number that is near, which holds the birth date itself. */
  birthDateSameBesideNumber: number;
  /** A coarse date that holds the other. */
  birthDateAgrees: number;
  /** One slip, or day and month the other way round. */
  birthDateNear: number;
  birthDateDiffers: number;
  sexSame: number;
  sexDiffers: number;
  /** From these scores on a pair is `weak`, `probable`. */
  weakFrom: number;
  probableFrom: number;
  /** From this weight of the name on a record that says nothing but the name asked about is shown to a person. */
  leadFrom: number;
}

export const defaultWeights: LinkWeights = {
  numberEqual: 20,
  numberSimilar: -8,
  // About 19 neighbours among the 6·10⁸ numbers that the 20 districts of a city and 30 000 birth dates could give: with 40 000 persons on file one
  // number in a thousand is near somebody by chance (10 bits); slips in few places of a number are likelier than in any (4 bits more).
  numberNear: 14,
  // Four serial places seen of a masked number would be 13 bits; district and last four are what everybody of a village shares, so less.
  numberMaskFits: 8,
  numberFar: -3,
  numberUnlike: -8,
  nameMost: 10,
  // The commonest name of the skewed population of the reference measurements: 128 000 bearers among 10 million.
  nameShare: 0.0128,
  nameShareWorth: 100,
  nameOneCharacter: -1,
  nameDiffers: -12,
  // One day of some 60 years would be 14 bits; birth dates heap on the first of a month and of a year.
  birthDateSame: 12,
  birthDateSameBesideNumber: 4,
  birthDateAgrees: 3,
  birthDateNear: -2,
  birthDateDiffers: -10,
  sexSame: 1,
  // Entered wrongly once in some 500 records.
  sexDiffers: -9,
  // 14: two independent agreements, one of them strong. 20: odds of a million to one, about as many as there are pairs of a day's rows and persons on file.
  weakFrom: 14,
  probableFrom: 20,
  // A name of which one in 64 bears it, or fewer.
  leadFrom: 6,
};
