/** What the service `auth` offers to handlers, commands and other plugins. */
import type { Passwords } from './passwords/passwords.ts';
import type { Authenticator, Credentials, CredentialSource, StrategySecurity } from './strategies/strategy.ts';
import { AuthStrategyMissingError } from './errors.ts';
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
   * Asks the strategies in their order; `undefined` when the request carries no credentials.
   * Synchronous when the strategies are.
   * @throws an error of status 401 when it carries bad ones.
   */
  authenticate(request: CredentialSource): Credentials | undefined | Promise<Credentials | undefined>;
}

/** Creates the service. */
export function createAuth(passwords: Passwords, authenticators: readonly Authenticator[]): Auth {
  function askFrom(first: number, request: CredentialSource): Credentials | undefined | Promise<Credentials | undefined> {
    for (let index = first; index < authenticators.length; index++) {
      const answer = authenticators[index]?.authenticate(request);
      if (answer instanceof Promise) return answer.then((credentials) => credentials ?? askFrom(index + 1, request));
      if (answer !== undefined) return answer;
    }
    return undefined;
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
