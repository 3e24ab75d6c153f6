import { bytes, created, noContent, reply } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { type } from 'arktype';
import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import * as z from 'zod';
import { recordLog } from '../support/recorded-log.ts';

const Article = z.object({ title: z.string() });
const secret = { title: 'x', passwordHash: 'hunter2' };

const unfit = (): never => ({ title: 1, passwordHash: 'hunter2' }) as never;

describe('response schemas', () => {
  it('strip what they do not name', async () => {
    await using app = await createTestHttp((routes) => {
      routes.get('/plain', { response: { 200: Article } }, () => secret);
      routes.get('/promise', { response: { 200: Article } }, async () => secret);
      routes.get('/reply', { response: { 200: Article, 202: Article } }, () => reply(secret, { status: 202, headers: { 'x-a': '1' } }));
      routes.get('/late', { response: { 200: Article.refine(async () => true) } }, () => secret);
    });
    for (const path of ['/plain', '/promise', '/reply', '/late']) expect((await app.request('GET', path)).json).toEqual({ title: 'x' });
    expect((await app.request('GET', '/reply')).headers.get('x-a')).toBe('1');
  });

  it('strip what they do not name, whatever their library does of itself', async () => {
    const Author = type({ name: 'string', born: 'Date' });
    const Book = type({ title: 'string', authors: Author.array(), 'shelf?': Author.or('string') });
    const book = { title: 'x', secret: 1, authors: [{ name: 'Ada', born: new Date(0), secret: 2 }], shelf: { name: 'Bo', born: new Date(1), secret: 3 } };
    await using app = await createTestHttp((routes) => {
      routes.get('/one', { response: { 200: Book } }, () => book);
      routes.get('/reply', { response: { 202: Book } }, () => reply(book, { status: 202 }));
      routes.get('/text', { response: { 200: type('string') } }, () => 'text');
      routes.get('/bytes', { response: { 200: type.instanceOf(Uint8Array) } }, () => new TextEncoder().encode('bytes'));
      routes.get('/file', { response: { 200: bytes() } }, () => new TextEncoder().encode('file'));
    });
    const stripped = { title: 'x', authors: [{ name: 'Ada', born: '1970-01-01T00:00:00.000Z' }], shelf: { name: 'Bo', born: '1970-01-01T00:00:00.001Z' } };
    expect((await app.request('GET', '/one')).json).toEqual(stripped);
    expect((await app.request('GET', '/reply')).json).toEqual(stripped);
    for (const name of ['text', 'bytes', 'file']) expect((await app.request('GET', `/${name}`)).text).toBe(name);
  });

  it('give a plain result the only declared status of success', async () => {
    await using app = await createTestHttp((routes) => {
      routes.post('/one', { response: { 201: Article, 404: Article } }, () => secret);
      routes.post('/two', { response: { 200: Article, 201: Article } }, () => secret);
      routes.post('/none', { response: { 404: Article } }, () => ({ title: 'x' }));
    });
    expect((await app.request('POST', '/one')).status).toBe(201);
    expect((await app.request('POST', '/two')).status).toBe(200);
    expect((await app.request('POST', '/none')).status).toBe(200);
  });

  it('leave statuses they do not declare, empty replies and Responses alone', async () => {
    await using app = await createTestHttp((routes) => {
      routes.get('/other', { response: { 201: Article } }, () => reply({ title: 'x', kept: 1 }, { status: 202 }));
      routes.get('/empty', { response: { 201: Article } }, () => noContent());
      routes.get('/web', { response: { 200: Article } }, () => Response.json(secret));
    });
    expect((await app.request('GET', '/other')).json).toEqual({ title: 'x', kept: 1 });
    expect((await app.request('GET', '/empty')).status).toBe(204);
    expect((await app.request('GET', '/web')).json).toEqual(secret);
  });

  it('make a result that does not fit a 500 in development', async () => {
    const { logger, lines } = recordLog();
    await using app = await createTestHttp(
      (routes) => {
        routes.get('/', { response: { 200: Article } }, unfit);
        routes.get('/created', { response: { 201: z.string() } }, () => created(1 as never));
      },
      { logger, http: { environment: 'development' } },
    );
    const { status, text, json } = await app.request('GET', '/');
    expect(status).toBe(500);
    expect(text).not.toContain('hunter2');
    expect(json).toMatchObject({ code: 'OXI_HTTP_RESPONSE_INVALID', detail: expect.stringContaining('/title: ') });
    expect(String(lines[0]?.fields['error'])).toMatch(/responses\.test\.ts:\d+ does not fit its response schema for status 200/);
    expect((await app.request('GET', '/created')).status).toBe(500);
  });

  it('count, log and prune a result that does not fit in production: undeclared fields never leave', async () => {
    const { logger, lines } = recordLog();
    await using app = await createTestHttp(
      (routes) => {
        routes.get('/', { response: { 200: Article } }, unfit);
        routes.get('/created', { response: { 201: Article } }, () => created(unfit()));
        routes.get('/nameless', { response: { 200: v.object({ title: v.string() }) } }, unfit);
      },
      { logger, http: { environment: 'production' } },
    );
    expect((await app.request('GET', '/')).json).toEqual({ title: 1 });
    expect(await app.request('GET', '/created')).toMatchObject({ status: 201, json: { title: 1 } });
    expect(app.services.http.counters.invalidResponses).toBe(2);
    expect(String(lines[0]?.fields['error'])).toMatch(/responses\.test\.ts:\d+ does not fit its response schema for status 200/);
    const refused = await app.request('GET', '/nameless'); // valibot alone cannot tell what is declared
    expect(refused.json).toMatchObject({ status: 500, code: 'OXI_HTTP_INTERNAL_SERVER_ERROR' });
    expect(refused.text).not.toContain('hunter2');
  });
});
