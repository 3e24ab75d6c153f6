/**
 * Parses query strings. A name given once is a string, given again an array. Names are data: the record has no prototype,
 * so `__proto__` is a name like any other.
 * Source: WHATWG URL, section 5.1 (application/x-www-form-urlencoded parsing), but malformed percent-encoding is refused.
 */
import { MalformedUrlError } from '../problem/request-errors.ts';

/** Names and values of a query. */
export type QueryRecord = Record<string, string | string[]>;

/** Objects of one hidden class without a prototype; `Object.create(null)` would make slow dictionaries. */
const EmptyRecord = function EmptyRecord() {} as unknown as { new (): QueryRecord; prototype: object }; // a function, because a class cannot lose its prototype
EmptyRecord.prototype = Object.freeze(Object.create(null));

/** The greatest number of pairs; the length of the URL is limited as well. */
const MAX_PAIRS = 1_000;

/**
 * Parses a query without its `?`.
 * @throws {MalformedUrlError} 400 when it holds malformed percent-encoding or more than 1,000 pairs.
 */
export function parseQuery(search: string): QueryRecord {
  const record = new EmptyRecord();
  let pairs = 0;
  for (let start = 0; start < search.length;) {
    let end = search.indexOf('&', start);
    if (end === -1) end = search.length;
    if (end > start) {
      if (++pairs > MAX_PAIRS) throw new MalformedUrlError(`its query has more than ${MAX_PAIRS} pairs`);
      addPair(record, search, start, end);
    }
    start = end + 1;
  }
  return record;
}

function addPair(record: QueryRecord, search: string, start: number, end: number): void {
  const equals = search.indexOf('=', start);
  const hasValue = equals !== -1 && equals < end;
  const name = decodeText(search.slice(start, hasValue ? equals : end));
  const value = hasValue ? decodeText(search.slice(equals + 1, end)) : '';
  const former = record[name];
  if (former === undefined) record[name] = value;
  else if (typeof former === 'string') record[name] = [former, value];
  else former.push(value);
}

function decodeText(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw new MalformedUrlError('its query holds malformed percent-encoding');
  }
}
