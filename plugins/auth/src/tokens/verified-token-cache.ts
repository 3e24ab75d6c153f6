/**
 * Remembers tokens whose signature was verified, so that an asymmetric signature is paid once per token and not once per
 * request. Bounded; the oldest leaves first. Only verified tokens get in, and their claims are still checked on each use.
 */
import { createHash } from 'node:crypto';

/** A bounded map from token to its verified claims. */
export interface VerifiedTokenCache {
  get(token: string): unknown;
  set(token: string, claims: unknown): void;
}

/** Creates a cache of at most `maxEntries` tokens. Tokens are kept as hashes. */
export function createVerifiedTokenCache(maxEntries: number): VerifiedTokenCache {
  const entries = new Map<string, unknown>();
  return {
    get: (token) => entries.get(toKey(token)),
    set(token, claims) {
      const [oldest] = entries.size >= maxEntries ? entries.keys() : [];
      if (oldest !== undefined) entries.delete(oldest);
      entries.set(toKey(token), claims);
    },
  };
}

function toKey(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
