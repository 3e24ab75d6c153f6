import { createTestHttp } from '@oxidite/http/testing';
import { createSilentLogger } from '@oxidite/kernel';
import { createFailure } from '../../plugins/http/src/compile/failure.ts';
import { Dispatcher } from '../../plugins/http/src/dispatcher.ts';
import type { Exchange } from '../../plugins/http/src/exchange/exchange.ts';
import { createH3 } from '../../plugins/http/src/h3/h3-handlers.ts';
import { describe, expect, it } from 'vitest';

describe('requests without a route', () => {
  const define: Parameters<typeof createTestHttp>[0] = (routes) => {
    routes.get('/', () => 'home');
    routes.get('/articles/:slug', () => 'read');
    routes.put('/articles/:slug', () => 'write');
    routes.delete('/articles/:slug', () => 'delete');
    routes.patch('/only', () => 'patch');
  };

  it('are a 404', async () => {
    await using app = await createTestHttp(define);
    const { status, json } = await app.request('GET', '/none?q=1');
    expect([status, json]).toEqual([
      404,
      { type: 'about:blank', title: 'Not Found', status: 404, code: 'OXI_HTTP_ROUTE_NOT_FOUND', detail: 'There is no route for GET /none.' },
    ]);
  });

  it('are a 405 that names the methods when the path has others', async () => {
    await using app = await createTestHttp(define);
    const { status, headers, json } = await app.request('POST', '/articles/x');
    expect([status, headers.get('allow'), json]).toEqual([
      405,
      'DELETE, GET, HEAD, OPTIONS, PUT',
      expect.objectContaining({ code: 'OXI_HTTP_METHOD_NOT_ALLOWED' }),
    ]);
    expect((await app.request('HEAD', '/only')).headers.get('allow')).toBe('OPTIONS, PATCH');
  });

  it('are answered when they are OPTIONS of a path that has routes', async () => {
    await using app = await createTestHttp(define);
    const { status, headers, text } = await app.request('OPTIONS', '/articles/x');
    expect([status, headers.get('allow'), text]).toEqual([204, 'DELETE, GET, HEAD, OPTIONS, PUT', '']);
    expect((await app.request('OPTIONS', '/none')).status).toBe(404);
  });

  it('are a 400 when the path is malformed', async () => {
    await using app = await createTestHttp(define);
    for (const path of ['/%zz', '/articles/%', '/none/%c3%28']) {
      expect((await app.request('GET', path)).json).toMatchObject({ status: 400, code: 'OXI_HTTP_URL_MALFORMED' });
    }
    expect((await app.request('GET', '/none%20at%20all')).status).toBe(404);
  });
});

describe('HEAD', () => {
  it('is answered by the route of GET, which sees the method', async () => {
    let seen = '';
    await using app = await createTestHttp((routes) => {
      routes.get('/', ({ method }) => {
        seen = method;
        return 'body';
      });
    });
    const { status, headers, text } = await app.request('HEAD', '/');
    expect([status, headers.get('content-length'), text, seen]).toEqual([200, '4', '', 'HEAD']);
  });
});

describe('Dispatcher', () => {
  it('answers with a 500 when the h3 handlers cannot be asked', async () => {
    const statuses: number[] = [];
    const exchange = {
      method: 'GET',
      target: '/',
      isSent: false,
      usedEvent: undefined,
      get event(): never {
        throw new Error('no event');
      },
      send: (status: number) => void statuses.push(status),
    } as unknown as Exchange;
    const logger = createSilentLogger();
    const fail = createFailure({ isDevelopment: false, logger });
    await new Dispatcher({ h3: createH3(logger), table: () => undefined, urlLength: 10, fail }).answer(exchange);
    expect(statuses).toEqual([500]);
  });
});
