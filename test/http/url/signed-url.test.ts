import { signedUrl } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const KEY = 'a secret of this test, with at least 32 bytes';

function createApp(keys: readonly string[] = [KEY]): Promise<TestHttp> {
  return createTestHttp(
    (routes) => {
      routes.group('/', { guards: [signedUrl()] }, (signed) => {
        signed.on('GET', 'POST')('/articles/:slug', { name: 'types.article' }, ({ params, query }) => ({ slug: params.slug, query }));
        signed.get('/plain', { name: 'types.plain' }, () => 'plain');
        signed.group('/users', { host: ':tenant.example.com' }, (tenant) => tenant.get('/:id{int}', { name: 'types.tenant' }, ({ params }) => params));
      });
    },
    { http: { keys: [...keys], baseUrl: 'http://example.com' } },
  );
}

const codeOf = async (app: TestHttp, path: string): Promise<unknown> => {
  const { status, json } = await app.request('GET', path);
  return status === 200 ? 200 : [status, (json as { code: string }).code];
};

describe('signed URLs', () => {
  it('are let pass, for any method, in any order of the names and any encoding of the query', async () => {
    await using app = await createApp();
    const url = app.services.http.signedUrl('types.article', { slug: 'a b' }, { query: { page: 2, tag: ['x', 'y'], q: 'ü+ &' } });
    expect(url).toMatch(/^\/articles\/a%20b\?page=2&tag=x&tag=y&q=%C3%BC%2B%20%26&signature=[\w-]{43}$/);
    expect(await codeOf(app, url)).toBe(200);
    expect((await app.request('POST', url)).status).toBe(200);
    const [path = '', query = ''] = url.split('?');
    const reordered = query.split('&').toReversed().join('&').replace('tag=y&tag=x', 'tag=x&tag=y');
    expect(await codeOf(app, `${path.replace('a', '%61')}?${reordered.replaceAll('%20', '+')}`)).toEqual(200);
  });

  it('are refused when anything of them was changed', async () => {
    await using app = await createApp();
    const { http } = app.services;
    const url = http.signedUrl('types.article', { slug: 'x' }, { expiresInSeconds: 60, query: { page: 1 } });
    const invalid = [403, 'OXI_HTTP_SIGNATURE_INVALID'];
    const signature = /signature=(.*)$/.exec(url)?.[1] ?? '';
    for (const changed of [
      url.replace('/x', '/y'),
      url.replace('page=1', 'page=2'),
      url.replace('page=1&', ''),
      `${url}&more=1`,
      `${url}&signature=${signature}`,
      url.replace(/expires=\d+/, 'expires=9999999999'),
      url.replace(/expires=\d+&/, ''),
      url.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A')),
      url.replace(/&signature=.*/, ''),
      url.replace(/signature=.*/, 'signature='),
      `/plain?signature=${signature}`,
    ]) {
      expect([changed, await codeOf(app, changed)]).toEqual([changed, invalid]);
    }
    expect(await codeOf(app, url)).toBe(200);
  });

  it('are refused when a parameter was given once more, or its values in another order', async () => {
    await using app = await createApp();
    const url = app.services.http.signedUrl('types.article', { slug: 'x' }, { expiresInSeconds: 60, query: { role: ['reader', 'author'], page: 1 } });
    const invalid = [403, 'OXI_HTTP_SIGNATURE_INVALID'];
    for (const changed of [
      url.replace('role=reader&role=author', 'role=author&role=reader'),
      url.replace('role=reader&', ''),
      url.replace('role=author', 'role=author&role=author'),
      url.replace('page=1', 'page=1&page=2'),
      url.replace('page=1', 'page=1&Page=2'),
      url.replace('?', '?expires=9999999999&'),
      url.replace('?', '?signature=x&'),
      url.replace('page=1', 'page=1%26x=2'),
      url.replace('page=1', 'page[]=1'),
    ]) {
      expect([changed, await codeOf(app, changed)]).toEqual([changed, invalid]);
    }
  });

  it('of any query are let pass as they are, and refused once a character of it is another', async () => {
    await using app = await createApp();
    const names = fc.string({ unit: 'binary', maxLength: 8 }).filter((name) => name !== 'signature' && name !== 'expires');
    const query = fc.dictionary(names, fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string(), { maxLength: 3 })), { maxKeys: 4, noNullPrototype: true });
    await fc.assert(
      fc.asyncProperty(query, fc.nat(), async (wanted, position) => {
        const url = app.services.http.signedUrl('types.article', { slug: 'x' }, { query: wanted });
        expect(await codeOf(app, url)).toBe(200);
        const index = '/articles/x?'.length + (position % (url.length - '/articles/x?'.length));
        const changed = url.slice(0, index) + (url[index] === 'q' ? 'r' : 'q') + url.slice(index + 1);
        expect((await app.request('GET', changed)).status).toBeGreaterThanOrEqual(400);
      }),
      { numRuns: 100 },
    );
  });

  it('expire', async () => {
    await using app = await createApp();
    const url = app.services.http.signedUrl('types.plain', {}, { expiresInSeconds: 60 });
    await app.clock.advance({ seconds: 59 });
    expect(await codeOf(app, url)).toBe(200);
    await app.clock.advance({ seconds: 2 });
    expect(await codeOf(app, url)).toEqual([403, 'OXI_HTTP_SIGNATURE_EXPIRED']);
    expect(await codeOf(app, `${url}x`)).toEqual([403, 'OXI_HTTP_SIGNATURE_INVALID']);
  });

  it('of one host are not valid on another', async () => {
    await using app = await createApp();
    const url = app.services.http.signedUrl('types.tenant', { tenant: 'acme', id: 5 });
    expect(url).toMatch(/^http:\/\/acme\.example\.com\/users\/5\?signature=/);
    const statusAt = async (address: string): Promise<number> => (await app.services.http.inject(address, { headers: { host: new URL(address).host } })).status;
    expect(await statusAt(url)).toBe(200);
    expect(await statusAt(url.replace('acme', 'other'))).toBe(403);
  });

  it('stay valid while their key is known', async () => {
    await using before = await createApp(['an older secret, that also has enough bytes']);
    const url = before.services.http.signedUrl('types.plain');
    await using during = await createApp([KEY, 'an older secret, that also has enough bytes']);
    await using after = await createApp();
    expect([await codeOf(during, url), await codeOf(after, url)]).toEqual([200, [403, 'OXI_HTTP_SIGNATURE_INVALID']]);
  });

  it('keep the names of their query to themselves', async () => {
    await using app = await createApp();
    const { http } = app.services;
    expect(() => http.signedUrl('types.plain', {}, { query: { signature: 'x' } })).toThrow('belong to the signature');
    expect(() => http.signedUrl('types.plain', {}, { query: { expires: 1 } })).toThrow('belong to the signature');
  });
});
