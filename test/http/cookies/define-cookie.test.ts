import { type Cookie, CookieDefinitionError, type CookieOptions, type CookieRequest, defineCookie } from '@oxidite/http';
import { createTestHttp, type TestHttp, type TestHttpOptions } from '@oxidite/http/testing';
import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { recordLog } from '../support/recorded-log.ts';

const KEY = 'a-secret-of-the-tests-with-32-bytes';
const NEXT_KEY = 'the-secret-after-it-with-32-bytes-too';
const Session = z.object({ user: z.int(), roles: z.array(z.string()) });

/** An application that sets what it is told, and tells what it gets. */
function serve<Input, Output>(cookie: Cookie<Input, Output>, options: TestHttpOptions = {}): Promise<TestHttp> {
  return createTestHttp(
    (routes) => {
      routes.put('/', { body: z.object({ value: z.unknown() }) }, (request) => cookie.set(request, request.body.value as Input));
      routes.get('/', (request) => ({ value: cookie.get(request), isStale: cookie.isStale(request) }));
      routes.delete('/', (request) => cookie.delete(request));
      routes.get('/schema', { cookies: z.object({ other: z.string().default('x') }) }, (request) => ({ value: cookie.get(request), cookies: request.cookies }));
    },
    { ...options, http: { keys: [KEY], environment: 'production', ...options.http } },
  );
}

async function set(app: TestHttp, value: unknown): Promise<string> {
  const { status, text, headers } = await app.request('PUT', '/', { json: { value } });
  expect(status, text).toBe(204);
  return headers.get('set-cookie') ?? '';
}

const pairOf = (cookie: string): string => cookie.split(';', 1)[0] ?? '';

async function get(app: TestHttp, cookie: string): Promise<unknown> {
  return (await app.request('GET', '/', { headers: { cookie } })).json;
}

