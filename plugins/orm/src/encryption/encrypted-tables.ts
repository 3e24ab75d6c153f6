/** Where the encrypted fields of a model are: in its table, and in those of the pairs that it owns. */
import type { FieldSecret } from '../model/field-codec.ts';
import type { ColumnLayout, ModelLayout } from '../model/model-layout.ts';

/** A column whose values are encrypted. */
export interface EncryptedColumn {
  readonly column: string;
  readonly secret: FieldSecret;
}

/** A table, or a collection, with encrypted columns. */
export interface EncryptedTable {
  readonly table: string;
  /** The columns that tell its rows. */
  readonly keys: readonly string[];
  readonly columns: readonly EncryptedColumn[];
}

/** Lists the tables of a model that have encrypted columns. Pairs belong to the model that declares their fields. */
export function listEncryptedTables(layout: ModelLayout): EncryptedTable[] {
  const own = { table: layout.table, keys: layout.keys.map(({ column }) => column), columns: listEncrypted([...layout.columns.values()]) };
  const pairs = [...layout.relations.values()].flatMap((relation): EncryptedTable[] => {
    if (relation.kind !== 'manyToMany' || relation.inverse !== undefined) return [];
    const { table, sourceColumn, targetColumn, fields } = relation.pivot;
    return [{ table, keys: [sourceColumn, targetColumn], columns: listEncrypted(fields) }];
  });
  return [own, ...pairs].filter(({ columns }) => columns.length > 0);
}

function listEncrypted(columns: readonly ColumnLayout[]): EncryptedColumn[] {
  return columns.flatMap(({ column, codec }) => (codec?.secret === undefined ? [] : [{ column, secret: codec.secret }]));
}
