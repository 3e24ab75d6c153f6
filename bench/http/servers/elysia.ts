/** elysia 1.4 on its adapter for Node, with its own schemas. */
import { node } from '@elysiajs/node';
import { Elysia, t } from 'elysia';

new Elysia({ adapter: node() })
  .get('/', () => 'Hello, world!')
  .get('/user/:id', ({ params, query }) => ({ id: params.id, q: query['q'], ok: true }))
  .post('/echo', ({ body }) => body, {
    body: t.Object({ name: t.String({ minLength: 1 }), age: t.Integer({ minimum: 0 }), tags: t.Array(t.String()) }),
  })
  .listen({ port: Number(process.env['PORT']), hostname: process.env['HOST'] ?? '127.0.0.1' });
