import { type Day, dayOf, formatDay, type IdDocument, type Person } from '../model/index.js';
import { compactDay } from './calendar.js';
import { createNamer, type NameStyle } from './names.js';
import { digitsOf, type Random } from './random.js';

/**
 * Made-up citizens. Resident numbers are of the unassigned district 370799, residence permits of the regions 81/82/83 0000, foreigners' permits
 * begin with 9; all have right check digits (GB 11643), so none can be a real person's.
 */
export interface Citizen {
  /** 18 places. */
  number: string;
  idType: IdDocument['type'];
  name: string;
  sex: 'male' | 'female';
  bornOn: Day;
  /** GB/T 2260 code of the household registration. */
  region: string;
  /** Their number at the insurance, at the health platform. */
  insuranceNo: string;
  patientId: string;
}

/** Where people of the city are registered: the counties of 370700. */
export const regions = [
  '370702',
  '370703',
  '370704',
  '370705',
  '370724',
  '370725',
  '370781',
  '370782',
  '370783',
  '370784',
  '370785',
  '370786',
] as const;

/** The check digit of GB 11643 (ISO 7064 MOD 11-2) for 17 digits, worked out here anew so that a fault in the library's own shows. */
function checkDigitOf(first17: string): string {
  let remainder = 0;
  for (const digit of first17) remainder = ((remainder + Number(digit)) * 2) % 11;
  return '10X98765432'[remainder] ?? '';
}

/** The old 15-digit form of a number of somebody born in the 20th century. Throws RangeError for others. */
export function fifteenDigitsOf(number: string): string {
  if (number.slice(6, 8) !== '19') throw new RangeError('only numbers of the 20th century have a 15-digit form');
  return number.slice(0, 6) + number.slice(8, 17);
}

/** The same number with a check digit that is wrong. */
function withWrongCheckDigit(number: string): string {
  const right = number[17] ?? '';
  return number.slice(0, 17) + (right === '7' ? '3' : '7');
}

/** Another valid number of the same district, birth date and sex: somebody born beside its bearer. */
export function otherNumberLike(number: string): string {
  const order = (Number(number.slice(14, 17)) + 2) % 1000;
  const first17 = number.slice(0, 14) + String(order).padStart(3, '0');
  return first17 + checkDigitOf(first17);
}

export interface CitizenWish {
  style?: NameStyle;
  idType?: 'resident-id' | 'hmt-residence-permit' | 'foreign-permanent-resident';
  sex?: 'male' | 'female';
  /** Registered here instead of in a county of the city. */
  region?: string;
  /** A number issued long ago with a wrong check digit, and used by everybody ever since. */
  wrongCheckDigit?: boolean;
}

/** Makes citizens, no two with one number or one name. */
export function createCitizens(seed: number): (random: Random, wish?: CitizenWish) => Citizen {
  const numbers = new Set<string>();
  const nameOf = createNamer(new Set());
  const earliest = dayOf(1955, 1, 1) ?? 0;
  const latest = dayOf(1999, 12, 31) ?? 0;

  return (random, wish = {}) => {
    const idType = wish.idType ?? 'resident-id';
    const sex = wish.sex ?? (random.chance(0.68) ? 'male' : 'female');
    const bornOn = random.between(earliest, latest);
    let number: string;
    do {
      number = drawNumber(random, idType, sex, bornOn);
      if (wish.wrongCheckDigit) number = withWrongCheckDigit(number);
    } while (numbers.has(number));
    numbers.add(number);
    return {
      number,
      idType,
      name: nameOf(random, wish.style),
      sex,
      bornOn,
      region: wish.region ?? random.pick(regions),
      insuranceNo: `370700${digitsOf(14, seed, 'insured', number)}`,
      patientId: `PAT${digitsOf(9, seed, 'patient', number)}`,
    };
  };
}

function drawNumber(random: Random, idType: Citizen['idType'], sex: Citizen['sex'], bornOn: Day): string {
  const head =
    idType === 'hmt-residence-permit'
      ? random.pick(['810000', '820000', '830000'])
      : idType === 'foreign-permanent-resident'
        ? '908840'
        : '370799';
  const order = random.between(0, 497) * 2 + (sex === 'male' ? 1 : 0);
  const first17 = `${head}${compactDay(bornOn)}${String(order).padStart(3, '0')}`;
  return first17 + checkDigitOf(first17);
}

/** The person as the city's own file has them. */
export function personOf(citizen: Citizen): Person {
  return {
    idDocuments: [
      {
        type: citizen.idType,
        number: citizen.number,
        validity: checkDigitOf(citizen.number.slice(0, 17)) === citizen.number[17] ? 'valid' : 'bad-checksum',
      },
    ],
    name: citizen.name,
    sex: citizen.sex,
    birthDate: formatDay(citizen.bornOn),
    domicile: { region: citizen.region },
  };
}

/** GB/T 2261.1: `1` male, `2` female. */
export function sexCode(citizen: Pick<Citizen, 'sex'>): '1' | '2' {
  return citizen.sex === 'male' ? '1' : '2';
}
