/** Tokens in the `Authorization` header. Source: RFC 6750. */
import { createKeyRing } from '../tokens/hs256.ts';
import { createTokens } from '../tokens/tokens.ts';
import { readBearerToken } from './read-bearer-token.ts';
import type { Strategy } from './strategy.ts';

/** Options of {@link bearer}. */
export interface BearerOptions {
  /** Secrets of at least 32 bytes: the first one signs, all verify. Put a new one in front to rotate. */
  readonly secret: string | readonly [string, ...string[]];
  /** The word before the token. Default: `Bearer`. */
  readonly scheme?: string;
  /** How long a token is valid, in seconds. Default: 3,600. */
  readonly expiresInSeconds?: number;
  readonly issuer?: string;
  readonly audience?: string;
  /** How far clocks may differ, in seconds. Default: 5. */
  readonly clockToleranceSeconds?: number;
}

/**
 * Authenticates by a signed token: `Authorization: Bearer <token>`.
 * @throws {WeakSecretError} when a secret is too short.
 */
export function bearer(options: BearerOptions): Strategy {
  const { secret, scheme = 'Bearer', expiresInSeconds = 3_600, issuer, audience, clockToleranceSeconds = 5 } = options;
  const keys = createKeyRing(typeof secret === 'string' ? [secret] : secret);
  return {
    name: 'bearer',
    create({ clock, random }) {
      const tokens = createTokens({ keys, expiresInSeconds, issuer, audience, clockToleranceSeconds }, clock, random);
      return {
        name: 'bearer',
        challenge: scheme,
        security: describeSecurity(scheme),
        tokens,
        authenticate(request) {
          const token = readBearerToken(request, scheme);
          if (token === undefined) return undefined;
          const claims = tokens.verify(token);
          return { subject: claims.sub, strategy: 'bearer', claims };
        },
      };
    },
  };
}

/** OpenAPI knows only the scheme `bearer`; another word is described as a header. */
function describeSecurity(scheme: string): { scheme: string; definition: Readonly<Record<string, string>> } {
  if (scheme.toLowerCase() === 'bearer') return { scheme: 'bearer', definition: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } };
  return { scheme: 'token', definition: { type: 'apiKey', in: 'header', name: 'Authorization', description: `"${scheme} " and the token` } };
}
