/** One range of bytes, both ends included. */
export interface ByteRange {
  first: number;
  last: number;
}

/**
 * What a `Range` field asks of a representation of `size` bytes (RFC 9110 section 14): one range, `none` where it asks for nothing we serve
 * (other units, several ranges, what is no range: all ignored, and the whole is sent), `unsatisfiable` where it begins after the end.
 */
export function rangeOf(field: string | null, size: number): ByteRange | 'none' | 'unsatisfiable' {
  const match = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(field ?? '');
  const [, from = '', until = ''] = match ?? [];
  if (match === null || (from === '' && until === '')) return 'none';
  if (from === '') {
    const length = Math.min(Number(until), size);
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  if (until !== '' && Number(until) < first) return 'none';
  if (first >= size) return 'unsatisfiable';
  return { first, last: until === '' ? size - 1 : Math.min(Number(until), size - 1) };
}
