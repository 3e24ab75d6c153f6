/** Applications with the plugin, on the Redis that test files share or on one of their own. Time is real: that of Redis is, too. */
import { createKernel, createSystemClock, type Kernel, type KernelConfig, type Logger } from '@oxidite/kernel';
import { createSeededRandom } from '@oxidite/plugin-sdk/testing';
import { redis, type RedisService } from '@oxidite/redis';
import { describe } from 'vitest';
import { findServiceProblem, serviceUrl } from '../../services/service-url.ts';

/** The options of the plugin. */
export type Options = NonNullable<Parameters<typeof redis>[0]>;

/** What a kernel is booted with, besides the plugin. */
export interface BootOptions {
  readonly plugins?: KernelConfig['plugins'];
  readonly logger?: Logger;
  readonly root?: string;
}

/** A kernel and its Redis. */
export interface Booted extends AsyncDisposable {
  readonly kernel: Kernel;
  readonly redis: RedisService;
}

const problem = await findServiceProblem('REDIS_URL');

/** Declares a suite that needs the shared Redis; where there is none, it is skipped. */
export function describeOnRedis(name: string, suite: () => void): void {
  describe.skipIf(problem !== undefined)(problem === undefined ? name : `${name}: ${problem}`, suite);
}

/** Boots an application; without a URL, on the shared Redis with a prefix of its own. */
export async function boot(options: Options = {}, { plugins = [], logger, root = import.meta.dirname }: BootOptions = {}): Promise<Booted> {
  const place = options.url === undefined ? { url: await serviceUrl('REDIS_URL'), keyPrefix: `${crypto.randomUUID()}:` } : {};
  const kernel = createKernel({
    config: { plugins: [...plugins, redis({ ...place, ...options })] },
    clock: createSystemClock(),
    random: createSeededRandom(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0),
    env: {},
    root,
    ...(logger === undefined ? {} : { logger }),
  });
  await kernel.boot();
  return { kernel, redis: kernel.use('redis'), [Symbol.asyncDispose]: () => kernel.stop() };
}

/** Returns what a promise is rejected with. */
export async function catchError(work: PromiseLike<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it was expected to fail');
}
