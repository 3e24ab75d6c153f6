import type { HttpRequest } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { createVirtualClock } from '@oxidite/plugin-sdk/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UrlBuilder, type UrlOptions } from '../../../plugins/http/src/url/url-builder.ts';
import { writeRouteNames } from '../../../plugins/http/src/url/write-route-names.ts';
import { createTable, find } from '../support/route-table.ts';

const table = createTable((routes) => {
  routes.get('/', { name: 'home' }, () => 1);
  routes.group('/articles', { name: 'articles.' }, (articles) => {
    articles.get('/:slug', { name: 'show' }, () => 1);
    articles.get('/in/:slug/:page{int}?', { name: 'page' }, () => 1);
    articles.group('/tags', { name: 'tags.' }, (tags) => tags.get('/:tag{new|old}', { name: 'show' }, () => 1));
  });
  routes.get('/archive/:year{int}-:month{int}', { name: 'archive' }, () => 1);
  routes.get('/files/**:path', { name: 'files' }, () => 1);
  routes.get('/café/:a.:b', { name: 'café' }, () => 1);
  routes.get('/any/*', { name: 'any' }, () => 1);
  routes.group('/users', { host: ':tenant.example.com' }, (tenant) => tenant.get('/:id{int}', { name: 'tenant.user' }, () => 1));
  routes.group('/', { version: ['9', '10'] }, (versions) => versions.get('/x', { name: 'x' }, () => 1));
});
const keys = { sign: (purpose: string, data: string) => `${purpose} ${data}`, verify: () => true } as never;

function builderOf(baseUrl?: string): UrlBuilder {
  return new UrlBuilder({ routes: () => table.routes, baseUrl: () => baseUrl, keys, clock: createVirtualClock() });
}
const url = (name: string, params?: Record<string, unknown>, options?: UrlOptions): string => builderOf('https://example.com/base/').url(name, params, options);

describe('url', () => {
  it.each([
    ['home', {}, '/'],
    ['articles.show', { slug: 'a b/ü?#%' }, '/articles/a%20b%2F%C3%BC%3F%23%25'],
    ['articles.page', { slug: 'x' }, '/articles/in/x'],
    ['articles.page', { slug: 'x', page: 2 }, '/articles/in/x/2'],
    ['articles.page', { slug: 'x', page: undefined }, '/articles/in/x'],
    ['articles.tags.show', { tag: 'new' }, '/articles/tags/new'],
    ['archive', { year: 2026, month: 7 }, '/archive/2026-7'],
    ['files', { path: 'a/b c/d' }, '/files/a/b%20c/d'],
    ['files', {}, '/files'],
    ['café', { a: 'x', b: 'y' }, '/caf%C3%A9/x.y'],
    ['tenant.user', { tenant: 'acme', id: 5 }, 'https://acme.example.com/base/users/5'],
    ['x', {}, '/v10/x'],
  ])('of %s with %j is %s', (name, params, expected) => {
    expect(url(name, params)).toBe(expected);
  });

  it('takes queries, versions, and an absolute form', () => {
    expect(url('home', {}, { query: { page: 2, q: 'a&b=c', tag: ['x', 'y'], all: true, none: undefined } })).toBe('/?page=2&q=a%26b%3Dc&tag=x&tag=y&all=true');
    expect(url('x', {}, { version: '9' })).toBe('/v9/x');
    expect(url('home', {}, { absolute: true })).toBe('https://example.com/base/');
    expect(builderOf('http://localhost:3000').url('tenant.user', { tenant: 'acme', id: 1 })).toBe('http://acme.example.com:3000/users/1');
  });

  it.each([
    ['articles.show', {}, 'the parameter "slug" is missing'],
    ['articles.show', { slug: '' }, 'is empty'],
    ['articles.show', { slug: '.' }, 'which clients take out of paths'],
    ['articles.show', { slug: '..' }, 'which clients take out of paths'],
    ['articles.show', { slug: '\ud800' }, 'no well-formed text'],
    ['articles.show', { slug: null }, 'is null'],
    ['articles.show', { slug: Number.NaN }, 'expected a string or a number'],
    ['articles.show', { slug: 'x', slgu: 'y' }, 'it has no parameter "slgu". Did you mean "slug"?'],
    ['articles.page', { slug: 'x', page: 'two' }, 'is "two", which is no {int}'],
    ['articles.page', { slug: 'x', page: 1.5 }, 'which is no {int}'],
    ['articles.tags.show', { tag: 'other' }, 'which is no {new|old}'],
    ['café', { a: 'x', b: 'y.z' }, 'the router divides in another way'],
    ['files', { path: 'a/../b' }, 'which clients take out of paths'],
    ['files', { path: String.raw`a\b` }, 'holds a'],
    ['any', {}, 'without a name'],
    ['tenant.user', { tenant: 'evil.com/', id: 1 }, 'its host would be'],
  ])('refuses %s with %j', (name, params, reason) => {
    expect(() => url(name, params)).toThrow(reason);
    expect(() => url(name, params)).toThrow(expect.objectContaining({ code: 'OXI_HTTP_URL_PARAMS' }));
  });

  it('suggests a name for one that does not exist', () => {
    expect(() => url('articles.shwo')).toThrow('There is no route named "articles.shwo". Did you mean "articles.show"?');
    expect(() => url('x', {}, { version: '8' })).toThrow(expect.objectContaining({ code: 'OXI_HTTP_ROUTE_NAME_UNKNOWN' }));
  });

  it('says what an absolute URL needs', () => {
    expect(() => builderOf().url('home', {}, { absolute: true })).toThrow(expect.objectContaining({ code: 'OXI_HTTP_BASE_URL' }));
  });

  it('leads the router back to the same route and values, whatever they are', () => {
    const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((text) => text !== '.' && text !== '..');
    fc.assert(
      fc.property(
        segment,
        fc.nat(),
        fc.array(
          segment.filter((text) => !/[\\/\0]/.test(text)),
          { minLength: 1, maxLength: 3 },
        ),
        (slug, number, path) => {
          expect(find(table, url('articles.page', { slug, page: number }))).toEqual(['/articles/in/:slug/:page{int}?', { slug, page: String(number) }]);
          expect(find(table, url('archive', { year: number, month: 1 }))).toEqual(['/archive/:year{int}-:month{int}', { year: String(number), month: '1' }]);
          expect(find(table, url('files', { path: path.join('/') }))).toEqual(['/files/**:path', { path: path.join('/') }]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is a method of the service, and knows where the application listens', async () => {
    await using app = await createTestHttp((routes) =>
      routes.get('/articles/:slug', { name: 'types.article' }, ({ url: address }: HttpRequest) => address.href),
    );
    const { http } = app.services;
    expect(http.url('types.article', { slug: 'x' }, { query: { page: 2 } })).toBe('/articles/x?page=2');
    expect(() => http.url('types.plain')).toThrow('There is no route named "types.plain"');
    await app.start();
    expect(await (await fetch(http.url('types.article', { slug: 'a b' }, { absolute: true }))).text()).toMatch(/\/articles\/a%20b$/);
  });
});

describe('writeRouteNames', () => {
  it('writes a declaration of all names, the newest version of each', () => {
    const text = writeRouteNames(table.routes);
    expect(text).toContain("    'articles.page': '/articles/in/:slug/:page{int}?';\n");
    expect(text).toContain("    'tenant.user': '//:tenant.example.com/users/:id{int}';\n");
    expect(text).toContain("    'x': '/v10/x';\n");
    expect(text).not.toContain('/v9/x');
  });
});
