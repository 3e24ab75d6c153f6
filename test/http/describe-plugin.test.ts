import { defineRoutes, http } from '@oxidite/http';
import { describePlugin } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';

const routes = defineRoutes('/', (router) => router.get('/', () => 'hello'));

// It listens on a real port, answers over it, and leaves neither socket nor handle behind.
describePlugin({ describe, it }, http({ port: 0, host: '127.0.0.1' }), {
  start: true,
  setup: (kernel) => kernel.tap('http:routes', (router) => router.use(routes)),
  async exercise(kernel) {
    const response = await fetch(kernel.use('http').address?.url ?? '', { headers: { connection: 'close' } });
    expect(await response.text()).toBe('hello');
  },
});
