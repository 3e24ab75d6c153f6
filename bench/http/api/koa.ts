/** koa 3 with @koa/router, @koa/bodyparser, @koa/cors, koa-helmet, jsonwebtoken, pino and zod. */
import { randomUUID } from 'node:crypto';
import { bodyParser } from '@koa/bodyparser';
import cors from '@koa/cors';
import { Router } from '@koa/router';
import jsonwebtoken from 'jsonwebtoken';
import Koa, { type Middleware } from 'koa';
import helmet from 'koa-helmet';
import { pino } from 'pino';
import * as z from 'zod';
import { createMember, ISSUER, KEY, Member, MemberBody, MemberParams, MemberQuery, openLog, ORIGIN } from '../members.ts';

const log = pino(openLog());
const app = new Koa();
const router = new Router();

app.use(async (context, next) => {
  const startMs = performance.now();
  const requestId = randomUUID();
  context.set('x-request-id', requestId);
  try {
    await next();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    context.status = 422;
    context.body = error.issues;
  }
  const durationMs = performance.now() - startMs;
  log.info({ method: context.method, url: context.url, status: context.status, durationMs, requestId, ip: context.ip }, 'request');
});
app.use(helmet());
app.use(cors({ origin: ORIGIN }));

const signedIn: Middleware = (context, next) => {
  try {
    const token = context.get('authorization').replace(/^Bearer /, '');
    context.state['claims'] = jsonwebtoken.verify(token, KEY, { algorithms: ['HS256'], issuer: ISSUER });
  } catch {
    context.throw(401);
  }
  return next();
};

router.post('/teams/:team/members', signedIn, bodyParser(), (context) => {
  const params = MemberParams.parse(context.params);
  const query = MemberQuery.parse(context.query);
  const body = MemberBody.parse(context.request.body);
  context.status = 201;
  context.body = Member.parse(createMember({ ...params, ...query, body, createdBy: context.state['claims'].sub }));
});
app.use(router.routes()).use(router.allowedMethods());
app.listen(Number(process.env['PORT']), process.env['HOST']);
