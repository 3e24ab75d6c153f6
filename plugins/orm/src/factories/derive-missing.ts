/** Gives an entity that is made the values that nobody gave it and that it cannot be without, also in its embedded values. */
import { FactoryUnableError } from '../errors.ts';
import type { EmbeddedParts } from '../model/embedded.ts';
import { isOptional } from '../model/embedded.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import { toFieldValue, UNKNOWN_VALUE } from './derive-value.ts';
import type { FactoryTools } from './factory-tools.ts';

type Values = Record<string, unknown>;

/**
 * Adds what is missing. Stamps, versions, keys that are made, defaults and what may be null are left to the entity.
 * @throws {FactoryUnableError} when no value is known that keeps the rules of a field.
 */
export function deriveMissing(layout: ModelLayout, values: Values, tools: FactoryTools): void {
  const fields = Object.entries(layout.model.fields).filter(([, part]) => part.kind === 'field' || part.kind === 'embedded');
  derive(layout, Object.fromEntries(fields) as EmbeddedParts, { values, tools, path: [] }); // relations are left out
}

function derive(layout: ModelLayout, parts: EmbeddedParts, { values, tools, path }: { values: Values; tools: FactoryTools; path: readonly string[] }): void {
  for (const [key, part] of Object.entries(parts)) {
    const [given, inner] = [values[key], [...path, key]];
    if (part.kind === 'embedded') {
      if (given === null || (given === undefined && isOptional(part))) continue;
      const value = { ...(given as Values | undefined) }; // what is given for an embedded value is one
      derive(layout, part.parts, { values: value, tools, path: inner });
      values[key] = value;
    } else if (!(key in values) && !('default' in part.spec) && part.spec.nullable !== true) {
      const name = inner.join('.');
      const value = toFieldValue(part.spec, key, tools, isUnique(layout, name));
      if (value === UNKNOWN_VALUE)
        throw new FactoryUnableError(layout.name, `no value is known that keeps the rules of "${name}"; declare a factory that gives one: defineFactory(…)`);
      values[key] = value;
    }
  }
}

function isUnique({ model: { options }, columns, keys }: ModelLayout, name: string): boolean {
  return columns.get(name)?.spec.unique === true || keys.some((key) => key.name === name) || (options.uniques ?? []).some((names) => names.includes(name));
}
