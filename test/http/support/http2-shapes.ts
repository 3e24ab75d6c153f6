/** What clients of ill will send over HTTP/2, one connection a line. Source: RFC 9113, sections 4 to 8; RFC 7541. */
import { encode, encodeText, FLAG, FRAME, frame, MAGIC, PREFACE, setting, uint32 } from './http2-frames.ts';

/**
 * `answered`: the request has one meaning, and is answered. `refused`: it reaches no handler. `closed`: whatever was asked
 * before, the connection is given up.
 */
export type Http2Shape = readonly [outcome: 'answered' | 'refused' | 'closed', what: string, bytes: Buffer];

type Pairs = readonly (readonly [name: string, value: string])[];

const { data, headers, priority, reset, settings, push, ping, goaway, window, continuation } = FRAME;
const { end, endHeaders, padded } = FLAG;
const WHOLE = end | endHeaders;

const GET: Pairs = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':authority', 'a'],
  [':path', '/'],
];
const POST: Pairs = [[':method', 'POST'], ...GET.slice(1), ['content-type', 'text/plain']];

const after = (...frames: readonly Buffer[]): Buffer => Buffer.concat([PREFACE, ...frames]);
const many = (count: number, make: (index: number) => Buffer): Buffer => Buffer.concat(Array.from({ length: count }, (_, index) => make(index)));
const ask = (pairs: Pairs, streamId = 1): Buffer => frame(headers, WHOLE, streamId, encode(pairs));
const open = (pairs: Pairs = POST, streamId = 1): Buffer => frame(headers, endHeaders, streamId, encode(pairs));
const get = (...more: Pairs): Buffer => after(ask([...GET, ...more]));
/** A GET with another value, or without one. */
const but = (name: string, value?: string): Buffer =>
  after(ask(GET.flatMap((pair) => (pair[0] !== name ? [pair] : value === undefined ? [] : [[name, value] as const]))));
const post = (length: string, body = 'x'): Buffer => after(open([...POST, ['content-length', length]]), frame(data, end, 1, body));

