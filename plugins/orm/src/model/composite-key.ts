/** Keys of several parts: which fields and relations they consist of, and who may refer to such a model. */
import { ModelInvalidError } from '../errors.ts';
import type { ModelFields, ModelOptions } from './define-model.ts';
import type { ColumnLayout, ModelLayout } from './model-layout.ts';

/**
 * Checks the option `key` of a model.
 * @throws {ModelInvalidError} when a part is not there, or may be missing.
 */
export function assertKey(model: string, fields: ModelFields, { id, key }: ModelOptions): void {
  if (key === undefined) return;
  const fail = (problem: string): never => {
    throw new ModelInvalidError(model, problem);
  };
  if (key.length < 2) fail('its key has to have at least two parts; for a key of one part, mark a field as primary');
  if (new Set(key).size < key.length) fail('its key names a part twice');
  if (id !== undefined) fail('it has both an "id" and a "key" of several parts; leave one out');
  for (const name of key) {
    const part = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (part?.kind !== 'field' && part?.kind !== 'belongsTo') return fail(`its key names "${name}", which is neither a field nor a belongsTo relation of it`);
    if (part.spec.nullable === true) fail(`its key names "${name}", which may be null`);
    if (part.kind === 'field' && (part.spec.type === 'json' || part.spec.type === 'text'))
      fail(`its key names "${name}", which is of type ${part.spec.type}; use another`);
  }
}

/** Returns the columns of a key, when all columns are known. */
export function toKeyColumns({ model, columns, key }: ModelLayout): ColumnLayout[] {
  const parts = model.options.key?.flatMap((name) => columns.get(model.fields[name]?.kind === 'belongsTo' ? `${name}Id` : name) ?? []);
  return parts ?? [key];
}

/**
 * Makes sure that one column can refer to a model.
 * @throws {ModelInvalidError} when its key has several parts.
 */
export function assertReferable(source: ModelLayout, name: string, target: ModelLayout): void {
  const { key } = target.model.options;
  if (key === undefined) return;
  throw new ModelInvalidError(
    source.name,
    `the relation "${name}" refers to ${target.name}, whose key has several parts (${key.join(', ')}); leave out its "key", and write { uniques: [[${key.map((part) => `'${part}'`).join(', ')}]] } there instead`,
  );
}
