import { reply } from '@oxidite/http';
import { createTestHttp, type TestHttp, type TestResponse } from '@oxidite/http/testing';
import { cors, type CorsInput, middleware } from '@oxidite/middleware';
import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';

const SHOP = 'https://shop.example';
const EVIL = 'https://evil.example';

const boot = (options: CorsInput | false): Promise<TestHttp> =>
  createTestHttp(
    (routes) => {
      routes.get('/', () => 'ok');
      routes.put('/', () => 'ok');
      routes.get('/fails', () => Promise.reject(new Error('inside')));
      routes.get('/varies', () => reply('ok', { headers: { vary: 'Accept-Language' } }));
      routes.get('/typed', { headers: z.object({}) }, () => 'ok');
      routes.group('/partner', { middleware: [cors({ origins: ['https://partner.example'], methods: ['DELETE'] })] }, (inner) => {
        inner.delete('/:id{int}', () => 'ok');
        inner.delete('/any', { middleware: [cors({ origins: '*', methods: ['DELETE'] })] }, () => 'ok');
        inner.delete('/closed', { middleware: [cors(false)] }, () => 'ok');
        inner.delete('/files/**:rest', () => 'ok');
      });
    },
    { plugins: [middleware({ cors: options, requestId: false, log: false, securityHeaders: false })] },
  );

const get = (app: TestHttp, path: string, origin?: string): Promise<TestResponse> =>
  app.request('GET', path, { headers: origin === undefined ? {} : { origin } });

const preflight = (app: TestHttp, path: string, origin: string, headers: Record<string, string> = {}): Promise<TestResponse> =>
  app.request('OPTIONS', path, { headers: { origin, 'access-control-request-method': 'PUT', ...headers } });

const allowed = ({ headers }: TestResponse): string | null => headers.get('access-control-allow-origin');
const varies = ({ headers }: TestResponse): readonly string[] =>
  (headers.get('vary') ?? '')
    .split(', ')
    .filter((name) => name !== '')
    .toSorted();

describe('cors with a list', () => {
  const options: CorsInput = { origins: [SHOP, 'https://admin.example'], credentials: true, exposedHeaders: ['x-total'] };

  it('names the origin that asks, if it is allowed, and says that answers vary in any case', async () => {
    await using app = await boot(options);
    for (const [origin, expected] of [
      [SHOP, SHOP],
      ['https://admin.example', 'https://admin.example'],
      [EVIL, null],
      ['null', null],
      ['https://shop.example.evil.example', null],
      ['http://shop.example', null],
      [undefined, null],
    ] as const) {
      const response = await get(app, '/', origin);
      expect([origin, response.status, allowed(response)]).toEqual([origin, 200, expected]);
      expect(varies(response)).toContain('Origin');
      expect(response.headers.get('access-control-allow-credentials')).toBe(expected === null ? null : 'true');
      expect(response.headers.get('access-control-expose-headers')).toBe(expected === null ? null : 'x-total');
    }
  });

  it.each(['/fails', '/none', '/%zz'])('does so on the error of %s', async (path) => {
    await using app = await boot(options);
    const response = await get(app, path, SHOP);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect([allowed(response), response.headers.get('access-control-allow-credentials')]).toEqual([SHOP, 'true']);
    expect(varies(response)).toContain('Origin');
  });

  it('adds to what a response varies by itself', async () => {
    await using app = await boot(options);
    expect(varies(await get(app, '/varies', SHOP))).toEqual(expect.arrayContaining(['Accept-Language', 'Origin']));
  });

  it('decides by the headers that came, not by what a schema leaves of them', async () => {
    await using app = await boot(options);
    expect(allowed(await get(app, '/typed', SHOP))).toBe(SHOP);
  });
});

