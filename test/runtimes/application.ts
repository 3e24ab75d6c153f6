/** The application that the contract suite is run against: one file, the same on every runtime. */
import {
  bytes,
  conflict,
  created,
  defineCookie,
  defineEvents,
  defineGuard,
  defineMiddleware,
  defineSocket,
  file,
  form,
  http,
  multipart,
  noContent,
  redirect,
  reply,
  type Router,
  serveFiles,
  stream,
  text,
  unauthorized,
} from '@oxidite/http';
import type { KernelConfig } from '@oxidite/kernel';
import { middleware } from '@oxidite/middleware';
import { openapi } from '@oxidite/openapi';
import { Readable } from 'node:stream';
import * as z from 'zod';

/** The largest answer, in bytes. */
export const LARGE_BYTES = 8 * 1_048_576;

const signedIn = defineGuard<{ user: string }>({
  name: 'signedIn',
  check(request) {
    if (request.headers.authorization !== 'Bearer ada') throw unauthorized('Sign in first.', { headers: { 'www-authenticate': 'Bearer' } });
    request.user = 'ada';
  },
});

const basket = defineCookie('basket', { signed: true, secure: false });
const ticks = defineEvents({ tick: z.object({ n: z.int() }) });
const chat = defineSocket({ receive: z.object({ text: z.string().max(20) }), send: z.object({ text: z.string() }) });
const raw = defineSocket();
const seen: string[] = [];

const phases = (['egress', 'edge', 'identity', 'policy', 'cache', 'handler'] as const).map((phase) =>
  defineMiddleware({
    name: phase,
    phase,
    onRequest: (request) => request.responseHeaders.append('x-in', phase),
    onResponse: (_request, response) => response.headers.append('x-out', phase),
  }),
);

function declareResults(routes: Router): void {
  routes.get('/', () => 'Hello, world!');
  routes.get('/json', () => ({ ok: true, list: [1, 2], text: 'é€😀' }));
  routes.get('/null', () => null);
  routes.get('/nothing', () => undefined);
  routes.get('/no-content', () => noContent());
  routes.get('/bytes', () => new Uint8Array([0, 1, 2, 254, 255]));
  routes.get('/created', () => created({ id: 7 }, '/json'));
  routes.get('/redirect', () => redirect('/json', 303));
  routes.get('/reply', () => reply('short', { status: 202, headers: { 'x-one': '1', 'content-type': 'text/x-own' } }));
  routes.get('/response', () => new Response('web', { status: 203, headers: { 'x-web': 'yes' } }));
  routes.get('/large', () => 'x'.repeat(LARGE_BYTES));
  routes.get('/stripped', { response: { 200: z.object({ id: z.int() }) } }, () => ({ id: 1, secret: 'never sent' }) as { id: number });
  routes.get('/web-stream', () => new ReadableStream({ start: (controller) => pushAll(controller, ['one ', 'two ', 'three']) }));
  routes.get('/node-stream', () => Readable.from([Buffer.from('four '), Buffer.from('five')]));
  routes.get('/iterable', async function* () {
    for (const word of ['six ', 'seven']) yield await Promise.resolve(Buffer.from(word));
  });
  routes.get('/large-stream', () => Readable.from(repeat(Buffer.alloc(65_536, 'y'), LARGE_BYTES / 65_536)));
  routes.get('/broken-stream', async function* () {
    yield Buffer.from('begin');
    await new Promise(setImmediate);
    throw new Error('the source failed');
  });
  routes.get('/async', async () => {
    await new Promise(setImmediate);
    return { later: true };
  });
}

function pushAll(controller: ReadableStreamDefaultController<Uint8Array>, words: readonly string[]): void {
  for (const word of words) controller.enqueue(Buffer.from(word));
  controller.close();
}

function* repeat(chunk: Buffer, times: number): Generator<Buffer> {
  for (let count = 0; count < times; count++) yield chunk;
}

function declareInputs(routes: Router): void {
  routes.get('/user/:id', ({ params, query }) => ({ id: params.id, q: query['q'] ?? null }));
  routes.get('/number/:id{int}', ({ params }) => ({ id: params.id }));
  routes.get('/rest/**:path', ({ params }) => ({ path: params.path }));
  routes.get('/raw-query', ({ query, url }) => ({ query, search: url.search }));
  const Query = z.object({ limit: z.int().max(10).default(5), tag: z.array(z.string()).default([]) });
  routes.get('/search', { query: Query, headers: z.object({ 'x-page': z.int().default(1) }) }, ({ query, headers }) => ({ ...query, page: headers['x-page'] }));
  routes.get('/headers', ({ headers }) => headers);
  routes.get('/client', ({ ip, isSecure, url, method }) => ({ ip, isSecure, host: url.host, method }));
  routes.get('/cookies', ({ cookies }) => cookies);
  routes.post('/basket', (request) => {
    basket.set(request, 'apple');
    request.responseHeaders.append('set-cookie', 'plain=1; Path=/');
    return { set: true };
  });
  routes.get('/basket', (request) => ({ basket: basket.get(request) ?? null }));
  routes.get('/private', { guards: [signedIn] }, ({ user }) => ({ user }));
}

