/** express 5 with helmet, cors, jsonwebtoken, pino-http, express.json() and zod. */
import { randomUUID } from 'node:crypto';
import cors from 'cors';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import helmet from 'helmet';
import jsonwebtoken from 'jsonwebtoken';
import { pinoHttp } from 'pino-http';
import * as z from 'zod';
import { createMember, ISSUER, KEY, Member, MemberBody, MemberParams, MemberQuery, openLog, ORIGIN } from '../members.ts';

/** One line of the same length as everywhere else: pino-http would log all headers. */
const logger = pinoHttp(
  {
    genReqId(_request, response) {
      const id = randomUUID();
      response.setHeader('x-request-id', id);
      return id;
    },
    serializers: {
      req: ({ id, method, url, remoteAddress }) => ({ id, method, url, remoteAddress }),
      res: ({ statusCode }) => ({ statusCode }),
    },
  },
  openLog(),
);

const signedIn: RequestHandler = (request, response, next) => {
  try {
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    response.locals['claims'] = jsonwebtoken.verify(token, KEY, { algorithms: ['HS256'], issuer: ISSUER });
    next();
  } catch {
    response.status(401).json({ error: 'Unauthorized' });
  }
};

const refuse: ErrorRequestHandler = (error, _request, response, next) => {
  if (error instanceof z.ZodError) response.status(422).json(error.issues);
  else next(error);
};

const app = express();
app.use(logger, helmet(), cors({ origin: ORIGIN }));
app.post('/teams/:team/members', signedIn, express.json(), (request, response) => {
  const params = MemberParams.parse(request.params);
  const query = MemberQuery.parse(request.query);
  const body = MemberBody.parse(request.body);
  response.status(201).json(Member.parse(createMember({ ...params, ...query, body, createdBy: response.locals['claims'].sub })));
});
app.use(refuse);
app.listen(Number(process.env['PORT']), process.env['HOST'] ?? '127.0.0.1');
