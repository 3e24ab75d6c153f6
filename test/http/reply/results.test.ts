import { created, noContent, redirect, reply } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { recordLog } from '../support/recorded-log.ts';

/** Answers one request with `result`. */
async function answer(result: unknown): Promise<Response> {
  await using app = await createTestHttp((routes) => routes.get('/', () => result));
  return app.services.http.inject('/');
}

describe('a result', () => {
  it('that is text is sent as text', async () => {
    const response = await answer('Grüß Gott');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({ 'content-type': 'text/plain; charset=utf-8', 'content-length': '11' });
    expect(await response.text()).toBe('Grüß Gott');
  });

  it.each([[{ a: 1 }], [[1, 'b']], [7], [true], [null], [new Date(0)]])('that is %j is sent as JSON', async (value) => {
    const response = await answer(value);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe(JSON.stringify(value));
  });

  it('that is undefined is a 204', async () => {
    const response = await answer(undefined);
    expect([response.status, response.body, [...response.headers]]).toEqual([204, null, []]);
  });

  it('that is bytes is sent as an octet stream', async () => {
    const response = await answer(new Uint8Array([1, 2, 255]));
    expect(Object.fromEntries(response.headers)).toEqual({ 'content-type': 'application/octet-stream', 'content-length': '3' });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([1, 2, 255]));
  });

  it('that is a web stream, a Node stream or a generator is streamed', async () => {
    async function* generate(): AsyncGenerator<string> {
      yield 'a';
      yield 'b';
    }
    for (const stream of [ReadableStream.from([Buffer.from('ab')]), Readable.from([Buffer.from('a'), Buffer.from('b')]), generate()]) {
      const response = await answer(stream);
      expect(response.headers.get('content-type')).toBe('application/octet-stream');
      expect(await response.text()).toBe('ab');
    }
  });

  it('that is a Response is sent as it is', async () => {
    const response = await answer(new Response('teapot', { status: 418, headers: { 'x-a': '1' } }));
    expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([418, '1', 'teapot']);
    const empty = await answer(new Response(null, { status: 202 }));
    expect([empty.status, empty.headers.get('content-length')]).toEqual([202, '0']);
    expect((await answer(new Response(null, { status: 304 }))).headers.has('content-length')).toBe(false);
  });

  it.each([
    [() => 1, 'a function'],
    [Symbol('x'), 'a symbol'],
    [1n, 'a bigint'],
    [{ toJSON: () => undefined }, 'toJSON'],
  ])('that is %s is a 500', async (value, reason) => {
    const { logger, lines } = recordLog();
    await using app = await createTestHttp((routes) => routes.get('/', () => reply(value)), { logger });
    expect((await app.request('GET', '/')).status).toBe(500);
    expect(String(lines.at(-1)?.fields['error'])).toContain(reason);
  });

  it('that cannot be written as JSON is a 500', async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    expect((await answer(cyclic)).status).toBe(500);
  });
});

describe('reply', () => {
  it('sets status and headers', async () => {
    const response = await answer(
      reply(
        { a: 1 },
        { status: 202, headers: { 'x-one': '1', 'set-cookie': ['a=1', 'b=2'], vary: ['accept', 'origin'], 'content-type': 'application/vnd.shop+json' } },
      ),
    );
    expect([response.status, response.headers.get('x-one'), response.headers.getSetCookie(), response.headers.get('vary')]).toEqual([
      202,
      '1',
      ['a=1', 'b=2'],
      'accept, origin',
    ]);
    expect(response.headers.get('content-type')).toBe('application/vnd.shop+json');
  });

  it('cannot contradict the length of the body', async () => {
    expect((await answer(reply('abc', { headers: { 'content-length': '1' } }))).headers.get('content-length')).toBe('3');
  });

  it('without a body is a 204, unless it has a status', async () => {
    expect((await answer(reply(undefined))).status).toBe(204);
    const accepted = await answer(reply(undefined, { status: 202 }));
    expect([accepted.status, accepted.headers.get('content-length')]).toEqual([202, '0']);
  });

  it('can hold a stream or a Response', async () => {
    const streamed = await answer(reply(ReadableStream.from([Buffer.from('x')]), { status: 206, headers: { 'content-type': 'text/csv' } }));
    expect([streamed.status, streamed.headers.get('content-type'), await streamed.text()]).toEqual([206, 'text/csv', 'x']);
    const wrapped = await answer(reply(new Response('x', { status: 201 }), { headers: { 'x-a': '1' } }));
    expect([wrapped.status, wrapped.headers.get('x-a')]).toEqual([201, '1']);
  });

  it('with a header that is not valid is a 500', async () => {
    expect((await answer(reply('x', { headers: { 'x-a': 'a\r\nset-cookie: b' } }))).status).toBe(500);
  });
});

