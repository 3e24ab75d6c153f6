import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { boot, catchError, createHastyClock, eventually } from '../support/boot.ts';
import { startServer } from '../support/start-server.ts';

describe('bodies of responses', () => {
  it('are decompressed, and their headers say so', async () => {
    const text = 'text '.repeat(10_000);
    const codings: Record<string, Buffer> = {
      gzip: gzipSync(text),
      'X-GZip': gzipSync(text),
      deflate: deflateSync(text),
      br: brotliCompressSync(text),
      zstd: zstdCompressSync(text),
      'gzip, br': brotliCompressSync(gzipSync(text)),
      identity: Buffer.from(text),
    };
    await using server = await startServer(({ url }, response) => {
      const coding = decodeURIComponent(url?.slice(1) ?? '');
      response.setHeader('content-encoding', coding).end(codings[coding]);
    });
    await using app = await boot();
    for (const coding of Object.keys(codings)) {
      const response = await app.http.fetch(`${server.origin}/${encodeURIComponent(coding)}`);
      expect([coding, await response.text()]).toEqual([coding, text]);
      if (coding !== 'identity') expect([response.headers.get('content-encoding'), response.headers.get('content-length')]).toEqual([null, null]);
    }
  });

  it('stay as they are when their coding is not known', async () => {
    await using server = await startServer(({ url }, response) => response.setHeader('content-encoding', decodeURIComponent(url?.slice(1) ?? '')).end('raw'));
    await using app = await boot();
    for (const coding of ['constructor', 'x-own', 'gzip, x-own', 'gzip, gzip, gzip, gzip']) {
      const response = await app.http.fetch(`${server.origin}/${encodeURIComponent(coding)}`);
      expect([coding, response.headers.get('content-encoding'), await response.text()]).toEqual([coding, coding, 'raw']);
    }
  });

  it('may be empty though they have a coding', async () => {
    await using server = await startServer((_, response) => response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': '0' }).end());
    await using app = await boot();
    expect(await app.http.get(server.origin).text()).toBe('');
    expect((await app.http.head(server.origin)).status).toBe(200);
  });

  it('are errors when they break off or are not what they say', async () => {
    const half = gzipSync('text'.repeat(1_000)).subarray(0, 20);
    await using server = await startServer((_, response) => response.setHeader('content-encoding', 'gzip').end(half));
    await using app = await boot({}, { clock: createHastyClock() });
    expect(await catchError(app.http.get(server.origin).text())).toMatchObject({ code: 'OXI_HTTP_CLIENT_NETWORK', attempts: 3 });
  });

  it('are taken up to a limit, by what they say and by what comes', async () => {
    await using server = await startServer(({ url }, response) => {
      if (url === '/declared') response.writeHead(200, { 'content-length': '2000' }).write('x'); // the rest never comes
      else response.write('x'.repeat(1_000), () => response.end(url === '/more' ? 'x' : ''));
    });
    await using app = await boot({ maxResponseBytes: 1_000 });
    expect(await app.http.get(server.origin).text()).toHaveLength(1_000);
    const { get, fetch } = app.http;
    for (const call of [
      () => get(`${server.origin}/declared`),
      () => get(`${server.origin}/more`),
      async () => (await fetch(`${server.origin}/more`)).text(),
    ]) {
      expect(await catchError(call())).toMatchObject({ code: 'OXI_HTTP_CLIENT_TOO_LARGE', limitBytes: 1_000, attempts: 1, status: 502 });
    }
    expect(await get(`${server.origin}/more`, { maxResponseBytes: Infinity }).text()).toHaveLength(1_001);
  });

  it('hold no connection when they are too large', async () => {
    await using server = await startServer((_, response) => response.writeHead(200, { 'content-length': '2000' }).write('x')); // the rest never comes
    await using app = await boot({ maxResponseBytes: 1_000 });
    await catchError(app.http.get(server.origin));
    await catchError((await app.http.fetch(server.origin)).text());
    await eventually(() => server.connections().open === 0 && app.kernel.clock.pendingTimers() === 0);
  });

  it('are counted as they are decompressed, so that a small one cannot fill the memory', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    await using server = await startServer((_, response) => response.setHeader('content-encoding', 'gzip').end(bomb));
    await using app = await boot({ maxResponseBytes: 1_000_000 });
    expect(bomb.byteLength).toBeLessThan(100_000);
    expect(await catchError(app.http.get(server.origin))).toMatchObject({ code: 'OXI_HTTP_CLIENT_TOO_LARGE' });
  });

  it('come from whatever answers on a socket, or fail', async () => {
    const answers = [
      'garbage\r\n\r\n',
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n12345',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
      '',
    ];
    const rest = [...answers];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(rest.shift() ?? ''));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await using app = await boot({ retries: 0 });
    for (const answer of answers) {
      const error = await catchError(app.http.get(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
      expect([answer.slice(0, 40), error]).toMatchObject([answer.slice(0, 40), { code: 'OXI_HTTP_CLIENT_NETWORK' }]);
    }
    server.close();
  });

  it('keep headers that are no ASCII as their bytes', async () => {
    const server = createServer((socket) =>
      socket.once('data', () => socket.end(Buffer.from('HTTP/1.1 200 Gr\xfcn\r\nx-a: \xfc\r\ncontent-length: 0\r\n\r\n', 'latin1'))),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await using app = await boot();
    const response = await app.http.fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(response.headers.get('x-a')).toBe('ü');
    server.close();
  });
});
