/** Oxidite as its guide shows it: schemas in the declarations, nothing else. PORT and HOST are read by the plugin. */
import { http } from '@oxidite/http';
import { createKernel } from '@oxidite/kernel';
import { EchoBody } from '../echo-body.ts';

const kernel = createKernel({
  config: {
    plugins: [http({ limits: { requestsPerConnection: 0 } })],
    setup(scope) {
      scope.tap('http:routes', (routes) => {
        routes.get('/', () => 'Hello, world!');
        routes.get('/user/:id', ({ params, query }) => ({ id: params.id, q: query['q'], ok: true }));
        routes.post('/echo', { body: EchoBody }, ({ body }) => body);
      });
    },
  },
});
await kernel.start();
