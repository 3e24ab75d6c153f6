import type { Router } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { describe, expect, it } from 'vitest';
import { compareVersions, createVersionReader, Versioning } from '../../../plugins/http/src/routes/versioning.ts';
import { createTable, find } from '../support/route-table.ts';

/** Version 1 and 2 of one path, one of both, and one without. */
function define(routes: Router): void {
  routes.group('/articles', { version: '1' }, (v1) => v1.get('/:slug', { name: 'articles.show' }, () => 'first'));
  routes.group('/articles', { version: '2' }, (v2) => {
    v2.get('/:slug', { name: 'articles.show' }, () => 'second');
    v2.post('/', () => 'created');
  });
  routes.group('/tags', { version: ['1', '2'] }, (tags) => tags.get('/', { name: 'tags' }, ({ route }) => `tags ${route.version ?? ''}`));
  routes.get('/health', () => 'well');
}

describe('versions in paths', () => {
  it('stand before the prefix of the group that declares them', async () => {
    await using app = await createTestHttp((routes) => routes.group('/api', define));
    const textOf = async (path: string): Promise<string> => (await app.request('GET', path)).text;
    expect(await textOf('/api/v1/articles/x')).toBe('first');
    expect(await textOf('/api/v2/articles/x')).toBe('second');
    expect(await textOf('/api/v1/tags')).toBe('tags 1');
    expect(await textOf('/api/v2/tags')).toBe('tags 2');
    expect(await textOf('/api/health')).toBe('well');
    expect(app.services.http.routes.map(({ path, version, name }) => [path, version, name])).toContainEqual(['/api/v2/tags', '2', 'tags']);
  });

  it('that do not exist are a 404 which lists those that do', async () => {
    await using app = await createTestHttp(define);
    const missing = await app.request('GET', '/v3/articles/x');
    expect([missing.status, missing.json]).toEqual([
      404,
      expect.objectContaining({ code: 'OXI_HTTP_VERSION_UNSUPPORTED', detail: 'There is no version "3" of this path; it has 1, 2.' }),
    ]);
    expect((await app.request('POST', '/v1/articles')).json).toMatchObject({ detail: 'There is no version "1" of this path; it has 2.' });
    expect((await app.request('GET', '/v3/none')).json).toMatchObject({ code: 'OXI_HTTP_ROUTE_NOT_FOUND' });
    expect((await app.request('GET', '/articles/x')).json).toMatchObject({ code: 'OXI_HTTP_ROUTE_NOT_FOUND' });
  });

  it('may have another prefix, and the innermost declaration counts', () => {
    const table = createTable(
      (routes) =>
        routes.group('/api', { version: '1' }, (api) => {
          api.get('/old', () => 1);
          api.group('/in', { version: '2' }, (inner) => inner.get('/new', { version: '3' }, () => 1));
        }),
      { versioning: { by: 'path', prefix: '' } },
    );
    expect(table.routes.map(({ path }) => path)).toEqual(['/1/api/old', '/3/api/in/new']);
  });
});