const FRAMES: readonly Http2Shape[] = [
  ['closed', 'another preface', Buffer.from('PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n')],
  ['closed', 'HTTP/1.1', Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n')],
  ['closed', 'a request before the settings', Buffer.concat([MAGIC, ask(GET)])],
  ['closed', 'a request on stream 0', after(ask(GET, 0))],
  ['closed', 'a request on a stream of the server', after(ask(GET, 2))],
  ['closed', 'data on a stream that is idle', after(frame(data, end, 1, 'x'))],
  ['closed', 'data on stream 0', after(frame(data, end, 0, 'x'))],
  ['closed', 'data after the end of a stream', after(ask(POST), frame(data, end, 1, 'x'))],
  ['closed', 'a request on a stream that has ended', after(ask(GET), ask(GET))],
  ['closed', 'a reset of a stream that is idle', after(frame(reset, 0, 1, uint32(8)))],
  ['closed', 'a reset of stream 0', after(frame(reset, 0, 0, uint32(8)))],
  ['closed', 'a reset of three bytes', after(open(), frame(reset, 0, 1, 'abc'))],
  ['closed', 'a window for a stream that is idle', after(frame(window, 0, 1, uint32(1)))],
  ['closed', 'a window of 0 for the connection', after(frame(window, 0, 0, uint32(0)))],
  ['refused', 'a window of 0 for a stream', after(open(), frame(window, 0, 1, uint32(0)))],
  ['closed', 'a window that overflows', after(frame(window, 0, 0, uint32(0x7f_ff_ff_ff)))],
  ['refused', 'a window of a stream that overflows', after(open(), frame(window, 0, 1, uint32(0x7f_ff_ff_ff)))],
  ['closed', 'a window of three bytes', after(frame(window, 0, 0, 'abc'))],
  ['closed', 'a ping of three bytes', after(frame(ping, 0, 0, 'abc'))],
  ['closed', 'a ping on a stream', after(frame(ping, 0, 1, '12345678'))],
  ['closed', 'settings on a stream', after(frame(settings, 0, 1))],
  ['closed', 'settings of three bytes', after(frame(settings, 0, 0, 'abc'))],
  ['closed', 'a confirmation with settings', after(frame(settings, 1, 0, setting(3, 1)))],
  ['closed', 'a setting of 2 for yes or no', after(frame(settings, 0, 0, setting(2, 2)))],
  ['closed', 'a first window that overflows', after(frame(settings, 0, 0, setting(4, 0x80_00_00_00)))],
  ['closed', 'a frame size that is too small', after(frame(settings, 0, 0, setting(5, 100)))],
  ['closed', 'a frame size that is too large', after(frame(settings, 0, 0, setting(5, 0x1_00_00_00)))],
  ['answered', 'a setting that is unknown', after(frame(settings, 0, 0, setting(99, 5)), ask(GET))],
  ['closed', 'a goodbye on a stream', after(frame(goaway, 0, 1, Buffer.alloc(8)))],
  ['closed', 'a goodbye of three bytes', after(frame(goaway, 0, 0, 'abc'))],
  ['closed', 'a push by the client', after(frame(push, endHeaders, 1, Buffer.concat([uint32(2), encode(GET)])))],
  ['closed', 'a priority of three bytes', after(open(), frame(priority, 0, 1, 'abc'))],
  ['answered', 'a frame of unknown type', after(frame(99, 0, 0, 'abc'), ask(GET))],
  ['closed', 'a frame of unknown type within headers', after(frame(headers, end, 1, encode(GET)), frame(99, 0, 0, 'x'), frame(continuation, endHeaders, 1))],
  ['closed', 'a continuation of nothing', after(frame(continuation, endHeaders, 1, encode(GET)))],
  ['closed', 'a continuation of another stream', after(frame(headers, end, 1, encode(GET)), frame(continuation, endHeaders, 3))],
  ['closed', 'a continuation after the end', after(ask(GET), frame(continuation, endHeaders, 1))],
  ['closed', 'data within headers', after(frame(headers, 0, 1, encode(POST)), frame(data, end, 1, 'x'))],
  [
    'answered',
    'a continuation that begins anywhere',
    after(frame(headers, end, 1, encode(GET).subarray(0, 5)), frame(continuation, endHeaders, 1, encode(GET).subarray(5))),
  ],
  ['closed', 'data that is too long', after(open(), frame(data, end, 1, Buffer.alloc(16_385)))],
  ['closed', 'headers that are too long', after(frame(headers, WHOLE, 1, Buffer.alloc(16_385)))],
  ['closed', 'a length that is claimed', after(frame(data, end, 1, Buffer.alloc(10), 0xff_ff_ff))],
  ['closed', 'more padding than data', after(open(), frame(data, end | padded, 1, Buffer.from([10, 1, 2])))],
  ['closed', 'more padding than headers', after(frame(headers, WHOLE | padded, 1, Buffer.concat([Buffer.from([200]), encode(GET)])))],
  ['closed', 'padding without its length', after(open(), frame(data, end | padded, 1))],
  ['answered', 'padding', after(open(), frame(data, end | padded, 1, Buffer.from([2, 120, 0, 0])))],
];

const FLOODS: readonly Http2Shape[] = [
  [
    'closed',
    'continuations without end',
    after(
      frame(headers, end, 1, encode(GET)),
      many(2_000, () => frame(continuation, 0, 1, encode({ x: 'y'.repeat(50) }))),
    ),
  ],
  [
    'closed',
    'empty continuations without end',
    after(
      frame(headers, end, 1, encode(GET)),
      many(5_000, () => frame(continuation, 0, 1)),
    ),
  ],
  ['closed', 'settings without end', after(many(20_000, () => frame(settings, 0, 0, setting(3, 1))))],
  ['closed', 'pings without end', after(many(20_000, () => frame(ping, 0, 0, '12345678')))],
  [
    'closed',
    'empty data without end',
    after(
      open(),
      many(20_000, () => frame(data, 0, 1)),
    ),
  ],
  ['closed', 'priorities without end', after(many(20_000, (index) => frame(priority, 0, 1 + 2 * index, Buffer.alloc(5))))],
  ['closed', 'frames of unknown type without end', after(many(20_000, () => frame(77, 0, 0, 'x')))],
  [
    'closed',
    'requests that are taken back',
    after(many(2_000, (index) => Buffer.concat([ask(GET, 1 + 2 * index), frame(reset, 0, 1 + 2 * index, uint32(8))]))),
  ],
  [
    'closed',
    'requests that the server has to take back',
    after(many(2_000, (index) => Buffer.concat([open(POST, 1 + 2 * index), frame(window, 0, 1 + 2 * index, uint32(0))]))),
  ],
];

const COMPRESSION: readonly Http2Shape[] = [
  ['closed', 'headers that are garbage', after(frame(headers, WHOLE, 1, Buffer.alloc(20, 0xff)))],
  ['closed', 'an index of 0', after(frame(headers, WHOLE, 1, Buffer.from([0x80])))],
  ['closed', 'an index that is too large', after(frame(headers, WHOLE, 1, Buffer.from([0xff, 0x80, 1])))],
  ['closed', 'headers that break off', after(frame(headers, WHOLE, 1, encode(GET).subarray(0, 20)))],
  ['closed', 'a table that is too large', after(frame(headers, WHOLE, 1, Buffer.concat([Buffer.from([0x3f, 0xe1, 0xff, 3]), encode(GET)])))],
  ['closed', 'a table that changes at the end', after(frame(headers, WHOLE, 1, Buffer.concat([encode(GET), Buffer.from([0x20])])))],
  ['closed', 'a code that is none', after(frame(headers, WHOLE, 1, Buffer.concat([encode(GET), Buffer.from([0, 0x81, 0xff, 0x81, 0xff])])))],
  [
    'refused',
    'a header that stands for thousands',
    after(
      frame(headers, WHOLE, 1, Buffer.concat([encode(GET), Buffer.from([0x40]), encodeText('x'), encodeText('y'.repeat(3_000)), Buffer.alloc(3_000, 0xbe)])),
    ),
  ],
];

const REQUESTS: readonly Http2Shape[] = [
  ['answered', 'nothing strange', get()],
  ['refused', 'a name in upper case', get(['X-Upper', 'y'])],
  ['refused', 'a header of connections', get(['connection', 'close'])],
  ['refused', 'keep-alive', get(['keep-alive', 'x'])],
  ['refused', 'proxy-connection', get(['proxy-connection', 'x'])],
  ['refused', 'a transfer coding', after(ask([...POST, ['transfer-encoding', 'chunked']]))],
  ['refused', 'an upgrade', get(['upgrade', 'websocket'])],
  ['refused', 'te with a coding', get(['te', 'gzip'])],
  ['answered', 'te with trailers', get(['te', 'trailers'])],
  ['refused', 'no method', but(':method')],
  ['refused', 'no scheme', but(':scheme')],
  ['refused', 'no path', but(':path')],
  ['refused', 'no host', but(':authority')],
  ['refused', 'an empty path', but(':path', '')],
  ['refused', 'a path without slash', but(':path', 'x')],
  ['refused', 'an asterisk with GET', but(':path', '*')],
  ['refused', 'a fragment', but(':path', '/a#b')],
  ['refused', 'a space in the path', but(':path', '/a b')],
  ['refused', 'a NUL in the path', but(':path', '/a\0b')],
  ['refused', 'a CR in the path', but(':path', '/a\rb')],
  ['refused', 'a path that is not ASCII', but(':path', '/\xe9')],
  ['refused', 'a path with a host', but(':path', 'http://a/')],
  ['refused', 'two methods', get([':method', 'GET'])],
  ['refused', 'two paths', get([':path', '/x'])],
  ['refused', 'two authorities', get([':authority', 'b'])],
  ['refused', 'two schemes', get([':scheme', 'http'])],
  ['refused', 'a pseudo-header that is unknown', get([':own', 'x'])],
  ['refused', 'a status', get([':status', '200'])],
  ['refused', 'a protocol without CONNECT', get([':protocol', 'websocket'])],
  ['refused', 'a pseudo-header after a header', after(ask([['x', 'y'], ...GET]))],
  ['refused', 'a method that is none', but(':method', 'G T')],
  ['refused', 'an empty method', but(':method', '')],
  ['refused', 'a scheme that is none', but(':scheme', 'h t')],
  ['answered', 'a host without authority', after(ask([...GET.filter(([name]) => name !== ':authority'), ['host', 'a']]))],
  ['answered', 'a host that is the authority', get(['host', 'a'])],
  ['refused', 'a host that is another', get(['host', 'b'])],
  ['refused', 'two hosts', get(['host', 'a'], ['host', 'b'])],
  ['refused', 'a user in the authority', but(':authority', 'u@a')],
  ['refused', 'a path in the authority', but(':authority', 'a/b')],
  ['refused', 'an empty authority', but(':authority', '')],
  [
    'refused',
    'CONNECT',
    after(
      ask([
        [':method', 'CONNECT'],
        [':authority', 'a:80'],
      ]),
    ),
  ],
  ['refused', 'CONNECT with a path', but(':method', 'CONNECT')],
  ['refused', 'CONNECT for a WebSocket', after(ask([[':method', 'CONNECT'], ...GET.slice(1), [':protocol', 'websocket']]))],
  ['answered', 'a length', post('1')],
  ['refused', 'a body that is shorter than its length', post('5')],
  ['refused', 'a body that is longer than its length', post('1', 'xyz')],
  ['refused', 'a length without a body', after(ask([...POST, ['content-length', '5']]))],
  ['refused', 'two lengths', after(open([...POST, ['content-length', '1'], ['content-length', '1']]), frame(data, end, 1, 'x'))],
  ['refused', 'a length with a sign', post('+1')],
  ['refused', 'a negative length', post('-1')],
  ['refused', 'a list of lengths', post('1, 1')],
  ['refused', 'a length that overflows', post('99999999999999999999')],
  ['answered', 'trailers', after(open(), frame(data, 0, 1, 'x'), ask([['x', 'y']]))],
  ['refused', 'trailers that do not end the stream', after(open(), frame(data, 0, 1, 'x'), open([['x', 'y']]))],
  ['refused', 'a pseudo-header in trailers', after(open(), frame(data, 0, 1, 'x'), ask([[':path', '/']]))],
  ['refused', 'a length in trailers', after(open(), frame(data, 0, 1, 'x'), ask([['content-length', '5']]))],
  ['answered', 'an expectation', after(open([...POST, ['expect', '100-continue']]), frame(data, end, 1, 'x'))],
  ['refused', 'another expectation', get(['expect', '200-ok'])],
  ['refused', 'too many headers', get(...Array.from({ length: 200 }, (_, index) => [`x${index}`, 'y'] as const))],
];

/** All of them. */
export const HTTP2_SHAPES: readonly Http2Shape[] = [...FRAMES, ...FLOODS, ...COMPRESSION, ...REQUESTS];
