/**
 * Tokens that someone else signs: an identity provider whose public keys (JWK Set) are configured. Signatures are
 * verified by jose, once per token. Source: RFC 7517 (JWK Set), RFC 8725 (algorithms are pinned, never taken from the token).
 */
import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet } from 'jose';
import { TokenInvalidError } from '../errors.ts';
import { checkClaims } from '../tokens/claims.ts';
import { createVerifiedTokenCache } from '../tokens/verified-token-cache.ts';
import { readBearerToken } from './read-bearer-token.ts';
import type { Strategy } from './strategy.ts';

const CACHED_TOKENS = 1_000;

/** An asymmetric signature algorithm. */
export type PublicKeyAlgorithm = 'EdDSA' | 'ES256' | 'ES384' | 'PS256' | 'RS256';

/** Options of {@link jwksBearer}. */
export interface JwksBearerOptions {
  /** The issuer's public keys. */
  readonly keys: JSONWebKeySet;
  /** The algorithms that are accepted. */
  readonly algorithms: readonly [PublicKeyAlgorithm, ...PublicKeyAlgorithm[]];
  /** The issuer that tokens must name. */
  readonly issuer: string;
  /** The audience that tokens must name: this API. */
  readonly audience: string;
  /** The word before the token. Default: `Bearer`. */
  readonly scheme?: string;
  /** How far clocks may differ, in seconds. Default: 5. */
  readonly clockToleranceSeconds?: number;
}

/** Authenticates by tokens of another issuer. List it before or after {@link bearer}; each takes only its own tokens. */
export function jwksBearer(options: JwksBearerOptions): Strategy {
  const { algorithms, issuer, audience, scheme = 'Bearer', clockToleranceSeconds = 5 } = options;
  const keySet = createLocalJWKSet(options.keys);
  return {
    name: 'jwks',
    create({ clock }) {
      const cache = createVerifiedTokenCache(CACHED_TOKENS);
      return {
        name: 'jwks',
        challenge: scheme,
        security: { scheme: 'bearer', definition: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
        async authenticate(request) {
          const token = readBearerToken(request, scheme);
          if (token === undefined || isSymmetric(token)) return undefined;
          let payload = cache.get(token);
          if (payload === undefined) {
            payload = await verifySignature(token, keySet, algorithms);
            cache.set(token, payload);
          }
          const claims = checkClaims(payload, { issuer, audience, clockToleranceSeconds }, clock.now());
          return { subject: claims.sub, strategy: 'jwks', claims };
        },
      };
    },
  };
}

/** Claims are checked on each use, by rules that are the same for all strategies. Any difference of the clocks is left to these. */
async function verifySignature(token: string, keySet: ReturnType<typeof createLocalJWKSet>, algorithms: readonly string[]): Promise<unknown> {
  try {
    const { payload } = await jwtVerify(token, keySet, { algorithms: [...algorithms], clockTolerance: Number.MAX_SAFE_INTEGER });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEAlgNotAllowed) throw new TokenInvalidError('algorithm', error);
    if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid || error instanceof errors.JWTClaimValidationFailed)
      throw new TokenInvalidError('malformed', error);
    throw new TokenInvalidError('signature', error);
  }
}

/** A token of the application's own `bearer` strategy, by its header. */
function isSymmetric(token: string): boolean {
  const header = Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString();
  return header.includes('"HS256"');
}
