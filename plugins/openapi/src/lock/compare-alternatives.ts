/** Compares the alternatives of schemas: the members of `anyOf` and `oneOf`. */
import { isRecord } from '../document/map-schema.ts';
import type { JsonSchema, OpenApiDocument } from '../document/openapi-document.ts';
import { isSame } from './canonical-json.ts';
import { type NormalSchema, normalizeSchema, type SchemaNode } from './normal-schema.ts';
import type { NormalPair, SchemaComparison, SchemaPair } from './schema-comparison.ts';

/** Pairs alternatives that are the same or are told apart by the same value; one that is left on each side is one that changed. */
export function compareAlternatives({ before, after, direction }: NormalPair, comparison: SchemaComparison): void {
  const left = toAlternatives(before);
  const right = toAlternatives(after);
  const pairs: SchemaPair[] = [];
  const pairUp = (isMatch: (node: SchemaNode, other: SchemaNode) => boolean): void => {
    for (const node of left.slice()) {
      const match = right.find((other) => isMatch(node, other));
      if (match === undefined) continue;
      left.splice(left.indexOf(node), 1);
      right.splice(right.indexOf(match), 1);
      pairs.push({ before: node, after: match, direction });
    }
  };
  pairUp((node, other) => isSame(node.schema, other.schema));
  pairUp((node, other) => toAlternativeKey(node, comparison.before) === toAlternativeKey(other, comparison.after));
  const [lost, gained] = [left[0], right[0]];
  if (left.length === 1 && right.length === 1 && lost !== undefined && gained !== undefined) pairs.push({ before: lost, after: gained, direction });
  else {
    for (const { pointer, schema } of left) {
      comparison.report(`${direction}.alternative-removed`, { pointer, before: schema, sentence: `${after.node.label}: an alternative is gone` });
    }
    for (const { pointer, schema } of right) {
      comparison.report(`${direction}.alternative-added`, { pointer, after: schema, sentence: `${after.node.label}: there is one more alternative` });
    }
  }
  for (const pair of pairs) comparison.compare(pair);
}

/** Several types are alternatives as well. */
function toAlternatives({ node, alternatives }: NormalSchema): SchemaNode[] {
  if (alternatives.length > 0) return [...alternatives];
  const { schema } = node;
  const types = isRecord(schema) && Array.isArray(schema['type']) ? schema['type'].filter((type) => type !== 'null') : [];
  return types.length < 2 ? [node] : types.map((type: unknown) => ({ ...node, schema: { ...(schema as JsonSchema), type } }));
}

/** What tells alternatives apart: the name of a component, the values of constant properties, or all they say. */
function toAlternativeKey(node: SchemaNode, document: OpenApiDocument): string {
  if (isRecord(node.schema) && typeof node.schema['$ref'] === 'string') return node.schema['$ref'];
  const { keywords, types, values } = normalizeSchema(node, document);
  if (node.pointer.startsWith('/components/schemas/') && node.pointer.split('/').length === 4) return `#${node.pointer}`;
  const properties = isRecord(keywords['properties']) ? Object.entries(keywords['properties']) : [];
  const constants = properties.filter(
    ([, schema]) => isRecord(schema) && ('const' in schema || (Array.isArray(schema['enum']) && schema['enum'].length === 1)),
  );
  if (constants.length > 0) return JSON.stringify(constants.map(([name, schema]) => [name, schema]));
  return types.size === 1 && values === undefined ? [...types].join(' ') : JSON.stringify([[...types].toSorted(), values, keywords]);
}