describe('a preflight', () => {
  it('is answered before anything else, for every path', async () => {
    await using app = await boot({ origins: [SHOP, 'https://admin.example'], credentials: true });
    for (const path of ['/', '/fails', '/none']) {
      const response = await preflight(app, path, SHOP, { 'access-control-request-headers': 'content-type, x-own' });
      expect(response.status).toBe(204);
      expect(response.text).toBe('');
      expect(Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control')))).toEqual({
        'access-control-allow-origin': SHOP,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
        'access-control-allow-headers': 'content-type, x-own',
        'access-control-max-age': '600',
      });
      expect(varies(response)).toEqual(expect.arrayContaining(['Access-Control-Request-Headers', 'Access-Control-Request-Method', 'Origin']));
    }
  });

  it('of another origin is told nothing, and is still said to vary', async () => {
    await using app = await boot({ origins: [SHOP, 'https://admin.example'] });
    const response = await preflight(app, '/', EVIL);
    expect(response.status).toBe(204);
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(varies(response)).toContain('Origin');
  });

  it('is told the headers and methods of a list, whatever it asks for', async () => {
    await using app = await boot({ origins: [SHOP], headers: ['content-type'], methods: ['get'], maxAgeSeconds: 60 });
    const { headers } = await preflight(app, '/', SHOP, { 'access-control-request-headers': 'x-own' });
    expect(['headers', 'methods'].map((name) => headers.get(`access-control-allow-${name}`))).toEqual(['content-type', 'GET']);
    expect(headers.get('access-control-max-age')).toBe('60');
  });

  it.each(['a b', 'a,,b', 'ä', 'x'.repeat(2_000), 'a;b'])('that asks for the headers %j is not repeated', async (asked) => {
    await using app = await boot({ origins: [SHOP] });
    const { headers } = await preflight(app, '/', SHOP, { 'access-control-request-headers': Buffer.from(asked).toString('latin1') });
    expect(headers.has('access-control-allow-headers')).toBe(false);
  });

  it('may reach a private network when that is allowed', async () => {
    const asks = { 'access-control-request-private-network': 'true' };
    await using open = await boot({ origins: [SHOP], privateNetwork: true });
    expect((await preflight(open, '/', SHOP, asks)).headers.get('access-control-allow-private-network')).toBe('true');
    expect((await preflight(open, '/', SHOP)).headers.has('access-control-allow-private-network')).toBe(false);
    await using closed = await boot({ origins: [SHOP] });
    expect((await preflight(closed, '/', SHOP, asks)).headers.has('access-control-allow-private-network')).toBe(false);
  });

  it('is no preflight without an origin or a method: OPTIONS is answered as ever', async () => {
    await using app = await boot({ origins: [SHOP] });
    const { status, headers } = await app.request('OPTIONS', '/', { headers: { origin: SHOP } });
    expect([status, headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS, PUT']);
  });
});

describe('origins', () => {
  it("may be '*', and then nothing depends on who asks", async () => {
    await using app = await boot({ origins: '*' });
    for (const path of ['/', '/fails', '/none']) {
      const response = await get(app, path);
      expect(allowed(response)).toBe('*');
      expect(varies(response)).not.toContain('Origin');
    }
    expect(allowed(await preflight(app, '/', EVIL))).toBe('*');
  });

  it('may be a single one, which is written at boot', async () => {
    await using app = await boot({ origins: SHOP, credentials: true });
    const response = await get(app, '/', EVIL);
    expect([allowed(response), response.headers.get('access-control-allow-credentials')]).toEqual([SHOP, 'true']);
    expect(varies(response)).not.toContain('Origin');
    expect(allowed(await get(app, '/none', EVIL))).toBe(SHOP);
  });

  it('may be patterns, which must fit as a whole', async () => {
    await using app = await boot({ origins: [/https:\/\/[\w-]+\.shop\.example/g, /https:\/\/a\.example|https:\/\/b\.example/] });
    for (const origin of ['https://eu.shop.example', 'https://eu.shop.example', 'https://a.example', 'https://b.example'])
      expect(allowed(await get(app, '/', origin))).toBe(origin);
    for (const origin of [
      'https://eu.shop.example.evil.example',
      'https://evil.example/https://eu.shop.example',
      'https://b.example.evil.example',
      'https://a.example:8443',
    ]) {
      expect(allowed(await get(app, '/', origin))).toBeNull();
    }
  });

  it('may be decided by a function, at once or later', async () => {
    await using now = await boot({ origins: (origin, request) => origin === SHOP && request.path !== '/fails' });
    expect([allowed(await get(now, '/', SHOP)), allowed(await get(now, '/fails', SHOP)), allowed(await get(now, '/', EVIL))]).toEqual([SHOP, null, null]);
    await using later = await boot({ origins: async (origin) => origin === SHOP, credentials: true });
    expect([allowed(await get(later, '/', SHOP)), allowed(await get(later, '/none', SHOP)), allowed(await get(later, '/', EVIL))]).toEqual([SHOP, SHOP, null]);
    expect([allowed(await preflight(later, '/', SHOP)), allowed(await preflight(later, '/', EVIL))]).toEqual([SHOP, null]);
  });

  it('never allow the origin null, however wide the pattern or the function', async () => {
    for (const origins of [/.*/, [/null|https:.*/], () => true, async () => true]) {
      await using app = await boot({ origins, credentials: true });
      expect([allowed(await get(app, '/', 'null')), allowed(await get(app, '/none', 'null')), allowed(await preflight(app, '/', 'null'))]).toEqual([
        null,
        null,
        null,
      ]);
      expect([allowed(await get(app, '/', SHOP)), varies(await get(app, '/', 'null')).includes('Origin')]).toEqual([SHOP, true]);
    }
  });

  it('never allow what is no allowed origin, whatever it looks like', async () => {
    await using app = await boot({ origins: [SHOP, /https:\/\/[a-z]+\.shop\.example/] });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.webUrl(), fc.string({ unit: fc.constantFrom(...'https:/.shopexamplevi-@'), maxLength: 40 })), async (text) => {
        const origin = text.trim();
        const isAllowed = origin === SHOP || /^https:\/\/[a-z]+\.shop\.example$/.test(origin);
        expect(allowed(await get(app, '/', origin === '' ? undefined : origin))).toBe(isAllowed ? origin : null);
      }),
      { numRuns: 100 },
    );
  });
});

