import { HttpError, type Router } from '@oxidite/http';
import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants, type OutgoingHttpHeaders } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { createGate } from '../support/gate.ts';
import { encode, frame, PREFACE } from '../support/http2-frames.ts';
import { listen, type Listening, type ListenOptions } from '../support/listen.ts';

/** Starts an application that speaks HTTP/2 only, without TLS. */
function listenHttp2(define: (routes: Router) => void, options: ListenOptions = {}): Promise<Listening> {
  return listen(define, { ...options, http: { ...options.http, listeners: [{ port: 0, host: '127.0.0.1', h2c: true }] } });
}

function open(url: string): ClientHttp2Session {
  const session = connect(url);
  session.on('error', () => undefined);
  onTestFinished(() => session.destroy());
  return session;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

async function read(stream: ClientHttp2Stream): Promise<Answer> {
  const [headers] = await once(stream, 'response');
  return { status: headers[':status'], headers, body: await text(stream) };
}

function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string): Promise<Answer> {
  const stream = session.request(headers, { endStream: body === undefined });
  stream.on('error', () => undefined);
  if (body !== undefined) stream.end(body);
  return read(stream);
}

const POST = { ':method': 'POST', ':scheme': 'http', ':authority': 'a', ':path': '/echo', 'content-type': 'application/json' };

const routes = (router: Router): void => {
  router.get('/', () => 'hello');
  router.get('/url', ({ url, ip, headers }) => `${url.href} ${ip} ${Object.keys(headers).toSorted().join()}`);
  router.post('/echo', { body: z.object({ name: z.string() }), bodyLimitBytes: 100_000 }, ({ body }) => body);
  router.post('/unread', () => 'unread');
  router.get('/fails', () => {
    throw new HttpError(409, 'No.');
  });
  router.get('/stream', async function* stream() {
    yield 'one ';
    yield 'two';
  });
};

