import { defineBinding, defineGuard, unauthorized } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { describe, expect, expectTypeOf, it } from 'vitest';

interface Article {
  readonly slug: string;
}

const articles = new Map<string, Article>([['hello', { slug: 'hello' }]]);
const article = defineBinding('article', '/:slug', ({ params }) => articles.get(params.slug));

describe('defineBinding', () => {
  it('adds what the path names to the request, and answers with 404 when there is none', async () => {
    await using app = await createTestHttp((routes) => {
      routes.get('/articles/:slug', { guards: [article] }, (request) => {
        expectTypeOf(request.article).toEqualTypeOf<Article>();
        return request.article;
      });
    });
    expect((await app.request('GET', '/articles/hello')).json).toEqual({ slug: 'hello' });
    expect((await app.request('GET', '/articles/none')).json).toMatchObject({ status: 404, code: 'OXI_HTTP_NOT_FOUND', detail: 'There is no such article.' });
  });

  it('takes promises and services, converts parameters, and treats null as nothing', async () => {
    const seen: unknown[] = [];
    const number = defineBinding('number', '/:id{int}', async ({ params, request }, services) => {
      expectTypeOf(params.id).toEqualTypeOf<number>();
      seen.push(params, request.method, services.http.routes.length);
      return params.id === 0 ? null : params.id;
    });
    await using app = await createTestHttp((routes) => {
      routes.group('/n/:id{int}', { guards: [number] }, (inner) => inner.get('/', (request) => ({ sum: request.number + request.params.id })));
    });
    expect((await app.request('GET', '/n/5')).json).toEqual({ sum: 10 });
    expect(seen).toEqual([{ id: 5 }, 'GET', 1]);
    expect((await app.request('GET', '/n/0')).status).toBe(404);
  });

  it('runs after the guards before it', async () => {
    const refuses = defineGuard({ name: 'refuses', check: () => Promise.reject(unauthorized()) });
    await using app = await createTestHttp((routes) => routes.get('/articles/:slug', { guards: [refuses, article] }, () => 'x'));
    expect((await app.request('GET', '/articles/none')).status).toBe(401);
    expect(app.services.http.routes[0]?.guards.map(({ name }) => name)).toEqual(['refuses', 'bind(article)']);
  });

  it('takes types of the application for text', async () => {
    const book = defineBinding('book', '/:isbn{isbn}', ({ params }) => ({ isbn: params.isbn }));
    await using app = await createTestHttp((routes) => routes.get('/:isbn{isbn}', { guards: [book] }, (request) => request.book.isbn), {
      http: { paramTypes: { isbn: /\d{3}/ } },
    });
    expect((await app.request('GET', '/123')).text).toBe('123');
  });

  it('is refused at boot on a path without its parameters', async () => {
    await expect(createTestHttp((routes) => routes.get('/articles/:id', { guards: [article] }, () => 'x'))).rejects.toMatchObject({
      cause: { code: 'OXI_HTTP_BINDING_PARAMS', message: expect.stringContaining('reads :slug, which the path /articles/:id does not have') },
    });
  });
});
