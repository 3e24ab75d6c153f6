import type { Router } from '@oxidite/http';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createCertificate, type TestCertificate } from '../support/certificates.ts';
import { listen, type Listening, type ListenOptions } from '../support/listen.ts';
import { recordLog } from '../support/recorded-log.ts';

let first: TestCertificate;
let second: TestCertificate;

beforeAll(async () => {
  [first, second] = await Promise.all([createCertificate({ name: 'first' }), createCertificate({ name: 'second' })]);
});

const routes = (router: Router): void => {
  router.get('/', ({ isSecure, url }) => `${isSecure} ${url.protocol}//${url.hostname}`);
};

function listenTls(tls: Record<string, unknown>, options: ListenOptions = {}): Promise<Listening> {
  return listen(routes, { ...options, http: { port: 0, tls: tls as never, ...options.http } });
}

/** Shakes hands, and returns the connection. */
async function shakeHands(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

async function nameOf(port: number): Promise<unknown> {
  const socket = await shakeHands(port);
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return subject.CN;
}

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'oxidite-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe('TLS', () => {
  it('serves HTTP/2 and HTTP/1.1 on one port, as the client chooses', async () => {
    const { port, url } = await listenTls({ ...first });
    expect(url).toBe(`https://127.0.0.1:${port}`);
    for (const [offered, chosen] of [
      [['h2', 'http/1.1'], 'h2'],
      [['http/1.1'], 'http/1.1'],
    ] as const) {
      const socket = await shakeHands(port, { ALPNProtocols: [...offered] });
      expect([socket.alpnProtocol, socket.getProtocol()]).toEqual([chosen, 'TLSv1.3']);
      socket.destroy();
    }
    const [response] = await once(request({ port, host: '127.0.0.1', rejectUnauthorized: false, agent: false }).end(), 'response');
    expect([response.httpVersion, await text(response)]).toEqual(['1.1', 'true https://127.0.0.1']);
    const session = connectHttp2(url, { rejectUnauthorized: false });
    expect(await text(session.request({ ':path': '/' }))).toBe('true https://127.0.0.1');
    session.close();
  });

  it('offers HTTP/1.1 only when told to', async () => {
    const { port } = await listenTls({ ...first, http2: false });
    expect((await shakeHands(port, { ALPNProtocols: ['h2', 'http/1.1'] })).alpnProtocol).toBe('http/1.1');
    const [response] = await once(request({ port, host: '127.0.0.1', rejectUnauthorized: false, agent: false }).end(), 'response');
    expect(await text(response)).toBe('true https://127.0.0.1');
  });

  it('speaks TLS 1.2 only when told to', async () => {
    const strict = await listenTls({ ...first });
    await expect(shakeHands(strict.port, { maxVersion: 'TLSv1.2' })).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    const lenient = await listenTls({ ...first, minVersion: 'TLSv1.2' });
    expect((await shakeHands(lenient.port, { maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2');
    expect((await shakeHands(lenient.port)).getProtocol()).toBe('TLSv1.3');
  });

  it('opens a locked key', async () => {
    const locked = await createCertificate({ name: 'locked', passphrase: 'sesame' });
    const { port } = await listenTls({ ...locked, passphrase: 'sesame' });
    expect(await nameOf(port)).toBe('locked');
  });

  it('with "ca", takes only clients that show a certificate', async () => {
    const client = await createCertificate({ name: 'client', ca: first });
    const { port } = await listenTls({ ...first, ca: first.cert, http2: false });
    const get = (certificate: object): Promise<string> =>
      once(request({ port, host: '127.0.0.1', rejectUnauthorized: false, agent: false, ...certificate }).end(), 'response').then(([response]) =>
        text(response),
      );
    expect(await get(client)).toBe('true https://127.0.0.1');
    await expect(get({})).rejects.toThrow();
    await expect(get(second)).rejects.toThrow();
  });

  it('closes connections that speak plain text, and goes on', async () => {
    const { port } = await listenTls({ ...first });
    const { exchangeText } = await import('../support/listen.ts');
    expect(await exchangeText(port, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n')).not.toContain('HTTP/1.1 200');
    expect(await nameOf(port)).toBe('first');
  });

  it('warns of a certificate that has expired', async () => {
    const { logger, lines } = recordLog();
    await listenTls({ ...(await createCertificate({ expires: new Date('2020-01-01') })) }, { logger });
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', message: expect.stringContaining('expired') }));
  });
});

describe('certificate files', () => {
  /** Writes a pair so that no reader sees half a file. */
  function write(place: string, { cert, key }: TestCertificate): void {
    for (const [name, content] of [
      ['cert.pem', cert],
      ['key.pem', key],
    ] as const) {
      writeFileSync(join(place, `${name}.new`), content);
      renameSync(join(place, `${name}.new`), join(place, name));
    }
  }

  /** Lets virtual time pass until `check` holds. */
  async function eventually({ app }: Listening, check: () => Promise<void> | void): Promise<void> {
    await expect
      .poll(
        async () => {
          await app.clock.advance(250);
          try {
            await check();
            return true;
          } catch {
            return false;
          }
        },
        { timeout: 10_000, interval: 20 },
      )
      .toBe(true);
  }

  it('are taken up when they change; connections that exist go on', async () => {
    const place = directory();
    write(place, first);
    const listening = await listenTls({ cert: 'cert.pem', key: 'key.pem' }, { root: place });
    const old = await shakeHands(listening.port, { ALPNProtocols: ['http/1.1'] });
    write(place, second);
    await eventually(listening, async () => expect(await nameOf(listening.port)).toBe('second'));
    old.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    expect(await text(old)).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it('are taken up when a link to them is switched', async () => {
    const place = directory();
    for (const [name, certificate] of [
      ['one', first],
      ['two', second],
    ] as const) {
      mkdirSync(join(place, name));
      write(join(place, name), certificate);
    }
    symlinkSync('one', join(place, 'current'));
    for (const name of ['cert.pem', 'key.pem']) symlinkSync(`current/${name}`, join(place, name));
    const listening = await listenTls({ cert: join(place, 'cert.pem'), key: join(place, 'key.pem') });
    symlinkSync('two', join(place, 'next'));
    renameSync(join(place, 'next'), join(place, 'current'));
    await eventually(listening, async () => expect(await nameOf(listening.port)).toBe('second'));
  });

  it('that cannot be used leave the old ones in place, and an error in the log', async () => {
    const place = directory();
    write(place, first);
    const { logger, lines } = recordLog();
    const listening = await listenTls({ cert: join(place, 'cert.pem'), key: join(place, 'key.pem') }, { logger });
    writeFileSync(join(place, 'cert.pem'), second.cert);
    await eventually(listening, () =>
      expect(lines).toContainEqual(
        expect.objectContaining({ level: 'error', fields: expect.objectContaining({ error: expect.objectContaining({ code: 'OXI_HTTP_TLS_INVALID' }) }) }),
      ),
    );
    expect(await nameOf(listening.port)).toBe('first');
    writeFileSync(join(place, 'key.pem'), second.key);
    await eventually(listening, async () => expect(await nameOf(listening.port)).toBe('second'));
  });

  it('are left alone when watching is off', async () => {
    const place = directory();
    write(place, first);
    const { app, port } = await listenTls({ cert: join(place, 'cert.pem'), key: join(place, 'key.pem'), watch: false });
    const before = app.clock.pendingTimers();
    write(place, second);
    await new Promise(setImmediate);
    expect(app.clock.pendingTimers()).toBe(before);
    expect(await nameOf(port)).toBe('first');
  });
});
