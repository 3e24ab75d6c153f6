/** Lets virtual time pass while something waits for it between answers of a server, which come in real time. */
import type { VirtualClock } from '@oxidite/plugin-sdk/testing';

/** Resolves as `work` does; until then the clock keeps pace with real time, so that nothing seems to take too long. */
export async function advanceUntil<Result>(clock: VirtualClock, work: Promise<Result>): Promise<Result> {
  const state = { isSettled: false };
  const settled = work.finally(() => (state.isSettled = true));
  settled.catch(() => undefined); // whoever awaits the result is told
  for (let lastMs = performance.now(); !state.isSettled;) {
    const nowMs = performance.now();
    await clock.advance(nowMs - lastMs);
    lastMs = nowMs;
  }
  return settled;
}
