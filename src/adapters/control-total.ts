import type { DroppedFile } from '../channels/channel.js';
import type { Opened } from '../envelopes/envelope.js';
import { readMoney } from '../mapping/money.js';
import { textIn } from './row.js';

/**
 * Does a file hold what was declared? By the protocol, in the message itself; and by the city's own convention, which no public source knows, in
 * a small file beside it (`channel.control`): its first line is the number of rows (`1234` or `rows=1234`), each further line a column and the
 * sum of its amounts in yuan (`ZFY=45678.90`).
 */
export function isAsDeclared(opened: Opened, file: Pick<DroppedFile, 'control'>): boolean {
  const records = opened.records.filter((record) => record.refused?.reason !== 'total-row');
  if (opened.total !== undefined && opened.records.length < opened.total) return false;
  if (file.control === undefined) return true;
  const [first = '', ...others] = file.control
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const rows = /^(?:rows\s*=\s*)?(\d{1,12})$/i.exec(first)?.[1];
  if (rows === undefined || Number(rows) !== records.length) return false;
  return others.every((line) => {
    const at = line.indexOf('=');
    const stated = cents(line.slice(at + 1));
    if (at < 1 || stated === undefined) return false;
    let sum = 0n;
    for (const record of records) sum += cents(textIn(record.value, line.slice(0, at).trim())) ?? 0n;
    return sum === stated;
  });
}

function cents(text: string): bigint | undefined {
  const reading = readMoney(text);
  return reading.read === 'money' ? BigInt(reading.money.replace('.', '')) : undefined;
}
