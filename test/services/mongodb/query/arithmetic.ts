/** The operators that calculate, for mingo, which adds up doubles only: accumulators and expressions over all numbers. */
import { evalExpr } from 'mingo/core';
import { $push } from 'mingo/operators/accumulator';
import type { AnyObject, Options } from 'mingo/types';
import { compareValues } from '../values/compare-values.ts';
import { addNumbers, type BsonNumber, divideNumbers, isBsonNumber, multiplyNumbers } from '../values/exact-number.ts';

/** What mingo calls for a group: the documents, and the expression over each of them. */
type Accumulator = (documents: unknown[], expression: unknown, options: Options) => unknown;

/** What mingo calls for a document. */
export type Expression = (document: AnyObject, expression: unknown, options: Options) => unknown;

/** The accumulators. */
export const accumulators: Readonly<Record<'$sum' | '$avg' | '$min' | '$max', Accumulator>> = {
  $sum: (documents, expression, options) => sum(numbersOf(documents, expression, options)),
  $avg: (documents, expression, options) => {
    const numbers = numbersOf(documents, expression, options);
    return numbers.length === 0 ? null : divideNumbers(sum(numbers), numbers.length);
  },
  $min: (documents, expression, options) => extreme($push(documents, expression, options), -1),
  $max: (documents, expression, options) => extreme($push(documents, expression, options), 1),
};

/** The expressions. Others of mingo's, as `$round`, take doubles only. */
export const arithmetic: Readonly<Record<`$${string}`, Expression>> = {
  $multiply: toCalculation(multiplyNumbers),
  $divide: toCalculation(divideNumbers),
};

/** Replaces mingo's `$add` or `$subtract` where no date takes part. */
export function withDates(withDate: Expression, sign: 1 | -1): Expression {
  return (document, expression, options) => {
    const values: unknown = evalExpr(document, expression, options);
    if (!Array.isArray(values) || !values.every(isBsonNumber)) return withDate(document, expression, options);
    return values.reduce<BsonNumber>((left, right, index) => (index === 0 ? right : addNumbers(left, multiplyNumbers(right, sign))), 0);
  };
}

function sum(numbers: readonly BsonNumber[]): BsonNumber {
  return numbers.reduce(addNumbers, 0);
}

function numbersOf(documents: unknown[], expression: unknown, options: Options): BsonNumber[] {
  return $push(documents, expression, options).filter(isBsonNumber);
}

function extreme(values: readonly unknown[], sign: 1 | -1): unknown {
  const present = values.filter((value) => value !== null && value !== undefined);
  return present.toSorted((left, right) => sign * compareValues(right, left))[0] ?? null;
}

function toCalculation(calculate: (left: BsonNumber, right: BsonNumber) => BsonNumber): Expression {
  return (document, expression, options) => {
    const values: unknown = evalExpr(document, expression, options);
    return Array.isArray(values) && values.length > 0 && values.every(isBsonNumber) ? values.reduce(calculate) : null;
  };
}
