/** How requests are understood: paths, queries, headers, cookies. */
import { deepStrictEqual as equal, match, ok } from 'node:assert/strict';
import { describeCases } from '../support/contract-case.ts';

const get = (target: string, headers = 'host: localhost'): string => `GET ${target} HTTP/1.1\r\n${headers}\r\nconnection: close\r\n\r\n`;

/** The cases of paths and queries. */
export const pathCases = describeCases('a path', {
  'gives parameters, decoded once': async ({ json }) => {
    equal(await json('/user/42?q=search'), { id: '42', q: 'search' });
    equal(await json('/user/%C3%A9%20%2541'), { id: 'é %41', q: null });
    equal(await json('/user/a%2Fb'), { id: 'a/b', q: null });
  },
  'with a constraint fits what the constraint allows': async ({ request, json }) => {
    equal(await json('/number/7'), { id: 7 });
    equal((await request('/number/seven')).status, 404);
  },
  'can end in a rest': async ({ json }) => equal(await json('/rest/a/b%20c/d'), { path: 'a/b c/d' }),
  'that is not there is a problem': async ({ request }) => {
    const response = await request('/nowhere');
    equal([response.status, response.headers.get('content-type')], [404, 'application/problem+json']);
    equal(((await response.json()) as { code: string }).code, 'OXI_HTTP_ROUTE_NOT_FOUND');
  },
  'with a malformed escape is a 400': async ({ exchange }) => match(await exchange(get('/user/%zz')), /^HTTP\/1\.1 400 [^]*OXI_HTTP_/),
  'that is too long is a 414': async ({ exchange }) => match(await exchange(get(`/user/${'x'.repeat(9_000)}`)), /^HTTP\/1\.1 414 /),
  'with a fragment is a 400': async ({ exchange }) => match(await exchange(get('/json#part')), /^HTTP\/1\.1 400 /),
  'that begins with two slashes names no other host': async ({ exchange }) => {
    match(await exchange(get('//json')), /^HTTP\/1\.1 404 /);
  },
  'in absolute form is its path': async ({ exchange }) => match(await exchange(get('http://localhost/user/1')), /^HTTP\/1\.1 200 [^]*"id":"1"/),
  'in absolute form decides the host': async ({ exchange }) => match(await exchange(get('http://other.example/client')), /"host":"other\.example"/),
  'keeps a query that looks like anything': async ({ json }) => {
    equal(await json('/raw-query?a=1&a=2&b=%26&c'), { query: { a: ['1', '2'], b: '&', c: '' }, search: '?a=1&a=2&b=%26&c' });
  },
});

/** The cases of inputs. */
export const inputCases = describeCases('inputs', {
  'are converted and have defaults': async ({ json }) => {
    equal(await json('/search'), { limit: 5, tag: [], page: 1 });
    equal(await json('/search?limit=7&tag=a&tag=b', { headers: { 'x-page': '3' } }), { limit: 7, tag: ['a', 'b'], page: 3 });
  },
  'that are wrong are reported all at once': async ({ request }) => {
    const response = await request('/search?limit=many', { headers: { 'x-page': 'none' } });
    equal(response.status, 422);
    const { code, errors } = (await response.json()) as { code: string; errors: { in: string; path: string }[] };
    equal([code, errors.map((issue) => `${issue.in}${issue.path}`).toSorted()], ['OXI_HTTP_INPUT_INVALID', ['headers/x-page', 'query/limit']]);
  },
  'in headers are found by lower-case names, and joined': async ({ exchange }) => {
    const answer = await exchange(get('/headers', 'Host: localhost\r\nX-Two: a\r\nx-two: b\r\nCookie: a=1\r\ncookie: b=2'));
    match(answer, /"x-two":"a, b"/);
    match(answer, /"cookie":"a=1; b=2"/);
  },
  'named like members of objects do no harm': async ({ exchange }) => {
    match(await exchange(get('/headers?__proto__=x&constructor=y', 'host: localhost\r\n__proto__: x\r\nconstructor: y')), /^HTTP\/1\.1 200 /);
  },
  'in cookies are parsed': async ({ json }) => equal(await json('/cookies', { headers: { cookie: 'a=1; b="two"; c=%C3%A9' } }), { a: '1', b: 'two', c: 'é' }),
  'know the client and the address it asked for': async ({ json, port }) => {
    equal(await json('/client'), { ip: '127.0.0.1', isSecure: false, host: `127.0.0.1:${port}`, method: 'GET' });
  },
  'of proxies that nobody named are not believed': async ({ json }) => {
    const { ip, isSecure } = (await json('/client', { headers: { 'x-forwarded-for': '203.0.113.1', 'x-forwarded-proto': 'https' } })) as Record<
      string,
      unknown
    >;
    equal([ip, isSecure], ['127.0.0.1', false]);
  },
  'are not read when a guard refuses': async ({ request, json }) => {
    const response = await request('/private');
    equal([response.status, response.headers.get('www-authenticate')], [401, 'Bearer']);
    equal(await json('/private', { headers: { authorization: 'Bearer ada' } }), { user: 'ada' });
  },
});

