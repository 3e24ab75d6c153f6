import type { Router } from '@oxidite/http';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCertificate } from '../support/certificates.ts';
import { createGate, type Gate } from '../support/gate.ts';
import { listen, open } from '../support/listen.ts';
import { openRawSocket } from '../support/raw-socket.ts';
import { recordLog } from '../support/recorded-log.ts';

const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

/** Routes with one that waits. */
function waiting(reached: Gate, gate: Gate): (routes: Router) => void {
  return (routes) => {
    routes.get('/', () => 'hello');
    routes.get('/slow', () => {
      reached.open();
      return gate.opened.then(() => 'finished');
    });
  };
}

describe('a server that is asked to end', () => {
  it('closes connections on which nothing was asked', async () => {
    const { app, port } = await listen((routes) => routes.get('/', () => 'hello'));
    const [silent, used] = [await open(port), await open(port)];
    used.write(GET);
    await used.received(/hello$/);
    await app.stop();
    expect([await silent.ended(), (await used.ended()).match(/hello/g)?.length]).toEqual(['', 1]);
  });

  it('closes TLS connections on which nothing was asked, and those whose handshake is not done', async () => {
    const { app, port } = await listen((routes) => routes.get('/', () => 'hello'), { http: { tls: { ...(await createCertificate()) } } });
    const options = { port, host: '127.0.0.1', rejectUnauthorized: false };
    const silent = connectTls({ ...options, ALPNProtocols: ['http/1.1'] }).on('error', () => undefined);
    const http2 = connectTls({ ...options, ALPNProtocols: ['h2'] }).on('error', () => undefined);
    await Promise.all([once(silent, 'secureConnect'), once(http2, 'secureConnect')]);
    const handshaking = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(handshaking, 'connect');
    await expect.poll(() => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length).toBeGreaterThanOrEqual(6);
    const closed = Promise.all([silent, http2, handshaking].map((socket) => once(socket.resume(), 'close')));
    await app.stop();
    await closed;
  });

  it('sends GOAWAY on HTTP/2, and completes what was asked before', async () => {
    const [reached, gate] = [createGate(), createGate()];
    const { app, url } = await listen(waiting(reached, gate), { http: { listeners: [{ port: 0, host: '127.0.0.1', h2c: true }] } });
    const [busy, idle] = [connectHttp2(url), connectHttp2(url)];
    const goaway = Promise.all([once(busy, 'goaway'), once(idle, 'goaway')]);
    const idleClosed = once(idle, 'close');
    await once(idle, 'connect');
    const stream = busy.request({ ':path': '/slow' });
    await reached.opened;
    const stopped = app.stop();
    await goaway;
    await idleClosed;
    gate.open();
    expect(await text(stream)).toBe('finished');
    await stopped;
  });

  it('drains all its listeners together, and breaks all of them off when the grace is over', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'oxidite-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'app.sock');
    const listeners = [{ port: 0, host: '127.0.0.1' }, { port: 0, host: '127.0.0.1', h2c: true }, { path }];
    let reached = 0;
    const { app, port } = await listen(
      (routes) =>
        routes.get('/', () => {
          reached++;
          return new Promise(() => undefined);
        }),
      { http: { listeners, shutdownGraceMs: 5_000 } },
    );
    const plain = await open(port);
    plain.write(GET);
    const session = connectHttp2(app.services.http.addresses[1]?.url ?? '').on('error', () => undefined);
    session.request({ ':path': '/' }).on('error', () => undefined);
    const local = connect({ path }).on('error', () => undefined);
    local.write(GET);
    await expect.poll(() => reached).toBe(3);
    const closed = Promise.all([plain.ended(), once(session, 'close'), once(local.resume(), 'close')]);
    const stopped = app.stop();
    await new Promise(setImmediate);
    await app.clock.advance(4_999);
    expect([plain.socket.closed, session.closed, local.closed]).toEqual([false, true, false]);
    expect(session.destroyed).toBe(false);
    await app.clock.advance(1);
    await closed;
    await stopped;
    expect(app.clock.pendingTimers()).toBe(0);
  });

  it('closes a connection when the stream on it has ended, whatever was promised when it began', async () => {
    const [reached, gate] = [createGate(), createGate()];
    const { app, port } = await listen(
      (routes) =>
        routes.get('/', async function* quiet() {
          yield 'begin ';
          reached.open();
          await gate.opened;
          yield 'end';
        }),
      { http: { limits: { keepAliveTimeoutMs: 60_000 } } },
    );
    const socket = await open(port);
    socket.write(GET);
    await reached.opened;
    const stopped = app.stop();
    await new Promise(setImmediate);
    gate.open();
    expect(await socket.ended()).toMatch(/connection: keep-alive[^]*begin [^]*end\r\n0\r\n\r\n$/i);
    await stopped;
  });

  it('says at once that it is not ready, and goes on to accept for the configured time', async () => {
    const { app, port, url } = await listen((routes) => routes.get('/', () => 'hello'), { http: { shutdownDelayMs: 1_000 } });
    const { http } = app.services;
    expect(http.isDraining).toBe(false);
    const stopped = app.stop();
    await expect.poll(() => http.isDraining).toBe(true);
    expect(await (await fetch(url, { headers: { connection: 'close' } })).text()).toBe('hello');
    await app.clock.advance(1_000);
    await stopped;
    await expect(openRawSocket(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('tells those who want to say goodbye, once, whatever one of them throws', async () => {
    const { logger, lines } = recordLog();
    const [reached, gate] = [createGate(), createGate()];
    const { app, port } = await listen(waiting(reached, gate), { logger });
    const told: string[] = [];
    const { http } = app.services;
    http.onDrain(() => {
      throw new Error('not now');
    });
    const remove = http.onDrain(() => told.push('removed'));
    http.onDrain(() => {
      told.push('told');
      gate.open();
    });
    remove();
    const socket = await open(port);
    socket.write(GET.replace('/', '/slow'));
    await reached.opened;
    await Promise.all([app.stop(), app.stop()]);
    expect(await socket.ended()).toMatch(/connection: close[^]*finished$/i);
    expect(told).toEqual(['told']);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', message: 'a listener of the shutdown failed' }));
  });

  it('breaks off a TLS connection that does not end', async () => {
    const reached = createGate();
    const { app, port } = await listen(
      (routes) =>
        routes.get('/', () => {
          reached.open();
          return new Promise(() => undefined);
        }),
      { http: { tls: { ...(await createCertificate()) }, shutdownGraceMs: 100 } },
    );
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }).on('error', () => undefined);
    socket.write(GET);
    await reached.opened;
    const closed = once(socket.resume(), 'close');
    const stopped = app.stop();
    await new Promise(setImmediate);
    await app.clock.advance(100);
    await closed;
    await stopped;
  });
});
