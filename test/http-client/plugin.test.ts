import { httpClient } from '@oxidite/http-client';
import { createTestKernel, describePlugin, recordHook } from '@oxidite/plugin-sdk/testing';
import { withAmbientHeaders } from '@oxidite/plugin-sdk';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { boot, catchError, createHastyClock, type Options } from './support/boot.ts';
import { recordLog } from './support/recorded-log.ts';
import { sendJson, startServer } from './support/start-server.ts';

// It sends real requests, over connections that are kept, and leaves neither sockets nor timers behind.
describePlugin({ describe, it }, httpClient({ shutdownGraceMs: 0, clients: { own: { baseUrl: 'http://127.0.0.1:1' } } }), {
  async exercise(kernel) {
    await using server = await startServer((_, response) => response.end('hello'));
    expect(await kernel.use('httpClient').get(server.origin).text()).toBe('hello');
  },
});

describe('the options of httpClient()', () => {
  it.each<[Options, RegExp]>([
    [{ timeoutMs: 0 }, /timeoutMs/],
    [{ clients: { a: { baseUrl: 'ftp://a.test' } } }, /clients\.a\.baseUrl/],
    [{ clients: { a: { baseUrl: 'https://user:s3cret@a.test' } } }, /baseUrl: must have neither credentials/],
    [{ clients: { a: { baseUrl: 'https://a.test?b=c' } } }, /baseUrl/],
    [{ clients: { a: { baseUrl: 'https://a.test', proxy: 'http://b.test', allowPrivateAddresses: false } } }, /cannot be false behind a proxy/],
    [{ proxy: 'http://b.test', allowPrivateAddresses: false }, /cannot be false behind a proxy/],
    [{ propagateTo: ['*'] }, /must be an origin/],
    [{ propagateTo: ['https://a.test/path'] }, /must be an origin/],
    [{ dispatcher: {} as never }, /must be a dispatcher/],
    [{ retires: 2 } as never, /retires/],
  ])('refuse %j', async (options, message) => {
    const error = await catchError(createTestKernel({ plugins: [httpClient(options)] }));
    expect(String(error)).toMatch(message);
    expect(String(error)).not.toContain('s3cret');
  });

  it('may be left out', async () => {
    await using kernel = await createTestKernel({ plugins: [httpClient()] });
    expect(kernel.use('httpClient').get).toBeInstanceOf(Function);
  });
});

describe('configured clients', () => {
  it('send their headers to their base, and no request elsewhere', async () => {
    await using server = await startServer(({ url, headers }, response) => sendJson(response, { url, key: headers['x-key'], version: headers['x-version'] }));
    await using app = await boot({ clients: { api: { baseUrl: `${server.origin}/v1/`, headers: { 'x-key': 's3cret', 'x-version': '1' }, retries: 0 } } });
    const api = app.http.client('api');
    expect(await api.get('/users', { query: { a: 1 } }).json()).toEqual({ url: '/v1/users?a=1', key: 's3cret', version: '1' });
    expect(await api.get('users', { headers: { 'X-Version': '2' } }).json()).toMatchObject({ url: '/v1/users', version: '2' });
    expect(await api.get('').json()).toMatchObject({ url: '/v1' });
    expect(await api.get(`${server.origin}/v1/users`).json()).toMatchObject({ key: 's3cret' });
    expect(await app.http.get(server.origin).json()).toEqual({ url: '/' });
    for (const url of ['/../admin', '/%2e%2e/admin', `${server.origin}/v10`, 'http://127.0.0.1:1/v1/users', `${server.origin}@evil.test/v1/`]) {
      expect([url, await catchError(api.get(url))]).toMatchObject([url, { code: 'OXI_HTTP_CLIENT_URL_REFUSED' }]);
    }
    expect((await api.get('//evil.test/x').json()) as object).toMatchObject({ url: '/v1//evil.test/x' });
  });

  it('are known by their names', async () => {
    await using app = await boot({ clients: { github: { baseUrl: 'https://api.github.com' } } });
    expect(() => app.http.client('githbu')).toThrow(/There is no HTTP client "githbu"\. Did you mean "github"\?/);
    expect(() => app.http.client('__proto__')).toThrow(/no HTTP client/);
  });
});

describe('URLs', () => {
  it('are refused when they are none that can be requested, without what is secret in them', async () => {
    await using app = await boot();
    for (const url of [
      '/users?s3cret',
      'file:///etc/passwd',
      'data:,x',
      'http://ada:s3cret@a.test/',
      'ada:s3cret@a.test/x',
      'http://',
      'http://[::1',
      'javascript:1',
      '',
    ]) {
      const error = await catchError(app.http.get(url));
      expect([url, error]).toMatchObject([url, { code: 'OXI_HTTP_CLIENT_URL_REFUSED' }]);
      expect(inspect(error)).not.toContain('s3cret');
    }
  });
});

