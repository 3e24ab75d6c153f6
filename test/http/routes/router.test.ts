import { defineRoutes, isRouteGroup } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { describe, expect, it } from 'vitest';

describe('Router', () => {
  it('registers routes with their whole path, declaration, guards and place', async () => {
    const guard = { name: 'g', check: () => undefined };
    const middleware = (): undefined => undefined;
    await using app = await createTestHttp((routes) => {
      routes.group('/api', { tags: ['Api'], guards: [guard], deprecated: true, bodyLimitBytes: 5 }, (api) => {
        api.post('/', { name: 'articles.create', summary: 'Create', tags: ['Articles'], middleware: [middleware], bodyLimitBytes: 6 }, () => 'x');
      });
    });
    const [route] = app.services.http.routes;
    expect(route).toMatchObject({ method: 'POST', path: '/api', name: 'articles.create', guards: [guard], middleware: [middleware] });
    expect(route?.declaration).toMatchObject({ summary: 'Create', tags: ['Api', 'Articles'], deprecated: true, bodyLimitBytes: 6, guards: [guard] });
    expect(route?.place).toMatch(/test\/http\/routes\/router\.test\.ts:\d+$/);
  });

  it('nests groups, declared in place or elsewhere', async () => {
    const inner = defineRoutes('/inner', (routes) => routes.get('/:id', ({ params }) => params));
    await using app = await createTestHttp((routes) => {
      routes.group('/outer/:outer', (outer) => outer.use(inner));
      routes.use(inner);
    });
    expect((await app.request('GET', '/outer/1/inner/2')).json).toEqual({ outer: '1', id: '2' });
    expect((await app.request('GET', '/inner/2')).json).toEqual({ id: '2' });
  });

  it('refuses two routes for the same requests, naming both places', async () => {
    const boot = createTestHttp((routes) => {
      routes.get('/users/:id', () => 'first');
      routes.get('/users/:name', () => 'second');
    });
    await expect(boot).rejects.toThrow(/GET \/users\/:name is declared twice: at .*router\.test\.ts:\d+ and at .*router\.test\.ts:\d+/);
    await expect(boot).rejects.toMatchObject({ cause: { code: 'OXI_HTTP_ROUTE_DUPLICATE', method: 'GET', path: '/users/:name' } });
  });

  it('refuses two routes of one name', async () => {
    const boot = createTestHttp((routes) => {
      routes.get('/a', { name: 'same' }, () => 'x');
      routes.get('/b', { name: 'same' }, () => 'x');
    });
    await expect(boot).rejects.toThrow(/name "same" is used twice/);
  });

  it('says what is missing', async () => {
    const missing = undefined as unknown as () => string;
    await expect(createTestHttp((routes) => routes.get('/a', {}, missing))).rejects.toThrow('GET /a has no handler');
    await expect(createTestHttp((routes) => routes.group('/a', {}, missing))).rejects.toThrow('The group /a declares no routes');
    expect(() => defineRoutes('/a', {}, missing)).toThrow('The group /a declares no routes');
  });
});

describe('isRouteGroup', () => {
  it('tells groups from everything else', () => {
    expect(isRouteGroup(defineRoutes('/', () => undefined))).toBe(true);
    for (const other of [undefined, null, {}, () => undefined, 'x']) expect(isRouteGroup(other)).toBe(false);
  });
});
