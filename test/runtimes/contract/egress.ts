/** Middleware and errors: what every response has, whoever made it. */
import { deepStrictEqual as equal, match, ok } from 'node:assert/strict';
import { describeCases } from '../support/contract-case.ts';

const INWARDS = 'egress, edge, identity, policy, cache, handler';

/** The cases of middleware and errors. */
export const egressCases = describeCases('the way out', {
  'is the reverse of the way in': async ({ request }) => {
    const { headers } = await request('/phases/ok');
    equal([headers.get('x-in'), headers.get('x-out')], [INWARDS, INWARDS.split(', ').toReversed().join(', ')]);
  },
  'is the same for errors': async ({ request }) => {
    const { headers, status } = await request('/phases/fails');
    equal([status, headers.get('x-in'), headers.get('x-out')], [409, INWARDS, INWARDS.split(', ').toReversed().join(', ')]);
  },
  'gives every response an id and security headers': async ({ request }) => {
    for (const path of ['/', '/nowhere', '/crash', '/h3/x', '/files/letters.txt']) {
      const { headers } = await request(path);
      match(headers.get('x-request-id') ?? '', /^[\w-]{8,}$/, path);
      equal(headers.get('x-content-type-options'), 'nosniff', path);
    }
  },
  'gives CORS headers to allowed origins, errors included': async ({ request }) => {
    for (const path of ['/json', '/crash', '/nowhere']) {
      equal((await request(path, { headers: { origin: 'https://app.example' } })).headers.get('access-control-allow-origin'), 'https://app.example', path);
      equal((await request(path, { headers: { origin: 'https://evil.example' } })).headers.get('access-control-allow-origin'), null, path);
    }
  },
  'answers preflights': async ({ request }) => {
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'PUT' };
    const response = await request('/items', { method: 'OPTIONS', headers });
    equal([response.status, response.headers.get('access-control-allow-methods')?.includes('PUT')], [204, true]);
  },
  'makes problems of errors that say what they are': async ({ request }) => {
    const response = await request('/conflict');
    const { status, detail, code } = (await response.json()) as Record<string, unknown>;
    equal(
      [response.status, response.headers.get('content-type'), status, detail, code],
      [409, 'application/problem+json', 409, 'It is taken.', 'OXI_HTTP_CONFLICT'],
    );
  },
  'tells nothing of errors that are nobody else’s business': async ({ request }) => {
    for (const path of ['/crash', '/crash-later']) {
      const response = await request(path);
      equal(response.status, 500);
      ok(!(await response.text()).includes('secret'));
    }
  },
  'lets no header break out of its line': async ({ exchange, request }) => {
    const answer = await exchange('GET /bad-header HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    ok(!/^break/m.test(answer) && !answer.includes(' 200 '));
    equal((await request('/')).status, 200);
  },
  'serves the documents of the API': async ({ json }) => {
    const { openapi, paths } = (await json('/openapi.json')) as { openapi: string; paths: Record<string, unknown> };
    equal([openapi.slice(0, 3), '/items' in paths], ['3.1', true]);
  },
  'tells whether the application is ready': async ({ request }) => equal((await request('/health/ready')).status, 200),
});

/** The cases of files. */
export const fileCases = describeCases('a file', {
  'is sent whole, with its type and validators': async ({ request }) => {
    const response = await request('/files/letters.txt');
    equal([response.headers.get('content-type'), response.headers.get('accept-ranges')], ['text/plain; charset=utf-8', 'bytes']);
    equal(await response.text(), '0123456789abcdefghijklmnopqrstuvwxyz');
  },
  'is sent in ranges': async ({ request }) => {
    const response = await request('/files/letters.txt', { headers: { range: 'bytes=10-12' } });
    equal([response.status, response.headers.get('content-range'), await response.text()], [206, 'bytes 10-12/36', 'abc']);
    const last = await request('/files/letters.txt', { headers: { range: 'bytes=-3' } });
    equal([last.status, last.headers.get('content-length'), await last.text()], [206, '3', 'xyz']);
  },
  'has no range beyond its end': async ({ request }) => {
    const response = await request('/files/letters.txt', { headers: { range: 'bytes=99-' } });
    equal([response.status, response.headers.get('content-range')], [416, 'bytes */36']);
  },
  'is not sent again to those who have it': async ({ request }) => {
    const etag = (await request('/files/letters.txt')).headers.get('etag') ?? '';
    const response = await request('/files/letters.txt', { headers: { 'if-none-match': etag } });
    equal([response.status, await response.text()], [304, '']);
  },
  'has a length for HEAD': async ({ request }) => {
    equal((await request('/files/letters.txt', { method: 'HEAD' })).headers.get('content-length'), '36');
  },
  'that is an index stands for its directory': async ({ request }) => match(await (await request('/files/')).text(), /<title>index/),
  'that is hidden, or outside, is not found': async ({ exchange }) => {
    for (const path of ['.hidden', '../application.ts', '%2e%2e/application.ts', '..%2fapplication.ts', '..%5capplication.ts', '%2e%2e%2fapplication.ts']) {
      match(await exchange(`GET /files/${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`), /^HTTP\/1\.1 40[04] /, path);
    }
  },
});
