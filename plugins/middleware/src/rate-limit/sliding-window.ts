/**
 * The sliding window, kept as two counters: that of the present fixed window, and that of the one before, which counts for
 * the part of it that the sliding window still covers. Unlike a fixed window it cannot be passed twice around its edge.
 */
import type { RateLimitRule, Taken } from './rate-limiter.ts';
import { TOLERANCE } from './token-bucket.ts';

/** The state of one key. */
export interface Windows {
  /** The number of the present window since the beginning of time. */
  index: number;
  current: number;
  previous: number;
}

/** Takes `cost` in the present window, if the sliding one allows it. What is refused is not counted. */
export function takeFromWindow(
  windows: Windows,
  { limit, windowMs }: RateLimitRule,
  { cost, nowMs }: { readonly cost: number; readonly nowMs: number },
): Taken {
  const index = Math.floor(nowMs / windowMs);
  if (index !== windows.index) {
    windows.previous = index === windows.index + 1 ? windows.current : 0;
    windows.current = 0;
    windows.index = index;
  }
  const restMs = (index + 1) * windowMs - nowMs;
  const used = windows.previous * (restMs / windowMs) + windows.current;
  if (used + cost > limit + TOLERANCE) return { isAllowed: false, remaining: 0, waitMs: findWaitMs(windows, { free: limit - cost, windowMs, restMs }) };
  windows.current += cost;
  return { isAllowed: true, remaining: Math.floor(limit - used - cost + TOLERANCE), waitMs: restMs + windowMs };
}

/** In how many milliseconds no more than `free` is used: later in this window, or in the next, where this one fades out. */
function findWaitMs(
  { current, previous }: Windows,
  { free, windowMs, restMs }: { readonly free: number; readonly windowMs: number; readonly restMs: number },
): number {
  if (free < 0) return restMs + windowMs; // it costs more than there ever is
  if (current <= free) return restMs - ((free - current) / previous) * windowMs;
  return restMs + windowMs - (free / current) * windowMs;
}
