/** fastify 5 with @fastify/jwt, @fastify/cors, @fastify/helmet and its own logger, which writes one line a request instead of two. */
import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import jwt from '@fastify/jwt';
import fastify from 'fastify';
import { createMember, ISSUER, type MemberInput, openLog, ORIGIN, ROLES, SECRET, TEAM } from '../members.ts';
import { OneLine } from '../one-line.ts';

interface MemberRoute {
  readonly Params: { readonly team: string };
  readonly Querystring: { readonly notify: boolean };
  readonly Body: MemberInput['body'];
}

declare module '@fastify/jwt' {
  interface FastifyJWT {
    user: { readonly sub: string };
  }
}

const text = { type: 'string' };
const schema = {
  params: { type: 'object', required: ['team'], properties: { team: { type: 'string', pattern: TEAM.source } } },
  querystring: { type: 'object', required: ['notify'], properties: { notify: { type: 'boolean' } } },
  body: {
    type: 'object',
    required: ['name', 'email', 'age', 'roles'],
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 100 },
      email: { type: 'string', format: 'email' },
      age: { type: 'integer', minimum: 0, maximum: 150 },
      roles: { type: 'array', maxItems: 10, items: { type: 'string', enum: ROLES } },
    },
  },
  response: {
    201: {
      type: 'object',
      properties: { id: text, team: text, name: text, email: text, roles: { type: 'array', items: text }, createdBy: text, notified: { type: 'boolean' } },
    },
  },
};

const app = fastify({ logger: { stream: openLog() }, logController: new OneLine(), genReqId: () => randomUUID() });
await app.register(helmet);
await app.register(cors, { origin: ORIGIN });
await app.register(jwt, { secret: SECRET, verify: { allowedIss: ISSUER, algorithms: ['HS256'] } });
app.addHook('onRequest', (request, reply, done) => {
  reply.header('x-request-id', request.id);
  done();
});
app.post<MemberRoute>('/teams/:team/members', { schema, onRequest: (request) => request.jwtVerify() }, ({ params, query, body, user }, reply) => {
  reply.code(201);
  return createMember({ ...params, ...query, body, createdBy: user.sub });
});
await app.listen({ port: Number(process.env['PORT']), host: process.env['HOST'] ?? '127.0.0.1' });
