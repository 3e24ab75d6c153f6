/**
 * Writes events of a text/event-stream. What could break out of its field is refused or split into lines.
 * Source: WHATWG HTML, section 9.2.6 (interpreting an event stream).
 */

/** One event as it is written. */
export interface EventFields {
  /** The name clients listen to; without one it is `message`. */
  readonly event?: string | undefined;
  /** What a client that lost its connection tells when it comes back, in `Last-Event-ID`. */
  readonly id?: string | number | undefined;
  /** How long clients wait before they come back. */
  readonly retryMs?: number | undefined;
  /** Text as it is, anything else as JSON. */
  readonly data?: unknown;
}

const LINE_END = /\r\n|\r|\n/;

/**
 * Writes an event.
 * @throws {TypeError} when a name or an id holds a line break, or an id a NUL.
 */
export function formatEvent({ event, id, retryMs, data }: EventFields): string {
  let text = '';
  if (event !== undefined) text += `event: ${assertLine('name of an event', event)}\n`;
  if (id !== undefined) text += `id: ${assertLine('id of an event', String(id))}\n`;
  if (retryMs !== undefined) text += `retry: ${Math.max(0, Math.trunc(retryMs))}\n`;
  if (data !== undefined) for (const line of toText(data).split(LINE_END)) text += `data: ${line}\n`;
  return `${text}\n`;
}

/** Writes a comment, which clients ignore: it keeps connections open and finds out that they are gone. */
export function formatComment(text: string): string {
  return `: ${text.split(LINE_END).join(' ')}\n\n`;
}

function toText(data: unknown): string {
  return typeof data === 'string' ? data : (JSON.stringify(data) ?? '');
}

function assertLine(what: string, text: string): string {
  if (LINE_END.test(text) || text.includes('\0')) throw new TypeError(`The ${what} is ${JSON.stringify(text)}; it must be one line without NUL.`);
  return text;
}
