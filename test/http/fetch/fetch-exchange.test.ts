import { createTestHttp } from '@oxidite/http/testing';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createGate } from '../support/gate.ts';

describe('exchanges over fetch', () => {
  it('count the bytes of a stream', async () => {
    await using app = await createTestHttp((routes) => routes.post('/', { body: z.unknown(), bodyLimitBytes: 10 }, () => 'x'));
    let isCancelled = false;
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(4)), cancel: () => void (isCancelled = true) });
    const init = { method: 'POST', body: endless, duplex: 'half', headers: { 'content-type': 'application/json' } } as RequestInit;
    expect((await app.services.http.inject('/', init)).status).toBe(413);
    expect(isCancelled).toBe(true);
  });

  it('reject when the body breaks off', async () => {
    await using app = await createTestHttp((routes) => routes.post('/', { body: z.unknown() }, () => 'x'));
    const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('gone')) });
    const init = { method: 'POST', body: broken, duplex: 'half', headers: { 'content-type': 'application/json' } } as RequestInit;
    await expect(app.services.http.inject('/', init)).rejects.toThrow('broken off');
  });

  it('pass the signal of the request on', async () => {
    const abort = new AbortController();
    const aborted = createGate<unknown>();
    await using app = await createTestHttp((routes) => {
      routes.get('/', ({ signal }) => {
        signal.addEventListener('abort', () => aborted.open(signal.reason));
        abort.abort('enough');
        return 'x';
      });
    });
    await app.services.http.inject('/', { signal: abort.signal });
    expect(await aborted.opened).toBe('enough');
  });

  it('cancel a stream that is not wanted', async () => {
    const cancelled = createGate<unknown>();
    await using app = await createTestHttp((routes) => {
      routes.get('/', () => new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('x')), cancel: (reason) => cancelled.open(reason) }));
    });
    const { body } = await app.services.http.inject('/');
    await body?.cancel('enough');
    expect(await cancelled.opened).toBe('enough');
    expect((await app.services.http.inject('/', { method: 'HEAD' })).body).toBeNull();
  });
});
