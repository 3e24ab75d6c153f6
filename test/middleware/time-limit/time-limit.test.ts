import { reply, type ResponseOutcome, type Router } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { middleware, timeLimit } from '@oxidite/middleware';
import { ambientSignal } from '@oxidite/plugin-sdk';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createGate } from '../../http/support/gate.ts';
import { listen, open } from '../../http/support/listen.ts';
import { recordLog } from '../../http/support/recorded-log.ts';

function createApp(
  define: (routes: Router) => void,
  options: Parameters<typeof createTestHttp>[1] = {},
  limit: Parameters<typeof timeLimit>[0] = { ms: 1_000 },
): Promise<TestHttp> {
  return createTestHttp(define, { plugins: [middleware({ log: false, timeLimit: limit })], ...options });
}

describe('timeLimit', () => {
  it('answers 503 at the deadline, while the handler still runs', async () => {
    const gate = createGate();
    const { logger, lines } = recordLog();
    let isOver = false;
    await using app = await createApp(
      (routes) =>
        routes.get('/', async () => {
          await gate.opened;
          isOver = true;
          return 'late';
        }),
      { logger },
    );
    const answer = app.request('GET', '/');
    await app.clock.advance(999);
    expect(lines).toEqual([]);
    await app.clock.advance(1);
    expect((await answer).json).toMatchObject({ status: 503, code: 'OXI_MIDDLEWARE_TIME_LIMIT' });
    expect(isOver).toBe(false);
    gate.open();
    await app.clock.advance(0);
    expect(isOver).toBe(true);
    expect(lines.map(({ level }) => level)).toEqual(['error']);
  });

  it('aborts the signal of the request, and the ambient one, with the reason', async () => {
    const reasons: unknown[] = [];
    await using app = await createApp((routes) =>
      routes.get('/', (request) => {
        const ambient = ambientSignal();
        return new Promise((_resolve, reject) => {
          ambient?.addEventListener('abort', () => reasons.push(ambient.reason));
          request.signal.addEventListener('abort', () => reject(request.signal.reason as Error));
        });
      }),
    );
    const answer = app.request('GET', '/');
    await app.clock.advance(1_000);
    expect((await answer).status).toBe(503);
    expect(reasons).toEqual([expect.objectContaining({ code: 'OXI_MIDDLEWARE_TIME_LIMIT', limitMs: 1_000 })]);
  });

  it('logs at debug what the handler fails with afterwards', async () => {
    const gate = createGate();
    const { logger, lines } = recordLog();
    await using app = await createApp(
      (routes) =>
        routes.get('/', async () => {
          await gate.opened;
          throw new Error('too late');
        }),
      { logger },
    );
    const answer = app.request('GET', '/');
    await app.clock.advance(1_000);
    await answer;
    gate.open();
    await app.clock.advance(0);
    expect(lines.map(({ level, message }) => [level, message])).toContainEqual(['debug', 'a request failed after its time was up']);
  });

  it('closes the stream of a result that comes too late', async () => {
    const gate = createGate();
    const streams = [Readable.from(['a']), Readable.from(['b'])] as const;
    const cancelled: string[] = [];
    const web = (): ReadableStream => new ReadableStream({ cancel: () => void cancelled.push('web') });
    await using app = await createApp((routes) => {
      const later = (result: () => unknown) => () => gate.opened.then(result);
      routes.get(
        '/0',
        later(() => streams[0]),
      );
      routes.get(
        '/1',
        later(() => reply(streams[1])),
      );
      routes.get('/2', later(web));
      routes.get(
        '/3',
        later(() => new Response(web())),
      );
      routes.get(
        '/4',
        later(() => null),
      );
    });
    const answers = [0, 1, 2, 3, 4].map((path) => app.request('GET', `/${path}`));
    await app.clock.advance(1_000);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
    gate.open();
    await app.clock.advance(0);
    expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, true]);
    expect(cancelled).toEqual(['web', 'web']);
  });

  it('starts no timer for handlers that answer at once, and leaves none behind', async () => {
    const counts: number[] = [];
    await using app = await createApp((routes) => {
      routes.get('/now', () => 'now');
      routes.get('/throws', () => {
        throw new Error('now');
      });
      routes.get('/later', async () => {
        await Promise.resolve();
        counts.push(app.clock.pendingTimers());
        return 'later';
      });
      routes.get('/fails', () => Promise.reject(new Error('later')));
    });
    const before = app.clock.pendingTimers();
    expect((await app.request('GET', '/now')).text).toBe('now');
    expect((await app.request('GET', '/throws')).status).toBe(500);
    expect((await app.request('GET', '/later')).text).toBe('later');
    expect((await app.request('GET', '/fails')).status).toBe(500);
    expect(counts).toEqual([before + 1]);
    expect(app.clock.pendingTimers()).toBe(before);
  });

  it('does not limit what is streamed once the result is there', async () => {
    const gate = createGate();
    await using app = await createApp((routes) =>
      routes.get('/', () =>
        (async function* () {
          yield Buffer.from('first ');
          await gate.opened;
          yield Buffer.from('second');
        })(),
      ),
    );
    const answer = app.request('GET', '/');
    await app.clock.advance(5_000);
    gate.open();
    expect(await answer).toMatchObject({ status: 200, text: 'first second' });
  });

  it('is replaced by what a route says, longer or shorter, or none at all', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    await using app = await createApp((routes) => {
      routes.get('/longer', { middleware: [timeLimit({ ms: 5_000 })] }, never);
      routes.get('/shorter', { middleware: [timeLimit({ ms: 10 })] }, never);
      routes.get('/none', { middleware: [timeLimit(false)] }, () => app.clock.sleep(60_000).then(() => 'slow'));
    });
    const settled: string[] = [];
    const ask = (path: string): Promise<unknown> => app.request('GET', path).then(({ status }) => settled.push(`${path} ${status}`));
    const asked = ['/longer', '/shorter', '/none'].map(ask);
    await app.clock.advance(10);
    await expect.poll(() => settled).toEqual(['/shorter 503']);
    await app.clock.advance(4_000);
    expect(settled).toEqual(['/shorter 503']);
    await app.clock.advance(60_000);
    await Promise.all(asked);
    expect(settled).toEqual(['/shorter 503', '/longer 503', '/none 200']);
  });

  it('covers the reading of the body', async () => {
    const outcomes: ResponseOutcome[] = [];
    const { app, port } = await listen(
      (routes) =>
        routes.post(
          '/',
          {
            body: { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } },
            middleware: [{ name: 'tell', phase: 'edge', onFinish: (_request, outcome) => void outcomes.push(outcome) }],
          },
          () => 'read',
        ),
      { plugins: [middleware({ log: false, csrf: false, timeLimit: { ms: 1_000 } })] },
    );
    const before = app.clock.pendingTimers();
    const socket = await open(port);
    socket.write('POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{"a":');
    await expect.poll(() => app.clock.pendingTimers()).toBeGreaterThan(before);
    await app.clock.advance(1_000);
    expect(await socket.received(/OXI_MIDDLEWARE_TIME_LIMIT/)).toMatch(/^HTTP\/1\.1 503 /);
  });

  it('aborts when the client leaves, too', async () => {
    const asked = createGate<AbortSignal | undefined>();
    const { port } = await listen(
      (routes) =>
        routes.get('/', () => {
          const signal = ambientSignal();
          asked.open(signal);
          return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
        }),
      { plugins: [middleware({ log: false })] },
    );
    const socket = await open(port);
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const signal = await asked.opened;
    socket.socket.destroy();
    await expect.poll(() => signal?.aborted).toBe(true);
  });

  it('refuses options that make no sense', () => {
    expect(() => timeLimit({ ms: 0 })).toThrow('The options of timeLimit() are not valid: ms');
  });
});