describe('the hooks', () => {
  it('tell of each attempt and each redirect, without queries', async () => {
    let count = 0;
    await using server = await startServer(({ url }, response) => {
      if (count++ === 0) response.writeHead(503).end();
      else if (url?.startsWith('/a') === true) response.writeHead(302, { location: '/b?token=s3cret' }).end();
      else response.end();
    });
    const clock = createHastyClock();
    await using app = await boot({ followRedirects: true, clients: { api: { baseUrl: server.origin } } }, { clock });
    const requests = recordHook(app.kernel, 'http-client:request');
    const responses = recordHook(app.kernel, 'http-client:response');
    await app.http.client('api').post('/a?token=s3cret', { retry: true });
    const { origin } = server;
    const first = { client: 'api', method: 'POST', origin, path: '/a', attempt: 1 };
    const third = { client: 'api', method: 'GET', origin, path: '/b', attempt: 2 };
    expect(requests).toEqual([[first], [{ ...first, attempt: 2 }], [third]]);
    expect(responses.map(([{ status, path, durationMs, errorCode }]) => [status, path, durationMs, errorCode])).toEqual([
      [503, '/a', 0, undefined],
      [302, '/a', 0, undefined],
      [200, '/b', 0, undefined],
    ]);
  });

  it('tell of failures by their codes', async () => {
    await using server = await startServer(({ socket }) => void socket.destroy());
    await using app = await boot({ retries: 0 });
    const responses = recordHook(app.kernel, 'http-client:response');
    await catchError(app.http.get(server.origin));
    expect(responses).toMatchObject([[{ client: undefined, status: undefined, errorCode: 'OXI_HTTP_CLIENT_NETWORK' }]]);
  });

  it('disturb no request when a tap throws', async () => {
    await using server = await startServer((_, response) => response.end('fine'));
    const { logger, lines } = recordLog();
    await using app = await boot({}, { logger });
    app.kernel.tap('http-client:request', () => {
      throw new Error('broken');
    });
    expect(await app.http.get(server.origin).text()).toBe('fine');
    expect(lines.filter(({ level }) => level === 'error')).toMatchObject([{ message: 'what watches outgoing requests failed' }]);
  });
});

describe('the trace context and the id of the current request', () => {
  const headers = {
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    tracestate: 'a=b',
    'x-request-id': 'r1',
    cookie: 's3cret',
    'x-bad': 'a\nb',
  };

  it('go to configured clients and to origins that are named, and to nobody else', async () => {
    await using server = await startServer(({ headers }, response) =>
      sendJson(response, [headers.traceparent, headers['tracestate'], headers['x-request-id'], headers.cookie]),
    );
    await using quiet = await startServer(({ headers }, response) => sendJson(response, headers['x-request-id'] ?? 'none'));
    const own = { baseUrl: server.origin };
    await using app = await boot({ propagateTo: [server.origin], clients: { own, quiet: { baseUrl: quiet.origin, propagate: false } } });
    const all = [headers.traceparent, 'a=b', 'r1', null];
    const { http } = app;
    await withAmbientHeaders({ headers }, async () => {
      expect(await http.get(server.origin).json()).toEqual(all);
      expect(await http.client('own').get('/').json()).toEqual(all);
      expect(await (await http.fetch(server.origin, { headers: { 'x-request-id': 'mine' } })).json()).toEqual([headers.traceparent, 'a=b', 'mine', null]);
      expect(await http.client('quiet').get('/').json()).toBe('none');
      expect(await http.get(quiet.origin).json()).toBe('none');
    });
    expect(await http.get(server.origin).json()).toEqual([null, null, null, null]);
    await withAmbientHeaders({ headers: { 'x-request-id': 'a\r\nb' } }, async () =>
      expect(await http.get(server.origin).json()).toEqual([null, null, null, null]),
    );
  });

  it('are not taken along by a redirect to somebody else', async () => {
    await using other = await startServer(({ headers }, response) => sendJson(response, headers['x-request-id'] ?? 'none'));
    await using server = await startServer((_, response) => response.writeHead(302, { location: other.origin }).end());
    await using app = await boot({ propagateTo: [server.origin], followRedirects: true });
    expect(await withAmbientHeaders({ headers }, () => app.http.get(server.origin).json())).toBe('none');
    expect(server.requests[0]?.headers['x-request-id']).toBe('r1');
  });
});

describe('errors', () => {
  it('print no query, no credentials and no headers, whatever goes wrong', async () => {
    await using server = await startServer(({ url, socket }, response) => {
      if (url?.startsWith('/reset') === true) socket.destroy();
      else if (url?.startsWith('/status') === true) response.writeHead(500).end();
      else response.end('{');
    });
    await using app = await boot({ retries: 0, clients: { api: { baseUrl: server.origin, headers: { 'x-key': 's3cret' } } } });
    const options = { headers: { authorization: 's3cret' }, query: { token: 's3cret' }, json: { password: 's3cret' } };
    const { post } = app.http.client('api');
    const calls = [
      post('/reset', options),
      post('/status', options),
      post('/json', options).json(),
      post('/x', { ...options, signal: AbortSignal.abort() }),
      post('/x', { ...options, maxResponseBytes: 0 }),
    ];
    for (const result of await Promise.allSettled(calls)) {
      expect(result.status).toBe('rejected');
      expect(inspect(result, { depth: 10 })).not.toContain('s3cret');
    }
  });
});
