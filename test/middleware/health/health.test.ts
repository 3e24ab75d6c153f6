import type { Router } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { type HealthCheck, isHealthRoute, middleware } from '@oxidite/middleware';
import { definePlugin } from '@oxidite/plugin-sdk';
import { describe, expect, it } from 'vitest';
import { createGate } from '../../http/support/gate.ts';
import { listen } from '../../http/support/listen.ts';

type Options = Parameters<typeof middleware>[0];

function createApp(checks: readonly HealthCheck[] = [], options: Options = {}, env: Record<string, string> = {}): Promise<TestHttp> {
  return createTestHttp(() => undefined, {
    env,
    plugins: [middleware({ log: false, ...options })],
    setup: (application) => application.tap('middleware:health', (all) => all.add(...checks)),
  });
}

const up: HealthCheck = { name: 'up', check: () => undefined };
const down: HealthCheck = { name: 'down', check: () => Promise.reject(new Error('no route to host')) };

describe('the health endpoints', () => {
  it('say that the process lives, and that the application is ready', async () => {
    await using app = await createApp([up]);
    const live = await app.request('GET', '/health/live');
    expect([live.status, live.json, live.headers.get('cache-control')]).toEqual([200, { status: 'live' }, 'no-store']);
    expect(await app.request('GET', '/health/ready')).toMatchObject({ status: 200, json: { status: 'ready' } });
    expect((await app.request('HEAD', '/health/ready')).status).toBe(200);
  });

  it('are not ready while a critical check is down, and tell why only to those who may know', async () => {
    await using app = await createApp([up, down]);
    expect(await app.request('GET', '/health/ready')).toMatchObject({ status: 503, json: { status: 'failing' }, text: '{"status":"failing"}' });
    expect((await app.request('GET', '/health/live')).status).toBe(200);
    await using open = await createApp([up, down], { health: { details: true } });
    expect((await open.request('GET', '/health/ready')).json).toEqual({
      status: 'failing',
      checks: [
        { name: 'up', status: 'up', isCritical: true, durationMs: 0 },
        { name: 'down', status: 'down', isCritical: true, durationMs: 0, error: 'no route to host' },
      ],
    });
    await using developing = await createApp([up], {}, { NODE_ENV: 'development' });
    expect((await developing.request('GET', '/health/ready')).json).toHaveProperty('checks');
  });

  it('are not ready while a plugin cannot say what to check, and are again when it can', async () => {
    let isBroken = true;
    await using app = await createTestHttp(() => undefined, {
      plugins: [middleware({ log: false })],
      setup: (application) =>
        application.tap('middleware:health', () => {
          if (isBroken) throw new Error('not now');
        }),
    });
    for (const _ of [1, 2]) expect((await app.request('GET', '/health/ready')).status).toBe(500);
    isBroken = false;
    expect((await app.request('GET', '/health/ready')).status).toBe(200);
  });

  it('are ready without what is not critical', async () => {
    await using app = await createApp([up, { ...down, isCritical: false }]);
    expect(await app.request('GET', '/health/ready')).toMatchObject({ status: 200, json: { status: 'degraded' } });
  });

  it('wait for no check longer than it may take, and abort it', async () => {
    const signals: AbortSignal[] = [];
    const stuck: HealthCheck = { name: 'stuck', timeoutMs: 500, check: (signal) => new Promise(() => signals.push(signal)) };
    await using app = await createApp([stuck], { health: { details: true } });
    const answer = app.request('GET', '/health/ready');
    await app.clock.advance(499);
    expect(signals[0]?.aborted).toBe(false);
    await app.clock.advance(1);
    const { status, json } = await answer;
    expect(status).toBe(503);
    expect(json).toMatchObject({ checks: [{ name: 'stuck', status: 'down', durationMs: 500, error: expect.stringContaining('did not end within 500 ms') }] });
    expect(signals[0]?.aborted).toBe(true);
  });

  it('ask the checks once for all who ask at the same time, and then once a second', async () => {
    let count = 0;
    const gate = createGate();
    await using app = await createApp([{ name: 'slow', check: () => (count++, gate.opened) }]);
    const answers = Array.from({ length: 5 }, () => app.request('GET', '/health/ready'));
    await app.clock.advance(10);
    gate.open();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(count).toBe(1);
    await app.clock.advance(999);
    await app.request('GET', '/health/ready');
    expect(count).toBe(1);
    await app.clock.advance(1);
    await app.request('GET', '/health/ready');
    expect(count).toBe(2);
  });

  it('know the checks of plugins that come and go', async () => {
    await using app = await createApp([]);
    const search = definePlugin({ name: '@acme/search', version: '1.0.0', setup: (kernel) => kernel.tap('middleware:health', (checks) => checks.add(down)) });
    await app.load(search());
    expect((await app.request('GET', '/health/ready')).status).toBe(503);
    await app.unload('@acme/search');
    await app.clock.advance(1_000);
    expect((await app.request('GET', '/health/ready')).status).toBe(200);
  });

  it('are not ready once the server drains, though it lives', async () => {
    const { app, url } = await listen(() => undefined, { plugins: [middleware({ log: false })], http: { shutdownDelayMs: 1_000 } });
    const ready = async (): Promise<unknown> => (await fetch(`${url}/health/ready`)).json();
    expect(await ready()).toEqual({ status: 'ready' });
    const stopping = app.stop();
    await expect.poll(() => app.services.http.isDraining).toBe(true);
    const response = await fetch(`${url}/health/ready`);
    expect([response.status, await response.json()]).toEqual([503, { status: 'draining' }]);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    await app.clock.advance(60_000);
    await stopping;
  });

  it('stand where they are told to, or nowhere', async () => {
    await using app = await createApp([], { health: { livePath: '/-/up', readyPath: '/-/ready' } });
    expect((await app.request('GET', '/-/up')).status).toBe(200);
    expect((await app.request('GET', '/-/ready')).status).toBe(200);
    expect((await app.request('GET', '/health/live')).status).toBe(404);
    await using none = await createApp([], { health: false });
    expect((await none.request('GET', '/health/live')).status).toBe(404);
  });

  it('are known as what they are, stand in no document, and are not limited', async () => {
    const define = (routes: Router): void => routes.get('/', () => 'home');
    await using app = await createTestHttp(define, { plugins: [middleware({ log: false, rateLimit: { limits: [{ limit: 1 }] } })] });
    const routes = app.services.http.routes.map((route) => [route.path, isHealthRoute(route), route.declaration.documented]);
    expect(routes).toContainEqual(['/health/live', true, false]);
    expect(routes).toContainEqual(['/health/ready', true, false]);
    expect(routes).toContainEqual(['/', false, undefined]);
    for (let count = 0; count < 3; count++) expect((await app.request('GET', '/health/live')).status).toBe(200);
    expect((await app.request('GET', '/')).status).toBe(200);
    expect((await app.request('GET', '/')).status).toBe(429);
  });
});
