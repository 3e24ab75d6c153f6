import type { StandardSchemaV1 } from '@standard-schema/spec';
import { createTestHttp } from '@oxidite/http/testing';
import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import * as z from 'zod';

/** A schema whose validation takes a turn. */
function later<Schema extends StandardSchemaV1>(schema: Schema): StandardSchemaV1<StandardSchemaV1.InferInput<Schema>, StandardSchemaV1.InferOutput<Schema>> {
  const { validate } = schema['~standard'];
  return {
    '~standard': {
      version: 1,
      vendor: 'later',
      validate: async (value) => validate(value),
    },
  };
}

const Everything = {
  params: z.object({ id: z.int() }),
  query: z.object({ page: z.number().default(1), tags: z.array(z.string()).default([]) }),
  headers: z.object({ 'x-trace': z.string().min(3) }),
  cookies: z.object({ theme: z.enum(['dark', 'light']) }),
  body: z.object({ name: z.string(), nested: z.object({ list: z.array(z.number()) }) }),
};
const good = { headers: { 'x-trace': 'abc', cookie: 'theme=dark' }, json: { name: 'n', nested: { list: [1] }, more: true } };

describe('inputs', () => {
  it('are validated, converted and stripped', async () => {
    await using app = await createTestHttp((routes) => {
      routes.post('/:id', Everything, ({ params, query, headers, cookies, body }) => ({ params, query, headers, cookies, body }));
    });
    const { json } = await app.request('POST', '/7?page=2&tags=a', good);
    expect(json).toEqual({
      params: { id: 7 },
      query: { page: 2, tags: ['a'] },
      headers: { 'x-trace': 'abc' },
      cookies: { theme: 'dark' },
      body: { name: 'n', nested: { list: [1] } },
    });
  });

  it.each(['at once', 'later'])('report all issues of all sources in one 422, validated %s', async (when) => {
    const wrap = when === 'later' ? later : <Schema extends StandardSchemaV1>(schema: Schema): Schema => schema;
    await using app = await createTestHttp((routes) => {
      routes.post('/:id', { ...Everything, body: wrap(Everything.body), query: wrap(Everything.query) }, () => 'never');
    });
    const bad = { headers: { 'x-trace': 'a', cookie: 'theme=blue' }, json: { nested: { list: [1, 'x'] } } };
    const { status, headers, json } = await app.request('POST', '/seven?page=two', bad);
    expect([status, headers.get('content-type')]).toEqual([422, 'application/problem+json']);
    expect(json).toMatchObject({
      type: 'about:blank',
      title: 'Unprocessable Entity',
      status: 422,
      code: 'OXI_HTTP_INPUT_INVALID',
      detail: '6 inputs are not valid.',
    });
    const { errors } = json as { errors: { in: string; path: string }[] };
    expect(errors.map((issue) => `${issue.in} ${issue.path}`)).toEqual([
      'params /id',
      'query /page',
      'headers /x-trace',
      'cookies /theme',
      'body /name',
      'body /nested/list/1',
    ]);
  });

  it.each(['at once', 'later'])('work alone, validated %s', async (when) => {
    const schema = v.object({ q: v.pipe(v.string(), v.minLength(2)) });
    await using app = await createTestHttp((routes) => {
      routes.get('/', { query: when === 'later' ? later(schema) : schema }, ({ query }) => query.q);
    });
    expect((await app.request('GET', '/?q=abc')).text).toBe('abc');
    expect((await app.request('GET', '/?q=a')).json).toMatchObject({ status: 422, detail: 'One input is not valid.', errors: [{ in: 'query', path: '/q' }] });
  });

  it('without schemas are the text that was sent', async () => {
    await using app = await createTestHttp((routes) => {
      routes.post('/:id', ({ params, query, headers, cookies, body, path, method, url }) => ({
        params,
        query,
        cookies,
        body: body === undefined,
        path,
        method,
        url: url.href,
        x: headers['x-a'],
      }));
    });
    const { json } = await app.request('POST', '/a%20b?c=d&c=e', { headers: { cookie: 'a=1', 'x-a': '2' }, json: { any: 1 } });
    expect(json).toEqual({
      params: { id: 'a b' },
      query: { c: ['d', 'e'] },
      cookies: { a: '1' },
      body: true,
      path: '/a%20b',
      method: 'POST',
      url: 'http://localhost/a%20b?c=d&c=e',
      x: '2',
    });
  });

  it('of a malformed query are a 400, when they are read', async () => {
    await using app = await createTestHttp((routes) => {
      routes.get('/reads', ({ query }) => query);
      routes.get('/ignores', () => 'fine');
      routes.get('/validates', { query: z.object({}) }, () => 'never');
    });
    expect((await app.request('GET', '/reads?a=%zz')).json).toMatchObject({ status: 400, code: 'OXI_HTTP_URL_MALFORMED' });
    expect((await app.request('GET', '/validates?a=%zz')).status).toBe(400);
    expect((await app.request('GET', '/ignores?a=%zz')).text).toBe('fine');
  });
});

