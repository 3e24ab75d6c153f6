/** hono 4 with its own middleware for ids, security headers, CORS and tokens, @hono/zod-validator, and pino. */
import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { zValidator } from '@hono/zod-validator';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { jwt } from 'hono/jwt';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { pino } from 'pino';
import { createMember, ISSUER, Member, MemberBody, MemberParams, MemberQuery, openLog, ORIGIN, SECRET } from '../members.ts';

const log = pino(openLog());
const app = new Hono<{ Variables: { jwtPayload: { sub: string } } }>();
app.use(requestId());
app.use(async (context, next) => {
  const startMs = performance.now();
  await next();
  const durationMs = performance.now() - startMs;
  const { method, path } = context.req;
  const ip = getConnInfo(context).remote.address;
  log.info({ method, url: path, status: context.res.status, durationMs, requestId: context.get('requestId'), ip }, 'request');
});
app.use(secureHeaders());
app.use(cors({ origin: ORIGIN }));
app.use('/teams/*', jwt({ secret: SECRET, alg: 'HS256', verification: { iss: ISSUER } }));
app.post('/teams/:team/members', zValidator('param', MemberParams), zValidator('query', MemberQuery), zValidator('json', MemberBody), (context) => {
  const { req } = context;
  const member = createMember({ ...req.valid('param'), ...req.valid('query'), body: req.valid('json'), createdBy: context.get('jwtPayload').sub });
  return context.json(Member.parse(member), 201);
});
serve({ fetch: app.fetch, port: Number(process.env['PORT']), hostname: process.env['HOST'] ?? '127.0.0.1' });