describe('defineCookie', () => {
  it.each<[string, CookieOptions]>([
    ['plain', {}],
    ['signed', { signed: true }],
    ['encrypted', { encrypted: true, prefix: 'host' }],
  ])('gives back what was set: %s', async (_what, options) => {
    const cookie = defineCookie('session', options);
    await using app = await serve(cookie);
    const Value = fc
      .oneof(fc.string({ unit: 'binary', maxLength: 100 }), fc.string({ unit: fc.constantFrom('.', '%', ';', '"', '=', ',', ' ', 'a', '\0', '\r\n') }))
      .filter((text) => text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(Value, async (value) => {
        const pair = pairOf(await set(app, value));
        expect(await get(app, `a=1; ${pair}; b=2`)).toEqual({ value, isStale: false });
      }),
      { numRuns: 50 },
    );
    expect(await get(app, 'other=1')).toEqual({ isStale: false });
  });

  it('is typed by its schema, and kept as JSON', async () => {
    const cookie = defineCookie('session', { signed: true, schema: Session });
    expectTypeOf<ReturnType<typeof cookie.get>>().toEqualTypeOf<{ user: number; roles: string[] } | undefined>();
    expectTypeOf<Parameters<typeof cookie.set>[1]>().toEqualTypeOf<{ user: number; roles: string[] }>();
    await using app = await serve(cookie);
    const pair = pairOf(await set(app, { user: 1, roles: ['admin'], more: true }));
    expect(await get(app, pair)).toEqual({ value: { user: 1, roles: ['admin'] }, isStale: false });
  });

  it('has no value when its schema refuses it', async () => {
    await using app = await serve(defineCookie('session', { schema: Session }));
    for (const value of ['{', '{%22user%22:%22x%22}', 'null', '']) expect(await get(app, `session=${value}`)).toEqual({ isStale: false });
  });

  it('is read although the cookies of the route are validated', async () => {
    await using app = await serve(defineCookie('session'));
    expect((await app.request('GET', '/schema', { headers: { cookie: 'session=me' } })).json).toEqual({ value: 'me', cookies: { other: 'x' } });
  });

  it.each<[string, CookieOptions]>([
    ['signed', { signed: true, maxAgeSeconds: 60 }],
    ['encrypted', { encrypted: true, maxAgeSeconds: 60 }],
  ])('has no value when anything of it was changed: %s', async (_what, options) => {
    const log = recordLog();
    await using app = await serve(defineCookie('session', options), { logger: log.logger });
    const pair = pairOf(await set(app, 'user-1'));
    const start = 'session='.length;
    const Tampered = fc
      .oneof(
        fc
          .tuple(fc.integer({ min: start, max: pair.length - 1 }), fc.constantFrom(...'ABab01.-_%'))
          .map(([at, character]) => pair.slice(0, at) + character + pair.slice(at + 1)),
        fc.integer({ min: start, max: pair.length - 1 }).map((end) => pair.slice(0, end)),
        fc.stringMatching(/^[\w.-]{1,80}$/).map((text) => `session=${text}`),
        fc.stringMatching(/^[\w.-]{1,3}$/).map((text) => pair + text),
      )
      .filter((other) => other !== pair);
    await fc.assert(
      fc.asyncProperty(Tampered, async (other) => {
        expect(await get(app, other)).toEqual({ isStale: false });
      }),
      { numRuns: 300 },
    );
    expect(log.lines.every(({ level }) => level === 'debug' || level === 'info')).toBe(true);
    expect(log.lines).toContainEqual({
      level: 'debug',
      fields: expect.objectContaining({ cookie: 'session', reason: 'changed' }),
      message: 'a cookie was refused',
    });
  });

  it.each<CookieOptions>([{ signed: true }, { encrypted: true }])('is not taken for another cookie: %j', async (options) => {
    await using one = await serve(defineCookie('one', options));
    await using other = await serve(defineCookie('other', options));
    const [, value] = pairOf(await set(one, 'x')).split('=');
    expect(await get(other, `other=${value}`)).toEqual({ isStale: false });
  });

  it.each<CookieOptions>([{ signed: true }, { encrypted: true }])('ends when its time is up, whatever the client keeps: %j', async (options) => {
    await using app = await serve(defineCookie('session', { ...options, maxAgeSeconds: 60 }));
    const cookie = await set(app, 'x');
    expect(cookie).toContain('; Max-Age=60;');
    await app.clock.advance({ seconds: 58 });
    expect(await get(app, pairOf(cookie))).toMatchObject({ value: 'x' });
    await app.clock.advance({ seconds: 3 });
    expect(await get(app, pairOf(cookie))).toEqual({ isStale: false });
  });

  it.each<CookieOptions>([{ signed: true }, { encrypted: true }])('outlives the replacement of a key: %j', async (options) => {
    const cookie = defineCookie('session', options);
    await using before = await serve(cookie);
    await using during = await serve(cookie, { http: { keys: [NEXT_KEY, { id: 'old', secret: KEY }] } });
    await using after = await serve(cookie, { http: { keys: [NEXT_KEY] } });
    const old = pairOf(await set(before, 'x'));
    expect([await get(during, old), await get(after, old)]).toEqual([{ value: 'x', isStale: true }, { isStale: false }]);
    const renewed = pairOf(await set(during, 'x'));
    expect(await get(after, renewed)).toEqual({ value: 'x', isStale: false });
  });

  it('cannot be read by clients when it is encrypted', async () => {
    await using app = await serve(defineCookie('session', { encrypted: true }));
    const pair = pairOf(await set(app, 'user-1'));
    expect(pair).toMatch(/^session=[\w-]+$/);
    expect(Buffer.from(pair.slice(8), 'base64url').toString('latin1')).not.toContain('user-1');
  });

  it('is set once by name, the last time counting, and on errors as well', async () => {
    const one = defineCookie('one');
    const two = defineCookie('two', { sameSite: 'strict', path: '/x', partitioned: true, httpOnly: false });
    await using app = await createTestHttp((routes) => {
      routes.get('/', (request) => {
        one.set(request, '1');
        two.set(request, 'a b', { path: '/y', maxAgeSeconds: 5 });
        one.set(request, '2');
      });
      routes.get('/fails', (request) => {
        one.set(request, '1');
        throw new Error('fails');
      });
    });
    const { headers } = await app.request('GET', '/');
    expect(headers.getSetCookie()).toEqual([
      'two=a%20b; Path=/y; Max-Age=5; SameSite=Strict; Secure; Partitioned',
      'one=2; Path=/; SameSite=Lax; Secure; HttpOnly',
    ]);
    expect((await app.request('GET', '/fails')).headers.getSetCookie()).toHaveLength(1);
  });

  it('is deleted where it was set', async () => {
    await using app = await serve(defineCookie('session', { prefix: 'secure', domain: 'example.org', path: '/x', maxAgeSeconds: 60, signed: true }));
    const { headers } = await app.request('DELETE', '/');
    expect(headers.get('set-cookie')).toBe(
      '__Secure-session=; Path=/x; Domain=example.org; SameSite=Lax; Secure; HttpOnly; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    );
  });

  it.each<['production' | 'development', CookieOptions, boolean]>([
    ['production', {}, true],
    ['production', { secure: false }, false],
    ['development', {}, false],
    ['development', { secure: true }, true],
    ['development', { prefix: 'host' }, true],
    ['development', { sameSite: 'none' }, true],
  ])('in %s over plain HTTP with %j is secure: %s', async (environment, options, expected) => {
    await using app = await serve(defineCookie('a', options), { http: { environment } });
    expect((await set(app, 'x')).includes('; Secure')).toBe(expected);
  });

  it('needs keys in production, at its first use', async () => {
    const log = recordLog();
    await using app = await serve(defineCookie('session', { signed: true }), { http: { keys: [] }, logger: log.logger });
    expect((await app.request('GET', '/')).status).toBe(500);
    expect(log.lines.find(({ level }) => level === 'error')?.fields).toMatchObject({ error: { code: 'OXI_HTTP_KEYS_MISSING' } });
  });

  it('refuses values it cannot keep', async () => {
    const log = recordLog();
    await using app = await serve(defineCookie('session', { encrypted: true }), { logger: log.logger });
    for (const value of ['x'.repeat(3_100), '\ud800', 5]) expect((await app.request('PUT', '/', { json: { value } })).status).toBe(500);
    const codes = log.lines.filter(({ level }) => level === 'error').map(({ fields }) => (fields['error'] as { code: string }).code);
    expect(codes).toEqual(['OXI_HTTP_COOKIE_TOO_LARGE', 'OXI_HTTP_COOKIE_VALUE', 'OXI_HTTP_COOKIE_VALUE']);
  });

  it('cannot break out of its header, whatever its value', async () => {
    await using app = await serve(defineCookie('session'));
    const cookie = await set(app, 'x\r\nset-cookie: evil=1; Domain=evil.example');
    expect(cookie).toBe('session=x%0D%0Aset-cookie:%20evil=1%3B%20Domain=evil.example; Path=/; SameSite=Lax; Secure; HttpOnly');
  });

  it.each<[string, CookieOptions]>([
    ['a name', {}],
    ['__Host-', { prefix: 'host', domain: 'example.org' }],
    ['__Host-', { prefix: 'host', path: '/x' }],
    ['__Host-', { prefix: 'host', secure: false }],
    ['__Secure-', { prefix: 'secure', secure: false }],
    ['both', { signed: true, encrypted: true }],
  ])('is refused when browsers would refuse it: %s %j', (what, options) => {
    expect(() => defineCookie(what === 'a name' ? 'a b' : 'a', options)).toThrow(CookieDefinitionError);
  });

  it('refuses to be used without a request', () => {
    expect(() => defineCookie('a').get({} as CookieRequest)).toThrow(TypeError);
  });
});
