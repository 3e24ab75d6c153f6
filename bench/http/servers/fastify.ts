/** fastify 5 as its guide shows it: JSON Schema for inputs, compiled by ajv. */
import fastify from 'fastify';

const app = fastify();
const echoBody = {
  type: 'object',
  required: ['name', 'age', 'tags'],
  properties: {
    name: { type: 'string', minLength: 1 },
    age: { type: 'integer', minimum: 0 },
    tags: { type: 'array', items: { type: 'string' } },
  },
};
app.get('/', () => 'Hello, world!');
app.get<{ Params: { id: string }; Querystring: { q?: string } }>('/user/:id', (request) => ({ id: request.params.id, q: request.query.q, ok: true }));
app.post('/echo', { schema: { body: echoBody } }, (request) => request.body);
await app.listen({ port: Number(process.env['PORT']), host: process.env['HOST'] ?? '127.0.0.1' });
