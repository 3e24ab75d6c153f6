import { createSeededRandom } from '@oxidite/plugin-sdk/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawBackoffMs } from '../../../plugins/http-client/src/send/backoff.ts';

describe('drawBackoffMs', () => {
  it('lies between 0 and a bound that doubles up to the longest pause', () => {
    const limits = fc.record({ retryDelayMs: fc.integer({ min: 1, max: 100_000 }), retryMaxDelayMs: fc.integer({ min: 1, max: 1_000_000 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 11 }), limits, fc.nat(), (attempts, bounds, seed) => {
        const delayMs = drawBackoffMs(attempts, bounds, createSeededRandom(seed));
        const longestMs = Math.min(bounds.retryMaxDelayMs, bounds.retryDelayMs * 2 ** (attempts - 1));
        return Number.isInteger(delayMs) && delayMs >= 0 && delayMs <= longestMs;
      }),
      { numRuns: 1_000 },
    );
  });

  it('spreads over the whole of it', () => {
    const random = createSeededRandom(1);
    const delays = Array.from({ length: 1_000 }, () => drawBackoffMs(3, { retryDelayMs: 100, retryMaxDelayMs: 10_000 }, random));
    for (const quarter of [0, 1, 2, 3]) expect(delays.filter((delayMs) => Math.min(3, Math.floor(delayMs / 100)) === quarter).length).toBeGreaterThan(150);
  });
});
