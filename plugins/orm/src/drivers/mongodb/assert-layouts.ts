/** Refuses models that MongoDB cannot keep as they are meant, when the connection is opened. */
import { ModelInvalidError } from '../../errors.ts';
import type { FieldType } from '../../model/field.ts';
import type { ModelLayout } from '../../model/model-layout.ts';

const KEYS: ReadonlySet<FieldType> = new Set(['enum', 'integer', 'string', 'text', 'uuid']);

/** @throws {ModelInvalidError} when a model needs what MongoDB does not have. */
export function assertDocumentLayouts(layouts: ReadonlyMap<string, ModelLayout>): void {
  for (const layout of layouts.values()) assertDocumentLayout(layout);
}

function assertDocumentLayout({ name, keys, key, keySource, morphs, search, columns, relations }: ModelLayout): void {
  const refuse = (problem: string): never => {
    throw new ModelInvalidError(name, `it is kept on MongoDB, ${problem}`);
  };
  if (keySource === 'database') refuse(`which counts no documents, so its key "id" cannot count up; write { id: 'uuid' }, or mark a field as .primary()`);
  if (keys.length > 1) refuse(`whose documents have one key; write { id: 'uuid' }, and "uniques" for the fields of the "key"`);
  if (!KEYS.has(key.spec.type) || key.codec !== undefined)
    refuse(`whose keys are texts, UUIDs and whole numbers, and "${key.name}" is of the type ${key.spec.type}; use another field as the key`);
  for (const morph of morphs.keys()) refuse(`which has no checks, so "${morph}" cannot lead to one of several models; write a nullable belongsTo for each`);
  if (search.length > 0) refuse('where no texts are searched as a whole; leave "search" out, and use { contains: … }');
  for (const { column } of columns.values()) if (column !== key.column) assertName(refuse, column);
  for (const relation of relations.values()) {
    if (relation.kind === 'belongsTo' && relation.part.spec.onDelete !== undefined)
      refuse(
        `which has no foreign keys, so .onDelete() of "${relation.name}" would never happen; leave it out, and remove what belongs to it in a tap of orm:deleting`,
      );
    if (relation.kind === 'manyToMany') for (const { column } of relation.pivot.fields) assertName(refuse, column);
  }
}

/** Names that begin with two underscores are those of what queries join. */
function assertName(refuse: (problem: string) => never, column: string): void {
  if (column === '_id' || column.startsWith('$') || column.startsWith('__') || /[.\0]/.test(column))
    refuse(`where no field can be named ${JSON.stringify(column)}; name it otherwise with .column()`);
}
