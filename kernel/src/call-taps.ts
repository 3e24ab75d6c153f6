/**
 * Calls the taps of a lifecycle hook. tapable compiles a function for a hook at its first call; for hooks that are called
 * once in the life of an application this costs more than it gains: 8 ms for 200 plugins.
 */
import type { AnyHook } from './hook-registry.ts';

/** Calls the taps one after the other. */
export async function callTapsInSeries(hook: AnyHook): Promise<void> {
  for (const tap of hook.taps) await callTap(tap);
}

/** Calls the taps side by side; the first failure is the result. */
export async function callTapsInParallel(hook: AnyHook): Promise<void> {
  await Promise.all(hook.taps.map(callTap));
}

function callTap({ type, fn }: AnyHook['taps'][number]): unknown {
  if (type !== 'async') return fn();
  return new Promise<void>((resolve, reject) => {
    fn((error: unknown) => (error === null || error === undefined ? resolve() : reject(error)));
  });
}
