import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { middleware, traceContext } from '@oxidite/middleware';
import { ambientHeaders } from '@oxidite/plugin-sdk';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

type RequestIdOptions = Exclude<NonNullable<Parameters<typeof middleware>[0]>['requestId'], undefined>;

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const PARENT = `00-${TRACE}-${SPAN}-01`;

const boot = (options: RequestIdOptions = true): Promise<TestHttp> =>
  createTestHttp(
    (routes) => {
      routes.get('/', (request) => {
        const trace = traceContext.get(request);
        return {
          id: request.id,
          traceId: trace?.traceId,
          spanId: trace?.spanId,
          isSampled: trace?.isSampled,
          parent: trace?.parent?.parentId,
          traceparent: trace?.traceparent,
          tracestate: trace?.tracestate,
        };
      });
      routes.get('/ambient', async () => {
        await Promise.resolve();
        return ambientHeaders() ?? 'none';
      });
      routes.get('/typed', { headers: z.object({ 'x-only': z.string().optional() }) }, (request) => traceContext.get(request)?.traceId);
    },
    { plugins: [middleware({ requestId: options })] },
  );

describe('requestId', () => {
  it('names each request anew, and answers with the name', async () => {
    await using app = await boot();
    const [first, second] = [await app.request('GET', '/'), await app.request('GET', '/')];
    expect(first.json).toMatchObject({ id: first.headers.get('x-request-id') });
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
  });

  it('believes nobody else, unless it is told to', async () => {
    await using app = await boot();
    expect((await app.request('GET', '/', { headers: { 'x-request-id': 'mine' } })).headers.get('x-request-id')).not.toBe('mine');
    await using trusting = await boot({ trustHeader: true });
    expect((await trusting.request('GET', '/', { headers: { 'x-request-id': 'mine' } })).headers.get('x-request-id')).toBe('mine');
  });

  it.each(['', 'a b', 'a"b', '<b>', 'ä', 'x'.repeat(129), '{"a":1}', 'a,b'])('refuses %j as a name all the same', async (id) => {
    await using app = await boot({ trustHeader: true });
    expect((await app.request('GET', '/', { headers: { 'x-request-id': Buffer.from(id).toString('latin1') } })).headers.get('x-request-id')).toMatch(
      /^[\da-f-]{36}$/,
    );
  });

  it('takes another header', async () => {
    await using app = await boot({ header: 'X-Correlation-Id', trustHeader: true });
    const { headers } = await app.request('GET', '/', { headers: { 'x-correlation-id': 'mine' } });
    expect([headers.get('x-correlation-id'), headers.has('x-request-id')]).toEqual(['mine', false]);
  });
});

describe('traceContext', () => {
  it('begins a trace where there is none, and says that nobody decided to record it', async () => {
    await using app = await boot();
    const { json } = await app.request('GET', '/');
    expect(json).toMatchObject({ traceId: expect.stringMatching(/^[\da-f]{32}$/), spanId: expect.stringMatching(/^[\da-f]{16}$/), isSampled: false });
    expect((json as { traceparent: string }).traceparent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-02$/);
  });

  it('goes on with the trace of a caller, in a span of its own', async () => {
    await using app = await boot();
    const { json } = await app.request('GET', '/', { headers: { traceparent: PARENT, tracestate: 'rojo=1, congo=2' } });
    expect(json).toMatchObject({ traceId: TRACE, parent: SPAN, isSampled: true, tracestate: 'rojo=1,congo=2' });
    const { spanId, traceparent } = json as { spanId: string; traceparent: string };
    expect(spanId).not.toBe(SPAN);
    expect(traceparent).toBe(`00-${TRACE}-${spanId}-01`);
  });

  it('drops a state that is malformed or has no parent, and a parent that is malformed', async () => {
    await using app = await boot();
    const get = async (headers: Record<string, string>): Promise<unknown> => (await app.request('GET', '/', { headers })).json;
    expect(await get({ traceparent: PARENT, tracestate: 'Bad=1' })).toMatchObject({ traceId: TRACE });
    expect(await get({ traceparent: PARENT, tracestate: 'Bad=1' })).not.toHaveProperty('tracestate');
    expect(await get({ tracestate: 'rojo=1' })).not.toHaveProperty('tracestate');
    expect(await get({ traceparent: `${PARENT}-x` })).not.toMatchObject({ traceId: TRACE });
  });

  it('begins anew for every request when callers are not trusted', async () => {
    await using app = await boot({ trustTrace: false });
    expect((await app.request('GET', '/', { headers: { traceparent: PARENT } })).json).not.toMatchObject({ traceId: TRACE });
  });

  it('stays what it was when the headers are replaced by their validated form', async () => {
    await using app = await boot();
    expect((await app.request('GET', '/typed', { headers: { traceparent: PARENT } })).text).toBe(TRACE);
  });
});

describe('propagate', () => {
  it('gives outgoing requests the id, the trace and our span', async () => {
    await using app = await boot({ propagate: true });
    const { json, headers } = await app.request('GET', '/ambient', { headers: { traceparent: PARENT, tracestate: 'rojo=1' } });
    expect(json).toEqual({
      'x-request-id': headers.get('x-request-id'),
      traceparent: expect.stringMatching(`^00-${TRACE}-[\\da-f]{16}-01$`) as string,
      tracestate: 'rojo=1',
    });
  });

  it('is off by default', async () => {
    await using app = await boot();
    expect((await app.request('GET', '/ambient')).text).toBe('none');
  });
});
