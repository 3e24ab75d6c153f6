/** Guards: functions that only refuse. They run before inputs are read, and may add what they found out to the request, typed. */
import type { Services } from '@oxidite/plugin-sdk';
import type { HttpRequest } from './http-request.ts';

/** How a guard appears in an OpenAPI document. */
export interface GuardSecurity {
  /** The name of the security scheme. */
  readonly scheme: string;
  /** The scheme's OpenAPI definition: `{ type: 'http', scheme: 'bearer' }`. */
  readonly definition: Readonly<Record<string, unknown>>;
  /** Scopes the route needs. Default: none. */
  readonly scopes?: readonly string[];
  /** `true`: a request without credentials passes too. Default: `false`. */
  readonly optional?: boolean;
}

/** The part of a guard its author writes. */
export interface GuardDefinition<Adds extends object> {
  /** Shown in `oxidite routes`. */
  readonly name: string;
  /** How it appears in OpenAPI; a function when the application's configuration decides that. */
  readonly security?: GuardSecurity | ((services: Services) => readonly GuardSecurity[]);
  /**
   * Refuses the request by throwing an `HttpError`; returns to let it pass. What the guard adds is assigned to `request`.
   * Inputs are not validated yet: `request.params` and `request.query` hold text, `request.body` is not read.
   */
  check(request: HttpRequest & Adds, services: Services): void | Promise<void>;
}

/** A guard of routes. `Adds` is what it assigns to the request. */
export interface Guard<Adds extends object = object> extends GuardDefinition<Adds> {
  /** Carries the type; never set. */
  readonly '~adds'?: Adds;
}

/** What a list of guards adds to the request, taken together. */
export type AddsOf<Guards extends readonly Guard[]> = Guards extends readonly [infer First, ...infer Rest extends readonly Guard[]]
  ? (First extends Guard<infer Adds> ? Adds : unknown) & AddsOf<Rest>
  : unknown;

/** Declares a guard: `defineGuard<{ user: User }>({ name: 'signedIn', check(request, { users }) { … } })`. */
export function defineGuard<Adds extends object = object>(definition: GuardDefinition<Adds>): Guard<Adds> {
  return definition;
}
