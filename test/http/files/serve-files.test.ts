import { serveFiles, type ServeFilesOptions } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openRawSocket } from '../support/raw-socket.ts';

const big = Buffer.alloc(200_000, 'abcdefghij');
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'oxidite-files-'));
  await mkdir(join(root, 'public/docs'), { recursive: true });
  await mkdir(join(root, 'public/empty'));
  await mkdir(join(root, 'public/.well-known'));
  await mkdir(join(root, 'public-secret'));
  const script = 'console.log("hello")';
  await Promise.all([
    writeFile(join(root, 'public/hello.txt'), 'Hello, world'),
    writeFile(join(root, 'public/none.bin'), ''),
    writeFile(join(root, 'public/big.bin'), big),
    writeFile(join(root, 'public/app.3f2a9c1b.js'), script),
    writeFile(join(root, 'public/app.3f2a9c1b.js.br'), brotliCompressSync(script)),
    writeFile(join(root, 'public/app.3f2a9c1b.js.gz'), gzipSync(script)),
    writeFile(join(root, 'public/docs/index.html'), '<h1>Docs</h1>'),
    writeFile(join(root, 'public/.env'), 'SECRET=1'),
    writeFile(join(root, 'public/.well-known/security.txt'), 'Contact: none'),
    writeFile(join(root, 'public/50% off.txt'), 'sale'),
    writeFile(join(root, 'secret.txt'), 'secret'),
    writeFile(join(root, 'public-secret/secret.txt'), 'secret'),
  ]);
  await symlink(join(root, 'secret.txt'), join(root, 'public/link.txt'));
  await symlink(join(root, 'public-secret'), join(root, 'public/linked'));
  await symlink(join(root, 'public/hello.txt'), join(root, 'public/inner-link.txt'));
});
afterAll(() => rm(root, { recursive: true }));

const serve = (options?: ServeFilesOptions): Promise<TestHttp> => createTestHttp((routes) => routes.get('/files/**', serveFiles('public', options)), { root });

