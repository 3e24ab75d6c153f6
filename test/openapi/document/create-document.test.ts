import { anyOf, bytes, defineBinding, defineEvents, defineGuard, file, form, type GuardSecurity, json, multipart, type Router, text } from '@oxidite/http';
import type { OpenApiOperation } from '@oxidite/openapi';
import { type } from 'arktype';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { bootDocumented, describeRoutes } from '../support/documented-app.ts';

const never = (): never => {
  throw new Error('not called');
};
const first = (item: Readonly<Record<string, OpenApiOperation>> | undefined): OpenApiOperation | undefined => Object.values(item ?? {})[0];

describe('a document: paths', () => {
  it('writes typed, optional, mixed and unnamed segments', async () => {
    const { paths } = await describeRoutes((routes) => {
      routes.get('/a/:id{int}/:state{open|closed}', never);
      routes.get('/b/:lang?', { name: 'b' }, never);
      routes.get('/c/:year{int}-:month{int}/x', never);
      routes.get('/d/*/e', never);
      routes.get('/f/**', never);
    });
    expect(Object.keys(paths)).toEqual(['/a/{id}/{state}', '/b/{lang}', '/b', '/c/{year}-{month}/x', '/d/{segment1}/e', '/f/{_}']);
    expect(first(paths['/a/{id}/{state}'])?.parameters).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 0 } },
      { name: 'state', in: 'path', required: true, schema: { type: 'string', enum: ['closed', 'open'] } },
    ]);
    expect([first(paths['/b/{lang}'])?.operationId, first(paths['/b'])?.operationId]).toEqual(['b', 'b2']);
    expect(first(paths['/d/{segment1}/e'])?.parameters).toMatchObject([{ name: 'segment1' }]);
    expect(first(paths['/f/{_}'])?.parameters).toMatchObject([{ name: '_', 'x-rest': true }]);
  });

  it('puts methods of paths of one shape together, under the names of the first', async () => {
    const { paths } = await describeRoutes((routes) => {
      routes.get('/books/:id', never);
      routes.delete('/books/:slug', { params: z.object({ slug: z.string().meta({ description: 'Its name' }) }) }, never);
    });
    expect(Object.keys(paths)).toEqual(['/books/{id}']);
    expect(paths['/books/{id}']?.['delete']?.parameters).toEqual([
      { name: 'id', in: 'path', required: true, description: 'Its name', schema: { type: 'string' } },
    ]);
  });

  it('leaves out a route that OpenAPI cannot tell from another, and says so in the log', async () => {
    const { paths } = await describeRoutes((routes) => {
      routes.get('/books/:id{int}', { name: 'byId' }, never);
      routes.get('/books/:slug', { name: 'bySlug' }, never);
    });
    expect(first(paths['/books/{id}'])?.operationId).toBe('byId');
  });

  it('names the hosts of routes as their servers', async () => {
    const { paths } = await describeRoutes((routes) => {
      routes.group('/', { host: ':tenant.shop.test' }, (tenant) => tenant.get('/here', never));
    });
    expect(first(paths['/here'])?.servers).toEqual([{ url: 'https://{tenant}.shop.test', variables: { tenant: { default: 'tenant' } } }]);
    expect(first(paths['/here'])).not.toHaveProperty('parameters');
  });
});

