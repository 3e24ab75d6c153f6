import { reply } from '@oxidite/http';
import { middleware } from '@oxidite/middleware';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { exchangeText, listen, open } from '../../http/support/listen.ts';

const LINE = `${JSON.stringify({ text: 'a line of many'.repeat(20) })}\n`;
const NDJSON = { 'content-type': 'application/x-ndjson' };

describe('compressed streams', () => {
  it('pass each chunk on as soon as the source pauses', async () => {
    const source = new Readable({ read: () => undefined });
    const { port } = await listen((routes) => routes.get('/', () => reply(source, { headers: NDJSON })), { plugins: [middleware({ log: false })] });
    source.push(LINE); // Node sends no headers before the first byte of a body
    const asking = request({ port, host: '127.0.0.1', headers: { 'accept-encoding': 'gzip' } }).end();
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    expect([response.headers['content-encoding'], response.headers['transfer-encoding']]).toEqual(['gzip', 'chunked']);
    const decoded = response.pipe(createGunzip()).setEncoding('utf8');
    expect(await once(decoded, 'data')).toEqual([LINE]);
    for (const line of ['second\n', 'third\n']) {
      source.push(line);
      expect(await once(decoded, 'data')).toEqual([line]);
    }
    source.push(null);
    await once(decoded, 'end');
  });

  it('end their source when the client leaves', async () => {
    const closed = Promise.withResolvers<void>();
    const source = new Readable({ read: () => undefined }).on('close', closed.resolve);
    const { port } = await listen((routes) => routes.get('/', () => reply(source, { headers: NDJSON })), { plugins: [middleware({ log: false })] });
    source.push(LINE);
    const socket = await open(port);
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\naccept-encoding: gzip\r\n\r\n');
    await socket.received(/content-encoding: gzip/);
    socket.socket.destroy();
    await closed.promise;
    expect(source.destroyed).toBe(true);
  });

  it('are read at the pace of the client', async () => {
    let pulled = 0;
    const noise = Buffer.from(Array.from({ length: 65_536 }, (_, index) => (index * 2_654_435_761) >>> 13)); // nothing repeats within a window
    const source = new Readable({
      read() {
        pulled++;
        this.push(Buffer.concat([Buffer.from(String(pulled)), noise.map((byte) => byte ^ (pulled * 31))]));
      },
    });
    const { port } = await listen((routes) => routes.get('/', () => reply(source, { headers: NDJSON })), {
      plugins: [middleware({ log: false, compression: { gzipLevel: 1 } })],
    });
    const socket = await open(port);
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\naccept-encoding: gzip\r\n\r\n');
    await socket.received(/content-encoding/);
    socket.socket.pause();
    let before = -1;
    await expect
      .poll(
        () => {
          const isStill = before === pulled;
          before = pulled;
          return isStill;
        },
        { interval: 200, timeout: 15_000 },
      )
      .toBe(true);
    expect(pulled).toBeLessThan(5_000);
    socket.socket.destroy();
  });

  it('break off when their source fails, and the server lives', async () => {
    const { port } = await listen(
      (routes) => {
        routes.get('/', () =>
          reply(
            Readable.from(
              (async function* () {
                yield LINE;
                throw new Error('half way');
              })(),
            ),
            { headers: NDJSON },
          ),
        );
        routes.get('/alive', () => 'yes');
      },
      { plugins: [middleware({ log: false })] },
    );
    const text = await exchangeText(port, 'GET / HTTP/1.1\r\nhost: localhost\r\naccept-encoding: gzip\r\n\r\n');
    expect(text).not.toMatch(/\r\n0\r\n\r\n$/);
    expect(await exchangeText(port, 'GET /alive HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')).toMatch(/yes$/);
  });
});
