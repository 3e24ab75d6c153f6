import { defineRoutes, defineSocket, serveFiles } from '@oxidite/http';
import * as z from 'zod';

const echo = defineSocket({
  receive: z.object({ text: z.string().max(1_000) }),
  send: z.object({ text: z.string(), number: z.int() }),
});

export const echoRoutes = defineRoutes('/', (routes) => {
  routes.get('/echo', { summary: 'Sends back what it gets', response: { 101: echo } }, (request) => {
    let number = 0;
    return echo.accept(request, {
      message: ({ socket, message }) => socket.send({ text: message.text, number: ++number }),
    });
  });

  routes.get('/**', serveFiles('public'));
});
