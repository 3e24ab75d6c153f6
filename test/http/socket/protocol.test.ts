import { defineSocket } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { clientFrame, closeFrame, type FrameOptions, OPCODE, readFrames } from '../support/web-socket-frames.ts';

const { continuation, text, binary, close, ping, pong } = OPCODE;
const MORE = { isFinal: false };
const GREEK = Buffer.from('κόσμε🚀');
const SURROGATE = Buffer.from('cebae1bdb9cf83cebcceb5eda080656469746564', 'hex');
const raw = defineSocket();

const frame = (opcode: number, payload?: Buffer | string, options?: FrameOptions): Buffer => clientFrame(opcode, payload, options);
const join = (...frames: readonly Buffer[]): Buffer => Buffer.concat(frames);
const many = (count: number, make: (index: number) => Buffer): Buffer => join(...Array.from({ length: count }, (_, index) => make(index)));
const pieces = (count: number): Buffer =>
  join(
    frame(text, 'a', MORE),
    many(count - 2, () => frame(continuation, 'b', MORE)),
    frame(continuation, 'c'),
  );

const seen: string[] = [];
let app: TestHttp;
let port: number;

beforeAll(async () => {
  const limits = { webSocketPayloadBytes: 100_000, webSocketFragments: 50 };
  app = await createTestHttp(
    (routes) => {
      routes.get('/', (request) => raw.accept(request, { message: ({ socket, message }) => socket.send(message) }));
      routes.get('/once', (request) =>
        raw.accept(request, {
          message({ socket, message }) {
            seen.push(String(message));
            socket.close();
          },
          close: ({ code }) => void seen.push(`closed ${code}`),
        }),
      );
    },
    { http: { host: '127.0.0.1', limits } },
  );
  await app.start();
  port = app.services.http.address?.port ?? 0;
});
afterAll(() => app.stop());

/** Shakes hands; what comes after it is in `received()`. */
async function shakeHands(more = '', start = 'GET / HTTP/1.1'): Promise<{ socket: Socket; head: string; received: () => Buffer }> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let bytes = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => (bytes = Buffer.concat([bytes, chunk])));
  socket.write(
    `${start}\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`,
  );
  await expect.poll(() => bytes.includes('\r\n\r\n'), { interval: 1 }).toBe(true);
  const end = bytes.indexOf('\r\n\r\n') + 4;
  return { socket, head: bytes.toString('latin1', 0, end), received: () => bytes.subarray(end) };
}

async function converse(bytes: Buffer | readonly Buffer[], expected: readonly string[]): Promise<void> {
  const { socket, received } = await shakeHands();
  for (const piece of Buffer.isBuffer(bytes) ? [bytes] : bytes) socket.write(piece);
  await expect.poll(() => readFrames(received()).length >= expected.length || socket.closed, { interval: 1 }).toBe(true);
  expect(readFrames(received())).toEqual(expected);
  if (expected.at(-1)?.startsWith('close') === true) await expect.poll(() => socket.readableEnded, { interval: 1 }).toBe(true);
}

