import { defineRoutes, http } from '@oxidite/http';
import { describePlugin } from '@oxidite/plugin-sdk/testing';
import { connect } from 'node:http2';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { createCertificate } from '../support/certificates.ts';

const directory = mkdtempSync(join(tmpdir(), 'oxidite-'));
const { cert, key } = await createCertificate();
for (const [name, content] of Object.entries({ cert, key })) writeFileSync(join(directory, `${name}.pem`), content);
afterAll(() => rmSync(directory, { recursive: true }));

const routes = defineRoutes('/', (router) => router.get('/', () => 'hello'));
const host = '127.0.0.1';
const tls = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };

// Unix sockets, TLS with watched files and HTTP/2 leave nothing behind either: no socket, no watch, no timer.
describePlugin({ describe, it }, http({ listeners: [{ path: join(directory, 'app.sock') }, { port: 0, host, tls }, { port: 0, host, h2c: true }] }), {
  start: true,
  setup: (kernel) => kernel.tap('http:routes', (router) => router.use(routes)),
  async exercise(kernel) {
    for (const { url } of kernel.use('http').addresses.slice(1)) {
      const session = connect(url, { rejectUnauthorized: false });
      expect(await text(session.request({ ':path': '/' }))).toBe('hello');
      session.close();
    }
  },
});
