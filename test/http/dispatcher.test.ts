import { createTestHttp } from '@oxidite/http/testing';
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

describe('a request that no route answers', () => {
  it('is a 500 when the h3 handlers cannot be asked', async () => {
    await using app = await createTestHttp(() => undefined);
    app.services.http.h3.use(() => {
      throw Object.freeze(new Error('no handler'));
    });
    expect((await app.request('GET', '/')).status).toBe(500);
  });

  it('passes the middleware of the application', async () => {
    const seen: string[] = [];
    await using app = await createTestHttp((routes) => routes.get('/here', () => 'here'), {
      setup: (application) =>
        application.tap('http:middleware', (stack) =>
          stack.use({ name: 'mark', phase: 'edge', headers: { 'x-mark': 'yes' }, onRequest: (request) => void seen.push(`${request.method} ${request.path}`) }),
        ),
    });
    app.services.http.h3.get('/h3', () => 'from h3');
    const statuses: unknown[] = [];
    for (const [method, path] of [
      ['GET', '/here'],
      ['GET', '/h3'],
      ['GET', '/none'],
      ['POST', '/here'],
      ['OPTIONS', '/here'],
      ['GET', '/%zz'],
      ['GET', `/${'x'.repeat(9_000)}`],
    ] as const) {
      const { status, headers } = await app.request(method, path);
      statuses.push([status, headers.get('x-mark')]);
    }
    expect(statuses).toEqual([200, 200, 404, 405, 204, 400, 414].map((status) => [status, 'yes']));
    expect(seen).toHaveLength(7);
  });

  it('sends the cookies of an h3 handler once', async () => {
    await using app = await createTestHttp(() => undefined);
    app.services.http.h3.get('/', (event) => {
      event.res.headers.append('set-cookie', 'a=1');
      return 'ok';
    });
    expect((await app.request('GET', '/')).headers.getSetCookie()).toEqual(['a=1']);
  });
});
