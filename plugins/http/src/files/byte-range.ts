/**
 * Reads the Range header. Only one range of bytes is served; a request for several gets the whole, which RFC 9110 allows and
 * which keeps a client from asking for a thousand overlapping parts.
 * Source: RFC 9110, sections 14.1.2 and 14.2.
 */

/** The bytes from `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const RANGE = /^bytes=[\t ]*(\d{0,15})-(\d{0,15})[\t ]*$/i;

/**
 * Reads a Range header for a body of `size` bytes.
 * Returns `undefined` when the whole is to be sent: there is no header, or it is none we serve; `'unsatisfiable'` when the
 * range lies outside of the body.
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const match = header === undefined ? null : RANGE.exec(header);
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '') {
    if (last === '') return undefined;
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined; // an invalid range is no range
  return start >= size ? 'unsatisfiable' : { start, end };
}
