import { anyOf, bytes, form, json, stream, text } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { buffer } from 'node:stream/consumers';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as v from 'valibot';
import * as z from 'zod';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('form', () => {
  const Login = z.object({ name: z.string(), age: z.int(), remember: z.boolean().default(false), tags: z.array(z.int()).default([]) });

  it('is typed and validated like JSON, and converted from text', async () => {
    await using app = await createTestHttp((routes) => {
      routes.post('/', { body: form(Login) }, ({ body }) => {
        expectTypeOf(body).toEqualTypeOf<{ name: string; age: number; remember: boolean; tags: number[] }>();
        return body;
      });
    });
    const send = (body: string): Promise<{ status: number; json: unknown }> => app.request('POST', '/', { body, headers: FORM });
    expect((await send('name=Ada+L%C3%B6w&age=36&remember=true&tags=1&tags=2&other=x')).json).toEqual({
      name: 'Ada Löw',
      age: 36,
      remember: true,
      tags: [1, 2],
    });
    expect((await send('name=Ada&age=36&tags=1')).json).toEqual({ name: 'Ada', age: 36, remember: false, tags: [1] });
    const { status, json: problem } = await send('age=old');
    expect([status, (problem as { errors: { path: string }[] }).errors.map(({ path }) => path)]).toEqual([422, ['/name', '/age']]);
    expect((await send('name=%zz')).json).toMatchObject({ status: 400, code: 'OXI_HTTP_BODY_MALFORMED' });
  });

  it('works with schemas that tell nothing of themselves', async () => {
    await using app = await createTestHttp((routes) => {
      routes.post('/', { body: form(v.object({ name: v.string() })) }, ({ body }) => body.name);
    });
    expect((await app.request('POST', '/', { body: 'name=x&__proto__=y', headers: FORM })).text).toBe('x');
  });

  it('takes neither another type nor too many pairs', async () => {
    await using app = await createTestHttp((routes) => routes.post('/', { body: form(z.object({})) }, () => 'fine'), { http: { limits: { bodyKeys: 3 } } });
    const wrong = await app.request('POST', '/', { json: {} });
    expect([wrong.status, wrong.headers.get('accept-post')]).toEqual([415, 'application/x-www-form-urlencoded']);
    expect((await app.request('POST', '/', { body: 'a&b&c&d', headers: FORM })).json).toMatchObject({ status: 400, code: 'OXI_HTTP_BODY_TOO_COMPLEX' });
    expect((await app.request('POST', '/', { body: '', headers: FORM })).text).toBe('fine');
  });
});

describe('text', () => {
  it('gives a string, without its byte order mark', async () => {
    await using app = await createTestHttp((routes) => {
      routes.post('/', { body: text({ maxLength: 5 }) }, ({ body }) => {
        expectTypeOf(body).toEqualTypeOf<string>();
        return `${body.length}`;
      });
    });
    const send = async (body: string | undefined, type = 'text/plain'): Promise<[number, string]> => {
      const answer = await app.request('POST', '/', body === undefined ? {} : { body, headers: { 'content-type': type } });
      return [answer.status, answer.status === 200 ? answer.text : (answer.json as { code: string }).code];
    };
    expect(await send('\uFEFFhéllo')).toEqual([200, '5']);
    expect(await send('')).toEqual([200, '0']);
    expect(await send('too long')).toEqual([422, 'OXI_HTTP_INPUT_INVALID']);
    expect(await send(undefined)).toEqual([422, 'OXI_HTTP_INPUT_INVALID']);
    expect(await send('x', 'text/plain; charset=utf-16')).toEqual([415, 'OXI_HTTP_CHARSET']);
    expect(await send('x', 'text/html')).toEqual([415, 'OXI_HTTP_MEDIA_TYPE']);
  });

  it('refuses bytes that are not UTF-8', async () => {
    await using app = await createTestHttp((routes) => routes.post('/', { body: text() }, ({ body }) => body));
    const init = { method: 'POST', body: new Uint8Array([0xff]), headers: { 'content-type': 'text/plain' } };
    expect((await app.services.http.inject('/', init)).status).toBe(400);
  });
});

