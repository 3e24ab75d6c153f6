import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { routes as command } from '../../../plugins/http/src/commands/routes.ts';

/** Runs the command and collects what it prints. */
function run(app: TestHttp, flags: object): { readonly result: unknown; readonly tables: unknown[]; readonly lines: string[] } {
  const tables: unknown[] = [];
  const lines: string[] = [];
  const output = { json: false, line: (line: string) => void lines.push(line), warn: () => undefined, table: (rows: unknown) => void tables.push(rows) };
  const input = { args: {}, flags: { verbose: false, ...flags }, output, signal: AbortSignal.abort(), exitWith: () => undefined };
  return { result: command.run(input as never, app.services), tables, lines };
}

const place = expect.stringMatching(/routes\.test\.ts:\d+$/);

describe('oxidite routes', () => {
  it('lists routes with names, guards and places, by method and path', async () => {
    await using app = await createTestHttp((routes) => {
      routes.get('/a', { name: 'a.read', guards: [{ name: 'signedIn', check: () => undefined }] }, () => 'x');
      routes.post('/a', () => 'x');
      routes.post('/b', () => 'x');
    });
    const { result, tables } = run(app, {});
    expect(result).toEqual([
      { method: 'GET', path: '/a', name: 'a.read', guards: ['signedIn'], place },
      { method: 'POST', path: '/a', name: undefined, guards: [], place },
      { method: 'POST', path: '/b', name: undefined, guards: [], place },
    ]);
    expect(tables).toEqual([expect.arrayContaining([{ method: 'GET', path: '/a', name: 'a.read', guards: 'signedIn', place }])]);
    expect(run(app, { method: 'post', path: 'b' }).result).toHaveLength(1);
  });

  it('shows hosts and versions where there are any', async () => {
    await using app = await createTestHttp((routes) => {
      routes.group('/a', { version: ['1', '2'] }, (a) => a.get('/', () => 'x'));
      routes.group('/', { host: 'x.example' }, (host) => host.get('/b', () => 'x'));
    });
    expect(run(app, {}).tables).toEqual([
      [
        { method: 'GET', path: '/v1/a', host: '', version: '1', name: '', guards: '', place },
        { method: 'GET', path: '/v2/a', host: '', version: '2', name: '', guards: '', place },
        { method: 'GET', path: '/b', host: 'x.example', version: '', name: '', guards: '', place },
      ],
    ]);
    expect(run(app, { version: '2' }).result).toHaveLength(1);
  });

  it('shows the way through each route when it is asked to', async () => {
    await using app = await createTestHttp((routes) => {
      routes.group('/a', { version: '1', deprecation: { since: '2026-01-31', sunset: '2027-01-31' } }, (a) => {
        a.post(
          '/',
          {
            name: 'a.create',
            guards: [{ name: 'signedIn', check: () => undefined }],
            middleware: [function timed(_request, _services, next) { return next(); }, { name: 'etag', phase: 'cache' }], // prettier-ignore
            query: z.object({}),
            body: z.object({}),
            bodyLimitBytes: 5,
          },
          function create() {
            return 'x';
          },
        );
      });
      routes.get('/b', () => 'x');
    });
    const { result, lines } = run(app, { verbose: true });
    expect(lines).toEqual([
      'POST /v1/a',
      '  name       a.create',
      '  version    1',
      '  deprecated since 2026-01-31, until 2027-01-31',
      '  inputs     query, body',
      '  body       at most 5 bytes',
      '  chain      policy:timed > policy:signedIn > cache:etag > handler:create',
      expect.stringMatching(/^ {2}place {6}.*routes\.test\.ts:\d+$/),
      'GET /b',
      '  chain      handler:handler',
      expect.stringMatching(/^ {2}place/),
    ]);
    expect(result).toMatchObject([{ bodyLimitBytes: 5, chain: [{ phase: 'policy', name: 'timed' }, {}, {}, {}] }, { bodyLimitBytes: undefined }]);
  });

  it('writes the names as types', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'oxidite-names-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await using app = await createTestHttp((routes) => routes.get('/articles/:slug', { name: 'articles.show' }, () => 'x'));
    const file = join(directory, 'app/names.d.ts');
    expect(run(app, { types: file })).toMatchObject({ result: { types: file }, lines: [`Wrote ${file}.`] });
    expect(await readFile(file, 'utf8')).toContain("'articles.show': '/articles/:slug';");
  });
});
