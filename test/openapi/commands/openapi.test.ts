import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { http, type Router } from '@oxidite/http';
import { openapi, type OpenApiDocument } from '@oxidite/openapi';
import { createTestKernel, createVirtualClock, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openapi as command } from '../../../plugins/openapi/src/commands/openapi.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'oxidite-openapi-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Run {
  readonly result: unknown;
  readonly exitCode: number;
  readonly printed: string;
}

const Book = z.object({ title: z.string() });
const withTitle = (routes: Router): void => routes.get('/books', { name: 'books.list', response: { 200: Book } }, () => ({ title: 'x' }));
const withAuthor = (routes: Router): void =>
  routes.get('/books', { name: 'books.list', response: { 200: Book.extend({ author: z.string() }) } }, () => ({ title: 'x', author: 'y' }));
const withName = (routes: Router): void =>
  routes.get('/books', { name: 'books.list', response: { 200: z.object({ name: z.string() }) } }, () => ({ name: 'x' }));
const withVersions = (routes: Router): void => {
  routes.get('/books', { name: 'books.list', version: '1' }, () => 'x');
  routes.get('/books', { name: 'books.all', version: '2' }, () => 'x');
};

function boot(declare: (routes: Router) => void, options: object = {}): Promise<TestKernel> {
  return createTestKernel({
    root,
    clock: createVirtualClock(Date.UTC(2026, 10, 23, 12)),
    plugins: [http(), openapi({ info: { title: 'Library', version: '1' }, ...options })],
    setup: (kernel) => kernel.tap('http:routes', declare),
  });
}

