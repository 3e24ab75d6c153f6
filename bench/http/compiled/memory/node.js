/** Raw node:http: the least a connection can take. */
import { createServer } from 'node:http';

const KEEP_ALIVE_MS = 300_000;
const HEARTBEAT_MS = 15_000;

const server = createServer((request, response) => {
  if (request.url !== '/events') {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': 13 });
    response.end('Hello, world!');
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('event: tick\ndata: {"number":1}\n\n');
  const timer = setInterval(() => response.write(':\n\n'), HEARTBEAT_MS);
  response.once('close', () => clearInterval(timer));
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.listen(Number(process.env.PORT), process.env.HOST);
