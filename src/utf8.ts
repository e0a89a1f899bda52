/** The text of bytes that are UTF-8, without a byte order mark; undefined for bytes that are not: a name is never read by guess. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
