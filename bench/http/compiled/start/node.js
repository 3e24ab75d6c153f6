/** Raw node:http: what is spent before any framework. */
import { createServer } from 'node:http';

createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': 13 });
  response.end('Hello, world!');
}).listen(Number(process.env.PORT), process.env.HOST);
process.once('SIGTERM', () => process.exit());
