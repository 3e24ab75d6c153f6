/** A kernel for tests: virtual time, seeded randomness, an empty environment, services replaced at will. */
import { createKernel, type Env, type Kernel, type KernelConfig, type Logger, type Services } from '@oxidite/kernel';
import { createSeededRandom } from './seeded-random.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

/** Options of {@link createTestKernel}; every field of a configuration may be given as well. */
export interface TestKernelOptions extends Partial<KernelConfig> {
  /** Services that replace what plugins provide, or that no plugin provides. */
  readonly overrides?: Partial<Services>;
  /** The application's directory. Default: the current one. */
  readonly root?: string;
  /** Default: empty. */
  readonly env?: Env;
  /** Default: silent. */
  readonly logger?: Logger;
  /** Default: a new virtual clock. */
  readonly clock?: VirtualClock;
  /** The seed of `random`. Default: 1. */
  readonly seed?: number;
}

/** A booted kernel whose time the test controls. `await using` stops it. */
export interface TestKernel extends Kernel, AsyncDisposable {
  /** The clock of the kernel and its plugins. */
  readonly clock: VirtualClock;
}

/** Creates and boots a kernel for a test. */
export async function createTestKernel(options: TestKernelOptions = {}): Promise<TestKernel> {
  const { overrides, root, env = {}, logger, clock = createVirtualClock(), seed = 1, ...config } = options;
  const kernel = createKernel({
    config: { plugins: [], ...config },
    clock,
    random: createSeededRandom(seed),
    env,
    ...(root === undefined ? {} : { root }),
    ...(logger === undefined ? {} : { logger }),
    ...(overrides === undefined ? {} : { overrides }),
  });
  await kernel.boot();
  return Object.defineProperties(kernel, {
    clock: { value: clock, enumerable: true },
    [Symbol.asyncDispose]: { value: () => kernel.stop() },
  }) as TestKernel;
}
