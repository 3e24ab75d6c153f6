/** What the service `auth` offers to handlers, commands and other plugins. */
import type { Passwords } from './passwords/passwords.ts';
import type { Authenticator, Credentials, CredentialSource, StrategySecurity } from './strategies/strategy.ts';
import { AuthStrategyMissingError, TokenInvalidError } from './errors.ts';
import type { Tokens } from './tokens/tokens.ts';

/** Authenticates requests, hashes passwords and issues tokens. */
export interface Auth {
  readonly passwords: Passwords;
  /** The tokens of the first strategy that has some. */
  readonly tokens: Tokens;
  /** The value for `WWW-Authenticate` in a refusal, of all strategies. */
  readonly challenge: string;
  /** How OpenAPI describes the strategies. */
  readonly security: readonly StrategySecurity[];
  /**
   * Asks the strategies in their order; one that refuses a token as malformed, or for its algorithm, leaves it to the next.
   * `undefined` when the request carries no credentials.
   * Synchronous when the strategies are.
   * @throws an error of status 401 when it carries bad ones.
   */
  authenticate(request: CredentialSource): Credentials | undefined | Promise<Credentials | undefined>;
}

/** Creates the service. */
export function createAuth(passwords: Passwords, authenticators: readonly Authenticator[]): Auth {
  /** `refusal` is that of a strategy before, whose kind of token this is not. */
  function askFrom(first: number, request: CredentialSource, refusal?: TokenInvalidError): Credentials | undefined | Promise<Credentials | undefined> {
    let refused = refusal;
    for (let index = first; index < authenticators.length; index++) {
      try {
        const answer = authenticators[index]?.authenticate(request);
        if (answer instanceof Promise) return askAfter(answer, { index, request, refusal: refused });
        if (answer !== undefined) return answer;
      } catch (error) {
        refused = assertOtherKind(error);
      }
    }
    if (refused !== undefined) throw refused;
    return undefined;
  }

  async function askAfter(
    answer: Promise<Credentials | undefined>,
    { index, request, refusal }: { readonly index: number; readonly request: CredentialSource; readonly refusal: TokenInvalidError | undefined },
  ): Promise<Credentials | undefined> {
    let refused = refusal;
    try {
      const credentials = await answer;
      if (credentials !== undefined) return credentials;
    } catch (error) {
      refused = assertOtherKind(error);
    }
    return askFrom(index + 1, request, refused);
  }

  return {
    passwords,
    get tokens() {
      const tokens = authenticators.find((authenticator) => authenticator.tokens !== undefined)?.tokens;
      if (tokens === undefined) throw new AuthStrategyMissingError(authenticators.map(({ name }) => name));
      return tokens;
    },
    challenge: [...new Set(authenticators.map(({ challenge }) => challenge))].join(', '),
    security: authenticators.map(({ security }) => security),
    authenticate: (request) => askFrom(0, request),
  };
}

/**
 * Returns the refusal of a token that is of another kind than the strategy's, so that another may know it.
 * @throws any other error: the credentials were known, and are bad.
 */
function assertOtherKind(error: unknown): TokenInvalidError {
  if (error instanceof TokenInvalidError && (error.problem === 'algorithm' || error.problem === 'malformed')) return error;
  throw error;
}
