/** What a way to authenticate is. Several can be active at once; they are asked in the order in which they are listed. */
import type { Clock, Random } from '@oxidite/plugin-sdk';
import type { Tokens } from '../tokens/tokens.ts';

/** Who a request speaks for, and how that is known. */
export interface Credentials {
  /** The user's id as text. */
  readonly subject: string;
  /** The name of the strategy. */
  readonly strategy: string;
  /** What else the credentials say. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The parts of a request that a strategy looks at. */
export interface CredentialSource {
  /** Returns a header by its lower-case name. */
  header(name: string): string | undefined;
}

/** How OpenAPI describes a strategy. */
export interface StrategySecurity {
  readonly scheme: string;
  readonly definition: Readonly<Record<string, string>>;
}

/** A strategy that is ready for requests. */
export interface Authenticator {
  readonly name: string;
  /** The value for `WWW-Authenticate` in a refusal. */
  readonly challenge: string;
  readonly security: StrategySecurity;
  /** Issues and verifies tokens, when the strategy has some. */
  readonly tokens?: Tokens;
  /**
   * Returns the credentials, or `undefined` when the request carries none of this kind.
   * @throws {TokenInvalidError} or another error of status 401 when it carries bad ones.
   */
  authenticate(request: CredentialSource): Credentials | undefined | Promise<Credentials | undefined>;
}

/** A strategy as the configuration lists it. */
export interface Strategy {
  readonly name: string;
  create(context: { readonly clock: Clock; readonly random: Random }): Authenticator;
}
