/** Takes embedded values of data apart into the properties that entities and rows have: `address_city` of `{ address: { city } }`. */
import { type EmbeddedLayout, isEmbedded } from '../model/embedded-layout.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import { toDefault } from './default-value.ts';
import { toPropertyName } from './property-names.ts';

type Values = Readonly<Record<string, unknown>>;

/** How embedded values are taken apart. */
export interface SpreadOptions {
  /** Whether a value is a whole one, which gets defaults; otherwise what is missing stays as it is. */
  isWhole(embedded: EmbeddedLayout): boolean;
  /** Is told what is wrong. */
  report(path: readonly string[], message: string): void;
}

/** Tells whether data may name an embedded value of a model. */
export function hasEmbedded({ embedded }: ModelLayout, name: string): boolean {
  return embedded.get(name)?.path.length === 1;
}

/** Returns the data with a property for each field of its embedded values. */
export function spreadEmbedded(layout: ModelLayout, data: Values, options: SpreadOptions): Values {
  if (layout.embedded.size === 0) return data;
  const values: Record<string, unknown> = { ...data };
  for (const embedded of layout.embedded.values()) {
    if (embedded.path.length > 1) continue;
    delete values[embedded.name];
    spreadValue(embedded, data[embedded.name], values, options);
  }
  return values;
}

/** Puts the properties of one embedded value into `values`. */
export function spreadValue(embedded: EmbeddedLayout, value: unknown, values: Record<string, unknown>, options: SpreadOptions): void {
  const { path, parts, columns, nullable } = embedded;
  const isWhole = options.isWhole(embedded);
  if (value === undefined && !isWhole) return;
  if (value === null || (value === undefined && nullable)) {
    if (!nullable) options.report(path, 'is required');
    for (const column of columns) values[toPropertyName(column)] = null;
    return;
  }
  if (typeof (value ?? {}) !== 'object' || Array.isArray(value)) return options.report(path, 'has to be an object with its fields');
  const given = (value ?? {}) as Values; // it is an object
  for (const name of Object.keys(given)) if (!parts.has(name)) options.report([...path, name], `is not a field of ${embedded.name}`);
  for (const [name, part] of parts) {
    if (isEmbedded(part)) spreadValue(part, given[name], values, options);
    else if (given[name] !== undefined || isWhole) values[toPropertyName(part)] = given[name] === undefined ? toDefault(part) : given[name];
  }
}
