import { forbidden, http } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { csrf, middleware, PluginMissingError, requestId } from '@oxidite/middleware';
import { describePlugin } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';

describePlugin({ describe, it }, middleware(), { plugins: [http({ port: 0 })] });

describe('middleware', () => {
  it('puts its modules around every request: a 500, a 404, a 405 and a refusal leave like a result', async () => {
    await using app = await createTestHttp(
      (routes) => {
        routes.get('/ok', () => ({ ok: true }));
        routes.get('/fails', () => Promise.reject(new Error('inside')));
        routes.get('/refused', () => Promise.reject(forbidden()));
      },
      { plugins: [middleware({ cors: { origins: ['https://shop.example', 'https://admin.example'] } })] },
    );
    for (const [method, path, status] of [
      ['GET', '/ok', 200],
      ['GET', '/fails', 500],
      ['GET', '/refused', 403],
      ['GET', '/none', 404],
      ['DELETE', '/ok', 405],
      ['GET', '/%E0%A4%A', 400],
    ] as const) {
      const response = await app.request(method, path, { headers: { origin: 'https://shop.example' } });
      expect([path, response.status]).toEqual([path, status]);
      expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
      expect(response.headers.get('access-control-allow-origin')).toBe('https://shop.example');
      expect(response.headers.get('vary')).toContain('Origin');
      expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'self'");
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('leaves no trace of modules that are switched off', async () => {
    await using app = await createTestHttp((routes) => routes.get('/', () => 'ok'), {
      plugins: [middleware({ requestId: false, log: false, securityHeaders: false, csrf: false })],
    });
    const { headers } = await app.request('GET', '/');
    for (const name of ['x-request-id', 'content-security-policy', 'x-frame-options', 'access-control-allow-origin']) expect(headers.has(name)).toBe(false);
    const route = app.services.http.routes.find(({ path }) => path === '/');
    const own = ['requestId', 'requestLog', 'securityHeaders', 'csrf', 'cors'];
    expect(route && app.services.http.chainOf(route).filter(({ name }) => own.includes(name))).toEqual([]);
  });

  it('shows its modules in the chain of a route, in the order of the phases', async () => {
    await using app = await createTestHttp((routes) => routes.post('/', () => 'ok'), { plugins: [middleware({ cors: { origins: '*' } })] });
    const route = app.services.http.routes.find(({ path }) => path === '/');
    const own = ['requestId', 'requestLog', 'securityHeaders', 'csrf', 'cors'];
    expect(route && app.services.http.chainOf(route).flatMap(({ name, phase }) => (own.includes(name) ? `${phase} ${name}` : []))).toEqual([
      'egress securityHeaders',
      'edge requestId',
      'edge requestLog',
      'edge cors',
      'policy csrf',
    ]);
  });

  it('refuses options by the place where they are wrong', async () => {
    const boot = createTestHttp(() => undefined, { plugins: [middleware({ log: { sample: 2 } })] });
    await expect(boot).rejects.toThrow(/log\.sample/);
  });
});

describe('a module on a route', () => {
  it('replaces the module of the application, and `false` switches it off there', async () => {
    await using app = await createTestHttp(
      (routes) => {
        routes.group('/own', { middleware: [requestId({ header: 'x-trace-name' })] }, (inner) => {
          inner.get('/', () => 'ok');
          inner.get('/inner', { middleware: [requestId({ header: 'x-inner-name' })] }, () => 'ok');
        });
        routes.post('/open', { middleware: [csrf(false)] }, () => 'ok');
        routes.post('/closed', () => 'ok');
      },
      { plugins: [middleware()] },
    );
    const names = async (path: string): Promise<readonly string[]> =>
      [...(await app.request('GET', path)).headers.keys()].filter((name) => name.startsWith('x-') && /name|id$/.test(name));
    expect(await names('/own')).toEqual(['x-trace-name']);
    expect(await names('/own/inner')).toEqual(['x-inner-name']);
    const forged = { headers: { cookie: 'a=1', 'sec-fetch-site': 'cross-site' } };
    expect((await app.request('POST', '/open', forged)).status).toBe(200);
    expect((await app.request('POST', '/closed', forged)).status).toBe(403);
  });

  it('needs the plugin', async () => {
    const boot = createTestHttp((routes) => routes.get('/', { middleware: [requestId()] }, () => 'ok'));
    await expect(boot).rejects.toThrow(expect.objectContaining({ cause: expect.any(PluginMissingError) as unknown }));
  });

  it('can be shared by two applications', async () => {
    const shared = requestId();
    const create = () => createTestHttp((routes) => routes.get('/', { middleware: [shared] }, ({ id }) => id), { plugins: [middleware()] });
    await using first = await create();
    await using second = await create();
    for (const app of [first, second]) expect((await app.request('GET', '/')).status).toBe(200);
  });
});