describe('bytes', () => {
  it('gives the bytes of any type, up to a limit', async () => {
    await using app = await createTestHttp((routes) => {
      routes.put('/any', { body: bytes({ maxBytes: 4 }) }, ({ body }) => {
        expectTypeOf(body).toEqualTypeOf<Uint8Array>();
        return { sum: body.reduce((sum, byte) => sum + byte, 0) };
      });
      routes.put('/route', { body: bytes({ maxBytes: 4 }), bodyLimitBytes: 5 }, () => 'fine');
      routes.put('/images', { body: bytes({ types: ['image/*'] }) }, () => 'fine');
    });
    const put = (path: string, size: number, headers: Record<string, string> = {}): Promise<Response> =>
      app.services.http.inject(path, { method: 'PUT', body: new Uint8Array(size).fill(1), headers });
    expect(await (await put('/any', 4)).json()).toEqual({ sum: 4 });
    expect((await put('/any', 5)).status).toBe(413);
    expect((await put('/any', 1, { 'content-encoding': 'br' })).status).toBe(415);
    expect((await put('/route', 5)).status).toBe(200);
    expect((await put('/images', 5, { 'content-type': 'image/png' })).status).toBe(200);
    expect((await put('/images', 5, { 'content-type': 'text/png' })).status).toBe(415);
    expect((await put('/images', 5)).status).toBe(415);
  });
});

describe('stream', () => {
  it('is read by the handler, and counted', async () => {
    await using app = await createTestHttp((routes) => {
      routes.put('/', { body: stream({ maxBytes: 10 }) }, async ({ body }) => (await buffer(body)).toString());
      routes.put('/unread', { body: stream({ maxBytes: 10 }) }, () => 'unread');
    });
    const put = async (path: string, ...chunks: string[]): Promise<string> => {
      const body = ReadableStream.from(chunks.map((chunk) => Buffer.from(chunk)));
      return (await app.services.http.inject(path, { method: 'PUT', body, duplex: 'half' })).text();
    };
    expect(await put('/', 'abc', '', 'def')).toBe('abcdef');
    expect(await put('/', 'abcdef', 'ghijk')).toContain('OXI_HTTP_BODY_TOO_LARGE');
    expect(await put('/unread', 'abc')).toBe('unread');
    expect((await app.request('PUT', '/')).text).toBe('');
    expect((await app.request('PUT', '/', { body: 'x'.repeat(11), headers: { 'content-length': '11' } })).status).toBe(413);
  });
});

describe('anyOf', () => {
  const Article = z.object({ title: z.string(), stars: z.int().default(0) });

  it('chooses by content type', async () => {
    await using app = await createTestHttp((routes) => {
      routes.post('/', { body: anyOf(json(Article), form(Article), text()) }, ({ body }) => {
        expectTypeOf(body).toEqualTypeOf<string | { title: string; stars: number }>();
        return { body };
      });
      routes.post('/limited', { body: anyOf(json(Article), bytes({ maxBytes: 3 })), bodyLimitBytes: 4 }, () => 'fine');
      routes.post('/guarded', { body: anyOf(json(Article), bytes({ maxBytes: 3 })), guards: [{ name: 'g', check: () => undefined }] }, () => 'fine');
    });
    const send = async (body: string, type: string, path = '/'): Promise<unknown> => {
      const answer = await app.request('POST', path, { body, headers: { 'content-type': type } });
      return answer.status === 200 ? answer.json : answer.status;
    };
    expect(await send('{"title":"x","stars":1}', 'application/merge-patch+json')).toEqual({ body: { title: 'x', stars: 1 } });
    expect(await send('title=x&stars=2', 'application/x-www-form-urlencoded')).toEqual({ body: { title: 'x', stars: 2 } });
    expect(await send('{"title":"x","stars":"2"}', 'application/json')).toBe(422);
    expect(await send('plain', 'text/plain')).toEqual({ body: 'plain' });
    expect(await send('{"title":"long enough"}', 'application/json', '/guarded')).toBeUndefined();
    expect(await send('long', 'image/png', '/guarded')).toBe(413);
    expect(await send('long', 'image/png', '/limited')).toBeUndefined();
    const wrong = await app.request('POST', '/', { body: 'x', headers: { 'content-type': 'image/png' } });
    expect([wrong.status, wrong.headers.get('accept')]).toEqual([415, 'application/json, application/x-www-form-urlencoded, text/plain']);
    expect((await app.request('POST', '/')).status).toBe(422);
  });
});
