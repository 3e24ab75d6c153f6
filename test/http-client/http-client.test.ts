import { HttpClientResponseInvalidError, HttpClientStatusError } from '@oxidite/http-client';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { boot, catchError, eventually } from './support/boot.ts';
import { readBody, sendJson, startServer } from './support/start-server.ts';

const User = z.object({ id: z.coerce.number(), name: z.string().default('nobody') });

describe('httpClient', () => {
  it('parses and validates JSON with any Standard Schema', async () => {
    await using server = await startServer((_, response) => sendJson(response, { id: '7' }));
    await using app = await boot();
    expect(await app.http.get(`${server.origin}/users/7`).json()).toEqual({ id: '7' });
    expect(await app.http.get(`${server.origin}/users/7`).json(User)).toEqual({ id: 7, name: 'nobody' });
    expect(await app.http.get(`${server.origin}/users/7`).json(v.object({ id: v.string() }))).toEqual({ id: '7' });
  });

  it('says what does not fit a schema, and what is no JSON', async () => {
    await using server = await startServer(({ url }, response) =>
      url === '/page' ? response.writeHead(200, { 'content-type': 'text/html' }).end('<secret>') : sendJson(response, { name: 1 }),
    );
    await using app = await boot();
    const error = await catchError(app.http.get(`${server.origin}/users?token=s3cret`).json(User));
    expect(error).toBeInstanceOf(HttpClientResponseInvalidError);
    expect(error).toMatchObject({
      code: 'OXI_HTTP_CLIENT_RESPONSE_INVALID',
      issues: [{ path: 'id' }, { path: 'name' }],
      method: 'GET',
      url: `${server.origin}/users`,
    });
    await expect(app.http.get(`${server.origin}/page`).json()).rejects.toThrow(/is not JSON: its content type is "text\/html"/);
  });

  it('gives text, bytes, and a body that is undefined when it is empty', async () => {
    await using server = await startServer(({ url }, response) => (url === '/empty' ? response.writeHead(204).end() : response.end('grüße')));
    await using app = await boot();
    expect(await app.http.get(server.origin).text()).toBe('grüße');
    expect(await app.http.get(server.origin).bytes()).toEqual(new TextEncoder().encode('grüße'));
    expect(await app.http.delete(`${server.origin}/empty`).json()).toBeUndefined();
  });

  it('gives a body as it comes', async () => {
    let proceed = (): void => undefined;
    await using server = await startServer((_, response) => {
      response.write('one');
      proceed = () => response.end('two');
    });
    await using app = await boot();
    const reader = (await app.http.get(server.origin).stream()).getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('one');
    proceed();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('two');
    expect((await reader.read()).done).toBe(true);
  });

  it('is a promise of the whole response, which can be read more than once', async () => {
    await using server = await startServer((_, response) => response.setHeader('x-a', 'b').end('{"id":1}'));
    await using app = await boot();
    const response = await app.http.get(`${server.origin}/users/1?a=b`);
    expect(response).toMatchObject({ status: 200, url: `${server.origin}/users/1?a=b`, attempts: 1 });
    expect(response.headers.get('x-a')).toBe('b');
    expect([await response.json(User), await response.text(), (await response.bytes()).byteLength]).toEqual([{ id: 1, name: 'nobody' }, '{"id":1}', 8]);
    const [first, second] = await Promise.all([app.http.get(server.origin), app.http.get(server.origin)]);
    expect([first.status, second.status]).toEqual([200, 200]);
  });

  it('sends a call of which nobody awaits anything, and reads its response', async () => {
    await using server = await startServer((_, response) => response.end('x'.repeat(100_000)));
    await using app = await boot();
    const call = app.http.post(server.origin);
    await eventually(() => server.requests.length === 1);
    expect(await (await call.stream()).getReader().read()).toMatchObject({ done: false });
    expect(await call.text()).toHaveLength(100_000);
  });

  it('sends one request however often a call is read', async () => {
    await using server = await startServer((_, response) => response.end('1'));
    await using app = await boot();
    const call = app.http.get(server.origin);
    expect(await Promise.all([call.json(), call.text(), call.then(({ status }) => status)])).toEqual([1, '1', 200]);
    expect(server.requests).toHaveLength(1);
  });

  it('says that a streamed call has no whole response', async () => {
    await using server = await startServer((_, response) => response.end('1'));
    await using app = await boot();
    const call = app.http.get(server.origin);
    const [stream, again] = await Promise.all([call.stream(), call.stream()]);
    expect(again).toBe(stream);
    await expect(call).rejects.toThrow(/read as a stream/);
    await stream.cancel();
    expect(server.requests).toHaveLength(1);
  });

  it('sends JSON, forms, text, bytes, streams and parts with what they are', async () => {
    const seen: unknown[] = [];
    await using server = await startServer(async (request, response) => {
      seen.push([request.method, request.headers['content-type'], await readBody(request)]);
      response.end();
    });
    await using app = await boot();
    const { post, put, patch } = app.http;
    await post(server.origin, { json: { a: [1, 'ü'] } });
    await put(server.origin, { form: { a: ['1', 2], b: undefined, c: 'ü' } });
    await patch(server.origin, { body: 'text' });
    await post(server.origin, { body: new Uint8Array([104, 105]).subarray(1), headers: { 'Content-Type': 'application/x-i' } });
    await post(server.origin, { body: new Uint8Array([104, 105]).buffer });
    await post(server.origin, { body: new Blob(['blob'], { type: 'text/x-blob' }) });
    await post(server.origin, { body: new Blob(['stream']).stream() });
    await post(server.origin, {
      body: (async function* () {
        yield 'a';
        yield 'b';
      })(),
    });
    await post(server.origin, { body: new URLSearchParams({ a: 'b' }) });
    expect(seen).toEqual([
      ['POST', 'application/json', '{"a":[1,"ü"]}'],
      ['PUT', 'application/x-www-form-urlencoded', 'a=1&a=2&c=%C3%BC'],
      ['PATCH', 'text/plain;charset=UTF-8', 'text'],
      ['POST', 'application/x-i', 'i'],
      ['POST', undefined, 'hi'],
      ['POST', 'text/x-blob', 'blob'],
      ['POST', undefined, 'stream'],
      ['POST', undefined, 'ab'],
      ['POST', 'application/x-www-form-urlencoded;charset=UTF-8', 'a=b'],
    ]);
  });

  it('sends files with a form', async () => {
    await using server = await startServer(async (request, response) => response.end(`${request.headers['content-type'] ?? ''}\n${await readBody(request)}`));
    await using app = await boot();
    const form = new FormData();
    form.set('file', new Blob(['content'], { type: 'text/plain' }), 'a.txt');
    const sent = await app.http.post(server.origin, { body: form }).text();
    expect(sent).toMatch(/^multipart\/form-data; ?boundary=/);
    expect(sent).toContain('filename="a.txt"');
    expect(sent).toContain('content');
  });

  it('refuses options that name no request, without quoting a value', async () => {
    await using app = await boot();
    const wrong = [
      app.http.post('http://127.0.0.1', { json: {}, body: 's3cret' }),
      app.http.post('http://127.0.0.1', { json: () => 's3cret' }),
      app.http.post('http://127.0.0.1', { json: 10n }),
      app.http.post('http://127.0.0.1', { body: { s3cret: 1 } as never }),
      app.http.get('http://127.0.0.1', { headers: { authorization: 's3\ncret' } }),
      app.http.get('http://127.0.0.1', { idempotencyKey: 's3\ncret' }),
      app.http.get('http://127.0.0.1', { headers: { 'transfer-encoding': 's3cret' } }),
      app.http.request('CONNECT', 'http://127.0.0.1'),
      app.http.request('GET s3cret', 'http://127.0.0.1'),
    ];
    for (const result of await Promise.allSettled(wrong)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'OXI_HTTP_CLIENT_REQUEST_INVALID' } });
      if (result.status === 'rejected') expect((result.reason as Error).message).not.toContain('cret');
    }
  });

  it('adds a query to that of the URL', async () => {
    await using server = await startServer(({ url }, response) => response.end(url));
    await using app = await boot();
    expect(await app.http.get(`${server.origin}/a?x=1#hash`, { query: { y: ['2', true], z: undefined, q: 'a&b' } }).text()).toBe('/a?x=1&y=2&y=true&q=a%26b');
    expect(await app.http.get(new URL(server.origin), { query: new URLSearchParams('a=1&a=2') }).text()).toBe('/?a=1&a=2');
  });

  it('makes a status that is no success an error, with the beginning of the body', async () => {
    await using server = await startServer((_, response) => response.writeHead(404, { 'content-type': 'text/plain' }).end('ü'.repeat(2_000)));
    await using app = await boot();
    const { get } = app.http;
    for (const call of [() => get(server.origin), () => get(server.origin).json(), () => get(server.origin).stream()]) {
      const error = await catchError(call());
      expect(error).toBeInstanceOf(HttpClientStatusError);
      expect(error).toMatchObject({ responseStatus: 404, status: 502, attempts: 1, problem: undefined, body: 'ü'.repeat(512) });
    }
  });

  it('reads the problem details of a failure', async () => {
    const problem = { type: 'https://errors.test/out', title: 'Out of stock', status: '409', detail: 'None left', left: 0 };
    await using server = await startServer((_, response) =>
      response.writeHead(409, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem)),
    );
    await using app = await boot();
    expect(await catchError(app.http.post(server.origin).json())).toMatchObject({
      problem: { type: 'https://errors.test/out', title: 'Out of stock', detail: 'None left', extensions: { left: 0 } },
    });
  });

  it('takes the statuses it is told to take', async () => {
    await using server = await startServer((_, response) => response.writeHead(404).end('none'));
    await using app = await boot();
    expect((await app.http.get(server.origin, { acceptStatus: [404] })).status).toBe(404);
    expect(await app.http.get(server.origin, { acceptStatus: 'any' }).text()).toBe('none');
    await expect(app.http.get(server.origin, { acceptStatus: [403] })).rejects.toThrow(/answered with 404/);
  });

  it('names itself, and says what it takes', async () => {
    await using server = await startServer(({ headers }, response) => sendJson(response, headers));
    await using app = await boot({ userAgent: 'shop/1' });
    expect(await app.http.get(server.origin).json()).toMatchObject({ 'user-agent': 'shop/1', 'accept-encoding': 'gzip, deflate, br, zstd' });
    expect(
      await app.http
        .get(server.origin, {
          headers: [
            ['Accept', 'a/b'],
            ['range', 'bytes=0-1'],
          ],
        })
        .json(),
    ).toMatchObject({ accept: 'a/b', 'accept-encoding': 'identity' });
  });
});
