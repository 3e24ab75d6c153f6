import { once } from 'node:events';
import { defineSocket, http, type Router } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { SyncHook, SyncWaterfallHook } from 'tapable';
import { describe, expect, it } from 'vitest';
import { recordLog } from './support/recorded-log.ts';

/** A plugin that declares routes. */
const contributor = (name: string, define: (routes: Router) => void): ReturnType<ReturnType<typeof definePlugin>> =>
  definePlugin({ name, version: '1.0.0', requires: ['http'], setup: (kernel) => kernel.tap('http:routes', define) })();

describe('the plugin', () => {
  it('collects the routes of all plugins at boot, before it listens', async () => {
    await using kernel = await createTestKernel({
      plugins: [http({ port: 0 }), contributor('one', (routes) => routes.get('/one', () => 1)), contributor('two', (routes) => routes.get('/two', () => 2))],
    });
    const service = kernel.use('http');
    expect(service.routes.map(({ path }) => path)).toEqual(['/one', '/two']);
    expect(service.address).toBeUndefined();
    await kernel.start();
    expect(await (await fetch(`${service.address?.url ?? ''}/two`)).text()).toBe('2');
  });

  it('has limits that can be seen, with defaults', async () => {
    await using app = await createTestHttp(() => undefined, { http: { limits: { bodyBytes: 5 } } });
    expect(app.services.http.limits).toEqual({
      bodyBytes: 5,
      bodyDepth: 64,
      bodyKeys: 10_000,
      headerBytes: 16_384,
      headerCount: 100,
      urlLength: 8_192,
      headersTimeoutMs: 10_000,
      requestTimeoutMs: 60_000,
      keepAliveTimeoutMs: 5_000,
      stallTimeoutMs: 30_000,
      requestsPerConnection: 10_000,
      connections: 20_000,
      http2Streams: 100,
      http2Resets: 200,
      http2ResetsPerSecond: 20,
      http2IdleTimeoutMs: 60_000,
      http2SessionMegabytes: 10,
      http2Faults: 100,
      webSocketPayloadBytes: 1_048_576,
      webSocketFragments: 1_024,
    });
  });

  it('refuses options that it does not know', async () => {
    await expect(createTestHttp(() => undefined, { http: JSON.parse('{"prot":1}') })).rejects.toThrow(/prot/);
  });

  it.each(['http', '-1', '65536', '80.5'])('refuses PORT=%s', async (PORT) => {
    const app = await createTestHttp(() => undefined, { env: { PORT } });
    await expect(app.start()).rejects.toMatchObject({ cause: { code: 'OXI_HTTP_PORT_INVALID', message: expect.stringContaining(PORT) } });
  });

  it('takes empty variables for none', async () => {
    await using app = await createTestHttp(() => undefined, { env: { PORT: '', HOST: '' } });
    await app.start();
    expect(app.services.http.address?.host).toBe('localhost');
  });

  it('follows plugins that join and leave', async () => {
    await using kernel = await createTestKernel({ plugins: [http({ port: 0 })] });
    const service = kernel.use('http');
    const statusOf = async (path: string): Promise<number> => (await service.inject(path)).status;
    expect(await statusOf('/late')).toBe(404);
    await kernel.load(contributor('late', (routes) => routes.get('/late', () => 'x')));
    expect(await statusOf('/late')).toBe(200);
    await kernel.unload('late');
    expect(await statusOf('/late')).toBe(404);
    expect(service.routes).toEqual([]);
  });

  it('keeps its routes when those of a plugin that joins cannot be added', async () => {
    const { logger, lines } = recordLog();
    await using kernel = await createTestKernel({ plugins: [http({ port: 0 }), contributor('one', (routes) => routes.get('/one', () => 1))], logger });
    await kernel.load(contributor('late', (routes) => routes.get('/one', () => 2)));
    expect(await (await kernel.use('http').inject('/one')).text()).toBe('1');
    expect(lines.some(({ level, message }) => level === 'error' && message.includes('declared twice'))).toBe(true);
  });

  it('contributes a command and a line of the banner', async () => {
    const banner = new SyncWaterfallHook<[readonly string[]]>(['lines'], 'cli:banner');
    const commands = new SyncHook<[{ add(...added: unknown[]): void }]>(['commands'], 'cli:commands');
    const cli = definePlugin({
      name: 'oxidite',
      version: '1.0.0',
      setup(kernel) {
        kernel.declareHook('cli:banner', banner as never);
        kernel.declareHook('cli:commands', commands as never);
      },
    });
    await using app = await createTestHttp(() => undefined, { plugins: [cli()] });
    expect(banner.call(['before'])).toEqual(['before']);
    await app.start();
    expect(banner.call(['before'])).toEqual(['before', `Listening on ${app.services.http.address?.url ?? ''}`]);
    const added: unknown[] = [];
    commands.call({ add: (...more) => void added.push(...more) });
    expect(await (added[0] as () => Promise<object>)()).toHaveProperty('routes');
  });
});

describe('inject', () => {
  it('takes paths, addresses and requests', async () => {
    await using app = await createTestHttp((routes) => routes.get('/:id', ({ params, url }) => `${params.id} ${url.origin}`));
    const { http: service } = app.services;
    expect(await (await service.inject('/a')).text()).toBe('a http://localhost');
    expect(await (await service.inject('https://shop.example/a')).text()).toBe('a https://shop.example');
    expect(await (await service.inject(new URL('http://x/b#fragment'))).text()).toBe('b http://x');
    expect(await (await service.inject(new Request('http://x/c'))).text()).toBe('c http://x');
  });

  it('answers with 404 before the application has booted', async () => {
    let status = 0;
    await using app = await createTestHttp((routes) => routes.get('/', () => 'x'), {
      setup: async (kernel) => {
        status = (await kernel.use('http').inject('/')).status;
        expect(kernel.use('http').routes).toEqual([]);
      },
    });
    expect([status, (await app.request('GET', '/')).status]).toEqual([404, 200]);
  });
});

describe('trustProxy', () => {
  it('is refused as a number where a listener speaks the PROXY protocol', async () => {
    const options = { listeners: [{ port: 0, proxyProtocol: true }], trustProxy: 1 };
    await expect(createTestHttp(() => undefined, { http: options })).rejects.toThrow(/trustProxy.*list the addresses of the proxies/);
    await using app = await createTestHttp(() => undefined, { http: { ...options, trustProxy: ['loopback'] } });
    expect(app.services.http.routes).toEqual([]);
  });
});

describe('the end of the application', () => {
  it('waits for handlers no longer than the grace', async () => {
    const { logger, lines } = recordLog();
    const stuck = defineSocket();
    const app = await createTestHttp((routes) => routes.get('/', (request) => stuck.accept(request, { open: () => new Promise(() => undefined) })), {
      logger,
      http: { shutdownGraceMs: 100 },
    });
    await app.start();
    const client = new WebSocket(`ws://localhost:${app.services.http.address?.port}`);
    await once(client, 'open');
    const stopped = app.stop();
    await once(client, 'close');
    await expect
      .poll(async () => {
        await app.clock.advance(100);
        return lines.map(({ message }) => message);
      })
      .toContain('handlers that still run are not waited for');
    await stopped;
  });
});

describe('a boot that fails', () => {
  it('closes the plugin without a further error', async () => {
    const { logger, lines } = recordLog();
    const conflicting = (routes: Router): void => {
      routes.get('/a', () => 'first');
      routes.get('/a', () => 'second');
    };
    await expect(createTestHttp(conflicting, { logger })).rejects.toThrow(/is declared twice/);
    expect(lines).toEqual([]);
  });
});
