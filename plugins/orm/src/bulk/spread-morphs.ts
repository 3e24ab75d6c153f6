/** Data of rows whose relations lead to one of several models, taken apart into the foreign keys that rows have. */
import type { ModelLayout } from '../model/model-layout.ts';
import type { MorphLayout } from '../model/morph-layout.ts';

type Values = Readonly<Record<string, unknown>>;

/**
 * Returns the data with a key for each of the models, of which one is set: `{ product: 1 }` and entities become
 * `{ subjectProduct: 1, subjectStory: null }`. What is neither is reported. Of a new row, what is missing is `null`.
 */
export function spreadMorphs(layout: ModelLayout, data: Values, isNew: boolean, report: (name: string, message: string) => void): Values {
  if (layout.morphs.size === 0) return data;
  const values: Record<string, unknown> = { ...data };
  for (const morph of layout.morphs.values()) {
    const value = data[morph.name];
    if (value === undefined && !isNew) continue;
    const found = value === undefined || value === null ? undefined : toReference(morph, value);
    if (value !== undefined && value !== null && found === undefined) report(morph.name, `has to be one of ${[...morph.arms.keys()].join(', ')}`);
    else values[morph.name] = found?.reference ?? null;
    for (const [type, arm] of morph.arms) values[arm.name] = found?.type === type ? found.reference : null;
  }
  return values;
}

function toReference({ arms }: MorphLayout, value: unknown): { readonly type: string; readonly reference: unknown } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isEntity = prototype !== Object.prototype && prototype !== null;
  const [entry, ...more] = Object.entries(value);
  const [type, reference] = isEntity ? [value.constructor.name, value] : more.length === 0 && entry !== undefined ? entry : []; // classes of entities have the names of their models
  return type === undefined || !arms.has(type) || reference === undefined || reference === null ? undefined : { type, reference };
}