const Item = z.object({ name: z.string().min(1), count: z.int().positive() });

function declareBodies(routes: Router): void {
  routes.post('/items', { body: Item, response: { 201: Item } }, ({ body }) => created(body, `/items/${body.name}`));
  routes.put('/items', { body: Item }, ({ body }) => body);
  routes.post('/form', { body: form(z.object({ name: z.string(), age: z.int(), tag: z.array(z.string()) })) }, ({ body }) => body);
  routes.post('/text', { body: text() }, ({ body }) => ({ length: body.length, body }));
  routes.post('/bytes', { body: bytes() }, ({ body }) => ({ bytes: body.length, last: body.at(-1) ?? null }));
  routes.post('/small', { body: text(), bodyLimitBytes: 10 }, ({ body }) => body);
  routes.post('/unread', () => 'unread');
  routes.post('/stream', { body: stream({ maxBytes: LARGE_BYTES }) }, async ({ body }) => {
    let size = 0;
    for await (const chunk of body) size += (chunk as Buffer).length;
    return { size };
  });
  const upload = multipart({ fields: z.object({ title: z.string() }), files: { photo: file({ maxBytes: 1_048_576 }) } });
  routes.post('/upload', { body: upload }, ({ body }) => ({ title: body.fields.title, photo: { name: body.files.photo.name, size: body.files.photo.size } }));
}

function declareLongLived(routes: Router): void {
  routes.get('/slow', async () => {
    await new Promise((resolve) => {
      setTimeout(resolve, 500);
    });
    return 'slow';
  });
  routes.get('/never', ({ signal }) => {
    seen.push('started');
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        seen.push('aborted');
        reject(signal.reason);
      });
    });
  });
  routes.get('/events', (request) =>
    ticks.stream(request, async function* ({ lastEventId }) {
      const first = Number(lastEventId ?? 0) + 1;
      for (let n = first; n < first + 3; n++) yield await Promise.resolve({ event: 'tick', id: n, data: { n } });
    }),
  );
  routes.get('/endless-events', (request) =>
    ticks.stream(request, async function* ({ signal }) {
      seen.push('listening');
      yield { event: 'tick', data: { n: 1 } };
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      seen.push('left');
    }),
  );
  routes.get('/seen', () => seen.splice(0));
  routes.get('/chat', { response: { 101: chat } }, (request) =>
    chat.accept(request, {
      open: ({ socket }) => {
        socket.join('all');
        socket.send({ text: 'welcome' });
      },
      message({ socket, message }) {
        if (message.text === 'publish') socket.publish('all', { text: 'published' });
        else socket.send({ text: message.text });
      },
      close: ({ code }) => void seen.push(`closed ${code}`),
    }),
  );
  routes.get('/other-chat', (request) => chat.accept(request, { open: ({ socket }) => socket.join('all') }));
  routes.get('/raw-socket', (request) => raw.accept(request, { message: ({ socket, message }) => socket.send(message) }, { protocols: ['v2', 'v1'] }));
  routes.get('/private-socket', { guards: [signedIn] }, (request) => raw.accept(request, {}));
}

function declareErrors(routes: Router): void {
  routes.get('/conflict', () => {
    throw conflict('It is taken.');
  });
  routes.get('/crash', () => {
    throw new Error('with a secret');
  });
  routes.get('/crash-later', () => Promise.reject(new Error('with a secret')));
  routes.get('/bad-header', () => reply('x', { headers: { 'x-bad': 'line\nbreak' } }));
  routes.group('/phases', { middleware: phases }, (group) => {
    group.get('/ok', () => 'ok');
    group.get('/fails', () => {
      throw conflict();
    });
  });
}

/** The configuration. */
export const application: KernelConfig = {
  plugins: [
    http({
      host: '127.0.0.1',
      port: 0,
      keys: ['a secret of the contract suite, long enough'],
      limits: { webSocketPayloadBytes: 65_536 },
      shutdownGraceMs: 2_000,
    }),
    middleware({ cors: { origins: ['https://app.example'] } }),
    openapi({ info: { title: 'Contract', version: '1.0.0' } }),
  ],
  setup(kernel) {
    kernel.tap('http:routes', (routes) => {
      for (const declare of [declareResults, declareInputs, declareBodies, declareLongLived, declareErrors]) declare(routes);
      routes.get('/files/**', serveFiles('files'));
    });
    kernel.use('http').h3.get('/h3/:name', (event) => ({ from: 'h3', name: event.context.params?.['name'] }));
  },
};
