import type { Hospital } from '../model/index.js';
import type { Truth } from './dates.js';

/** Where something happened, as one source names it. */
export interface Place {
  /** Whose codes it uses. */
  readonly agency: string;
  readonly hospital: Hospital | undefined;
  /** 住院号. */
  readonly recordNo?: string | undefined;
}

/**
 * Are two places the same hospital? Equal codes where both come from one agency and carry one; else equal names; where one side has neither,
 * equal record numbers decide; else nobody can tell: the code systems of two agencies cannot be compared.
 */
export function isSameHospital(a: Place, b: Place): Truth {
  const [codeA, codeB] = [filled(a.hospital?.code), filled(b.hospital?.code)];
  const [nameA, nameB] = [filled(a.hospital?.name), filled(b.hospital?.name)];
  if (a.agency === b.agency && codeA !== undefined && codeB !== undefined) return codeA === codeB ? 'yes' : 'no';
  if ((codeA === undefined && nameA === undefined) || (codeB === undefined && nameB === undefined)) {
    const [noA, noB] = [filled(a.recordNo), filled(b.recordNo)];
    if (noA === undefined || noB === undefined) return 'maybe';
    return noA === noB ? 'yes' : 'no';
  }
  if (nameA === undefined || nameB === undefined) return 'maybe';
  return plainHospitalName(nameA) === plainHospitalName(nameB) ? 'yes' : 'no';
}

/** A hospital's name as it is compared: NFKC, white space removed. */
function plainHospitalName(name: string): string {
  return name.normalize('NFKC').replace(/\s+/gu, '');
}

/** Letters and digits with at least one digit: a code or a number rather than a name. */
const codeShape = /^(?=.*[0-9])[A-Za-z0-9._/-]+$/;

/**
 * Does a `transferTo` or `transferFrom` name the other stay, by its hospital's code or name, its recordId or its recordNo? A name where the other
 * has a code only cannot be told, nor a code where the other has a name only or codes of another agency.
 */
export function namesStay(value: string | undefined, teller: string, other: Place & { readonly recordId: string }): Truth {
  const said = filled(value);
  if (said === undefined) return 'no';
  if (said === other.recordId || said === filled(other.recordNo)) return 'yes';
  const [code, name] = [filled(other.hospital?.code), filled(other.hospital?.name)];
  const codesCompare = teller === other.agency && code !== undefined;
  if (codesCompare && said === code) return 'yes';
  if (name !== undefined && plainHospitalName(said) === plainHospitalName(name)) return 'yes';
  return codeShape.test(said) ? (codesCompare ? 'no' : 'maybe') : name === undefined ? 'maybe' : 'no';
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}
