/** The example `versioned-api`, as a user runs it. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFreePort, startOxidite } from '../cli/support/run-oxidite.ts';
import { parseDocument } from '../docs/support/parse-document.ts';

const DIRECTORY = resolve(import.meta.dirname, '../../examples/versioned-api');
const LINK = 'https://api.example.com/docs/from-1-to-2';

describe('examples/versioned-api', () => {
  it('serves both versions over a socket, and says what is deprecated', async () => {
    const port = await findFreePort();
    await using oxidite = startOxidite(DIRECTORY, ['start'], { env: { PORT: String(port), HOST: '127.0.0.1' } });
    await oxidite.waitFor(/Listening on /);
    const request = async (path: string, init?: RequestInit) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
      const headers = Object.fromEntries(['deprecation', 'sunset', 'link', 'location'].map((name) => [name, response.headers.get(name)]));
      return { status: response.status, headers, json: await response.json() };
    };
    const deprecated = {
      deprecation: '@1782864000',
      sunset: 'Thu, 01 Jul 2027 00:00:00 GMT',
      link: `<${LINK}>; rel="deprecation", <${LINK}>; rel="sunset"`,
      location: null,
    };
    const current = { deprecation: null, sunset: null, link: null, location: null };

    expect(await request('/v1/books/3')).toEqual({ status: 200, headers: deprecated, json: { id: 3, title: 'Middlemarch', author: 'George Eliot' } });
    expect(await request('/v1/books/99')).toMatchObject({ status: 404, headers: deprecated });
    expect(await request('/v2/books/middlemarch')).toEqual({
      status: 200,
      headers: current,
      json: { slug: 'middlemarch', title: 'Middlemarch', author: { name: 'George Eliot', born: 1819 } },
    });
    expect(await request('/v2/books')).toMatchObject({ status: 200, json: { next: '/v2/books?page=2' } });
    expect(await request('/v2/books?page=2')).toMatchObject({ json: { items: [{ slug: 'middlemarch' }], next: null } });
    expect(await request('/v1/authors')).toMatchObject({ status: 200, headers: deprecated });
    expect(await request('/v2/authors')).toMatchObject({ status: 200, headers: current, json: ['Mary Shelley', 'George Eliot'] });
    expect(await request('/health')).toMatchObject({ status: 200, headers: current });

    const book = { slug: 'persuasion', title: 'Persuasion', author: { name: 'Jane Austen', born: 1775 } };
    const posted = await request('/v2/books', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(book) });
    expect(posted).toMatchObject({ status: 201, headers: { location: '/v2/books/persuasion' }, json: book });
    expect(await request('/v1/books/4')).toMatchObject({ json: { author: 'Jane Austen' } });

    expect(await request('/v9/books')).toMatchObject({
      status: 404,
      json: { code: 'OXI_HTTP_VERSION_UNSUPPORTED', detail: expect.stringContaining('it has 1, 2') },
    });
    oxidite.kill('SIGTERM');
    expect((await oxidite.ended).exitCode).toBe(0);
  });

  it('is what its README shows', () => {
    const files = parseDocument(readFileSync(join(DIRECTORY, 'README.md'), 'utf8')).filter((step) => step.kind === 'file');
    expect(files.map(({ path }) => path)).toEqual([
      'oxidite.config.ts',
      'app/books.ts',
      'app/routes/books-v1.ts',
      'app/routes/books-v2.ts',
      'app/routes/service.ts',
    ]);
    for (const { path, text } of files) expect(text).toBe(`// ${path}\n${readFileSync(join(DIRECTORY, path), 'utf8')}`);
  });
});
