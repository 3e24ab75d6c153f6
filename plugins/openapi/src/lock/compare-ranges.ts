/** Compares the limits of schemas: how great, long or many values may be, in which steps, and whether items may repeat. */
import { type NormalPair, reportKeyword, type SchemaComparison } from './schema-comparison.ts';

/** Keywords that are a least value, and those that are a greatest. */
const LEAST = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const GREATEST = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];

/** Compares all limits. */
export function compareRanges(pair: NormalPair, comparison: SchemaComparison): void {
  for (const keyword of LEAST) compareLimit(pair, comparison, keyword, (limit) => limit);
  for (const keyword of GREATEST) compareLimit(pair, comparison, keyword, (limit) => -limit);
  compareSteps(pair, comparison);
  const [left, right] = [pair.before.keywords['uniqueItems'] === true, pair.after.keywords['uniqueItems'] === true];
  if (left !== right) reportKeyword(pair, comparison, right ? 'items-made-unique' : 'items-made-repeatable', 'uniqueItems');
}

/** A higher least value allows less; a length or number of 0 is no limit. */
function compareLimit(pair: NormalPair, comparison: SchemaComparison, keyword: string, toStrictness: (limit: number) => number): void {
  const [left, right] = [readLimit(pair.before.keywords[keyword], keyword), readLimit(pair.after.keywords[keyword], keyword)];
  if (left === right) return;
  const isNarrower = left === undefined || (right !== undefined && toStrictness(right) > toStrictness(left));
  reportKeyword(pair, comparison, isNarrower ? 'range-narrowed' : 'range-widened', keyword);
}

function readLimit(value: unknown, keyword: string): number | undefined {
  if (typeof value !== 'number') return undefined;
  return value === 0 && /^min(?:Length|Items|Properties)$/.test(keyword) ? undefined : value;
}

function compareSteps(pair: NormalPair, comparison: SchemaComparison): void {
  const [left, right] = [pair.before.keywords['multipleOf'], pair.after.keywords['multipleOf']];
  if (left === right) return;
  if (typeof left !== 'number') reportKeyword(pair, comparison, 'step-narrowed', 'multipleOf');
  else if (typeof right !== 'number' || left % right === 0) reportKeyword(pair, comparison, 'step-widened', 'multipleOf');
  else reportKeyword(pair, comparison, right % left === 0 ? 'step-narrowed' : 'step-changed', 'multipleOf');
}
