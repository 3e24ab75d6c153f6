/**
 * Parses the Cookie header. The first of two cookies of one name counts: browsers send the more specific path first.
 * Malformed percent-encoding in a value is kept as it is, since cookies of other applications on the host arrive too.
 * Only spaces and tabs around names are taken off: whoever takes off more lets "\u00A0__Host-id" pass for `__Host-id`.
 * Source: RFC 6265bis, sections 4.2 and 5.8.3.
 */

/** What is further back is not looked at. Browsers keep about 180 of one site. */
const MAX_COOKIES = 256;

/** A longer pair is skipped: no browser keeps it. */
const MAX_PAIR_LENGTH = 4_096;

/** Parses the header; without one the record is empty. It has no prototype. */
export function parseCookies(header: string | undefined): Record<string, string> {
  const cookies: Record<string, string> = Object.create(null);
  forEachPair(header, (name, value) => {
    cookies[name] ??= decodeCookieValue(value);
    return false;
  });
  return cookies;
}

/** Returns the first value of one name as it is on the wire, without quotes; `undefined` when there is none. */
export function findCookie(header: string | undefined, wanted: string): string | undefined {
  let found: string | undefined;
  forEachPair(header, (name, value) => {
    if (name === wanted) found = value;
    return found !== undefined;
  });
  return found;
}

/** Decodes percent-encoding; what is malformed stays as it is. */
export function decodeCookieValue(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Visits pairs in their order until `visit` returns `true`. */
function forEachPair(header: string | undefined, visit: (name: string, value: string) => boolean): void {
  if (header === undefined) return;
  let count = 0;
  for (let start = 0; start < header.length && count < MAX_COOKIES;) {
    let end = header.indexOf(';', start);
    if (end === -1) end = header.length;
    const equals = header.indexOf('=', start);
    if (equals !== -1 && equals < end && end - start <= MAX_PAIR_LENGTH) {
      const name = strip(header, start, equals);
      if (name !== '') {
        count++;
        if (visit(name, unquote(strip(header, equals + 1, end)))) return;
      }
    }
    start = end + 1;
  }
}

function strip(text: string, start: number, end: number): string {
  let first = start;
  let last = end;
  while (first < last && isBlank(text.charCodeAt(first))) first++;
  while (last > first && isBlank(text.charCodeAt(last - 1))) last--;
  return text.slice(first, last);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function unquote(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
