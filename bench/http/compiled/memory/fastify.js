/** fastify; its guide sends events through the raw response. */
import fastify from 'fastify';

const KEEP_ALIVE_MS = 300_000;
const HEARTBEAT_MS = 15_000;

const app = fastify({ keepAliveTimeout: KEEP_ALIVE_MS });
app.get('/', () => 'Hello, world!');
app.get('/events', (_request, reply) => {
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  reply.raw.write('event: tick\ndata: {"number":1}\n\n');
  const timer = setInterval(() => reply.raw.write(':\n\n'), HEARTBEAT_MS);
  reply.raw.once('close', () => clearInterval(timer));
});
await app.listen({ port: Number(process.env.PORT), host: process.env.HOST });
