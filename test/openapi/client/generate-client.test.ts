import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineEvents, defineRoutes, form, http, multipart, file, noContent, notFound, reply, type Router, text } from '@oxidite/http';
import { generateClient, openapi, type OpenApiDocument } from '@oxidite/openapi';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { withPaths } from '../support/documents.ts';
import { declareManyRoutes } from '../support/many-routes.ts';
import { createTypedProject, type TypedProject } from '../support/type-check.ts';

const Book = z
  .object({ id: z.int(), title: z.string().meta({ description: 'As on the cover' }), genre: z.enum(['novel', "children's"]).optional() })
  .meta({ id: 'Book', description: 'A book' });
const news = defineEvents({ headline: z.object({ title: z.string() }), log: z.string() });

const library = defineRoutes('/library', (routes) => {
  routes.get(
    '/books',
    { name: 'books.list', query: z.object({ tag: z.array(z.string()).optional(), limit: z.number().optional() }), response: { 200: z.array(Book) } },
    ({ query }) => (query.tag ?? []).map((title, id) => ({ id, title: `${title} of ${String(query.limit)}` })),
  );
  routes.get('/books/:id{int}', { name: 'books.show', summary: 'Show a book', deprecated: true, response: { 200: Book } }, ({ params }) => {
    if (params.id === 404) throw notFound('There is no such book.');
    return { id: params.id, title: 'A title' };
  });
  routes.put('/books/:id{int}', { name: 'books.put', body: Book, response: { 200: Book, 201: z.object({ created: z.literal(true) }) } }, ({ params, body }) =>
    params.id === body.id ? body : reply({ created: true as const }, { status: 201 }),
  );
  routes.delete(
    '/books/:id{int}',
    { name: 'books.delete', headers: z.object({ 'x-reason': z.string() }), response: { 204: z.undefined() } },
    ({ headers, responseHeaders }) => {
      responseHeaders.set('x-echo', headers['x-reason']);
      return noContent();
    },
  );
  routes.get('/files/**:path', { name: 'files', response: { 200: z.string() } }, ({ params }) => params.path);
  routes.post('/notes', { body: text(), response: { 200: z.string() } }, ({ body }) => `noted: ${body}`);
  routes.post(
    '/forms',
    { name: 'forms.send', body: form(z.object({ name: z.string(), age: z.number() })), response: { 200: z.object({ name: z.string(), age: z.number() }) } },
    ({ body }) => body,
  );
  routes.post(
    '/covers',
    {
      name: 'covers.upload',
      body: multipart({ fields: z.object({ alt: z.string() }), files: { image: file({ maxBytes: 1_000 }) } }),
      response: { 200: z.object({ alt: z.string() }) },
    },
    ({ body }) => ({
      alt: `${body.fields.alt} ${body.files.image.name}`,
    }),
  );
  routes.get('/news', { name: 'news', response: { 200: news } }, (request) =>
    news.stream(request, async function* () {
      yield { event: 'headline', data: { title: 'First\nsecond line' }, id: 1 };
      yield { event: 'log', data: 'plain\ntext', id: '2' };
    }),
  );
});

async function boot(declare: (routes: Router) => void): Promise<TestKernel> {
  return createTestKernel({
    plugins: [http({ port: 0, host: '127.0.0.1' }), openapi({ info: { title: 'Library', version: '1.0.0' }, servers: [{ url: 'https://library.test' }] })],
    setup: (kernel) => kernel.tap('http:routes', declare),
  });
}

async function documentOf(declare: (routes: Router) => void): Promise<OpenApiDocument> {
  await using kernel = await boot(declare);
  return kernel.use('openapi').document();
}

const projects: TypedProject[] = [];
function createProject(): TypedProject {
  const project = createTypedProject();
  projects.push(project);
  return project;
}
afterEach(() => {
  for (const project of projects.splice(0)) project[Symbol.dispose]();
});

/** The client, as a program imports it, of an API that listens. */
async function connect(kernel: TestKernel): Promise<{ readonly client: LibraryClient; readonly module: ClientModule; readonly url: string }> {
  const project = createProject();
  const file = join(project.directory, 'client.ts');
  writeFileSync(file, generateClient(kernel.use('openapi').document()));
  const module = (await import(pathToFileURL(file).href)) as ClientModule;
  const url = kernel.use('http').address?.url ?? '';
  return { client: module.createClient({ baseUrl: url }), module, url };
}

