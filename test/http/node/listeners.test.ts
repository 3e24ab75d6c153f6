import type { Router } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type Server } from 'node:net';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createCertificate, type TestCertificate } from '../support/certificates.ts';
import { listen } from '../support/listen.ts';
import { openRawSocket } from '../support/raw-socket.ts';

const hello = (routes: Router): void => {
  routes.get('/', ({ ip }) => `hello ${ip}`);
};

const directory = mkdtempSync(join(tmpdir(), 'oxidite-'));
let certificate: TestCertificate;
let other: TestCertificate;
let locked: TestCertificate;

beforeAll(async () => {
  [certificate, other, locked] = await Promise.all([createCertificate(), createCertificate(), createCertificate({ passphrase: 'sesame' })]);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Makes a request over a unix socket. */
async function getOver(socketPath: string): Promise<string> {
  const [response] = await once(request({ socketPath, path: '/' }).end(), 'response');
  return text(response);
}

/** Occupies a unix socket or a port. */
async function occupy(place: string | 0): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    if (place === 0) server.listen(0, '127.0.0.1', resolve);
    else server.listen(place, resolve);
  });
  onTestFinished(() => void server.close());
  return server;
}

describe('listeners', () => {
  it('several serve the same application, and are all told of', async () => {
    const path = join(directory, 'several.sock');
    const { app } = await listen(hello, { http: { listeners: [{ port: 0, host: '127.0.0.1' }, { port: 0, host: '::1' }, { path }] } });
    const { http } = app.services;
    const [first, second, third] = http.addresses;
    expect(http.address).toBe(first);
    expect(await (await fetch(first?.url ?? '')).text()).toBe('hello 127.0.0.1');
    expect(await (await fetch(second?.url ?? '')).text()).toBe('hello ::1');
    expect(third).toEqual({ host: '', port: 0, path, url: `unix:${path}` });
    expect(await getOver(path)).toBe('hello ');
    await app.stop();
    expect(existsSync(path)).toBe(false);
    await expect(openRawSocket(first?.port ?? 0)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('HOST and PORT override the first that is not a unix socket', async () => {
    const path = join(directory, 'override.sock');
    const listeners = [{ path }, { port: 1, host: 'nowhere.invalid' }, { port: 0, host: '127.0.0.1' }];
    const { app } = await listen(hello, { env: { HOST: '::1', PORT: '0' }, http: { listeners } });
    expect(app.services.http.addresses).toMatchObject([{ path }, { host: '::1' }, { host: '127.0.0.1' }]);
  });

  it('none listens when one cannot', async () => {
    const holder = await occupy(0);
    const { port } = holder.address() as { port: number };
    const path = join(directory, 'nothing.sock');
    const app = await createTestHttp(hello, { http: { listeners: [{ path }, { port, host: '127.0.0.1' }] } });
    await expect(app.start()).rejects.toMatchObject({ cause: { code: 'OXI_HTTP_PORT_IN_USE', port } });
    expect(existsSync(path)).toBe(false);
  });

  it('refuses HTTP/2 with and without TLS at once', async () => {
    const create = createTestHttp(hello, { http: { listeners: [{ port: 0, h2c: true, tls: { ...certificate } }] } });
    await expect(create).rejects.toThrow(/leave out "tls" or "h2c"/);
  });
});

describe('a unix socket', () => {
  it('has the permissions that were asked for', async () => {
    const path = join(directory, 'mode.sock');
    await listen(hello, { http: { listeners: [{ path, mode: 0o600 }] } });
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
  });

  it('replaces the file of a dead process', async () => {
    const path = join(directory, 'stale.sock');
    const child = spawn(process.execPath, [
      '-e',
      `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
    ]);
    await once(child, 'exit');
    expect(lstatSync(path).isSocket()).toBe(true);
    await listen(hello, { http: { listeners: [{ path }] } });
    expect(await getOver(path)).toBe('hello ');
  });

  it.each([
    ['is listened on by a living process', 'live.sock', async (path: string) => void (await occupy(path)), /a running program listens on it/],
    ['is another file', 'file.sock', (path: string) => writeFile(path, 'precious'), /there is another file of that name/],
    ['is a link', 'link.sock', (path: string) => symlink('elsewhere', path), /there is another file of that name/],
  ])('is refused and left alone when it %s', async (_what, name, prepare, message) => {
    const path = join(directory, name);
    await prepare(path);
    const before = lstatSync(path).ino;
    const app = await createTestHttp(hello, { http: { listeners: [{ path }] } });
    await expect(app.start()).rejects.toMatchObject({ cause: { code: 'OXI_HTTP_SOCKET_IN_USE', path, message: expect.stringMatching(message) } });
    expect(lstatSync(path).ino).toBe(before);
  });

  it('says so when its directory does not exist', async () => {
    const path = join(directory, 'nowhere/app.sock');
    const app = await createTestHttp(hello, { http: { listeners: [{ path }] } });
    await expect(app.start()).rejects.toMatchObject({ cause: { code: 'OXI_HTTP_LISTEN', place: path } });
  });
});

describe('certificates that cannot be used are refused before anything listens', () => {
  const file = (name: string, content: string): string => {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  };

  it.each([
    ['a missing certificate', () => ({ cert: join(directory, 'none.pem'), key: certificate.key }), 'OXI_HTTP_TLS_FILE', /"tls\.cert".*none\.pem.*ENOENT/],
    ['a missing key', () => ({ cert: certificate.cert, key: join(directory, 'none.pem') }), 'OXI_HTTP_TLS_FILE', /"tls\.key".*none\.pem/],
    ['a certificate that is a directory', () => ({ cert: directory, key: certificate.key }), 'OXI_HTTP_TLS_FILE', /EISDIR/],
    [
      'a certificate that is none',
      () => ({ cert: file('bad-cert.pem', 'hello'), key: certificate.key }),
      'OXI_HTTP_TLS_INVALID',
      /"tls\.cert" holds no certificate/,
    ],
    ['a key that is none', () => ({ cert: certificate.cert, key: file('bad-key.pem', 'hello') }), 'OXI_HTTP_TLS_INVALID', /"tls\.key" holds no private key/],
    ['a key of another certificate', () => ({ cert: certificate.cert, key: other.key }), 'OXI_HTTP_TLS_INVALID', /"tls\.key" does not belong/],
    ['a locked key', () => ({ ...locked }), 'OXI_HTTP_TLS_INVALID', /with no passphrase/],
    ['a wrong passphrase', () => ({ ...locked, passphrase: 'open' }), 'OXI_HTTP_TLS_INVALID', /with this passphrase/],
    [
      'an authority that is none',
      () => ({ ...certificate, ca: '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----' }),
      'OXI_HTTP_TLS_INVALID',
      /"tls\.ca" holds no certificate/,
    ],
  ])('%s', async (_what, createOptions, code, message) => {
    const path = join(directory, 'beside.sock');
    const app = await createTestHttp(hello, { http: { listeners: [{ path }, { port: 0, host: '127.0.0.1', tls: createOptions() }] } });
    const error: unknown = await app.start().catch((thrown: Error) => thrown.cause);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(String(error)).not.toMatch(/BEGIN|sesame/);
    expect(existsSync(path)).toBe(false);
  });

  it.skipIf(process.getuid?.() === 0)('an unreadable key (not as root, who may read everything)', async () => {
    const key = file('unreadable.pem', certificate.key);
    chmodSync(key, 0o000);
    const app = await createTestHttp(hello, { http: { tls: { cert: certificate.cert, key } } });
    await expect(app.start()).rejects.toMatchObject({ cause: { code: 'OXI_HTTP_TLS_FILE' } });
  });
});
