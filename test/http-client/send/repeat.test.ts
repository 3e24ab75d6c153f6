import { describe, expect, it } from 'vitest';
import { boot, catchError, createHastyClock, createNotingClock, eventually } from '../support/boot.ts';
import { readBody, startServer, type TestServer } from '../support/start-server.ts';

/** Answers with these statuses, one after the other, and then with 200; 0 breaks the connection. */
function answering(statuses: readonly number[], headers: Record<string, string> = {}): Promise<TestServer> {
  const rest = [...statuses];
  return startServer(async (request, response) => {
    const body = await readBody(request);
    const status = rest.shift() ?? 200;
    if (status === 0) request.socket.destroy();
    else response.writeHead(status, headers).end(`${request.method ?? ''} ${body}`);
  });
}

describe('repetition', () => {
  it('gets over statuses that pass', async () => {
    for (const status of [408, 425, 429, 502, 503, 504, 0]) {
      const clock = createHastyClock();
      await using server = await answering([status, status]);
      await using app = await boot({}, { clock });
      const response = await app.http.put(server.origin, { body: 'x' });
      expect([status, response.status, response.attempts, await response.text()]).toEqual([status, 200, 3, 'PUT x']);
      expect(clock.pauses).toHaveLength(2);
      expect([status, server.connections().made]).toEqual([status, status === 0 ? 3 : 1]);
    }
  });

  it('gives up after as many as it was told, and says how often it tried', async () => {
    await using server = await answering(Array.from({ length: 20 }, () => 503));
    await using app = await boot({ retries: 3 }, { clock: createHastyClock() });
    expect(await catchError(app.http.get(server.origin).json())).toMatchObject({ responseStatus: 503, attempts: 4, body: 'GET ' });
    expect(await catchError(app.http.get(server.origin, { retries: 0 }))).toMatchObject({ attempts: 1 });
    expect((await app.http.fetch(server.origin)).status).toBe(503);
    expect(server.requests).toHaveLength(9);
  });

  it('leaves other statuses alone', async () => {
    await using server = await answering([500, 404, 501]);
    await using app = await boot({}, { clock: createHastyClock() });
    const { get } = app.http;
    for (const status of [500, 404, 501]) expect(await catchError(get(server.origin))).toMatchObject({ responseStatus: status, attempts: 1 });
  });

  it('is only for methods that do no harm when they are sent twice, or when the caller says so', async () => {
    await using server = await startServer((_, response) => response.writeHead(503).end());
    await using app = await boot({ retries: 1 }, { clock: createHastyClock() });
    const { request } = app.http;
    const attempts = async (method: string, options: Parameters<typeof request>[2] = {}): Promise<unknown> => {
      const error = await catchError(request(method, server.origin, options));
      return error instanceof Error && 'attempts' in error ? error.attempts : error;
    };
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'QUERY', 'get']) expect([method, await attempts(method)]).toEqual([method, 2]);
    for (const method of ['POST', 'PATCH', 'LOCK']) expect([method, await attempts(method)]).toEqual([method, 1]);
    expect(await attempts('POST', { retry: true })).toBe(2);
    expect(await attempts('POST', { idempotencyKey: 'a1' })).toBe(2);
    expect(await attempts('POST', { headers: { 'Idempotency-Key': 'a1' } })).toBe(2);
    expect(await attempts('GET', { retry: false })).toBe(1);
    expect(server.requests.filter(({ headers }) => headers['idempotency-key'] === 'a1')).toHaveLength(4);
  });

  it('never sends a stream a second time', async () => {
    await using server = await answering([503]);
    await using app = await boot({}, { clock: createHastyClock() });
    const body = new Blob(['x']).stream();
    expect(await catchError(app.http.put(server.origin, { body, retry: true }))).toMatchObject({ responseStatus: 503, attempts: 1 });
  });

  it('sends forms and blobs again as they were', async () => {
    await using server = await answering([503, 503]);
    await using app = await boot({}, { clock: createHastyClock() });
    const form = new FormData();
    form.set('a', new Blob(['content']), 'a.txt');
    expect(await app.http.put(server.origin, { body: form }).text()).toContain('content');
    await using other = await answering([503]);
    expect(await app.http.put(other.origin, { body: new Blob(['blob']) }).text()).toBe('PUT blob');
  });

  it('gets over a body that breaks off, as long as nobody has seen any of it', async () => {
    let count = 0;
    await using server = await startServer(({ socket }, response) => {
      response.writeHead(200, { 'content-length': '6' });
      response.write('one');
      if (count++ === 0) setImmediate(() => socket.destroy());
      else response.end('two');
    });
    await using app = await boot({}, { clock: createHastyClock() });
    expect(await app.http.get(server.origin).text()).toBe('onetwo');
    count = 0;
    const stream = await app.http.get(server.origin).stream();
    expect(await catchError(new Response(stream).text())).toMatchObject({ code: 'OXI_HTTP_CLIENT_NETWORK', attempts: 1, status: 502 });
  });

  it('waits as long as a service asks for, but not longer than the limit, instead of its own pauses', async () => {
    const clock = createHastyClock();
    const httpDate = new Date(clock.now() + 7_000).toUTCString();
    const asked = ['3', httpDate, '3600', '0'];
    await using server = await startServer((_, response) => {
      const value = asked.shift();
      if (value === undefined) response.end();
      else response.writeHead(429, { 'retry-after': value }).end();
    });
    await using app = await boot({ retries: 5, retryAfterMaxMs: 9_000 }, { clock });
    await app.http.get(server.origin);
    expect(clock.pauses).toEqual([3_000, 7_000, 9_000, 0]);
  });

  it('does not begin a pause that would not end before the time is up', async () => {
    await using server = await answering([503, 503], { 'retry-after': '20' });
    await using app = await boot({ timeoutMs: 20_000 }, { clock: createHastyClock() });
    expect(await catchError(app.http.get(server.origin))).toMatchObject({ responseStatus: 503, attempts: 1 });
    expect((await app.http.get(server.origin, { timeoutMs: 20_001 })).attempts).toBe(2);
  });

  it('waits random times that may double, on the clock and the randomness of the kernel', async () => {
    const run = async (): Promise<readonly number[]> => {
      const clock = createHastyClock();
      await using server = await answering([503, 503, 503, 503]);
      await using app = await boot({ retries: 4, retryDelayMs: 100, retryMaxDelayMs: 300 }, { clock, seed: 3 });
      await app.http.get(server.origin);
      return [...clock.pauses];
    };
    const pauses = await run();
    expect(pauses).toHaveLength(4);
    for (const [index, longest] of [100, 200, 300, 300].entries()) expect(pauses[index]).toBeLessThanOrEqual(longest);
    expect(new Set(pauses).size).toBeGreaterThan(1);
    expect(await run()).toEqual(pauses);
  });

  it('sends nothing during a pause', async () => {
    await using server = await answering([503], { 'retry-after': '5' });
    const clock = createNotingClock();
    await using app = await boot({}, { clock });
    const call = app.http.get(server.origin);
    await eventually(() => clock.pauses.length === 1);
    await app.kernel.clock.advance(4_999);
    expect(server.requests).toHaveLength(1);
    await app.kernel.clock.advance(1);
    expect((await call).attempts).toBe(2);
  });

  it('gets over a service that is not there yet', async () => {
    const server = await startServer(() => undefined);
    await server[Symbol.asyncDispose]();
    await using app = await boot({}, { clock: createHastyClock() });
    const error = await catchError(app.http.get(`${server.origin}/a?b`));
    expect(error).toMatchObject({ code: 'OXI_HTTP_CLIENT_NETWORK', attempts: 3, url: `${server.origin}/a` });
    expect(String(error)).toMatch(/failed after 3 attempts: connect ECONNREFUSED/);
  });
});
