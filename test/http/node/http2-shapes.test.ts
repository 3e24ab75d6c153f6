import { text } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { createServer } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encode, FRAME, frame, PREFACE } from '../support/http2-frames.ts';
import { HTTP2_SHAPES } from '../support/http2-shapes.ts';

const OK = 0x88; // the index of ":status: 200"
const GET = { ':method': 'GET', ':scheme': 'http', ':authority': 'a', ':path': '/' };

const reached: string[] = [];
const seen: string[][] = [];
let app: TestHttp;
let port: number;
let barePort: number;

const bare = createServer()
  .on('session', (session) => session.on('error', () => undefined))
  .on('stream', (stream) => {
    stream
      .on('error', () => undefined)
      .on('end', () => {
        if (stream.closed || stream.destroyed) return;
        stream.respond({ ':status': 200 });
        stream.end('ok');
      });
    stream.resume();
  });

beforeAll(async () => {
  app = await createTestHttp(
    (routes) => {
      routes.get('/**', ({ url, headers }) => {
        seen.push(Object.keys(headers));
        return String(reached.push(url.pathname));
      });
      routes.post('/**', { body: text() }, ({ url }) => String(reached.push(url.pathname)));
    },
    { http: { listeners: [{ host: '127.0.0.1', port: 0, h2c: true }] } },
  );
  await app.start();
  port = app.services.http.address?.port ?? 0;
  await new Promise<void>((resolve) => void bare.listen(0, '127.0.0.1', resolve));
  barePort = (bare.address() as AddressInfo).port; // it listens on a port
});
afterAll(async () => {
  bare.close();
  await app.stop();
});

/** Sends bytes, and tells how they are first answered: by a response, by the end of the stream, or by that of the connection. */
function send(to: number, bytes: Buffer): Promise<'answered' | 'refused' | 'closed'> {
  return new Promise((resolve) => {
    const socket = connect(to, '127.0.0.1');
    let received = Buffer.alloc(0);
    const finish = (outcome: 'answered' | 'refused' | 'closed'): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.on('error', () => finish('closed'));
    socket.on('close', () => finish('closed'));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (; received.length >= 9 && received.length >= 9 + received.readUIntBE(0, 3); received = received.subarray(9 + received.readUIntBE(0, 3))) {
        const type = received.readUInt8(3);
        if (type === FRAME.goaway) finish('closed');
        if (type === FRAME.reset) finish('refused');
        if (type === FRAME.headers && received.readUInt8(9) !== 0x48) finish(received.readUInt8(9) === OK ? 'answered' : 'refused'); // 0x48: a status in text
        else if (type === FRAME.headers && received.subarray(10, 14).toString('latin1').includes('4')) finish('refused');
      }
    });
    socket.write(bytes);
  });
}

describe('over HTTP/2, a connection with', () => {
  it.each(HTTP2_SHAPES)('is %s: %s', async (outcome, _what, bytes) => {
    reached.length = 0;
    const found = await send(port, bytes);
    if (outcome === 'closed') expect(found).toBe('closed');
    if (outcome === 'answered') expect(found).toBe('answered');
    if (outcome === 'refused') {
      expect(found).not.toBe('answered');
      expect(reached).toEqual([]);
    }
    expect(await send(port, Buffer.concat([PREFACE, frame(FRAME.headers, 5, 1, encode(GET))]))).toBe('answered');
  });

  it('is answered by Node, too, wherever it is answered here', async () => {
    const refusedByNode: string[] = [];
    for (const [outcome, what, bytes] of HTTP2_SHAPES) if (outcome === 'answered' && (await send(barePort, bytes)) !== 'answered') refusedByNode.push(what);
    expect(refusedByNode).toEqual([]);
  });

  it.each([
    ['a colon in its name', 'a:b', 'y'],
    ['a space in its name', 'a b', 'y'],
    ['a NUL in its name', 'a\0', 'y'],
    ['no name', '', 'y'],
    ['a line break', 'x', 'y\r\nz: z'],
    ['a NUL', 'x', 'y\0'],
  ])('a header with %s never shows it to a handler', async (_what, name, value) => {
    seen.length = 0;
    await send(port, Buffer.concat([PREFACE, frame(FRAME.headers, 5, 1, encode({ ...GET, [name]: value }))]));
    expect(seen.flat()).toEqual(seen.length === 0 ? [] : ['host']);
  });
});
