import { anyOf, BodyTooLargeError, bytes, file, form, json, multipart, type Router, stream, text } from '@oxidite/http';
import * as fc from 'fast-check';
import { once } from 'node:events';
import { type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import * as z from 'zod';
import { createGate, type Gate } from '../support/gate.ts';
import { exchangeText, listen, open } from '../support/listen.ts';
import { recordLog } from '../support/recorded-log.ts';
import { BOUNDARY, writeMultipart } from './support/multipart-text.ts';
import { openUploadPlace } from './support/upload-place.ts';

const chunk = (content: string): string => `${Buffer.byteLength(content, 'latin1').toString(16)}\r\n${content}\r\n`;
const head = (path: string, ...headers: string[]): string => `PUT ${path} HTTP/1.1\r\nhost: a\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`;
const CHUNKED = 'transfer-encoding: chunked';
const MULTIPART = `content-type: multipart/form-data; boundary=${BOUNDARY}`;

describe('a streamed body', () => {
  it('reaches the handler while it arrives', async () => {
    const { port } = await listen((routes) => {
      routes.put('/', { body: stream() }, async function* ({ body }) {
        for await (const piece of body) yield `<${String(piece)}>`;
      });
    });
    const socket = await open(port);
    socket.write(head('/', CHUNKED) + chunk('one'));
    await socket.received(/<one>/);
    socket.write(chunk('two'));
    await socket.received(/<two>/);
    socket.write('0\r\n\r\n');
    await socket.received(/0\r\n\r\n$/);
  });

  it('fails for the handler beyond the limit, and the connection is given up', async () => {
    const failures: unknown[] = [];
    const { port } = await listen((routes) => {
      routes.put('/', { body: stream({ maxBytes: 5 }) }, ({ body }) =>
        buffer(body).catch((error: unknown) => {
          failures.push(error);
          throw error;
        }),
      );
    });
    expect(await exchangeText(port, `${head('/', CHUNKED)}${chunk('one')}${chunk('two')}`)).toMatch(
      /^HTTP\/1\.1 413 [^]*connection: close[^]*OXI_HTTP_BODY_TOO_LARGE/i,
    );
    expect(failures).toEqual([expect.any(BodyTooLargeError)]);
    expect(await exchangeText(port, head('/', 'content-length: 1000000'))).toMatch(/^HTTP\/1\.1 413 /);
  });

  it.each(['read', 'unread'])('fails when the client leaves, and harms nobody when it is %s', async (path) => {
    const gate = createGate<unknown>();
    const begun = createGate();
    const { port, url } = await listen((routes) => {
      routes.get('/', () => 'still here');
      routes.put('/read', { body: stream() }, async ({ body }) => {
        begun.open();
        await buffer(body).catch((error: unknown) => gate.open(error));
      });
      routes.put('/unread', { body: stream() }, async ({ body }) => {
        begun.open();
        await once(body, 'close').catch((error: unknown) => gate.open(error));
      });
    });
    const socket = await open(port);
    socket.write(head(`/${path}`, 'content-length: 10') + 'abc');
    await begun.opened;
    socket.socket.destroy();
    expect(await gate.opened).toMatchObject({ code: 'OXI_HTTP_REQUEST_ABORTED' });
    expect(await (await fetch(url)).text()).toBe('still here');
  });

  it('keeps the pace of its reader', async () => {
    const gate = createGate();
    const begun = createGate<Readable>();
    const { port } = await listen((routes) => {
      routes.put('/', { body: stream({ maxBytes: 100_000_000 }) }, async ({ body }) => {
        body.read(0);
        begun.open(body);
        await gate.opened;
        return { size: (await buffer(body)).length };
      });
    });
    const socket = await open(port);
    socket.write(head('/', 'content-length: 50000000'));
    for (let handed = 0; handed < 50; handed++) socket.socket.write(Buffer.alloc(1_000_000));
    const body = await begun.opened;
    for (let turn = 0; turn < 2_000; turn++) await new Promise(setImmediate);
    expect(body.readableLength).toBeLessThan(1_000_000);
    expect(socket.socket.writableLength).toBeGreaterThan(20_000_000); // neither the kernel nor the server has taken it
    gate.open();
    await socket.received(/\{"size":50000000\}/);
  });

  it('throws away what the handler did not read, and keeps a connection that can go on', async () => {
    const { port } = await listen((routes) => {
      routes.put('/some', { body: stream() }, async ({ body }) => String((await body[Symbol.asyncIterator]().next()).value));
      routes.put('/none', { body: stream() }, () => 'none');
      routes.get('/', () => 'next');
    });
    for (const path of ['/some', '/none']) {
      const socket = await open(port);
      socket.write(`${head(path, 'content-length: 6')}abc`);
      await socket.received(/(?:abc|none)$/);
      socket.write('defGET / HTTP/1.1\r\nhost: a\r\n\r\n');
      await socket.received(/next$/);
    }
  });

  it('asks a client that waits for its body only when it is read', async () => {
    const gate = createGate();
    const { port } = await listen((routes) => {
      routes.put('/', { body: stream() }, async ({ body, headers }) => {
        if (headers['x-refuse'] === '1') return 'no thanks';
        await gate.opened;
        return (await buffer(body)).toString();
      });
    });
    const refused = await exchangeText(port, head('/', 'content-length: 3', 'expect: 100-continue', 'x-refuse: 1'));
    expect(refused).toMatch(/^HTTP\/1\.1 200 [^]*connection: close[^]*no thanks$/i);
    const socket = await open(port);
    socket.write(head('/', 'content-length: 3', 'expect: 100-continue'));
    gate.open();
    await socket.received(/^HTTP\/1\.1 100 /);
    socket.write('abc');
    await socket.received(/abc$/);
  });

  it('works over HTTP/2, and fails when the client leaves', async () => {
    const gate = createGate<unknown>();
    const begun = createGate();
    const { url } = await listen(
      (routes) => {
        routes.put('/', { body: stream({ maxBytes: 100 }) }, async ({ body }) => (await buffer(body)).toString());
        routes.put('/abort', { body: stream() }, async ({ body }) => {
          begun.open();
          await buffer(body).catch((error: unknown) => gate.open(error));
        });
      },
      { http: { listeners: [{ port: 0, host: '127.0.0.1', h2c: true }] } },
    );
    const session = connectHttp2(url);
    onTestFinished(() => session.destroy());
    const request = (path: string): ClientHttp2Stream => session.request({ ':method': 'PUT', ':path': path }).on('error', () => undefined);
    const echo = request('/');
    echo.write('one');
    echo.end('two');
    expect(await buffer(echo).then(String)).toBe('onetwo');
    const large = request('/');
    large.end('x'.repeat(1_000));
    expect((await once(large, 'response'))[0][':status']).toBe(413);
    const taken = request('/abort');
    taken.write('x');
    await begun.opened;
    session.destroy();
    expect(await gate.opened).toMatchObject({ code: 'OXI_HTTP_REQUEST_ABORTED' });
  });
});

describe('a multipart body', () => {
  const part = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\n`;

  async function listenForUploads(handle: () => unknown = () => 'done'): Promise<{ port: number; stop: () => Promise<unknown> }> {
    const { port, app } = await listen((routes) => {
      routes.put('/', { body: multipart({ files: { photo: file({ maxBytes: 1_000_000 }) } }) }, handle);
      routes.get('/', () => 'next');
    });
    return { port, stop: () => app.stop() };
  }

  it('leaves nothing behind when the client leaves in the middle', async () => {
    const place = openUploadPlace();
    const { port } = await listenForUploads();
    const socket = await open(port);
    socket.write(head('/', MULTIPART, CHUNKED) + chunk(part + 'x'.repeat(100_000)));
    await vi.waitFor(async () => expect(await place.list()).toHaveLength(1), { interval: 5 });
    socket.socket.destroy();
    await place.emptied();
  });

  it('leaves nothing behind when the client leaves while the handler works', async () => {
    const place = openUploadPlace();
    const gate = createGate();
    const begun = createGate();
    const { port } = await listenForUploads(() => {
      begun.open();
      return gate.opened;
    });
    const socket = await open(port);
    const body = writeMultipart([{ name: 'photo', fileName: 'a', content: 'x' }]).toString('latin1');
    socket.write(head('/', MULTIPART, `content-length: ${body.length}`) + body);
    await begun.opened;
    expect(await place.list()).toHaveLength(1);
    socket.socket.destroy();
    await place.emptied();
    gate.open();
  });

  it('leaves nothing behind when its response waits for another, and the client leaves', async () => {
    const place = openUploadPlace();
    const gate = createGate();
    const begun: Gate[] = [createGate(), createGate()];
    let count = 0;
    const { port } = await listenForUploads(() => {
      begun[count++]?.open();
      return gate.opened;
    });
    const socket = await open(port);
    const body = writeMultipart([{ name: 'photo', fileName: 'a', content: 'x' }]).toString('latin1');
    const request = head('/', MULTIPART, `content-length: ${body.length}`) + body;
    socket.write(request + request);
    for (const each of begun) await each.opened;
    expect(await place.list()).toHaveLength(2);
    socket.socket.destroy();
    await place.emptied();
    gate.open();
  });

  it('leaves nothing behind when the application ends in the middle', async () => {
    const place = openUploadPlace();
    const { port, stop } = await listenForUploads();
    const socket = await open(port);
    socket.write(head('/', MULTIPART, CHUNKED) + chunk(part + 'x'.repeat(100_000)));
    await vi.waitFor(async () => expect(await place.list()).toHaveLength(1), { interval: 5 });
    const stopped = stop();
    socket.socket.destroy();
    await stopped;
    expect(await place.list()).toEqual([]);
  });

  it('may be followed by another request', async () => {
    openUploadPlace();
    const { port } = await listenForUploads();
    const socket = await open(port);
    const body = writeMultipart([{ name: 'photo', fileName: 'a', content: 'x'.repeat(70_000) }]).toString('latin1');
    socket.write(`${head('/', MULTIPART, `content-length: ${body.length}`)}${body}`);
    await socket.received(/done$/);
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await socket.received(/next$/);
  });

  it('that is too large is refused while it arrives', async () => {
    const place = openUploadPlace();
    const { port } = await listenForUploads();
    const socket = await open(port);
    socket.write(head('/', MULTIPART, CHUNKED) + chunk(part + 'x'.repeat(1_000_001)));
    expect(await socket.ended()).toMatch(/^HTTP\/1\.1 413 [^]*connection: close[^]*OXI_HTTP_PART_TOO_LARGE/i);
    await place.emptied();
  });
});

describe('bodies of garbage', () => {
  const Article = z.object({ title: z.string() });
  const all = (routes: Router): void => {
    routes.put('/json', { body: Article }, () => 'taken');
    routes.put('/form', { body: form(Article) }, () => 'taken');
    routes.put('/text', { body: text() }, () => 'taken');
    routes.put('/bytes', { body: bytes() }, () => 'taken');
    routes.put('/stream', { body: stream() }, async ({ body }) => `${(await buffer(body)).length}`);
    routes.put('/any', { body: anyOf(json(Article), form(Article), multipart({ files: { photo: file() } })) }, () => 'taken');
    routes.put('/multipart', { body: multipart({ fields: Article, files: { photo: file() } }) }, () => 'taken');
  };
  const Path = fc.constantFrom('/json', '/form', '/text', '/bytes', '/stream', '/any', '/multipart');
  const Type = fc.constantFrom(
    'application/json',
    'application/x-www-form-urlencoded',
    'text/plain',
    'text/plain; charset',
    `multipart/form-data; boundary=${BOUNDARY}`,
    'multipart/form-data',
    '*/*',
    '',
  );
  const Piece = fc.oneof(
    fc.uint8Array({ maxLength: 20 }).map((piece) => Buffer.from(piece)),
    fc
      .constantFrom(
        `--${BOUNDARY}\r\n`,
        `\r\n--${BOUNDARY}`,
        '--',
        'Content-Disposition: form-data; name="photo"; filename="x"\r\n\r\n',
        '{"title":',
        '"x"}',
        'title=',
        '%',
        '&',
        '[['.repeat(50),
      )
      .map((piece) => Buffer.from(piece)),
  );

  it('are answered, never with a 500, and leave nothing behind', async () => {
    const place = openUploadPlace();
    const log = recordLog();
    const { url } = await listen(all, { logger: log.logger, http: { limits: { bodyBytes: 2_000, bodyDepth: 10, bodyKeys: 10 } } });
    await fc.assert(
      fc.asyncProperty(Path, Type, fc.array(Piece, { maxLength: 8 }), async (path, type, pieces) => {
        const response = await fetch(url + path, { method: 'PUT', body: Buffer.concat(pieces), headers: { 'content-type': type } });
        const answer = await response.text();
        expect(response.status, answer).toBeLessThan(500);
        if (response.status >= 400) expect(response.headers.get('content-type')).toBe('application/problem+json');
      }),
      { numRuns: 300 },
    );
    await place.emptied();
    expect(log.lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  });
});
