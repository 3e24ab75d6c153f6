/** What concerns connections: keeping, leaving, ending; events and WebSockets. */
import { deepStrictEqual as equal, match, ok, rejects } from 'node:assert/strict';
import { describeCases, eventually } from '../support/contract-case.ts';
import type { Target } from '../support/target.ts';
import { connectWebSocket } from '../support/web-socket-client.ts';

async function wasSeen(target: Target, what: string): Promise<void> {
  const all: unknown[] = [];
  await eventually(async () => {
    all.push(...((await target.json('/seen')) as unknown[]));
    return all.includes(what) ? what : undefined;
  });
}

/** The cases of connections. */
export const connectionCases = describeCases('a connection', {
  'is kept for the next request': async ({ open }) => {
    using socket = await open();
    for (const id of ['1', '2', '3']) {
      socket.write(`GET /user/${id} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
      await socket.received(new RegExp(`"id":"${id}"`));
    }
  },
  'is closed when the client asks for it': async ({ exchange }) => {
    match(await exchange('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'), /Hello, world!$/);
  },
  'answers pipelined requests in their order': async ({ open }) => {
    using socket = await open();
    socket.write(['/slow', '/user/2', '/'].map((path) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`).join(''));
    match(await socket.received(/Hello, world!$/), /slow[^]*"id":"2"[^]*Hello, world!$/);
  },
  'answers pipelined requests that are answered at once in their order': async ({ open }) => {
    using socket = await open();
    socket.write(['/user/1', '/user/2', '/'].map((path) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`).join(''));
    match(await socket.received(/Hello, world!$/), /"id":"1"[^]*"id":"2"[^]*Hello, world!$/);
  },
  'takes a body after it was asked to go on': async ({ open }) => {
    using socket = await open();
    socket.write('POST /text HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\ncontent-length: 5\r\nexpect: 100-continue\r\n\r\n');
    await socket.received(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
    socket.write('hello');
    match(await socket.received(/"hello"/), /200 OK/);
  },
  'that the client leaves aborts the signal of its request': async (target) => {
    const abort = new AbortController();
    const answer = target.request('/never', { signal: abort.signal });
    await wasSeen(target, 'started');
    abort.abort();
    await rejects(answer);
    await wasSeen(target, 'aborted');
  },
  'that breaks off in the middle of a body leaves the server as it was': async (target) => {
    using socket = await target.open();
    socket.write('POST /text HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\ncontent-length: 50\r\n\r\nhello');
    socket.socket.destroy();
    equal((await target.request('/')).status, 200);
  },
  'does not abort the signal of a request that was answered': async (target) => {
    const response = await target.request('/events');
    await response.text();
    ok(!((await target.json('/seen')) as string[]).includes('aborted'));
  },
});

/** The cases of events. */
export const eventCases = describeCases('events', {
  'arrive one after the other, with ids and the time to come back': async ({ request }) => {
    const response = await request('/events', { headers: { 'last-event-id': '4' } });
    equal(response.headers.get('content-type'), 'text/event-stream');
    equal(
      [...(await response.text()).matchAll(/id: ?(\d+)/g)].map(([, id]) => id),
      ['5', '6', '7'],
    );
  },
  'begin to arrive before they end, and end when the client leaves': async (target) => {
    const abort = new AbortController();
    const { body } = await target.request('/endless-events', { signal: abort.signal });
    let text = '';
    for await (const chunk of body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('{"n":1}')) break;
    }
    abort.abort();
    await wasSeen(target, 'left');
  },
});

/** The cases of WebSockets. */
export const socketCases = describeCases('a WebSocket', {
  'carries messages that fit their schemas': async ({ url }) => {
    using client = await connectWebSocket(`${url}/chat`);
    equal(await client.next(), '{"text":"welcome"}');
    client.socket.send('{"text":"hello"}');
    equal(await client.next(), '{"text":"hello"}');
  },
  'is closed with 1007 when a message does not fit': async ({ url }) => {
    using client = await connectWebSocket(`${url}/chat`);
    client.socket.send('{"text":7}');
    equal((await client.closed).code, 1007);
  },
  'carries text and bytes': async ({ url }) => {
    using client = await connectWebSocket(`${url}/raw-socket`);
    client.socket.send('text');
    equal(await client.next(), 'text');
    client.socket.send(new Uint8Array([1, 2, 3]));
    equal([...new Uint8Array((await client.next()) as ArrayBuffer)], [1, 2, 3]);
  },
  'agrees on a subprotocol': async ({ url }) => {
    using client = await connectWebSocket(`${url}/raw-socket`, ['v1', 'v0']);
    equal(client.socket.protocol, 'v1');
  },
  'publishes to the others of its topic and path only': async ({ url }) => {
    using first = await connectWebSocket(`${url}/chat`);
    using second = await connectWebSocket(`${url}/chat`);
    using other = await connectWebSocket(`${url}/other-chat`);
    await Promise.all([first.next(), second.next()]);
    first.socket.send('{"text":"publish"}');
    equal(await second.next(), '{"text":"published"}');
    first.socket.send('{"text":"after"}');
    equal(await first.next(), '{"text":"after"}');
    const heard = await Promise.race([other.next(), Promise.resolve('nothing')]);
    equal(heard, 'nothing');
  },
  'tells its handler how it was closed': async (target) => {
    using client = await connectWebSocket(`${target.url}/chat`);
    client.socket.close(4001, 'enough');
    await wasSeen(target, 'closed 4001');
  },
  'is closed with 1009 when a message is too large': async ({ url }) => {
    using client = await connectWebSocket(`${url}/raw-socket`);
    client.socket.send('x'.repeat(65_537));
    equal((await client.closed).code, 1009);
  },
  'is refused by guards like a request': async ({ url }) => {
    await rejects(connectWebSocket(`${url}/private-socket`));
  },
  'from a page of another origin is refused': async ({ open }) => {
    using socket = await open();
    const headers = ['host: localhost', 'origin: https://evil.example', 'connection: upgrade', 'upgrade: websocket', 'sec-websocket-version: 13'];
    socket.write(`GET /chat HTTP/1.1\r\n${headers.join('\r\n')}\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
    match(await socket.received(/\r\n\r\n/), /^HTTP\/1\.1 403 /);
  },
  'is asked for by the right request only': async ({ request }) => equal((await request('/chat')).status, 426),
});

/** The cases of the end; each has a server of its own. */
export const drainCases = describeCases('a server that ends', {
  'lets requests finish, accepts no more, and exits with 0': async ({ start }) => {
    const server = await start();
    const answer = server.request('/slow');
    await eventually(async () => ((await server.request('/')).ok ? true : undefined));
    server.signal();
    equal(await (await answer).text(), 'slow');
    equal(await server.exited, 0);
    await rejects(server.request('/'));
  },
  'ends streams of events, so that clients come back elsewhere': async ({ start }) => {
    const server = await start();
    const { body } = await server.request('/endless-events');
    let text = '';
    for await (const chunk of body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('{"n":1}')) server.signal();
    }
    equal(await server.exited, 0);
  },
  'says goodbye on WebSockets': async ({ start }) => {
    const server = await start();
    using client = await connectWebSocket(`${server.url}/chat`);
    await client.next();
    server.signal();
    equal((await client.closed).code, 1012);
    equal(await server.exited, 0);
  },
  'breaks off what takes too long': async ({ start }) => {
    const server = await start();
    const answer = server.request('/never');
    const refused = rejects(async () => await (await answer).text());
    await wasSeen(server, 'started');
    server.signal();
    await refused;
    equal(await server.exited, 0);
  },
  'does not wait for idle connections': async ({ start }) => {
    const server = await start();
    using idle = await server.open();
    idle.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await idle.received(/Hello, world!$/);
    using _silent = await server.open();
    const startMs = performance.now();
    equal(await server.stop(), 0);
    ok(performance.now() - startMs < 1_500);
  },
});
