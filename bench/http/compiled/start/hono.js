/** hono as its guide for Node begins. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const app = new Hono();
app.get('/', (context) => context.text('Hello, world!'));
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: process.env.HOST });
process.once('SIGTERM', () => process.exit());
