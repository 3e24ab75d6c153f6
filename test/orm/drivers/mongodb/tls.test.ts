import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { type Orm, orm as ormPlugin } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificate, type TestCertificate } from '../../../http/support/certificates.ts';
import { type MongodbServer, startPrivateMongodb } from '../../../services/private-mongodb.ts';
import { Tag } from './library.ts';

const USER = { name: 'ann', password: 's3cret' };

let directory: string;
let mongodb: MongodbServer;
let certificate: TestCertificate;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'oxidite-mongodb-tls-'));
  mongodb = await startPrivateMongodb(USER, { isAlone: true });
  certificate = await createCertificate();
});

afterAll(async () => {
  await mongodb[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** Takes connections with TLS only, and hands on what comes. */
async function withTls(work: (port: number, names: readonly unknown[]) => Promise<void>, { key, cert } = certificate): Promise<void> {
  const names: unknown[] = [];
  const server = createServer({ key, cert }, (socket) => {
    names.push(socket.getProtocol());
    const plain = connect(mongodb.port, '127.0.0.1');
    for (const [from, to] of [
      [socket, plain],
      [plain, socket],
    ] as const) {
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
  });
  server.on('tlsClientError', () => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    await work((server.address() as AddressInfo).port, names);
  } finally {
    server.close();
  }
}

function writeCa(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

const boot = (port: number, options: object, host = 'localhost'): Promise<TestKernel> =>
  createTestKernel({
    plugins: [
      ormPlugin({
        driver: 'mongodb',
        url: `mongodb://${USER.name}:${USER.password}@${host}:${port}/shop?authSource=admin`,
        models: [Tag],
        autoMigrate: 'models',
        acquireTimeoutMs: 1_500,
        ...options,
      }),
    ],
  });

/** Expects that the boot is refused with an error that says why, and nothing secret. */
async function expectRefused(booting: Promise<TestKernel>, message: RegExp): Promise<void> {
  const error = await booting.then(
    (kernel) => kernel.stop().then(() => undefined),
    (caught: Error) => caught.cause as Error, // the plugin could not be set up
  );
  expect(error).toMatchObject({ code: 'OXI_ORM_DATABASE_OPEN', message: expect.stringMatching(message) });
  expect(error?.message).toMatch(/Check the options "url" and "tls"/);
  expect(`${error?.message}${error?.stack}`).not.toContain(USER.password);
  expect(`${error?.message}${error?.stack}`).not.toContain('BEGIN CERTIFICATE');
}

const countTags = (orm: Orm): Promise<number> => orm.query(Tag).count();

describe('the option tls on MongoDB', () => {
  it('connects with TLS, and trusts the authority of its file', () =>
    withTls(async (port, names) => {
      await using kernel = await boot(port, { tls: { ca: writeCa('own.pem', certificate.cert) } });
      const orm = kernel.use('orm');
      await orm.unitOfWork((unit) => void unit.create(Tag, { name: 'red' }));
      expect(await countTags(orm)).toBe(1);
      expect(new Set(names)).toEqual(new Set(['TLSv1.3']));
    }));

  it('trusts no other authority', () =>
    withTls(async (port, names) => {
      const other = await createCertificate();
      await expectRefused(boot(port, { tls: { ca: writeCa('other.pem', other.cert) } }), /could not be opened: .*(certificate|signature)/s);
      await expectRefused(boot(port, { tls: true }), /could not be opened: .*self-signed certificate/s);
      expect(names).toEqual([]);
    }));

  it('takes no certificate of another host', async () => {
    const elsewhere = await createCertificate({ host: 'elsewhere.example' });
    await withTls(async (port) => {
      await expectRefused(boot(port, { tls: { ca: writeCa('elsewhere.pem', elsewhere.cert) } }), /could not be opened: .*altnames/s);
    }, elsewhere);
  });

  it('names a file that cannot be read', () => withTls((port) => expectRefused(boot(port, { tls: { ca: '/nowhere/ca.pem' } }), /\/nowhere\/ca\.pem/)));

  it('speaks to no server without TLS, nor without it to one that wants it', async () => {
    await expectRefused(boot(mongodb.port, { tls: { ca: writeCa('own.pem', certificate.cert) } }, '127.0.0.1'), /could not be opened: /);
    await withTls((port) => expectRefused(boot(port, {}), /could not be opened: /));
  });
});
