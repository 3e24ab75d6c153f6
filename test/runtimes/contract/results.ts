/** What handlers return, as it arrives. */
import { deepStrictEqual as equal, match, rejects } from 'node:assert/strict';
import { LARGE_BYTES } from '../application.ts';
import { describeCases } from '../support/contract-case.ts';

/** The cases of results. */
export const resultCases = describeCases('a result', {
  'that is text leaves as text, with its length': async ({ request }) => {
    const response = await request('/');
    equal([response.status, response.headers.get('content-type'), response.headers.get('content-length')], [200, 'text/plain; charset=utf-8', '13']);
    equal(await response.text(), 'Hello, world!');
  },
  'that is an object leaves as JSON in UTF-8': async ({ request }) => {
    const response = await request('/json');
    equal(response.headers.get('content-type'), 'application/json');
    equal(await response.json(), { ok: true, list: [1, 2], text: 'é€😀' });
  },
  'of an asynchronous handler is the same': async ({ json }) => equal(await json('/async'), { later: true }),
  'that is null is JSON, and nothing is a 204 without length': async ({ request }) => {
    equal(await (await request('/null')).text(), 'null');
    for (const path of ['/nothing', '/no-content']) {
      const response = await request(path);
      equal([response.status, response.headers.get('content-length'), await response.text()], [204, null, '']);
    }
  },
  'that is bytes arrives byte by byte': async ({ request }) => {
    const response = await request('/bytes');
    equal(response.headers.get('content-type'), 'application/octet-stream');
    equal([...new Uint8Array(await response.arrayBuffer())], [0, 1, 2, 254, 255]);
  },
  'can name status, headers and place': async ({ request }) => {
    const made = await request('/created');
    equal([made.status, made.headers.get('location'), await made.json()], [201, '/json', { id: 7 }]);
    const redirected = await request('/redirect');
    equal([redirected.status, redirected.headers.get('location')], [303, '/json']);
    const replied = await request('/reply');
    equal([replied.status, replied.headers.get('x-one'), replied.headers.get('content-type'), await replied.text()], [202, '1', 'text/x-own', 'short']);
  },
  'can be a web response': async ({ request }) => {
    const response = await request('/response');
    equal([response.status, response.headers.get('x-web'), await response.text()], [203, 'yes', 'web']);
  },
  'leaves without what its schema does not declare': async ({ json }) => equal(await json('/stripped'), { id: 1 }),
  'can be a web stream, a stream of Node or an iterable': async ({ request }) => {
    equal(await (await request('/web-stream')).text(), 'one two three');
    equal(await (await request('/node-stream')).text(), 'four five');
    equal(await (await request('/iterable')).text(), 'six seven');
  },
  'can be large, at once or as a stream': async ({ request }) => {
    equal((await (await request('/large', { headers: { 'accept-encoding': 'identity' } })).arrayBuffer()).byteLength, LARGE_BYTES);
    equal((await (await request('/large-stream')).arrayBuffer()).byteLength, LARGE_BYTES);
  },
  'whose stream fails breaks the connection off, so that nobody takes it for complete': async ({ request }) => {
    await rejects(async () => await (await request('/broken-stream')).text());
  },
  'is compressed for those who accept it': async ({ request }) => {
    const response = await request('/large', { headers: { 'accept-encoding': 'gzip' } });
    equal([response.headers.get('content-encoding'), response.headers.get('vary')?.includes('accept-encoding')], ['gzip', true]);
    equal((await response.text()).length, LARGE_BYTES);
  },
  'of an h3 handler is served beside the routes': async ({ json }) => equal(await json('/h3/ada'), { from: 'h3', name: 'ada' }),
});

/** The cases of HEAD, OPTIONS and what is not there. */
export const methodCases = describeCases('a method', {
  'HEAD has the headers of GET, its length among them, and no body': async ({ exchange }) => {
    const answer = await exchange('HEAD / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    match(answer, /^HTTP\/1\.1 200 OK\r\n/);
    match(answer, /\r\ncontent-length: 13\r\n/i);
    match(answer, /\r\n\r\n$/);
  },
  'HEAD does not read a stream': async ({ exchange }) => {
    match(await exchange('HEAD /large-stream HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/);
  },
  'OPTIONS tells the methods of a path': async ({ request }) => {
    const response = await request('/items', { method: 'OPTIONS' });
    equal([response.status, response.headers.get('allow')], [204, 'OPTIONS, POST, PUT']);
  },
  'OPTIONS asks for the server as a whole with an asterisk': async ({ exchange }) => {
    const answer = await exchange('OPTIONS * HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    match(answer, /^HTTP\/1\.1 204 /);
    match(answer, /\r\nallow: GET, HEAD/i);
  },
  'that a path does not have is a 405 that tells those it has': async ({ request }) => {
    const response = await request('/items', { method: 'DELETE' });
    equal([response.status, response.headers.get('allow')], [405, 'OPTIONS, POST, PUT']);
    match(await response.text(), /OXI_HTTP_METHOD_NOT_ALLOWED/);
  },
  'that nobody knows is no 500': async ({ exchange }) => {
    const answer = await exchange('PURGE / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    match(answer, /^HTTP\/1\.1 4\d\d /);
  },
  'CONNECT is refused': async ({ exchange }) => {
    match(await exchange('CONNECT example.org:443 HTTP/1.1\r\nhost: example.org:443\r\nconnection: close\r\n\r\n'), /^HTTP\/1\.1 400 /);
  },
  'PUT and POST of one path are two routes': async ({ request, json }) => {
    const init = { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'a', count: 1 }) };
    equal((await request('/items', { method: 'POST', ...init })).status, 201);
    equal(await json('/items', { method: 'PUT', ...init }), { name: 'a', count: 1 });
  },
});
