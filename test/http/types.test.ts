import {
  created,
  defineGuard,
  defineRoutes,
  type HttpRequest,
  type InferRequest,
  noContent,
  type Problem,
  type QueryRecord,
  type RequestHeaders,
  type Router,
  type ResponseHeaders,
} from '@oxidite/http';
import type { Services } from '@oxidite/plugin-sdk';
import type { H3Event } from 'h3';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as v from 'valibot';
import * as z from 'zod';

interface User {
  readonly id: number;
}

const signedIn = defineGuard<{ user: User }>({ name: 'signedIn', check: (request) => void (request.user = { id: 1 }) });
const tenant = defineGuard<{ tenant: string }>({ name: 'tenant', check: (request) => void (request.tenant = 'acme') });
const plain = defineGuard({ name: 'plain', check: () => undefined });

/** Compiles a group without running it. */
function declare(define: (routes: Router) => void): void {
  expect(defineRoutes('/types', define).prefix).toBe('/types');
}

describe('types of handlers', () => {
  it('take params from the literal of the path', () => {
    declare((routes) => {
      routes.get('/user/:id', ({ params }) => expectTypeOf(params).toEqualTypeOf<{ readonly id: string }>());
      routes.get('/user/:id/post/:post', ({ params }) => expectTypeOf(params).toEqualTypeOf<{ readonly id: string; readonly post: string }>());
      routes.get('/files/**:path', ({ params }) => expectTypeOf(params).toEqualTypeOf<{ readonly path: string }>());
      routes.get('/all/**', ({ params }) => expectTypeOf(params).toEqualTypeOf<{ readonly _: string }>());
      routes.get('/none', ({ params }) => expectTypeOf<keyof typeof params>().toEqualTypeOf<never>());
      // @ts-expect-error the path has no parameter "slug"
      routes.get('/user/:id', ({ params }) => params.slug);
    });
  });

  it('take params from the prefixes of groups', () => {
    defineRoutes('/shops/:shop', (routes) => {
      routes.group('/shelves/:shelf', (inner) => {
        inner.get('/:item', ({ params }) => expectTypeOf(params).toEqualTypeOf<{ readonly shop: string; readonly shelf: string; readonly item: string }>());
      });
    });
  });

  it('give a record of params for a path that is no literal', () => {
    declare((routes) => {
      const path: string = '/x';
      routes.get(path, ({ params }) => expectTypeOf(params).toEqualTypeOf<{ readonly [name: string]: string }>());
    });
  });

  it('take every input from its schema, whatever the library', () => {
    declare((routes) => {
      routes.post(
        '/:id',
        {
          params: z.object({ id: z.coerce.number() }),
          query: v.object({ page: v.number() }),
          headers: z.object({ 'x-trace': z.string() }),
          cookies: z.object({ theme: z.enum(['dark', 'light']) }),
          body: z.object({ at: z.string().transform((text) => new Date(text)) }),
        },
        ({ params, query, headers, cookies, body }) => {
          expectTypeOf(params).toEqualTypeOf<{ id: number }>();
          expectTypeOf(query).toEqualTypeOf<{ page: number }>();
          expectTypeOf(headers).toEqualTypeOf<{ 'x-trace': string }>();
          expectTypeOf(cookies).toEqualTypeOf<{ theme: 'dark' | 'light' }>();
          expectTypeOf(body).toEqualTypeOf<{ at: Date }>();
        },
      );
    });
  });

  it('know what a request is without any schema', () => {
    declare((routes) => {
      routes.get('/', (request, services) => {
        expectTypeOf(request.query).toEqualTypeOf<Readonly<QueryRecord>>();
        expectTypeOf(request.query['q']).toEqualTypeOf<string | string[] | undefined>();
        expectTypeOf(request.headers).toEqualTypeOf<RequestHeaders>();
        expectTypeOf(request.headers.authorization).toEqualTypeOf<string | undefined>();
        expectTypeOf(request.cookies['a']).toEqualTypeOf<string | undefined>();
        expectTypeOf(request.body).toEqualTypeOf<undefined>();
        expectTypeOf(request.method).toEqualTypeOf<string>();
        expectTypeOf(request.url).toEqualTypeOf<URL>();
        expectTypeOf(request.signal).toEqualTypeOf<AbortSignal>();
        expectTypeOf(request.responseHeaders).toEqualTypeOf<ResponseHeaders>();
        expectTypeOf(request.event).toEqualTypeOf<H3Event>();
        expectTypeOf(services).toEqualTypeOf<Services>();
      });
    });
  });

  it('have what the guards of route and groups add', () => {
    defineRoutes('/guarded', { guards: [signedIn, plain] }, (routes) => {
      routes.get('/', ({ user }) => expectTypeOf(user).toEqualTypeOf<User>());
      routes.group('/inner', { guards: [tenant] }, (inner) => {
        inner.get('/', (request) => {
          expectTypeOf(request.user).toEqualTypeOf<User>();
          expectTypeOf(request.tenant).toEqualTypeOf<string>();
        });
      });
      routes.get('/own', { guards: [tenant] }, ({ user, tenant: name }) => expectTypeOf([user, name] as const).toEqualTypeOf<readonly [User, string]>());
      // @ts-expect-error no guard adds a tenant here
      routes.get('/without', (request) => request.tenant);
    });
  });

  it('take functions that declare routes for any router, or for one whose guards add enough', () => {
    const shared = (routes: Router): void => routes.get('/shared', () => 'ok');
    const mine = (routes: Router<{ user: User }>): void => routes.get('/mine', ({ user }) => user.id);
    defineRoutes('/a/:b', shared);
    defineRoutes('/a', { guards: [signedIn, tenant] }, mine);
    // @ts-expect-error nothing adds a user
    defineRoutes('/a', mine);
  });

  it('hold the result to the declared responses', () => {
    declare((routes) => {
      const Article = z.object({ title: z.string() });
      routes.get('/plain', { response: { 200: Article } }, () => ({ title: 'x' }));
      routes.get('/promise', { response: { 200: Article } }, async () => ({ title: 'x' }));
      routes.get('/reply', { response: { 201: Article } }, () => created({ title: 'x' }, '/x'));
      routes.get('/nothing', { response: { 200: Article } }, () => noContent());
      routes.get('/web', { response: { 200: Article } }, () => new Response('x'));
      routes.get('/two', { response: { 200: Article, 202: z.object({ job: z.number() }) } }, ({ query }) => ('later' in query ? { job: 1 } : { title: 'x' }));
      // @ts-expect-error title is a number
      routes.get('/wrong', { response: { 200: Article } }, () => ({ title: 1 }));
      // @ts-expect-error title is missing in the reply
      routes.get('/wrong-reply', { response: { 201: Article } }, () => created({}));
    });
  });

  it('refuse declarations with keys that do not exist', () => {
    declare((routes) => {
      // @ts-expect-error "qeury" is misspelt
      routes.get('/', { qeury: z.object({}) }, () => 'x');
      // @ts-expect-error a schema is expected
      routes.get('/', { body: { name: 'string' } }, () => 'x');
      // @ts-expect-error the handler is missing
      routes.get('/', {});
    });
  });

  it('can be inferred for functions outside of the route', () => {
    const declaration = { query: z.object({ page: z.number() }), guards: [signedIn] } as const;
    type Inferred = InferRequest<typeof declaration, '/user/:id'>;
    expectTypeOf<Inferred['query']>().toEqualTypeOf<{ page: number }>();
    expectTypeOf<Inferred['params']>().toEqualTypeOf<{ readonly id: string }>();
    expectTypeOf<Inferred['user']>().toEqualTypeOf<User>();
    expectTypeOf<InferRequest<object>['body']>().toEqualTypeOf<undefined>();
    expectTypeOf<Inferred>().toExtend<Omit<HttpRequest, 'params' | 'query'>>();
  });
});

describe('types of groups', () => {
  it('hand problems and requests to their mapper', () => {
    defineRoutes(
      '/',
      { problem: (problem, request) => expectTypeOf({ problem, request }).toEqualTypeOf<{ problem: Problem; request: HttpRequest }>() },
      () => undefined,
    );
  });
});
