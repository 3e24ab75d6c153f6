/** Reads conditions on a relation to one of several models: an entity, `null`, or conditions for some of the models. */
import { toSuggestion } from '@oxidite/plugin-sdk';
import { QueryInvalidError } from '../errors.ts';
import type { ModelLayout, RelationLayout } from '../model/model-layout.ts';
import type { MorphLayout } from '../model/morph-layout.ts';
import type { Condition, ShapeWriter } from './condition.ts';

/** Reads a condition on one of the foreign keys. */
export type ParseArm = (relation: RelationLayout, value: unknown) => Condition;

/**
 * Reads a condition on `morph`; of several models, one has to keep its conditions.
 * @throws {QueryInvalidError} when it names a model that the relation does not lead to.
 */
export function parseMorph(layout: ModelLayout, morph: MorphLayout, value: unknown, writer: ShapeWriter, parseArm: ParseArm): Condition {
  const { arms } = morph;
  if (value === null) {
    writer.shape += '0;';
    return { kind: 'all', items: [...arms.values()].map(({ column }) => ({ kind: 'null', column, negated: false })) };
  }
  const entries = toEntries(layout, morph, value);
  const items = entries.map(([type, condition]): Condition => {
    const arm = arms.get(type);
    if (arm === undefined)
      throw new QueryInvalidError(
        layout.name,
        `"${morph.name}" does not lead to ${JSON.stringify(type)}.${toSuggestion(type, arms.keys())} It leads to: ${[...arms.keys()].join(', ')}`,
      );
    if (condition === undefined || condition === null)
      throw new QueryInvalidError(layout.name, `the condition "${type}" of "${morph.name}" is ${String(condition)}; leave it out`);
    writer.shape += `${type}:`;
    return parseArm(arm, condition);
  });
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { kind: 'any', items };
}

function toEntries(layout: ModelLayout, { name, arms }: MorphLayout, value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date)
    throw new QueryInvalidError(
      layout.name,
      `"${name}" leads to several models, so it takes an entity, or a key or conditions by the model's name: { ${[...arms.keys()][0] ?? ''}: … }`,
    );
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return [[value.constructor.name, value]]; // classes of entities have the names of their models
  const entries = Object.entries(value);
  if (entries.length === 0) throw new QueryInvalidError(layout.name, `the condition on "${name}" is empty`);
  return entries;
}
