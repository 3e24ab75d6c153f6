/** Says what a violated constraint is about: MongoDB has unique indexes, and names them. */
import type { ViolatedConstraint } from '../driver.ts';
import type { WantedCollection } from './indexes.ts';

/** Source: MongoDB, the message of the error 11000. */
const DUPLICATE = /collection: [^.\s]+\.(\S+) index: (\S+)/;

/** Finds the fields of an index by its name, or as the error tells them. */
export function explainMongoViolation(error: Error, wanted: readonly WantedCollection[]): ViolatedConstraint {
  const [, table = '', index = ''] = DUPLICATE.exec(error.message) ?? [];
  const known = wanted.find(({ name }) => name === table)?.indexes.find(({ name }) => name === index)?.fields;
  const { keyPattern = {} } = error as { readonly keyPattern?: Readonly<Record<string, unknown>> };
  const fields = index === '_id_' ? ['_id'] : (known ?? Object.keys(keyPattern));
  return { columns: fields.map((column) => ({ table, column })) };
}
