/** Reads dates of HTTP. What is none is ignored, not guessed: a browser has sent none of it. Source: RFC 9110, sections 5.6.7, 13.1.3 and 13.1.4. */

/** `Sun, 06 Nov 1994 08:49:37 GMT` · `Sunday, 06-Nov-94 08:49:37 GMT` · `Sun Nov  6 08:49:37 1994`. */
const DATE = /^[A-Z][a-z]{2,8}(?:, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT| [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;

/** Returns whole seconds since 1970; `undefined` when the text is no date. */
export function tryParseHttpDate(text: string): number | undefined {
  if (!DATE.test(text)) return undefined;
  const ms = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(ms) ? undefined : toSeconds(ms);
}

/** Dates of HTTP have no fractions of seconds. */
export function toSeconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
