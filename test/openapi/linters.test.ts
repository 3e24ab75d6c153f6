/** Documents of the example applications, and of one that uses everything, before three independent linters. */
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createKernel, discoverConfig } from '@oxidite/kernel';
import { anyOf, bytes, defineEvents, defineGuard, file, form, json, multipart, type Router, text } from '@oxidite/http';
import { type OpenApi, openapi, type OpenApiDocument } from '@oxidite/openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { installLinters, lint, type Verdict } from './support/linters.ts';
import { bootDocumented } from './support/documented-app.ts';
import { documentOf } from './support/documents.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../examples');
const APPLICATIONS = globSync('{*,*/*}/oxidite.config.ts', { cwd: EXAMPLES })
  .map((path) => dirname(path))
  .toSorted();
const SPECS = ['3.1', '3.0'] as const;
const CLEAN: readonly Verdict[] = [
  { linter: 'redocly', errors: [] },
  { linter: 'spectral', errors: [] },
  { linter: 'openapi-schema-validator', errors: [] },
];

let directory: string;
/** What the linters say of the examples: asked once, because they take long to start. */
let verdicts: Awaited<ReturnType<typeof lint>>;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'oxidite-examples-'));
  expect(installLinters()).toBeUndefined();
  const documents: Record<string, OpenApiDocument> = {};
  for (const name of APPLICATIONS) Object.assign(documents, await describeExample(name));
  verdicts = await lint(documents);
}, 600_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The documents of an example, all versions in both specifications; an example without the plugin gets it here. */
async function describeExample(name: string): Promise<Documents> {
  const env = { PORT: '0', HOST: '127.0.0.1', DATABASE: join(directory, `${toFileName(name)}.db`) };
  const { config, file: configFile, root } = await discoverConfig(join(EXAMPLES, name), env);
  const kernel = createKernel({ config, file: configFile, root, env });
  try {
    await kernel.boot();
    const hasPlugin = kernel.describe().plugins.some((plugin) => plugin.name === '@oxidite/openapi');
    if (!hasPlugin) await kernel.load(openapi({ info: { title: name, version: '1.0.0' } }));
    return listDocuments(toFileName(name), kernel.use('openapi'));
  } finally {
    await kernel.stop();
  }
}

function toFileName(name: string): string {
  return name.replaceAll('/', '-');
}

type Documents = Readonly<Record<string, OpenApiDocument>>;

function listDocuments(name: string, api: OpenApi): Documents {
  const versions = api.versions.length === 0 ? [undefined] : api.versions;
  return Object.fromEntries(versions.flatMap((version) => SPECS.map((spec) => [`${name}-${version ?? 'all'}-${spec}`, api.document({ version, spec })])));
}

const never = (): never => {
  throw new Error('not called');
};

/** A route of every kind that a document can hold. */
function declareEverything(routes: Router): void {
  const Book = z
    .object({
      id: z.int(),
      title: z
        .string()
        .min(1)
        .meta({ examples: ['Emma'] }),
      pages: z.number().gt(0).nullable(),
      pair: z.tuple([z.string(), z.number()]).optional(),
      kind: z.literal('book'),
      genre: z.enum(['novel', 'other']).nullable().default('novel'),
      words: z.record(z.string(), z.int()),
      size: z.union([z.string(), z.number(), z.null()]),
      published: z.date(),
      get sequels() {
        return z.array(Book).optional();
      },
    })
    .meta({ id: 'Book', description: 'A book' });
  const Shape = z.discriminatedUnion('shape', [z.object({ shape: z.literal('round'), radius: z.number() }), z.object({ shape: z.literal('square') })]);
  const bearer = defineGuard({ name: 'bearer', security: { scheme: 'bearer', definition: { type: 'http', scheme: 'bearer' } }, check: () => undefined });
  const visitor = defineGuard({
    name: 'visitor',
    security: () => [{ scheme: 'session', definition: { type: 'apiKey', in: 'cookie', name: 'sid' }, optional: true }],
    check: () => undefined,
  });
  routes.get('/books/:id{int}', { tags: ['Books'], response: { 200: Book, 404: z.looseObject({ title: z.string() }) } }, never);
  routes.put('/books/:id{int}', { tags: ['Books'], body: Book, guards: [bearer], response: { 200: Book, 201: Book } }, never);
  routes.patch(
    '/books/:slug',
    { tags: ['Books'], body: Shape, guards: [visitor], deprecation: { since: '2026-01-01', sunset: '2026-06-01', link: '/news' } },
    never,
  );
  routes.get(
    '/books',
    {
      query: z.object({ page: z.int().default(1), tags: z.array(z.string()).optional() }),
      cookies: z.object({ seen: z.string().optional() }),
      headers: z.object({ 'x-a': z.string(), authorization: z.string().optional() }),
      examples: { query: { page: 2 } },
    },
    never,
  );
  routes.get('/files/:lang?', never);
  routes.get('/:year{int}-:month{int}/**:rest', never);
  routes.get('/any/*/thing', never);
  routes.post('/notes', { body: anyOf(json(z.object({ text: z.string() })), form(z.object({ text: z.string() })), text()) }, never);
  routes.post('/images', { body: bytes({ types: ['image/*'] }), response: { 204: z.undefined() } }, never);
  routes.post(
    '/covers',
    { body: multipart({ fields: z.object({ alt: z.string() }), files: { image: file({ types: ['image/png'] }) } }), response: { 200: z.string() } },
    never,
  );
  routes.get('/events', { response: { 200: defineEvents({ tick: z.object({ at: z.date() }), note: z.string() }) } }, never);
  routes.group('/', { host: ':tenant.shop.test', problem: (problem) => ({ error: problem.title }) }, (tenant) =>
    tenant.post('/orders', { body: z.object({}) }, never),
  );
  routes.get('/versioned', { name: 'versioned', version: ['1', '2'], response: { 200: z.file() } }, never);
  routes.delete('/hidden', { documented: false }, never);
}

describe('documents', () => {
  it.each(APPLICATIONS)('of examples/%s pass all linters', (name) => {
    const own = Object.entries(verdicts).filter(([document]) => document.startsWith(`${toFileName(name)}-`));
    expect(own.length).toBeGreaterThanOrEqual(2);
    expect(own).toEqual(own.map(([document]) => [document, CLEAN]));
  });

  it.each(['path', 'header'] as const)('of an application that uses everything pass all linters, with versions by %s', { timeout: 120_000 }, async (by) => {
    await using kernel = await bootDocumented(declareEverything, {
      http: { versioning: { by } },
      openapi: {
        info: {
          title: 'Everything',
          version: '1',
          summary: 'All of it',
          contact: { name: 'Ada', email: 'ada@shop.test' },
          license: { name: 'MIT', identifier: 'MIT' },
        },
        tags: [{ name: 'Books', description: 'All about books' }],
      },
    });
    const everything = await lint(listDocuments('everything', kernel.use('openapi')));
    expect(everything).toEqual(Object.fromEntries(['1-3.1', '1-3.0', '2-3.1', '2-3.0'].map((document) => [`everything-${document}`, CLEAN])));
  });

  it('that are wrong do not pass', { timeout: 120_000 }, async () => {
    const wrong = documentOf({ operationId: 'a', responses: {} });
    const [found] = Object.values(await lint({ wrong: { ...wrong, info: { title: 'x' } as OpenApiDocument['info'] } }));
    expect(found?.filter(({ errors }) => errors.length > 0).map(({ linter }) => linter)).toEqual(['redocly', 'spectral', 'openapi-schema-validator']);
  });
});
