import { defineGuard, type Guard, type GuardSecurity } from '@oxidite/http';
import { createTestHttp, type TestHttp, type TestResponse } from '@oxidite/http/testing';
import { csrf, csrfToken, CsrfUndecidedError, middleware } from '@oxidite/middleware';
import { describe, expect, it } from 'vitest';

type Options = Exclude<NonNullable<Parameters<typeof middleware>[0]>['csrf'], boolean | undefined>;

const COOKIE: GuardSecurity = { scheme: 'session', definition: { type: 'apiKey', in: 'cookie', name: 'sid' } };
const BEARER: GuardSecurity = { scheme: 'bearer', definition: { type: 'http', scheme: 'bearer' } };
const BASIC: GuardSecurity = { scheme: 'basic', definition: { type: 'http', scheme: 'Basic' } };
const KEY: GuardSecurity = { scheme: 'key', definition: { type: 'apiKey', in: 'header', name: 'x-api-key' } };

const guard = (...security: readonly GuardSecurity[]): Guard => defineGuard({ name: 'guard', security: () => security, check: () => undefined });

const boot = (options: Options = {}, extra: readonly GuardSecurity[] = []): Promise<TestHttp> =>
  createTestHttp(
    (routes) => {
      routes.post('/cookie', { guards: [guard(COOKIE)] }, () => 'ok');
      routes.get('/cookie', { guards: [guard(COOKIE)] }, () => 'ok');
      routes.post('/basic', { guards: [guard(BASIC)] }, () => 'ok');
      routes.post('/bearer', { guards: [guard(BEARER), guard(KEY)] }, () => 'ok');
      routes.post('/open', () => 'ok');
      routes.get('/token', (request) => csrfToken.get(request));
      routes.post('/always', { middleware: [csrf({ protect: 'always' })] }, () => 'ok');
      routes.post('/off', { guards: [guard(COOKIE)], middleware: [csrf(false)] }, () => 'ok');
      if (extra.length > 0) routes.post('/mixed', { guards: [guard(...extra)] }, () => 'ok');
    },
    { env: { OXI_HTTP_KEYS: 'a secret for tests that is long enough to be one' }, plugins: [middleware({ csrf: options, log: false })] },
  );

const post = (app: TestHttp, path: string, headers: Record<string, string> = {}): Promise<TestResponse> => app.request('POST', path, { headers });
const statusOf = async (app: TestHttp, path: string, headers: Record<string, string> = {}): Promise<number> => (await post(app, path, headers)).status;

const FORGED = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };

describe('csrf', () => {
  it.each([
    ['by a page of this application', { 'sec-fetch-site': 'same-origin' }, 200],
    ['by the user', { 'sec-fetch-site': 'none' }, 200],
    ['by another site', FORGED, 403],
    ['by a subdomain', { 'sec-fetch-site': 'same-site', origin: 'https://blog.localhost' }, 403],
    ['by something new', { 'sec-fetch-site': 'somewhere' }, 403],
    ['by an old browser, from here', { origin: 'http://localhost' }, 200],
    ['by an old browser, from elsewhere', { origin: 'https://evil.example' }, 403],
    ['by an old browser, from another port', { origin: 'http://localhost:8080' }, 403],
    ['by an old browser, from a sandbox', { origin: 'null' }, 403],
    ['with a referer from here', { referer: 'http://localhost/form?x=1' }, 200],
    ['with a referer from elsewhere', { referer: 'https://evil.example/http://localhost/' }, 403],
    ['with a broken referer', { referer: 'about' }, 403],
    ['by no browser at all', {}, 200],
  ])('decides about a request sent %s', async (_by, headers, status) => {
    await using app = await boot();
    expect(await statusOf(app, '/cookie', headers)).toBe(status);
  });

  it('refuses with a code, and says what to do', async () => {
    await using app = await boot();
    const { json, headers } = await post(app, '/cookie', FORGED);
    expect(json).toMatchObject({ status: 403, code: 'OXI_MIDDLEWARE_CSRF_ORIGIN', detail: expect.stringContaining('csrf.trustedOrigins') });
    expect(headers.get('content-security-policy')).not.toBeNull();
  });

  it('lets a page by HTTPS send to what a proxy unwraps, and no page by HTTP to HTTPS', async () => {
    await using app = await boot();
    expect(await statusOf(app, '/cookie', { origin: 'https://localhost' })).toBe(200);
    const secure = await app.services.http.inject('https://localhost/cookie', { method: 'POST', headers: { origin: 'http://localhost' } });
    expect(secure.status).toBe(403);
  });

  it('trusts the origins that are listed, or the whole site', async () => {
    await using listed = await boot({ trustedOrigins: ['https://accounts.example'] });
    expect(await statusOf(listed, '/cookie', { 'sec-fetch-site': 'cross-site', origin: 'https://accounts.example' })).toBe(200);
    expect(await statusOf(listed, '/cookie', { origin: 'https://accounts.example' })).toBe(200);
    expect(await statusOf(listed, '/cookie', { referer: 'https://accounts.example/form' })).toBe(200);
    expect(await statusOf(listed, '/cookie', FORGED)).toBe(403);
    await using site = await boot({ allowSameSite: true });
    expect(await statusOf(site, '/cookie', { 'sec-fetch-site': 'same-site', origin: 'https://blog.localhost' })).toBe(200);
  });
});

