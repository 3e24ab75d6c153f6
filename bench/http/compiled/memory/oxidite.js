/** Oxidite with declared events, which are validated, and whose heartbeats it sends by itself. */
import { once } from 'node:events';
import { defineEvents, http } from '@oxidite/http';
import { createKernel } from '@oxidite/kernel';
import * as z from 'zod';

const ticks = defineEvents({ tick: z.object({ number: z.int() }) });

const kernel = createKernel({
  config: {
    plugins: [http({ limits: { keepAliveTimeoutMs: 300_000 } })],
    setup(scope) {
      scope.tap('http:routes', (routes) => {
        routes.get('/', () => 'Hello, world!');
        routes.get('/events', { response: { 200: ticks } }, (request) =>
          ticks.stream(request, async function* ({ signal }) {
            yield { event: 'tick', data: { number: 1 } };
            await once(signal, 'abort');
          }),
        );
      });
    },
  },
});
await kernel.start();
