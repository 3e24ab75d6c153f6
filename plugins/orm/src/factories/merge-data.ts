/** Puts the data of states, and of whoever asks for an entity, over that of its factory. */
import type { AnyEmbedded } from '../model/embedded.ts';
import type { AnyModel } from '../model/infer-model.ts';

type Values = Readonly<Record<string, unknown>>;

/** Adds data to what is known already; `undefined` changes nothing, and a part of an embedded value keeps the others. */
export function mergeData({ fields }: Pick<AnyModel, 'fields'>, values: Record<string, unknown>, data: Values): void {
  for (const [name, value] of Object.entries(data)) {
    if (value === undefined) continue;
    const part = Object.hasOwn(fields, name) ? fields[name] : undefined;
    values[name] = part?.kind === 'embedded' ? merge(part, values[name], value) : value;
  }
}

function merge({ parts }: AnyEmbedded, former: unknown, value: unknown): unknown {
  if (typeof former !== 'object' || former === null || typeof value !== 'object' || value === null) return value;
  const merged: Record<string, unknown> = { ...former };
  mergeData({ fields: parts }, merged, value as Values); // it is an object
  return merged;
}
