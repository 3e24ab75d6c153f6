import { defineGuard, defineMiddleware, defineRequestValue, forbidden, type Middleware, noContent, type ResponseOutcome } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { describe, expect, it } from 'vitest';
import { recordLog } from '../support/recorded-log.ts';

type Order = string[];

const layer = (order: Order, name: string, phase: 'cache' | 'edge' | 'egress' | 'handler' | 'identity' | 'policy'): Middleware =>
  defineMiddleware({
    name,
    phase,
    onRequest: () => void order.push(`${name} in`),
    onResponse: () => void order.push(`${name} out`),
    onFinish: () => void order.push(`${name} end`),
  });

describe('phases', () => {
  it('decide the order, and registration decides within one phase', async () => {
    const order: Order = [];
    await using app = await createTestHttp(
      (routes) =>
        routes.group('/', { middleware: [layer(order, 'handler', 'handler'), layer(order, 'edge 2', 'edge')] }, (inner) => {
          inner.get(
            '/',
            { guards: [defineGuard({ name: 'guard', check: () => void order.push('guard') })], middleware: [layer(order, 'cache', 'cache')] },
            () => {
              order.push('run');
              return 'done';
            },
          );
        }),
      {
        setup: (application) =>
          application.tap('http:middleware', (stack) =>
            stack.use(layer(order, 'egress', 'egress'), layer(order, 'policy', 'policy'), layer(order, 'identity', 'identity'), layer(order, 'edge 1', 'edge')),
          ),
      },
    );
    expect((await app.request('GET', '/')).text).toBe('done');
    const names = ['egress', 'edge 1', 'edge 2', 'identity', 'policy', 'cache', 'handler'];
    const outwards = names.toReversed();
    expect(order).toEqual([
      ...names.slice(0, 5).map((name) => `${name} in`),
      'guard',
      ...names.slice(5).map((name) => `${name} in`),
      'run',
      ...outwards.map((name) => `${name} out`),
      ...outwards.map((name) => `${name} end`),
    ]);
    const [route] = app.services.http.routes;
    expect(route && app.services.http.chainOf(route).map(({ name }) => name)).toEqual([...names.slice(0, 5), 'guard', ...names.slice(5), 'handler']);
  });

  it('are those that there are: another one ends the boot', async () => {
    const odd = { name: 'odd', phase: 'hander', onRequest: () => undefined } as unknown as Middleware; // as JavaScript may write it
    await expect(createTestHttp((routes) => routes.get('/', { middleware: [odd] }, noContent))).rejects.toThrow(
      'The middleware "odd" names the phase "hander". Did you mean "handler"?',
    );
  });

  it('put a plain function around the guards', async () => {
    const order: Order = [];
    await using app = await createTestHttp((routes) =>
      routes.get(
        '/',
        { guards: [{ name: 'guard', check: () => void order.push('guard') }], middleware: [(_request, _services, next) => (order.push('plain'), next())] },
        noContent,
      ),
    );
    await app.request('GET', '/');
    expect(order).toEqual(['plain', 'guard']);
  });
});

describe('onRequest', () => {
  it('answers by returning a result, at once or later, and refuses by throwing', async () => {
    const answering = (onRequest: () => unknown): Middleware => defineMiddleware({ name: 'answer', phase: 'cache', onRequest });
    await using app = await createTestHttp((routes) => {
      routes.get('/now', { middleware: [answering(() => ({ from: 'cache' }))] }, () => 'never');
      routes.get('/later', { middleware: [answering(async () => 'later')] }, () => 'never');
      routes.get('/on', { middleware: [answering(async () => undefined)] }, () => 'handler');
      routes.get(
        '/no',
        {
          middleware: [
            answering(() => {
              throw forbidden('No.');
            }),
          ],
        },
        () => 'never',
      );
    });
    expect((await app.request('GET', '/now')).json).toEqual({ from: 'cache' });
    expect((await app.request('GET', '/later')).text).toBe('later');
    expect((await app.request('GET', '/on')).text).toBe('handler');
    expect((await app.request('GET', '/no')).json).toMatchObject({ status: 403, detail: 'No.' });
  });

  it('that asks for services gets those of the unit of work', async () => {
    await using app = await createTestHttp((routes) =>
      routes.get(
        '/',
        { middleware: [defineMiddleware({ name: 'ask', phase: 'handler', onRequest: (_request, services) => Object.keys(services).includes('none') })] },
        noContent,
      ),
    );
    expect((await app.request('GET', '/')).text).toBe('false');
  });
});

