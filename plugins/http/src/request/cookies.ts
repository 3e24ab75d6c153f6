/**
 * Parses the Cookie header. The first of two cookies of one name counts: browsers send the more specific path first.
 * Malformed percent-encoding in a value is kept as it is, since cookies of other applications on the host arrive too.
 * Source: RFC 6265, section 5.4.
 */

/** Parses the header; without one the record is empty. It has no prototype. */
export function parseCookies(header: string | undefined): Record<string, string> {
  const cookies: Record<string, string> = Object.create(null);
  if (header === undefined) return cookies;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals === -1) continue;
    const name = pair.slice(0, equals).trim();
    if (name === '' || cookies[name] !== undefined) continue;
    cookies[name] = decodeValue(pair.slice(equals + 1).trim());
  }
  return cookies;
}

function decodeValue(value: string): string {
  const text = value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
