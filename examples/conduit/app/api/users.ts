/** Signing up, signing in, and the signed-in user. */
import type { Auth } from '@oxidite/auth';
import { created, defineRoutes } from '@oxidite/http';
import { rateLimit } from '@oxidite/middleware';
import { identity } from '../identity.ts';
import { User } from '../models/user.ts';
import { badCredentials } from '../refusals.ts';
import { Credentials, Errors, Registration, UserChanges, UserResponse } from './schemas.ts';

export const users = defineRoutes('/users', { tags: ['Users'] }, (routes) => {
  routes.post(
    '/',
    { name: 'users.register', summary: 'Sign up', body: Registration, response: { 201: UserResponse, 409: Errors } },
    async ({ body }, { orm, auth }) => {
      const { password, ...profile } = body.user;
      const user = orm.create(User, { ...profile, passwordHash: await auth.passwords.hash(password) });
      await orm.flush(); // the token needs the id
      return created(toUserResponse(user, auth));
    },
  );

  routes.post(
    '/login',
    {
      name: 'users.login',
      summary: 'Sign in',
      body: Credentials,
      middleware: [rateLimit({ limit: 300 })], // a minute and address: nobody tries out passwords by the thousand
      response: { 200: UserResponse, 401: Errors, 429: Errors },
    },
    async ({ body }, { orm, auth }) => {
      const { email, password } = body.user;
      const user = await orm.find(User, { email });
      if (!(await auth.passwords.verify(password, user?.passwordHash)) || user === undefined) throw badCredentials();
      if (auth.passwords.needsRehash(user.passwordHash)) user.assign({ passwordHash: await auth.passwords.hash(password) });
      return toUserResponse(user, auth);
    },
  );
});

export const currentUser = defineRoutes('/user', { tags: ['Users'], guards: [identity.signedIn] }, (routes) => {
  routes.get('/', { name: 'user.get', summary: 'Show the current user', response: { 200: UserResponse } }, ({ user }, { auth }) => toUserResponse(user, auth));

  routes.put(
    '/',
    { name: 'user.update', summary: 'Change the current user', body: UserChanges, response: { 200: UserResponse, 409: Errors } },
    async ({ user, body }, { auth }) => {
      const { password, ...profile } = body.user;
      user.assign({ ...profile, ...(password === undefined ? {} : { passwordHash: await auth.passwords.hash(password) }) });
      return toUserResponse(user, auth);
    },
  );
});

function toUserResponse({ id, username, email, bio, image }: User, auth: Auth) {
  return { user: { username, email, bio, image, token: auth.tokens.issue(String(id)) } };
}
