/** Waits for work, but not for ever. */
import type { Clock } from '@oxidite/plugin-sdk';

/** Tells whether `work` settles within `limitMs`; what it settles with is of no interest. With a limit of 0 it must be settled already. */
export async function settlesWithin(work: Promise<unknown>, { clock, limitMs }: { readonly clock: Clock; readonly limitMs: number }): Promise<boolean> {
  const settled = work.then(
    () => true,
    () => true,
  );
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = clock.setTimeout(() => resolve(false), limitMs);
  const isSettled = await Promise.race([settled, late]);
  timer.cancel();
  return isSettled;
}
