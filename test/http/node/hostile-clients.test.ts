import type { Router } from '@oxidite/http';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { createCertificate } from '../support/certificates.ts';
import { createGate } from '../support/gate.ts';
import { exchangeText, listen, open } from '../support/listen.ts';

const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

const UPGRADE =
  'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n';

/** How long a client may take to read its last answer. */
const LINGER_MS = 2_000;

const routes = (router: Router): void => {
  router.get('/', () => 'hello');
  router.post('/echo', { body: z.object({ name: z.string() }) }, ({ body }) => body);
  router.get('/large', () => new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) }));
};

/** Counts the sockets of this process; both ends of a connection are in it. */
function countSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}

async function connectTo(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function answers(url: string): Promise<void> {
  expect(await (await fetch(url, { headers: { connection: 'close' } })).text()).toBe('hello');
}

describe('a client that', () => {
  it('keeps a thousand connections idle keeps nobody else out, and its connections are closed in time', { timeout: 30_000 }, async () => {
    const { url, port } = await listen(routes, { http: { limits: { headersTimeoutMs: 1_000 } } });
    const before = countSockets();
    const sockets = await Promise.all(Array.from({ length: 1_000 }, () => connectTo(port)));
    await answers(url);
    await Promise.all(sockets.map((socket) => socket.resume() && once(socket, 'end')));
    for (const socket of sockets) socket.destroy();
    await expect.poll(countSockets, { timeout: 10_000 }).toBeLessThanOrEqual(before + 1);
  });

  it('opens more connections than there may be is turned away, and the others are served', async () => {
    const { port } = await listen(routes, { http: { limits: { connections: 2 } } });
    const [first, second] = [await open(port), await open(port)];
    for (const socket of [first, second]) {
      socket.write(GET);
      await socket.received(/hello$/);
    }
    const third = await open(port);
    expect(await third.ended()).toBe('');
    first.write(GET);
    await first.received(/hello[^]*hello$/);
  });

  it('sends its headers byte by byte is cut off in time', async () => {
    const { port, url } = await listen(routes, { http: { limits: { headersTimeoutMs: 300 } } });
    const socket = await open(port);
    const drip = setInterval(() => socket.write('x'), 20);
    onTestFinished(() => clearInterval(drip));
    socket.write('GET / HTTP/1.1\r\nhost: a\r\nx: ');
    expect(await socket.ended()).toMatch(/^HTTP\/1\.1 408 /);
    await answers(url);
  });

  it('sends its body byte by byte is cut off in time', async () => {
    const { port, url } = await listen(routes, { http: { limits: { requestTimeoutMs: 300 } } });
    const socket = await open(port);
    const drip = setInterval(() => socket.write('x'), 20);
    onTestFinished(() => clearInterval(drip));
    socket.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n');
    expect(await socket.ended()).not.toContain('200 OK');
    await answers(url);
  });

  it('sends nothing of its body is cut off in time', async () => {
    const { port, url } = await listen(routes, { http: { limits: { stallTimeoutMs: 100 } } });
    const socket = await open(port);
    socket.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{');
    expect(await socket.ended()).not.toContain('200 OK');
    await answers(url);
  });

  it.each([['plain'], ['TLS']])('takes nothing of a response is cut off in time (%s)', async (kind) => {
    const cancelled = createGate<unknown>();
    const tls = kind === 'TLS' ? { ...(await createCertificate()), http2: false } : undefined;
    const define = (router: Router): void => {
      router.get('/', () => new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)), cancel: () => cancelled.open(undefined) }));
    };
    const { port } = await listen(define, { http: { limits: { stallTimeoutMs: 100 }, ...(tls === undefined ? {} : { tls }) } });
    const socket = tls === undefined ? await connectTo(port) : (await import('node:tls')).connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    socket.pause();
    socket.write(GET);
    await cancelled.opened;
  });

  it('waits for a slow handler, or a quiet stream, is not cut off', async () => {
    const gate = createGate();
    const { port, app } = await listen(
      (router) => {
        router.get('/', () => gate.opened.then(() => 'late'));
        router.get('/stream', async function* quiet() {
          yield 'begin ';
          await gate.opened;
          yield 'end';
        });
      },
      { http: { limits: { stallTimeoutMs: 50 } } },
    );
    const [handler, stream] = [await open(port), await open(port)];
    handler.write(GET);
    stream.write('GET /stream HTTP/1.1\r\nhost: a\r\n\r\n');
    await stream.received(/begin/);
    await new Promise((resolve) => setTimeout(resolve, 150)); // the time-out is Node's own, so it takes real time
    gate.open();
    await handler.received(/late$/);
    await stream.received(/end/);
    await app.stop();
  });

  it('sends many requests at once and reads no answer is read no further', async () => {
    let handled = 0;
    const { port, url } = await listen((router) => {
      router.get('/', () => 'hello');
      router.get('/many', () => {
        handled++;
        return 'x'.repeat(10_000);
      });
    });
    const socket = await connectTo(port);
    socket.pause();
    socket.write('GET /many HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(20_000));
    await expect.poll(() => handled).toBeGreaterThan(0);
    await answers(url);
    expect(handled).toBeLessThan(20_000);
  });

  it('is refused a WebSocket leaves nothing behind, whether it closes the connection or not', async () => {
    const { app, port, url } = await listen(routes);
    const before = countSockets();
    const sockets = await Promise.all(Array.from({ length: 10 }, () => connectTo(port)));
    for (const socket of sockets) socket.write(UPGRADE);
    await Promise.all(sockets.map((socket) => once(socket, 'data')));
    await answers(url);
    for (const socket of sockets.slice(5)) socket.end();
    await app.clock.advance(LINGER_MS);
    await expect.poll(countSockets, { timeout: 5_000 }).toBeLessThanOrEqual(before + 6);
    for (const socket of sockets) socket.destroy();
    await expect.poll(countSockets, { timeout: 5_000 }).toBeLessThanOrEqual(before + 1);
    expect(app.clock.pendingTimers()).toBe(0);
  });

  it('half-closes after its request is answered', async () => {
    const gate = createGate();
    const { port } = await listen((router) => router.get('/', () => gate.opened.then(() => 'late')));
    const socket = await open(port);
    socket.socket.end(GET);
    await new Promise(setImmediate);
    gate.open();
    expect(await socket.ended()).toMatch(/late$/);
  });

  it('half-closes without a request leaves nothing behind', async () => {
    const { port, url } = await listen(routes);
    const before = countSockets();
    for (const text of ['', 'GET / HT', 'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n{']) {
      const socket = await connectTo(port);
      socket.end(text);
      socket.resume();
      await once(socket, 'end');
      socket.destroy();
    }
    await answers(url);
    await expect.poll(countSockets).toBeLessThanOrEqual(before + 1);
  });

  it.each([
    ['a WebSocket', UPGRADE],
    ['a tunnel', 'CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n'],
  ])('is refused %s and goes on to send, byte by byte, is cut off in time', async (_what, text) => {
    const { app, port } = await listen(routes);
    const socket = await connectTo(port);
    const before = countSockets();
    socket.write(text);
    await once(socket.resume(), 'end');
    for (let elapsedMs = 0; elapsedMs < LINGER_MS; elapsedMs += 500) {
      socket.write('x');
      await new Promise(setImmediate);
      await app.clock.advance(500);
    }
    await expect.poll(countSockets).toBe(before - 1);
  });

  it('does not read its refusal is cut off in time', async () => {
    const { app, port } = await listen(routes);
    const socket = await connectTo(port);
    socket.write('garbage\r\n\r\n');
    const before = countSockets();
    await expect.poll(() => app.clock.pendingTimers()).toBe(1);
    await app.clock.advance(LINGER_MS);
    await expect.poll(countSockets, { timeout: 5_000 }).toBeLessThan(before);
  });

  it.each([
    ['while it sends its headers', 'GET / HTTP/1.1\r\nhost'],
    ['while it sends its body', 'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"na'],
    ['while it sends a chunk', 'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"na'],
    ['while it is answered', 'GET /large HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['before it asks', ''],
  ])('resets its connection %s leaves nothing behind', async (_when, text) => {
    const { port, url, app } = await listen(routes);
    const before = countSockets();
    const sockets = await Promise.all(Array.from({ length: 50 }, () => connectTo(port)));
    for (const socket of sockets) if (text !== '') socket.write(text);
    await new Promise(setImmediate);
    await answers(url);
    for (const socket of sockets) socket.resetAndDestroy();
    await answers(url);
    await expect.poll(countSockets, { timeout: 5_000 }).toBeLessThanOrEqual(before + 1);
    await app.stop();
  });

  it('asks for the same thing again and again on one connection is asked to make a new one', async () => {
    const { port } = await listen(routes, { http: { limits: { requestsPerConnection: 3, keepAliveTimeoutMs: 1 } } });
    const answer = await exchangeText(port, GET.repeat(3));
    expect(answer.match(/hello/g)).toHaveLength(3);
    expect(answer).toMatch(/connection: close[^]*hello$/i);
  });
});
