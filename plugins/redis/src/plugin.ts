/** The plugin: opens the connections when the application boots, provides the service `redis`, and closes what it opened. */
import { definePlugin, type PluginFactory } from '@oxidite/plugin-sdk';
import type {} from 'oxidite';
import type { z } from 'zod';
import { RedisOptions } from './options.ts';
import type { RedisService } from './redis-service.ts';

declare module '@oxidite/kernel' {
  interface Services {
    readonly redis: RedisService;
  }
}

declare module '@oxidite/plugin-sdk' {
  interface PluginOptions {
    '@oxidite/redis': z.input<typeof RedisOptions> | undefined;
  }
}

/** Redis: `redis({ url: 'redis://localhost:6379/0', keyPrefix: 'shop:' })`. */
export const redis: PluginFactory<z.input<typeof RedisOptions> | undefined> = definePlugin({
  name: '@oxidite/redis',
  version: '0.1.0',
  config: RedisOptions.prefault({}),
  provides: ['redis'],
  async setup(kernel) {
    const { createDoctorChecks, createHealthChecks, createRedisRuntime } = await kernel.step('load the Redis library', import('./runtime.ts'));
    const runtime = await kernel.step('find the stores', createRedisRuntime(kernel.config, kernel));
    kernel.onDispose(() => runtime.connections.close());
    const opening = runtime.connections.open();
    opening.catch(() => undefined); // it also fails when it is closed before anybody waits for it
    await kernel.step('connect to Redis', opening);
    kernel.provide('redis', () => runtime.service);
    kernel.tap('cli:commands', (commands) => {
      commands.add(
        () => import('./commands/redis-keys.ts'),
        () => import('./commands/redis-clear.ts'),
      );
    });
    kernel.tap('cli:doctor', (checks) => checks.add(...createDoctorChecks(runtime)));
    kernel.tap('middleware:health', (checks) => checks.add(...createHealthChecks(runtime.connections))); // never called where there is none
  },
});
