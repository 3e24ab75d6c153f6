import { text } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHUNKS } from '../support/request-shapes/chunks.ts';
import { CONNECTIONS } from '../support/request-shapes/connection.ts';
import { FRAMING } from '../support/request-shapes/framing.ts';
import { HEADERS } from '../support/request-shapes/headers.ts';
import { HOSTS } from '../support/request-shapes/host.ts';
import { REQUEST_LINES } from '../support/request-shapes/request-line.ts';

const SHAPES = [...FRAMING, ...CHUNKS, ...REQUEST_LINES, ...HOSTS, ...HEADERS, ...CONNECTIONS];
const NEXT = 'GET /next HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n';

const reached: string[] = [];
const bare = createServer((_request, response) => void response.end('ok'));
let app: TestHttp;
let port: number;

beforeAll(async () => {
  app = await createTestHttp(
    (routes) => {
      for (const path of ['/', '/**'] as const) {
        routes.get(path, ({ url }) => String(reached.push(url.pathname)));
        routes.post(path, { body: text() }, ({ url }) => String(reached.push(url.pathname)));
      }
    },
    { http: { host: '127.0.0.1' } },
  );
  await app.start();
  port = app.services.http.address?.port ?? 0;
  await new Promise<void>((resolve) => void bare.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  bare.close();
  await app.stop();
});

/** Sends a shape and a request behind it, closes this side, and returns everything that comes back. */
function send(to: number, shape: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true });
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
    socket.on('end', () => socket.destroy());
    socket.end(Buffer.from(shape + NEXT, 'latin1'));
  });
}

const statusesOf = (answer: string): string[] => [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status = '']) => status);

describe('a request', () => {
  it.each(SHAPES)('is %s: %s', async (outcome, _what, shape) => {
    reached.length = 0;
    const answer = await send(port, shape);
    const statuses = statusesOf(answer).filter((status) => status !== '100');
    if (outcome === 'answered') {
      expect(reached).toContain('/next');
      expect(statuses).toHaveLength(2);
    } else expect(reached).not.toContain('/next');
    if (outcome === 'refused') {
      expect(reached).toEqual([]);
      expect(statuses).toEqual([expect.stringMatching(/^[45]/)]);
      expect(answer).toMatch(/^connection: close\r$/im);
    }
  });

  it('is refused by nobody but those who read it otherwise: what is answered here, Node answers, too', async () => {
    const { port: barePort } = bare.address() as AddressInfo; // it listens on a port
    const refusedByNode: string[] = [];
    for (const [outcome, what, shape] of SHAPES) {
      if (outcome === 'answered' && statusesOf(await send(barePort, shape)).some((status) => status.startsWith('4'))) refusedByNode.push(what);
    }
    expect(refusedByNode).toEqual([]);
  });
});
