import { defineEvents } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { type } from 'arktype';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { recordLog } from '../support/recorded-log.ts';

const priceEvents = defineEvents({ price: z.object({ symbol: z.string(), amount: z.number() }), closed: z.object({}) });

/** Reads a stream until it holds `pattern`. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, pattern: RegExp): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  while (!pattern.test(text)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the stream ended after: ${text}`);
    text += decoder.decode(value, { stream: true });
  }
  return text;
}

const open = (response: Response): ReadableStreamDefaultReader<Uint8Array> => (response.body ?? new ReadableStream<Uint8Array>()).getReader();

describe('defineEvents', () => {
  it('streams validated events under the headers that a stream needs', async () => {
    await using app = await createTestHttp((routes) =>
      routes.get('/', { response: { 200: priceEvents } }, (request) =>
        priceEvents.stream(request, async function* ({ lastEventId }) {
          yield { id: Number(lastEventId ?? 0) + 1, event: 'price', data: { symbol: 'OXI', amount: 1, secret: 'never sent' } as never };
          yield { event: 'closed', data: {} };
        }),
      ),
    );
    const { status, headers, text } = await app.request('GET', '/', { headers: { 'last-event-id': '41' } });
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, 'text/event-stream', 'no-store']);
    expect(text).toBe('retry: 3000\n\nevent: price\nid: 42\ndata: {"symbol":"OXI","amount":1}\n\nevent: closed\ndata: {}\n\n');
  });

  it('leaves undeclared fields out with a library that keeps them', async () => {
    const ticks = defineEvents({ tick: type({ at: 'number', of: { name: 'string' } }) });
    await using app = await createTestHttp((routes) =>
      routes.get('/', (request) =>
        ticks.stream(request, async function* () {
          yield { event: 'tick', data: { at: 1, of: { name: 'a', secret: 'never sent' }, secret: 'never sent' } as never };
        }),
      ),
    );
    expect((await app.request('GET', '/')).text).toContain('data: {"at":1,"of":{"name":"a"}}\n');
  });

  it('resumes also where a schema keeps other headers only', async () => {
    await using app = await createTestHttp((routes) =>
      routes.get('/:room{int}', { headers: z.object({ accept: z.string().default('') }) }, (request) =>
        priceEvents.stream(request, async function* ({ lastEventId }) {
          yield { id: `after ${lastEventId}`, event: 'closed', data: {} };
        }),
      ),
    );
    expect((await app.request('GET', '/1', { headers: { 'last-event-id': '41' } })).text).toContain('id: after 41\n');
  });

  it('types what a source may give', () => {
    type Source = Parameters<typeof priceEvents.stream>[1];
    type Given = ReturnType<Source> extends AsyncIterable<infer Event> ? Event : never;
    expectTypeOf<Given['event']>().toEqualTypeOf<'price' | 'closed'>();
    expectTypeOf<Extract<Given, { event: 'price' }>['data']>().toEqualTypeOf<{ symbol: string; amount: number }>();
  });

  it('sends heartbeats while nothing happens, and tells the source when the client is gone', async () => {
    const gone = Promise.withResolvers<void>();
    await using app = await createTestHttp((routes) =>
      routes.get('/', (request) =>
        // oxlint-disable-next-line require-yield -- this source only waits
        priceEvents.stream(request, async function* ({ signal }) {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          gone.resolve();
        }),
      ),
    );
    await app.start();
    const leaving = new AbortController();
    const reader = open(await fetch(app.services.http.address?.url ?? '', { signal: leaving.signal }));
    await readUntil(reader, /retry/);
    await app.clock.advance({ seconds: 15 });
    await readUntil(reader, /: heartbeat/);
    leaving.abort();
    await gone.promise;
  });

  it('ends when the server drains, so that clients come back elsewhere', async () => {
    const app = await createTestHttp((routes) =>
      routes.get('/', (request) =>
        priceEvents.stream(
          request,
          async function* ({ signal }) {
            yield { event: 'closed', data: {} };
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
          },
          { retryMs: 500 },
        ),
      ),
    );
    await app.start();
    const reader = open(await fetch(app.services.http.address?.url ?? ''));
    await readUntil(reader, /retry: 500[^]*closed/);
    const stopping = app.stop();
    expect((await reader.read()).done).toBe(true);
    await stopping;
  });

  it('breaks off, and logs, when an event is not as declared or the source fails', async () => {
    const { logger, lines } = recordLog();
    await using app = await createTestHttp(
      (routes) => {
        routes.get('/wrong', (request) =>
          priceEvents.stream(request, async function* () {
            yield { event: 'price', data: { symbol: 1 } as never };
          }),
        );
        routes.get('/unknown', (request) =>
          priceEvents.stream(request, async function* () {
            yield { event: 'toString', data: {} } as never;
          }),
        );
        routes.get('/fails', (request) =>
          priceEvents.stream(request, async function* () {
            yield await Promise.reject(new Error('no prices'));
          }),
        );
      },
      { logger },
    );
    for (const path of ['/wrong', '/unknown', '/fails']) await expect(app.request('GET', path)).rejects.toThrow(/cannot be sent|no prices/);
    await expect
      .poll(() => lines.map(({ fields }) => String(fields['error'])))
      .toEqual([
        expect.stringContaining('The event "price" cannot be sent: /symbol'),
        expect.stringContaining('The event "toString" cannot be sent: it is not declared; declared are price, closed'),
        'Error: no prices',
      ]);
  });
});
