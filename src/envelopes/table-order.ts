import type { DecodedRecord } from './envelope.js';
import { isObject, leafText, member } from './json.js';

/**
 * Rows of an exchanged table in the order they are to be applied: CD_BATCH, then CD_TIME, then as they stand in the file (clarifications:
 * "table exchange"). Rows without a batch come first; a time that is no time is compared as text. The order of files is the caller's.
 */
export function inOrder<R extends Pick<DecodedRecord, 'value'>>(records: readonly R[]): R[] {
  return records
    .map((record, index) => ({ record, index, batch: control(record, 'CD_BATCH'), time: control(record, 'CD_TIME') }))
    .sort((one, other) => compareBatch(one.batch, other.batch) || compareTime(one.time, other.time) || one.index - other.index)
    .map(({ record }) => record);
}

function control(record: Pick<DecodedRecord, 'value'>, name: string): string {
  return isObject(record.value) ? (leafText(member(record.value, name)?.value) ?? '') : '';
}

/** Batch numbers are digits of one length; where lengths differ the longer number is the later. */
function compareBatch(one: string, other: string): number {
  const digits = /^[0-9]+$/;
  if (digits.test(one) && digits.test(other) && one.length !== other.length) return one.length - other.length;
  return one === other ? 0 : one < other ? -1 : 1;
}

function compareTime(one: string, other: string): number {
  const a = instant(one);
  const b = instant(other);
  if (a !== undefined && b !== undefined) return a - b;
  return one === other ? 0 : one < other ? -1 : 1;
}

/** `2025-03-02T01:00:00+0000`, with or without zone; without one it is Shanghai time. */
function instant(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:?\d{2})?$/.exec(text);
  if (!match) return undefined;
  const zone = (match[3] ?? '+08:00').replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const ms = Date.parse(`${match[1]}T${match[2]}${zone}`);
  return Number.isNaN(ms) ? undefined : ms;
}
