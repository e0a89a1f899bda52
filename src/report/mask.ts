import type { Claim } from '../model/index.js';
import { maskIdNumber, maskName, redact } from '../redact.js';

/**
 * What the report shows of a person: `370799********0018`, `张*`. Where two names differ, the characters that differ stay visible,
 * for otherwise nobody could see what the finding is about.
 */

const wholeNumber = /(?<![0-9A-Za-z])(?:\d{17}[\dXx]|\d{15})(?![0-9A-Za-z])/gu;

/** Masks ID numbers in a text so that region and last four stay, other personal numbers whole, and every given name like `张*`. */
export function maskText(text: string, names: readonly string[]): string {
  let masked = text.replace(wholeNumber, maskIdNumber);
  for (const name of [...names].sort((a, b) => b.length - a.length)) {
    if ([...name].length > 1) masked = masked.replaceAll(name, maskName(name));
  }
  return redact(masked);
}

const nameFields = /^(?:(?:person|subject)[./])?(?:name|formerNames(?:[./]\d+)?)$/;

/** Is the value of this claim a person's name? */
export function isNameClaim(claim: Pick<Claim, 'field'>): boolean {
  return nameFields.test(claim.field) || /^spouse[./]name$/.test(claim.field);
}

/** Values of a finding's claims as they may be shown. */
export function maskClaims(claims: readonly Claim[], names: readonly string[]): string[] {
  const compared = claims.filter(isNameClaim).map((claim) => claim.value);
  return claims.map((claim) => (isNameClaim(claim) ? maskDiffering(claim.value, compared) : maskText(claim.value, names)));
}

/** A name whose characters are hidden where every compared name has the same character at that place; what differs stays. */
export function maskDiffering(name: string, compared: readonly string[]): string {
  const others = compared.filter((other) => other !== name);
  if (others.length === 0) return maskName(name);
  const split = others.map((other) => [...other]);
  return [...name]
    .map((character, index) => (index > 0 && split.every((other) => other[index] === character) ? '*' : character))
    .join('');
}
