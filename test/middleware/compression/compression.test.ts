import { defineMiddleware, reply, type Router } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { compression, etag, middleware, secretInBody } from '@oxidite/middleware';
import { Readable } from 'node:stream';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const TEXT = 'Compression pays for text that repeats itself. '.repeat(60);
const DECODERS = { br: brotliDecompressSync, gzip: gunzipSync, zstd: zstdDecompressSync };

type Options = NonNullable<Parameters<typeof middleware>[0]>;

function createApp(define: (routes: Router) => void, options: Options = {}): Promise<TestHttp> {
  return createTestHttp(define, { plugins: [middleware({ log: false, ...options })] });
}

/** Asks, and decodes nothing. */
async function ask(app: TestHttp, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<{ response: Response; bytes: Buffer }> {
  const response = await app.services.http.inject(path, { method, headers });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

function decode({ response, bytes }: { response: Response; bytes: Buffer }): string {
  const coding = response.headers.get('content-encoding');
  if (coding === null) return bytes.toString();
  return DECODERS[coding as keyof typeof DECODERS](bytes).toString(); // the three that are offered
}

describe('compression', () => {
  it.each([
    ['gzip, deflate, br, zstd', 'zstd'],
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['gzip;q=1, br;q=0.5', 'gzip'],
    ['br;q=0, *', 'zstd'],
    ['*', 'zstd'],
    ['GZIP', 'gzip'],
    ['deflate', null],
    ['identity, gzip;q=0.5', null],
    ['gzip;q=0', null],
    ['', null],
    [', ;q=;;=,"', null],
  ])('answers %j with %s', async (accepted, coding) => {
    await using app = await createApp((routes) => routes.get('/', () => TEXT));
    const answer = await ask(app, '/', accepted === '' ? {} : { 'accept-encoding': accepted });
    expect(answer.response.headers.get('content-encoding')).toBe(coding);
    expect(decode(answer)).toBe(TEXT);
    expect(answer.response.headers.get('content-length')).toBe(String(answer.bytes.length));
    expect(answer.response.headers.get('vary')).toBe('accept-encoding');
  });

  it('compresses small, large and binary bodies, and errors', async () => {
    const large = TEXT.repeat(40);
    await using app = await createApp(
      (routes) => {
        routes.get('/json', () => ({ text: TEXT }));
        routes.get('/large', () => large);
        routes.get('/bytes', () => reply(Buffer.from(TEXT), { headers: { 'content-type': 'image/svg+xml' } }));
        routes.get('/web', () => new Response(TEXT, { headers: { 'content-type': 'text/plain' } }));
        routes.get('/own', () => reply(Buffer.from(TEXT), { headers: { 'content-type': 'application/x-own' } }));
      },
      { compression: { thresholdBytes: 10, mediaTypes: ['application/x-own'] } },
    );
    const accepted = { 'accept-encoding': 'br' };
    expect(JSON.parse(decode(await ask(app, '/json', accepted)))).toEqual({ text: TEXT });
    expect(decode(await ask(app, '/large', accepted))).toBe(large);
    for (const path of ['/bytes', '/web', '/own']) {
      const answer = await ask(app, path, accepted);
      expect([answer.response.headers.get('content-encoding'), decode(answer)], path).toEqual(['br', TEXT]);
    }
    const missing = await ask(app, '/missing', accepted);
    expect(missing.response.status).toBe(404);
    expect(JSON.parse(decode(missing))).toMatchObject({ status: 404 });
    expect(missing.response.headers.get('content-encoding')).toBe('br');
  });

  it('lets be what is small, encoded, of another type, partial, or not to be changed', async () => {
    await using app = await createApp((routes) => {
      routes.get('/small', () => 'x'.repeat(1_023));
      routes.get('/wide', () => 'ä'.repeat(512));
      routes.get('/encoded', () => reply(TEXT, { headers: { 'content-encoding': 'x-own' } }));
      routes.get('/image', () => reply(Buffer.alloc(5_000), { headers: { 'content-type': 'image/png' } }));
      routes.get('/part', () => reply(TEXT, { status: 206, headers: { 'content-range': 'bytes 0-9/10' } }));
      routes.get('/kept', () => reply(TEXT, { headers: { 'cache-control': 'public, no-transform' } }));
      routes.get('/none', () => undefined);
    });
    const accepted = { 'accept-encoding': 'gzip' };
    const found = async (path: string): Promise<unknown[]> => {
      const { response } = await ask(app, path, accepted);
      return [response.headers.get('content-encoding'), response.headers.get('vary')];
    };
    expect(await found('/small')).toEqual([null, 'accept-encoding']);
    expect(await found('/wide')).toEqual(['gzip', 'accept-encoding']);
    expect(await found('/encoded')).toEqual(['x-own', null]);
    for (const path of ['/image', '/part', '/kept', '/none']) expect(await found(path), path).toEqual([null, null]);
  });

  it('answers HEAD as it is, but says that it varies', async () => {
    await using app = await createApp((routes) => routes.get('/', () => TEXT));
    const { response } = await ask(app, '/', { 'accept-encoding': 'gzip' }, 'HEAD');
    expect([response.headers.get('content-encoding'), response.headers.get('vary')]).toEqual([null, 'accept-encoding']);
  });

  it('adds to Vary what is not there', async () => {
    await using app = await createApp((routes) => {
      routes.get('/other', () => reply(TEXT, { headers: { vary: 'Origin' } }));
      routes.get('/same', () => reply(TEXT, { headers: { vary: 'Accept-Encoding' } }));
    });
    expect((await ask(app, '/other')).response.headers.get('vary')).toBe('Origin, accept-encoding');
    expect((await ask(app, '/same')).response.headers.get('vary')).toBe('Accept-Encoding');
  });

  it('weakens strong tags, and takes what is true of the other bytes only', async () => {
    await using app = await createApp((routes) => {
      routes.get('/strong', () => reply(TEXT, { headers: { etag: '"1"', 'accept-ranges': 'bytes', 'content-md5': 'abc' } }));
      routes.get('/weak', () => reply(TEXT, { headers: { etag: 'W/"1"' } }));
    });
    const { response } = await ask(app, '/strong', { 'accept-encoding': 'gzip' });
    expect(['etag', 'accept-ranges', 'content-md5'].map((name) => response.headers.get(name))).toEqual(['W/"1"', null, null]);
    expect((await ask(app, '/strong')).response.headers.get('etag')).toBe('"1"');
    expect((await ask(app, '/weak', { 'accept-encoding': 'gzip' })).response.headers.get('etag')).toBe('W/"1"');
  });

  it('gives no secret away: marked bodies, and those that another site asks for with cookies, leave as they are', async () => {
    await using app = await createApp((routes) => {
      routes.get('/marked', (request) => {
        secretInBody.set(request, true);
        return TEXT;
      });
      routes.get('/plain', () => TEXT);
    });
    const coding = async (path: string, headers: Record<string, string> = {}): Promise<unknown> =>
      (await ask(app, path, { 'accept-encoding': 'gzip', ...headers })).response.headers.get('content-encoding');
    expect(await coding('/marked')).toBeNull();
    expect(await coding('/plain', { 'sec-fetch-site': 'cross-site', cookie: 'session=1' })).toBeNull();
    expect(await coding('/plain', { 'sec-fetch-site': 'cross-site' })).toBe('gzip');
    expect(await coding('/plain', { 'sec-fetch-site': 'same-origin', cookie: 'session=1' })).toBe('gzip');
  });

  it('is replaced by what a group or a route says', async () => {
    await using app = await createApp((routes) => {
      routes.group('/off', { middleware: [compression(false)] }, (inner) => {
        inner.get('/', () => TEXT);
        inner.get('/on', { middleware: [compression({ codings: ['gzip'] })] }, () => TEXT);
      });
    });
    const accepted = { 'accept-encoding': 'br, gzip' };
    expect((await ask(app, '/off', accepted)).response.headers.get('content-encoding')).toBeNull();
    expect((await ask(app, '/off/on', accepted)).response.headers.get('content-encoding')).toBe('gzip');
  });

  it('can be of the route while the tag is of the application', async () => {
    await using app = await createApp((routes) => routes.get('/', { middleware: [compression()] }, () => TEXT), { compression: false, etag: true });
    const first = await ask(app, '/', { 'accept-encoding': 'gzip' });
    expect(decode(first)).toBe(TEXT);
    const tag = first.response.headers.get('etag') ?? '';
    expect((await ask(app, '/', { 'accept-encoding': 'gzip', 'if-none-match': tag })).response.status).toBe(304);
  });

  it('says on a 304 what it would have said on the 200', async () => {
    await using app = await createApp((routes) => routes.get('/', { middleware: [etag()] }, () => TEXT));
    const headers = { 'accept-encoding': 'gzip' };
    const tag = (await ask(app, '/', headers)).response.headers.get('etag') ?? '';
    expect(tag).toMatch(/^W\/"/);
    const { response, bytes } = await ask(app, '/', { ...headers, 'if-none-match': tag });
    expect([response.status, bytes.length, response.headers.get('etag'), response.headers.get('vary')]).toEqual([304, 0, tag, 'accept-encoding']);
  });

  it('compresses streams of Node and of the web', async () => {
    await using app = await createApp((routes) => {
      routes.get('/node', () => reply(Readable.from([TEXT, TEXT]), { headers: { 'content-type': 'text/plain' } }));
      routes.get('/web', () => reply(new Blob([TEXT]).stream(), { headers: { 'content-type': 'text/plain', 'content-length': String(TEXT.length) } }));
    });
    for (const coding of ['gzip', 'br', 'zstd']) {
      const node = await ask(app, '/node', { 'accept-encoding': coding });
      expect([node.response.headers.get('content-encoding'), decode(node)]).toEqual([coding, TEXT + TEXT]);
      const web = await ask(app, '/web', { 'accept-encoding': coding });
      expect([web.response.headers.get('content-length'), decode(web)]).toEqual([null, TEXT]);
    }
  });

  it('leaves streams of events alone', async () => {
    await using app = await createApp((routes) =>
      routes.get('/', () => reply(Readable.from([Buffer.from(`data: ${TEXT}\n\n`)]), { headers: { 'content-type': 'text/event-stream' } })),
    );
    const { response } = await ask(app, '/', { 'accept-encoding': 'gzip' });
    expect(response.headers.get('content-encoding')).toBeNull();
  });

  it('runs nothing for routes when it is off', async () => {
    await using app = await createApp(
      (routes) => routes.get('/', { middleware: [defineMiddleware({ name: 'own', phase: 'edge', headers: { 'x-own': '1' } })] }, () => TEXT),
      {
        compression: false,
      },
    );
    const [route] = app.services.http.routes;
    expect(route && app.services.http.chainOf(route).map(({ name }) => name)).not.toContain('compression');
    expect((await ask(app, '/', { 'accept-encoding': 'gzip' })).response.headers.get('vary')).toBeNull();
  });
});
