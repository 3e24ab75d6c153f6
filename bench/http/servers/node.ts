/** Raw node:http: the lower bound. Routing is three comparisons; validation is the same zod schema as everywhere. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { EchoBody } from '../echo-body.ts';

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';

createServer((request, response) => {
  const target = request.url ?? '/';
  if (request.method === 'GET' && target === '/') send(response, 200, TEXT, 'Hello, world!');
  else if (request.method === 'GET' && target.startsWith('/user/')) {
    const question = target.indexOf('?');
    const id = decodeURIComponent(target.slice('/user/'.length, question === -1 ? undefined : question));
    const q = question === -1 ? undefined : new URLSearchParams(target.slice(question + 1)).get('q');
    send(response, 200, JSON_TYPE, JSON.stringify({ id, q, ok: true }));
  } else if (request.method === 'POST' && target === '/echo') echo(request, response);
  else send(response, 404, TEXT, 'Not Found');
}).listen(Number(process.env['PORT']), process.env['HOST']);

function echo(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    let body: unknown;
    try {
      body = JSON.parse(Buffer.concat(chunks).toString());
    } catch {
      send(response, 400, TEXT, 'Bad Request');
      return;
    }
    const parsed = EchoBody.safeParse(body);
    if (parsed.success) send(response, 200, JSON_TYPE, JSON.stringify(parsed.data));
    else send(response, 422, JSON_TYPE, JSON.stringify(parsed.error.issues));
  });
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
