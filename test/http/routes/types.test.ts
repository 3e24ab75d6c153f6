import { action, defineController, defineRoutes, type PathParams, type RouteNames, type Router, type UrlArguments, type UrlParams } from '@oxidite/http';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';

/** Compiles a group without running it. */
function declare(define: (routes: Router) => void): void {
  expect(defineRoutes('/types', define).prefix).toBe('/types');
}

describe('the types of paths', () => {
  it('name every parameter, with the type of its constraint', () => {
    expectTypeOf<PathParams<'/a/:b/:c_2'>>().toEqualTypeOf<{ readonly b: string; readonly c_2: string }>();
    expectTypeOf<PathParams<'/:id{int}/x/:key{uuid}'>>().toEqualTypeOf<{ readonly id: number; readonly key: string }>();
    expectTypeOf<PathParams<'/:state{draft|published|gone}'>>().toEqualTypeOf<{ readonly state: 'draft' | 'published' | 'gone' }>();
    expectTypeOf<PathParams<'/:isbn{isbn}'>>().toEqualTypeOf<{ readonly isbn: string }>();
    expectTypeOf<PathParams<'/v:year{int}-:month{int}'>>().toEqualTypeOf<{ readonly year: number; readonly month: number }>();
    expectTypeOf<PathParams<'/files/:file.:ext/raw'>>().toEqualTypeOf<{ readonly file: string; readonly ext: string }>();
    expectTypeOf<PathParams<'/a/*/**:rest'>>().toEqualTypeOf<{ readonly rest: string }>();
    expectTypeOf<PathParams<'/a/**'>>().toEqualTypeOf<{ readonly _: string }>();
    expectTypeOf<PathParams<':tenant.example.com'>>().toEqualTypeOf<{ readonly tenant: string }>();
    expectTypeOf<PathParams<string>>().toEqualTypeOf<Readonly<Record<string, string>>>();
  });

  it('make optional parameters optional', () => {
    expectTypeOf<PathParams<'/:a/:b?'>>().toEqualTypeOf<{ readonly a: string; readonly b?: string }>();
    expectTypeOf<PathParams<'/:page{int}?'>>().toEqualTypeOf<{ readonly page?: number }>();
    declare((routes) => {
      routes.get('/:page{int}?', ({ params }) => expectTypeOf(params.page).toEqualTypeOf<number | undefined>());
      // @ts-expect-error it may be missing
      routes.get('/:page?', ({ params }) => params.page.length);
      // @ts-expect-error it is a number
      routes.get('/:page{int}', ({ params }) => params.page.length);
    });
  });

  it('take those of prefixes and hosts together, and leave the word to schemas', () => {
    defineRoutes('/shops/:shop{int}', { host: ':tenant.example.com' }, (routes) => {
      routes.group('/in/:area{a|b}', (inner) => {
        inner.get('/:item?', ({ params }) => {
          expectTypeOf(params).toEqualTypeOf<{ readonly tenant: string; readonly shop: number; readonly area: 'a' | 'b'; readonly item?: string }>();
        });
      });
      routes.on('GET', 'PUT')('/x', ({ params }) => expectTypeOf(params).toEqualTypeOf<{ readonly tenant: string; readonly shop: number }>());
      routes.get('/:id{int}', { params: z.object({ id: z.bigint() }) }, ({ params }) => expectTypeOf(params).toEqualTypeOf<{ id: bigint }>());
    });
  });

  it('refuse methods that are none', () => {
    // @ts-expect-error FETCH is no method
    declare((routes) => routes.on('FETCH')('/', () => 'x'));
  });
});

describe('the types of controllers', () => {
  it('know the parameters of their path', () => {
    const controller = defineController('/articles/:slug', {
      index: action(({ params }) => expectTypeOf<keyof typeof params>().toEqualTypeOf<never>()),
      show: action({ query: z.object({ page: z.number() }) }, ({ params, query }) =>
        expectTypeOf([params.slug, query.page] as const).toEqualTypeOf<readonly [string, number]>(),
      ),
    });
    declare((routes) => {
      routes.resource('/articles/:slug', controller);
      routes.resource('/articles/:id', { show: action(({ params }) => expectTypeOf(params.id).toEqualTypeOf<string>()) });
      // @ts-expect-error the controller reads :slug
      routes.resource('/articles/:id', controller);
    });
  });

  it('have an id where nothing tells otherwise', () => {
    class Notes {
      show = action(({ params }) => params.id);
      // @ts-expect-error there is no :slug
      update = action(({ params }) => params.slug);
    }
    declare((routes) => {
      routes.resource('/notes/:id', new Notes());
      // @ts-expect-error it reads :id
      routes.resource('/notes/:note', { show: new Notes().show });
    });
  });

  it('refuse actions that do not exist', () => {
    // @ts-expect-error it is called index
    defineController('/a/:id', { list: action(() => 'x') });
  });
});

declare module '@oxidite/http' {
  interface RouteNames {
    'types.plain': '/plain';
    'types.article': '/articles/:slug';
    'types.archive': '/archive/:year{int}-:month{int}/:state{draft|published}?';
    'types.tenant': '//:tenant.example.com/users/:id{int}';
  }
}

/** Takes what `http.url` takes, without an application. */
function url<Name extends keyof RouteNames>(name: Name, ...rest: UrlArguments<Name, { readonly absolute?: boolean }>): string {
  return JSON.stringify([name, ...rest]);
}

describe('the types of URLs', () => {
  it('ask for the parameters of the path, and nothing else', () => {
    expectTypeOf<UrlParams<'types.archive'>>().toEqualTypeOf<{ readonly year: number; readonly month: number; readonly state?: 'draft' | 'published' }>();
    url('types.plain');
    url('types.plain', {}, { absolute: true });
    url('types.article', { slug: 'x' });
    url('types.article', { slug: 5 });
    url('types.tenant', { tenant: 'acme', id: 1 });
    // @ts-expect-error slug is missing
    url('types.article', {});
    // @ts-expect-error params are missing
    url('types.article');
    // @ts-expect-error page is no parameter of it
    url('types.article', { slug: 'x', page: 1 });
    // @ts-expect-error year is a number
    url('types.archive', { year: '2026', month: 1 });
    // @ts-expect-error deleted is no state
    url('types.archive', { year: 2026, month: 1, state: 'deleted' });
    // @ts-expect-error there is no such name
    url('types.articel', { slug: 'x' });
    expect(url('types.article', { slug: 'x' })).toContain('types.article');
  });
});
