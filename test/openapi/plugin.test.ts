import { auth, bearer, defineIdentity } from '@oxidite/auth';
import { defineRoutes, http } from '@oxidite/http';
import { CursorPage, CursorQuery } from '@oxidite/orm';
import { openapi, type OpenApiDocument } from '@oxidite/openapi';
import { createTestKernel, describePlugin, type TestKernel } from '@oxidite/plugin-sdk/testing';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const identity = defineIdentity(() => ({ name: 'Ada' }));
const Author = z.object({ name: z.string() }).meta({ id: 'Author' });
const Book = z.object({ id: z.int(), title: z.string().default('untitled'), published: z.date(), author: Author }).meta({ id: 'Book', description: 'A book' });
interface Folder {
  readonly name: string;
  readonly children: readonly Folder[];
}
const FolderSchema: z.ZodType<Folder> = z.object({
  name: z.string(),
  get children() {
    return z.array(FolderSchema);
  },
});

const books = defineRoutes('/books', { tags: ['Books'] }, (routes) => {
  routes.get(
    '/:id',
    { name: 'books.get', summary: 'Get a book', params: z.object({ id: z.coerce.number().meta({ description: 'Its number' }) }), response: { 200: Book } },
    () => {
      throw new Error('not called');
    },
  );
  routes.post('/', { body: Book, guards: [identity.signedIn], response: { 201: Book } }, () => {
    throw new Error('not called');
  });
  routes.get('/', { query: z.object({ limit: z.coerce.number().default(20), q: z.string() }), guards: [identity.recognized], deprecated: true }, () => []);
  routes.put('/folders', { body: FolderSchema }, () => undefined);
  routes.get('/files/**:path', { headers: v.object({ 'x-a': v.string() }), cookies: z.object({ seen: z.string().optional() }) }, () => 'x');
  routes.delete('/hidden', { documented: false }, () => undefined);
});

async function boot(options: Partial<Parameters<typeof openapi>[0]> = {}): Promise<TestKernel> {
  return createTestKernel({
    plugins: [http(), auth({ strategies: [bearer({ secret: 'x'.repeat(32) })] }), openapi({ info: { title: 'Library <1>', version: '2.0.0' }, ...options })],
    setup: (kernel) => kernel.tap('http:routes', (routes) => routes.use(books)),
  });
}

async function getDocument(): Promise<OpenApiDocument> {
  await using kernel = await boot();
  const response = await kernel.use('http').inject('/openapi.json');
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  return (await response.json()) as OpenApiDocument;
}

describePlugin({ describe, it }, openapi({ info: { title: 'Library', version: '1.0.0' } }), { plugins: [http()] });

