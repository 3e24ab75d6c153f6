/** The expressions that convert, for mingo, which knows only the types of JavaScript. */
import { Decimal128, Double, Long, ObjectId } from 'bson';
import { evalExpr } from 'mingo/core';
import { CommandError } from '../command-error.ts';
import { isBsonNumber } from '../values/exact-number.ts';
import type { Expression } from './arithmetic.ts';

/** The expressions by their names; `null`, and a field that is not there, stay `null`. */
export const conversions: Readonly<Record<`$${string}`, Expression>> = {
  $toDecimal: toExpression((value) => Decimal128.fromString(toText(value))),
  $toLong: toExpression((value) => Long.fromString(toText(value).replace(/\..*$/, ''))),
  $toDouble: toExpression((value) => new Double(Number(toText(value)))),
  $toInt: toExpression((value) => Math.trunc(Number(toText(value)))),
  $toString: toExpression(toText),
  $toObjectId: toExpression((value) => new ObjectId(toText(value))),
};

function toExpression(convert: (value: unknown) => unknown): Expression {
  return (document, expression, options) => {
    const value: unknown = evalExpr(document, expression, options);
    return value === null || value === undefined ? null : convert(value);
  };
}

function toText(value: unknown): string {
  if (value instanceof ObjectId) return value.toHexString();
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string' || typeof value === 'boolean' || isBsonNumber(value)) return value.toString();
  throw new CommandError('ConversionFailure', 'Unsupported conversion in $convert with no onError value');
}
