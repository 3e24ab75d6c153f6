/** Which modifiers of a field do not go together. */
import { ModelInvalidError } from '../errors.ts';
import type { ModelOptions } from './define-model.ts';
import type { FieldSpec } from './field.ts';

/**
 * Checks a field of a model.
 * @throws {ModelInvalidError} when its modifiers do not go together.
 */
export function assertField(model: string, name: string, spec: FieldSpec, options: ModelOptions): void {
  const { cast, primary, encrypted } = spec;
  const { key = [] } = options;
  if (cast !== undefined && (primary === true || key.includes(name)))
    throw new ModelInvalidError(model, `the field "${name}" is the key or a part of it, and keys cannot have a cast; leave out one of them`);
  if (encrypted === true) assertEncrypted(model, name, spec, options);
}

/** The database sees another text each time, even for equal values. */
function assertEncrypted(model: string, name: string, { type, unique, index, primary }: FieldSpec, options: ModelOptions): void {
  const fail = (problem: string): never => {
    throw new ModelInvalidError(model, `the field "${name}" is encrypted, ${problem}`);
  };
  if (type !== 'string' && type !== 'text' && type !== 'json') fail(`and is of the type ${type}; only texts and JSON can be`);
  const lists = [options.key ?? [], options.search ?? [], ...(options.indexes ?? []), ...(options.uniques ?? [])];
  if (unique === true || index === true || primary === true || lists.some((names) => names.includes(name)))
    fail('so it can be neither the key nor unique, and have no index; keep a hash of it in a field of its own to find rows by it');
}
