/** Reads the token of an `Authorization` header. Source: RFC 9110 section 11.4: the scheme is case-insensitive. */
import type { CredentialSource } from './strategy.ts';

/** Returns the token after `scheme`, or `undefined` when the header is missing or has another scheme. */
export function readBearerToken(request: CredentialSource, scheme: string): string | undefined {
  const header = request.header('authorization');
  if (header === undefined || header.length <= scheme.length || header.charAt(scheme.length) !== ' ') return undefined;
  if (header.slice(0, scheme.length).toLowerCase() !== scheme.toLowerCase()) return undefined;
  return header.slice(scheme.length + 1).trim();
}
