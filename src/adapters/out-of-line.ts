import type { MappedElement } from '../mapping/context.js';

/**
 * Rows whose cells do not stand under their headings (a column too many, another column order) belong to nobody: what stands where the number
 * should be is none. Left as it is, every such row would pass for a stranger's and be counted and forgotten.
 */
export function withoutFalseNumbers(
  elements: readonly MappedElement[],
  onFile: (number: string) => boolean,
): readonly MappedElement[] {
  const isFalse = (element: MappedElement): boolean => isRagged(element) && !isCredible(element, onFile);
  // One row may well be a slip of the pen; a whole file of numbers of no shape is not. Rows without a number (deletions by key) say nothing of it.
  const numbered = elements.filter(({ identity }) => identity.state === 'given');
  const isShifted = numbered.length > 1 && numbered.every((element) => isShapeless(element) || isFalse(element));
  return elements.map((element) => (isFalse(element) || (isShifted && isShapeless(element)) ? nobodys(element) : element));
}

function isRagged({ rejected }: MappedElement): boolean {
  return rejected[0]?.reason === 'ragged-row';
}

function isCredible({ identity }: MappedElement, onFile: (number: string) => boolean): boolean {
  return identity.documents.some(({ number, validity }) => validity === 'valid' || onFile(number));
}

function isShapeless({ identity: { state, documents } }: MappedElement): boolean {
  return state === 'given' && documents.every(({ validity }) => ['bad-format', 'bad-date'].includes(validity));
}

function nobodys(element: MappedElement): MappedElement {
  const { evidence: _, unnumbered: __, isVoid: ___, ...rest } = element;
  return {
    ...rest,
    identity: { state: 'none', documents: [], name: '' },
    // One row is one rejection: what else it says stands under the wrong headings too.
    rejected: isRagged(element) ? element.rejected.slice(0, 1) : [noNumber(element)],
  };
}

function noNumber({ pointer, message }: MappedElement): MappedElement['rejected'][number] {
  return {
    reason: 'no-identity',
    pointer,
    message,
    detail: {
      zh: '整个文件证件号码列都不是证件号码，疑似列错位',
      en: 'no row of the file has an ID number where one should be: its columns seem shifted',
    },
  };
}