describe('versions in a header', () => {
  const http = { versioning: { by: 'header' } } as const;

  it('choose among routes of one path, before routes for every version', async () => {
    await using app = await createTestHttp(
      (routes) => {
        define(routes);
        routes.get('/articles/:slug', () => 'unversioned');
      },
      { http },
    );
    const get = (path: string, version?: string) => app.request('GET', path, version === undefined ? {} : { headers: { 'api-version': version } });
    const first = await get('/articles/x', '1');
    expect([first.text, first.headers.get('vary')]).toEqual(['first', 'api-version']);
    expect((await get('/articles/x', ' 2 ')).text).toBe('second');
    expect((await get('/articles/x')).text).toBe('unversioned');
    expect((await get('/health', '9')).text).toBe('well');
  });

  it('that are unknown, missing, or lack the path are told with those there are', async () => {
    await using app = await createTestHttp(define, { http });
    const post = (version?: string) => app.request('POST', '/articles', version === undefined ? {} : { headers: { 'api-version': version } });
    for (const [version, status, detail] of [
      ['9', 400, 'There is no version "9" of this path; it has 2.'],
      [undefined, 400, 'No version of the API was named; it has 2.'],
      ['1', 404, 'There is no version "1" of this path; it has 2.'],
    ] as const) {
      const { headers, json } = await post(version);
      expect([json, headers.get('vary')]).toEqual([expect.objectContaining({ status, detail, code: 'OXI_HTTP_VERSION_UNSUPPORTED' }), 'api-version']);
    }
    expect((await post('2')).text).toBe('created');
  });

  it('may have a default, and a header of their own', async () => {
    await using app = await createTestHttp(define, { http: { versioning: { by: 'header', header: 'X-Version', default: '2' } } });
    expect((await app.request('GET', '/articles/x')).text).toBe('second');
    expect((await app.request('GET', '/articles/x', { headers: { 'x-version': '1' } })).text).toBe('first');
  });

  it('may have a default that only routes for every version answer', () => {
    const table = createTable(
      (routes) => {
        routes.get('/tags', () => 'first');
        routes.get('/tags', { version: '2' }, () => 'second');
      },
      { versioning: { by: 'header', header: 'api-version', default: '1' } },
    );
    const versionOf = (headers: Record<string, string>): unknown => {
      const match = table.find({ method: 'GET', headers }, '/tags');
      return match === undefined ? undefined : (match.value.route.version ?? 'every');
    };
    expect([versionOf({}), versionOf({ 'api-version': '1' }), versionOf({ 'api-version': '2' })]).toEqual(['every', 'every', '2']);
    expect(table.find({ method: 'GET', headers: { 'api-version': '3' } }, '/tags')).toBeUndefined();
  });

  it('let methods be told by version', () => {
    const table = createTable(define, { versioning: { by: 'header', header: 'api-version' } });
    expect(table.findOthers({ method: 'PUT', headers: { 'api-version': '2' } }, '/articles').methods).toEqual(['OPTIONS', 'POST']);
  });

  it('refuse two routes of one version, and one that every version has under a default', () => {
    const versioning = { by: 'header', header: 'api-version', default: '1' } as const;
    expect(() => createTable((routes) => [define(routes), routes.get('/tags', { version: '2' }, () => 1)], { versioning })).toThrow(
      'GET /tags is declared twice',
    );
    expect(() => createTable((routes) => [define(routes), routes.get('/tags', () => 1)], { versioning })).toThrow(/GET \/tags at .* can never be reached/);
    expect(
      createTable((routes) => [define(routes), routes.get('/tags', () => 1)], { versioning: { by: 'header', header: 'api-version' } }).routes,
    ).toHaveLength(7);
  });
});

describe('versions in media types', () => {
  it('are read from the vendor tree or from a parameter', async () => {
    await using vendor = await createTestHttp(define, { http: { versioning: { by: 'media-type', vendor: 'acme', default: '1' } } });
    const accept = (app: typeof vendor, type: string) => app.request('GET', '/articles/x', { headers: { accept: type } });
    const second = await accept(vendor, 'application/vnd.acme.v2+json');
    expect([second.text, second.headers.get('vary')]).toEqual(['second', 'accept']);
    expect((await accept(vendor, '*/*')).text).toBe('first');
    expect((await accept(vendor, 'application/vnd.acme.v9+json')).status).toBe(400);
    await using parameter = await createTestHttp(define, { http: { versioning: { by: 'media-type' } } });
    expect((await accept(parameter, 'application/json; version=2')).text).toBe('second');
    expect((await accept(parameter, 'application/json')).status).toBe(400);
  });

  it.each([
    ['application/vnd.acme.v2+json', '2'],
    ['application/vnd.acme.2', '2'],
    ['application/vnd.acme+json; version=2', '2'],
    ['Application/Vnd.Acme.V2+JSON', '2'],
    ['application/vnd.acme.v1+json;q=0.5, application/vnd.acme.v2+json', '2'],
    ['application/vnd.acme.v1+json, application/vnd.acme.v2+json', '1'],
    ['application/vnd.acme.v2+json;q=0', undefined],
    ['application/vnd.acme.v2+json;q=x', undefined],
    ['application/vnd.acmes.v2+json', undefined],
    ['application/json', undefined],
    ['', undefined],
  ])('of %j are %j', (accept, version) => {
    expect(createVersionReader({ by: 'media-type', vendor: 'acme', parameter: 'version' })?.({ accept })).toBe(version);
  });
});

