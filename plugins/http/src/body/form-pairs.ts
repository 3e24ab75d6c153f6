/**
 * Parses urlencoded forms. A name given once is a string, given again an array. Names are data: the record has no prototype.
 * Source: WHATWG URL, section 5.1 (application/x-www-form-urlencoded parsing), but malformed percent-encoding is refused.
 */
import { isUtf8 } from 'node:buffer';
import { BodyMalformedError, BodyTooComplexError } from '../problem/request-errors.ts';

/** Names and values of a form. */
export type FormRecord = Record<string, string | string[]>;

/**
 * Parses a form.
 * @throws {BodyMalformedError} 400 when it is not UTF-8, or its percent-encoding is malformed.
 * @throws {BodyTooComplexError} 400 when it has more than `maxPairs` pairs.
 */
export function parseFormPairs(bytes: Uint8Array, maxPairs: number): FormRecord {
  if (!isUtf8(bytes)) throw new BodyMalformedError('it is not UTF-8');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const record = createFormRecord();
  let pairs = 0;
  for (let start = 0; start < text.length;) {
    let end = text.indexOf('&', start);
    if (end === -1) end = text.length;
    if (end > start) {
      if (++pairs > maxPairs) throw new BodyTooComplexError(`it has more than ${maxPairs} pairs`);
      const pair = text.slice(start, end);
      const equals = pair.indexOf('=');
      addValue(record, decodePart(equals === -1 ? pair : pair.slice(0, equals)), equals === -1 ? '' : decodePart(pair.slice(equals + 1)));
    }
    start = end + 1;
  }
  return record;
}

/** Creates a record without a prototype. */
export function createFormRecord(): FormRecord {
  return Object.create(null);
}

/** Adds a value under a name that may already have some. */
export function addValue(record: FormRecord, name: string, value: string): void {
  const former = record[name];
  if (former === undefined) record[name] = value;
  else if (typeof former === 'string') record[name] = [former, value];
  else former.push(value);
}

function decodePart(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch (error) {
    throw new BodyMalformedError('its percent-encoding is', error);
  }
}
