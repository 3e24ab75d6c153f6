/** The claims of a token and their checks. Source: RFC 7519 section 4.1. */
import { TokenInvalidError } from '../errors.ts';

/** The claims of a verified token. */
export interface TokenClaims {
  /** Whom the token speaks for. */
  readonly sub: string;
  /** When it was issued, in seconds since 1970. */
  readonly iat?: number;
  /** When it expires, in seconds since 1970. */
  readonly exp?: number;
  readonly nbf?: number;
  readonly iss?: string;
  readonly aud?: string | readonly string[];
  readonly jti?: string;
  readonly [claim: string]: unknown;
}

/** What a token must say. */
export interface ClaimRules {
  /** The issuer that is written and expected. */
  readonly issuer?: string | undefined;
  /** The audience that is written and expected. */
  readonly audience?: string | undefined;
  /** How far clocks may differ, in seconds. */
  readonly clockToleranceSeconds: number;
}

/**
 * Checks claims against the rules at a moment.
 * @param nowMs the moment, in milliseconds since 1970.
 * @throws {TokenInvalidError} naming the first rule that is broken.
 */
export function checkClaims(claims: unknown, rules: ClaimRules, nowMs: number): TokenClaims {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) throw new TokenInvalidError('malformed');
  const { sub, exp, nbf, iat, iss, aud } = claims as Partial<Record<keyof TokenClaims, unknown>>;
  for (const date of [exp, nbf, iat]) if (date !== undefined && typeof date !== 'number') throw new TokenInvalidError('malformed');
  const nowSeconds = Math.floor(nowMs / 1_000);
  if (typeof exp === 'number' && exp <= nowSeconds - rules.clockToleranceSeconds) throw new TokenInvalidError('expired');
  if (typeof nbf === 'number' && nbf > nowSeconds + rules.clockToleranceSeconds) throw new TokenInvalidError('not-active');
  if (rules.issuer !== undefined && iss !== rules.issuer) throw new TokenInvalidError('issuer');
  if (rules.audience !== undefined && !(Array.isArray(aud) ? aud : [aud]).includes(rules.audience)) throw new TokenInvalidError('audience');
  if (typeof sub !== 'string' || sub === '') throw new TokenInvalidError('subject');
  return claims as TokenClaims; // each claim that has a type was checked above
}
