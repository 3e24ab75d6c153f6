import { defineRoutes, RouteConflictError, RouteUnreachableError } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { describe, expect, it } from 'vitest';
import { createTable, find } from '../support/route-table.ts';

const at = (host: string): { headers: Record<string, string> } => ({ headers: { host } });

describe('groups of a host', () => {
  const table = createTable((routes) => {
    routes.group('/', { host: 'admin.example.com' }, (admin) => {
      admin.get('/', () => 'admin');
      admin.delete('/users/:id', () => 'x');
    });
    routes.group('/', { host: ':tenant.example.com' }, (tenant) => tenant.get('/', () => 'tenant'));
    routes.group('/t', { host: ':region{eu|us}-:name.example.org' }, (named) => named.get('/:id', () => 'x'));
    routes.get('/', () => 'everybody');
    routes.get('/users/:id', () => 'x');
  });

  it('answer on that host only, text before params, and everything else goes on to routes without one', () => {
    const hostOf = (path: string, host: string, method = 'GET'): unknown => {
      const match = table.find({ method, headers: { host } }, path);
      return match === undefined ? undefined : [match.value.route.host, match.params];
    };
    expect(hostOf('/', 'admin.example.com')).toEqual(['admin.example.com', {}]);
    expect(hostOf('/', 'ADMIN.Example.com.:8080')).toEqual(['admin.example.com', {}]);
    expect(hostOf('/', 'acme.example.com')).toEqual([':tenant.example.com', { tenant: 'acme' }]);
    expect(hostOf('/', 'example.com')).toEqual([undefined, {}]);
    expect(hostOf('/', 'a.b.example.com')).toEqual([undefined, {}]);
    expect(hostOf('/users/1', 'admin.example.com')).toEqual([undefined, { id: '1' }]);
    expect(hostOf('/users/1', 'admin.example.com', 'DELETE')).toEqual(['admin.example.com', { id: '1' }]);
    expect(hostOf('/users/1', 'acme.example.com', 'DELETE')).toBeUndefined();
    expect(find(table, '/t/5', at('eu-acme.example.org'))).toEqual(['/t/:id', { region: 'eu', name: 'acme', id: '5' }]);
    expect(find(table, '/t/5', at('cn-acme.example.org'))).toBeUndefined();
  });

  it.each(['', ':80', '%61dmin.example.com', 'admin.example.com/', 'a..example.com', '[::1]:80'])('take no malformed host: %j', (host) => {
    expect(table.find({ method: 'GET', headers: { host } }, '/')?.value.route.host).toBeUndefined();
  });

  it('are told apart for Allow', () => {
    expect(table.findOthers({ method: 'PUT', headers: { host: 'admin.example.com' } }, '/users/1').methods).toEqual(['DELETE', 'GET', 'HEAD', 'OPTIONS']);
    expect(table.findOthers({ method: 'PUT', headers: {} }, '/users/1').methods).toEqual(['GET', 'HEAD', 'OPTIONS']);
  });

  it.each([
    ['admin.example.com:80', 'without a port'],
    ['Admin.example.com', 'lower-case'],
    ['a..b', 'empty segment'],
    ['**.example.com', 'neither optional nor rest'],
  ])('refuse %j', (host, reason) => {
    expect(() => createTable((routes) => routes.group('/', { host }, (inner) => inner.get('/', () => 1)))).toThrow(reason);
  });

  it('refuse one path twice, two names for one label, and a name that the path has too', () => {
    const define = (first: string, second: string, path = '/') =>
      createTable((routes) => {
        routes.group('/', { host: first }, (inner) => inner.get('/', () => 1));
        routes.group('/', { host: second }, (inner) => inner.get(path, () => 1));
      });
    expect(() => define(':a.example.com', ':a.example.com')).toThrow('is declared twice');
    expect(() => define(':a.example.com', ':b.example.com', '/b')).toThrow(/at .*\.ts:\d+ calls the labels of the same hosts "a", that at .*\.ts:\d+ "b"/);
    expect(() => define('x.example.com', ':b.example.com', '/:b')).toThrow('two parameters "b"');
  });

  const declare =
    (...hosts: readonly string[]) =>
    () =>
      createTable((routes) => {
        for (const host of hosts) routes.group('/', { host }, (inner) => inner.post(`/${host.length}`, () => 1));
      });

  it.each([
    [[':a{eu|us}.example.com', ':b{us|asia}.example.com'], 'us.example.com'],
    [[':a-x.example.com', 'x-:b.example.com'], 'x-x.example.com'],
    [[':x{eu|us}.:a{one|two}.com', ':x{eu|us}.:b{two|three}.com'], 'eu.two.com'],
  ])('are refused when they fit the same hosts, and none is narrower: %j', (hosts, example) => {
    expect(declare(...hosts)).toThrow(RouteConflictError);
    expect(declare(...hosts)).toThrow(
      new RegExp(`^POST //.* at .*\\.ts:\\d+ and the route at .*\\.ts:\\d+ both fit the host ${example}, and neither is the narrower one`),
    );
  });

  it('are refused when others take all of their hosts', () => {
    expect(declare(':a{eu|us}.example.com', 'eu.example.com', 'us.example.com')).toThrow(RouteUnreachableError);
    expect(declare(':a{eu|us}.example.com', 'eu.example.com', 'us.example.com')).toThrow(
      /^POST \/\/:a\{eu\|us\}.* every path that fits it leads to the routes at .*\.ts:\d+ and at .*\.ts:\d+/,
    );
  });

  it.each([[[':a{eu|us}.example.com', ':b{slug}.example.com', ':c.example.com', 'eu.example.com']], [[':a{eu|us}.example.com', ':b{us|asia}.example.org']]])(
    'are taken when something decides: %j',
    (hosts) => {
      expect(declare(...hosts)().routes).toHaveLength(hosts.length);
      expect(declare(...hosts.toReversed())().routes).toHaveLength(hosts.length);
    },
  );

  it('give their params to handlers', async () => {
    const group = defineRoutes('/', { host: ':tenant.example.com' }, (routes) => routes.get('/users/:id{int}', ({ params }) => params));
    await using app = await createTestHttp((routes) => routes.use(group));
    expect(await (await app.services.http.inject('http://acme.example.com/users/5', { headers: { host: 'acme.example.com' } })).json()).toEqual({
      tenant: 'acme',
      id: 5,
    });
    expect((await app.request('GET', '/users/5')).status).toBe(404);
  });
});
