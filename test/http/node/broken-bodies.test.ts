import { stream, text, type Router } from '@oxidite/http';
import { describe, expect, it } from 'vitest';
import { createGate } from '../support/gate.ts';
import { exchangeText, listen, open } from '../support/listen.ts';
import { recordLog } from '../support/recorded-log.ts';

const POST = 'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\n';
const CHUNKED = `${POST}transfer-encoding: chunked\r\n\r\n`;

const routes = (router: Router): void => {
  router.post('/echo', { body: text() }, ({ body }) => body);
  router.get('/large', () => 'x'.repeat(5_000_000));
};

describe('a body that is broken while its handler waits for it', () => {
  it.each([
    ['a chunk without a size', 'g\r\nx\r\n'],
    ['a chunk that is longer than it says', '1\r\nxyz\r\n0\r\n\r\n'],
    ['a malformed trailer', '1\r\nx\r\n0\r\nno trailer\r\n\r\n'],
  ])('is answered with a 400, and closes the connection: %s', async (_what, chunks) => {
    const { logger, lines } = recordLog();
    const { port } = await listen(routes, { logger });
    expect(await exchangeText(port, CHUNKED + chunks)).toMatch(/^HTTP\/1\.1 400 [^]*connection: close\r[^]*"code":"OXI_HTTP_REQUEST_MALFORMED"\}$/);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('is answered with a 408 when it takes too long', async () => {
    const { port } = await listen(routes, { http: { limits: { requestTimeoutMs: 300 } } });
    const socket = await open(port);
    socket.write(`${POST}content-length: 100\r\n\r\nx`);
    expect(await socket.ended()).toMatch(/^HTTP\/1\.1 408 [^]*"code":"OXI_HTTP_REQUEST_TIMEOUT"\}$/);
  });

  it('tells the handler that nobody waits for its answer', async () => {
    const [reached, ended] = [createGate(), createGate<unknown>()];
    const { logger, lines } = recordLog();
    const { port } = await listen(
      (router) =>
        router.post('/echo', { body: stream() }, async ({ body, signal }) => {
          reached.open();
          const failure = await body.toArray().catch((error: unknown) => error);
          if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
          ended.open(failure);
          return 'too late';
        }),
      { logger },
    );
    const socket = await open(port);
    socket.write(`${CHUNKED}1\r\nx\r\n`);
    await reached.opened;
    socket.write('g\r\n');
    expect(await socket.ended()).toMatch(/^HTTP\/1\.1 400 /);
    expect(await ended.opened).toMatchObject({ code: 'OXI_HTTP_REQUEST_ABORTED' });
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('an answer that is complete', () => {
  it('reaches its client whole, whatever garbage follows the request', async () => {
    const { port } = await listen(routes);
    const answer = await exchangeText(port, 'GET /large HTTP/1.1\r\nhost: a\r\n\r\ngarbage\r\n\r\n');
    expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toHaveLength(5_000_000);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});
