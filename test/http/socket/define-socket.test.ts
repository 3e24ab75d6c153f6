import { defineGuard, defineSocket, noContent, unauthorized } from '@oxidite/http';
import { createTestHttp, type TestHttp, type TestHttpOptions } from '@oxidite/http/testing';
import type { Router } from '@oxidite/http';
import { type } from 'arktype';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { openRawSocket } from '../support/raw-socket.ts';
import { recordLog } from '../support/recorded-log.ts';

const chat = defineSocket({ receive: z.object({ text: z.string().max(20) }), send: z.object({ text: z.string(), by: z.string() }) });

/** A client whose messages and end can be awaited. */
interface Client extends Disposable {
  readonly socket: WebSocket;
  send(message: unknown): void;
  /** Resolves with the next message. */
  next(): Promise<unknown>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

async function listen(define: (routes: Router) => void, options?: TestHttpOptions): Promise<TestHttp & { readonly url: string }> {
  const app = await createTestHttp(define, options);
  await app.start();
  return Object.defineProperty(app, 'url', { value: `ws://localhost:${app.services.http.address?.port}` }) as TestHttp & { readonly url: string };
}

async function connect(url: string, protocols?: string[]): Promise<Client> {
  const socket = new WebSocket(url, protocols);
  const waiting: ((message: unknown) => void)[] = [];
  const received: unknown[] = [];
  socket.addEventListener('message', ({ data }) => {
    const message: unknown = typeof data === 'string' && data.startsWith('{') ? JSON.parse(data) : data;
    const next = waiting.shift();
    if (next === undefined) received.push(message);
    else next(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason })));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  return {
    socket,
    closed,
    send: (message) => socket.send(typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message)),
    next: () => (received.length > 0 ? Promise.resolve(received.shift()) : new Promise((resolve) => waiting.push(resolve))),
    [Symbol.dispose]: () => socket.close(),
  };
}

const HANDSHAKE = 'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

const echo = (routes: Router): void =>
  routes.get('/echo', { response: { 101: chat } }, (request) =>
    chat.accept(request, {
      open: ({ socket }) => socket.send({ text: 'welcome', by: 'server' }),
      message: ({ socket, message }) => socket.send({ text: message.text, by: 'you', secret: 'never sent' } as never),
    }),
  );

describe('defineSocket', () => {
  it('leaves undeclared fields out of messages with a library that keeps them', async () => {
    const kept = defineSocket({ send: type({ text: 'string' }) });
    await using app = await listen((routes) =>
      routes.get('/', (request) => kept.accept(request, { open: ({ socket }) => socket.send({ text: 'a', secret: 'never sent' } as never) })),
    );
    using client = await connect(app.url);
    expect(await client.next()).toEqual({ text: 'a' });
  });

  it('sends and receives what its schemas declare, and nothing else', async () => {
    await using app = await listen(echo);
    using client = await connect(`${app.url}/echo`);
    expect(await client.next()).toEqual({ text: 'welcome', by: 'server' });
    client.send({ text: 'hi' });
    expect(await client.next()).toEqual({ text: 'hi', by: 'you' });
  });

  it('types messages by their schemas', () => {
    type Handlers = Parameters<typeof chat.accept>[1];
    type Input = Parameters<NonNullable<Handlers['message']>>[0];
    expectTypeOf<Input['message']>().toEqualTypeOf<{ text: string }>();
    expectTypeOf<Parameters<Input['socket']['send']>[0]>().toEqualTypeOf<{ text: string; by: string }>();
  });

  it('carries text and bytes without schemas', async () => {
    const raw = defineSocket();
    await using app = await listen((routes) => routes.get('/', (request) => raw.accept(request, { message: ({ socket, message }) => socket.send(message) })));
    using client = await connect(app.url);
    client.socket.binaryType = 'arraybuffer';
    client.send('text');
    expect(await client.next()).toBe('text');
    client.send(new Uint8Array([1, 2, 3]));
    expect(new Uint8Array((await client.next()) as ArrayBuffer)).toEqual(new Uint8Array([1, 2, 3]));
  });

  it('closes a connection whose message does not fit', async () => {
    await using app = await listen(echo);
    for (const [message, reason] of [
      ['no JSON', 'the message is not JSON'],
      [{ text: 'x'.repeat(21) }, '/text '],
      [{}, '/text '],
    ] as const) {
      using client = await connect(`${app.url}/echo`);
      client.send(message);
      expect(await client.closed).toEqual({ code: 1007, reason: expect.stringContaining(reason) });
    }
  });

  it('handles messages one after the other, each in a unit of work, and close at the end', async () => {
    const seen: unknown[] = [];
    const ended = Promise.withResolvers<void>();
    const numbers = defineSocket({ receive: z.object({ waitTicks: z.int() }) });
    await using app = await listen((routes) =>
      routes.get('/', (request) =>
        numbers.accept(request, {
          async message({ message }, services) {
            for (let tick = 0; tick < message.waitTicks; tick++) await new Promise(setImmediate);
            seen.push([message.waitTicks, 'http' in services]);
          },
          close({ code, socket }) {
            seen.push([code, socket.signal.aborted]);
            ended.resolve();
          },
        }),
      ),
    );
    using client = await connect(app.url);
    for (const waitTicks of [5, 0, 2]) client.send({ waitTicks });
    client.socket.close(4000);
    await ended.promise;
    expect(seen).toEqual([
      [5, true],
      [0, true],
      [2, true],
      [4000, true],
    ]);
  });

  it('publishes to those who joined a topic of the same path', async () => {
    const room = defineSocket({ receive: z.object({ say: z.string() }), send: z.object({ say: z.string() }) });
    await using app = await listen((routes) =>
      routes.get('/rooms/:id', (request) =>
        room.accept(request, {
          open: ({ socket }) => (socket.join(request.params.id), socket.send({ say: 'joined' })),
          message: ({ socket, message }) => (message.say === 'leave' ? socket.leave(request.params.id) : socket.publish(request.params.id, message)),
        }),
      ),
    );
    using first = await connect(`${app.url}/rooms/a`);
    using second = await connect(`${app.url}/rooms/a`);
    using other = await connect(`${app.url}/rooms/b`);
    await Promise.all([first.next(), second.next(), other.next()]);
    first.send({ say: 'hello' });
    expect(await second.next()).toEqual({ say: 'hello' });
    second.send({ say: 'leave' });
    second.send({ say: 'bye' });
    expect(await first.next()).toEqual({ say: 'bye' });
    first.send({ say: 'again' });
    other.send({ say: 'alone' });
    second.socket.close();
    await second.closed;
    expect(await Promise.race([other.next(), second.next(), Promise.resolve('nothing')])).toBe('nothing');
  });
});

