/**
 * What MikroORM calls the fields of a model. It knows nothing of embedded values: a field of one is a property `address_city`
 * of the entity. Names of fields have no underscore, so that nothing else is called so.
 */
import type { ColumnLayout } from '../model/model-layout.ts';

/** Returns the property of a field; of a foreign key, that of its relation. */
export function toPropertyName({ name, path, relation }: ColumnLayout): string {
  return relation ?? path?.join('_') ?? name;
}

/** Returns the name of the field, or relation, of a property: `address.city`. */
export function toFieldName(property: string): string {
  return property.replaceAll('_', '.');
}
