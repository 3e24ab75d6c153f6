/** Compares the properties of objects: which there are, which must be there, and what else may be. */
import { isRecord } from '../document/map-schema.ts';
import { toPointer } from './api-change.ts';
import type { NormalSchema, SchemaNode } from './normal-schema.ts';
import type { NormalPair, SchemaComparison } from './schema-comparison.ts';

/** Compares the properties of two schemas of objects. */
export function compareProperties(pair: NormalPair, comparison: SchemaComparison): void {
  const { before, after, direction } = pair;
  if (!before.types.has('object') || !after.types.has('object')) return;
  const [left, right] = [readProperties(before), readProperties(after)];
  for (const [name, schema] of left) {
    const node = toProperty(before, name, schema);
    const other = right.get(name);
    if (other === undefined) {
      const sentence = `${after.node.label} has no property "${name}" any more`;
      comparison.report(`${direction}.property-removed`, { pointer: node.pointer, before: schema, sentence });
      continue;
    }
    const property = toProperty(after, name, other);
    compareRequired(pair, comparison, name, property);
    comparison.compare({ before: node, after: property, direction });
  }
  for (const [name, schema] of right) if (!left.has(name)) reportAdded(pair, comparison, name, toProperty(after, name, schema));
  for (const name of listRequired(before, after)) {
    const isTold = left.has(name) || (right.has(name) && isRequired(after, name));
    if (!isTold) compareRequired(pair, comparison, name, { ...after.node, label: `"${name}" of ${after.node.label}` });
  }
  compareAdditional(pair, comparison);
}

/** Lists what must be there on any side, declared or not. */
function listRequired(...schemas: readonly NormalSchema[]): ReadonlySet<string> {
  return new Set(schemas.flatMap(({ keywords: { required } }) => (Array.isArray(required) ? (required as string[]) : [])));
}

function reportAdded({ after, direction }: NormalPair, { report }: SchemaComparison, name: string, { pointer, schema }: SchemaNode): void {
  const { label } = after.node;
  if (direction === 'output') report('output.property-added', { pointer, after: schema, sentence: `${label} has the property "${name}" now` });
  else if (isRequired(after, name)) report('input.required-property-added', { pointer, after: schema, sentence: `${label} needs the property "${name}" now` });
  else report('input.optional-property-added', { pointer, after: schema, sentence: `${label} may have the property "${name}" now` });
}

function compareRequired({ before, after, direction }: NormalPair, { report }: SchemaComparison, name: string, { pointer, label }: SchemaNode): void {
  const [left, right] = [isRequired(before, name), isRequired(after, name)];
  if (left === right) return;
  const sentence = right ? `${label} must always be there now` : `${label} may be missing now`;
  report(`${direction}.${right ? 'property-became-required' : 'property-became-optional'}`, { pointer, before: left, after: right, sentence });
}

/** Schemas of additional properties are compared as such; between them and `false` lies whether there may be any. */
function compareAdditional({ before, after, direction }: NormalPair, comparison: SchemaComparison): void {
  const [left, right] = [before.keywords['additionalProperties'], after.keywords['additionalProperties']];
  if ((left === false) !== (right === false)) {
    const rule = right === false ? 'additional-properties-forbidden' : 'additional-properties-allowed';
    const node = right === undefined ? before.node : after.node;
    comparison.report(`${direction}.${rule}`, {
      pointer: toPointer(node.pointer, 'additionalProperties'),
      before: left,
      after: right,
      sentence: `${after.node.label} ${right === false ? 'must have no other properties any more' : 'may have other properties now'}`,
    });
    return;
  }
  if (!isRecord(left) && !isRecord(right)) return;
  const child = ({ node }: NormalSchema, schema: unknown): SchemaNode => ({
    schema: schema ?? {},
    pointer: schema === undefined ? node.pointer : toPointer(node.pointer, 'additionalProperties'),
    label: `any other property of ${node.label}`,
  });
  comparison.compare({ before: child(before, left), after: child(after, right), direction });
}

function readProperties({ keywords }: NormalSchema): ReadonlyMap<string, unknown> {
  return new Map(isRecord(keywords['properties']) ? Object.entries(keywords['properties']) : []);
}

function isRequired({ keywords: { required } }: NormalSchema, name: string): boolean {
  return Array.isArray(required) && required.includes(name);
}

function toProperty({ node }: NormalSchema, name: string, schema: unknown): SchemaNode {
  return { schema, pointer: toPointer(node.pointer, 'properties', name), label: `"${name}" of ${node.label}` };
}
