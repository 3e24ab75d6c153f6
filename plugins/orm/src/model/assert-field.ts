/** Which modifiers of a field do not go together. */
import { ModelInvalidError } from '../errors.ts';
import type { ModelOptions } from './define-model.ts';
import type { FieldSpec } from './field.ts';

/**
 * Checks a field of a model.
 * @throws {ModelInvalidError} when its modifiers do not go together.
 */
export function assertField(model: string, name: string, { cast, primary }: FieldSpec, { key = [] }: ModelOptions): void {
  if (cast !== undefined && (primary === true || key.includes(name)))
    throw new ModelInvalidError(model, `the field "${name}" is the key or a part of it, and keys cannot have a cast; leave out one of them`);
}
