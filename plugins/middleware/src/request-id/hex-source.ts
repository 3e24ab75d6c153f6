/** Draws short random ids in hexadecimal. Random bytes are drawn many at a time: a call for each id would cost more than the rest. */
import type { Random } from '@oxidite/plugin-sdk';

const POOL_BYTES = 4_096;

/** Draws `bytes` random bytes, at most 16, and returns them in hexadecimal; never only zeros. */
export type HexSource = (bytes: number) => string;

/** Creates a source. */
export function createHexSource(random: Random): HexSource {
  let pool = Buffer.alloc(0);
  let used = 0;
  return (bytes) => {
    for (;;) {
      if (used + bytes > pool.length) {
        pool = Buffer.from(random.bytes(POOL_BYTES));
        used = 0;
      }
      const text = pool.toString('hex', used, used + bytes);
      used += bytes;
      if (!text.startsWith('00') || !/^0+$/.test(text)) return text;
    }
  };
}