/** What is used of the generated module below; that its own types are right is for the tests with TypeScript. */
type Call = (input?: unknown, options?: unknown) => Promise<never>;
interface LibraryClient {
  readonly books: Readonly<Record<'list' | 'show' | 'put' | 'delete', Call>>;
  readonly files: Call;
  readonly postLibraryNotes: Call;
  readonly forms: { readonly send: Call };
  readonly covers: { readonly upload: Call };
  news(): AsyncIterable<unknown>;
}
interface ClientModule {
  createClient(options: object): LibraryClient;
  isApiError(operation: string, error: unknown): boolean;
}

describe('generateClient', () => {
  it('gives the same text for the same document', async () => {
    const [first, second] = [await documentOf((routes) => routes.use(library)), await documentOf((routes) => routes.use(library))];
    expect(generateClient(first)).toBe(generateClient(second));
  });

  it('writes interfaces with comments, and operations by their names', async () => {
    const client = generateClient(await documentOf((routes) => routes.use(library)));
    expect(client).toContain(
      "/** A book */\nexport interface Book {\n  id: number;\n  /** As on the cover */\n  title: string;\n  genre?: 'novel' | 'children\\'s' | undefined;\n}\n",
    );
    expect(client).toContain(
      '     * Show a book\n     *\n     * `GET /library/books/{id}`\n     *\n     * @deprecated\n     */\n    show(input: BooksShowInput, options?: CallOptions): Promise<BooksShowResult>;\n',
    );
    expect(client).toContain('export type BooksPutResult = { status: 200; body: Book } | { status: 201; body: {\n');
    expect(client).toContain("const DEFAULT_URL = 'https://library.test';");
    expect(client).toContain('news(input?: undefined, options?: CallOptions): AsyncGenerator<NewsResult, void, undefined>;');
    expect(client).not.toMatch(/: any\b|as any\b|export (?:function createCaller|interface Operation)/);
  });

  it.each(['browser', 'node'] as const)('type-checks under the strictest settings in a %s project', { timeout: 60_000 }, async (platform) => {
    const project = createProject();
    project.write('client.ts', generateClient(await documentOf((routes) => routes.use(library))));
    project.write(
      'use.ts',
      `import { createClient, isApiError } from './client.ts';
const client = createClient({ baseUrl: 'https://library.test', headers: () => ({ authorization: 'Bearer x' }) });
const books = await client.books.list({ tag: ['a'], limit: 2 }, { signal: AbortSignal.timeout(100) });
export const titles: readonly string[] = books.map((book) => book.title);
try {
  const put = await client.books.put({ id: 1, body: { id: 1, title: 'x' } });
  if (put.status === 201) put.body.created satisfies true;
  else put.body.title satisfies string;
} catch (error) {
  if (isApiError('books.show', error) && error.status === 404) error.body.detail satisfies string | undefined;
}
for await (const event of client.news()) {
  if (event.event === 'headline') event.data.title satisfies string;
  else event.data satisfies string;
}
await client.covers.upload({ body: { alt: 'x', image: new Blob(['x']) } });
await client.books.delete({ id: 1, headers: { 'x-reason': 'old' } });
`,
    );
    expect(project.check(platform)).toBe('');
  });

  it('makes a type error of every use that a changed API breaks', { timeout: 60_000 }, async () => {
    const project = createProject();
    const use = `import { createClient } from './client.ts';
const client = createClient();
const created = await client.books.create({ body: { title: 'x' } });
export const title: string = created.title;
`;
    project.write('use.ts', use);
    const declare =
      (Body: z.ZodType, Result: z.ZodType, name = 'books.create') =>
      (routes: Router) =>
        routes.post('/books', { name, body: Body, response: { 201: Result } }, () => {
          throw new Error('not called');
        });
    const write = async (define: (routes: Router) => void): Promise<string> => {
      project.write('client.ts', generateClient(await documentOf(define)));
      return project.check('browser');
    };
    const [Title, Result] = [z.object({ title: z.string() }), z.object({ title: z.string() })];
    expect(await write(declare(Title, Result))).toBe('');
    expect(await write(declare(Title.extend({ isbn: z.string() }), Result))).toMatch(/use\.ts.*'isbn' is missing/);
    expect(await write(declare(Title, z.object({ title: z.string().nullable() })))).toMatch(/use\.ts.*'string \| null' is not assignable to type 'string'/);
    expect(await write(declare(Title, z.object({ name: z.string() })))).toMatch(/use\.ts.*'title' does not exist/);
    expect(await write(declare(Title, Result, 'books.add'))).toMatch(/use\.ts.*'create' does not exist/);
  });

  it('type-checks and calls an API of 500 operations', { timeout: 120_000 }, async () => {
    await using kernel = await boot((routes) => {
      for (const group of declareManyRoutes(500)) routes.use(group);
    });
    await kernel.start();
    const document = kernel.use('openapi').document();
    expect(Object.values(document.paths).flatMap((item) => Object.keys(item))).toHaveLength(500);
    const project = createProject();
    project.write('client.ts', generateClient(document));
    project.write(
      'use.ts',
      `import { createClient } from './client.ts';
export async function use(baseUrl: string): Promise<readonly unknown[]> {
  const client = createClient({ baseUrl });
  const created = await client.thing99.create({ body: { name: 'New', kind: 'large' } });
  const updated = await client.thing42.update({ id: 7, body: { name: 'Other' } });
  const [listed] = await client.thing0.list({ page: 3 });
  const gone = await client.thing1.delete({ id: 1 });
  return [created.name satisfies string, updated.id, listed?.only0 satisfies boolean | undefined, listed?.id, gone satisfies undefined];
}
`,
    );
    expect(project.check('node')).toBe('');
    const { use } = (await import(pathToFileURL(join(project.directory, 'use.ts')).href)) as { readonly use: (url: string) => Promise<readonly unknown[]> };
    expect(await use(kernel.use('http').address?.url ?? '')).toEqual(['New', 7, undefined, 3, undefined]);
  });

  it.each(['browser', 'node'] as const)('takes no name from the client itself, in a %s project', { timeout: 60_000 }, (platform) => {
    const names = [...generateClient(withPaths({})).matchAll(/\b[A-Z]\w+/g)].map(([name]) => name);
    const schemas = Object.fromEntries([...new Set(names)].map((name) => [name, { type: 'object', properties: { own: { type: 'string' } } }]));
    const paths = Object.entries(schemas).map(([name]) => {
      const content = { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } };
      return [`/${name}`, { put: { operationId: name, requestBody: { required: true, content }, responses: { 200: { description: '', content } } } }] as const;
    });
    const project = createProject();
    project.write('client.ts', generateClient(withPaths(Object.fromEntries(paths), schemas)));
    expect(project.check(platform)).toBe('');
  });

  it('keeps names apart that would become the same', () => {
    const operation = (operationId: string) => ({ operationId, responses: { 200: { description: 'OK' } } });
    const paths = {
      '/a': { get: operation('things') },
      '/b': { get: operation('things.list') },
      '/c': { get: operation('things-list') },
      '/d': { get: operation('__proto__') },
      '/e': { get: operation('1st') },
    };
    const schemas = { Client: { type: 'object', properties: { a: { type: 'string' } } }, Promise: { type: 'string' }, 'a-b': {}, 'a.b': {} };
    const client = generateClient({ openapi: '3.1.1', info: { title: '*/ alert(1) /*', version: '1' }, paths, components: { schemas } });
    expect(client).toContain('export interface Client2 {');
    expect(client).toContain('export type Promise2 = string;');
    expect(client).toContain('export type AB2 = unknown;');
    expect(client).toMatch(/^\/\*\* A client of \*\\\/ alert\(1\) \/\* 1,/);
    const project = createProject();
    project.write('client.ts', client);
    project.write(
      'use.ts',
      "import { createClient } from './client.ts';\nconst client = createClient();\nvoid [client.things_, client.things.list, client.thingsList, client._Proto__, client._1st];\n",
    );
    expect(project.check('browser')).toBe('');
  });
});