// What ws 8 does with the same bytes, Autobahn's cases in short.
describe('a WebSocket', () => {
  it.each<readonly [what: string, bytes: Buffer | readonly Buffer[], expected: readonly string[]]>([
    ['text', frame(text, 'hi'), ['text hi']],
    ['text of no bytes', frame(text), ['text']],
    ['bytes that are no text', frame(binary, SURROGATE.subarray(0, 0)), ['binary']],
    ...[125, 126, 127, 65_535, 65_536, 100_000].map((size) => [`${size} bytes`, frame(binary, Buffer.alloc(size)), [`binary ${size}`]] as const),
    ['a length in more bytes than it needs', Buffer.from('81fe0002010203046968', 'hex').fill('696b', 8, 10, 'hex'), ['text hi']],
    ['a frame that comes byte by byte', [...frame(text, 'hello')].map((byte) => Buffer.from([byte])), ['text hello']],
    ['a ping', frame(ping, 'abc'), ['pong abc']],
    ['a ping of 125 bytes', frame(ping, 'x'.repeat(125)), ['pong 125']],
    ['ten pings', many(10, (index) => frame(ping, String(index))), Array.from({ length: 10 }, (_, index) => `pong ${index}`)],
    ['a pong that nobody asked for', join(frame(pong, 'x'), frame(text, 'hi')), ['text hi']],
    ['fragments', join(frame(text, 'a', MORE), frame(continuation, 'b', MORE), frame(continuation, 'c')), ['text abc']],
    ['fragments of no bytes', join(frame(text, '', MORE), frame(continuation, '', MORE), frame(continuation)), ['text']],
    ['a ping between fragments', join(frame(text, 'a', MORE), frame(ping, 'p'), frame(continuation, 'b')), ['pong p', 'text ab']],
    ['as many fragments as there may be', pieces(50), ['text 50']],
    ['a character in two fragments', join(frame(text, GREEK.subarray(0, 1), MORE), frame(continuation, GREEK.subarray(1))), [`text ${GREEK.toString()}`]],
    ['the last character', frame(text, Buffer.from('f48fbfbf', 'hex')), ['text \u{10FFFF}']],
  ])('takes %s', (_what, bytes, expected) => converse(bytes, expected));

  it.each<readonly [what: string, bytes: Buffer, code: number]>([
    ['a message that is too large', frame(binary, Buffer.alloc(100_001)), 1009],
    ['fragments that are too large together', join(frame(binary, Buffer.alloc(60_000), MORE), frame(continuation, Buffer.alloc(60_000))), 1009],
    ['a length that is claimed', frame(binary, 'x', { claimedBytes: 2 ** 40 }), 1009],
    ['a length beyond all', frame(binary, 'x', { claimedBytes: 2 ** 60 }), 1009],
    ['too many fragments', pieces(60), 1008],
    ['a ping of 126 bytes', frame(ping, 'x'.repeat(126)), 1002],
    ['a pong of 126 bytes', frame(pong, 'x'.repeat(126)), 1002],
    ['a ping in fragments', frame(ping, 'x', MORE), 1002],
    ['a close in fragments', frame(close, '', MORE), 1002],
    ...[1, 2, 4].map((reserved) => [`reserved bits ${reserved}`, frame(text, 'x', { reserved }), 1002] as const),
    ['a reserved bit in a ping', frame(ping, 'x', { reserved: 4 }), 1002],
    ['a reserved bit in a continuation', join(frame(text, 'x', MORE), frame(continuation, 'x', { reserved: 4 })), 1002],
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => [`opcode ${opcode}`, frame(opcode, 'x'), 1002] as const),
    ['text without a mask', frame(text, 'x', { isMasked: false }), 1002],
    ['a ping without a mask', frame(ping, 'x', { isMasked: false }), 1002],
    ['a continuation of nothing', frame(continuation, 'x'), 1002],
    ['text within fragments', join(frame(text, 'x', MORE), frame(text, 'x')), 1002],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n'), 1002],
    ['half of a pair', frame(text, SURROGATE), 1007],
    ['half of a pair in fragments', join(frame(text, SURROGATE.subarray(0, 12), MORE), frame(continuation, SURROGATE.subarray(12))), 1007],
    ...['c3', 'c0af', 'e080af', 'f4908080', 'f888808080', 'fe', '80'].map((hex) => [`no UTF-8 (${hex})`, frame(text, Buffer.from(hex, 'hex')), 1007] as const),
    ['no UTF-8 at the end of fragments', join(frame(text, 'x', MORE), frame(continuation, Buffer.from([0xc3]))), 1007],
    ['a reason that is no UTF-8', closeFrame(1000, SURROGATE), 1007],
    ['a reason that is too long', closeFrame(1000, 'x'.repeat(124)), 1002],
    ['half of a code', frame(close, 'x'), 1002],
    ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535].map((code) => [`code ${code}`, closeFrame(code), 1002] as const),
  ])('is closed on %s', (_what, bytes, code) => converse(bytes, [`close ${code}`]));

  it.each<readonly [what: string, bytes: Buffer, expected: string]>([
    ['no code', frame(close), 'close'],
    ['a reason', closeFrame(1000, 'x'.repeat(123)), 'close 1000'],
    ...[1000, 1001, 1003, 1007, 1011, 1014, 3000, 4999].map((code) => [`code ${code}`, closeFrame(code), `close ${code}`] as const),
    ['half of a message', join(frame(text, 'x', MORE), closeFrame(1000)), 'close 1000'],
    ['something behind it', join(closeFrame(1000), frame(text, 'late'), Buffer.alloc(100, 0x55)), 'close 1000'],
  ])('that is closed with %s is closed in the same way', (_what, bytes, expected) => converse(bytes, [expected]));

  it('that is closed on one side is closed on the other', async () => {
    const { socket, received } = await shakeHands();
    socket.end(frame(text, 'hi'));
    await expect.poll(() => socket.closed, { interval: 1 }).toBe(true);
    expect(readFrames(received())).toEqual(['text hi']);
  });
});

describe('a WebSocket that the server closes', () => {
  it('hands over nothing that its client sends afterwards, however long that takes to say goodbye', async () => {
    const { socket, received } = await shakeHands('', 'GET /once HTTP/1.1');
    socket.write(frame(text, 'first'));
    await expect.poll(() => readFrames(received()), { interval: 1 }).toEqual(['close 1000']);
    socket.write(join(frame(text, 'late'), frame(ping, 'p'), closeFrame(1000)));
    await expect.poll(() => socket.closed, { interval: 1 }).toBe(true);
    await expect.poll(() => seen, { interval: 1 }).toEqual(['first', 'closed 1000']); // the client may be told before the application
  });
});

describe('a handshake', () => {
  it.each([
    ['with a body', 'content-length: 5\r\n', undefined, 426],
    ['with a body in chunks', 'transfer-encoding: chunked\r\n', undefined, 426],
    ['with a body of no bytes', 'content-length: 0\r\n', undefined, 101],
    ['of HTTP/1.0', '', 'GET / HTTP/1.0', 426],
    ['with another method', '', 'POST / HTTP/1.1', 405],
    ['with two keys', 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n', undefined, 400],
    ['of another version', 'sec-websocket-version: 12\r\n', undefined, 400],
    ['with a protocol twice', 'sec-websocket-protocol: a, a\r\n', undefined, 400],
    ['with two hosts', 'host: a\r\n', undefined, 400],
  ])('%s', async (_what, more, start, status) => {
    expect((await shakeHands(more, start)).head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});