describe('serveFiles', () => {
  it('sends files with their type, length and validators', async () => {
    await using app = await serve();
    const { status, text, headers } = await app.request('GET', '/files/hello.txt');
    expect([status, text]).toEqual([200, 'Hello, world']);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '12',
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=0',
      'x-content-type-options': 'nosniff',
      'last-modified': expect.stringMatching(/GMT$/),
      etag: expect.stringMatching(/^"[\w-]+"$/),
    });
    expect((await app.request('GET', '/files/50%25%20off.txt')).text).toBe('sale');
    expect((await app.request('GET', '/files/inner-link.txt')).text).toBe('Hello, world');
    expect(await app.request('GET', '/files/none.bin')).toMatchObject({ status: 200, text: '' });
    const head = await app.request('HEAD', '/files/big.bin');
    expect([head.status, head.text, head.headers.get('content-length')]).toEqual([200, '', '200000']);
  });

  it('streams large files, whole and in part', async () => {
    await using app = await serve();
    expect((await app.request('GET', '/files/big.bin')).text).toBe(big.toString());
    const part = await app.request('GET', '/files/big.bin', { headers: { range: 'bytes=100000-199999' } });
    expect([part.status, part.text.length, part.headers.get('content-range'), part.headers.get('content-length')]).toEqual([
      206,
      100_000,
      'bytes 100000-199999/200000',
      '100000',
    ]);
    await app.start();
    const url = `${app.services.http.address?.url}/files/big.bin`;
    expect(await (await fetch(url, { headers: { range: 'bytes=-70000' } })).text()).toBe(big.subarray(-70_000).toString());
  });

  it('answers ranges and conditions as RFC 9110 says', async () => {
    await using app = await serve();
    const get = (headers: Record<string, string>) => app.request('GET', '/files/hello.txt', { headers });
    expect(await get({ range: 'bytes=7-' })).toMatchObject({ status: 206, text: 'world' });
    const unsatisfiable = await get({ range: 'bytes=99-' });
    expect([unsatisfiable.status, unsatisfiable.headers.get('content-range')]).toEqual([416, 'bytes */12']);
    const etag = (await get({})).headers.get('etag') ?? '';
    const unchanged = await get({ 'if-none-match': etag });
    expect([unchanged.status, unchanged.text, unchanged.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await get({ 'if-match': '"other"' })).status).toBe(412);
    expect((await get({ range: 'bytes=0-4', 'if-range': '"other"' })).status).toBe(200);
    expect((await get({ range: 'bytes=0-4', 'if-range': etag })).status).toBe(206);
  });

  it('answers conditions also where a schema keeps other headers only', async () => {
    await using app = await createTestHttp(
      (routes) => routes.get('/files/**', { headers: z.object({ accept: z.string().default('') }) }, serveFiles('public')),
      { root },
    );
    const etag = (await app.request('GET', '/files/hello.txt')).headers.get('etag') ?? '';
    expect((await app.request('GET', '/files/hello.txt', { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('sends compressed twins to those who take them, and lets hashed names be kept', async () => {
    await using app = await serve();
    const get = (accept: string) => app.services.http.inject('/files/app.3f2a9c1b.js', { headers: { 'accept-encoding': accept } });
    const encodings = await Promise.all(
      ['gzip, br', 'gzip', 'br;q=0, gzip', 'identity', '*'].map(async (accept) => (await get(accept)).headers.get('content-encoding')),
    );
    expect(encodings).toEqual(['br', 'gzip', 'gzip', null, 'br']);
    const { headers } = await get('br');
    expect([headers.get('content-type'), headers.get('vary'), headers.get('cache-control')]).toEqual([
      'text/javascript; charset=utf-8',
      'accept-encoding',
      'public, max-age=31536000, immutable',
    ]);
    expect(headers.get('etag')).not.toBe((await get('gzip')).headers.get('etag'));
  });

  it('serves the index of a directory behind its slash, and no directory without one', async () => {
    await using app = await serve();
    const moved = await app.request('GET', '/files/docs?a=1');
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/files/docs/?a=1']);
    expect((await app.request('GET', '/files/docs/')).text).toBe('<h1>Docs</h1>');
    expect((await app.request('GET', '/files/empty/')).status).toBe(404);
    expect((await app.request('GET', '/files/hello.txt/')).status).toBe(404);
    await using bare = await serve({ index: false });
    expect((await bare.request('GET', '/files/docs/')).status).toBe(404);
  });

  it('answers with the fallback where nothing is found', async () => {
    await using app = await serve({ fallback: 'docs/index.html' });
    expect(await app.request('GET', '/files/some/page')).toMatchObject({ status: 200, text: '<h1>Docs</h1>' });
  });

  it('finds nothing outside of the directory, nor what is hidden, by any spelling', async () => {
    await using app = await serve();
    await app.start();
    const port = app.services.http.address?.port ?? 0;
    const attempts = [
      '../secret.txt',
      '..%2fsecret.txt',
      '%2e%2e/secret.txt',
      '%2e%2e%2fsecret.txt',
      '..%5csecret.txt',
      '..\\secret.txt',
      '....//secret.txt',
      'docs/../../secret.txt',
      '%c0%ae%c0%ae/secret.txt',
      '..%00/secret.txt',
      'hello.txt%00.js',
      '/etc/passwd',
      '//etc/passwd',
      '%2fetc%2fpasswd',
      '..;/secret.txt',
      '.env',
      '%2eenv',
      'docs/../.env',
      'link.txt',
      'linked/secret.txt',
      '../public-secret/secret.txt',
      '..%252fsecret.txt',
    ];
    for (const attempt of attempts) {
      using raw = await openRawSocket(port);
      raw.write(`GET /files/${attempt} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
      const answer = await raw.ended();
      expect(answer, attempt).toMatch(/^HTTP\/1\.1 (?:400|404) /);
      expect(answer, attempt).not.toMatch(/SECRET|root:/);
    }
    expect((await app.request('GET', '/files/.well-known/security.txt')).text).toBe('Contact: none');
  });

  it('says so when its route has no place for names', async () => {
    await using app = await createTestHttp((routes) => routes.get('/files', serveFiles('public')), { root, http: { environment: 'development' } });
    expect((await app.request('GET', '/files')).json).toMatchObject({ status: 500, detail: expect.stringContaining('must end in "**"') });
  });
});