describe('around', () => {
  it('wraps results and errors, and may call next once', async () => {
    const { logger, lines } = recordLog();
    const around = (name: string, wrap: (next: () => unknown) => unknown): Middleware =>
      defineMiddleware({ name, phase: 'handler', around: (_request, next) => wrap(next) });
    await using app = await createTestHttp(
      (routes) => {
        routes.get('/changed', { middleware: [around('shout', (next) => `${String(next())}!`)] }, () => 'hi');
        routes.get('/kept', { middleware: [around('forget', (next) => void next())] }, () => 'kept');
        routes.get('/twice', { middleware: [around('twice', (next) => [next(), next()])] }, () => 'hi');
      },
      { logger },
    );
    expect((await app.request('GET', '/changed')).text).toBe('hi!');
    expect((await app.request('GET', '/kept')).text).toBe('kept');
    expect((await app.request('GET', '/twice')).status).toBe(500);
    expect(String(lines[0]?.fields['error'])).toContain('The middleware twice called next() twice');
  });
});

describe('onResponse', () => {
  it('sees errors as responses, and changes status, headers and body', async () => {
    const seen: unknown[] = [];
    const change = defineMiddleware({
      name: 'change',
      phase: 'egress',
      async onResponse(_request, response) {
        seen.push([response.status, response.problem?.code, response.error instanceof Error ? response.error.message : '']);
        response.headers.set('X-Changed', 1);
        if (response.status !== 404) return;
        response.headers.set('content-type', 'text/plain');
        Object.assign(response, { status: 410, body: 'gone' });
      },
    });
    await using app = await createTestHttp(
      (routes) => {
        routes.group('/', { middleware: [change] }, (inner) => {
          inner.get('/ok', () => ({ ok: true }));
          inner.get('/fails', () => Promise.reject(new Error('inside')));
        });
      },
      { setup: (application) => application.tap('http:middleware', (stack) => stack.use(change)) },
    );
    const ok = await app.request('GET', '/ok');
    expect([ok.status, ok.json, ok.headers.get('x-changed')]).toEqual([200, { ok: true }, '1']);
    const gone = await app.request('GET', '/none');
    expect([gone.status, gone.text, gone.headers.get('content-length')]).toEqual([410, 'gone', '4']);
    expect((await app.request('GET', '/fails')).headers.get('x-changed')).toBe('1');
    expect(seen).toContainEqual([500, expect.stringMatching(/^OXI_/), 'inside']);
  });

  it('that throws makes a result a 500, and leaves an error as it is', async () => {
    const { logger, lines } = recordLog();
    const broken = defineMiddleware({
      name: 'broken',
      phase: 'egress',
      onResponse(request) {
        if (request.path === '/later') return Promise.reject(new Error('broken later'));
        throw new Error('broken');
      },
    });
    await using app = await createTestHttp(
      (routes) => {
        routes.get('/', { middleware: [broken] }, () => 'ok');
        routes.get('/refused', { middleware: [broken] }, () => Promise.reject(forbidden()));
        routes.get('/later', { middleware: [broken] }, () => 'ok');
      },
      { logger },
    );
    expect((await app.request('GET', '/')).status).toBe(500);
    expect((await app.request('GET', '/refused')).status).toBe(403);
    expect((await app.request('GET', '/later')).status).toBe(500);
    expect(lines.map(({ message }) => message)).toContain('a middleware failed on the way out');
  });

  it('that throws keeps no outer one from its part in an error', async () => {
    const broken = defineMiddleware({ name: 'broken', phase: 'handler', onResponse: () => Promise.reject(new Error('broken')) });
    const outer = defineMiddleware({ name: 'outer', phase: 'egress', onResponse: (_request, response) => response.headers.set('x-outer', 'yes') });
    await using app = await createTestHttp((routes) => routes.get('/', { middleware: [outer, broken] }, () => 'ok'));
    const { status, headers } = await app.request('GET', '/');
    expect([status, headers.get('x-outer')]).toEqual([500, 'yes']);
  });
});