/** The cases of cookies that are set. */
export const cookieCases = describeCases('cookies', {
  'are set each in a header of its own, and signed ones come back': async ({ request, json }) => {
    const set = (await request('/basket', { method: 'POST' })).headers.getSetCookie();
    equal(set.length, 2);
    const [signed = ''] = set.find((one) => one.startsWith('basket='))?.split(';') ?? [];
    equal(await json('/basket', { headers: { cookie: signed } }), { basket: 'apple' });
    equal(await json('/basket', { headers: { cookie: `${signed.slice(0, -2)}xx` } }), { basket: null });
  },
});

/** The cases of hosts and framing. */
export const ambiguityCases = describeCases('a request', {
  'without a host is refused': async ({ exchange }) => match(await exchange('GET / HTTP/1.1\r\nconnection: close\r\n\r\n'), /^HTTP\/1\.1 400 /),
  'with two hosts is refused': async ({ exchange }) => match(await exchange(get('/', 'host: a\r\nhost: b')), /^HTTP\/1\.1 400 /),
  'whose host holds a user, a path or a space is refused': async ({ exchange }) => {
    for (const host of ['user@host', 'host/path', 'ho st', 'host:99999', 'a,b']) match(await exchange(get('/', `host: ${host}`)), /^HTTP\/1\.1 400 /, host);
  },
  'with a length and chunks is refused': async ({ exchange }) => {
    const answer = await exchange(
      'POST /text HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n\r\n',
    );
    match(answer, /^HTTP\/1\.1 400 /);
  },
  'with two lengths is refused': async ({ exchange }) => {
    match(
      await exchange('POST /text HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\nconnection: close\r\n\r\nab'),
      /^HTTP\/1\.1 400 /,
    );
  },
  'with a malformed chunk reaches no handler': async ({ open }) => {
    using socket = await open();
    socket.write('POST /text HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n');
    ok(!(await socket.ended()).includes(' 200 '));
  },
  'that is no HTTP is refused': async ({ exchange }) => ok(!(await exchange('hello there\r\n\r\n')).includes(' 200 ')),
  'with too many headers is a 431': async ({ exchange }) => {
    const many = Array.from({ length: 110 }, (_, index) => `x-${index}: 1`).join('\r\n');
    match(await exchange(get('/', `host: localhost\r\n${many}`)), /^HTTP\/1\.1 431 /);
  },
  'with too large headers is a 431': async ({ exchange }) => {
    match(await exchange(get('/', `host: localhost\r\nx-large: ${'x'.repeat(20_000)}`)), /^HTTP\/1\.1 431 /);
  },
  'of HTTP/1.0 is answered, and its connection closed': async ({ exchange }) => {
    match(await exchange('GET / HTTP/1.0\r\nhost: localhost\r\n\r\n'), /^HTTP\/1\.[01] 200 [^]*Hello, world!$/);
  },
});
