import { defineGuard, forbidden, type Router } from '@oxidite/http';
import { createTestHttp, type TestHttp, type TestResponse } from '@oxidite/http/testing';
import { middleware, rateLimit } from '@oxidite/middleware';
import { definePlugin } from '@oxidite/plugin-sdk';
import { describe, expect, it } from 'vitest';

type Options = Parameters<typeof middleware>[0];

function createApp(define: (routes: Router) => void, options: Options = {}): Promise<TestHttp> {
  return createTestHttp(define, { http: { trustProxy: 1 }, plugins: [middleware({ log: false, ...options })] });
}

const from = (ip: string): { headers: Record<string, string> } => ({ headers: { 'x-forwarded-for': ip } });
const headersOf = ({ headers }: TestResponse): unknown[] => ['ratelimit-policy', 'ratelimit', 'retry-after'].map((name) => headers.get(name));

describe('rateLimit', () => {
  it('tells what is left, refuses with 429, and lets through again when it said', async () => {
    await using app = await createApp((routes) => routes.get('/', { middleware: [rateLimit({ name: 'home', limit: 2, windowSeconds: 60 })] }, () => 'home'));
    const ask = (): Promise<TestResponse> => app.request('GET', '/');
    expect(headersOf(await ask())).toEqual(['"home";q=2;w=60', '"home";r=1;t=30', null]);
    expect(headersOf(await ask())).toEqual(['"home";q=2;w=60', '"home";r=0;t=60', null]);
    const refused = await ask();
    expect([refused.status, refused.json]).toEqual([
      429,
      expect.objectContaining({ code: 'OXI_MIDDLEWARE_RATE_LIMITED', detail: 'There were too many requests. Try again in 30 s.' }),
    ]);
    expect(headersOf(refused)).toEqual(['"home";q=2;w=60', '"home";r=0;t=30', '30']);
    await app.clock.advance({ seconds: 29.999 });
    expect(headersOf(await ask())).toEqual(['"home";q=2;w=60', '"home";r=0;t=1', '1']);
    await app.clock.advance(1);
    expect((await ask()).status).toBe(200);
  });

  it('counts by address, of IPv6 by its /64', async () => {
    await using app = await createApp((routes) => routes.get('/', { middleware: [rateLimit({ limit: 1 })] }, () => 'home'));
    const status = async (ip: string): Promise<number> => (await app.request('GET', '/', from(ip))).status;
    expect([await status('192.0.2.1'), await status('192.0.2.1'), await status('192.0.2.2')]).toEqual([200, 429, 200]);
    expect([await status('2001:db8::1'), await status('2001:db8::2'), await status('2001:db8:0:1::1')]).toEqual([200, 429, 200]);
  });

  it('counts by user behind the guards that find the user, and by address without one', async () => {
    const recognized = defineGuard<{ user: { id: number } | undefined }>({
      name: 'recognized',
      check: (request) => {
        const id = request.headers['x-user'];
        Object.assign(request, { user: id === undefined ? undefined : { id: Number(id) } });
      },
    });
    await using app = await createApp((routes) => routes.get('/', { guards: [recognized], middleware: [rateLimit({ limit: 1, key: 'user' })] }, () => 'home'));
    const status = async (user?: string): Promise<number> => (await app.request('GET', '/', user === undefined ? {} : { headers: { 'x-user': user } })).status;
    expect([await status('1'), await status('2'), await status('1'), await status(), await status()]).toEqual([200, 200, 429, 200, 429]);
  });

  it('counts by what a function says, and not at all where it says nothing', async () => {
    await using app = await createApp((routes) =>
      routes.get('/:tenant?', { middleware: [rateLimit({ limit: 1, key: ({ params }) => params['tenant'] })] }, () => 'home'),
    );
    const status = async (path: string): Promise<number> => (await app.request('GET', path)).status;
    expect([await status('/a'), await status('/b'), await status('/a'), await status('/'), await status('/')]).toEqual([200, 200, 429, 200, 200]);
  });

  it('keeps long keys apart without keeping them', async () => {
    await using app = await createApp((routes) =>
      routes.get('/', { middleware: [rateLimit({ limit: 1, key: ({ headers }) => String(headers['x-key']) })] }, () => 'home'),
    );
    const status = async (key: string): Promise<number> => (await app.request('GET', '/', { headers: { 'x-key': key } })).status;
    const long = 'x'.repeat(5_000);
    expect([await status(`${long}1`), await status(`${long}2`), await status(`${long}1`)]).toEqual([200, 200, 429]);
  });

  it('counts the routes of a group together, or each for itself', async () => {
    const define = (per: 'all' | 'route') => (routes: Router) =>
      routes.group('/', { middleware: [rateLimit({ limit: 1, per })] }, (inner) => {
        inner.get('/a', () => 'a');
        inner.get('/b', () => 'b');
      });
    await using together = await createApp(define('all'));
    expect([(await together.request('GET', '/a')).status, (await together.request('GET', '/b')).status]).toEqual([200, 429]);
    await using apart = await createApp(define('route'));
    expect([(await apart.request('GET', '/a')).status, (await apart.request('GET', '/b')).status, (await apart.request('GET', '/a')).status]).toEqual([
      200, 200, 429,
    ]);
  });

  it('holds several limits at once, and tells all of them', async () => {
    await using app = await createApp(
      (routes) =>
        routes.get(
          '/',
          {
            middleware: [
              rateLimit({ name: 'burst', limit: 2, windowSeconds: 1 }),
              rateLimit({ name: 'daily', limit: 3, windowSeconds: 86_400, algorithm: 'sliding-window' }),
            ],
          },
          () => 'home',
        ),
      { rateLimit: { limits: [{ limit: 100 }] } },
    );
    const first = await app.request('GET', '/');
    expect(headersOf(first)).toEqual([
      '"application";q=100;w=60, "burst";q=2;w=1, "daily";q=3;w=86400',
      '"application";r=99;t=1, "burst";r=1;t=1, "daily";r=2;t=172800',
      null,
    ]);
    await app.request('GET', '/');
    expect((await app.request('GET', '/')).text).toContain('OXI_MIDDLEWARE_RATE_LIMITED');
    await app.clock.advance({ seconds: 1 });
    expect((await app.request('GET', '/')).status).toBe(200);
    await app.clock.advance({ seconds: 5 });
    expect(headersOf(await app.request('GET', '/'))[1]).toContain('"daily";r=0');
  });

  it('limits the whole application: what no route answers, too', async () => {
    await using app = await createApp((routes) => routes.get('/', () => 'home'), { rateLimit: { limits: [{ limit: 1, key: () => 'everybody' }] } });
    expect((await app.request('GET', '/none')).status).toBe(404);
    expect((await app.request('GET', '/')).status).toBe(429);
  });

  it('takes a cost, from a function too, and skips what it is told to', async () => {
    await using app = await createApp((routes) => {
      const costly = rateLimit({ limit: 10, cost: ({ query }) => Number(query['cost']), skip: ({ headers }) => headers['x-internal'] === 'yes' });
      routes.get('/', { middleware: [costly] }, () => 'home');
    });
    const remaining = async (cost: string, headers: Record<string, string> = {}): Promise<unknown> => {
      const answer = await app.request('GET', `/?cost=${cost}`, { headers });
      return answer.status === 429 ? 429 : (/r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1] ?? null);
    };
    expect([
      await remaining('4'),
      await remaining('0'),
      await remaining('-5'),
      await remaining('many'),
      await remaining('Infinity'),
      await remaining('6'),
      await remaining('1'),
    ]).toEqual(['6', null, null, 429, 429, '0', 429]);
    expect(await remaining('1', { 'x-internal': 'yes' })).toBeNull();
  });

  it('blocks for a while who goes over the limit', async () => {
    await using app = await createApp(
      (routes) => routes.post('/login', { middleware: [rateLimit({ limit: 1, windowSeconds: 1, blockSeconds: 900 })] }, () => 'in'),
      { csrf: false },
    );
    const status = async (): Promise<number> => (await app.request('POST', '/login')).status;
    expect([await status(), await status()]).toEqual([200, 429]);
    await app.clock.advance({ seconds: 899 });
    const refused = await app.request('POST', '/login');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    await app.clock.advance({ seconds: 1 });
    expect(await status()).toBe(200);
  });

  it.each([
    ['edge', 429],
    ['policy', 429],
    ['cache', 403],
  ] as const)('in the phase %s answers a refused stranger with %i', async (phase, status) => {
    const guard = defineGuard({
      name: 'nobody',
      check() {
        throw forbidden();
      },
    });
    await using app = await createApp((routes) => routes.get('/', { guards: [guard], middleware: [rateLimit({ limit: 1, phase })] }, () => 'home'));
    expect((await app.request('GET', '/')).status).toBe(403);
    expect((await app.request('GET', '/')).status).toBe(status);
  });

  it('keeps counting when routes are collected anew, because a plugin joins', async () => {
    await using app = await createApp((routes) => routes.get('/', { middleware: [rateLimit({ limit: 1 })] }, () => 'home'));
    expect((await app.request('GET', '/')).status).toBe(200);
    await app.load(
      definePlugin({ name: '@acme/more', version: '1.0.0', setup: (kernel) => kernel.tap('http:routes', (routes) => routes.get('/more', () => 'more')) })(),
    );
    expect((await app.request('GET', '/more')).status).toBe(200);
    expect((await app.request('GET', '/')).status).toBe(429);
  });

  it('counts together what has one name', async () => {
    await using app = await createApp((routes) => {
      routes.get('/a', { middleware: [rateLimit({ name: 'shared "one"', limit: 1 })] }, () => 'a');
      routes.get('/b', { middleware: [rateLimit({ name: 'shared "one"', limit: 1 })] }, () => 'b');
    });
    expect((await app.request('GET', '/a')).headers.get('ratelimit-policy')).toBe(String.raw`"shared \"one\"";q=1;w=60`);
    expect((await app.request('GET', '/b')).status).toBe(429);
  });

  it('takes the request only, so that no route needs a unit of work because of it', async () => {
    await using app = await createApp((routes) => routes.get('/', { middleware: [rateLimit({ limit: 5 })] }, () => 'home'));
    const [route] = app.services.http.routes.filter(({ path }) => path === '/');
    const parts = route?.middleware.map((candidate) => (typeof candidate === 'function' ? undefined : candidate.forRoute?.(route, app.services)));
    expect(parts?.[0]?.onRequest?.length).toBe(1);
  });

  it('needs the plugin, and options that make sense', async () => {
    const limited = (routes: Router): void => routes.get('/', { middleware: [rateLimit({ limit: 1 })] }, () => 'home');
    await expect(createTestHttp(limited)).rejects.toThrow('Add middleware() to the plugins');
    expect(() => rateLimit({ limit: 0 })).toThrow('The options of rateLimit() are not valid: limit');
    expect(() => rateLimit({ limit: 1, name: 'zwei\n' })).toThrow('printable ASCII');
    expect(() => rateLimit({ limit: 1, key: 'nobody' as 'ip' })).toThrow('must be "ip", "user" or a function');
  });
});
