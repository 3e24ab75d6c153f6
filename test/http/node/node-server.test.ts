import { PortInUseError } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import type { Router } from '@oxidite/http';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { createGate } from '../support/gate.ts';
import { openRawSocket, type RawSocket } from '../support/raw-socket.ts';
import { recordLog } from '../support/recorded-log.ts';

type Options = NonNullable<Parameters<typeof createTestHttp>[1]>;

/** Starts an application on a port of its own. */
async function listen(define: (routes: Router) => void, options: Options = {}): Promise<{ app: TestHttp; port: number; url: string }> {
  const app = await createTestHttp(define, { ...options, http: { host: '127.0.0.1', ...options.http } });
  onTestFinished(() => app.stop());
  await app.start();
  const { port = 0, url = '' } = app.services.http.address ?? {};
  return { app, port, url };
}

async function open(port: number): Promise<RawSocket> {
  const socket = await openRawSocket(port);
  onTestFinished(() => socket[Symbol.dispose]());
  return socket;
}

const echo = (routes: Router): void => {
  routes.get('/', () => 'hello');
  routes.post('/echo', { body: z.object({ name: z.string() }), bodyLimitBytes: 100 }, ({ body }) => body);
  routes.post('/unread', () => 'unread');
};

describe('the Node server', () => {
  it('answers, and keeps the connection', async () => {
    const { port } = await listen(echo);
    const socket = await open(port);
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(await socket.received(/hello$/)).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-type: text\/plain; charset=utf-8\r\ncontent-length: 5\r\n/);
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(await socket.received(/hello[^]*hello$/)).toContain('keep-alive');
  });

  it('answers HEAD with the headers of GET', async () => {
    const { url } = await listen((routes) => {
      routes.get('/text', () => 'hello');
      routes.get('/stream', () => ReadableStream.from([Buffer.from('x')]));
      routes.get('/web', () => new Response('hello'));
    });
    const text = await fetch(`${url}/text`, { method: 'HEAD' });
    expect([text.status, text.headers.get('content-length'), await text.text()]).toEqual([200, '5', '']);
    for (const path of ['/stream', '/web']) expect(await (await fetch(url + path, { method: 'HEAD' })).text()).toBe('');
  });

  it('reads a body in any number of pieces', async () => {
    const { port } = await listen(echo);
    const socket = await open(port);
    socket.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n');
    for (const piece of ['{"na', 'me":', '"x"}']) {
      socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
      await new Promise(setImmediate);
    }
    socket.write('0\r\n\r\n');
    expect(await socket.received(/\{"name":"x"\}$/)).toContain(' 200 OK');
  });

  it('counts the bytes of a body that claims no length, and gives the connection up', async () => {
    const { port } = await listen(echo);
    const socket = await open(port);
    socket.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n');
    socket.write(`c8\r\n${'x'.repeat(200)}\r\n`);
    expect(await socket.ended()).toMatch(/^HTTP\/1\.1 413 [^]*connection: close[^]*OXI_HTTP_BODY_TOO_LARGE/i);
  });

  it('refuses a body that claims to be too large before it is sent', async () => {
    const { port } = await listen(echo);
    const socket = await open(port);
    socket.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 5000000\r\n\r\n{');
    expect(await socket.ended()).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('sends 100 Continue only when the body will be read', async () => {
    const { port } = await listen(echo);
    const head = (length: number, path = '/echo'): string =>
      `POST ${path} HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
    const good = await open(port);
    good.write(head(12));
    await good.received(/^HTTP\/1\.1 100 Continue/);
    good.write('{"name":"x"}');
    await good.received(/200 OK[^]*\{"name":"x"\}$/);
    const tooLarge = await open(port);
    tooLarge.write(head(500));
    expect(await tooLarge.ended()).toMatch(/^HTTP\/1\.1 413 /);
    const unread = await open(port);
    unread.write(head(12, '/unread'));
    expect(await unread.ended()).toMatch(/^HTTP\/1\.1 200 [^]*connection: close/i);
  });

  it('keeps the connection after a small body that nobody read, not after a large one', async () => {
    const { port } = await listen(echo);
    const small = await open(port);
    small.write('POST /unread HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabcGET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await small.received(/unread[^]*hello$/);
    const large = await open(port);
    large.write('POST /unread HTTP/1.1\r\nhost: a\r\ncontent-length: 900000\r\n\r\nabc');
    expect(await large.ended()).toMatch(/connection: close[^]*unread$/i);
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'OXI_HTTP_REQUEST_MALFORMED'],
    ['both lengths', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', 400, 'OXI_HTTP_REQUEST_MALFORMED'],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc', 400, 'OXI_HTTP_REQUEST_MALFORMED'],
    ['headers that are too large', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(3_000)}\r\n\r\n`, 431, 'OXI_HTTP_HEADERS_TOO_LARGE'],
  ])('answers %s with a problem and closes', async (_what, text, status, code) => {
    const { port } = await listen(echo, { http: { limits: { headerBytes: 2_000 } } });
    const socket = await open(port);
    socket.write(text);
    const answer = await socket.ended();
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*application/problem\\+json[^]*"code":"${code}"\\}$`));
  });

  it('does not answer garbage that follows a request still being answered', async () => {
    const gate = createGate();
    const { port } = await listen((routes) => routes.get('/', () => gate.opened.then(() => 'late')));
    const socket = await open(port);
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\nhello\r\n\r\n');
    expect(await socket.ended()).toBe('');
    gate.open();
  });

  it('answers a target in absolute form, and one that means the server', async () => {
    const { port } = await listen((routes) => routes.get('/a', ({ query, url }) => `${url.href} ${String(query['b'])}`));
    const socket = await open(port);
    socket.write('GET http://other/a?b=1 HTTP/1.1\r\nhost: a\r\n\r\n');
    await socket.received(/http:\/\/other\/a\?b=1 1$/);
    socket.write('OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n');
    await socket.received(/204 No Content\r\nallow: GET, HEAD/);
    socket.write('GET http://other HTTP/1.1\r\nhost: a\r\n\r\n');
    await socket.received(/404 Not Found/);
  });

  it('does not take a path for a host', async () => {
    const { port } = await listen((routes) => routes.get('/**', ({ url }) => url.href));
    const socket = await open(port);
    socket.write('GET //evil.example/x HTTP/1.0\r\nconnection: keep-alive\r\n\r\n');
    await socket.received(/http:\/\/localhost\/\/evil\.example\/x$/);
    socket.write('GET /x HTTP/1.1\r\nhost: [::1]:80\r\n\r\n');
    await socket.received(/http:\/\/\[::1\]\/x$/);
  });

  it('refuses URLs that are too long', async () => {
    const { url } = await listen(echo, { http: { limits: { urlLength: 100 } } });
    const response = await fetch(`${url}/?${'x'.repeat(100)}`);
    expect([response.status, await response.json()]).toEqual([414, expect.objectContaining({ code: 'OXI_HTTP_URL_TOO_LONG' })]);
  });

  it('answers headers that do not arrive in time with a 408 and closes', async () => {
    const { port } = await listen(echo, { http: { limits: { headersTimeoutMs: 100 } } });
    const socket = await open(port);
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n');
    expect(await socket.ended()).toMatch(/^HTTP\/1\.1 408 [^]*OXI_HTTP_REQUEST_TIMEOUT/);
  });

  it('asks to close a connection after the configured number of requests', async () => {
    const { port } = await listen(echo, { http: { limits: { requestsPerConnection: 1, connections: 5 } } });
    const socket = await open(port);
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await socket.received(/connection: close[^]*hello$/i);
  });

  it('breaks off a response that a handler began by itself and could not finish', async () => {
    const { port } = await listen((routes) => {
      routes.get('/', ({ event }) => {
        const response = event.runtime?.node?.res as ServerResponse; // the server speaks HTTP/1.1
        response.writeHead(200, { 'content-length': '10' });
        response.write('begin');
        throw new Error('half way');
      });
    });
    const socket = await open(port);
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(await socket.ended()).toMatch(/begin$|^$/);
  });
});

describe('streams to Node', () => {
  it('are sent at the pace of the client', async () => {
    let pulled = 0;
    const chunk = new Uint8Array(65_536);
    const stream = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        pull(controller) {
          pulled++;
          if (pulled > 400) controller.close();
          else controller.enqueue(chunk);
        },
      });
    const { port, url } = await listen((routes) => routes.get('/', () => stream()));
    const socket = await open(port);
    socket.socket.pause();
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await expect.poll(() => pulled, { timeout: 5_000 }).toBeGreaterThan(1);
    const before = pulled;
    expect(before).toBeLessThan(400);
    socket.socket.destroy();
    pulled = 0;
    expect((await (await fetch(url)).arrayBuffer()).byteLength).toBe(400 * chunk.byteLength);
  });

  it('are cancelled when the client goes away', async () => {
    const cancelled = createGate<unknown>();
    const { port } = await listen((routes) => {
      routes.get('/', () => new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('begin')), cancel: () => cancelled.open(undefined) }));
    });
    const socket = await open(port);
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await socket.received(/begin/);
    socket.socket.destroy();
    await cancelled.opened;
  });

  it('that fail break the connection off, and are logged', async () => {
    const { logger, lines } = recordLog();
    const define = (routes: Router): void => {
      routes.get('/', async function* fails() {
        yield 'begin';
        throw new Error('half way');
      });
    };
    const { port, app } = await listen(define, { logger });
    const socket = await open(port);
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(await socket.ended()).not.toMatch(/0\r\n\r\n$/);
    const injected = await app.services.http.inject('/');
    await expect(injected.text()).rejects.toThrow('half way');
    const failures = (): string[] => lines.filter(({ level }) => level === 'error').map(({ fields }) => String(fields['error']));
    await expect.poll(failures).toEqual(['Error: half way', 'Error: half way']);
  });
});

describe('request.signal', () => {
  it('aborts when the client goes away, and the unit of work still ends', async () => {
    const reached = createGate();
    const aborted = createGate<unknown>();
    const { port } = await listen((routes) => {
      routes.get('/', ({ signal }, _services) => {
        reached.open();
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted.open(signal.reason);
            resolve('nobody reads this');
          });
        });
      });
    });
    const socket = await open(port);
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await reached.opened;
    socket.socket.destroy();
    expect(await aborted.opened).toMatchObject({ name: 'AbortError' });
  });

  it('is aborted already when it is asked for too late', async () => {
    const reached = createGate();
    const seen = createGate<boolean>();
    const { port } = await listen((routes) => {
      routes.get('/', (request) => {
        request.event.runtime?.node?.res?.once('close', () => seen.open(request.signal.aborted));
        reached.open();
        return seen.opened;
      });
    });
    const socket = await open(port);
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await reached.opened;
    socket.socket.destroy();
    expect(await seen.opened).toBe(true);
  });

  it('does not abort when the response is complete', async () => {
    const signals: AbortSignal[] = [];
    const { url } = await listen((routes) => routes.get('/', ({ signal }) => signals.push(signal)));
    await (await fetch(url, { headers: { connection: 'close' } })).text();
    await new Promise(setImmediate);
    expect(signals[0]?.aborted).toBe(false);
  });

  it('a client that leaves before its body is complete is answered with nothing', async () => {
    const { logger, lines } = recordLog();
    const { port, url } = await listen(echo, { logger });
    const socket = await open(port);
    socket.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"na');
    await new Promise(setImmediate);
    socket.socket.end();
    expect(await socket.ended()).not.toContain('200 OK');
    expect(await (await fetch(url)).text()).toBe('hello');
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('graceful shutdown', () => {
  it('closes idle connections, lets requests finish with "connection: close", and accepts no more', async () => {
    const reached = createGate();
    const gate = createGate();
    const { app, port } = await listen((routes) => {
      routes.get('/', () => 'hello');
      routes.get('/slow', () => {
        reached.open();
        return gate.opened.then(() => 'finished');
      });
      routes.get('/stream', () => {
        reached.open();
        return (async function* wait() {
          await gate.opened;
          yield 'x';
        })();
      });
    });
    const idle = await open(port);
    idle.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await idle.received(/hello/);
    const busy = await open(port);
    busy.write('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n');
    await reached.opened;
    const { http } = app.services;
    const stopped = app.stop();
    await idle.ended();
    await expect(openRawSocket(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    gate.open();
    expect(await busy.ended()).toMatch(/200 OK[^]*connection: close[^]*finished$/i);
    await stopped;
    expect(http.address).toBeUndefined();
  });

  it('breaks off what has not finished when the grace is over', async () => {
    const reached = createGate();
    const { app, port } = await listen(
      (routes) =>
        routes.get('/', () => {
          reached.open();
          return new Promise(() => undefined);
        }),
      { http: { shutdownGraceMs: 5_000 } },
    );
    const socket = await open(port);
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await reached.opened;
    const stopped = app.stop();
    await new Promise(setImmediate);
    await app.clock.advance(4_999);
    expect(socket.socket.closed).toBe(false);
    await app.clock.advance(1);
    expect(await socket.ended()).toBe('');
    await stopped;
  });

  it('ends responses of h3 handlers too', async () => {
    const reached = createGate();
    const gate = createGate();
    const { app, port } = await listen(() => undefined, {
      setup: (kernel) => {
        kernel.use('http').h3.get('/h3', () => {
          reached.open();
          return gate.opened.then(() => 'from h3');
        });
      },
    });
    const socket = await open(port);
    socket.write('GET /h3 HTTP/1.1\r\nhost: a\r\n\r\n');
    await reached.opened;
    const stopped = app.stop();
    gate.open();
    expect(await socket.ended()).toMatch(/connection: close[^]*from h3/i);
    await stopped;
  });
});

describe('listening', () => {
  it('takes host and port from the environment before the options', async () => {
    const { app } = await listen(echo, { env: { HOST: '127.0.0.1', PORT: '0' }, http: { port: 1, host: 'nowhere.invalid' } });
    expect(app.services.http.address).toMatchObject({ host: '127.0.0.1', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
  });

  it.each([
    ['0.0.0.0', /^http:\/\/localhost:/],
    ['::1', /^http:\/\/\[::1\]:/],
  ])('shows the address of %s as one that can be opened', async (host, expected) => {
    const { url } = await listen(echo, { http: { host } });
    expect(url).toMatch(expected);
    expect(await (await fetch(url)).text()).toBe('hello');
  });

  it('says which port is in use, and how to choose another', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen({ port: 0, host: '127.0.0.1' }, resolve);
    });
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const app = await createTestHttp(echo, { http: { port, host: '127.0.0.1' } });
    const error: unknown = await app.start().catch((thrown: Error) => thrown.cause);
    expect(error).toBeInstanceOf(PortInUseError);
    expect(error).toMatchObject({ code: 'OXI_HTTP_PORT_IN_USE', port, host: '127.0.0.1', message: expect.stringContaining(`PORT=${port + 1}`) });
  });

  it('says when it fails for another reason', async () => {
    const app = await createTestHttp(echo, { http: { host: '203.0.113.1' } });
    await expect(app.start()).rejects.toMatchObject({ cause: { code: 'OXI_HTTP_LISTEN' } });
  });
});