describe('the routes that are protected', () => {
  it('are those for which browsers authenticate by themselves', async () => {
    await using app = await boot();
    expect([await statusOf(app, '/cookie', FORGED), await statusOf(app, '/basic', FORGED), await statusOf(app, '/bearer', FORGED)]).toEqual([403, 403, 200]);
    const chain = (path: string, method: string): boolean => {
      const route = app.services.http.routes.find((candidate) => candidate.path === path && candidate.method === method);
      return route !== undefined && app.services.http.chainOf(route).some(({ name }) => name === 'csrf');
    };
    expect([chain('/cookie', 'POST'), chain('/cookie', 'GET'), chain('/bearer', 'POST')]).toEqual([true, false, false]);
    expect((await app.request('GET', '/cookie', { headers: FORGED })).status).toBe(200);
  });

  it('are those without guards when a cookie comes along, paths that no route answers included', async () => {
    await using app = await boot();
    app.services.http.h3.post('/h3', () => 'ok');
    for (const path of ['/open', '/h3']) {
      expect(await statusOf(app, path, FORGED)).toBe(200);
      expect(await statusOf(app, path, { ...FORGED, cookie: 'sid=1' })).toBe(403);
      expect(await statusOf(app, path, { cookie: 'sid=1', 'sec-fetch-site': 'same-origin' })).toBe(200);
    }
  });

  it('are forms of other sites without guards even when no cookie comes along, for they could sign the user in as somebody else', async () => {
    await using app = await boot({ token: 'always', trustedOrigins: ['https://pay.example'] });
    for (const type of ['application/x-www-form-urlencoded', 'Multipart/Form-Data; boundary=x']) {
      const form = { 'content-type': type };
      expect(await statusOf(app, '/open', { ...FORGED, ...form })).toBe(403);
      expect(await statusOf(app, '/open', { ...form, origin: 'null' })).toBe(403);
      expect(await statusOf(app, '/open', { ...form, 'sec-fetch-site': 'same-origin' })).toBe(200);
      expect(await statusOf(app, '/open', { ...form, 'sec-fetch-site': 'cross-site', origin: 'https://pay.example' })).toBe(200);
      expect(await statusOf(app, '/open', form)).toBe(200); // no browser at all
      expect(await statusOf(app, '/bearer', { ...FORGED, ...form })).toBe(200);
    }
    expect(await statusOf(app, '/open', { ...FORGED, 'content-type': 'application/json' })).toBe(200); // the browser asks first, and CORS answers
  });

  it('may be all, or fewer', async () => {
    await using app = await boot();
    expect([await statusOf(app, '/always', FORGED), await statusOf(app, '/off', FORGED)]).toEqual([403, 200]);
  });

  it('must be said where guards accept both, or the boot ends', async () => {
    const error: unknown = await boot({}, [COOKIE, BEARER]).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ cause: expect.any(CsrfUndecidedError) as unknown });
    expect(String((error as Error).cause)).toMatch(/POST \/mixed .*session, bearer.*without-authorization/s);
    await using always = await boot({ mixed: 'always' }, [COOKIE, BEARER]);
    await using some = await boot({ mixed: 'without-authorization' }, [COOKIE, BEARER]);
    const withToken = { ...FORGED, authorization: 'Bearer x' };
    expect([await statusOf(always, '/mixed', withToken), await statusOf(some, '/mixed', withToken), await statusOf(some, '/mixed', FORGED)]).toEqual([
      403, 200, 403,
    ]);
  });
});

describe('csrfToken', () => {
  async function openPage(app: TestHttp): Promise<{ readonly token: string; readonly cookie: string }> {
    const { text, headers } = await app.request('GET', '/token');
    return { token: text, cookie: headers.get('set-cookie')?.split(';', 1)[0] ?? '' };
  }

  it('is needed where nothing is known of the sender, with `fallback`', async () => {
    await using app = await boot({ token: 'fallback' });
    const { token, cookie } = await openPage(app);
    expect(await statusOf(app, '/cookie', { cookie, 'x-csrf-token': token })).toBe(200);
    expect((await post(app, '/cookie', { cookie })).json).toMatchObject({
      status: 403,
      code: 'OXI_MIDDLEWARE_CSRF_TOKEN',
      detail: expect.stringContaining('is missing'),
    });
    expect(await statusOf(app, '/cookie', { 'sec-fetch-site': 'same-origin' })).toBe(200);
  });

  it('is needed besides with `always`, and never helps another site', async () => {
    await using app = await boot({ token: 'always' });
    const { token, cookie } = await openPage(app);
    expect(await statusOf(app, '/cookie', { cookie, 'sec-fetch-site': 'same-origin' })).toBe(403);
    expect(await statusOf(app, '/cookie', { cookie, 'sec-fetch-site': 'same-origin', 'x-csrf-token': token })).toBe(200);
    expect(await statusOf(app, '/cookie', { cookie, ...FORGED, 'x-csrf-token': token })).toBe(403);
  });

  it('fits only the cookie of its browser', async () => {
    await using app = await boot({ token: 'always' });
    const [mine, other] = [await openPage(app), await openPage(app)];
    const send = (token: string, cookie = mine.cookie): Promise<number> =>
      statusOf(app, '/cookie', { cookie, 'sec-fetch-site': 'same-origin', 'x-csrf-token': token });
    const changed = mine.token.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
    expect([
      await send(mine.token),
      await send(other.token),
      await send(changed),
      await send(''),
      await send('x'.repeat(64)),
      await send(mine.token, `${mine.cookie}x`),
    ]).toEqual([200, 403, 403, 403, 403, 403]);
  });

  it('is masked anew each time, and its cookie is set once', async () => {
    await using app = await boot({ token: 'always' });
    const { token, cookie } = await openPage(app);
    const again = await app.request('GET', '/token', { headers: { cookie } });
    expect(again.headers.has('set-cookie')).toBe(false);
    expect(again.text).not.toBe(token);
    expect(await statusOf(app, '/cookie', { cookie, 'sec-fetch-site': 'same-origin', 'x-csrf-token': again.text })).toBe(200);
    expect(cookie).toMatch(/^__Host-csrf=/);
  });
});
