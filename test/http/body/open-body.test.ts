import { BodyTooLargeError } from '@oxidite/http';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openWebBody } from '../../../plugins/http/src/fetch/open-body.ts';
import { openNodeBody } from '../../../plugins/http/src/node/open-body.ts';

const turn = (): Promise<void> => new Promise(setImmediate);

function openNode(source: Readable, limitBytes = 100, claimedBytes?: string): Readable {
  return openNodeBody(source, { limitBytes, claimedBytes, onBegin: () => undefined, isBroken: () => false });
}

function openWeb(body: ReadableStream<Uint8Array> | undefined, options: { limitBytes?: number; signal?: AbortSignal } = {}): Readable {
  const { limitBytes = 100, signal } = options;
  const init = { method: 'POST', ...(body === undefined ? {} : { body }), ...(signal === undefined ? {} : { signal }), duplex: 'half' as const };
  return openWebBody(new Request('http://localhost', init), limitBytes);
}

describe('openNodeBody', () => {
  it('throws away what is left when its reader stops', async () => {
    const source = new PassThrough({ highWaterMark: 10 });
    const body = openNode(source, 1_000_000);
    source.write('x'.repeat(200_000));
    for await (const _piece of body) break;
    source.end('x'.repeat(200_000));
    for (let count = 0; count < 20; count++) await turn();
    expect(source.readableEnded).toBe(true);
  });

  it('begins when it is read, and not before', async () => {
    let begun = 0;
    const body = openNodeBody(Readable.from(['x'], { objectMode: false }), {
      limitBytes: 10,
      claimedBytes: undefined,
      onBegin: () => void begun++,
      isBroken: () => false,
    });
    await turn();
    expect(begun).toBe(0);
    expect(String(await buffer(body))).toBe('x');
    expect(begun).toBe(1);
  });

  it('fails at once when more is claimed than it may have', async () => {
    await expect(buffer(openNode(new PassThrough(), 100, '101'))).rejects.toThrow(BodyTooLargeError);
  });

  it('fails when its source was broken off before it is read', async () => {
    const source = new PassThrough();
    source.destroy();
    await expect(buffer(openNode(source))).rejects.toMatchObject({ code: 'OXI_HTTP_REQUEST_ABORTED' });
  });
});

describe('openWebBody', () => {
  it('gives the bytes of a request, empty pieces and empty bodies among them', async () => {
    const pieces = ['one', '', 'two'].map((piece) => Buffer.from(piece));
    expect(String(await buffer(openWeb(ReadableStream.from(pieces))))).toBe('onetwo');
    expect(String(await buffer(openWeb(undefined)))).toBe('');
  });

  it('cancels its source beyond the limit, and when its reader stops', async () => {
    for (const limitBytes of [5, 1_000]) {
      let isCancelled = false;
      const source = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(Buffer.from('abc')),
        cancel: () => {
          isCancelled = true;
        },
      });
      const body = openWeb(source, { limitBytes });
      if (limitBytes === 5) await expect(buffer(body)).rejects.toThrow(BodyTooLargeError);
      else for await (const _piece of body) break;
      await turn();
      expect(isCancelled).toBe(true);
    }
  });

  it('fails when the client leaves, even while nothing arrives', async () => {
    const abort = new AbortController();
    const body = openWeb(new ReadableStream(), { signal: abort.signal });
    const read = buffer(body);
    await turn();
    abort.abort();
    await expect(read).rejects.toMatchObject({ code: 'OXI_HTTP_REQUEST_ABORTED' });
  });
});
