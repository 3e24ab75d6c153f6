/** Addresses of clients, as connections and proxies write them. */
import { isIP } from 'node:net';

/** Stands for the address of a peer that had left before it could be asked for. It is no address, so nobody trusts it. */
export const UNKNOWN_ADDRESS = 'unknown';

const MAPPED = '::ffff:';

/** Brings the address of a connection into its short form: IPv4 that came in over IPv6 is IPv4. */
export function toAddress(remoteAddress: string): string {
  return remoteAddress.startsWith(MAPPED) && remoteAddress.includes('.') ? remoteAddress.slice(MAPPED.length) : remoteAddress;
}

/** Reads an address out of a header, with or without port and brackets; `undefined` for what is none, like `unknown` or `_hidden`. */
export function tryParseAddress(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length > 60) return undefined;
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(trimmed)?.[1];
  const plain = bracketed ?? /^([\d.]+):\d{1,5}$/.exec(trimmed)?.[1] ?? trimmed;
  if (isIP(plain) === 0 || (bracketed !== undefined && isIP(plain) !== 6)) return undefined;
  return toAddress(plain.toLowerCase());
}
