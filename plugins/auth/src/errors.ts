/** What can go wrong with credentials. The messages never hold a secret, a token or a password. */
import { OxiditeError } from '@oxidite/plugin-sdk';

/** Why a token was refused. */
export type TokenProblem = 'malformed' | 'signature' | 'algorithm' | 'expired' | 'not-active' | 'issuer' | 'audience' | 'subject';

const REASONS: Readonly<Record<TokenProblem, string>> = {
  malformed: 'it is not a signed JSON Web Token',
  signature: 'its signature is not valid',
  algorithm: 'its algorithm is not accepted',
  expired: 'it has expired',
  'not-active': 'it is not valid yet',
  issuer: 'it was issued by someone else',
  audience: 'it is meant for someone else',
  subject: 'it names no subject',
};

/** A token was refused. */
export class TokenInvalidError extends OxiditeError {
  readonly code = 'OXI_AUTH_TOKEN_INVALID';
  readonly status = 401;
  readonly problem: TokenProblem;

  constructor(problem: TokenProblem, cause?: unknown) {
    super(`The token was refused: ${REASONS[problem]}. Sign in again.`, cause);
    this.problem = problem;
  }
}

/** A route needs a signed-in user and the request has none. */
export class SignInRequiredError extends OxiditeError {
  readonly code = 'OXI_AUTH_SIGN_IN_REQUIRED';
  readonly status = 401;

  constructor() {
    super('This needs a signed-in user. Send valid credentials.');
  }
}

/** A key is too weak to sign with. */
export class WeakSecretError extends OxiditeError {
  readonly code = 'OXI_AUTH_WEAK_SECRET';

  constructor(bytes: number, leastBytes: number) {
    super(`The secret for signing tokens has ${bytes} bytes, but HS256 needs at least ${leastBytes} (RFC 7518 section 3.2). Make one: openssl rand -base64 48`);
  }
}

/** A password is longer than what is hashed. */
export class PasswordTooLongError extends OxiditeError {
  readonly code = 'OXI_AUTH_PASSWORD_TOO_LONG';
  readonly status = 422;

  constructor(maxBytes: number) {
    super(`The password is longer than ${maxBytes} bytes. Choose a shorter one.`);
  }
}

/** Tokens were asked for, but no strategy issues any. */
export class AuthStrategyMissingError extends OxiditeError {
  readonly code = 'OXI_AUTH_NO_TOKENS';

  constructor(strategies: readonly string[]) {
    super(`No strategy issues tokens; the strategies are: ${strategies.join(', ')}. Add bearer({ secret }) to auth({ strategies: [...] }).`);
  }
}
