/** Numbers of conclusions and recognition decisions (结论书编号、认定书编号): opaque texts that every system writes in its own way. */

/**
 * The number as it is compared: NFKC, white space removed, one form of bracket for 〔〕 [] （） 【】. Undefined for what is missing or blank.
 * All other numbers (invoices, settlements, certificates) are compared as they are.
 */
export function plainDocumentNumber(no: string | undefined): string | undefined {
  const plain = no
    ?.normalize('NFKC')
    .replace(/\s+/gu, '')
    .replace(/[〔([【]/gu, '[')
    .replace(/[〕)\]】]/gu, ']');
  return plain === '' ? undefined : plain;
}

/** Are two such numbers the same? Blank ones are no numbers. */
export function isSameNumber(a: string | undefined, b: string | undefined): boolean {
  const plain = plainDocumentNumber(a);
  return plain !== undefined && plain === plainDocumentNumber(b);
}
