/** Bodies of requests: kinds, limits, and what is wrong with them. */
import { deepStrictEqual as equal, match } from 'node:assert/strict';
import { LARGE_BYTES } from '../application.ts';
import { describeCases } from '../support/contract-case.ts';
import type { Target } from '../support/target.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

async function codeOf(target: Target, path: string, init: RequestInit): Promise<readonly [number, string]> {
  const response = await target.request(path, { method: 'POST', ...init });
  const { code } = (await response.json()) as { code: string };
  return [response.status, code];
}

/** Sends a body of which a part is missing, in chunks, and then the rest. */
function createStream(...chunks: readonly Uint8Array[]): RequestInit {
  return {
    body: new ReadableStream({
      start: (controller) => {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    }),
    duplex: 'half',
  };
}

/** The cases of bodies. */
export const bodyCases = describeCases('a body', {
  'of JSON is validated, and what is not declared is left out': async ({ request }) => {
    const response = await request('/items', { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ name: 'é', count: 2, more: true }) });
    equal([response.status, response.headers.get('location'), await response.json()], [201, '/items/%C3%A9', { name: 'é', count: 2 }]);
  },
  'that does not fit is a 422 that names each place': async ({ request }) => {
    const response = await request('/items', { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ name: '', count: -1 }) });
    const { errors } = (await response.json()) as { errors: { in: string; path: string }[] };
    equal([response.status, errors.map((issue) => `${issue.in} ${issue.path}`)], [422, ['body /name', 'body /count']]);
  },
  'that is no JSON is a 400': async (target) =>
    equal(await codeOf(target, '/items', { headers: JSON_TYPE, body: '{"name":' }), [400, 'OXI_HTTP_BODY_MALFORMED']),
  'that poisons prototypes is a 400': async (target) => {
    equal(await codeOf(target, '/items', { headers: JSON_TYPE, body: '{"name":"a","count":1,"__proto__":{}}' }), [400, 'OXI_HTTP_BODY_MALFORMED']);
  },
  'that is nested too deep is a 400': async (target) => {
    equal(await codeOf(target, '/items', { headers: JSON_TYPE, body: `${'['.repeat(100)}${']'.repeat(100)}` }), [400, 'OXI_HTTP_BODY_TOO_COMPLEX']);
  },
  'of another type is a 415': async (target) => equal((await codeOf(target, '/items', { headers: { 'content-type': 'text/csv' }, body: 'a' }))[0], 415),
  'that is missing is a 422': async ({ request }) => equal((await request('/items', { method: 'POST' })).status, 422),
  'of a form is converted': async ({ json }) => {
    const body = new URLSearchParams([
      ['name', 'Ada & é'],
      ['age', '36'],
      ['tag', 'a'],
      ['tag', 'b'],
    ]);
    equal(await json('/form', { method: 'POST', body }), { name: 'Ada & é', age: 36, tag: ['a', 'b'] });
  },
  'of text is text': async ({ json }) => equal(await json('/text', { method: 'POST', body: 'é€😀' }), { length: 4, body: 'é€😀' }),
  'of bytes is bytes': async ({ json }) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: new Uint8Array([1, 2, 255]) };
    equal(await json('/bytes', init), { bytes: 3, last: 255 });
  },
  'in chunks is the same as one with a length': async ({ json }) => {
    const init = { method: 'POST', headers: { 'content-type': 'text/plain' }, ...createStream(Buffer.from('one '), Buffer.from('two')) };
    equal(await json('/text', init), { length: 7, body: 'one two' });
  },
  'of several parts is split into fields and files': async ({ json }) => {
    const body = new FormData();
    body.append('title', 'A photo');
    body.append('photo', new Blob([new Uint8Array(100_000)], { type: 'image/png' }), 'photo.png');
    equal(await json('/upload', { method: 'POST', body }), { title: 'A photo', photo: { name: 'photo.png', size: 100_000 } });
  },
  'of several parts whose file is too large is a 413': async (target) => {
    const body = new FormData();
    body.append('title', 'A photo');
    body.append('photo', new Blob([new Uint8Array(1_100_000)]), 'photo.png');
    equal(await codeOf(target, '/upload', { body }), [413, 'OXI_HTTP_PART_TOO_LARGE']);
  },
  'that announces too much is a 413': async (target) => {
    equal(await codeOf(target, '/small', { headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(11) }), [413, 'OXI_HTTP_BODY_TOO_LARGE']);
  },
  'that turns out too large is a 413': async (target) => {
    const init = { headers: { 'content-type': 'text/plain' }, ...createStream(Buffer.from('12345678'), Buffer.from('9012')) };
    equal(await codeOf(target, '/small', init), [413, 'OXI_HTTP_BODY_TOO_LARGE']);
  },
  'of just the limit is taken': async ({ request }) => {
    equal(await (await request('/small', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '0123456789' })).text(), '0123456789');
  },
  'is read as a stream, however large': async ({ json }) => {
    equal(await json('/stream', { method: 'POST', body: new Uint8Array(LARGE_BYTES) }), { size: LARGE_BYTES });
    const chunk = new Uint8Array(65_536);
    equal(await json('/stream', { method: 'POST', ...createStream(chunk, chunk, chunk) }), { size: 196_608 });
  },
  'that nobody reads does not disturb the next request': async ({ open }) => {
    using socket = await open();
    socket.write('POST /unread HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\nhello');
    await socket.received(/unread$/);
    socket.write('GET /user/next HTTP/1.1\r\nhost: localhost\r\n\r\n');
    match(await socket.received(/"id":"next"/), /200 OK[^]*200 OK/);
  },
  'that is larger than the default limit is a 413': async (target) => {
    equal(await codeOf(target, '/text', { headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(1_048_577) }), [413, 'OXI_HTTP_BODY_TOO_LARGE']);
  },
});