describe('cors on a route', () => {
  const del = { 'access-control-request-method': 'DELETE' };
  const PARTNER = 'https://partner.example';

  it.each([false, { origins: [SHOP, 'https://admin.example'], credentials: true }] as const)(
    'replaces that of the application (%j), preflights included',
    async (options) => {
      await using app = await boot(options);
      for (const path of ['/partner/7', '/partner/files/a/b']) {
        expect(allowed(await app.request('DELETE', path, { headers: { origin: PARTNER } }))).toBe(PARTNER);
        const told = await preflight(app, path, PARTNER, del);
        expect([told.status, allowed(told), told.headers.get('access-control-allow-methods'), told.headers.has('access-control-allow-credentials')]).toEqual([
          204,
          PARTNER,
          'DELETE',
          false,
        ]);
        expect(allowed(await preflight(app, path, SHOP, del))).not.toBe(SHOP);
      }
      expect(allowed(await preflight(app, '/partner/any', EVIL, del))).toBe('*');
      expect(allowed(await app.request('DELETE', '/partner/any', { headers: { origin: EVIL } }))).toBe('*');
    },
  );

  it('forbids with `false` what the application allows', async () => {
    await using app = await boot({ origins: '*' });
    expect(allowed(await app.request('DELETE', '/partner/closed', { headers: { origin: SHOP } }))).toBeNull();
    const asked = await preflight(app, '/partner/closed', SHOP, del);
    expect([allowed(asked), asked.headers.get('allow')]).toEqual([null, 'DELETE, OPTIONS']);
  });
});

describe('options', () => {
  it("cannot say '*' together with credentials", async () => {
    expectTypeOf<{ origins: '*'; credentials: true }>().not.toExtend<CorsInput>();
    expectTypeOf<{ origins: ['*']; credentials: true }>().not.toExtend<CorsInput>();
    expectTypeOf<{ origins: ['https://shop.example']; credentials: true }>().toExtend<CorsInput>();
    await expect(boot({ origins: '*', credentials: true } as unknown as CorsInput)).rejects.toThrow(/credentials.*cannot be true/);
  });

  it.each([
    ['nothing', undefined, /must be '\*', an origin/],
    ['an empty list', [], /cors\.origins/],
    ["'*' in a list", ['*'], /must be '\*', an origin/],
    ['null', ['null'], /must be '\*', an origin/],
    ['a path', ['https://shop.example/'], /"https:\/\/shop\.example"/],
    ['capital letters', ['https://Shop.example'], /"https:\/\/shop\.example"/],
    ['a default port', ['https://shop.example:443'], /"https:\/\/shop\.example"/],
    ['a host', ['shop.example'], /must be '\*', an origin/],
    ['a number', 7, /must be '\*', an origin/],
  ])('cannot name %s as an origin', async (_what, origins, message) => {
    await expect(boot({ origins } as unknown as CorsInput)).rejects.toThrow(message);
    expect(() => cors({ origins } as unknown as CorsInput)).toThrow(expect.objectContaining({ code: 'OXI_MIDDLEWARE_OPTIONS' }));
  });
});
