import { describe, expect, it } from 'vitest';
import { boot, catchError, eventually } from './support/boot.ts';
import { readBody, sendJson, startServer } from './support/start-server.ts';

describe('httpClient.fetch', () => {
  it('gives a plain Response, whatever its status', async () => {
    await using server = await startServer((_, response) => sendJson(response, { a: 1 }, 418));
    await using app = await boot();
    const { fetch } = app.http;
    const response = await fetch(`${server.origin}/a`);
    expect(response).toBeInstanceOf(Response);
    expect(response).toMatchObject({ status: 418, url: `${server.origin}/a`, redirected: false, ok: false });
    expect(await response.json()).toEqual({ a: 1 });
  });

  it('takes what fetch takes: a URL, a Request, and both with more', async () => {
    await using server = await startServer(async (request, response) =>
      response.end(`${request.method ?? ''} ${String(request.headers['x-a'] ?? '')} ${await readBody(request)}`),
    );
    await using app = await boot();
    const send = async (...args: Parameters<typeof app.http.fetch>): Promise<string> => (await app.http.fetch(...args)).text();
    expect(await send(new URL(server.origin))).toBe('GET  ');
    expect(await send(server.origin, { method: 'post', headers: [['x-a', '1']], body: 'b' })).toBe('POST 1 b');
    const request = new Request(server.origin, { method: 'PUT', headers: { 'x-a': '2' }, body: 'c' });
    expect(await send(request)).toBe('PUT 2 c');
    expect(await send(new Request(server.origin, { headers: { 'x-a': '3' } }), { method: 'DELETE' })).toBe('DELETE 3 ');
  });

  it('follows redirects when it is told to, here or by the client', async () => {
    await using server = await startServer(({ url }, response) => (url === '/end' ? response.end('end') : response.writeHead(302, { location: '/end' }).end()));
    await using app = await boot();
    expect((await app.http.fetch(server.origin)).status).toBe(302);
    expect((await app.http.fetch(server.origin, { redirect: 'manual' })).headers.get('location')).toBe('/end');
    expect(await app.http.fetch(server.origin, { redirect: 'follow' })).toMatchObject({ status: 200, redirected: true, url: `${server.origin}/end` });
    expect(await catchError(app.http.fetch(server.origin, { redirect: 'error' }))).toMatchObject({ code: 'OXI_HTTP_CLIENT_REDIRECT_REFUSED' });
    await using following = await boot({ followRedirects: true });
    expect((await following.http.fetch(server.origin)).status).toBe(200);
  });

  it('holds no connection for a response without a body', async () => {
    await using server = await startServer(({ url }, response) => response.writeHead(Number(url?.slice(1))).end());
    await using app = await boot();
    for (const status of [204, 205, 304]) {
      const response = await app.http.fetch(`${server.origin}/${status}`);
      expect([response.status, response.body]).toEqual([status, null]);
    }
    expect((await app.http.fetch(`${server.origin}/200`, { method: 'HEAD' })).body).toBeNull();
    expect(app.kernel.clock.pendingTimers()).toBeLessThanOrEqual(2);
  });

  it('breaks off a body that is not wanted any more', async () => {
    await using server = await startServer((_, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(10_000))); // for ever
      };
      response.on('drain', write);
      write();
    });
    await using app = await boot();
    const response = await app.http.fetch(server.origin);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    const unread = await app.http.fetch(server.origin);
    await unread.body?.cancel();
    await eventually(() => app.kernel.clock.pendingTimers() === 0 && server.connections().open === 0);
  });

  it('refuses a status that a Response cannot have', async () => {
    await using server = await startServer((_, response) => response.writeHead(999).end());
    await using app = await boot();
    expect(await catchError(app.http.fetch(server.origin))).toMatchObject({ code: 'OXI_HTTP_CLIENT_RESPONSE_INVALID' });
    expect(await catchError(app.http.get(server.origin))).toMatchObject({ responseStatus: 999 });
  });
});
