/**
 * Compares what fits a schema with what fitted it before, keyword by keyword. Where the relation of two keywords cannot be
 * told (two patterns, conditions), the change counts as one that breaks.
 */
import type { JsonSchema } from '../document/openapi-document.ts';
import { toPointer } from './api-change.ts';
import { isSame } from './canonical-json.ts';
import type { SchemaRule } from './change-rules.ts';
import { compareAlternatives } from './compare-alternatives.ts';
import { compareProperties } from './compare-properties.ts';
import { compareRanges } from './compare-ranges.ts';
import { compareNull, compareTypes, compareValues, isFree } from './compare-types.ts';
import { expandReferences, type NormalSchema, normalizeSchema, pointerOf, type SchemaNode, TEXTS } from './normal-schema.ts';
import { type NormalPair, reportKeyword, type SchemaComparison, type SchemaPair } from './schema-comparison.ts';

/** Keywords that restrict in a way of their own; they can only be the same, or not. */
const CONDITIONS = [
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'minContains',
  'maxContains',
  'propertyNames',
  'patternProperties',
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
];

/** Compares two schemas and everything in them. */
export function compareSchemas(pair: SchemaPair, comparison: SchemaComparison): void {
  const { direction } = pair;
  const before = normalizeSchema(pair.before, comparison.before);
  const after = normalizeSchema(pair.after, comparison.after);
  const key = `${direction} ${pair.before.pointer} ${pair.after.pointer}`;
  if (comparison.visited.has(key)) return;
  comparison.visited.add(key);
  const normal: NormalPair = { before, after, direction };
  compareNull(normal, comparison);
  compareTexts(normal, comparison);
  const [hadAlternatives, hasAlternatives] = [before.alternatives.length > 0, after.alternatives.length > 0];
  if (hadAlternatives || hasAlternatives) compareAlternatives(normal, comparison);
  if (hadAlternatives !== hasAlternatives) {
    compareSurroundings(normal, comparison);
    return;
  }
  if (!compareTypes(normal, comparison)) return;
  compareValues(normal, comparison);
  compareKeyword(normal, comparison, 'format', ['format-added', 'format-removed', 'format-changed']);
  compareKeyword(normal, comparison, 'pattern', ['pattern-added', 'pattern-removed', 'pattern-changed']);
  for (const keyword of CONDITIONS) compareKeyword(normal, comparison, keyword, ['condition-added', 'condition-removed', 'condition-changed']);
  compareCombination(normal, comparison);
  compareRanges(normal, comparison);
  compareDefaults(normal, comparison);
  compareItems(normal, comparison);
  compareProperties(normal, comparison);
}

/** What restricts all alternatives is compared with nothing when the other side has none. */
function compareSurroundings({ before, after, direction }: NormalPair, { report }: SchemaComparison): void {
  const isAdded = after.alternatives.length > 0;
  const holder = isAdded ? after : before;
  if (isFree(holder)) return;
  const sentence = `${after.node.label}: what holds for all alternatives ${isAdded ? 'is new' : 'is gone'}`;
  report(`${direction}.${isAdded ? 'condition-added' : 'condition-removed'}`, { pointer: holder.node.pointer, sentence });
}

function compareTexts(pair: NormalPair, comparison: SchemaComparison): void {
  const { before, after } = pair;
  for (const keyword of TEXTS) {
    const [left, right] = [before.keywords[keyword], after.keywords[keyword]];
    if (isSame(left, right)) continue;
    const sentence = `${after.node.label}: "${keyword}" says something else`;
    comparison.report('schema.text-changed', { pointer: pointerOf(right === undefined ? before : after, keyword), before: left, after: right, sentence });
  }
}

function compareKeyword(
  pair: NormalPair,
  comparison: SchemaComparison,
  keyword: string,
  [added, removed, changed]: readonly [SchemaRule, SchemaRule, SchemaRule],
): void {
  const [left, right] = [pair.before.keywords[keyword], pair.after.keywords[keyword]];
  if (left === undefined && right === undefined) return;
  if (isSame(expandReferences({ [keyword]: left }, comparison.before), expandReferences({ [keyword]: right }, comparison.after))) return;
  reportKeyword(pair, comparison, left === undefined ? added : right === undefined ? removed : changed, keyword);
}

/** All members hold, so each one is compared on its own as long as there are as many. */
function compareCombination(pair: NormalPair, comparison: SchemaComparison): void {
  const [left, right] = [pair.before.keywords['allOf'], pair.after.keywords['allOf']];
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) {
    compareKeyword(pair, comparison, 'allOf', ['condition-added', 'condition-removed', 'condition-changed']);
    return;
  }
  const toMember = (schema: NormalSchema, members: readonly unknown[], index: number): SchemaNode => ({
    schema: members[index],
    pointer: toPointer(pointerOf(schema, 'allOf'), index),
    label: schema.node.label,
  });
  for (const index of left.keys()) {
    comparison.compare({ before: toMember(pair.before, left, index), after: toMember(pair.after, right, index), direction: pair.direction });
  }
}

/** A default that comes says only how absence was treated; one that changes treats requests differently. */
function compareDefaults(pair: NormalPair, comparison: SchemaComparison): void {
  const [left, right] = [pair.before.keywords['default'], pair.after.keywords['default']];
  if (!isSame(left, right)) reportKeyword(pair, comparison, left === undefined ? 'default-added' : 'default-changed', 'default');
}

function compareItems(pair: NormalPair, comparison: SchemaComparison): void {
  const { before, after, direction } = pair;
  if (!before.types.has('array') || !after.types.has('array')) return;
  const [left, right] = [listPrefix(before.keywords), listPrefix(after.keywords)];
  if (left.length !== right.length) {
    reportKeyword(pair, comparison, 'items-changed', 'prefixItems');
    return;
  }
  for (const index of left.keys()) {
    const steps = ['prefixItems', index] as const;
    comparison.compare({ before: toChild(before, steps, left[index]), after: toChild(after, steps, right[index]), direction });
  }
  if (before.keywords['items'] === undefined && after.keywords['items'] === undefined) return;
  const steps = ['items'] as const;
  comparison.compare({ before: toChild(before, steps, before.keywords['items']), after: toChild(after, steps, after.keywords['items']), direction });
}

function listPrefix({ prefixItems }: JsonSchema): readonly unknown[] {
  return Array.isArray(prefixItems) ? prefixItems : [];
}

function toChild({ node }: NormalSchema, steps: readonly (string | number)[], schema: unknown): SchemaNode {
  return { schema: schema ?? {}, pointer: schema === undefined ? node.pointer : toPointer(node.pointer, ...steps), label: `an item of ${node.label}` };
}
