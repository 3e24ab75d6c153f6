/** The columns of what is kept of each pair of a many-to-many relation. */
import { assertField } from './assert-field.ts';
import { ModelInvalidError } from '../errors.ts';
import type { ColumnLayout, ModelLayout } from './model-layout.ts';
import { toSnakeCase } from './naming.ts';
import type { PivotOptions } from './relations.ts';

const NAME = /^[a-z][A-Za-z0-9]*$/;

/**
 * Lays out the fields of the pairs of a relation.
 * @throws {ModelInvalidError} when a name or a field cannot be used there.
 */
export function toPivotFields(source: ModelLayout, relation: string, target: ModelLayout, { pivot = {} }: PivotOptions): ColumnLayout[] {
  const columns = Object.entries(pivot).map(([name, { kind, spec }]): ColumnLayout => {
    if (kind !== 'field') throw new ModelInvalidError(source.name, `"${name}", of the pairs of "${relation}", is not a field; pairs have fields only`);
    if (!NAME.test(name)) throw new ModelInvalidError(source.name, `the name of "${name}", a field of the pairs of "${relation}", has to be in camelCase`);
    if (spec.primary === true || spec.hidden === true)
      throw new ModelInvalidError(source.name, `the field "${name}" of the pairs of "${relation}" can be neither primary nor hidden`);
    assertField(source.name, name, spec, {});
    return { name, column: spec.column ?? toSnakeCase(name), spec };
  });
  if (columns.length === 0) return columns;
  for (const { name, model } of [source, target]) {
    if ('pivot' in model.fields)
      throw new ModelInvalidError(
        source.name,
        `the pairs of "${relation}" have fields, which rows have as "pivot", and ${name} has a "pivot" of its own; rename it`,
      );
  }
  return columns;
}
