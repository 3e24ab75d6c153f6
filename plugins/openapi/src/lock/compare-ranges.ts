/** Compares the limits of schemas: how great, long or many values may be, in which steps, and whether items may repeat. */
import type { NormalSchema } from './normal-schema.ts';
import { type NormalPair, reportKeyword, type SchemaComparison } from './schema-comparison.ts';

/** Keywords that are a least value, and those that are a greatest. */
const LEAST = ['minLength', 'minItems', 'minProperties'];
const GREATEST = ['maxLength', 'maxItems', 'maxProperties'];

/** Compares all limits. */
export function compareRanges(pair: NormalPair, comparison: SchemaComparison): void {
  compareBound(pair, comparison, { inclusive: 'minimum', exclusive: 'exclusiveMinimum', sign: 1 });
  compareBound(pair, comparison, { inclusive: 'maximum', exclusive: 'exclusiveMaximum', sign: -1 });
  for (const keyword of LEAST) compareLimit(pair, comparison, keyword, 1);
  for (const keyword of GREATEST) compareLimit(pair, comparison, keyword, -1);
  compareSteps(pair, comparison);
  const [left, right] = [pair.before.keywords['uniqueItems'] === true, pair.after.keywords['uniqueItems'] === true];
  if (left !== right) reportKeyword(pair, comparison, right ? 'items-made-unique' : 'items-made-repeatable', 'uniqueItems');
}

/** The two keywords of one end of a range of numbers; `sign` is 1 where a greater number allows less. */
interface BoundKeywords {
  readonly inclusive: string;
  readonly exclusive: string;
  readonly sign: 1 | -1;
}

/** An end of a range of numbers: how strict it is, and by which keyword. */
interface Bound {
  readonly keyword: string;
  readonly strictness: number;
  readonly isExclusive: boolean;
}

/** Of both keywords the stricter one counts. */
function compareBound(pair: NormalPair, comparison: SchemaComparison, keywords: BoundKeywords): void {
  const [left, right] = [readBound(pair.before, keywords), readBound(pair.after, keywords)];
  const difference = compareStrictness(left, right);
  const keyword = right?.keyword ?? left?.keyword;
  if (difference !== 0 && keyword !== undefined) reportKeyword(pair, comparison, difference < 0 ? 'range-narrowed' : 'range-widened', keyword);
}

function readBound({ keywords, types }: NormalSchema, { inclusive, exclusive, sign }: BoundKeywords): Bound | undefined {
  const isWhole = types.has('integer') && !types.has('number'); // of whole numbers the one beside an excluded limit is the limit
  const found = [inclusive, exclusive].flatMap((keyword): Bound[] => {
    const limit = keywords[keyword];
    if (typeof limit !== 'number') return [];
    const isExclusive = keyword === exclusive;
    return [{ keyword, strictness: limit * sign + (isExclusive && isWhole ? 1 : 0), isExclusive: isExclusive && !isWhole }];
  });
  return found.toSorted(compareStrictness).at(-1);
}

/** Negative when `left` allows more. */
function compareStrictness(left: Bound | undefined, right: Bound | undefined): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  return left.strictness - right.strictness || Number(left.isExclusive) - Number(right.isExclusive);
}

/** A higher least value allows less; a length or number of 0 is no limit. */
function compareLimit(pair: NormalPair, comparison: SchemaComparison, keyword: string, sign: 1 | -1): void {
  const [left, right] = [readLimit(pair.before.keywords[keyword], sign), readLimit(pair.after.keywords[keyword], sign)];
  if (left === right) return;
  const isNarrower = left === undefined || (right !== undefined && (right - left) * sign > 0);
  reportKeyword(pair, comparison, isNarrower ? 'range-narrowed' : 'range-widened', keyword);
}

function readLimit(value: unknown, sign: 1 | -1): number | undefined {
  return typeof value !== 'number' || (value === 0 && sign === 1) ? undefined : value;
}

function compareSteps(pair: NormalPair, comparison: SchemaComparison): void {
  const [left, right] = [pair.before.keywords['multipleOf'], pair.after.keywords['multipleOf']];
  if (left === right) return;
  if (typeof left !== 'number') reportKeyword(pair, comparison, 'step-narrowed', 'multipleOf');
  else if (typeof right !== 'number' || left % right === 0) reportKeyword(pair, comparison, 'step-widened', 'multipleOf');
  else reportKeyword(pair, comparison, right % left === 0 ? 'step-narrowed' : 'step-changed', 'multipleOf');
}
