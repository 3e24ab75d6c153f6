/** Takes secrets out of what a page shows of a request. A page is copied into tickets and chats. */
import type { RequestHeaders } from '@oxidite/http';

const SECRET = /auth|cookie|credential|csrf|key|pass|pwd|secret|session|sig|token|xsrf/i;

/** What stands in the place of a secret. */
export const REDACTED = '[redacted]';

/** Returns headers as pairs, with the values of those whose name speaks of a secret taken out. */
export function redactHeaders(headers: RequestHeaders): readonly (readonly [name: string, value: string])[] {
  return Object.entries(headers).map(([name, value]) => [name, SECRET.test(name) ? REDACTED : redactUrl(String(value))]);
}

/** Returns an address, or any text with a query in it, with its credentials and the values of secret parameters taken out. */
export function redactUrl(text: string): string {
  return text
    .replaceAll(/\/\/[^/?#@\s]*@/g, `//${REDACTED}@`)
    .replaceAll(/([?&;]([^=&;\s]+)=)[^&;\s#]*/g, (whole, start: string, name: string) => (SECRET.test(decode(name)) ? start + REDACTED : whole));
}

/** Names of parameters can be written in many ways; this is how all of them are read, whatever is malformed in them. */
function decode(name: string): string {
  return new URLSearchParams(`${name}=`).keys().next().value ?? name;
}
