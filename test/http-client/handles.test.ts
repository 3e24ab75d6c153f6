import { expect, describe, it } from 'vitest';
import { boot, catchError, createHastyClock, eventually } from './support/boot.ts';
import { startServer } from './support/start-server.ts';

/** What keeps the process alive, by kind. */
function countHandles(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) if (/TCP|TLS|DNS|GETADDRINFO|Timeout|Zlib/i.test(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

describe('the end of the application', () => {
  it('leaves no socket, timer or lookup behind, whatever became of the calls', async () => {
    const before = countHandles();
    const server = await startServer(({ url, socket }, response) => {
      if (url === '/break') socket.destroy();
      else if (url === '/half') response.writeHead(200, { 'content-length': '9' }).write('half');
      else if (url === '/bomb') response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip');
      else if (url === '/moved') response.writeHead(302, { location: '/ok' }).end();
      else if (url !== '/silent') response.end('x'.repeat(100_000));
    });
    const app = await boot({ followRedirects: true, maxResponseBytes: 200_000 }, { clock: createHastyClock() });
    const { get, fetch } = app.http;
    const at = (path: string): string => `${server.origin}${path}`;
    await Promise.all(Array.from({ length: 20 }, () => get(at('/ok')).text()));
    await get(at('/moved')).text();
    await catchError(get(at('/ok'), { maxResponseBytes: 10 }));
    await catchError(get(at('/bomb')));
    await catchError(get(at('/break')));
    await catchError(app.http.external.get(at('/ok')));
    await catchError(get('http://name.invalid/', { retries: 0 }));
    await catchError(get(at('/silent'), { signal: AbortSignal.abort() }));
    await (await get(at('/ok')).stream()).cancel();
    await fetch(at('/ok')); // nobody reads it
    const unread = await fetch(at('/half'));
    const reading = catchError(unread.text());
    const leaving = new AbortController();
    const silent = catchError(get(at('/silent'), { signal: leaving.signal }));
    const waiting = catchError(get(at('/silent')));
    await eventually(() => server.requests.filter(({ url }) => url === '/silent').length === 2);
    leaving.abort();
    expect(await silent).toMatchObject({ code: 'OXI_HTTP_CLIENT_ABORTED' });

    await app[Symbol.asyncDispose]();
    expect(await Promise.all([waiting, reading])).toMatchObject([{ code: 'OXI_HTTP_CLIENT_CLOSED' }, { code: 'OXI_HTTP_CLIENT_CLOSED' }]);
    await eventually(() => server.connections().open === 0);
    await server[Symbol.asyncDispose]();
    await eventually(() => Object.entries(countHandles()).every(([kind, count]) => count <= (before[kind] ?? 0)));
  });
});