describe('deprecation', () => {
  const since = '2026-01-31T00:00:00Z';

  it('is on every response of a route, errors too', async () => {
    await using app = await createTestHttp((routes) => {
      routes.group('/old', { deprecation: { since, sunset: new Date('2027-01-31'), link: '/migrate' } }, (old) => {
        old.get('/:id{int}', ({ params }) => {
          if (params.id === 0) throw new Error('broken');
          return 'x';
        });
        old.get('/own', { deprecation: { since: new Date(1_000_000) } }, () => 'x');
      });
    });
    for (const path of ['/old/1', '/old/0']) {
      const { headers } = await app.request('GET', path);
      expect(Object.fromEntries(['deprecation', 'sunset', 'link'].map((name) => [name, headers.get(name)]))).toEqual({
        deprecation: '@1769817600',
        sunset: 'Sun, 31 Jan 2027 00:00:00 GMT',
        link: '</migrate>; rel="deprecation", </migrate>; rel="sunset"',
      });
    }
    const own = await app.request('GET', '/old/own');
    expect([own.headers.get('deprecation'), own.headers.get('sunset')]).toEqual(['@1000', null]);
    expect(app.services.http.routes[0]).toMatchObject({ deprecation: { since }, declaration: { deprecated: true } });
  });

  it('may be said of a version as a whole', async () => {
    await using app = await createTestHttp(define, { http: { versioning: { by: 'path', deprecations: { 1: { since } } } } });
    expect((await app.request('GET', '/v1/articles/x')).headers.get('deprecation')).toBe('@1769817600');
    expect((await app.request('GET', '/v2/articles/x')).headers.get('deprecation')).toBeNull();
  });

  it.each([
    [{ since: 'soon' }, 'expected a date'],
    [{ since: '2026-01-01', sunset: '2025-01-01' }, 'is before'],
    [{ since: '2026-01-01', link: 'x>\r\ny' }, 'is no address'],
  ])('refuses %j', (deprecation, reason) => {
    expect(() => createTable((routes) => routes.get('/', { deprecation }, () => 1))).toThrow(reason);
  });
});

describe('version names', () => {
  it.each(['', 'V2', '2 ', '-2', 'a/b'])('cannot be %j', (version) => {
    expect(() => createTable((routes) => routes.get('/', { version }, () => 1))).toThrow(expect.objectContaining({ code: 'OXI_HTTP_ROUTE_VERSION' }));
  });

  it('are ordered by their numbers', () => {
    expect(['10', '9', '2026-02-01', '2026-01-31', '1.10', '1.9', 'beta', ''].toSorted(compareVersions)).toEqual([
      '',
      '1.9',
      '1.10',
      '9',
      '10',
      '2026-01-31',
      '2026-02-01',
      'beta',
    ]);
  });

  it('are checked in options', () => {
    expect(Versioning.safeParse({ by: 'header', header: 'a b' }).success).toBe(false);
    expect(Versioning.safeParse({ by: 'header', default: 'V1' }).success).toBe(false);
    expect(Versioning.parse({ by: 'path' })).toEqual({ by: 'path', prefix: 'v' });
  });

  it('need not be a reason to look at hosts', () => {
    expect(find(createTable(define), '/v1/tags', { headers: { host: 'x' } })).toEqual(['/v1/tags', {}]);
  });
});
