/** hono 4 on @hono/node-server, with zod. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { validator } from 'hono/validator';
import { EchoBody } from '../echo-body.ts';

const app = new Hono();
app.get('/', (context) => context.text('Hello, world!'));
app.get('/user/:id', (context) => context.json({ id: context.req.param('id'), q: context.req.query('q'), ok: true }));
app.post(
  '/echo',
  validator('json', (value, context) => {
    const parsed = EchoBody.safeParse(value);
    return parsed.success ? parsed.data : context.json(parsed.error.issues, 422);
  }),
  (context) => context.json(context.req.valid('json')),
);
serve({ fetch: app.fetch, port: Number(process.env['PORT']), hostname: process.env['HOST'] ?? '127.0.0.1' });
