/**
 * The token bucket, kept as one number: when the bucket will be full again. Taking from it moves that moment into the
 * future; it may not lie further away than filling an empty bucket takes.
 * Source: ITU-T I.371, annex A (generic cell rate algorithm), of which this is the form for buckets.
 */
import type { RateLimitRule, Taken } from './rate-limiter.ts';

/** Sums of fractions are not exact. */
export const TOLERANCE = 1e-6;

/** The state of one key. */
export interface Bucket {
  fullAtMs: number;
}

/** Takes `cost` tokens from a bucket, if it has them. */
export function takeTokens(
  bucket: Bucket,
  { limit, windowMs, burst }: RateLimitRule,
  { cost, nowMs }: { readonly cost: number; readonly nowMs: number },
): Taken {
  const msPerToken = windowMs / limit;
  const missingMs = Math.max(0, bucket.fullAtMs - nowMs);
  const afterMs = missingMs + cost * msPerToken;
  const overMs = afterMs - burst * msPerToken;
  if (overMs > TOLERANCE) return { isAllowed: false, remaining: 0, waitMs: overMs };
  bucket.fullAtMs = nowMs + afterMs;
  return { isAllowed: true, remaining: Math.floor(burst - afterMs / msPerToken + TOLERANCE), waitMs: afterMs };
}
