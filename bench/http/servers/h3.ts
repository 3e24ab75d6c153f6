/** h3 2 as its guide shows it: `serve()`, `getQuery`, `readValidatedBody` with zod. */
import { getQuery, H3, readValidatedBody, serve } from 'h3';
import { EchoBody } from '../echo-body.ts';

const app = new H3();
app.get('/', () => 'Hello, world!');
app.get('/user/:id', (event) => ({ id: event.context.params?.['id'], q: getQuery(event)['q'], ok: true }));
app.post('/echo', (event) => readValidatedBody(event, EchoBody));
serve(app, { port: Number(process.env['PORT']), hostname: process.env['HOST'] ?? '127.0.0.1', silent: true, gracefulShutdown: false });
