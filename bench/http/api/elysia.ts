/** elysia 1.4 on its adapter for Node: its own schemas, also for the answer; jose for tokens, as its plugin @elysiajs/jwt has it; pino. */
import { randomUUID } from 'node:crypto';
import { node } from '@elysiajs/node';
import { Elysia, t } from 'elysia';
import { jwtVerify } from 'jose';
import { pino } from 'pino';
import { createMember, ISSUER, type Member, openLog, ORIGIN, ROLES, SECRET, TEAM } from '../members.ts';
import { SECURITY_HEADERS } from '../security-headers.ts';

const log = pino(openLog());
const key = new TextEncoder().encode(SECRET);

new Elysia({ adapter: node() })
  .headers({ ...Object.fromEntries(SECURITY_HEADERS), 'access-control-allow-origin': ORIGIN, vary: 'Origin' })
  .derive({ as: 'global' }, ({ set }) => {
    const requestId = randomUUID();
    set.headers['x-request-id'] = requestId;
    return { requestId, startMs: performance.now() };
  })
  .onAfterResponse({ as: 'global' }, ({ request, path, set, requestId, startMs, server }) => {
    const durationMs = performance.now() - startMs;
    log.info({ method: request.method, url: path, status: set.status, durationMs, requestId, ip: server?.requestIP(request)?.address }, 'request');
  })
  .resolve(async ({ headers, status }) => {
    try {
      const { payload } = await jwtVerify<{ sub: string }>(headers['authorization']?.replace(/^Bearer /, '') ?? '', key, {
        algorithms: ['HS256'],
        issuer: ISSUER,
      });
      return { createdBy: payload.sub };
    } catch {
      return status(401);
    }
  })
  .post(
    '/teams/:team/members',
    ({ params, query, body, createdBy, status }) => {
      const member: Member = createMember({ ...params, ...query, body, createdBy });
      return status(201, member);
    },
    {
      params: t.Object({ team: t.String({ pattern: TEAM.source }) }),
      query: t.Object({ notify: t.Boolean() }),
      body: t.Object({
        name: t.String({ minLength: 1, maxLength: 100 }),
        email: t.String({ format: 'email' }),
        age: t.Integer({ minimum: 0, maximum: 150 }),
        roles: t.Array(t.UnionEnum(ROLES), { maxItems: 10 }),
      }),
      response: {
        201: t.Object({
          id: t.String(),
          team: t.String(),
          name: t.String(),
          email: t.String(),
          roles: t.Array(t.String()),
          createdBy: t.String(),
          notified: t.Boolean(),
        }),
      },
    },
  )
  .listen({ port: Number(process.env['PORT']), hostname: process.env['HOST'] ?? '127.0.0.1' });