describe('openapi', () => {
  it('documents every route but its own and those that are left out', async () => {
    const { paths, openapi: version, info } = await getDocument();
    expect(version).toBe('3.1.1');
    expect(info).toEqual({ title: 'Library <1>', version: '2.0.0' });
    expect(Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))).toEqual([
      'get /books/{id}',
      'post /books',
      'get /books',
      'put /books/folders',
      'get /books/files/{path}',
    ]);
  });

  it('documents pages between cursors as they are declared', async () => {
    const list = defineRoutes('/list', (routes) => {
      routes.get('/', { query: CursorQuery, response: { 200: CursorPage(Author) } }, () => ({ items: [], next: null, previous: null, limit: 20 }));
    });
    await using kernel = await createTestKernel({
      plugins: [http(), openapi({ info: { title: 'List', version: '1.0.0' } })],
      setup: (own) => own.tap('http:routes', (routes) => routes.use(list)),
    });
    const { paths } = (await (await kernel.use('http').inject('/openapi.json')).json()) as OpenApiDocument;
    const operation = paths['/list']?.['get'] as { readonly parameters: readonly { readonly name: string }[]; readonly responses: object };
    expect(operation.parameters.map(({ name }) => name)).toEqual(['limit', 'after', 'before']);
    expect(operation.responses).toMatchObject({
      200: {
        content: {
          'application/json': {
            schema: { properties: { items: { type: 'array' }, next: { type: ['string', 'null'] }, limit: { type: 'integer' } } },
          },
        },
      },
    });
  });

  it('takes names, tags, summaries and deprecation from declarations', async () => {
    const { paths, tags } = await getDocument();
    expect(tags).toEqual([{ name: 'Books' }]);
    expect(paths['/books/{id}']?.['get']).toMatchObject({ operationId: 'books.get', summary: 'Get a book', tags: ['Books'] });
    expect(paths['/books']?.['get']).toMatchObject({ operationId: 'getBooks', deprecated: true });
  });

  it('describes parameters of paths, queries, headers and cookies', async () => {
    const { paths } = await getDocument();
    expect(paths['/books/{id}']?.['get']?.parameters).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'number' }, description: 'Its number' },
    ]);
    expect(paths['/books']?.['get']?.parameters).toEqual([
      { name: 'limit', in: 'query', required: false, schema: { default: 20, type: 'number' } },
      { name: 'q', in: 'query', required: true, schema: { type: 'string' } },
    ]);
    expect(paths['/books/files/{path}']?.['get']?.parameters).toEqual([
      { name: 'path', in: 'path', required: true, schema: { type: 'string' }, 'x-rest': true, description: expect.any(String) },
      { name: 'seen', in: 'cookie', required: false, schema: { type: 'string' } },
    ]);
  });

  it('makes components of schemas with an id, input and output apart where they differ', async () => {
    const { components, paths } = await getDocument();
    expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(['Author', 'Book', 'BookInput', 'Problem']));
    expect(paths['/books']?.['post']?.responses['201']?.content).toEqual({ 'application/json': { schema: { $ref: '#/components/schemas/Book' } } });
    expect(paths['/books']?.['post']?.requestBody?.content['application/json']?.schema).toEqual({ $ref: '#/components/schemas/BookInput' });
    expect(components.schemas['Book']).toMatchObject({
      description: 'A book',
      properties: { author: { $ref: '#/components/schemas/Author' }, published: { type: 'string', format: 'date-time' } },
    });
    expect(JSON.stringify(components)).not.toContain('$defs');
  });

  it('makes a component of a schema that refers to itself', async () => {
    const { components, paths } = await getDocument();
    expect(paths['/books/folders']?.['put']?.requestBody?.content['application/json']?.schema).toEqual({ $ref: '#/components/schemas/putBooksFoldersBody' });
    expect(components.schemas['putBooksFoldersBody']).toMatchObject({
      properties: { children: { items: { $ref: '#/components/schemas/putBooksFoldersBody' } } },
    });
  });

  it('takes security from guards; an optional one allows none as well', async () => {
    const { components, paths } = await getDocument();
    expect(components.securitySchemes).toEqual({ bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } });
    expect(paths['/books']?.['post']?.security).toEqual([{ bearer: [] }]);
    expect(paths['/books']?.['get']?.security).toEqual([{}, { bearer: [] }]);
    expect(paths['/books/{id}']?.['get']?.security).toEqual([]);
  });

  it('describes the problems a route can answer with', async () => {
    const { paths } = await getDocument();
    expect(Object.keys(paths['/books']?.['post']?.responses ?? {})).toEqual(['201', '400', '401', '413', '415', '422']);
    expect(paths['/books']?.['post']?.responses['422']?.content).toEqual({
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        example: expect.objectContaining({ status: 422, code: 'OXI_HTTP_INPUT_INVALID' }),
      },
    });
  });

  it('refers only to components that exist', async () => {
    const document = await getDocument();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(references.filter((name) => !Object.hasOwn(document.components.schemas, name))).toEqual([]);
  });

  it('serves elsewhere, and without Swagger UI, when it is told to', async () => {
    await using kernel = await boot({ path: '/api/spec.json', docs: false, servers: [{ url: 'https://library.test' }] });
    const response = await kernel.use('http').inject('/api/spec.json');
    expect(await response.json()).toMatchObject({ servers: [{ url: 'https://library.test' }] });
    expect((await kernel.use('http').inject('/docs')).status).toBe(404);
    expect(kernel.use('openapi')).toMatchObject({ path: '/api/spec.json', docsPath: undefined });
  });

  it('refuses a path that cannot be one', async () => {
    await expect(boot({ docs: 'docs/' })).rejects.toThrow(/docs: /);
  });
});

describe('Swagger UI', () => {
  it('is a page that loads only its own files, under a strict policy', async () => {
    await using kernel = await boot();
    const page = await kernel.use('http').inject('/docs');
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).toContain('<title>Library &lt;1&gt;</title>');
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(files).toHaveLength(5);
    for (const file of files) {
      const response = await kernel.use('http').inject(file);
      expect([file, response.status]).toEqual([file, 200]);
      expect(response.headers.get('content-type')).toMatch(/^(?:text\/(?:javascript|css)|image\/png)/);
    }
  });

  it('answers a conditional request with 304, and an unknown or hostile name with 404', async () => {
    await using kernel = await boot();
    const server = kernel.use('http');
    const etag = (await server.inject('/docs/swagger-ui.css')).headers.get('etag') ?? '';
    expect((await server.inject('/docs/swagger-ui.css', { headers: { 'if-none-match': etag } })).status).toBe(304);
    for (const name of ['index.html', 'package.json', '..%2fpackage.json', '%2e%2e%2fpackage.json', '__proto__', 'constructor']) {
      expect([name, (await server.inject(`/docs/${name}`)).status]).toEqual([name, 404]);
    }
  });
});
