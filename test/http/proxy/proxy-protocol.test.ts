import type { Router } from '@oxidite/http';
import * as fc from 'fast-check';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseProxyHeader } from '../../../plugins/http/src/proxy/proxy-protocol.ts';
import { createCertificate } from '../support/certificates.ts';
import { listen, open } from '../support/listen.ts';

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

/** A header of version 2. */
function binary(command: number, protocol: number, payload: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(payload.length);
  return Buffer.concat([SIGNATURE, Buffer.from([command, protocol]), length, payload]);
}

const IPV4 = binary(0x21, 0x11, Buffer.from([203, 0, 113, 9, 10, 0, 0, 1, 0x30, 0x39, 0, 80]));

describe('parseProxyHeader', () => {
  it.each([
    ['TCP4 203.0.113.9 10.0.0.1 12345 80', { address: '203.0.113.9', port: 12_345 }],
    ['TCP6 2001:db8::1 ::1 1 65535', { address: '2001:db8::1', port: 1 }],
    ['TCP6 ::FFFF:203.0.113.9 ::1 1 65535', { address: '::ffff:203.0.113.9', port: 1 }],
    ['UNKNOWN', undefined],
    ['UNKNOWN ::1 ::1 1 2', undefined],
  ])('reads %s', (line, source) => {
    const header = `PROXY ${line}\r\n`;
    expect(parseProxyHeader(Buffer.from(`${header}GET / HTTP/1.1\r\n`))).toEqual({ length: header.length, source });
  });

  it.each([
    'GET / HTTP/1.1',
    'PROXY TCP4 ::1 ::1 1 2',
    'PROXY TCP6 1.2.3.4 1.2.3.4 1 2',
    'PROXY TCP4 1.2.3.4 1.2.3 1 2',
    'PROXY TCP4 1.2.3.4 1.2.3.4 65536 2',
    'PROXY TCP4 1.2.3.4 1.2.3.4 01 2',
    'PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3',
    'PROXY  TCP4 1.2.3.4 1.2.3.4 1 2',
    'proxy TCP4 1.2.3.4 1.2.3.4 1 2',
    `PROXY UNKNOWN ${'x'.repeat(100)}`,
  ])('refuses %s', (line) => {
    expect(parseProxyHeader(Buffer.from(`${line}\r\n`))).toBe('malformed');
  });

  it('reads version 2, its extensions included', () => {
    expect(parseProxyHeader(IPV4)).toEqual({ length: 28, source: { address: '203.0.113.9', port: 12_345 } });
    const ipv6 = Buffer.alloc(40);
    ipv6.writeUInt16BE(0x2001, 0);
    ipv6.writeUInt8(1, 15);
    ipv6.writeUInt16BE(443, 32);
    expect(parseProxyHeader(binary(0x21, 0x21, ipv6))).toEqual({ length: 56, source: { address: '2001::1', port: 443 } });
    const mapped = Buffer.concat([Buffer.from('00000000000000000000ffffcb007109', 'hex'), Buffer.alloc(20)]);
    expect(parseProxyHeader(binary(0x21, 0x21, mapped))).toEqual({ length: 52, source: { address: '::ffff:203.0.113.9', port: 0 } });
    expect(parseProxyHeader(binary(0x20, 0x00, Buffer.alloc(0)))).toEqual({ length: 16, source: undefined });
    expect(parseProxyHeader(binary(0x21, 0x31, Buffer.alloc(216)))).toEqual({ length: 232, source: undefined });
  });

  it('refuses what is not version 2, or too short for its addresses, or endless', () => {
    for (const header of [
      binary(0x11, 0x11, Buffer.alloc(12)),
      binary(0x22, 0x11, Buffer.alloc(12)),
      binary(0x21, 0x11, Buffer.alloc(11)),
      binary(0x21, 0x11, Buffer.alloc(9_999)),
    ]) {
      expect(parseProxyHeader(header)).toBe('malformed');
    }
  });

  it('asks for more until a header is complete, wherever it is cut', () => {
    for (const header of [IPV4, Buffer.from('PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n')]) {
      for (let length = 0; length < header.length; length++) expect(parseProxyHeader(header.subarray(0, length)), String(length)).toBeUndefined();
    }
  });

  it('never throws, and never takes more than there is', () => {
    const tail = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(
        fc.oneof(
          tail,
          tail.map((bytes) => Buffer.concat([SIGNATURE, bytes])),
          tail.map((bytes) => Buffer.concat([Buffer.from('PROXY '), bytes])),
        ),
        (bytes) => {
          const header = parseProxyHeader(Buffer.from(bytes));
          if (typeof header === 'object') expect(header.length).toBeLessThanOrEqual(bytes.length);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('a listener with the PROXY protocol', () => {
  const whoami = (routes: Router): void => {
    routes.get('/', ({ ip }) => ip);
    routes.post('/', ({ ip }) => ip);
  };
  const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

  it('knows clients by the header, however it is cut, and whatever follows at once', async () => {
    const { port } = await listen(whoami, { http: { listeners: [{ port: 0, host: '127.0.0.1', proxyProtocol: true }] } });
    const [whole, cut, own] = [await open(port), await open(port), await open(port)];
    whole.socket.write(Buffer.concat([IPV4, Buffer.from(GET)]));
    await whole.received(/203\.0\.113\.9$/);
    whole.write(GET);
    await whole.received(/203\.0\.113\.9[^]*203\.0\.113\.9$/);
    for (const piece of ['PROXY TCP6 2001:d', 'b8::1 ::1 1 2\r', '\n', GET]) {
      cut.write(piece);
      await new Promise(setImmediate);
    }
    await cut.received(/2001:db8::1$/);
    own.write(`PROXY UNKNOWN\r\n${GET}`);
    await own.received(/127\.0\.0\.1$/);
  });

  it('closes connections without header', async () => {
    const { port } = await listen(whoami, { http: { listeners: [{ port: 0, host: '127.0.0.1', proxyProtocol: true }] } });
    const socket = await open(port);
    socket.write(GET);
    expect(await socket.ended()).toBe('');
  });

  it('believes those proxies only that are named, or that are on a private network', async () => {
    const cases: readonly [proxyProtocol: true | string[], answer: RegExp][] = [
      [true, /203\.0\.113\.9$/],
      [['127.0.0.0/8'], /203\.0\.113\.9$/],
      [['192.0.2.1', '10.0.0.0/8'], /^$/],
    ];
    for (const [proxyProtocol, answer] of cases) {
      const { port } = await listen(whoami, { http: { listeners: [{ port: 0, host: '127.0.0.1', proxyProtocol }] } });
      const socket = await open(port);
      socket.socket.write(Buffer.concat([IPV4, Buffer.from(GET.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'))]));
      expect(await socket.ended()).toMatch(answer);
    }
    await expect(listen(whoami, { http: { listeners: [{ port: 0, proxyProtocol: ['10.0.0.0/99'] }] } })).rejects.toThrow(/invalid range/);
    await expect(listen(whoami, { http: { listeners: [{ port: 0, proxyProtocol: [] }] } })).rejects.toMatchObject({ code: 'OXI_PLUGIN_OPTIONS' });
  });

  it('comes over a unix socket as well', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'oxidite-')), 'app.sock');
    onTestFinished(() => rmSync(dirname(path), { recursive: true }));
    await listen(whoami, { http: { listeners: [{ path, proxyProtocol: true }] } });
    const socket = connect({ path });
    socket.write(Buffer.concat([IPV4, Buffer.from(GET.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'))]));
    expect(await text(socket)).toMatch(/203\.0\.113\.9$/);
  });

  it('closes connections whose header does not come in time', async () => {
    const { app, port } = await listen(whoami, {
      http: { listeners: [{ port: 0, host: '127.0.0.1', proxyProtocol: true }], limits: { headersTimeoutMs: 3_000 } },
    });
    const socket = await open(port);
    socket.write('PROXY');
    await expect.poll(() => app.clock.pendingTimers()).toBeGreaterThan(0);
    await app.clock.advance(3_000);
    expect(await socket.ended()).toBe('');
  });

  it('drains also while a header is awaited', async () => {
    const { app, port } = await listen(whoami, { http: { listeners: [{ port: 0, host: '127.0.0.1', proxyProtocol: true }] } });
    const socket = await open(port);
    await expect.poll(() => app.clock.pendingTimers()).toBeGreaterThan(0);
    await app.stop();
    expect(await socket.ended()).toBe('');
  });

  it.each([['http/1.1'], ['h2']])('comes before TLS (%s)', async (protocol) => {
    const { port, url } = await listen(whoami, {
      http: { listeners: [{ port: 0, host: '127.0.0.1', proxyProtocol: true, tls: { ...(await createCertificate()) } }] },
    });
    const below = connect(port, '127.0.0.1');
    onTestFinished(() => void below.destroy());
    below.write(IPV4);
    await once(below, 'connect');
    const socket = connectTls({ socket: below, rejectUnauthorized: false, ALPNProtocols: [protocol] });
    if (protocol === 'h2') {
      const session = connectHttp2(url, { createConnection: () => socket });
      expect(await text(session.request({ ':path': '/' }))).toBe('203.0.113.9');
      session.destroy();
    } else {
      socket.write(GET.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
      expect(await text(socket)).toMatch(/203\.0\.113\.9$/);
    }
  });

  it('hands over what follows a header to HTTP/2 at once', async () => {
    const { port, url } = await listen(whoami, { http: { listeners: [{ port: 0, host: '127.0.0.1', proxyProtocol: true, h2c: true }] } });
    const below = connect(port, '127.0.0.1');
    onTestFinished(() => void below.destroy());
    below.cork();
    below.write(IPV4);
    const session = connectHttp2(url, { createConnection: () => below });
    const stream = session.request({ ':path': '/' });
    setImmediate(() => below.uncork());
    expect(await text(stream)).toBe('203.0.113.9');
    session.destroy();
  });
});
