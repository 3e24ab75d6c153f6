import { BodyTooComplexError } from '@oxidite/http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertJsonShape } from '../../../plugins/http/src/body/json-shape.ts';

/** The same measures, of the parsed value. */
function measure(value: unknown): { depth: number; keys: number } {
  if (typeof value !== 'object' || value === null) return { depth: 0, keys: 0 };
  const inner = Object.values(value).map(measure);
  const keys = Array.isArray(value) ? 0 : inner.length;
  return { depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)), keys: keys + inner.reduce((sum, one) => sum + one.keys, 0) };
}

function isTaken(text: string, bodyDepth: number, bodyKeys: number): boolean {
  try {
    assertJsonShape(new TextEncoder().encode(text), { bodyDepth, bodyKeys });
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(BodyTooComplexError);
    return false;
  }
}

/** Strings full of what the scan looks for. */
const Key = fc.string({ unit: fc.constantFrom('a', '"', '\\', '{', '[', ']', '}', ':', ',', 'é', '💥') });
const { value: Json } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    Key,
    fc.integer(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(Key, tie('value'), { maxKeys: 4 }),
  ),
}));

describe('assertJsonShape', () => {
  it('takes exactly what a walk through the parsed value would take', () => {
    fc.assert(
      fc.property(Json, fc.nat(6), fc.nat(12), fc.boolean(), (value, bodyDepth, bodyKeys, isIndented) => {
        const text = JSON.stringify(value, undefined, isIndented ? 2 : 0);
        const { depth, keys } = measure(JSON.parse(text));
        expect(isTaken(text, bodyDepth, bodyKeys)).toBe(depth <= bodyDepth && keys <= bodyKeys);
      }),
      { numRuns: 1_000 },
    );
  });

  it('counts the shortest keys there are', () => {
    const text = (keys: number): string => `{${'"":0,'.repeat(keys - 1)}"":0}`;
    expect([isTaken(text(100), 64, 100), isTaken(text(101), 64, 100)]).toEqual([true, false]);
  });

  it('ends on anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => {
          try {
            assertJsonShape(bytes, { bodyDepth: 2, bodyKeys: 2 });
          } catch (error) {
            if (!(error instanceof BodyTooComplexError)) throw error;
          }
        }).not.toThrow();
      }),
    );
  });
});
