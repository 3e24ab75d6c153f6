/**
 * Arithmetic over the numbers of BSON, exact where MongoDB's is: a Long and a Decimal128 are no doubles. A whole number of
 * JavaScript counts as an int, another one as a double.
 */
import { Decimal128, Long, Timestamp } from 'bson';

/** A number as `bson` gives it. */
export type BsonNumber = number | Long | Decimal128;

/** A finite number: `coefficient` × 10^`exponent`. */
interface Exact {
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** The digits that a Decimal128 has. */
const DECIMAL_DIGITS = 34;

/** Says whether a value is a number. */
export function isBsonNumber(value: unknown): value is BsonNumber {
  return typeof value === 'number' || (Long.isLong(value) && !(value instanceof Timestamp)) || value instanceof Decimal128;
}

/** Orders two numbers of any types; NaN comes first. */
export function compareNumbers(left: BsonNumber, right: BsonNumber): number {
  if (typeof left === 'number' && typeof right === 'number') return compareDoubles(left, right);
  const [a, b] = [toExact(left), toExact(right)];
  if (a === undefined || b === undefined) return compareDoubles(Number(left.toString()), Number(right.toString()));
  const [x, y] = align(a, b);
  return x < y ? -1 : Number(x > y);
}

/** Adds two numbers. */
export function addNumbers(left: BsonNumber, right: BsonNumber): BsonNumber {
  return calculate(left, right, {
    doubles: (a, b) => a + b,
    exact: (a, b) => {
      const [x, y, exponent] = align(a, b);
      return { coefficient: x + y, exponent };
    },
  });
}

/** Multiplies two numbers. */
export function multiplyNumbers(left: BsonNumber, right: BsonNumber): BsonNumber {
  return calculate(left, right, {
    doubles: (a, b) => a * b,
    exact: (a, b) => ({ coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent }),
  });
}

/** Divides two numbers: a Decimal128 when one of them is, and a double otherwise. */
export function divideNumbers(left: BsonNumber, right: BsonNumber): BsonNumber {
  const [a, b] = [toExact(left), toExact(right)];
  const isDecimal = left instanceof Decimal128 || right instanceof Decimal128;
  if (!isDecimal || a === undefined || b === undefined || b.coefficient === 0n) return Number(left.toString()) / Number(right.toString());
  const coefficient = (a.coefficient * 10n ** BigInt(DECIMAL_DIGITS)) / b.coefficient;
  return toDecimal(shorten({ coefficient, exponent: a.exponent - b.exponent - DECIMAL_DIGITS }));
}

/** Writes a number so that equal ones of any types are written alike. */
export function writeNumber(value: BsonNumber): string {
  const exact = toExact(value);
  if (exact === undefined) return String(Number(value.toString()));
  const { coefficient, exponent } = shorten(exact);
  return `${coefficient}e${coefficient === 0n ? 0 : exponent}`;
}

function compareDoubles(left: number, right: number): number {
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(right)) - Number(Number.isNaN(left));
  return left < right ? -1 : Number(left > right);
}

/** How a result is found: of doubles, and of exact numbers. */
interface Calculation {
  readonly doubles: (left: number, right: number) => number;
  readonly exact: (left: Exact, right: Exact) => Exact;
}

function calculate(left: BsonNumber, right: BsonNumber, { doubles, exact }: Calculation): BsonNumber {
  const isDouble = (value: BsonNumber): boolean => typeof value === 'number' && !Number.isInteger(value);
  const isDecimal = left instanceof Decimal128 || right instanceof Decimal128;
  const [a, b] = [toExact(left), toExact(right)];
  if (a === undefined || b === undefined) return doubles(Number(left.toString()), Number(right.toString()));
  if (isDecimal) return toDecimal(exact(a, b));
  if (typeof left === 'number' && typeof right === 'number') return doubles(left, right);
  if (isDouble(left) || isDouble(right)) return doubles(Number(left.toString()), Number(right.toString()));
  return Long.fromBigInt(exact(a, b).coefficient);
}

function toDecimal({ coefficient, exponent }: Exact): Decimal128 {
  return Decimal128.fromStringWithRounding(`${coefficient}E${exponent}`);
}

/** Reads a number; `undefined` when it is infinite or none. */
function toExact(value: BsonNumber): Exact | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(value.toString()) ?? [];
  if (sign === undefined) return undefined;
  return { coefficient: BigInt(`${sign}${whole}${fraction}`), exponent: Number(exponent) - fraction.length };
}

function align(left: Exact, right: Exact): readonly [left: bigint, right: bigint, exponent: number] {
  const exponent = Math.min(left.exponent, right.exponent);
  const scale = (value: Exact): bigint => value.coefficient * 10n ** BigInt(value.exponent - exponent);
  return [scale(left), scale(right), exponent];
}

function shorten({ coefficient, exponent }: Exact): Exact {
  const digits = String(coefficient);
  const zeros = coefficient === 0n ? 0 : digits.length - digits.replace(/0+$/, '').length;
  return { coefficient: coefficient / 10n ** BigInt(zeros), exponent: exponent + zeros };
}
