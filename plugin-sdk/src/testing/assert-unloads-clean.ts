/**
 * Proves that a plugin leaves nothing behind: it is loaded into a running kernel, used and unloaded, several times, and
 * what is there afterwards is compared with what was there before. One round goes first, so that modules and caches are warm.
 */
import { fail } from 'node:assert/strict';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Kernel, Plugin } from '@oxidite/kernel';
import { createTestKernel, type TestKernel, type TestKernelOptions } from './create-test-kernel.ts';
import { type Inventory, type ProcessWatch, watchProcess } from './process-watch.ts';

const DEFAULT_SETTLE_LIMIT_MS = 2_000;
/** So often it is looked whether handles have closed. */
const SETTLE_PAUSE_MS = 10;
const WARM_UP_TURNS = 50;
/** The plugin is loaded and unloaded this often, so that what it leaves stands out from what the process does besides. */
const ROUNDS = 6;

/** Options of {@link assertUnloadsClean}. */
export interface UnloadOptions extends TestKernelOptions {
  /** Uses the plugin while it is loaded. */
  readonly exercise?: (kernel: TestKernel) => unknown;
  /** `true` starts the kernel, so that the plugin's taps of `kernel:ready` run. Default: `false`. */
  readonly start?: boolean;
  /** How long handles may take to close, in milliseconds; a plugin that leaves something fails after it. Default: 2,000. */
  readonly settleLimitMs?: number;
}

/**
 * Asserts that unloading `plugin` takes back its taps, hooks, services and timers, and closes its handles, listeners and
 * async hooks. Not seen: a timer that runs once and was unref'ed, an open file, and what is kept in variables.
 * @throws {AssertionError} naming everything that was left.
 */
export async function assertUnloadsClean(plugin: Plugin, options: UnloadOptions = {}): Promise<void> {
  const { exercise, start = false, settleLimitMs = DEFAULT_SETTLE_LIMIT_MS, ...kernelOptions } = options;
  using watch = watchProcess();
  await using kernel = await createTestKernel(kernelOptions);
  if (start) await kernel.start();
  const round = async (): Promise<void> => {
    await kernel.load(plugin);
    await exercise?.(kernel);
    await kernel.unload(plugin.definition.name);
  };
  await round();
  await turns(WARM_UP_TURNS);
  const before = takeInventory(kernel, watch);
  for (let count = 0; count < ROUNDS; count++) await round();
  await turns(WARM_UP_TURNS);
  let left: readonly string[] = [];
  await settle(settleLimitMs, () => {
    left = listLeft(before, takeInventory(kernel, watch));
    return left.length === 0;
  });
  if (left.length > 0) fail(`Plugin "${plugin.definition.name}" left behind: ${left.join(', ')}. Close what it opens in kernel.onDispose().`);
}

function takeInventory(kernel: Kernel & Pick<TestKernel, 'clock'>, watch: ProcessWatch): Inventory {
  const inventory = new Map(watch.takeInventory());
  const add = (kind: string, count = 1): void => void inventory.set(kind, (inventory.get(kind) ?? 0) + count);
  const { hooks, services } = kernel.describe();
  for (const { name, declaredBy, taps } of hooks) {
    if (declaredBy !== undefined) add(`hook ${name}`);
    for (const { plugin } of taps) add(`tap of ${name} by ${plugin}`);
  }
  for (const { name } of services) add(`service ${name}`);
  add('timer of the kernel', kernel.clock.pendingTimers());
  return inventory;
}

function listLeft(before: Inventory, after: Inventory): string[] {
  return [...after].flatMap(([kind, count]) => {
    const more = (count - (before.get(kind) ?? 0)) / ROUNDS;
    return more >= 0.5 ? `${Math.round(more)} x ${kind}` : []; // half a round: timers and handles of the test runner come and go
  });
}

/** Handles close some turns of the event loop after they were told to. */
async function settle(limitMs: number, isSettled: () => boolean): Promise<void> {
  const startMs = performance.now();
  while (!isSettled() && performance.now() - startMs < limitMs) await setTimeout(SETTLE_PAUSE_MS);
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate();
}
