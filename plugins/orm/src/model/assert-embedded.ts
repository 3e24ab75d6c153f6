/** What an embedded value may consist of. */
import { ModelInvalidError } from '../errors.ts';
import { assertField } from './assert-field.ts';
import type { ModelOptions } from './define-model.ts';
import type { AnyEmbedded } from './embedded.ts';

/** What the check of a model's names does with a name of a part. */
export type AssertName = (name: string) => void;

/**
 * Checks an embedded value of a model, and those within.
 * @param name its path, as `address.place`.
 * @throws {ModelInvalidError} when a part cannot be one, or nothing would tell `null` from a value.
 */
export function assertEmbedded(model: string, name: string, { parts, spec }: AnyEmbedded, options: ModelOptions, assertName: AssertName): void {
  const fail = (problem: string): never => {
    throw new ModelInvalidError(model, problem);
  };
  const entries = Object.entries(parts);
  if (entries.length === 0) fail(`the embedded value "${name}" has no fields`);
  for (const [key, part] of entries) {
    assertName(key);
    const path = `${name}.${key}`;
    const { kind }: { readonly kind: string } = part; // whoever writes JavaScript can give anything
    if (part.kind === 'embedded') assertEmbedded(model, path, part, options, assertName);
    else if (part.kind === 'field') {
      if (part.spec.primary === true) fail(`the field "${path}" is in an embedded value, so it cannot be the key`);
      assertField(model, path, part.spec, options);
    } else fail(`"${path}" is a relation (${kind}), and embedded values consist of fields; put the relation beside "${name}"`);
  }
  if (spec.nullable === true && !isTold(parts))
    fail(`the embedded value "${name}" is nullable, and so is all that is in it: nothing tells null from a value; one of its fields must not be nullable`);
}

/** Whether something in a value is never `null`. */
function isTold(parts: AnyEmbedded['parts']): boolean {
  return Object.values(parts).some((part) => part.spec.nullable !== true && (part.kind !== 'embedded' || isTold(part.parts)));
}