describe('created, noContent and redirect', () => {
  it('have their statuses and locations', async () => {
    const made = await answer(created({ id: 1 }, '/articles/1'));
    expect([made.status, made.headers.get('location'), await made.json()]).toEqual([201, '/articles/1', { id: 1 }]);
    expect((await answer(created({ id: 1 }))).headers.has('location')).toBe(false);
    expect((await answer(noContent())).status).toBe(204);
    expect((await answer(redirect('/there'))).status).toBe(302);
    expect((await answer(redirect('/there', 308))).status).toBe(308);
  });

  it('encode what a header cannot hold', async () => {
    expect((await answer(redirect('/café\r\nset-cookie: a=b'))).headers.get('location')).toBe('/caf%C3%A9%0D%0Aset-cookie:%20a=b');
  });
});

describe('a Node stream', () => {
  it('may hold text, objects are no bytes', async () => {
    await using app = await createTestHttp((routes) => routes.get('/', () => Readable.from(['a', 'b'])));
    expect((await app.request('GET', '/')).text).toBe('ab');
  });

  it('sends its headers before its first byte', async () => {
    const stream = new Readable({ read: () => undefined });
    await using app = await createTestHttp((routes) => routes.get('/', () => stream));
    await app.start();
    const response = await fetch(app.services.http.address?.url ?? '');
    expect(response.status).toBe(200);
    stream.push('late');
    stream.push(null);
    expect(await response.text()).toBe('late');
  });
});

describe('request.responseHeaders', () => {
  it('keeps all values of one name, in the place of what the result implies', async () => {
    await using app = await createTestHttp((routes) =>
      routes.get('/', ({ responseHeaders }) => {
        responseHeaders.append('link', '</a>');
        responseHeaders.append('link', '</b>');
        responseHeaders.set('content-type', 'text/x-own');
        return 'text';
      }),
    );
    const { headers } = await app.request('GET', '/');
    expect([headers.get('link'), headers.get('content-type')]).toEqual(['</a>, </b>', 'text/x-own']);
  });

  it('are sent with any result and with errors', async () => {
    await using app = await createTestHttp((routes) => {
      routes.get(
        '/:what',
        { middleware: [(request, _services, next) => (request.responseHeaders.set('x-id', '7'), next())] },
        ({ params, responseHeaders }) => {
          responseHeaders.append('set-cookie', 'a=1');
          responseHeaders.append('set-cookie', 'b=2');
          if (params.what === 'error') throw new Error('x');
          return params.what === 'text' ? 'x' : new Response(params.what, { headers: { 'x-id': '6', 'set-cookie': 'c=3' } });
        },
      );
    });
    for (const what of ['text', 'response', 'error']) {
      const { headers } = await app.request('GET', `/${what}`);
      expect(headers.get('x-id')).toBe('7');
      expect(headers.getSetCookie()).toEqual(what === 'response' ? ['c=3', 'a=1', 'b=2'] : ['a=1', 'b=2']);
    }
  });
});

describe('request.event', () => {
  it('lets h3 utilities read the request and stage headers', async () => {
    const { getQuery, setCookie } = await import('h3');
    await using app = await createTestHttp((routes) => {
      routes.get('/', ({ event }) => {
        setCookie(event, 'theme', 'dark');
        return getQuery(event);
      });
    });
    const { headers, json } = await app.request('GET', '/?a=1');
    expect(json).toEqual({ a: '1' });
    expect(headers.getSetCookie()).toEqual(['theme=dark; Path=/']);
  });
});
