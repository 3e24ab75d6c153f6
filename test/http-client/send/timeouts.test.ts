import { HttpClientTimeoutError } from '@oxidite/http-client';
import { describe, expect, it } from 'vitest';
import { boot, catchError, eventually } from '../support/boot.ts';
import { startServer } from '../support/start-server.ts';

describe('the time limits of a call', () => {
  it('end one whose response does not begin', async () => {
    await using server = await startServer(() => undefined);
    await using app = await boot({ headersTimeoutMs: 2_000, retries: 0 });
    const failed = catchError(app.http.get(`${server.origin}/slow?token=s3cret`).json());
    await eventually(() => server.requests.length === 1);
    await app.kernel.clock.advance(1_999);
    expect(server.connections().open).toBe(1);
    await app.kernel.clock.advance(1);
    const error = await failed;
    expect(error).toBeInstanceOf(HttpClientTimeoutError);
    expect(error).toMatchObject({ limit: 'headers', timeoutMs: 2_000, attempts: 1, status: 504, url: `${server.origin}/slow` });
    await eventually(() => server.connections().open === 0);
    expect(app.kernel.clock.pendingTimers()).toBe(0);
  });

  it('end one whose body stands still, however long it has come', async () => {
    let more = (): void => undefined;
    await using server = await startServer((_, response) => {
      more = () => void response.write('x');
      more();
    });
    await using app = await boot({ bodyTimeoutMs: 1_000, retries: 0 });
    const reader = (await app.http.get(server.origin).stream()).getReader();
    await reader.read();
    for (let count = 0; count < 3; count++) {
      const next = reader.read();
      await app.kernel.clock.advance(900);
      more();
      expect((await next).done).toBe(false);
    }
    const failed = catchError(reader.read());
    await app.kernel.clock.advance(1_000);
    expect(await failed).toMatchObject({ code: 'OXI_HTTP_CLIENT_TIMEOUT', limit: 'body', timeoutMs: 1_000 });
    await eventually(() => server.connections().open === 0);
    expect(app.kernel.clock.pendingTimers()).toBe(0);
  });

  it('do not count the time that the reader of a body takes', async () => {
    await using server = await startServer((_, response) => response.end('x'.repeat(1_000_000)));
    await using app = await boot({ bodyTimeoutMs: 1_000, timeoutMs: 60_000 });
    const reader = (await app.http.get(server.origin).stream()).getReader();
    let size = 0;
    for (let next = await reader.read(); next.value !== undefined; next = await reader.read()) {
      if (size === 0) await app.kernel.clock.advance(30_000);
      size += next.value.byteLength;
    }
    expect(size).toBe(1_000_000);
  });

  it('end one that takes too long in all, with its body, also when nobody reads it', async () => {
    await using server = await startServer((_, response) => response.write('x'.repeat(200_000)));
    await using app = await boot({ timeoutMs: 5_000 });
    const response = await app.http.fetch(server.origin);
    expect(response.status).toBe(200);
    await app.kernel.clock.advance(5_000);
    expect(await catchError(response.text())).toMatchObject({ limit: 'total', timeoutMs: 5_000 });
    await eventually(() => server.connections().open === 0);
    expect(app.kernel.clock.pendingTimers()).toBe(0);
  });

  it('leave no timer behind for a body that is not read to its end', async () => {
    await using server = await startServer((_, response) => response.write('x'.repeat(200_000)));
    await using app = await boot({ timeoutMs: 5_000, bodyTimeoutMs: 4_000 });
    const reader = (await app.http.get(server.origin).stream()).getReader();
    await reader.read();
    await app.kernel.clock.advance(5_000);
    await eventually(() => app.kernel.clock.pendingTimers() === 0);
    expect(await catchError(reader.read())).toMatchObject({ limit: 'total' });
  });

  it('end one that gets no connection', async () => {
    let isAsked = false;
    const lookup = (): void => void (isAsked = true); // never answers
    await using app = await boot({ lookup, connectTimeoutMs: 3_000, retries: 0 });
    const failed = catchError(app.http.get('http://service.test/'));
    await eventually(() => isAsked);
    await app.kernel.clock.advance(3_000);
    expect(await failed).toMatchObject({ limit: 'connect', timeoutMs: 3_000 });
    expect(app.kernel.clock.pendingTimers()).toBe(0);
  });

  it('can be set for one call, and switched off', async () => {
    await using server = await startServer((_, response) => response.flushHeaders());
    await using app = await boot();
    const endless = await app.http.get(server.origin, { timeoutMs: Infinity, bodyTimeoutMs: Infinity }).stream();
    const pending = endless.getReader().read();
    const failed = catchError(app.http.get(server.origin, { timeoutMs: 10, retries: 0 }));
    await eventually(() => server.requests.length === 2);
    await app.kernel.clock.advance({ days: 1 });
    expect(await failed).toMatchObject({ limit: 'total', timeoutMs: 10 });
    expect(await Promise.race([pending, Promise.resolve('still open')])).toBe('still open');
    pending.catch(() => undefined);
  });

  it('hold over all attempts together', async () => {
    await using server = await startServer(({ socket }) => void socket.destroy());
    await using app = await boot({ timeoutMs: 1_000, retries: 10, retryDelayMs: 100_000, retryMaxDelayMs: 100_000 }, { seed: 7 });
    expect(await catchError(app.http.get(server.origin))).toMatchObject({ code: 'OXI_HTTP_CLIENT_NETWORK', attempts: 1 }); // the pause would be too long
  });
});