describe('a request over HTTP/2', () => {
  it('goes the same way as any other', async () => {
    const { url, port } = await listenHttp2(routes);
    const session = open(url);
    expect(await ask(session, { ':path': '/' })).toMatchObject({
      status: 200,
      body: 'hello',
      headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': '5' },
    });
    expect(await ask(session, { ':path': '/fails' })).toMatchObject({ status: 409, headers: { 'content-type': 'application/problem+json' } });
    expect(await ask(session, { ':path': '/stream' })).toMatchObject({ status: 200, body: 'one two' });
    expect(await ask(session, { ':path': '/none' })).toMatchObject({ status: 404 });
    expect(await ask(session, { ':path': '/', ':method': 'HEAD' })).toMatchObject({ status: 200, body: '', headers: { 'content-length': '5' } });
    expect(await ask(session, { ':path': '/echo', ':method': 'POST', 'content-type': 'application/json' }, '{"name":"x"}')).toMatchObject({
      body: '{"name":"x"}',
    });
    expect((await ask(session, { ':path': '/url?x=1', 'x-own': 'y' })).body).toBe(`http://127.0.0.1:${port}/url?x=1 127.0.0.1 host,x-own`);
  });

  it('reaches h3 handlers', async () => {
    const { url } = await listenHttp2(routes, {
      setup: (kernel) => void kernel.use('http').h3.get('/h3', (event) => `h3 ${event.url.pathname} ${event.req.headers.get('x-own')}`),
    });
    expect(await ask(open(url), { ':path': '/h3', 'x-own': 'y' })).toMatchObject({ status: 200, body: 'h3 /h3 y' });
  });

  it('gets no header that belongs to connections of HTTP/1.1, and cookies each in their own', async () => {
    const { url } = await listenHttp2((router) =>
      router.get('/', ({ responseHeaders }) => {
        for (const name of ['connection', 'keep-alive', 'transfer-encoding', 'upgrade']) responseHeaders.set(name, 'close');
        responseHeaders.append('set-cookie', 'a=1');
        responseHeaders.append('set-cookie', 'b=2');
        return 'hello';
      }),
    );
    const { headers } = await ask(open(url), { ':path': '/' });
    expect(Object.keys(headers).toSorted()).toEqual([':status', 'content-length', 'content-type', 'date', 'set-cookie']);
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
  });

  it('sends 100 Continue when its body is wanted', async () => {
    const { url } = await listenHttp2(routes);
    const stream = open(url).request({ ':path': '/echo', ':method': 'POST', 'content-type': 'application/json', expect: '100-continue' });
    await once(stream, 'continue');
    stream.end('{"name":"x"}');
    expect(await read(stream)).toMatchObject({ status: 200, body: '{"name":"x"}' });
  });

  it('with a body that is too large is answered with 413, and the session goes on', async () => {
    const { url } = await listenHttp2(routes);
    const session = open(url);
    for (const length of [{ 'content-length': '200000' }, {}]) {
      const answer = ask(session, { ':path': '/echo', ':method': 'POST', 'content-type': 'application/json', ...length }, `"${'x'.repeat(199_998)}"`);
      expect(await answer).toMatchObject({ status: 413 });
    }
    expect(await ask(session, { ':path': '/unread', ':method': 'POST' }, 'x'.repeat(200_000))).toMatchObject({ body: 'unread' });
    expect(await ask(session, { ':path': '/' })).toMatchObject({ body: 'hello' });
  });

  it.each([
    ['two different hosts', { ':authority': 'a', host: 'b' }],
    ['a list of hosts', { ':authority': 'a,b' }],
    ['a port that is too large', { ':authority': 'a:99999' }],
    ['a fragment in its path', { ':path': '/a#b' }],
  ])('is refused when it has %s', async (_what, headers) => {
    const { url } = await listenHttp2(routes);
    const session = open(url);
    const { status, body } = await ask(session, { ':path': '/', ...headers });
    expect([status, JSON.parse(body)]).toEqual([400, expect.objectContaining({ code: 'OXI_HTTP_REQUEST_MALFORMED' })]);
    expect(await ask(session, { ':path': '/' })).toMatchObject({ body: 'hello' });
  });

  it.each([
    ['no host', { ':authority': '' }],
    ['a user in its authority', { ':authority': 'user@a' }],
    ['a path in its authority', { ':authority': 'a/b' }],
    ['an absolute path', { ':path': 'http://b/' }],
    ['an asterisk with GET', { ':path': '*' }],
  ])('is reset when it has %s', async (_what, headers) => {
    const { url } = await listenHttp2(routes);
    const session = open(url);
    await expect(ask(session, { ':path': '/', ...headers })).rejects.toMatchObject({ message: expect.stringContaining('NGHTTP2_PROTOCOL_ERROR') });
    expect(await ask(session, { ':path': '/' })).toMatchObject({ body: 'hello' });
  });

  it('may ask the server as a whole, but not for a tunnel', async () => {
    const { url } = await listenHttp2(routes);
    const session = open(url);
    expect(await ask(session, { ':path': '*', ':method': 'OPTIONS' })).toMatchObject({ status: 204 });
    expect(await ask(session, { ':method': 'CONNECT', ':authority': 'a:80' })).toMatchObject({ status: 400 });
  });

  it('that is taken back before its body is complete never reaches its handler as complete', async () => {
    const { port, url } = await listenHttp2((router) => router.post('/echo', { body: z.object({ name: z.string() }) }, () => reached.push('handler')));
    const reached: string[] = [];
    for (const code of [constants.NGHTTP2_NO_ERROR, constants.NGHTTP2_CANCEL]) {
      const socket = connectSocket(port, '127.0.0.1');
      const reset = Buffer.alloc(4);
      reset.writeUInt32BE(code);
      socket.write(Buffer.concat([PREFACE, frame(1, 4, 1, encode(POST)), frame(0, 0, 1, Buffer.from('{"name":"x"}')), frame(3, 0, 1, reset)]));
      await once(socket, 'data');
      expect(await ask(open(url), { ':path': '/' })).toMatchObject({ status: 404 });
      socket.destroy();
    }
    expect(reached).toEqual([]);
  });

  it('aborts its signal when it is taken back', async () => {
    const reached = createGate();
    const aborted = createGate<unknown>();
    const { url } = await listenHttp2((router) =>
      router.get('/', ({ signal }) => {
        signal.addEventListener('abort', () => aborted.open(signal.reason));
        reached.open();
        return new Promise(() => undefined);
      }),
    );
    const stream = open(url).request({ ':path': '/' });
    stream.on('error', () => undefined);
    await reached.opened;
    stream.close(constants.NGHTTP2_CANCEL);
    expect(await aborted.opened).toMatchObject({ name: 'AbortError' });
  });

  it('aborts its signal when it is taken back before its response has left', async () => {
    const signals: AbortSignal[] = [];
    const { url } = await listenHttp2((router) =>
      router.get('/', ({ signal }) => {
        signals.push(signal);
        return 'x'.repeat(5_000_000);
      }),
    );
    const stream = open(url).request({ ':path': '/' });
    stream.on('error', () => undefined);
    await once(stream, 'response'); // and its body is not read
    stream.close(constants.NGHTTP2_CANCEL);
    await expect.poll(() => signals[0]?.aborted).toBe(true);
  });

  it('does not abort its signal when its response is complete', async () => {
    const signals: AbortSignal[] = [];
    const { url } = await listenHttp2((router) => router.get('/', ({ signal }) => void signals.push(signal)));
    const session = open(url);
    await ask(session, { ':path': '/' });
    await new Promise<void>((resolve) => session.close(resolve));
    await new Promise(setImmediate);
    expect(signals[0]?.aborted).toBe(false);
  });

  it('whose stream fails is seen as incomplete by the client', async () => {
    const { url } = await listenHttp2((router) => {
      router.get('/', async function* fails() {
        yield 'begin';
        throw new Error('half way');
      });
    });
    const stream = open(url).request({ ':path': '/' });
    await expect(text(stream)).rejects.toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' });
  });
});