describe('a document: bodies', () => {
  it('describes bodies by their media types', async () => {
    const Note = z.object({ text: z.string() });
    const { paths } = await describeRoutes((routes) => {
      routes.post('/text', { body: text({ maxLength: 10 }) }, never);
      routes.post('/bytes', { body: bytes({ types: ['image/*'] }) }, never);
      routes.post('/form', { body: form(Note) }, never);
      routes.post('/any', { body: anyOf(json(Note), text()) }, never);
      routes.post('/file', { body: multipart({ fields: Note, files: { image: file({ types: ['image/png', 'image/jpeg'] }) } }) }, never);
    });
    const contentOf = (path: string): unknown => first(paths[path])?.requestBody?.content;
    const note = expect.objectContaining({ type: 'object', properties: { text: { type: 'string' } } });
    expect(contentOf('/text')).toEqual({ 'text/plain': { schema: { type: 'string', maxLength: 10 } } });
    expect(contentOf('/bytes')).toEqual({ 'image/*': { schema: { type: 'string', format: 'binary' } } });
    expect(contentOf('/form')).toEqual({ 'application/x-www-form-urlencoded': { schema: note } });
    expect(contentOf('/any')).toMatchObject({ 'application/json': { schema: note }, 'text/plain': { schema: { type: 'string' } } });
    expect(contentOf('/file')).toMatchObject({
      'multipart/form-data': {
        schema: { properties: { text: { type: 'string' }, image: { type: 'string', format: 'binary' } } },
        encoding: { image: { contentType: 'image/png, image/jpeg' } },
      },
    });
  });

  it('describes what handlers return: JSON, text, bytes, events, and errors of both kinds', async () => {
    const events = defineEvents({ tick: z.object({ at: z.date() }), note: z.string() });
    const { paths } = await describeRoutes((routes) => {
      routes.get('/text', { response: { 200: z.string() } }, never);
      routes.get('/texts', { response: { 200: z.union([z.literal('a'), z.string().max(9).meta({ id: 'Short' })]) } }, never);
      routes.get('/listed', { response: { 200: type("'a' | 'b'"), 404: z.object({ reason: z.string() }).nullable() } }, never);
      routes.get('/mixed', { response: { 200: z.union([z.string().nullable(), z.object({ a: z.int() })]) } }, never);
      routes.get('/file', { response: { 200: z.file() } }, never);
      routes.get('/gone', { response: { 204: z.undefined(), 404: z.object({ title: z.string() }), 409: z.object({ reason: z.string() }) } }, never);
      routes.get('/events', { name: 'ticks', response: { 200: events } }, never);
    });
    const typesOf = (path: string, status: number): readonly string[] => Object.keys(first(paths[path])?.responses[status]?.content ?? {});
    expect([typesOf('/texts', 200), typesOf('/mixed', 200)]).toEqual([['text/plain'], ['text/plain', 'application/json']]);
    expect([typesOf('/listed', 200), typesOf('/listed', 404)]).toEqual([['text/plain'], ['application/json']]);
    expect([typesOf('/text', 200), typesOf('/file', 200), typesOf('/gone', 204)]).toEqual([['text/plain'], ['application/octet-stream'], []]);
    expect([typesOf('/gone', 404), typesOf('/gone', 409)]).toEqual([['application/problem+json'], ['application/json']]);
    expect(first(paths['/events'])?.responses['200']?.content?.['text/event-stream']?.schema).toMatchObject({
      oneOf: [
        { required: ['event', 'data'], properties: { event: { const: 'tick' }, data: { properties: { at: { type: 'string', format: 'date-time' } } } } },
        { properties: { event: { const: 'note' }, data: { type: 'string' } } },
      ],
    });
  });

  it('shows the examples of declarations, which are typed, and those of schemas', async () => {
    const Book = z.object({ title: z.string().meta({ examples: ['Emma'] }) });
    const { paths } = await describeRoutes((routes) => {
      routes.put(
        '/books/:id',
        {
          params: z.object({ id: z.string() }),
          query: z.object({ dry: z.boolean().optional() }),
          body: Book,
          response: { 200: Book.extend({ at: z.date() }) },
          examples: { params: { id: 'emma' }, query: { dry: true }, body: { title: 'Emma' }, response: { 200: { title: 'Emma', at: new Date(0) } } },
        },
        never,
      );
      // @ts-expect-error the example is no book
      routes.post('/books', { body: Book, examples: { body: { name: 'Emma' } } }, never);
      routes.get('/typed', { query: z.object({ q: z.string() }), examples: { query: { q: 'x' } } }, ({ query }) =>
        expectTypeOf(query).toEqualTypeOf<{ q: string }>(),
      );
    });
    const { parameters, requestBody, responses } = first(paths['/books/{id}']) ?? {};
    expect(parameters?.map(({ name, examples }) => [name, examples])).toEqual([
      ['id', { example: { value: 'emma' } }],
      ['dry', { example: { value: true } }],
    ]);
    expect(requestBody?.content['application/json']).toMatchObject({ example: { title: 'Emma' }, schema: { properties: { title: { examples: ['Emma'] } } } });
    expect(responses?.['200']?.content?.['application/json']?.example).toEqual({ title: 'Emma', at: '1970-01-01T00:00:00.000Z' });
  });

  it('names what a schema takes apart from what it gives, whichever comes first', async () => {
    const Book = z.object({ title: z.string().default('x') }).meta({ id: 'Book' });
    const Plain = z.object({ a: z.int() }).meta({ id: 'Plain' });
    const put = { body: Book, response: { 200: Plain } };
    const get = { body: Plain, response: { 200: Book } };
    const declarations: readonly ((routes: Router) => void)[] = [(routes) => routes.post('/a', put, never), (routes) => routes.post('/b', get, never)];
    for (const order of [declarations, declarations.toReversed()]) {
      const { components } = await describeRoutes((routes) => order.forEach((declare) => declare(routes)));
      expect(Object.keys(components.schemas)).toEqual(['Book', 'BookInput', 'Plain', 'Problem']);
      expect(components.schemas['Book']).toMatchObject({ required: ['title'] });
      expect(components.schemas['Plain']).toEqual({ type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] });
    }
  });
});

