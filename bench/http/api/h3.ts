/** h3 2 with middleware of our own where it has none: tokens by jsonwebtoken, security headers, the log. */
import { randomUUID } from 'node:crypto';
import { getRequestIP, getValidatedQuery, getValidatedRouterParams, H3, handleCors, HTTPError, readValidatedBody, serve } from 'h3';
import jsonwebtoken from 'jsonwebtoken';
import { pino } from 'pino';
import { createMember, ISSUER, KEY, Member, MemberBody, MemberParams, MemberQuery, openLog, ORIGIN } from '../members.ts';
import { SECURITY_HEADERS } from '../security-headers.ts';

const log = pino(openLog());

const app = new H3({
  onRequest(event) {
    const id = randomUUID();
    Object.assign(event.context, { id, startMs: performance.now() });
    event.res.headers.set('x-request-id', id);
  },
  onResponse(response, event) {
    const { id, startMs } = event.context;
    const durationMs = performance.now() - Number(startMs);
    log.info({ method: event.req.method, url: event.url.pathname, status: response.status, durationMs, requestId: id, ip: getRequestIP(event) }, 'request');
  },
});
app.use((event) => {
  for (const [name, value] of SECURITY_HEADERS) event.res.headers.set(name, value);
  const preflight = handleCors(event, { origin: [ORIGIN] });
  return preflight === false ? undefined : preflight;
});
app.post('/teams/:team/members', async (event) => {
  const createdBy = verifyToken(event.req.headers.get('authorization'));
  const params = await getValidatedRouterParams(event, MemberParams);
  const query = await getValidatedQuery(event, MemberQuery);
  const body = await readValidatedBody(event, MemberBody);
  event.res.status = 201;
  return Member.parse(createMember({ ...params, ...query, body, createdBy }));
});
serve(app, { port: Number(process.env['PORT']), hostname: process.env['HOST'] ?? '127.0.0.1', silent: true, gracefulShutdown: false });

function verifyToken(authorization: string | null): string {
  try {
    const claims = jsonwebtoken.verify(authorization?.replace(/^Bearer /, '') ?? '', KEY, { algorithms: ['HS256'], issuer: ISSUER });
    if (typeof claims === 'object' && claims.sub !== undefined) return claims.sub;
  } catch {
    // refused below
  }
  throw new HTTPError({ status: 401 });
}
