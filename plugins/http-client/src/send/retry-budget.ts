/**
 * Keeps repetitions from burying a service that is down: each origin has a reserve of them, which its calls and the time
 * fill again. Once it is used up, no more than a share of the calls is repeated, whatever each of them may do.
 * Source: Google, "Site Reliability Engineering", chapter 21 ("Client-Side Throttling", "Deciding to Retry").
 */
import type { Clock } from '@oxidite/plugin-sdk';

const RESERVE = 20;
/** What each call adds. */
const SHARE = 0.1;
/** What each second adds, so that a client that calls rarely may repeat as well. */
const PER_SECOND = 1;
/** Origins that are remembered: users can choose any number of them. */
const MAX_ORIGINS = 1_000;
/** Sums of fractions are not exact. */
const TOLERANCE = 1e-6;

/** The repetitions that are left, by origin. */
export interface RetryBudget {
  /** A call begins. */
  noteCall(origin: string): void;
  /** Takes a repetition, if there is one left. */
  take(origin: string): boolean;
}

interface Stock {
  left: number;
  atMs: number;
}

/** Creates a budget. Origins whose reserve is full take no memory. */
export function createRetryBudget(clock: Clock): RetryBudget {
  const stocks = new Map<string, Stock>();

  function fill(origin: string, stock: Stock, added: number): void {
    const nowMs = clock.monotonicMs();
    stock.left = Math.min(RESERVE, stock.left + added + ((nowMs - stock.atMs) / 1_000) * PER_SECOND);
    stock.atMs = nowMs;
    if (stock.left === RESERVE) stocks.delete(origin);
  }

  return {
    noteCall(origin) {
      const stock = stocks.get(origin);
      if (stock !== undefined) fill(origin, stock, SHARE);
    },
    take(origin) {
      const stock = stocks.get(origin) ?? { left: RESERVE, atMs: clock.monotonicMs() };
      fill(origin, stock, 0);
      if (stock.left < 1 - TOLERANCE) return false;
      stock.left -= 1;
      const [oldest] = stocks.size >= MAX_ORIGINS && !stocks.has(origin) ? stocks.keys() : [];
      if (oldest !== undefined) stocks.delete(oldest);
      stocks.set(origin, stock);
      return true;
    },
  };
}
