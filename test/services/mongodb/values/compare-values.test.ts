import { Decimal128, Long, ObjectId } from 'bson';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareValues, signValue } from './compare-values.ts';
import { addNumbers, compareNumbers, multiplyNumbers } from './exact-number.ts';

const long = fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }).map((value) => Long.fromBigInt(value));
const decimal = fc
  .tuple(fc.bigInt({ min: -1_000_000n, max: 1_000_000n }), fc.integer({ min: -4, max: 4 }))
  .map(([coefficient, exponent]) => Decimal128.fromString(`${coefficient}E${exponent}`));
const number = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  fc.double(),
  long,
  decimal,
  fc.integer({ min: -5, max: 5 }).map((value) => Long.fromNumber(value)),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    number,
    fc.constantFrom(null, true, false, '', 'a', 'b'),
    fc.date({ noInvalidDate: true }),
    fc.constantFrom('5f0000000000000000000000', '5f0000000000000000000001').map((hex) => new ObjectId(hex)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('x', 'y'), tie('value'), { maxKeys: 2 }).map((fields) => ({ ...fields })),
  ),
}));

describe('compareValues', () => {
  it('is an order of all values', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(compareValues(a, a)).toBe(0);
        expect(Math.sign(compareValues(a, b))).toBe(-Math.sign(compareValues(b, a)) + 0);
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) expect(compareValues(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('finds equal just what is written alike', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(signValue(a) === signValue(b)).toBe(compareValues(a, b) === 0);
      }),
    );
  });
});

describe('exact numbers', () => {
  it('are added and multiplied without losing a digit', () => {
    expect(addNumbers(Decimal128.fromString('0.10'), Decimal128.fromString('0.2'))).toEqual(Decimal128.fromString('0.30'));
    expect(multiplyNumbers(Decimal128.fromString('19.90'), 3)).toEqual(Decimal128.fromString('59.70'));
    expect(addNumbers(Long.fromString('9007199254740993'), 1)).toEqual(Long.fromString('9007199254740994'));
  });

  it('keep their order under addition', () => {
    fc.assert(
      fc.property(decimal, decimal, decimal, (a, b, c) => {
        expect(Math.sign(compareNumbers(addNumbers(a, c), addNumbers(b, c)))).toBe(Math.sign(compareNumbers(a, b)));
      }),
    );
  });
});
