/** fastify as its guide begins. */
import fastify from 'fastify';

const app = fastify();
app.get('/', () => 'Hello, world!');
await app.listen({ port: Number(process.env.PORT), host: process.env.HOST });
process.once('SIGTERM', () => process.exit());
