/** What the parts of comparing schemas share: the pair that is compared, and how a finding is reported. */
import type { OpenApiDocument } from '../document/openapi-document.ts';
import type { Report } from './api-change.ts';
import type { Direction, SchemaRule } from './change-rules.ts';
import { type NormalSchema, pointerOf, type SchemaNode } from './normal-schema.ts';

/** What comparing schemas needs to know. */
export interface SchemaComparison {
  readonly before: OpenApiDocument;
  readonly after: OpenApiDocument;
  readonly report: Report;
  /** Pairs of schemas that were compared, or are being compared: schemas may refer to themselves. */
  readonly visited: Set<string>;
  /** Compares two schemas inside of those that are being compared. */
  readonly compare: (pair: SchemaPair) => void;
}

/** A schema on both sides, and which way its values go. */
export interface SchemaPair {
  readonly before: SchemaNode;
  readonly after: SchemaNode;
  readonly direction: Direction;
}

/** Two schemas in their normal form. */
export interface NormalPair {
  readonly before: NormalSchema;
  readonly after: NormalSchema;
  readonly direction: Direction;
}

/** Reports a change of a keyword. */
export function reportKeyword({ before, after, direction }: NormalPair, { report }: SchemaComparison, rule: SchemaRule, keyword: string): void {
  const [left, right] = [before.keywords[keyword], after.keywords[keyword]];
  report(`${direction}.${rule}`, {
    pointer: pointerOf(right === undefined ? before : after, keyword),
    before: left,
    after: right,
    sentence: `${after.node.label}: "${keyword}" ${describeValues(left, right)}`,
  });
}

function describeValues(left: unknown, right: unknown): string {
  if (left === undefined) return `is now ${JSON.stringify(right)}; it was not given`;
  return right === undefined ? `was ${JSON.stringify(left)}; it is given no longer` : `was ${JSON.stringify(left)} and is ${JSON.stringify(right)}`;
}
