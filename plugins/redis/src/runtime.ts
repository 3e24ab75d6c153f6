/** All that needs ioredis; the plugin imports it when it is set up. */
import type { PluginScope } from '@oxidite/plugin-sdk';
import { AsyncLocalStorage } from 'node:async_hooks';
import { resolve } from 'node:path';
import { toConnectionSettings } from './connections/connection-settings.ts';
import { type Connections, createConnections } from './connections/connections.ts';
import type { RedisOptions } from './options.ts';
export { createDoctorChecks } from './doctor.ts';
export { createHealthChecks } from './health.ts';
import { createRedisService, type RedisService } from './redis-service.ts';
import { findStores } from './stores/find-stores.ts';

/** What the plugin holds. */
export interface RedisRuntime {
  readonly connections: Connections;
  readonly service: RedisService;
}

/** Creates connections, which are not open yet, and the service. */
export async function createRedisRuntime(
  options: RedisOptions,
  kernel: Pick<PluginScope<unknown>, 'logger' | 'random' | 'root' | 'use'>,
): Promise<RedisRuntime> {
  const clock = kernel.use('clock'); // that of the plugin stops when it is unloaded, but what runs then still has its limits
  const outside = AsyncLocalStorage.snapshot();
  const stores = [...options.stores, ...(await findStores(resolve(kernel.root, options.storesDirectory)))];
  const connections = createConnections(toConnectionSettings(options), { clock, logger: kernel.logger, outside });
  return { connections, service: createRedisService({ connections, clock, random: kernel.random, outside, stores }) };
}
