import { HttpClientAbortedError } from '@oxidite/http-client';
import { withAmbientSignal } from '@oxidite/plugin-sdk';
import { describe, expect, it } from 'vitest';
import { boot, catchError, createNotingClock, eventually } from '../support/boot.ts';
import { startServer } from '../support/start-server.ts';

describe('the signals of a call', () => {
  it('end the request, and say whose they were', async () => {
    await using server = await startServer(() => undefined);
    await using app = await boot();
    for (const source of ['signal', 'ambient'] as const) {
      const controller = new AbortController();
      const failed = catchError(
        source === 'signal'
          ? app.http.get(server.origin, { signal: controller.signal })
          : withAmbientSignal(controller, () => app.http.get(server.origin).json()),
      );
      await eventually(() => server.connections().open === 1);
      const reason = new Error('the client has left');
      controller.abort(reason);
      const error = await failed;
      expect(error).toBeInstanceOf(HttpClientAbortedError);
      expect(error).toMatchObject({ source, cause: reason, attempts: 1 });
      await eventually(() => server.connections().open === 0);
    }
    expect(app.kernel.clock.pendingTimers()).toBe(0);
  });

  it('end a body that is being read, whoever reads it', async () => {
    await using server = await startServer((_, response) => response.write('x'));
    await using app = await boot();
    const controller = new AbortController();
    const [response, stream] = await withAmbientSignal(controller, () => Promise.all([app.http.fetch(server.origin), app.http.get(server.origin).stream()]));
    const reader = stream.getReader();
    await reader.read();
    const failed = [catchError(response.text()), catchError(reader.read()), catchError(withAmbientSignal(controller, () => app.http.get(server.origin)))];
    await eventually(() => server.requests.length === 3);
    controller.abort();
    for (const error of await Promise.all(failed)) expect(error).toMatchObject({ code: 'OXI_HTTP_CLIENT_ABORTED', source: 'ambient' });
    await eventually(() => server.connections().open === 0);
  });

  it('end the pause before a repetition', async () => {
    await using server = await startServer((_, response) => response.writeHead(503, { 'retry-after': '10' }).end());
    const clock = createNotingClock();
    await using app = await boot({}, { clock });
    const controller = new AbortController();
    const failed = catchError(app.http.get(server.origin, { signal: controller.signal }));
    await eventually(() => clock.pauses.length === 1);
    controller.abort();
    expect(await failed).toMatchObject({ source: 'signal', attempts: 1 });
    expect(app.kernel.clock.pendingTimers()).toBe(0);
  });

  it('refuse a call when they have aborted before', async () => {
    await using server = await startServer((_, response) => response.end());
    await using app = await boot();
    const error = await catchError(withAmbientSignal({ signal: AbortSignal.abort() }, () => app.http.get(server.origin, { signal: AbortSignal.abort() })));
    expect(error).toMatchObject({ source: 'signal', attempts: 0 });
    expect(server.requests).toHaveLength(0);
    expect(app.kernel.clock.pendingTimers()).toBe(0);
  });

  it('are let go of when the call is over', async () => {
    await using server = await startServer((_, response) => response.end('x'));
    await using app = await boot();
    const { signal } = new AbortController();
    const counts = { added: 0, removed: 0 };
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => (counts.added++, add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (counts.removed++, remove(...args));
    await app.http.get(server.origin, { signal });
    await (await app.http.fetch(server.origin, { signal })).text();
    await eventually(() => counts.removed === 2);
    expect(counts).toEqual({ added: 2, removed: 2 });
  });
});
