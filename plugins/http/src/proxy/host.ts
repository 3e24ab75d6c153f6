/**
 * What a host is. Stricter than the grammar, whose registered names may hold nearly anything: commas, quotes and escapes
 * occur in no real name, and different readers take them differently. Source: RFC 9110, section 7.2; RFC 3986, section 3.2.2.
 */
import { isIPv6 } from 'node:net';

const LITERAL = /^\[([\da-fA-F:.]{2,45})\](?::(\d{1,5}))?$/;
const NAME = /^[\w~-](?:[\w.~-]{0,253}[\w.~-])?(?::(\d{1,5}))?$/;

/** Tells whether `value` is a host with an optional port, and nothing else: no user, path, space or list. */
export function isHost(value: string): boolean {
  const isLiteral = value.charCodeAt(0) === 91;
  const match = (isLiteral ? LITERAL : NAME).exec(value);
  if (match === null) return false;
  const port = isLiteral ? match[2] : match[1];
  return (port === undefined || Number(port) <= 65_535) && (!isLiteral || isIPv6(match[1] ?? '')) && !value.includes('..');
}
