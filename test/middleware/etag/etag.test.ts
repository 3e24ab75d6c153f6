import { reply, type Router } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { assertPrecondition, etag, middleware } from '@oxidite/middleware';
import * as fc from 'fast-check';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { isEntityTag, isWeakMatch, parseEntityTags } from '../../../plugins/middleware/src/etag/entity-tag.ts';
import { exchangeText, listen } from '../../http/support/listen.ts';

const MODIFIED = 'Wed, 21 Oct 2026 07:28:00 GMT';

function createApp(define: (routes: Router) => void, options: Parameters<typeof middleware>[0] = { etag: true }): Promise<TestHttp> {
  return createTestHttp(define, { plugins: [middleware({ log: false, ...options })] });
}

describe('etag', () => {
  it('tags whole bodies by what is in them', async () => {
    let text = 'first';
    await using app = await createApp((routes) => {
      routes.get('/text', () => text);
      routes.get('/bytes', () => Buffer.from(text));
      routes.get('/json', () => ({ text }));
    });
    const tag = async (path: string): Promise<string | null> => (await app.request('GET', path)).headers.get('etag');
    const first = await tag('/text');
    expect(first).toMatch(/^"[\w-]{27}"$/);
    expect(await tag('/text')).toBe(first);
    expect(await tag('/bytes')).toBe(first);
    expect(await tag('/json')).not.toBe(first);
    text = 'second';
    expect(await tag('/text')).not.toBe(first);
  });

  it('makes weak tags when asked to', async () => {
    await using app = await createApp((routes) => routes.get('/', () => 'text'), { etag: { weak: true } });
    expect((await app.request('GET', '/')).headers.get('etag')).toMatch(/^W\/"/);
  });

  it('answers 304 to those who have the current version, with the headers that caches need and no others of the body', async () => {
    await using app = await createApp((routes) =>
      routes.get('/', () =>
        reply('text', {
          headers: {
            'cache-control': 'max-age=1',
            expires: MODIFIED,
            'content-location': '/',
            vary: 'Cookie',
            'last-modified': MODIFIED,
            'content-language': 'en',
            'set-cookie': 'a=1',
          },
        }),
      ),
    );
    const tag = (await app.request('GET', '/')).headers.get('etag') ?? '';
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const { status, text, headers } = await app.request('GET', '/', { headers: { 'if-none-match': known } });
      expect([status, text], known).toEqual([304, '']);
      expect(['cache-control', 'expires', 'content-location', 'set-cookie'].map((name) => headers.has(name))).toEqual([true, true, true, true]);
      expect(['content-type', 'content-length', 'content-language', 'last-modified'].map((name) => headers.has(name))).toEqual([false, false, false, false]);
      expect(headers.get('etag')).toBe(known.startsWith('W/') ? known : tag);
      expect(headers.get('vary')).toContain('Cookie');
    }
    for (const other of ['"other"', 'no tag at all', '""', ''])
      expect((await app.request('GET', '/', { headers: { 'if-none-match': other } })).status, other).toBe(200);
    expect((await app.request('HEAD', '/', { headers: { 'if-none-match': tag } })).status).toBe(304);
  });

  it('uses the tag and the date of a handler, of streams too, and closes those that are not sent', async () => {
    const source = Readable.from([Buffer.from('a'), Buffer.from('b')]);
    await using app = await createApp((routes) => {
      routes.get('/stream', () => reply(source, { headers: { etag: '"v1"' } }));
      routes.get('/dated', () => reply(new Blob(['text']).stream(), { headers: { 'last-modified': MODIFIED } }));
    });
    const { status, headers } = await app.request('GET', '/stream', { headers: { 'if-none-match': '"v1"' } });
    expect([status, headers.get('etag'), source.destroyed]).toEqual([304, '"v1"', true]);
    const dated = async (date: string): Promise<number> => (await app.request('GET', '/dated', { headers: { 'if-modified-since': date } })).status;
    expect(await dated(MODIFIED)).toBe(304);
    expect(await dated('Wed, 21 Oct 2026 07:27:59 GMT')).toBe(200);
    expect(await dated('yesterday')).toBe(200);
    expect((await app.request('GET', '/dated', { headers: { 'if-modified-since': MODIFIED, 'if-none-match': '"x"' } })).status).toBe(200);
  });

  it('tags no errors, no large bodies, none of other methods, none that may not be stored', async () => {
    await using app = await createApp((routes) => {
      routes.get('/large', { middleware: [etag({ maxBytes: 3 })] }, () => 'text');
      routes.get('/off', { middleware: [etag(false)] }, () => 'text');
      routes.get('/private', () => reply('text', { headers: { 'cache-control': 'no-store' } }));
      routes.get('/created', () => reply('text', { status: 201 }));
      routes.post('/', () => 'text');
    });
    for (const path of ['/large', '/off', '/private', '/created', '/missing']) expect((await app.request('GET', path)).headers.has('etag'), path).toBe(false);
    expect((await app.request('POST', '/', { headers: { 'if-none-match': '*' } })).status).toBe(200);
  });

  it('writes a 304 without a body or a length', async () => {
    const { port } = await listen((routes) => routes.get('/', () => 'text'), { plugins: [middleware({ log: false, etag: true })] });
    const text = await exchangeText(port, 'GET / HTTP/1.1\r\nhost: localhost\r\nif-none-match: *\r\nconnection: close\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 304 /);
    expect(text).not.toMatch(/^(?:content-length|transfer-encoding|content-type):/im);
    expect(text).toMatch(/\r\n\r\n$/);
  });
});

describe('assertPrecondition', () => {
  const modified = new Date('2026-10-21T07:28:00.900Z');
  const check = (headers: Record<string, string>, version: Parameters<typeof assertPrecondition>[1] = { etag: '"2"', modified }): number | undefined => {
    try {
      assertPrecondition({ rawHeaders: headers }, version);
      return undefined;
    } catch (error) {
      return (error as { status: number }).status;
    }
  };

  it('lets changes of the current version through, and refuses those of others', () => {
    expect(check({ 'if-match': '"2"' })).toBeUndefined();
    expect(check({ 'if-match': '"1", W/"2"' })).toBeUndefined();
    expect(check({ 'if-match': '*' })).toBeUndefined();
    expect(check({ 'if-match': '"1"' })).toBe(412);
    expect(check({ 'if-match': '' })).toBe(412);
    expect(check({ 'if-match': '2' }, { etag: '2' })).toBe(412);
    expect(check({ 'if-match': '"2"' }, { etag: '2' })).toBeUndefined();
    expect(check({})).toBeUndefined();
  });

  it('compares dates by the second, where there is no tag', () => {
    expect(check({ 'if-unmodified-since': MODIFIED })).toBeUndefined();
    expect(check({ 'if-unmodified-since': 'Wed, 21 Oct 2026 07:27:59 GMT' })).toBe(412);
    for (const value of ['nonsense', '2020', 'Wed, 21 Oct 2020 07:27:59', '2020-10-21T07:27:59Z', 'Wed, 21 Oct 2020 07:27:59 GMT, x'])
      expect(check({ 'if-unmodified-since': value })).toBeUndefined();
    expect(check({ 'if-match': '"2"', 'if-unmodified-since': 'Wed, 21 Oct 2020 07:27:59 GMT' })).toBeUndefined();
  });

  it('refuses to create what is there, and to change what is not', () => {
    expect(check({ 'if-none-match': '*' })).toBe(412);
    expect(check({ 'if-none-match': '*' }, {})).toBeUndefined();
    expect(check({ 'if-none-match': '"1"' })).toBeUndefined();
    expect(check({ 'if-match': '*' }, {})).toBe(412);
  });

  it('asks for a version where one must be named', () => {
    expect(check({}, { etag: '"2"', isRequired: true })).toBe(428);
    expect(check({ 'if-match': '"2"' }, { etag: '"2"', isRequired: true })).toBeUndefined();
  });

  it('keeps the second of two editors from overwriting the first, over compressed responses', async () => {
    let article = { version: 1, title: 'x'.repeat(5_000) };
    await using app = await createApp((routes) => {
      routes.get('/', () => reply(article, { headers: { etag: `"${article.version}"` } }));
      routes.put('/', (request) => {
        assertPrecondition(request, { etag: String(article.version), isRequired: true });
        article = { version: article.version + 1, title: 'new' };
      });
    });
    const tag = (await app.request('GET', '/', { headers: { 'accept-encoding': 'gzip' } }).catch(() => undefined))?.headers.get('etag') ?? 'W/"1"';
    expect(tag).toBe('W/"1"');
    const put = async (): Promise<unknown> => {
      const { status, json } = await app.request('PUT', '/', { headers: { 'if-match': tag } });
      return [status, (json as { code?: string } | undefined)?.code];
    };
    expect(await put()).toEqual([204, undefined]);
    expect(await put()).toEqual([412, 'OXI_MIDDLEWARE_PRECONDITION_FAILED']);
  });
});

describe('parseEntityTags', () => {
  it('finds the tags of any header, and never throws', () => {
    const tag = fc.tuple(fc.boolean(), fc.stringMatching(/^[\x21\x23-\x7e]*$/)).map(([isWeak, text]) => `${isWeak ? 'W/' : ''}"${text}"`);
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 6 }), (tags) => {
        expect(tags.every(isEntityTag)).toBe(true);
        expect(parseEntityTags(tags.join(', '))).toEqual(tags);
        for (const one of tags) expect(isWeakMatch(one, `W/${one.replace(/^W\//, '')}`)).toBe(true);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const found of parseEntityTags(text)) expect(isEntityTag(found)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