describe('a request for a WebSocket', () => {
  it('is refused like any other: by guards, inputs, limits and routes, before the handshake', async () => {
    const strict = defineGuard({
      name: 'strict',
      check: ({ headers }) => {
        if (headers.authorization === undefined) throw unauthorized('Who are you?');
      },
    });
    await using app = await listen((routes) => {
      echo(routes);
      routes.get('/guarded', { guards: [strict] }, (request) => chat.accept(request, {}));
      routes.get('/plain', () => 'no socket');
    });
    const port = app.services.http.address?.port ?? 0;
    for (const [target, headers, expected] of [
      ['/guarded', '', /^HTTP\/1\.1 401 [^]*Who are you\?/],
      ['/guarded', 'authorization: me\r\n', /^HTTP\/1\.1 101 /],
      ['/none', '', /^HTTP\/1\.1 404 /],
      ['/plain', '', /^HTTP\/1\.1 200 [^]*no socket$/],
      ['/echo', 'origin: https://evil.example\r\n', /^HTTP\/1\.1 403 [^]*OXI_HTTP_SOCKET_ORIGIN/],
      ['/echo', 'origin: null\r\n', /^HTTP\/1\.1 403 /],
      ['/echo', 'origin: http://shop.example\r\n', /^HTTP\/1\.1 101 /],
      ['/echo', 'content-length: 5\r\ncontent-length: 6\r\n', /^HTTP\/1\.1 400 /],
    ] as const) {
      using raw = await openRawSocket(port);
      raw.write(`GET ${target} HTTP/1.1\r\nhost: shop.example\r\n${HANDSHAKE}${headers}\r\n`);
      await raw.received(expected);
    }
  });

  it('is held to its origin also where a schema keeps other headers only, and with typed inputs', async () => {
    await using app = await listen((routes) =>
      routes.get('/rooms/:id{int}', { headers: z.object({ 'accept-language': z.string() }) }, (request) => chat.accept(request, {})),
    );
    using raw = await openRawSocket(app.services.http.address?.port ?? 0);
    raw.write(`GET /rooms/1 HTTP/1.1\r\nhost: shop.example\r\naccept-language: en\r\norigin: https://evil.example\r\n${HANDSHAKE}\r\n`);
    await raw.received(/^HTTP\/1\.1 403 /);
  });

  it('that is none is told to upgrade, and other protocols are ignored', async () => {
    await using app = await listen((routes) => {
      echo(routes);
      routes.get('/plain', () => 'plain');
    });
    const plain = await app.request('GET', '/echo');
    expect([plain.status, plain.headers.get('upgrade'), plain.json]).toEqual([
      426,
      'websocket',
      expect.objectContaining({ code: 'OXI_HTTP_UPGRADE_REQUIRED' }),
    ]);
    using raw = await openRawSocket(app.services.http.address?.port ?? 0);
    raw.write('GET /plain HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: own\r\n\r\n');
    await raw.received(/^HTTP\/1\.1 200 [^]*plain$/);
  });

  it('agrees on a subprotocol, and takes the headers that were set for the response', async () => {
    const any = defineSocket();
    await using app = await listen((routes) =>
      routes.get('/', (request) => {
        request.responseHeaders.append('set-cookie', 'a=1');
        return any.accept(request, { open: ({ socket }) => socket.send(socket.protocol) }, { protocols: ['v2', 'v1'], origins: '*' });
      }),
    );
    using client = await connect(app.url, ['v1', 'v2', 'v3']);
    expect([client.socket.protocol, await client.next()]).toEqual(['v2', 'v2']);
    using raw = await openRawSocket(app.services.http.address?.port ?? 0);
    raw.write(`GET / HTTP/1.1\r\nhost: a\r\n${HANDSHAKE}\r\n`);
    expect(await raw.received(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 101 [^]*set-cookie: a=1/i);
  });
});

describe('an open WebSocket', () => {
  it('is closed with 1011 when a handler fails, which is logged', async () => {
    const { logger, lines } = recordLog();
    await using app = await listen(
      (routes) => {
        routes.get('/fails', (request) => chat.accept(request, { message: () => Promise.reject(new Error('broken')) }));
        routes.get('/wrong', (request) => chat.accept(request, { open: ({ socket }) => socket.send({ text: 1 } as never) }));
      },
      { logger },
    );
    using failing = await connect(`${app.url}/fails`);
    failing.send({ text: 'hi' });
    expect((await failing.closed).code).toBe(1011);
    using wrong = await connect(`${app.url}/wrong`);
    expect((await wrong.closed).code).toBe(1011);
    expect(lines.filter(({ level }) => level === 'error').map(({ fields }) => String(fields['error']))).toEqual([
      'Error: broken',
      expect.stringMatching(/A message of the WebSocket at \/wrong cannot be sent: \/text /),
    ]);
  });

  it('takes no larger message, and no more fragments, than the limits say', async () => {
    const { logger, lines } = recordLog();
    await using app = await listen(echo, { logger, http: { limits: { webSocketPayloadBytes: 100, webSocketFragments: 4 } } });
    using large = await connect(`${app.url}/echo`);
    large.send('x'.repeat(101));
    expect((await large.closed).code).toBe(1009);
    using raw = await openRawSocket(app.services.http.address?.port ?? 0);
    raw.write(`GET /echo HTTP/1.1\r\nhost: a\r\n${HANDSHAKE}\r\n`);
    await raw.received(/welcome/);
    raw.socket.write(Buffer.concat([Buffer.from([0x01, 0x80, 0, 0, 0, 0]), ...Array.from({ length: 10 }, () => Buffer.from([0x00, 0x80, 0, 0, 0, 0]))]));
    await raw.ended();
    expect(lines.flatMap(({ fields: { error } }) => (error instanceof Error ? [String(error)] : []))).toEqual([
      expect.stringContaining('Max payload size exceeded'),
      expect.stringContaining('Too many message fragments'),
    ]);
  });

  it('is told to come back when the server ends', async () => {
    const app = await listen(echo);
    using client = await connect(`${app.url}/echo`);
    await client.next();
    const stopped = app.stop();
    expect(await client.closed).toEqual({ code: 1012, reason: expect.stringContaining('connect again') });
    await stopped;
  });

  it('ends the process of its client when that leaves without a word', async () => {
    const closed = Promise.withResolvers<number>();
    await using app = await listen((routes) => routes.get('/', (request) => chat.accept(request, { close: ({ code }) => closed.resolve(code) })));
    using raw = await openRawSocket(app.services.http.address?.port ?? 0);
    raw.write(`GET / HTTP/1.1\r\nhost: a\r\n${HANDSHAKE}\r\n`);
    await raw.received(/101/);
    raw.socket.destroy();
    expect(await closed.promise).toBe(1006);
  });

  it('leaves other requests of the route alone', async () => {
    await using app = await listen((routes) => {
      echo(routes);
      routes.post('/echo', noContent);
    });
    expect((await app.request('POST', '/echo')).status).toBe(204);
  });
});
