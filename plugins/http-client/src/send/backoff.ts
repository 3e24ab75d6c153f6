/** How long to wait before a repetition. Source: M. Brooker, "Exponential Backoff And Jitter" (full jitter). */
import type { Random } from '@oxidite/plugin-sdk';

/** The bounds of the pauses. */
export interface BackoffLimits {
  readonly retryDelayMs: number;
  readonly retryMaxDelayMs: number;
}

/** Draws the pause after the n-th attempt, counted from 1: between 0 and `retryDelayMs` doubled n - 1 times, at most `retryMaxDelayMs`. */
export function drawBackoffMs(attempts: number, { retryDelayMs, retryMaxDelayMs }: BackoffLimits, random: Random): number {
  return random.integer(0, Math.min(retryMaxDelayMs, retryDelayMs * 2 ** (attempts - 1)));
}
