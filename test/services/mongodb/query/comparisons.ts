/**
 * The operators that compare, for mingo, which knows neither Long nor Decimal128 and orders values of other types in its own
 * way: in filters, in expressions and in `$sort`.
 */
import { evalExpr } from 'mingo/core';
import { type Iterator, Lazy } from 'mingo/lazy';
import type { AnyObject, Options, Predicate } from 'mingo/types';
import { resolve } from 'mingo/util';
import { compareValues, placeOf, signValue } from '../values/compare-values.ts';
import { type Document, isDocument } from '../values/document.ts';
import { namesOfType } from '../values/value-types.ts';

/** Says whether a value and that of the filter stand in a relation. */
type Relation = (value: unknown, wanted: unknown) => boolean;

const isLike: Relation = (value, wanted) => placeOf(value) === placeOf(wanted);
const isEqual: Relation = (value, wanted) => compareValues(value ?? null, wanted ?? null) === 0;

/** The comparisons of filters. */
export const queryComparisons = {
  $eq: toFilter(isEqual),
  $ne: negate(toFilter(isEqual)),
  $gt: toFilter((value, wanted) => isLike(value, wanted) && compareValues(value, wanted) > 0),
  $gte: toFilter((value, wanted) => isEqual(value, wanted) || (isLike(value, wanted) && compareValues(value, wanted) > 0)),
  $lt: toFilter((value, wanted) => isLike(value, wanted) && compareValues(value, wanted) < 0),
  $lte: toFilter((value, wanted) => isEqual(value, wanted) || (isLike(value, wanted) && compareValues(value, wanted) < 0)),
  $in: isIn,
  $nin: negate(isIn),
  $type: (path: string, wanted: unknown): Predicate => {
    const types = (Array.isArray(wanted) ? wanted : [wanted]).map(String);
    return (document: AnyObject) => valuesAt(document, path).some((value) => namesOfType(value).some((name) => types.includes(name)));
  },
};

/** Replaces mingo's `$all` where it has values only, and neither patterns nor `$elemMatch`. */
export function withEqualNumbers(
  withOthers: (path: string, wanted: unknown, options: Options) => Predicate,
): (path: string, wanted: unknown, options: Options) => Predicate {
  return (path, wanted, options) => {
    if (!Array.isArray(wanted) || wanted.some((item) => item instanceof RegExp || isDocument(item))) return withOthers(path, wanted, options);
    const filters = wanted.map((item) => queryComparisons.$eq(path, item));
    return (document: AnyObject) => filters.length > 0 && filters.every((fits) => fits(document));
  };
}

/** Makes patterns of `$regex` see characters, as the server's do, and no halves of them. */
export function withCodePoints(
  withUnits: (path: string, wanted: unknown, options: Options) => Predicate,
): (path: string, wanted: unknown, options: Options) => Predicate {
  return (path, wanted, options) =>
    withUnits(path, wanted instanceof RegExp ? new RegExp(wanted.source, `${wanted.flags.replace('u', '')}u`) : wanted, options);
}

/** The comparisons of expressions: over all types. */
export const expressionComparisons = {
  $cmp: toExpression((left, right) => Math.sign(compareValues(left, right))),
  $eq: toExpression((left, right) => compareValues(left, right) === 0),
  $ne: toExpression((left, right) => compareValues(left, right) !== 0),
  $gt: toExpression((left, right) => compareValues(left, right) > 0),
  $gte: toExpression((left, right) => compareValues(left, right) >= 0),
  $lt: toExpression((left, right) => compareValues(left, right) < 0),
  $lte: toExpression((left, right) => compareValues(left, right) <= 0),
  $in: toExpression((value, list) => Array.isArray(list) && list.some((item) => compareValues(value, item) === 0)),
};

/** The stage that sorts. An array counts as its least value, or its greatest when the order descends. */
export function $sort(documents: Iterator, keys: Document): Iterator {
  return documents.transform<Document>((list) => Lazy([...list].sort((left, right) => compareByKeys(left, right, keys))));
}

function compareByKeys(left: Document, right: Document, keys: Document): number {
  for (const [path, direction] of Object.entries(keys)) {
    const sign = direction === -1 ? -1 : 1;
    const compared = sign * compareValues(sortValue(left, path, sign), sortValue(right, path, sign));
    if (compared !== 0) return compared;
  }
  return 0;
}

function sortValue(document: Document, path: string, sign: 1 | -1): unknown {
  const value: unknown = resolve(document, path) ?? null;
  if (!Array.isArray(value)) return value;
  const list: readonly unknown[] = value;
  return list.toSorted((left, right) => sign * compareValues(left, right))[0]; // an empty array comes before null
}

function toFilter(relation: Relation): (path: string, wanted: unknown) => Predicate {
  return (path, wanted) => (document: AnyObject) => valuesAt(document, path).some((value) => relation(value, wanted));
}

function isIn(path: string, wanted: unknown): Predicate {
  const list: readonly unknown[] = Array.isArray(wanted) ? wanted : [];
  const signatures = new Set(list.map(signValue));
  const patterns = list.filter((item) => item instanceof RegExp);
  const matches = (value: unknown): boolean =>
    signatures.has(signValue(value)) || (typeof value === 'string' && patterns.some((pattern) => pattern.test(value)));
  return (document: AnyObject) => valuesAt(document, path).some(matches);
}

function negate(create: (path: string, wanted: unknown) => Predicate): (path: string, wanted: unknown) => Predicate {
  return (path, wanted) => {
    const isTrue = create(path, wanted);
    return (document: AnyObject) => !isTrue(document);
  };
}

/** A value at a path, and what an array there has: in a path of several parts each part may be an array. */
function valuesAt(document: AnyObject, path: string): readonly unknown[] {
  const value: unknown = resolve(document, path, { unwrapArray: true });
  if (!Array.isArray(value)) return [value];
  const depth = path.split('.').length;
  return [value, ...value, ...(depth > 1 ? value.flat(depth - 1) : [])];
}

function toExpression<Result>(compute: (left: unknown, right: unknown) => Result): (document: unknown, expression: unknown, options: Options) => Result {
  return (document, expression, options) => {
    const values: unknown = evalExpr(document, expression, options);
    const [left, right]: readonly unknown[] = Array.isArray(values) ? values : [values];
    return compute(left, right);
  };
}
