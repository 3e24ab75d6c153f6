import { action, created, defineController, defineGuard, defineRoutes } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';

const tenant = defineGuard<{ tenant: string }>({ name: 'tenant', check: (request) => void (request.tenant = 'acme') });

const controller = defineController('/articles/:slug', {
  index: action({ query: z.object({ page: z.int().default(1) }) }, ({ query }) => ({ page: query.page })),
  create: action({ body: z.object({ title: z.string() }), response: { 201: z.object({ title: z.string() }) } }, ({ body }) => created(body)),
  show: action(({ params }) => params.slug),
  replace: action(() => 'replaced'),
  update: action(() => 'updated'),
  destroy: action(() => undefined),
});

/** A class: its members are actions, and what it keeps is its own business. */
class NotesController {
  readonly #notes = new Map([['1', 'first']]);
  readonly prefix = 'note';
  show = action(({ params }) => `${this.prefix} ${this.#notes.get(params.id) ?? 'none'}`);
  destroy = action({ params: z.object({ id: z.string() }) }, ({ params }) => void this.#notes.delete(params.id));
}

describe('routes.resource', () => {
  it('makes the routes of a controller', async () => {
    await using app = await createTestHttp((routes) => routes.resource('/articles/:slug', controller, { name: 'articles.', tags: ['Articles'] }));
    expect(app.services.http.routes.map(({ method, path, name }) => `${method} ${path} ${name ?? ''}`)).toEqual([
      'GET /articles articles.index',
      'POST /articles articles.create',
      'GET /articles/:slug articles.show',
      'PUT /articles/:slug articles.replace',
      'PATCH /articles/:slug articles.update',
      'DELETE /articles/:slug articles.destroy',
    ]);
    expect(app.services.http.routes[0]).toMatchObject({ declaration: { tags: ['Articles'] }, place: expect.stringMatching(/resource\.test\.ts:\d+$/) });
    expect((await app.request('GET', '/articles?page=2')).json).toEqual({ page: 2 });
    expect((await app.request('POST', '/articles', { json: { title: 'x' } })).status).toBe(201);
    expect((await app.request('GET', '/articles/hello')).text).toBe('hello');
    expect((await app.request('DELETE', '/articles/hello')).status).toBe(204);
  });

  it('makes only those that exist and are wanted', async () => {
    await using app = await createTestHttp((routes) => {
      routes.resource('/a/:slug', controller, { only: ['index', 'show'] });
      routes.resource('/b/:slug', controller, { except: ['replace', 'update', 'destroy', 'create'] });
      routes.resource('/c/:id', new NotesController());
    });
    expect(app.services.http.routes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /a',
      'GET /a/:slug',
      'GET /b',
      'GET /b/:slug',
      'GET /c/:id',
      'DELETE /c/:id',
    ]);
    expect((await app.request('GET', '/c/1')).text).toBe('note first');
    expect((await app.request('PATCH', '/a/x')).status).toBe(405);
  });

  it('nests, in paths and in groups, whose guards and params its actions see', async () => {
    const comments = defineRoutes('/articles/:article', { guards: [tenant] }, (routes) => {
      routes.resource('/comments/:id{int}', {
        index: action(({ params, tenant: name }) => {
          expectTypeOf(params).toEqualTypeOf<{ readonly article: string }>();
          expectTypeOf(name).toEqualTypeOf<string>();
          return `${name} ${params.article}`;
        }),
        show: action(({ params }) => {
          expectTypeOf(params).toEqualTypeOf<{ readonly article: string; readonly id: number }>();
          return params;
        }),
      });
    });
    await using app = await createTestHttp((routes) => routes.use(comments));
    expect((await app.request('GET', '/articles/x/comments')).text).toBe('acme x');
    expect((await app.request('GET', '/articles/x/comments/7')).json).toEqual({ article: 'x', id: 7 });
  });

  it('says what is wrong with a controller', async () => {
    const boot = (path: string, wrong: object) => createTestHttp((routes) => routes.resource(path, wrong));
    await expect(boot('/a', { show: action(() => 1) })).rejects.toThrow('must end with the parameter');
    await expect(boot('/a/:id', { show: () => 1 })).rejects.toThrow('"show" of the controller of /a/:id is no action');
    await expect(boot('/a/:id', {})).rejects.toThrow('has no actions');
    expect(() => action({}, undefined as unknown as () => string)).toThrow('has no handler');
  });
});
