import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { generate } from 'selfsigned';
import { MockAgent } from 'undici';
import { describe, expect, it } from 'vitest';
import { boot, catchError, createHastyClock, eventually } from '../support/boot.ts';
import { readBody, startServer } from '../support/start-server.ts';

/** A proxy that only tunnels, and notes what it was asked. */
async function startProxy(): Promise<AsyncDisposable & { readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server: Server = createServer().on('connect', (request, socket) => {
    asked.push(`${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`);
    const [host = '', port = ''] = request.url?.split(':') ?? [];
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [upstream, socket]) end.on('error', () => undefined);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://ada:s3cret@127.0.0.1:${(server.address() as AddressInfo).port}`, asked, [Symbol.asyncDispose]: close };
}

describe('connections', () => {
  it('are used again', async () => {
    await using server = await startServer(async (request, response) => response.end(await readBody(request)));
    await using app = await boot();
    for (let count = 0; count < 5; count++) {
      await app.http.post(server.origin, { json: count });
      await setImmediate();
    }
    expect(server.connections()).toEqual({ made: 1, open: 1 });
  }, 5_000);

  it('are used again after a response that was an error', async () => {
    await using server = await startServer((_, response) => response.writeHead(404).end('x'.repeat(5_000)));
    await using app = await boot();
    for (let count = 0; count < 3; count++) {
      await catchError(app.http.get(server.origin));
      await setImmediate();
    }
    expect(server.connections().made).toBe(1);
  });

  it('are never more than the limit; further requests wait', async () => {
    const waiting: (() => void)[] = [];
    await using server = await startServer((_, response) => void waiting.push(() => response.end()));
    await using app = await boot({ connections: 2 });
    const calls = Array.from({ length: 6 }, () => app.http.get(server.origin));
    for (let count = 0; count < 6; count++) {
      await eventually(() => waiting.length > 0);
      await setImmediate();
      expect(server.connections().made).toBe(Math.min(2, server.connections().made));
      waiting.shift()?.();
    }
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(server.connections().made).toBe(2);
  });

  it('belong to one client each', async () => {
    await using server = await startServer((_, response) => response.end());
    await using app = await boot({ clients: { a: { baseUrl: server.origin }, b: { baseUrl: server.origin } } });
    await app.http.client('a').get('/');
    await app.http.client('b').get('/');
    expect(server.connections().made).toBe(2);
  });

  it('are secure, by certificates that are trusted', async () => {
    const pems = await generate([{ name: 'commonName', value: 'service.test' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'service.test' }] }],
    });
    await using server = await startServer((_, response) => response.end('secret'), { key: pems.private, cert: pems.cert });
    await using app = await boot(
      {
        retries: 0,
        clients: {
          trusted: { baseUrl: server.origin, tls: { ca: pems.cert, servername: 'service.test' } },
          wrongName: { baseUrl: server.origin, tls: { ca: pems.cert } },
        },
      },
      { clock: createHastyClock() },
    );
    expect(await app.http.client('trusted').get('/').text()).toBe('secret');
    expect(await catchError(app.http.client('wrongName').get('/'))).toMatchObject({
      code: 'OXI_HTTP_CLIENT_NETWORK',
      cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    expect(await catchError(app.http.get(server.origin))).toMatchObject({ code: 'OXI_HTTP_CLIENT_NETWORK', cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
  });

  it('go through a proxy, but never those to URLs that others chose', async () => {
    await using server = await startServer((_, response) => response.end('behind'));
    await using proxy = await startProxy();
    await using app = await boot({ proxy: proxy.url, clients: { closed: { baseUrl: server.origin, allowPrivateAddresses: false } } });
    expect(await app.http.get(server.origin).text()).toBe('behind');
    expect(proxy.asked).toEqual([`${new URL(server.origin).host} Basic ${btoa('ada:s3cret')}`]);
    for (const call of [app.http.external.get(server.origin), app.http.client('closed').get('/')]) {
      expect(await catchError(call)).toMatchObject({ code: 'OXI_HTTP_CLIENT_URL_REFUSED' });
    }
    expect(proxy.asked).toHaveLength(1);
  });

  it('can be mocked, with repetitions and limits as they are', async () => {
    const agent = new MockAgent();
    agent.disableNetConnect();
    const pool = agent.get('https://api.example.com');
    pool.intercept({ path: '/users/1', headers: { authorization: 'Bearer a' } }).reply(503, '', { headers: { 'retry-after': '2' } });
    pool.intercept({ path: '/users/1' }).reply(200, { name: 'Ada' });
    const clock = createHastyClock();
    await using app = await boot(
      { dispatcher: agent, clients: { api: { baseUrl: 'https://api.example.com', headers: { authorization: 'Bearer a' } } } },
      { clock },
    );
    expect(await app.http.client('api').get('/users/1').json()).toEqual({ name: 'Ada' });
    expect(clock.pauses).toEqual([2_000]);
    expect(await catchError(app.http.get('https://elsewhere.example.com'))).toMatchObject({ attempts: 1, reason: /Mock dispatch not matched/ } as never);
    await agent.close();
  });
});

describe('the end of the plugin', () => {
  it('lets calls end that run, and refuses others', async () => {
    let answer = (): void => undefined;
    await using server = await startServer((_, response) => void (answer = () => response.end('done')));
    await using app = await boot({ shutdownGraceMs: 5_000 });
    const call = app.http.get(server.origin);
    await eventually(() => server.requests.length === 1);
    const { get } = app.http;
    const stopped = app.kernel.stop();
    await setImmediate();
    expect(await catchError(get(server.origin))).toMatchObject({ code: 'OXI_HTTP_CLIENT_CLOSED', attempts: 0, status: 503 });
    answer();
    expect(await call.text()).toBe('done');
    await stopped;
    expect(app.kernel.clock.pendingTimers()).toBe(0);
    await eventually(() => server.connections().open === 0);
  });

  it('ends calls that take too long for it, those that wait, and those that pause', async () => {
    await using server = await startServer(({ url }, response) => (url === '/busy' ? response.writeHead(503, { 'retry-after': '9' }).end() : undefined));
    await using app = await boot({ shutdownGraceMs: 5_000, connections: 1, lookup: () => undefined });
    const failed = ['/slow', '/queued'].map((path) => catchError(app.http.get(server.origin + path)));
    failed.push(catchError(app.http.external.get('http://connecting.test/')));
    await eventually(() => server.requests.length === 1);
    const stopped = app.kernel.stop();
    await app.kernel.clock.advance(5_000);
    await stopped;
    for (const error of await Promise.all(failed)) expect(error).toMatchObject({ code: 'OXI_HTTP_CLIENT_CLOSED', attempts: 1 });
    expect(app.kernel.clock.pendingTimers()).toBe(0);
    await eventually(() => server.connections().open === 0);
  });

  it('ends pauses at once', async () => {
    await using server = await startServer((_, response) => response.writeHead(503, { 'retry-after': '9' }).end());
    await using app = await boot({ shutdownGraceMs: 5_000 });
    const failed = catchError(app.http.get(server.origin));
    await eventually(() => server.requests.length === 1);
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    await app.kernel.stop();
    expect(await failed).toMatchObject({ code: 'OXI_HTTP_CLIENT_CLOSED', attempts: 1 });
    expect(app.kernel.clock.pendingTimers()).toBe(0);
  });
});
