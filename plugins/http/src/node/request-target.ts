/** Brings request targets into origin form. Source: RFC 9112, section 3.2. */
import type { IncomingMessage } from 'node:http';
import { isHost } from '../proxy/host.ts';

const SLASH = 47;
const ABSOLUTE = /^https?:\/\/([^/?#]*)([^#]*)$/i;

/**
 * Finds the target of a request: path and query, or `*` for the server itself. An absolute target decides the host, whatever
 * the header says. `undefined` when it is none of these, or names a fragment, a user or another scheme.
 */
export function resolveTarget(message: IncomingMessage): string | undefined {
  const target = message.url ?? '';
  if (target.charCodeAt(0) === SLASH) return target.includes('#') ? undefined : target;
  if (target === '*') return message.method === 'OPTIONS' ? target : undefined;
  const [, host = '', rest = ''] = ABSOLUTE.exec(target) ?? [];
  if (!isHost(host)) return undefined;
  message.headers.host = host;
  const origin = rest === '' && message.method === 'OPTIONS' ? '*' : rest.startsWith('/') ? rest : `/${rest}`;
  message.url = origin; // h3 handlers see it, too
  return origin;
}
