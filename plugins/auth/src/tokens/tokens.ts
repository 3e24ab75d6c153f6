/** Issues and verifies the access tokens of an application. */
import type { Clock, Random } from '@oxidite/plugin-sdk';
import { checkClaims, type ClaimRules, type TokenClaims } from './claims.ts';
import { type KeyRing, signHs256, verifyHs256 } from './hs256.ts';

/** Options of {@link createTokens}. */
export interface TokenOptions extends ClaimRules {
  readonly keys: KeyRing;
  /** How long a token is valid, in seconds. */
  readonly expiresInSeconds: number;
}

/** Issues and verifies access tokens. */
export interface Tokens {
  /**
   * Issues a token.
   * @param subject whom it speaks for: the user's id as text.
   * @param claims further claims; the registered ones cannot be replaced.
   */
  issue(subject: string, claims?: Readonly<Record<string, unknown>>): string;
  /**
   * Verifies a token and returns its claims.
   * @throws {TokenInvalidError} naming the reason.
   */
  verify(token: string): TokenClaims;
}

/** Creates the service. */
export function createTokens(options: TokenOptions, clock: Clock, random: Random): Tokens {
  return {
    issue(subject, claims = {}) {
      const iat = Math.floor(clock.now() / 1_000);
      const registered = { sub: subject, iat, exp: iat + options.expiresInSeconds, jti: random.uuid() };
      const optional = {
        ...(options.issuer === undefined ? {} : { iss: options.issuer }),
        ...(options.audience === undefined ? {} : { aud: options.audience }),
      };
      return signHs256({ ...claims, ...optional, ...registered }, options.keys);
    },
    verify: (token) => checkClaims(verifyHs256(token, options.keys), options, clock.now()),
  };
}
