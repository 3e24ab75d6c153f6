import { redis } from '@oxidite/redis';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCertificate } from '../http/support/certificates.ts';
import { recordLog } from '../http/support/recorded-log.ts';
import { redisMissing, startPrivateRedis } from '../services/private-redis.ts';
import { findFreePort } from '../services/server-process.ts';
import { serviceUrl } from '../services/service-url.ts';
import { boot, catchError, describeOnRedis } from './support/boot.ts';

describe('the options of redis()', () => {
  it.each<[string, object, RegExp]>([
    ['an URL of something else', { url: 'http://localhost:6379' }, /must be redis:\/\//],
    ['a database that is no number', { url: 'redis://localhost/shop' }, /must be redis:\/\//],
    ['options in the URL', { url: 'redis://localhost/0?family=6' }, /must be redis:\/\//],
    ['an URL of a connection that is none', { connections: { cache: { url: 'localhost' } } }, /connections\.cache\.url/],
    ['a second default connection', { connections: { default: { url: 'redis://localhost' } } }, /is the connection of the option "url"/],
    ['TLS that would not be used', { url: 'redis://localhost', tls: { ca: 'x' } }, /needs a URL that begins with rediss/],
    ['a time limit that is none', { commandTimeoutMs: 0 }, /commandTimeoutMs/],
    ['a misspelt option', { keyprefix: 'shop:' }, /keyprefix/],
    ['stores that are none', { stores: [{}] }, /made by defineStore/],
  ])('refuse %s', async (_, options, message) => {
    await expect(createTestKernel({ plugins: [redis(options)] })).rejects.toThrow(message);
  });

  it('tell no password when they are wrong', async () => {
    const error = await catchError(createTestKernel({ plugins: [redis({ url: 'redis://shop:s3cret-word@localhost/x' })] }));
    expect(inspect(error, { depth: 10 })).not.toContain('s3cret-word');
  });
});

describeOnRedis('redis()', () => {
  it('provides connections that work, with the prefix before all keys', async () => {
    const url = await serviceUrl('REDIS_URL');
    const prefix = `${crypto.randomUUID()}:`;
    await using shop = await boot({ url, keyPrefix: prefix, connections: { plain: { url, keyPrefix: '' } } });
    await shop.redis.client.set('a', '1');
    expect(await shop.redis.connection('plain').get(`${prefix}a`)).toBe('1');
    expect(() => shop.redis.connection('plane')).toThrow(/OXI|no Redis connection "plane".*plain/s);
  });

  it('tells the health endpoints and the doctor of each connection', async () => {
    const url = await serviceUrl('REDIS_URL');
    await using shop = await boot({ url, connections: { cache: { url, isCritical: false } } });
    const taps = shop.kernel.describe().hooks.filter(({ taps: all }) => all.some(({ plugin }) => plugin === '@oxidite/redis'));
    expect(taps.map(({ name }) => name).toSorted()).toEqual(['cli:commands', 'cli:doctor', 'middleware:health']);
  });
});

describe.skipIf(redisMissing !== undefined)(`booting${redisMissing === undefined ? '' : `: ${redisMissing}`}`, () => {
  it('fails when nobody listens, and says where and what to do', async () => {
    const port = await findFreePort();
    const error = await catchError(boot({ url: `redis://shop:s3cret-word@127.0.0.1:${port}/2` }));
    expect(error).toMatchObject({
      code: 'OXI_PLUGIN_SETUP',
      cause: { code: 'OXI_REDIS_CONNECT', connection: 'default', address: `redis://127.0.0.1:${port}/2`, reason: expect.stringContaining('ECONNREFUSED') },
    });
    expect(inspect(error, { depth: 10 })).not.toContain('s3cret-word');
  });

  it('fails with a wrong password, and does not tell it', async () => {
    await using server = await startPrivateRedis(['--requirepass', 'r1ght-word']);
    for (const credentials of ['', ':s3cret-word@', 'nobody:s3cret-word@']) {
      const error = await catchError(boot({ url: `redis://${credentials}127.0.0.1:${server.port}` }));
      expect(error).toMatchObject({ cause: { code: 'OXI_REDIS_CONNECT', remedy: 'Correct user and password in the option "url".' } });
      expect(inspect(error, { depth: 10 })).not.toContain('s3cret-word');
    }
    await using shop = await boot({ url: `redis://:r1ght-word@127.0.0.1:${server.port}` });
    expect(await shop.redis.client.ping()).toBe('PONG');
  });

  it('fails when the server does not have the database', async () => {
    await using server = await startPrivateRedis(['--databases', '2']);
    await expect(boot({ url: `${server.url}/5` })).rejects.toMatchObject({ cause: { code: 'OXI_REDIS_CONNECT', remedy: expect.stringContaining('database') } });
  });

  it('fails when the server takes connections and says nothing', async () => {
    await using server = await startPrivateRedis();
    server.freeze();
    await expect(boot({ url: server.url, connectTimeoutMs: 200 })).rejects.toMatchObject({
      cause: { code: 'OXI_REDIS_CONNECT', reason: 'there was no answer within 200 ms' },
    });
  });

  it('closes the connections that were open when a later one cannot be had', async () => {
    await using server = await startPrivateRedis();
    const port = await findFreePort();
    await expect(boot({ url: server.url, connections: { cache: { url: `redis://127.0.0.1:${port}` } } })).rejects.toMatchObject({
      cause: { code: 'OXI_REDIS_CONNECT', connection: 'cache' },
    });
    await using shop = await boot({ url: server.url });
    await expect.poll(async () => (await shop.redis.client.client('LIST')) as string).toMatch(/^id=[^\n]*\n$/);
  });

  it('checks the certificate of a server with TLS', async () => {
    const directory = mkdtempSync(join(import.meta.dirname, '.fixtures-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const { key, cert } = await createCertificate();
    writeFileSync(join(directory, 'key.pem'), key);
    writeFileSync(join(directory, 'cert.pem'), cert);
    const port = await findFreePort();
    const files = ['--tls-cert-file', join(directory, 'cert.pem'), '--tls-key-file', join(directory, 'key.pem'), '--tls-auth-clients', 'no'];
    await using _server = await startPrivateRedis(['--tls-port', String(port), ...files]);
    const url = `rediss://localhost:${port}/1`;
    await using shop = await boot({ url, tls: { ca: cert } });
    expect(await shop.redis.client.ping()).toBe('PONG');
    await expect(boot({ url })).rejects.toMatchObject({ cause: { code: 'OXI_REDIS_CONNECT', remedy: expect.stringContaining('tls: { ca }') } });
    const other = await createCertificate();
    await expect(boot({ url, tls: { ca: other.cert } })).rejects.toMatchObject({ cause: { code: 'OXI_REDIS_CONNECT' } });
  });

  it('logs without the password when the connection is lost and when it is back', async () => {
    await using server = await startPrivateRedis(['--requirepass', 's3cret-word']);
    const log = recordLog();
    await using shop = await boot({ url: `redis://:s3cret-word@127.0.0.1:${server.port}` }, { logger: log.logger });
    await server.restart();
    await expect
      .poll(() => log.lines.map(({ message }) => message), { timeout: 5_000 })
      .toEqual(['the connection to Redis is lost', 'the connection to Redis is back']);
    expect(JSON.stringify(log.lines)).not.toContain('s3cret-word');
    expect(await shop.redis.client.ping()).toBe('PONG');
  });

  it('tells no password when it is changed while the application runs', async () => {
    await using server = await startPrivateRedis();
    const log = recordLog();
    await using shop = await boot({ url: server.url, maxRetriesPerRequest: 1 }, { logger: log.logger });
    await shop.redis.client.config('SET', 'requirepass', 'an0ther-word');
    await shop.redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'no').catch(() => undefined);
    await expect.poll(() => shop.redis.client.status).not.toBe('ready');
    const error = await catchError(shop.redis.client.get('a'));
    expect(error).toMatchObject({ code: 'OXI_REDIS_UNAVAILABLE', status: 503 });
    expect(inspect(error, { depth: 10 }) + JSON.stringify(log.lines)).not.toContain('an0ther-word');
  });
});