describe('a document: problems and headers', () => {
  const statusesOf = async (declare: Parameters<typeof describeRoutes>[0]): Promise<readonly string[]> =>
    Object.keys(first(Object.values((await describeRoutes(declare)).paths)[0])?.responses ?? {});

  it('tells of the problems that can really occur', async () => {
    expect(await statusesOf((routes) => routes.get('/a', never))).toEqual(['200']);
    expect(await statusesOf((routes) => routes.get('/a/:id', never))).toEqual(['200']);
    expect(await statusesOf((routes) => routes.get('/a/:id{int}', never))).toEqual(['200', '404']);
    expect(await statusesOf((routes) => routes.get('/a', { query: z.object({}) }, never))).toEqual(['200', '400', '422']);
    expect(await statusesOf((routes) => routes.post('/a', { body: z.object({}) }, never))).toEqual(['200', '400', '413', '415', '422']);
    const guard = defineGuard({ name: 'weekday', check: () => undefined });
    expect(await statusesOf((routes) => routes.get('/a', { guards: [guard] }, never))).toEqual(['200', '403']);
    const article = defineBinding('article', '/:slug', () => ({}));
    expect(await statusesOf((routes) => routes.get('/a/:slug', { guards: [article] }, never))).toEqual(['200', '404']);
  });

  it('tells of deprecation, its headers and their end', async () => {
    const { paths } = await describeRoutes((routes) => {
      routes.get('/old', { deprecation: { since: '2026-01-01', sunset: '2026-12-31' } }, never);
      routes.get('/limited', { middleware: [{ name: 'rate', phase: 'policy', headers: { 'RateLimit-Policy': '"a";q=1', 'x-other': 'x' } }] }, never);
    });
    expect(first(paths['/old'])).toMatchObject({ deprecated: true });
    expect(Object.keys(first(paths['/old'])?.responses['200']?.headers ?? {})).toEqual(['Deprecation', 'Sunset']);
    expect(Object.keys(first(paths['/limited'])?.responses['200']?.headers ?? {})).toEqual(['RateLimit-Policy']);
  });

  it('lets plugins add what they bring, through a hook', async () => {
    await using kernel = await bootDocumented((routes) => routes.get('/a', never), {
      setup: (own) => own.tap('openapi:operation', (operation, route) => ({ ...operation, description: `Added to ${route.path}.` })),
    });
    expect(first(kernel.use('openapi').document().paths['/a'])?.description).toBe('Added to /a.');
  });
});

describe('a document: security', () => {
  const guard = (...security: GuardSecurity[]): ReturnType<typeof defineGuard> =>
    defineGuard({ name: 'guard', security: () => security, check: () => undefined });
  const bearer: GuardSecurity = { scheme: 'bearer', definition: { type: 'http', scheme: 'bearer' } };
  const session: GuardSecurity = { scheme: 'session', definition: { type: 'apiKey', in: 'cookie', name: 'sid' } };

  it.each([
    [[], []],
    [[guard(bearer, session)], [{ bearer: [] }, { session: [] }]],
    [
      [guard(bearer, session), guard(bearer, session)],
      [{ bearer: [] }, { session: [] }],
    ],
    [[guard(bearer), guard(session)], [{ bearer: [], session: [] }]],
    [[guard({ ...bearer, optional: true }), guard(bearer)], [{ bearer: [] }]],
    [
      [guard({ ...bearer, optional: true }), guard({ ...bearer, optional: true })],
      [{}, { bearer: [] }],
    ],
    [[guard({ ...bearer, scopes: ['a'] }), guard({ ...bearer, scopes: ['b'] })], [{ bearer: ['a', 'b'] }]],
  ] as const)('combines what guards demand: %j', async (guards, security) => {
    const { paths } = await describeRoutes((routes) => routes.get('/a', { guards }, never));
    expect(first(paths['/a'])?.security).toEqual(security);
  });
});
