/** Raw node:http: what one writes by hand who wants nothing but this route, and wants it fast. */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pino } from 'pino';
import { createMember, ISSUER, KEY, Member, MemberBody, MemberParams, MemberQuery, openLog, ORIGIN } from '../members.ts';
import { SECURITY_HEADERS } from '../security-headers.ts';

const HEADERS = [['content-type', 'application/json'], ['access-control-allow-origin', ORIGIN], ['vary', 'Origin'], ...SECURITY_HEADERS].flat();

const PATH = /^\/teams\/([^/?]+)\/members(?:\?(.*))?$/;
const log = pino(openLog());

/** One request while it is answered. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: string;
  readonly startMs: number;
}

createServer((request, response) => {
  const exchange = { request, response, id: randomUUID(), startMs: performance.now() };
  const match = request.method === 'POST' ? PATH.exec(request.url ?? '') : null;
  if (match === null) send(exchange, 404, { error: 'Not Found' });
  else addMember(exchange, { team: match[1] ?? '', search: match[2] ?? '' });
}).listen(Number(process.env['PORT']), process.env['HOST']);

function addMember(exchange: Exchange, { team, search }: { readonly team: string; readonly search: string }): void {
  const createdBy = verifyToken(exchange.request.headers.authorization);
  if (createdBy === undefined) {
    send(exchange, 401, { error: 'Unauthorized' });
    return;
  }
  const chunks: Buffer[] = [];
  exchange.request.on('data', (chunk: Buffer) => chunks.push(chunk));
  exchange.request.on('end', () => {
    const params = MemberParams.safeParse({ team });
    const query = MemberQuery.safeParse({ notify: new URLSearchParams(search).get('notify') });
    const body = MemberBody.safeParse(parseJson(Buffer.concat(chunks).toString()));
    if (!params.success || !query.success || !body.success) {
      send(exchange, 422, { issues: [params, query, body].flatMap(({ error }) => error?.issues ?? []) });
      return;
    }
    send(exchange, 201, Member.parse(createMember({ ...params.data, ...query.data, body: body.data, createdBy })));
  });
}

function send({ request, response, id, startMs }: Exchange, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, [...HEADERS, 'x-request-id', id, 'content-length', String(Buffer.byteLength(body))]);
  response.end(body);
  response.once('finish', () => {
    const durationMs = performance.now() - startMs;
    log.info({ method: request.method, url: request.url, status, durationMs, requestId: id, ip: request.socket.remoteAddress }, 'request');
  });
}

/** Returns the subject of a valid token. */
function verifyToken(authorization: string | undefined): string | undefined {
  const [header = '', payload = '', signature = '', more] = authorization?.startsWith('Bearer ') ? authorization.slice(7).split('.') : [];
  if (more !== undefined || !isHs256(header)) return undefined;
  const expected = createHmac('sha256', KEY).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const { sub, exp, iss } = decode(payload);
  return typeof sub === 'string' && typeof exp === 'number' && exp > Date.now() / 1_000 && iss === ISSUER ? sub : undefined;
}

function isHs256(header: string): boolean {
  return decode(header)['alg'] === 'HS256';
}

function decode(part: string): Record<string, unknown> {
  const value = parseJson(Buffer.from(part, 'base64url').toString());
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
