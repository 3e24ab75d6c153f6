/** koa 3 with @koa/router, @koa/bodyparser and zod. */
import { bodyParser } from '@koa/bodyparser';
import { Router } from '@koa/router';
import Koa from 'koa';
import { EchoBody } from '../echo-body.ts';

const app = new Koa();
const router = new Router();
router.get('/', (context) => {
  context.body = 'Hello, world!';
});
router.get('/user/:id', (context) => {
  context.body = { id: context.params['id'], q: context.query['q'], ok: true };
});
router.post('/echo', bodyParser(), (context) => {
  const parsed = EchoBody.safeParse(context.request.body);
  if (parsed.success) context.body = parsed.data;
  else {
    context.status = 422;
    context.body = parsed.error.issues;
  }
});
app.use(router.routes()).use(router.allowedMethods());
app.listen(Number(process.env['PORT']), process.env['HOST']);