describe('the body', () => {
  const body = z.object({ name: z.string() });

  it('may be left out where the schema allows it', async () => {
    await using app = await createTestHttp((routes) => {
      routes.post('/optional', { body: body.optional() }, (request) => ({ isMissing: request.body === undefined }));
      routes.post('/required', { body }, () => 'never');
    });
    expect((await app.request('POST', '/optional')).json).toEqual({ isMissing: true });
    expect((await app.request('POST', '/optional', { body: '', headers: { 'content-type': 'application/json' } })).json).toEqual({ isMissing: true });
    expect((await app.request('POST', '/required')).json).toMatchObject({ status: 422, errors: [{ in: 'body', path: '' }] });
  });

  it('must be JSON, by type and by content', async () => {
    await using app = await createTestHttp((routes) => {
      routes.post('/', { body }, (request) => request.body.name);
    });
    const send = (text: string, type: string): Promise<number> =>
      app.request('POST', '/', { body: text, headers: { 'content-type': type } }).then(({ status }) => status);
    expect(await send('{"name":"x"}', 'application/vnd.shop+json; charset=utf-8')).toBe(200);
    expect(await send('name=x', 'application/x-www-form-urlencoded')).toBe(415);
    expect(await send('{"name":', 'application/json')).toBe(400);
    expect(await send('{"__proto__":{"a":1},"name":"x"}', 'application/json')).toBe(400);
    expect((await app.request('POST', '/', { body: 'x', headers: { 'content-type': 'text/plain' } })).headers.get('accept')).toBe('application/json');
  });

  it.each([false, true])('is limited in bytes (behind a guard: %s)', async (isGuarded) => {
    const guards = isGuarded ? [{ name: 'g', check: () => undefined }] : [];
    await using app = await createTestHttp(
      (routes) => {
        routes.post('/', { body, guards }, (request) => request.body.name.length);
        routes.post('/large', { body, guards, bodyLimitBytes: 1_000 }, (request) => request.body.name.length);
      },
      { http: { limits: { bodyBytes: 50 } } },
    );
    const json = { name: 'é'.repeat(30) };
    expect((await app.request('POST', '/', { json })).json).toMatchObject({
      status: 413,
      code: 'OXI_HTTP_BODY_TOO_LARGE',
      detail: 'The body is larger than 50 bytes.',
    });
    expect((await app.request('POST', '/', { json, headers: { 'content-length': '71' } })).status).toBe(413);
    expect((await app.request('POST', '/large', { json })).json).toBe(30);
    expect((await app.request('POST', '/', { json: { name: 'x' } })).json).toBe(1);
  });

  it('is not read before the guards have agreed', async () => {
    await using app = await createTestHttp((routes) => {
      const refuses = { name: 'refuses', check: () => Promise.reject(Object.assign(new Error('no'), {})) };
      routes.post('/', { body, guards: [refuses] }, () => 'never');
    });
    expect((await app.request('POST', '/', { body: 'not json', headers: { 'content-type': 'text/plain' } })).status).toBe(500);
  });
});
