import { defineEvents, defineRoutes, serveFiles } from '@oxidite/http';
import * as z from 'zod';

const priceEvents = defineEvents({ price: z.object({ symbol: z.string(), amount: z.number() }) });

export const priceRoutes = defineRoutes('/', (routes) => {
  routes.get('/prices', { summary: 'Prices as they change', response: { 200: priceEvents } }, (request, { prices }) =>
    priceEvents.stream(
      request,
      async function* ({ lastEventId, signal }) {
        for await (const price of prices.after(Number(lastEventId ?? 0), signal)) yield { id: price.id, event: 'price', data: price };
      },
      { retryMs: 2_000 },
    ),
  );

  routes.get('/**', serveFiles('public'));
});