describe('a generated client', () => {
  it('sends parameters, headers and bodies of every kind, and reads results', async () => {
    await using kernel = await boot((routes) => routes.use(library));
    await kernel.start();
    const { client } = await connect(kernel);
    expect(await client.books.list({ tag: ['a&b', 'c'], limit: 2 })).toEqual([
      { id: 0, title: 'a&b of 2' },
      { id: 1, title: 'c of 2' },
    ]);
    expect(await client.books.show({ id: 3 })).toEqual({ id: 3, title: 'A title' });
    expect(await client.books.put({ id: 1, body: { id: 1, title: 'x' } })).toEqual({ status: 200, body: { id: 1, title: 'x' } });
    expect(await client.books.put({ id: 1, body: { id: 2, title: 'x' } })).toEqual({ status: 201, body: { created: true } });
    expect(await client.books.delete({ id: 1, headers: { 'x-reason': 'old' } })).toBeUndefined();
    expect(await client.files({ path: 'a b/ü?.txt' })).toBe('a b/ü?.txt');
    expect(await client.postLibraryNotes({ body: 'hello' })).toBe('noted: hello');
    expect(await client.forms.send({ body: { name: 'Ada & co', age: 36 } })).toEqual({ name: 'Ada & co', age: 36 });
    expect(await client.covers.upload({ body: { alt: 'A cover', image: new File(['x'], 'cover.png', { type: 'image/png' }) } })).toEqual({
      alt: 'A cover cover.png',
    });
  });

  it('sends parameters of a path whatever they hold, and refuses those that would lead elsewhere', async () => {
    await using kernel = await boot((routes) => {
      routes.delete('/things/:name', { name: 'things.delete' }, ({ params }) => ({ name: params.name }));
      routes.get('/files/**:path', { name: 'files' }, ({ params }) => ({ path: params.path }));
      routes.delete('/things', () => 'all of them');
    });
    await kernel.start();
    const { module, url } = await connect(kernel);
    const client = module.createClient({ baseUrl: url }) as unknown as { readonly things: { readonly delete: Call }; readonly files: Call };
    for (const name of ['a/b', 'ü ?#[]@:+&=%', '%2e%2e', '...', "'()*!~", '\u{1F600}', '{name}'])
      expect(await client.things.delete({ name })).toEqual({ name });
    for (const name of ['', '.', '..', undefined])
      await expect(client.things.delete({ name })).rejects.toThrow(/^things\.delete cannot be called with .* as "name"/);
    for (const path of ['../things', 'a/./b']) await expect(client.files({ path })).rejects.toThrow(/as "path"/);
    expect(await client.files({ path: 'a/b.txt' })).toEqual({ path: 'a/b.txt' });
  });

  it('writes dates and structures of a query as text, and leaves out what is null or undefined', async () => {
    await using kernel = await boot((routes) =>
      routes.get(
        '/search',
        { name: 'search', query: z.object({ since: z.coerce.date().optional(), where: z.string().optional(), tags: z.array(z.string()).optional() }) },
        ({ query }) => query,
      ),
    );
    await kernel.start();
    const { module, url } = await connect(kernel);
    const client = module.createClient({ baseUrl: url }) as unknown as { readonly search: Call };
    expect(await client.search({ since: new Date(0), where: { a: 1 }, tags: [] })).toEqual({ since: '1970-01-01T00:00:00.000Z', where: '{"a":1}' });
    expect(await client.search({ since: undefined, where: null, tags: ['a', 'b c'] })).toEqual({ tags: ['a', 'b c'] });
  });

  it('throws an ApiError also for an error whose body is not what its type says', async () => {
    await using kernel = await boot((routes) => routes.get('/echo', { name: 'echo' }, () => 'x'));
    await kernel.start();
    const { module } = await connect(kernel);
    const fetch = (): Promise<Response> => Promise.resolve(new Response('<h1>', { status: 502, headers: { 'content-type': 'application/json' } }));
    const client = module.createClient({ baseUrl: 'https://library.test', fetch }) as unknown as { readonly echo: Call };
    await expect(client.echo()).rejects.toMatchObject({ name: 'ApiError', status: 502, body: '<h1>' });
  });

  it('gives the events of a stream as they come', async () => {
    await using kernel = await boot((routes) => routes.use(library));
    await kernel.start();
    const { client } = await connect(kernel);
    const events: unknown[] = [];
    for await (const event of client.news()) events.push(event);
    expect(events).toEqual([
      { event: 'headline', data: { title: 'First\nsecond line' }, id: '1' },
      { event: 'log', data: 'plain\ntext', id: '2' },
    ]);
  });

  it('throws errors that name the operation, with their problem', async () => {
    await using kernel = await boot((routes) => routes.use(library));
    await kernel.start();
    const { client, module } = await connect(kernel);
    const error = await client.books.show({ id: 404 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ApiError', operation: 'books.show', status: 404, isDeclared: true, body: { title: 'Not Found' } });
    expect(error).toHaveProperty('message', 'books.show failed with 404: There is no such book.');
    expect([module.isApiError('books.show', error), module.isApiError('books.put', error), module.isApiError('books.show', new Error('x'))]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('asks for headers before each call, and lets a call replace them and end', async () => {
    await using kernel = await boot((routes) => routes.get('/echo', { name: 'echo' }, ({ headers }) => ({ a: headers['x-a'], b: headers['x-b'] })));
    await kernel.start();
    const { module, url } = await connect(kernel);
    let count = 0;
    const client = module.createClient({ baseUrl: `${url}/`, headers: () => Promise.resolve({ 'x-a': String(++count), 'x-b': 'client' }) }) as unknown as {
      echo: Call;
    };
    expect(await client.echo()).toEqual({ a: '1', b: 'client' });
    expect(await client.echo(undefined, { headers: { 'X-B': 'call' } })).toEqual({ a: '2', b: 'call' });
    await expect(client.echo(undefined, { signal: AbortSignal.abort() })).rejects.toHaveProperty('name', 'AbortError');
  });
});
