/** express 5 with express.json() and zod. */
import express from 'express';
import { EchoBody } from '../echo-body.ts';

const app = express();
app.get('/', (_request, response) => void response.type('text').send('Hello, world!'));
app.get('/user/:id', (request, response) => void response.json({ id: request.params.id, q: request.query['q'], ok: true }));
app.post('/echo', express.json(), (request, response) => {
  const parsed = EchoBody.safeParse(request.body);
  if (parsed.success) response.json(parsed.data);
  else response.status(422).json(parsed.error.issues);
});
app.listen(Number(process.env['PORT']), process.env['HOST'] ?? '127.0.0.1');