/** Runs the command in an application with these routes. */
async function run(declare: (routes: Router) => void, flags: object = {}, options: object = {}): Promise<Run> {
  await using kernel = await boot(declare, options);
  let printed = '';
  let exitCode = 0;
  const output = { json: false, line: (text = '') => void (printed += `${text}\n`), table: () => undefined, warn: () => undefined };
  const checked = await command.declaration.flags?.['~standard'].validate(flags);
  const input = {
    args: {},
    flags: checked !== undefined && 'value' in checked ? checked.value : {},
    output,
    signal: new AbortController().signal,
    exitWith: (code: number) => void (exitCode = code),
  };
  const result = await kernel.scopes.run((services) => command.run(input as never, services));
  return { result, exitCode, printed };
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const readLock = (): { readonly documents: Record<string, OpenApiDocument>; readonly accepted: readonly unknown[] } => JSON.parse(read('openapi.lock.json'));

describe('oxidite openapi', () => {
  it('prints the document, of any version of the specification and the API', async () => {
    const { printed, result, exitCode } = await run(withTitle);
    expect(JSON.parse(printed)).toEqual(result);
    expect([exitCode, result]).toEqual([0, expect.objectContaining({ openapi: '3.1.1' })]);
    expect((await run(withTitle, { spec: '3.0' })).result).toMatchObject({ openapi: '3.0.4' });
    expect((await run(withVersions, { version: '1' })).result).toMatchObject({ info: { version: '1' } });
    await expect(run(withVersions, { version: '3' })).rejects.toThrow('There is no version "3" of the API. Its versions are: 1, 2.');
  });

  it('writes the document to a file, whose directory it makes, and leaves nothing else behind', async () => {
    const { printed } = await run(withTitle, { output: 'public/api/openapi.json' });
    expect(printed).toBe('Wrote public/api/openapi.json.\n');
    expect(JSON.parse(read('public/api/openapi.json'))).toMatchObject({ paths: { '/books': {} } });
    expect(readdirSync(join(root, 'public/api'))).toEqual(['openapi.json']);
  });

  it('writes a client, and with --check only tells whether it is the current one', async () => {
    expect((await run(withTitle, { client: 'src/client.ts' })).printed).toBe('Wrote src/client.ts.\n');
    expect(read('src/client.ts')).toContain('export interface BooksListResult {\n  title: string;\n}\n');
    await run(withTitle, { lock: true });
    expect(await run(withTitle, { check: true, client: 'src/client.ts' })).toMatchObject({ exitCode: 0, result: { isCurrent: true, passed: true } });
    expect(await run(withAuthor, { check: true, client: 'src/client.ts' })).toMatchObject({
      exitCode: 1,
      printed: expect.stringContaining('src/client.ts is not the client of the API as it is.'),
    });
    expect(read('src/client.ts')).not.toContain('author:');
  });

  it.each([
    [{ lock: true, check: true }, 'Give --lock or --check'],
    [{ strict: true }, '--strict belongs to --check'],
    [{ accept: 'because' }, '--accept belongs to'],
    [{ lock: true, accept: '  ' }, '--accept needs a reason'],
    [{ lock: true, version: '1' }, 'leave out --version'],
    [{ client: 'a.ts', spec: '3.0' }, 'leave out --spec'],
    [{ check: true, output: 'a.json' }, '--output writes the document'],
  ])('refuses %j', async (flags, problem) => {
    await expect(run(withTitle, flags)).rejects.toThrow(problem);
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('oxidite openapi --lock', () => {
  it('writes the same lock for the same API, whatever the order of its parts', async () => {
    const both = (routes: Router): void => {
      withTitle(routes);
      routes.get('/a', { query: z.object({ b: z.string(), a: z.string() }) }, () => 'x');
    };
    const reversed = (routes: Router): void => {
      routes.get('/a', { query: z.object({ a: z.string(), b: z.string() }) }, () => 'x');
      withTitle(routes);
    };
    expect((await run(both, { lock: true })).printed).toBe('Wrote openapi.lock.json.\n');
    const first = read('openapi.lock.json');
    await run(reversed, { lock: true });
    expect(read('openapi.lock.json')).toBe(first);
    expect(first.endsWith('}\n')).toBe(true);
  });

  it('holds all versions, in the file of the option', async () => {
    await run(withVersions, { lock: true }, { lock: 'api/lock.json' });
    expect(Object.keys((JSON.parse(read('api/lock.json')) as { documents: object }).documents)).toEqual(['1', '2']);
  });

  it('wants a reason for breaking changes, which it keeps with its date', async () => {
    await run(withTitle, { lock: true });
    const before = read('openapi.lock.json');
    expect(await run(withName, { lock: true })).toMatchObject({
      exitCode: 1,
      result: { written: false },
      printed: expect.stringContaining('openapi.lock.json was not written: 1 breaking change.'),
    });
    expect(read('openapi.lock.json')).toBe(before);
    expect(await run(withName, { lock: true, accept: ' Nobody uses it. ' })).toMatchObject({
      exitCode: 0,
      printed: expect.stringContaining('1 breaking change accepted: Nobody uses it.'),
    });
    expect(readLock().accepted).toEqual([
      {
        rule: 'output.property-removed',
        pointer: '/paths/~1books/get/responses/200/content/application~1json/schema/properties/title',
        reason: 'Nobody uses it.',
        date: '2026-11-23',
      },
    ]);
    expect((await run(withName, { check: true })).printed).toBe('The API is what openapi.lock.json says.\n');
    await run(withTitle, { check: true, accept: 'Back again.' });
    expect(readLock().accepted).toHaveLength(2);
  });
});

describe('oxidite openapi --check', () => {
  it('fails without a lock, and with one that cannot be read', async () => {
    await expect(run(withTitle, { check: true })).rejects.toMatchObject({ code: 'OXI_OPENAPI_LOCK_MISSING' });
    const lock = join(root, 'openapi.lock.json');
    for (const [text, problem] of [
      ['{', 'it is not JSON'],
      ['{}', 'it is no lock of format 1'],
      ['{\n<<<<<<< main\n}', 'it holds an unresolved merge conflict'],
    ] as const) {
      writeFileSync(lock, text);
      await expect(run(withTitle, { check: true })).rejects.toThrow(problem);
      await expect(run(withTitle, { lock: true })).rejects.toMatchObject({ code: 'OXI_OPENAPI_LOCK_INVALID' });
    }
  });

  it('passes additive changes and says what to do; with --strict it does not pass them', async () => {
    await run(withTitle, { lock: true });
    const before = read('openapi.lock.json');
    const passed = await run(withAuthor, { check: true });
    expect(passed).toMatchObject({ exitCode: 0, result: { passed: true, changes: [{ rule: 'output.property-added', class: 'additive' }] } });
    expect(passed.printed).toMatch(
      /^additive {2}.* has the property "author" now\n {10}output\.property-added, at \/paths\/.*\nNo breaking changes\. Run "oxidite openapi --lock" to bring openapi\.lock\.json up to date\.\n$/,
    );
    expect((await run(withAuthor, { check: true, strict: true })).exitCode).toBe(1);
    expect((await run(withTitle, { check: true, strict: true })).exitCode).toBe(0);
    expect(read('openapi.lock.json')).toBe(before);
  });

  it('fails on breaking changes and tells all of them', async () => {
    await run(withVersions, { lock: true });
    const renamed = (routes: Router): void => {
      routes.get('/books', { name: 'books.list', version: '1', query: z.object({ q: z.string() }) }, () => 'x');
      routes.get('/books', { name: 'books.every', version: '2' }, () => 'x');
    };
    const { exitCode, printed } = await run(renamed, { check: true });
    expect(exitCode).toBe(1);
    expect(printed).toContain(
      'BREAKING  the query parameter "q" of GET /v1/books is needed now\n          parameter.required-added, version 1, at /paths/~1v1~1books/get/parameters/0\n',
    );
    expect(printed).toContain('BREAKING  GET /v2/books was "books.all" and is "books.every": functions of clients are named after it\n');
    expect(printed).toContain('2 breaking changes. Undo what breaks clients, or give the reason: oxidite openapi --lock --accept "…"\n');
    expect(existsSync(join(root, 'openapi.lock.json'))).toBe(true);
  });
});
