/** Any Standard Schema library: the same routes, declared with zod, valibot and arktype. */
import { defineRoutes, type RouteGroup } from '@oxidite/http';
import type { JsonSchema, OpenApiDocument } from '@oxidite/openapi';
import type { TestKernel } from '@oxidite/plugin-sdk/testing';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { bootDocumented } from './support/documented-app.ts';

const withZod = defineRoutes('/books', (routes) => {
  const Book = z.object({ id: z.int(), title: z.string().min(1), published: z.date() });
  routes.get(
    '/',
    {
      query: z.object({ limit: z.int().min(1).default(20), tags: z.array(z.string()).optional(), all: z.boolean().optional() }),
      response: { 200: z.object({ limit: z.int(), tags: z.array(z.string()).optional(), all: z.boolean().optional() }) },
    },
    ({ query }) => query,
  );
  routes.put('/:id', { params: z.object({ id: z.int() }), body: z.object({ title: z.string().min(1) }), response: { 200: Book } }, ({ params, body }) => ({
    ...body,
    ...params,
    published: new Date(0),
  }));
});

const withValibot = defineRoutes('/books', (routes) => {
  const Book = toStandardJsonSchema(v.object({ id: v.pipe(v.number(), v.integer()), title: v.pipe(v.string(), v.minLength(1)), published: v.date() }));
  const query = toStandardJsonSchema(
    v.object({ limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 20), tags: v.optional(v.array(v.string())), all: v.optional(v.boolean()) }),
  );
  const params = toStandardJsonSchema(v.object({ id: v.pipe(v.number(), v.integer()) }));
  routes.get('/', { query, response: { 200: query } }, (request) => request.query);
  routes.put('/:id', { params, body: toStandardJsonSchema(v.object({ title: v.pipe(v.string(), v.minLength(1)) })), response: { 200: Book } }, (request) => ({
    ...request.body,
    ...request.params,
    published: new Date(0),
  }));
});

const withArkType = defineRoutes('/books', (routes) => {
  const Book = type({ id: 'number.integer', title: 'string >= 1', published: 'Date' });
  const query = type({ limit: 'number.integer >= 1 = 20', 'tags?': 'string[]', 'all?': 'boolean' });
  routes.get('/', { query, response: { 200: query } }, (request) => request.query);
  routes.put('/:id', { params: type({ id: 'number.integer' }), body: type({ title: 'string >= 1' }), response: { 200: Book } }, ({ params, body }) => ({
    ...body,
    ...params,
    published: new Date(0),
  }));
});

const LIBRARIES: readonly (readonly [string, RouteGroup])[] = [
  ['zod', withZod],
  ['valibot', withValibot],
  ['arktype', withArkType],
];

/** Asks a booted application, and reads the JSON of its answer. */
const askOf =
  (kernel: TestKernel) =>
  async (path: string, init?: RequestInit): Promise<{ readonly status: number; readonly body: unknown }> => {
    const response = await kernel.use('http').inject(path, init);
    return { status: response.status, body: await response.json() };
  };

describe.each(LIBRARIES)('routes declared with %s', (_, group) => {
  const put = (body: unknown): RequestInit => ({ method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  it('make numbers, booleans and lists of text', async () => {
    await using kernel = await bootDocumented((routes) => routes.use(group));
    const request = askOf(kernel);
    expect(await request('/books')).toEqual({ status: 200, body: { limit: 20 } });
    expect(await request('/books?limit=5&tags=a&all=true')).toEqual({ status: 200, body: { limit: 5, tags: ['a'], all: true } });
    expect(await request('/books/7', put({ title: 'Emma' }))).toEqual({ status: 200, body: { id: 7, title: 'Emma', published: '1970-01-01T00:00:00.000Z' } });
  });

  it('refuse what does not fit, all of it at once, with its place', async () => {
    await using kernel = await bootDocumented((routes) => routes.use(group));
    const request = askOf(kernel);
    expect(await request('/books?limit=many')).toMatchObject({ status: 422, body: { errors: [{ in: 'query', path: '/limit' }] } });
    expect(await request('/books?limit=0')).toMatchObject({ status: 422, body: { errors: [{ in: 'query', path: '/limit' }] } });
    expect(await request('/books/x', put({ title: '' }))).toMatchObject({
      status: 422,
      body: {
        errors: [
          { in: 'params', path: '/id' },
          { in: 'body', path: '/title' },
        ],
      },
    });
  });

  it('are documented alike', async () => {
    await using kernel = await bootDocumented((routes) => routes.use(group));
    const { paths }: OpenApiDocument = kernel.use('openapi').document();
    const [get, update] = [paths['/books']?.['get'], paths['/books/{id}']?.['put']];
    const parameters = new Map(get?.parameters?.map((parameter) => [parameter.name, parameter]));
    expect(parameters.get('limit')).toMatchObject({ in: 'query', required: false, schema: { type: 'integer', minimum: 1 } }); // arktype tells no defaults
    expect(parameters.get('tags')).toMatchObject({ required: false, schema: { type: 'array', items: { type: 'string' } } });
    expect(parameters.get('all')).toMatchObject({ required: false, schema: { type: 'boolean' } });
    expect(update?.parameters).toMatchObject([{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }]);
    expect(update?.requestBody?.content['application/json']?.schema).toMatchObject({
      type: 'object',
      required: ['title'],
      properties: { title: { type: 'string', minLength: 1 } },
    });
    const result: JsonSchema = update?.responses['200']?.content?.['application/json']?.schema ?? {};
    expect(result['properties']).toEqual({
      id: { type: 'integer' },
      title: { type: 'string', minLength: 1 },
      published: { type: 'string', format: 'date-time' },
    });
    expect(new Set(result['required'] as readonly string[])).toEqual(new Set(['id', 'published', 'title']));
  });
});

describe('a schema that cannot describe itself', () => {
  it('validates all the same, and is documented as anything', async () => {
    await using kernel = await bootDocumented((routes) => routes.post('/a', { body: v.object({ title: v.string() }) }, ({ body }) => body.title));
    const { paths } = kernel.use('openapi').document();
    expect(paths['/a']?.['post']?.requestBody?.content['application/json']?.schema).toEqual({});
    const response = await kernel.use('http').inject('/a', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    expect(response.status).toBe(422);
  });
});