describe('limits of HTTP/2', () => {
  it('requests at once', async () => {
    const { url } = await listenHttp2(routes, { http: { limits: { http2Streams: 7 } } });
    const session = open(url);
    const [settings] = await once(session, 'remoteSettings');
    expect(settings).toMatchObject({ maxConcurrentStreams: 7, maxHeaderListSize: 16_384 });
  });

  it('the size of headers, also for clients that never confirm the settings', async () => {
    const { url } = await listenHttp2(routes, { http: { limits: { headerBytes: 1_000 } } });
    const session = open(url);
    expect(await ask(session, { ':path': '/', 'x-large': 'x'.repeat(1_000) })).toMatchObject({ status: 431 });
    expect(await ask(session, { ':path': '/', 'x-large': 'x'.repeat(500) })).toMatchObject({ body: 'hello' });
  });

  it('the number of headers', async () => {
    const { url } = await listenHttp2(routes, { http: { limits: { headerCount: 10 } } });
    const session = open(url);
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`x-${index}`, 'y']));
    await expect(ask(session, { ':path': '/', ...many })).rejects.toMatchObject({ message: expect.stringContaining('NGHTTP2_ENHANCE_YOUR_CALM') });
    expect(await ask(session, { ':path': '/' })).toMatchObject({ body: 'hello' });
  });

  it('requests that are taken back at once ("rapid reset")', async () => {
    const { port, url } = await listenHttp2(routes, { http: { limits: { http2Resets: 20, http2ResetsPerSecond: 1 } } });
    const request = encode({ ':method': 'GET', ':scheme': 'http', ':authority': 'a', ':path': '/' });
    const takenBack = (count: number): Buffer =>
      Buffer.concat(
        Array.from({ length: count }, (_, index) =>
          Buffer.concat([frame(1, 5, 1 + 2 * index, request), frame(3, 0, 1 + 2 * index, Buffer.from([0, 0, 0, 8]))]),
        ),
      );
    const patient = connectSocket(port, '127.0.0.1');
    onTestFinished(() => void patient.destroy());
    patient.write(Buffer.concat([PREFACE, takenBack(15)]));
    const hasty = connectSocket(port, '127.0.0.1').resume();
    hasty.write(Buffer.concat([PREFACE, takenBack(60)]));
    await once(hasty, 'close');
    expect(patient.closed).toBe(false);
    expect(await ask(open(url), { ':path': '/' })).toMatchObject({ body: 'hello' });
  });

  it.each([
    ['that are answered at once', 8, 'hello'],
    ['whose handlers work', 8, undefined],
    ['whose handlers work, without an error code', 0, undefined],
  ])('requests that are taken back, before more of them reach a handler: %s', async (_what, code, answer) => {
    let reached = 0;
    const handler = (): unknown => {
      reached++;
      return answer ?? new Promise(() => undefined);
    };
    const { app, port } = await listenHttp2((router) => router.get('/', handler), { http: { limits: { http2Resets: 20, http2ResetsPerSecond: 10 } } });
    const request = encode({ ':method': 'GET', ':scheme': 'http', ':authority': 'a', ':path': '/' });
    const takenBack = (first: number, count: number): Buffer =>
      Buffer.concat(
        Array.from({ length: count }, (_, index) =>
          Buffer.concat([frame(1, 5, first + 2 * index, request), frame(3, 0, first + 2 * index, Buffer.from([0, 0, 0, code]))]),
        ),
      );
    const socket = connectSocket(port, '127.0.0.1').resume();
    onTestFinished(() => void socket.destroy());
    const closed = once(socket, 'close');
    socket.write(Buffer.concat([PREFACE, takenBack(1, 15)]));
    await expect.poll(() => reached).toBe(15);
    await app.clock.advance(1_000); // ten may follow for it
    socket.write(takenBack(101, 500));
    await closed;
    expect(reached).toBe(15 + 16);
  });

  it('pings, settings and invalid frames without end', async () => {
    const { port, url } = await listenHttp2(routes);
    const settings = Buffer.concat(Array.from({ length: 50 }, () => Buffer.from([0, 3, 0, 0, 0, 1])));
    const endless = Buffer.concat([frame(1, 0, 1, encode(POST)), ...Array.from({ length: 50 }, () => frame(9, 0, 1, encode({ 'x-more': 'y' })))]);
    for (const flood of [
      endless,
      frame(4, 0, 0, settings),
      frame(6, 0, 0, Buffer.alloc(7)),
      frame(0, 0, 2, Buffer.from('x')),
      frame(9, 0, 1, Buffer.from('x')),
    ]) {
      const socket = connectSocket(port, '127.0.0.1');
      const closed = once(socket, 'close');
      socket.on('error', () => undefined);
      socket.resume();
      socket.write(Buffer.concat([PREFACE, flood]));
      await closed;
    }
    expect(await ask(open(url), { ':path': '/' })).toMatchObject({ body: 'hello' });
  });

  it('requests on one connection', async () => {
    const { url } = await listenHttp2(routes, { http: { limits: { requestsPerConnection: 3 } } });
    const session = open(url);
    const goaway = once(session, 'goaway');
    const bodies = await Promise.all([1, 2, 3].map(() => ask(session, { ':path': '/' })));
    expect(bodies.map(({ body }) => body)).toEqual(['hello', 'hello', 'hello']);
    await goaway;
  });

  it('connections without requests', async () => {
    const { url } = await listenHttp2(routes, { http: { limits: { http2IdleTimeoutMs: 50 } } });
    const session = open(url);
    expect(await ask(session, { ':path': '/' })).toMatchObject({ body: 'hello' });
    await once(session, 'close');
  });

  it('but not connections whose requests take their time', async () => {
    const gate = createGate();
    const { url } = await listenHttp2((router) => router.get('/', () => gate.opened.then(() => 'late')), { http: { limits: { http2IdleTimeoutMs: 20 } } });
    const session = open(url);
    let isGoingAway = false;
    session.once('goaway', () => {
      isGoingAway = true;
    });
    const answer = ask(session, { ':path': '/' });
    await new Promise((resolve) => setTimeout(resolve, 100)); // the time-out is Node's own, so it takes real time
    expect(isGoingAway).toBe(false);
    gate.open();
    expect(await answer).toMatchObject({ body: 'late' });
  });

  it('clients that take nothing of their response', async () => {
    const cancelled = createGate<unknown>();
    const { url } = await listenHttp2(
      (router) =>
        router.get(
          '/',
          () => new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)), cancel: () => cancelled.open(undefined) }),
        ),
      { http: { limits: { stallTimeoutMs: 50 } } },
    );
    const stream = open(url).request({ ':path': '/' });
    stream.on('error', () => undefined); // and nobody reads it
    await cancelled.opened;
  });

  it('bodies that do not arrive', async () => {
    const { app, url } = await listenHttp2(routes, { http: { limits: { stallTimeoutMs: 0, requestTimeoutMs: 5_000 } } });
    const stream = open(url).request({ ':path': '/echo', ':method': 'POST', 'content-type': 'application/json' });
    const failed = new Promise((resolve) => void stream.on('error', resolve));
    stream.write('{');
    await expect.poll(() => app.clock.pendingTimers()).toBeGreaterThan(0);
    await app.clock.advance(5_000);
    await failed;
    expect(stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
    expect(app.clock.pendingTimers()).toBe(0);
  });
});
