import type { Router } from '@oxidite/http';
import { describe, expect, it } from 'vitest';
import { createGate } from '../support/gate.ts';
import { exchangeText, listen, open } from '../support/listen.ts';

const HEAD = 'GET / HTTP/1.1\r\nhost: a\r\n';
const POST = 'POST / HTTP/1.1\r\nhost: a\r\n';
const CHUNKED = `${POST}transfer-encoding: chunked\r\n\r\n`;
/** A request that must not reach a handler, because of what stands before it. */
const NEXT = 'GET /next HTTP/1.1\r\nhost: a\r\n\r\n';

/** Starts an application that counts what reaches its handlers. */
async function count(): Promise<{ readonly port: number; readonly reached: string[] }> {
  const reached: string[] = [];
  const define = (routes: Router): void => {
    for (const path of ['/', '/**'] as const) {
      routes.get(path, ({ url }) => void reached.push(url.href));
      routes.post(path, ({ url }) => void reached.push(url.href));
    }
  };
  return { reached, port: (await listen(define)).port };
}

describe('a request with more than one meaning never reaches a handler', () => {
  // The first column says what Node alone does with it.
  it.each([
    ['answered', 'no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['answered', 'two hosts', 'GET / HTTP/1.1\r\nhost: a\r\nHost: b\r\n\r\n'],
    ['answered', 'the same host twice', 'GET / HTTP/1.1\r\nhost: a\r\nHOST: a\r\n\r\n'],
    ['answered', 'an empty host', 'GET / HTTP/1.1\r\nhost:\r\n\r\n'],
    ['answered', 'a user in the host', 'GET / HTTP/1.1\r\nhost: user@a\r\n\r\n'],
    ['answered', 'a path in the host', 'GET / HTTP/1.1\r\nhost: a/b\r\n\r\n'],
    ['answered', 'a query in the host', 'GET / HTTP/1.1\r\nhost: a?b\r\n\r\n'],
    ['answered', 'a fragment in the host', 'GET / HTTP/1.1\r\nhost: a#b\r\n\r\n'],
    ['answered', 'a space in the host', 'GET / HTTP/1.1\r\nhost: a b\r\n\r\n'],
    ['answered', 'a list of hosts', 'GET / HTTP/1.1\r\nhost: a, b\r\n\r\n'],
    ['answered', 'a port that is too large', 'GET / HTTP/1.1\r\nhost: a:65536\r\n\r\n'],
    ['answered', 'a port that is no number', 'GET / HTTP/1.1\r\nhost: a:x\r\n\r\n'],
    ['answered', 'a port without a number', 'GET / HTTP/1.1\r\nhost: a:\r\n\r\n'],
    ['answered', 'a host of port only', 'GET / HTTP/1.1\r\nhost: :80\r\n\r\n'],
    ['answered', 'an address that is none', 'GET / HTTP/1.1\r\nhost: [::1::]\r\n\r\n'],
    ['answered', 'a host that is not ASCII', 'GET / HTTP/1.1\r\nhost: \xe9\r\n\r\n'],
    ['answered', 'HTTP/0.9', 'GET /\r\n\r\n'],
    ['answered', 'HTTP/0.9 by name', 'GET / HTTP/0.9\r\nhost: a\r\n\r\n'],
    ['answered', 'HTTP/2.0 without being so', 'GET / HTTP/2.0\r\nhost: a\r\n\r\n'],
    ['answered', 'a transfer coding in HTTP/1.0', 'POST / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['answered', 'an empty transfer coding before another', `${POST}transfer-encoding: ,chunked\r\n\r\n0\r\n\r\n`],
    ['answered', 'a fragment in the target', 'GET /a#b HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['answered', 'an asterisk with GET', 'GET * HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['answered', 'a user in an absolute target', 'GET http://user@b/x HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['answered', 'an absolute target without host', 'GET http:///x HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['answered', 'an absolute target of another scheme', 'GET ftp://b/x HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['answered', 'an absolute target with a bad port', 'GET http://b:99999/x HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['closed', 'CONNECT', 'CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n'],
    ['refused', 'HTTP/1.2', 'GET / HTTP/1.2\r\nhost: a\r\n\r\n'],
    ['refused', 'the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['refused', 'a length and a transfer coding', `${POST}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['refused', 'a transfer coding and a length', `${POST}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n`],
    ['refused', 'the same length twice', `${POST}content-length: 1\r\ncontent-length: 1\r\n\r\nx`],
    ['refused', 'a list of lengths', `${POST}content-length: 1, 1\r\n\r\nx`],
    ['refused', 'a length with a sign', `${POST}content-length: +1\r\n\r\nx`],
    ['refused', 'a length that overflows', `${POST}content-length: 99999999999999999999\r\n\r\nx`],
    ['refused', 'chunked twice', `${POST}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['refused', 'chunked before another coding', `${POST}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['refused', 'a vertical tab before chunked', `${POST}transfer-encoding: \x0bchunked\r\n\r\n0\r\n\r\n`],
    ['refused', 'a space before a colon', `${POST}transfer-encoding : chunked\r\n\r\n0\r\n\r\n`],
    ['refused', 'a folded header', `${HEAD}x: a\r\n b\r\n\r\n`],
    ['refused', 'a bare LF after the request line', 'GET / HTTP/1.1\nhost: a\r\n\r\n'],
    ['refused', 'a bare LF after a header', 'GET / HTTP/1.1\r\nhost: a\nx: y\r\n\r\n'],
    ['refused', 'a bare CR in a header', 'GET / HTTP/1.1\r\nhost: a\rx: y\r\n\r\n'],
    ['refused', 'a NUL in a header', `${HEAD}x: a\0b\r\n\r\n`],
    ['refused', 'a header without name', `${HEAD}: x\r\n\r\n`],
    ['refused', 'a space before the first header', 'GET / HTTP/1.1\r\n host: a\r\n\r\n'],
    ['refused', 'a method that is none', 'G@T / HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['refused', 'a method in lower case', 'get / HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['refused', 'a target without slash', 'GET foo HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['refused', 'a NUL in the target', 'GET /\0 HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['refused', 'a target that is not ASCII', 'GET /\xe9 HTTP/1.1\r\nhost: a\r\n\r\n'],
  ])('(%s by Node) %s', async (_byNode, _what, text) => {
    const { port, reached } = await count();
    const answer = await exchangeText(port, text + NEXT);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*application\/problem\+json[^]*"code":"OXI_HTTP_REQUEST_MALFORMED"\}$/);
    expect(answer).toMatch(/^connection: close\r$/m);
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    expect(reached).toEqual([]);
  });

  it.each([
    ['a transfer coding that is not known', `${POST}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 501, 'OXI_HTTP_TRANSFER_CODING'],
    ['a transfer coding that only looks like chunked', `${POST}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`, 501, 'OXI_HTTP_TRANSFER_CODING'],
    [
      'a transfer coding in a line of its own',
      `${POST}transfer-encoding: identity\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      501,
      'OXI_HTTP_TRANSFER_CODING',
    ],
    ['an expectation that is not known', `${HEAD}expect: 200-ok\r\n\r\n`, 417, 'OXI_HTTP_EXPECTATION'],
    ['too many headers', `${HEAD}${'x: y\r\n'.repeat(100)}\r\n`, 431, 'OXI_HTTP_HEADERS_TOO_LARGE'],
    ['chunk extensions without end', `${CHUNKED}5;${'x'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`, undefined, ''],
  ])('%s', async (_what, text, status, code) => {
    const { port, reached } = await count();
    const answer = await exchangeText(port, text + NEXT);
    if (status !== undefined) expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*"code":"${code}"\\}$`));
    expect(reached.filter((url) => url.endsWith('/next'))).toEqual([]);
  });

  it.each([
    ['a size that is no number', 'g\r\nx\r\n'],
    ['a size with a sign', '+1\r\nx\r\n'],
    ['a size with a prefix', '0x1\r\nx\r\n'],
    ['a size with an underscore', '1_0\r\nx\r\n'],
    ['a size that overflows', `${'f'.repeat(18)}\r\nx\r\n`],
    ['a bare LF after the size', '1\nx\r\n'],
    ['a bare LF after the data', '1\r\nx\n'],
    ['more data than its size', '1\r\nxyz\r\n'],
    ['an extension that is none', '1;\r\nx\r\n'],
    ['a length among the trailers', '0\r\ncontent-length: 5\r\n\r\n'],
  ])('a chunk with %s ends the connection, and what follows is no request', async (_what, chunk) => {
    const { port, reached } = await count();
    await exchangeText(port, `${CHUNKED}${chunk}0\r\n\r\n${NEXT}`);
    expect(reached.filter((url) => url.endsWith('/next'))).toEqual([]);
  });

  it('says what is wrong without repeating what was sent', async () => {
    const { port } = await count();
    const answer = await exchangeText(port, 'GET /<script> HTTP/1.1\r\nhost: <script>\r\nauthorization: Bearer secret\r\n\r\n');
    expect(answer).toContain('"detail":"The header \\"host\\" is not a host with an optional port."');
    expect(answer).not.toMatch(/script|secret/);
  });

  it('answers a refused request once, whatever garbage follows', async () => {
    const { port } = await count();
    const answer = await exchangeText(port, 'GET / HTTP/1.1\r\nhost: a/b\r\n\r\nhello\r\n\r\n');
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
  });

  it('ignores what follows a response that closes the connection', async () => {
    const { port, reached } = await count();
    const answer = await exchangeText(port, `POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: ${NEXT.length}\r\n\r\n${NEXT}${NEXT}`);
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    expect(reached).toEqual(['http://a/']);
  });
});

describe('requests with one meaning are answered', () => {
  it.each([
    ['a port', 'GET / HTTP/1.1\r\nhost: a:8080\r\n\r\n', 'http://a:8080/'],
    ['an IPv4 address', 'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n', 'http://127.0.0.1/'],
    ['an IPv6 address', 'GET / HTTP/1.1\r\nhost: [::1]:80\r\n\r\n', 'http://[::1]/'],
    ['a name with an underscore', 'GET / HTTP/1.1\r\nhost: my_service.internal\r\n\r\n', 'http://my_service.internal/'],
    ['a name with a final dot', 'GET / HTTP/1.1\r\nhost: a.example.\r\n\r\n', 'http://a.example./'],
    ['an absolute target, which decides the host', 'GET http://b:81/x?y HTTP/1.1\r\nhost: a\r\n\r\n', 'http://b:81/x?y'],
    ['an absolute target without path', 'GET HTTP://b?y HTTP/1.1\r\nhost: a\r\n\r\n', 'http://b/?y'],
    ['empty lines before it', '\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n', 'http://a/'],
    ['an upgrade that nobody handles', `${HEAD}connection: upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n`, 'http://a/'],
  ])('%s', async (_what, text, url) => {
    const { port, reached } = await count();
    const socket = await open(port);
    socket.write(text);
    await socket.received(/204 No Content/);
    socket.write(NEXT);
    await socket.received(/204 No Content[^]*204 No Content/);
    expect(reached).toEqual([url, 'http://a/next']);
  });

  it.each([
    ['no host in HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', 'http://localhost/'],
    ['chunked in upper case', `${POST}transfer-encoding: CHUNKED\r\n\r\n0\r\n\r\n`, 'http://a/'],
    ['the last request of a connection, whatever follows', `${HEAD}connection: close\r\n\r\n${NEXT}`, 'http://a/'],
  ])('%s', async (_what, text, url) => {
    const { port, reached } = await count();
    const answer = await exchangeText(port, text);
    expect(answer).toMatch(/^HTTP\/1\.1 204 /);
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    expect(reached).toEqual([url]);
  });

  it('the last of a connection, also when its answer takes time and something follows', async () => {
    const [reached, gate] = [createGate(), createGate()];
    const { port } = await listen((routes) =>
      routes.get('/', () => {
        reached.open();
        return gate.opened.then(() => 'late');
      }),
    );
    const socket = await open(port);
    socket.write(`${HEAD}connection: close\r\n\r\n${NEXT}`);
    await reached.opened;
    await new Promise(setImmediate);
    gate.open();
    expect(await socket.ended()).toMatch(/^HTTP\/1\.1 200 OK[^]*late$/);
  });

  it('`OPTIONS *` asks the server as a whole', async () => {
    const { port, reached } = await count();
    const socket = await open(port);
    socket.write('OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n');
    await socket.received(/^HTTP\/1\.1 204 No Content\r\nallow: GET, HEAD/);
    socket.write('OPTIONS http://a HTTP/1.1\r\nhost: a\r\n\r\n');
    await socket.received(/204 No Content[^]*204 No Content/);
    expect(reached).toEqual([]);
  });
});
