/** A kernel with the plugin, and the ways to make its time pass. */
import { httpClient, type HttpClientService } from '@oxidite/http-client';
import { createTestKernel, createVirtualClock, type TestKernel, type TestKernelOptions, type VirtualClock } from '@oxidite/plugin-sdk/testing';
import { setImmediate } from 'node:timers/promises';

/** The options of the plugin. */
export type Options = NonNullable<Parameters<typeof httpClient>[0]>;

/** A kernel and its client. */
export interface Booted extends AsyncDisposable {
  readonly kernel: TestKernel;
  readonly http: HttpClientService;
}

/** Boots a kernel with the plugin. */
export async function boot(options: Options = {}, kernelOptions: TestKernelOptions = {}): Promise<Booted> {
  const kernel = await createTestKernel({ ...kernelOptions, plugins: [httpClient({ shutdownGraceMs: 0, ...options })] });
  return { kernel, http: kernel.use('httpClient'), [Symbol.asyncDispose]: () => kernel.stop() };
}

/** A clock on which nobody waits: pauses are noted, and over at once. */
export function createHastyClock(): VirtualClock & { readonly pauses: number[] } {
  const pauses: number[] = [];
  const sleep = async (delayMs: number): Promise<void> => {
    pauses.push(delayMs);
    await setImmediate(); // connections fall free
  };
  return { ...createVirtualClock(), sleep, pauses };
}

/** A clock of a test that notes the pauses which are begun. */
export function createNotingClock(): VirtualClock & { readonly pauses: number[] } {
  const pauses: number[] = [];
  const clock = createVirtualClock();
  const sleep: VirtualClock['sleep'] = (delayMs, signal) => {
    pauses.push(delayMs);
    return clock.sleep(delayMs, signal);
  };
  return { ...clock, sleep, pauses };
}

/** Resolves when a condition holds; the network gets its turns meanwhile. */
export async function eventually(condition: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`this never came true: ${condition.toString()}`);
    await setImmediate();
  }
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
