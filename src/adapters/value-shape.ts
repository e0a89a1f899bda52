import { dayOf, type Json } from '../model/index.js';

/**
 * What a value looks like, coarse enough to say nothing of anybody: `empty`, `true-false`, `digits-<how many>`, `decimal`, `id-number`, `masked`,
 * the form of a date (`yyyyMMdd`, `yyyy-MM-dd HH:mm:ss`), `word` (letters, digits and signs), `text` (Chinese and everything else). Linear.
 */
export function shapeOf(value: Json): string {
  if (value === null) return 'empty';
  if (typeof value === 'boolean') return 'true-false';
  if (typeof value !== 'string') return typeof value === 'number' ? textShape(String(value)) : 'empty';
  return textShape(value);
}

/** Longer than any number, date or code: only the writing is looked at. */
const long = 40;

function textShape(raw: string): string {
  let text = raw.trim();
  if (text === '' || /^null$/i.test(text)) return 'empty';
  let digits = 0;
  let isAscii = true;
  let hasStar = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 0x30 && code <= 0x39) digits += 1;
    else if (code === 0x2a) hasStar = true;
    else if (code > 0x7f) {
      // Full-width digits and letters are the same digits and letters.
      if (code >= 0xff01 && code <= 0xff5e && text.length <= long) {
        const narrow = text.normalize('NFKC');
        if (narrow !== text) return textShape(narrow);
      }
      isAscii = false;
    }
  }
  if (text.length > long) return isAscii ? 'word' : 'text';
  if (digits === text.length) return digitsShape(text);
  if (hasStar && digits >= 4) return 'masked';
  if (digits === 17 && /^\d{17}[Xx]$/.test(text)) return 'id-number';
  const first = text.charCodeAt(0);
  if (digits >= 5 && first >= 0x30 && first <= 0x39) {
    text = text.replace('年', '-').replace('月', '-').replace('日', '');
    const form = dateForm(text);
    if (form !== undefined) return form;
  }
  if (digits > 0 && /^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$|^[+-]?\.\d+$/.test(text)) return 'decimal';
  return isAscii ? 'word' : 'text';
}

function digitsShape(text: string): string {
  if (text.length === 8 && isDay(text, 0)) return 'yyyyMMdd';
  if (text.length === 14 && isDay(text, 0)) return 'yyyyMMddHHmmss';
  if (text.length === 18 && isDay(text, 6)) return 'id-number';
  if (text.length === 15 && isDay(`19${text.slice(6, 12)}`, 0)) return 'id-number';
  return text.length > 20 ? 'digits-many' : `digits-${text.length}`;
}

function isDay(text: string, at: number): boolean {
  const year = Number(text.slice(at, at + 4));
  return (
    year >= 1850 &&
    year <= 2150 &&
    dayOf(year, Number(text.slice(at + 4, at + 6)), Number(text.slice(at + 6, at + 8))) !== undefined
  );
}

const dated = /^(\d{4})([-/.])\d{1,2}\2\d{1,2}(?:([T ]+)\d{1,2}:\d{2}(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const reversed = /^\d{1,2}([-/.])\d{1,2}\1\d{4}$/;

function dateForm(text: string): string | undefined {
  const match = dated.exec(text);
  if (match === null) {
    const other = reversed.exec(text)?.[1];
    return other === undefined ? undefined : `dd${other}MM${other}yyyy`;
  }
  const [, , separator = '-', gap, seconds, zone] = match;
  const day = `yyyy${separator}MM${separator}dd`;
  if (gap === undefined) return day;
  return `${day}${gap.trim() === 'T' ? 'T' : ' '}HH:mm${seconds === undefined ? '' : ':ss'}${zone === undefined ? '' : 'Z'}`;
}
