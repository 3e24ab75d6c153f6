/** Randomness that repeats itself, so that a failing run can be run again. */
import { type Random, RandomRangeError } from '@oxidite/kernel';

/** Integers are drawn from six bytes. */
const SPAN_LIMIT = 2 ** 48;

/**
 * Creates a source that gives the same values for the same seed. For tests only: it can be predicted.
 * Source: mulberry32, a public-domain generator by Tommy Ettinger.
 */
export function createSeededRandom(seed: number): Random {
  let state = seed >>> 0;
  const nextByte = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) & 0xff;
  };
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, nextByte);
  return {
    bytes,
    integer(min, max) {
      const span = max - min + 1;
      if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || span < 1 || span >= SPAN_LIMIT) throw new RandomRangeError({ min, max });
      const limit = Math.floor(SPAN_LIMIT / span) * span;
      for (;;) {
        const value = Buffer.from(bytes(6)).readUIntBE(0, 6);
        if (value < limit) return min + (value % span);
      }
    },
    uuid() {
      const raw = Buffer.from(bytes(16));
      raw.writeUInt8((raw.readUInt8(6) & 0x0f) | 0x40, 6);
      raw.writeUInt8((raw.readUInt8(8) & 0x3f) | 0x80, 8);
      const hex = raw.toString('hex');
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    },
  };
}
