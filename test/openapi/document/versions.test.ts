import { defineGuard, defineRoutes, type Route, unauthorized } from '@oxidite/http';
import { VersionUnknownError } from '@oxidite/openapi';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { bootDocumented, describeRoutes } from '../support/documented-app.ts';

const never = (): never => {
  throw new Error('not called');
};
const versioned = defineRoutes('/books', (routes) => {
  routes.get('/', { name: 'books.list', version: ['1', '2'], response: { 200: z.array(z.string()) } }, never);
  routes.get('/new', { version: '10' }, never);
  routes.get('/health', never);
});

describe('documents by version of the API', () => {
  it('are one for each version, with the routes that belong to all', async () => {
    await using kernel = await bootDocumented((routes) => routes.use(versioned), {
      openapi: { versions: { 2: { version: '2.3.0', description: 'The second' } } },
    });
    const api = kernel.use('openapi');
    expect(api.versions).toEqual(['1', '2', '10']);
    const pathsOf = (version?: string): readonly string[] => Object.keys(api.document({ version }).paths);
    expect(pathsOf('1')).toEqual(['/books/v1', '/books/health']);
    expect(pathsOf('10')).toEqual(['/books/v10/new', '/books/health']);
    expect(pathsOf()).toEqual(pathsOf('10'));
    expect([api.document({ version: '1' }).info, api.document({ version: '2' }).info]).toEqual([
      { title: 'Library', version: '1' },
      { title: 'Library', version: '2.3.0', description: 'The second' },
    ]);
    expect(() => api.document({ version: '3' })).toThrow(VersionUnknownError);
    expect(() => api.document({ version: '3' })).toThrow('Its versions are: 1, 2, 10.');
  });

  it('are served below the path of the newest, for both specifications', async () => {
    await using kernel = await bootDocumented((routes) => routes.use(versioned));
    const get = async (path: string): Promise<unknown> => {
      const response = await kernel.use('http').inject(path);
      return response.ok ? response.json() : response.status;
    };
    expect(await get('/openapi.json')).toMatchObject({ openapi: '3.1.1', info: { version: '10' } });
    expect(await get('/openapi-3.0.json')).toMatchObject({ openapi: '3.0.4', info: { version: '10' } });
    expect(await get('/openapi/1.json')).toMatchObject({ openapi: '3.1.1', info: { version: '1' } });
    expect(await get('/openapi-3.0/2.json')).toMatchObject({ openapi: '3.0.4', info: { version: '2' } });
    expect([await get('/openapi/3.json'), await get('/openapi/1'), await get('/openapi/__proto__.json')]).toEqual([404, 404, 404]);
    const initializer = await (await kernel.use('http').inject('/docs/initialize.js')).text();
    expect(initializer).toContain('urls: [{"name":"10","url":"/openapi/10.json"},{"name":"2","url":"/openapi/2.json"},{"name":"1","url":"/openapi/1.json"}]');
  });

  it('name the header that chooses the version', async () => {
    const declare = (routes: Parameters<Parameters<typeof describeRoutes>[0]>[0]): void => routes.get('/a', { version: '2' }, never);
    const { paths } = await describeRoutes(declare, { http: { versioning: { by: 'header' } } });
    expect(paths['/a']?.['get']?.parameters).toMatchObject([{ name: 'api-version', in: 'header', required: true, schema: { type: 'string', const: '2' } }]);
    const byType = await describeRoutes(declare, { http: { versioning: { by: 'media-type' } } });
    expect(byType.paths['/a']?.['get']).not.toHaveProperty('parameters');
  });

  it('say that there are none when routes have none', async () => {
    await using kernel = await bootDocumented((routes) => routes.get('/a', never));
    expect(kernel.use('openapi').versions).toEqual([]);
    expect(() => kernel.use('openapi').document({ version: '1' })).toThrow('its routes have no versions');
  });
});

describe('options of openapi()', () => {
  it('describe the API, its tags in their order, and where to read more', async () => {
    const document = await describeRoutes(
      (routes) => {
        routes.get('/a', { tags: ['Other', 'Books'] }, never);
      },
      {
        openapi: {
          info: {
            title: 'Library',
            version: '1',
            summary: 'Books',
            termsOfService: '/terms',
            contact: { name: 'Ada', email: 'ada@library.test' },
            license: { name: 'MIT', identifier: 'MIT' },
          },
          tags: [{ name: 'Unused' }, { name: 'Books', description: 'All about books', externalDocs: { url: '/books' } }],
          externalDocs: { url: '/handbook' },
        },
      },
    );
    expect(document).toMatchObject({
      info: { summary: 'Books', termsOfService: '/terms', contact: { name: 'Ada', email: 'ada@library.test' }, license: { name: 'MIT', identifier: 'MIT' } },
      externalDocs: { url: '/handbook' },
      servers: [{ url: '/' }],
    });
    expect(document.tags).toEqual([{ name: 'Books', description: 'All about books', externalDocs: { url: '/books' } }, { name: 'Other' }]);
  });

  it('choose the routes that are documented', async () => {
    const filter = (route: Route): boolean => !route.path.startsWith('/internal');
    const { paths } = await describeRoutes(
      (routes) => {
        routes.get('/a', never);
        routes.get('/internal/b', never);
      },
      { openapi: { filter } },
    );
    expect(Object.keys(paths)).toEqual(['/a']);
  });

  it('guard the documents and Swagger UI', async () => {
    const guard = defineGuard({
      name: 'secret',
      check: ({ headers }) => {
        if (headers['x-secret'] !== 'yes') throw unauthorized();
      },
    });
    await using kernel = await bootDocumented((routes) => routes.get('/a', () => 'open'), { openapi: { guards: [guard] } });
    const statusOf = async (path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
      (await kernel.use('http').inject(path, { headers })).status;
    for (const path of ['/openapi.json', '/openapi-3.0.json', '/openapi/1.json', '/docs', '/docs/initialize.js'])
      expect([path, await statusOf(path)]).toEqual([path, 401]);
    expect([await statusOf('/openapi.json', { 'x-secret': 'yes' }), await statusOf('/a')]).toEqual([200, 200]);
  });

  it('refuse what is none', async () => {
    const boot = async (options: object): Promise<unknown> => (await bootDocumented(() => undefined, { openapi: options }))[Symbol.asyncDispose]();
    await expect(boot({ filter: 'all' })).rejects.toThrow(/filter: must be a function/);
    await expect(boot({ guards: [{}] })).rejects.toThrow(/guards.*must be a guard/);
    await expect(boot({ path: '/openapi.yaml' })).rejects.toThrow(/path: must end in ".json"/);
    await expect(boot({ servers: [] })).rejects.toThrow(/servers/);
  });
});
