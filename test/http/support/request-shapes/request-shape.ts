/** What clients of ill will send, one shape a line. Characters are bytes (latin1). */

/**
 * `answered`: it has one meaning, so it is answered, and the next request as well. `refused`: it reaches no handler, and
 * neither does the next. `last`: whatever it is, what follows it is no request.
 */
export type ShapeOutcome = 'answered' | 'refused' | 'last';

export type RequestShape = readonly [outcome: ShapeOutcome, what: string, text: string];

/** A request up to its own headers. */
export const HEAD = 'GET / HTTP/1.1\r\nhost: a\r\n';
export const POST = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\n';
/** A request up to its first chunk. */
export const CHUNKED = `${POST}transfer-encoding: chunked\r\n\r\n`;
