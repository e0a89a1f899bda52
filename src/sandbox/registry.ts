import type { Day } from '../model/index.js';
import { fifteenDigitsOf } from './citizens.js';
import { everybody, type Life, type World } from './world.js';

/** The city seen on one of its days: what every simulated agency looks things up in. */
export interface Registry {
  readonly world: World;
  /** The sandbox's day; moved by `advance`. */
  today(): Day;
  /** By an 18-digit number or its 15-digit form, as sent; white space and case do not matter. */
  find(number: string): Life | undefined;
  findInsured(insuranceNo: string): Life | undefined;
  findPatient(patientId: string): Life | undefined;
  everybody(): readonly Life[];
  /** A stranger of whom the predicate holds: whom a mixed-up agency answers about. */
  somebodyElse(than: string, fits: (life: Life) => boolean): Life | undefined;
  /** The same among persons on file, for agencies that know nobody else. */
  somebodyElseOnFile(than: string, fits: (life: Life) => boolean): Life | undefined;
}

export function createRegistry(world: World, today: () => Day): Registry {
  const lives = everybody(world);
  const byNumber = new Map<string, Life>();
  for (const life of lives) {
    byNumber.set(life.citizen.number, life);
    if (life.citizen.number.slice(6, 8) === '19') byNumber.set(fifteenDigitsOf(life.citizen.number), life);
  }
  const byInsuranceNo = new Map(lives.map((life) => [life.citizen.insuranceNo, life]));
  const byPatientId = new Map(lives.map((life) => [life.citizen.patientId, life]));

  return {
    world,
    today,
    find: (number) => byNumber.get(number.trim().toUpperCase()),
    findInsured: (insuranceNo) => byInsuranceNo.get(insuranceNo),
    findPatient: (patientId) => byPatientId.get(patientId),
    everybody: () => lives,
    somebodyElse: (than, fits) => world.strangers.find((life) => life.citizen.number !== than && fits(life)),
    somebodyElseOnFile: (than, fits) => world.onFile.find((life) => life.citizen.number !== than && fits(life)),
  };
}
