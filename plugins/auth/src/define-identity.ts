/**
 * Declares who the users of an application are, and gives the guards that make `request.user` theirs. The type of the
 * user comes from the function that finds it: nothing is declared globally, so a route without a guard has no `user`.
 */
import { defineGuard, type Guard, type HttpRequest } from '@oxidite/http';
import type { Services } from '@oxidite/plugin-sdk';
import type { Auth } from './auth-service.ts';
import { SignInRequiredError } from './errors.ts';
import type { Credentials } from './strategies/strategy.ts';

/** The guards of an identity. */
export interface Identity<User> {
  /** Refuses a request without a user (401); adds `user` and `credentials` to the request. */
  readonly signedIn: Guard<{ user: User; credentials: Credentials }>;
  /** Lets everybody through and adds `user`, or `undefined`; bad credentials are refused all the same (401). */
  readonly recognized: Guard<{ user: User | undefined }>;
}

/** What is used of a request. */
type GuardedRequest = Pick<HttpRequest, 'headers' | 'responseHeaders'>;

/**
 * Declares an identity.
 * @param find returns the user of verified credentials, or `undefined` when there is none (any more).
 */
export function defineIdentity<User extends object>(
  find: (credentials: Credentials, services: Services) => User | undefined | Promise<User | undefined>,
): Identity<User> {
  return {
    signedIn: defineGuard<{ user: User; credentials: Credentials }>({
      name: 'signedIn',
      security: ({ auth }) => auth.security,
      async check(request, services) {
        const credentials = await authenticate(request, services.auth);
        const user = credentials === undefined ? undefined : await find(credentials, services);
        if (credentials === undefined || user === undefined) throw refuse(request, services.auth, new SignInRequiredError());
        Object.assign(request, { user, credentials });
      },
    }),
    recognized: defineGuard<{ user: User | undefined }>({
      name: 'recognized',
      security: ({ auth }) => auth.security.map((security) => ({ ...security, optional: true })),
      async check(request, services) {
        const credentials = await authenticate(request, services.auth);
        Object.assign(request, { user: credentials === undefined ? undefined : await find(credentials, services) });
      },
    }),
  };
}

async function authenticate(request: GuardedRequest, auth: Auth): Promise<Credentials | undefined> {
  try {
    return await auth.authenticate({ header: (name) => readHeader(request, name) });
  } catch (error) {
    throw refuse(request, auth, error);
  }
}

function readHeader({ headers }: GuardedRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value.join(', ') : value;
}

/** A refusal says how to authenticate. Source: RFC 9110 section 11.6.1. */
function refuse(request: GuardedRequest, auth: Auth, error: unknown): unknown {
  request.responseHeaders.set('www-authenticate', auth.challenge);
  return error;
}
