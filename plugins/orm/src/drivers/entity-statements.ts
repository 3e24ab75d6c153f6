/**
 * The statements by which managed entities are read and changed by their keys: their texts are made once for each entity and
 * set of columns. MikroORM builds a query anew each time, which costs several times what the database needs for it.
 */
import { type EntityMetadata, type EntityProperty, isRaw, type Platform, ReferenceKind } from '@mikro-orm/core';

/** A statement and its values. */
export interface EntityStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

type Values = Readonly<Record<string, unknown>>;

/** What one entity's statements are made of; `undefined` for entities that need more than this knows. */
interface EntityTable {
  readonly key: EntityProperty;
  readonly keyColumn: string;
  readonly select: string;
  readonly update: string;
  /** The quoted column of each property that can be changed here. */
  readonly columns: ReadonlyMap<string, string>;
}

/** Makes and keeps the statements of one database. Keys and values are given as the database stores them. */
export class EntityStatements {
  readonly #platform: Platform;
  readonly #tables = new WeakMap<EntityMetadata, EntityTable | 'other'>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Returns the statement that reads entities by their key or keys; `undefined` when `where` asks for anything else. */
  toSelect(meta: EntityMetadata, where: unknown): EntityStatement | undefined {
    const table = this.#tableOf(meta);
    if (table === undefined) return undefined;
    const key = toKeys(where, table.key);
    if (key === undefined) return undefined;
    const parameters = Array.isArray(key) ? padToPowerOfTwo(key) : [key];
    const list = parameters.length === 1 ? '= ?' : `in (${parameters.map(() => '?').join(', ')})`;
    return { sql: `${table.select} where ${table.keyColumn} ${list}`, parameters };
  }

  /** Returns the statement that changes one entity by its key; `undefined` when it needs more than columns and values. */
  toUpdate(meta: EntityMetadata, where: unknown, data: Values): EntityStatement | undefined {
    const table = this.#tableOf(meta);
    if (table === undefined || meta.versionProperty !== undefined || meta.props.some(({ generated }) => generated !== undefined)) return undefined;
    const key = toKeys(where, table.key);
    if (key === undefined || Array.isArray(key)) return undefined;
    let changes = '';
    const parameters: unknown[] = [];
    for (const name of Object.keys(data)) {
      const column = table.columns.get(name);
      const value = data[name];
      if (column === undefined || value === undefined || isRaw(value)) return undefined;
      changes += `${changes === '' ? '' : ', '}${column} = ?`;
      parameters.push(value);
    }
    if (changes === '') return undefined;
    parameters.push(key);
    return { sql: `${table.update} ${changes} where ${table.keyColumn} = ?`, parameters };
  }

  #tableOf(meta: EntityMetadata): EntityTable | undefined {
    const known = this.#tables.get(meta);
    if (known !== undefined) return known === 'other' ? undefined : known;
    const table = this.#createTable(meta);
    this.#tables.set(meta, table ?? 'other');
    return table;
  }

  #createTable(meta: EntityMetadata): EntityTable | undefined {
    const [keyName, ...more] = meta.primaryKeys;
    const key = keyName === undefined ? undefined : meta.properties[keyName];
    if (key === undefined || more.length > 0 || meta.virtual === true || meta.inheritanceType !== undefined || key.fieldNames.length !== 1) return undefined;
    const columns = new Map<string, string>();
    for (const property of meta.props) {
      if (property.persist === false || !hasColumn(property)) continue;
      const [field] = property.fieldNames;
      if (field === undefined || property.fieldNames.length > 1 || property.formula !== undefined || property.lazy === true) return undefined;
      columns.set(property.name, this.#platform.quoteIdentifier(field));
    }
    const name = this.#platform.quoteIdentifier(meta.tableName);
    const keyColumn = columns.get(key.name) ?? '';
    return { key, keyColumn, select: `select ${[...columns.values()].join(', ')} from ${name}`, update: `update ${name} set`, columns };
  }
}

function hasColumn({ kind, owner }: EntityProperty): boolean {
  return kind === ReferenceKind.SCALAR || kind === ReferenceKind.MANY_TO_ONE || (kind === ReferenceKind.ONE_TO_ONE && owner);
}

/** Returns the key, or the keys, that conditions are about; `undefined` when they are about more. */
function toKeys(where: unknown, { name }: EntityProperty): unknown {
  if (isKey(where)) return where;
  if (typeof where !== 'object' || where === null) return undefined;
  const names = Object.keys(where);
  if (names.length !== 1 || names[0] !== name) return undefined;
  const value = (where as Values)[name];
  if (isKey(value)) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const list = Object.keys(value).length === 1 ? (value as Values)['$in'] : undefined;
  return Array.isArray(list) && list.length > 0 && list.every(isKey) ? list : undefined;
}

function isKey(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'bigint';
}

/** Lists of many lengths would be as many statements to prepare. */
function padToPowerOfTwo(keys: readonly unknown[]): unknown[] {
  const size = 2 ** Math.ceil(Math.log2(keys.length));
  return Array.from({ length: size }, (_, index) => keys[Math.min(index, keys.length - 1)]);
}
