/**
 * Oxidite with the plugins auth and middleware. What the others are not asked for is switched off: compression, time limit,
 * error pages, health and CSRF. OXIDITE_BENCH_DEFAULTS=1 leaves all of it on.
 */
import { auth, bearer, defineIdentity } from '@oxidite/auth';
import { http } from '@oxidite/http';
import { createKernel } from '@oxidite/kernel';
import { middleware } from '@oxidite/middleware';
import * as z from 'zod';
import { createMember, ISSUER, LOG_FILE, Member, MemberBody, MemberParams, ORIGIN, SECRET } from '../members.ts';

const { signedIn } = defineIdentity(({ subject }) => ({ id: subject }));
const off = process.env['OXIDITE_BENCH_DEFAULTS'] === '1' ? {} : { compression: false, errorPages: false, timeLimit: false, health: false, csrf: false };

const kernel = createKernel({
  config: {
    plugins: [
      http({ limits: { requestsPerConnection: 0 } }),
      auth({ strategies: [bearer({ secret: SECRET, issuer: ISSUER })] }),
      middleware({ ...off, log: { destination: LOG_FILE }, cors: { origins: ORIGIN }, securityHeaders: { hsts: { always: true } } }),
    ],
    setup(scope) {
      scope.tap('http:routes', (routes) => {
        routes.post(
          '/teams/:team/members',
          { guards: [signedIn], params: MemberParams, query: z.object({ notify: z.boolean() }), body: MemberBody, response: { 201: Member } },
          ({ params, query, body, user }) => createMember({ ...params, ...query, body, createdBy: user.id }),
        );
      });
    },
  },
});
await kernel.start();
