import { createTestHttp } from '@oxidite/http/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ConstraintRegistry } from '../../../plugins/http/src/routes/param-types.ts';
import { createTable, find } from '../support/route-table.ts';

describe('params with constraints', () => {
  it('do not match what does not fit: that is a 404, while a schema that refuses is a 422', async () => {
    await using app = await createTestHttp((routes) => {
      routes.get('/users/:id{int}', ({ params }) => params);
      routes.get('/pages/:page{int}', { params: z.object({ page: z.int().max(5) }) }, ({ params }) => params);
    });
    expect((await app.request('GET', '/users/12')).json).toEqual({ id: 12 });
    expect((await app.request('GET', '/users/007')).json).toEqual({ id: 7 });
    for (const path of ['/users/ada', '/users/-1', '/users/1.5', '/users/1234567890123456', '/users/'])
      expect((await app.request('GET', path)).status).toBe(404);
    expect((await app.request('GET', '/pages/5')).json).toEqual({ page: 5 });
    expect((await app.request('GET', '/pages/6')).status).toBe(422);
    expect((await app.request('GET', '/pages/six')).status).toBe(404);
  });

  it.each([
    ['int', ['0', '12', '999999999999999'], ['', 'a', '1e3', '1000000000000000', '１']],
    ['slug', ['a-b_C', '1'], ['a b', 'ä', 'a/b', 'a.b']],
    ['alpha', ['Ada'], ['a1', 'ä']],
    [
      'uuid',
      ['0189f7ea-ae2c-7809-8aeb-b819cf5e9e7f', '0189F7EA-AE2C-7809-8AEB-B819CF5E9E7F'],
      ['0189f7ea', '0189f7eaae2c78098aebb819cf5e9e7f', 'x189f7ea-ae2c-7809-8aeb-b819cf5e9e7f'],
    ],
    ['ulid', ['01ARZ3NDEKTSV4RRFFQ69G5FAV'], ['81ARZ3NDEKTSV4RRFFQ69G5FAV', '01ARZ3NDEKTSV4RRFFQ69G5FAU', '01ARZ3NDEK']],
    ['date', ['2026-12-31'], ['2026-13-01', '2026-00-10', '2026-1-1', '2026-12-32']],
    ['draft|published', ['draft', 'published'], ['Draft', 'draft|published', 'drafts']],
  ])('{%s} takes what it says', (source, accepted, refused) => {
    const { automaton } = new ConstraintRegistry().get(source);
    expect(accepted.filter((text) => !automaton.matches(text))).toEqual([]);
    expect(refused.filter((text) => automaton.matches(text))).toEqual([]);
  });

  it('may be of types that the application adds', async () => {
    await using app = await createTestHttp((routes) => routes.get('/books/:isbn{isbn}', ({ params }) => params.isbn), {
      http: { paramTypes: { isbn: /97[89]\d{10}/ } },
    });
    expect((await app.request('GET', '/books/9783161484100')).text).toBe('9783161484100');
    expect((await app.request('GET', '/books/123')).status).toBe(404);
  });

  it.each([
    [{ int: /\d/ }, 'there is a type of this name already'],
    [{ 'a-b': /\d/ }, 'must be letters and digits'],
    [{ word: /a/i }, 'its flags "i" are not supported'],
    [{ word: /(a)\1/ }, 'is not known here'],
    [{ word: /a*/ }, 'it accepts the empty text'],
  ])('refuse types that cannot be: %j', (paramTypes, reason) => {
    expect(() => createTable(() => undefined, { paramTypes })).toThrow(reason);
    expect(() => createTable(() => undefined, { paramTypes })).toThrow(expect.objectContaining({ code: 'OXI_HTTP_PARAM_TYPE' }));
  });

  it('are matched in any mixture with text', () => {
    const table = createTable((routes) => {
      routes.get('/archive/:year{int}-:month{int}', () => 1);
      routes.get('/files/:file.:ext', () => 1);
      routes.get('/posts/:id{int}-:slug{slug}', () => 1);
      routes.get('/v:version{int}/x', () => 1);
    });
    expect(find(table, '/archive/2026-07')).toEqual(['/archive/:year{int}-:month{int}', { year: '2026', month: '07' }]);
    expect(find(table, '/archive/2026-july')).toBeUndefined();
    expect(find(table, '/files/archive.tar.gz')).toEqual(['/files/:file.:ext', { file: 'archive.tar', ext: 'gz' }]);
    expect(find(table, '/files/readme')).toBeUndefined();
    expect(find(table, '/files/.gz')).toBeUndefined();
    expect(find(table, '/posts/42-hello-world')).toEqual(['/posts/:id{int}-:slug{slug}', { id: '42', slug: 'hello-world' }]);
    expect(find(table, '/v2/x')).toEqual(['/v:version{int}/x', { version: '2' }]);
    expect(find(table, '/vx/x')).toBeUndefined();
  });

  it('are divided in bounded time, whatever is sent', () => {
    const table = createTable((routes) => routes.get('/:a-:b-:c-:d-:e-:f{int}', () => 1));
    expect(find(table, `/${'-'.repeat(250)}`)).toBeUndefined();
    expect(find(table, `/${'-'.repeat(8_000)}1`)).toBeUndefined();
  });

  it('are divided as the regular expression of the same parts does it', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', '1', '-', '.'), minLength: 1, maxLength: 8 });
    const table = createTable((routes) => routes.get('/:a{slug}-:b.:c{int}', () => 1));
    fc.assert(
      fc.property(texts, (text) => {
        const expected = /^(?<a>[\w-]+)-(?<b>.+)\.(?<c>\d{1,15})$/.exec(text)?.groups;
        expect(find(table, `/${text}`)).toEqual(expected === undefined ? undefined : ['/:a{slug}-:b.:c{int}', { ...expected }]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('optional ends and segments without names', () => {
  it('match with and without the last segment', async () => {
    await using app = await createTestHttp((routes) => {
      routes.get('/articles/:page{int}?', ({ params }) => ({ params }));
      routes.get('/:locale{de|en}?', ({ params }) => params.locale ?? 'none');
    });
    expect((await app.request('GET', '/articles')).json).toEqual({ params: {} });
    expect((await app.request('GET', '/articles/2')).json).toEqual({ params: { page: 2 } });
    expect((await app.request('GET', '/articles/x')).status).toBe(404);
    expect((await app.request('GET', '/')).text).toBe('none');
    expect((await app.request('GET', '/de')).text).toBe('de');
  });

  it('match any one segment, but no empty one', () => {
    const table = createTable((routes) => routes.get('/a/*/:b', () => 1));
    expect(find(table, '/a/x/y')).toEqual(['/a/*/:b', { b: 'y' }]);
    expect(find(table, '/a//y')).toBeUndefined();
    expect(find(table, '/a/x')).toBeUndefined();
  });
});

describe('a slash at the end', () => {
  const define: Parameters<typeof createTestHttp>[0] = (routes) => {
    routes.get('/a', () => 'a');
    routes.get('/items/:id{int}', ({ params }) => params.id);
    routes.get('/files/**:path', ({ params }) => `file ${params.path}`);
    routes.post('/posts/:x', () => 'post');
  };

  it('is ignored unless the options say otherwise', async () => {
    await using app = await createTestHttp(define);
    expect((await app.request('GET', '/a/')).text).toBe('a');
    expect((await app.request('GET', '/items/1/')).text).toBe('1');
  });

  it('makes another path when it is strict', async () => {
    await using app = await createTestHttp(define, { http: { trailingSlash: 'strict' } });
    expect((await app.request('GET', '/a')).text).toBe('a');
    for (const path of ['/a/', '/items/1/']) expect((await app.request('GET', path)).status).toBe(404);
    expect((await app.request('GET', '/files/a/')).text).toBe('file a/');
  });

  it('is redirected away, with the query and whatever the method', async () => {
    await using app = await createTestHttp(define, { http: { trailingSlash: 'redirect' } });
    const redirected = async (method: string, path: string): Promise<unknown> => {
      const { status, headers } = await app.request(method, path);
      return [status, headers.get('location')];
    };
    expect(await redirected('GET', '/a/?q=1&r=%20')).toEqual([308, '/a?q=1&r=%20']);
    expect(await redirected('POST', '/posts/1/')).toEqual([308, '/posts/1']);
    expect((await app.request('GET', '/a')).text).toBe('a');
    expect((await app.request('GET', '/none/')).status).toBe(404);
  });

  it('is never redirected to what browsers take for another host', async () => {
    await using app = await createTestHttp((routes) => routes.get('/:a', () => 'x'), { http: { trailingSlash: 'redirect' } });
    const table = createTable((routes) => routes.get('/:a', () => 1), { trailingSlash: 'redirect' });
    const redirectOf = (path: string): unknown => table.findOthers({ method: 'GET', headers: {} }, path).redirect;
    expect([redirectOf('/a/'), redirectOf('//evil.example/'), redirectOf(String.raw`/\evil.example/`)]).toEqual(['/a', undefined, undefined]);
    expect((await app.request('GET', '//evil.example/')).headers.get('location')).toBeNull();
  });
});

describe('methods', () => {
  it('may be declared for HEAD and OPTIONS, several, or any', async () => {
    await using app = await createTestHttp((routes) => {
      routes.get('/a', () => 'get');
      routes.head('/a', ({ responseHeaders }) => responseHeaders.set('x-own', 'head'));
      routes.get('/b/:id', () => 'b');
      routes.head('/b/own', ({ responseHeaders }) => responseHeaders.set('x-own', 'b'));
      routes.options('/a', () => 'own options');
      routes.on('GET', 'POST')('/search', { name: 'search' }, ({ method }) => method);
      routes.any('/any', ({ method }) => method);
    });
    expect((await app.request('HEAD', '/a')).headers.get('x-own')).toBe('head');
    expect((await app.request('HEAD', '/b/own')).headers.get('x-own')).toBe('b');
    expect((await app.request('HEAD', '/b/1')).headers.get('content-length')).toBe('1');
    expect((await app.request('OPTIONS', '/a')).text).toBe('own options');
    expect((await app.request('POST', '/search')).text).toBe('POST');
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) expect((await app.request(method, '/any')).text).toBe(method);
    expect((await app.request('DELETE', '/search')).headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST');
    expect(app.services.http.routes.filter(({ name }) => name === 'search')).toHaveLength(1);
  });
});