describe('headers', () => {
  it('stand on every response, below what is set for one', async () => {
    const outer = defineMiddleware({ name: 'outer', phase: 'edge', headers: { 'X-A': 'outer', 'x-b': 'outer', 'x-c': 'outer' } });
    const inner = defineMiddleware({ name: 'inner', phase: 'handler', headers: { 'x-b': 'inner' } });
    await using app = await createTestHttp((routes) =>
      routes.get('/', { middleware: [inner, outer] }, (request) => {
        request.responseHeaders.set('x-c', 'handler');
        return 'ok';
      }),
    );
    const { headers } = await app.request('GET', '/');
    expect(['x-a', 'x-b', 'x-c'].map((name) => headers.get(name))).toEqual(['outer', 'inner', 'handler']);
  });
});

describe('onFinish', () => {
  it('tells how a response ended; one that throws is logged and keeps no other from being told', async () => {
    const outcomes: ResponseOutcome[] = [];
    const { logger, lines } = recordLog();
    const tell = defineMiddleware({ name: 'tell', phase: 'edge', onFinish: (_request, outcome) => void outcomes.push(outcome) });
    const broken = defineMiddleware({
      name: 'broken',
      phase: 'handler',
      onFinish: () => {
        throw new Error('broken');
      },
    });
    await using app = await createTestHttp(
      (routes) => {
        routes.group('/', { middleware: [tell, broken] }, (inner) => {
          inner.get('/ok', () => 'ok');
          inner.get('/stream', () => new Response('text', { status: 201 }));
          inner.get('/refused', () => Promise.reject(forbidden()));
          inner.get('/breaks', () => new ReadableStream({ pull: (controller) => controller.error(new Error('half way')) }));
        });
      },
      { logger },
    );
    await app.request('GET', '/ok');
    await app.request('GET', '/stream');
    await app.request('GET', '/refused');
    await app.request('GET', '/breaks').catch(() => undefined);
    await expect
      .poll(() => outcomes.map(({ status, isAborted }) => `${status} ${isAborted}`).toSorted())
      .toEqual(['200 false', '200 true', '201 false', '403 false']);
    expect(lines.map(({ message }) => message)).toContain('a middleware failed after the response');
  });
});

describe('forRoute', () => {
  it('decides once per route, at boot', async () => {
    const asked: string[] = [];
    const choosy = defineMiddleware({
      name: 'choosy',
      phase: 'policy',
      forRoute(route) {
        asked.push(route.path);
        return route.declaration.tags?.includes('marked') === true ? { headers: { 'x-marked': 'yes' } } : undefined;
      },
    });
    await using app = await createTestHttp(
      (routes) => {
        routes.get('/marked', { tags: ['marked'] }, () => 'ok');
        routes.get('/plain', () => 'ok');
      },
      { setup: (application) => application.tap('http:middleware', (stack) => stack.use(choosy)) },
    );
    expect((await app.request('GET', '/marked')).headers.get('x-marked')).toBe('yes');
    expect((await app.request('GET', '/plain')).headers.has('x-marked')).toBe(false);
    await app.request('GET', '/marked');
    expect(asked.toSorted()).toEqual(['/**', '/marked', '/plain']);
  });
});

describe('defineRequestValue', () => {
  it('hands typed values from one part to another', async () => {
    const nonce = defineRequestValue<string>('nonce');
    await using app = await createTestHttp((routes) => {
      routes.get('/set', { middleware: [defineMiddleware({ name: 'set', phase: 'edge', onRequest: (request) => nonce.set(request, 'abc') })] }, (request) =>
        nonce.get(request),
      );
      routes.get('/unset', (request) => nonce.get(request) ?? 'none');
    });
    expect((await app.request('GET', '/set')).text).toBe('abc');
    expect((await app.request('GET', '/unset')).text).toBe('none');
  });
});
