/** Makes models of tables: names, fields, relations from both sides, and notes of what could not be said. */
import type { SqlDriverName } from '../drivers/driver.ts';
import type { ColumnSnapshot, SchemaSnapshot } from '../drivers/schema-snapshot.ts';
import type { ForeignKey } from '../migrations/table-links.ts';
import { toSnakeCase, toTableName } from '../model/naming.ts';
import { isMoment, type PulledField, toField, toText } from './column-field.ts';
import { type PulledTable, readPulledTable } from './pulled-table.ts';
import { takeName, toCamelCase, toCapital, toKebabCase, toModelName, toPlural } from './pulled-name.ts';

/** A line of a model: a field, a relation, or a comment. */
export type PulledPart = { readonly name: string; readonly source: string } | { readonly comment: string };

/** A model that is to be written. */
export interface PulledModel {
  readonly table: string;
  readonly name: string;
  /** `orderItem` -> `OrderItem`, the name of the constant. */
  readonly constant: string;
  /** `order-item`, the name of the file. */
  readonly file: string;
  readonly parts: PulledPart[];
  /** The options, as they are written. */
  readonly options: string[];
  /** The models that it refers to. */
  readonly uses: Set<PulledModel>;
  /** What could not be said, for the output. */
  readonly notes: string[];
}

interface Draft extends PulledModel {
  readonly source: PulledTable;
  readonly names: Set<string>;
  /** The names of fields and relations, by their columns. */
  readonly byColumn: Map<string, string>;
}

const RESERVED = ['and', 'assign', 'constructor', 'load', 'not', 'or', 'prototype', 'toJSON'];

/** Makes the models of the tables that `wanted` names, or of all. */
export function toPulledModels(tables: SchemaSnapshot, driver: SqlDriverName, wanted?: readonly string[]): PulledModel[] {
  const sources = [...tables.values()]
    .filter(({ name }) => wanted === undefined || wanted.includes(name))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1)) // databases tell them in another order each time
    .map((table) => readPulledTable(table, driver));
  const pairs = sources.filter((source) => isPairTable(source, sources));
  const names = new Set<string>();
  const drafts = new Map(sources.filter((source) => !pairs.includes(source)).map((source) => [source.name, createDraft(source, names)]));
  for (const draft of drafts.values()) addColumns(draft, drafts, driver);
  for (const draft of drafts.values()) addOptions(draft);
  for (const draft of drafts.values()) addInverses(draft, drafts);
  for (const pair of pairs) addPairs(pair, drafts);
  return [...drafts.values()];
}

function createDraft(source: PulledTable, names: Set<string>): Draft {
  const name = takeName(names, toModelName(source.name), toCamelCase(source.name));
  return {
    source,
    table: source.name,
    name,
    constant: toCapital(name),
    file: toKebabCase(name),
    parts: [],
    options: toTableName(name) === source.name ? [] : [`table: ${toText(source.name)}`],
    uses: new Set(),
    notes: [],
    names: new Set(RESERVED),
    byColumn: new Map(),
  };
}

/** A table of nothing but pairs: two columns, which refer to others and are the key. */
function isPairTable({ columns, key, foreignKeys, unsaid }: PulledTable, sources: readonly PulledTable[]): boolean {
  const isRelated = ({ columns: own, table, onDelete, onUpdate }: ForeignKey): boolean =>
    own.length === 1 && onDelete === 'cascade' && onUpdate === 'cascade' && sources.some((other) => other.name === table && other.key.length === 1);
  return columns.size === 2 && key.length === 2 && unsaid.length === 0 && foreignKeys.length === 2 && foreignKeys.every(isRelated);
}

function addColumns(draft: Draft, drafts: ReadonlyMap<string, Draft>, driver: SqlDriverName): void {
  const { source, names } = draft;
  const stamps = findStamps(source);
  if (stamps.includes('created_at')) ['createdAt', 'updatedAt'].forEach((name) => names.add(name));
  if (stamps.includes('deleted_at')) names.add('deletedAt');
  for (const stamp of stamps) draft.byColumn.set(stamp, toCamelCase(stamp));
  if (source.key.length === 0) note(draft, 'It has no primary key, and every model has one.');
  for (const text of source.unsaid) note(draft, `No model can say ${text}.`);
  for (const column of source.columns.values()) {
    if (stamps.includes(column.name)) {
      noteDifferences(draft, column, toField(column, driver, []));
      continue;
    }
    const foreignKey = source.foreignKeys.find(({ columns }) => columns.length === 1 && columns[0] === column.name);
    const target = foreignKey === undefined ? undefined : drafts.get(foreignKey.table);
    if (foreignKey !== undefined && target?.source.key.length === 1) addBelongsTo(draft, column, { foreignKey, target, driver });
    else addField(draft, column, driver);
    if (foreignKey !== undefined && target === undefined)
      note(draft, `The foreign key of "${column.name}" leads to "${foreignKey.table}", which has no model here.`);
  }
  for (const { columns, table } of source.foreignKeys)
    if (columns.length > 1) note(draft, `No relation can have the foreign key (${columns.join(', ')}) to "${table}": it has several columns.`);
}

function findStamps({ columns }: PulledTable): string[] {
  const is = (name: string, nullable: boolean): boolean => {
    const column = columns.get(name);
    return column !== undefined && isMoment(column) && column.nullable === nullable;
  };
  return [...(is('created_at', false) && is('updated_at', false) ? ['created_at', 'updated_at'] : []), ...(is('deleted_at', true) ? ['deleted_at'] : [])];
}

function addField(draft: Draft, column: ColumnSnapshot, driver: SqlDriverName): void {
  const { source, names } = draft;
  const isKey = source.key.length === 1 && source.key[0] === column.name;
  const found = toField(column, driver, source.words.get(column.name) ?? []);
  if (isKey && column.name === 'id') {
    const isUuid = column.type === 'uuid' || column.type === 'varchar(36)' || (driver === 'sqlite' && column.type === 'text');
    names.add('id');
    draft.byColumn.set('id', 'id');
    if (isUuid) draft.options.unshift("id: 'uuid'");
    if (isUuid || source.counts) return;
  }
  if (found === undefined) return note(draft, `The column "${column.name}" is a ${column.type}, which no field holds; it is left out.`);
  const name = takeName(names, toCamelCase(column.name));
  draft.byColumn.set(column.name, name);
  const isUnique = isAlone(source.uniques, column.name);
  const literal = toDefault(column, found.source);
  noteDifferences(draft, column, found);
  if (isKey && source.counts) note(draft, `The database counts the key "${column.name}"; of a model it counts only one that is named "id".`);
  const modifiers = [
    ...(toSnakeCase(name) === column.name ? [] : [`.column(${toText(column.name)})`]),
    ...(isKey ? ['.primary()'] : []),
    ...(column.nullable && !isKey ? ['.nullable()'] : []),
    ...(isUnique && !isKey ? ['.unique()'] : []),
    ...(!isUnique && !isKey && isAlone(source.indexes, column.name) ? ['.index()'] : []),
    ...(literal === undefined ? [] : [`.default(${literal})`]),
  ];
  draft.parts.push({ name, source: `${found.source}${modifiers.join('')}` });
}

/** Notes in what the column that the model makes is another. */
function noteDifferences(draft: Draft, { name, type, default: value }: ColumnSnapshot, field: PulledField | undefined): void {
  if (field?.differs !== undefined) note(draft, `The column "${name}" is a ${type}; a model makes it a ${field.differs}.`);
  if (value !== null) note(draft, `The column "${name}" has the default ${value} in the database; a model keeps defaults in the application.`);
}

/** Returns the default as it stands in TypeScript, when it is a plain value. */
function toDefault({ default: value }: ColumnSnapshot, field: string): string | undefined {
  if (value === null) return undefined;
  const [, text] = /^\(?'((?:[^']|'')*)'(?:::[a-z ]+(?:\(\d+\))?)?\)?$/.exec(value) ?? [];
  if (/^field\.(?:string|text|enum|decimal)/.test(field)) return text === undefined ? undefined : toText(text.replaceAll("''", "'"));
  const plain = text ?? value;
  if (field.startsWith('field.boolean')) return /^(?:true|1)$/.test(plain) ? 'true' : /^(?:false|0)$/.test(plain) ? 'false' : undefined;
  if (field.startsWith('field.integer')) return /^-?\d{1,15}$/.test(plain) ? plain : undefined;
  return field.startsWith('field.bigint') && /^-?\d+$/.test(plain) ? `${plain}n` : undefined;
}

function addBelongsTo(
  draft: Draft,
  column: ColumnSnapshot,
  { foreignKey, target, driver }: { readonly foreignKey: ForeignKey; readonly target: Draft; readonly driver: SqlDriverName },
): void {
  const { source, names } = draft;
  const wanted = toCamelCase(column.name.replace(/_?id$/i, '') || target.name);
  const hasOther = [...source.columns.keys()].some((other) => toCamelCase(other) === wanted);
  const name = takeName(names, ...(hasOther ? [] : [wanted]), `${wanted}${target.constant}`);
  names.add(`${name}Id`);
  draft.byColumn.set(column.name, name);
  draft.uses.add(target);
  const isUnique = isAlone(source.uniques, column.name);
  const usual = column.nullable ? 'set null' : 'restrict';
  const { onDelete = 'no action', onUpdate = 'no action' } = foreignKey;
  const rule = onDelete === 'no action' ? 'restrict' : onDelete;
  if (rule !== onDelete && driver !== 'mysql' && driver !== 'mariadb')
    note(draft, `The foreign key of "${column.name}" says "on delete no action"; a model makes it restrict.`);
  if (!['cascade', 'restrict', 'set null'].includes(rule)) note(draft, `No relation can say "on delete ${rule}" of "${column.name}".`);
  if (onUpdate !== 'cascade') note(draft, `The foreign key of "${column.name}" says "on update ${onUpdate}"; a model makes it cascade.`);
  const modifiers = [
    ...(`${toSnakeCase(name)}_id` === column.name ? [] : [`.column(${toText(column.name)})`]),
    ...(column.nullable ? ['.nullable()'] : []),
    ...(isUnique ? ['.unique()'] : []),
    ...(rule === usual || !['cascade', 'restrict', 'set null'].includes(rule) ? [] : [`.onDelete(${toText(rule)})`]),
  ];
  draft.parts.push({ name, source: `belongsTo(() => ${target.constant})${modifiers.join('')}` });
}

function addOptions({ source, byColumn, options }: Draft): void {
  const toNames = (columns: readonly string[]): string => `[${columns.map((column) => toText(byColumn.get(column) ?? column)).join(', ')}]`;
  const several = (lists: readonly (readonly string[])[]): string =>
    `[${lists
      .filter((columns) => columns.length > 1)
      .map(toNames)
      .join(', ')}]`;
  if (source.key.length > 1) options.unshift(`key: ${toNames(source.key)}`);
  const stamps = findStamps(source);
  if (stamps.includes('created_at')) options.push('timestamps: true');
  if (stamps.includes('deleted_at')) options.push('softDeletes: true');
  if (source.search.length > 0) options.push(`search: ${toNames(source.search)}`);
  const known = (columns: readonly string[]): boolean => columns.every((column) => byColumn.has(column));
  const [uniques, indexes] = [source.uniques.filter(known), source.indexes.filter(known)];
  if (uniques.some(({ length }) => length > 1)) options.push(`uniques: ${several(uniques)}`);
  if (indexes.some(({ length }) => length > 1)) options.push(`indexes: ${several(indexes)}`);
}

/** Adds the other side of each foreign key. */
function addInverses(draft: Draft, drafts: ReadonlyMap<string, Draft>): void {
  if (draft.source.key.length !== 1) return; // addColumns() lets nothing refer to it
  for (const other of drafts.values()) {
    const keys = other.source.foreignKeys.filter(({ columns, table }) => table === draft.table && columns.length === 1);
    for (const { columns } of keys) {
      const [column = ''] = columns;
      const relation = other.byColumn.get(column);
      if (relation === undefined || !other.names.has(`${relation}Id`)) continue;
      const isOne = isAlone(other.source.uniques, column);
      const noun = isOne ? other.name : toPlural(other.name);
      const name = takeName(draft.names, ...(keys.length === 1 || relation === draft.name ? [noun] : []), `${relation}${toCapital(noun)}`);
      draft.uses.add(other);
      draft.parts.push({ name, source: `${isOne ? 'hasOne' : 'hasMany'}(() => ${other.constant}, ${toText(relation)})` });
    }
  }
}

/** Adds a many-to-many relation to both sides of a table of pairs. */
function addPairs({ name: table, key, foreignKeys }: PulledTable, drafts: ReadonlyMap<string, Draft>): void {
  const ends = key.flatMap((column) => {
    const target = drafts.get(foreignKeys.find(({ columns }) => columns[0] === column)?.table ?? '');
    return target === undefined ? [] : [{ column, draft: target }];
  });
  const [source, target] = ends;
  if (source === undefined || target === undefined) return;
  const nounOf = ({ column, draft }: { readonly column: string; readonly draft: Draft }): string =>
    column === `${toSnakeCase(draft.name)}_id` ? toPlural(draft.name) : toPlural(toCamelCase(column.replace(/_?id$/i, '') || draft.name));
  const start = `${toSnakeCase(source.draft.name)}_`;
  const rest = table.startsWith(start) ? toCamelCase(table.slice(start.length)) : '';
  const name = takeName(source.draft.names, ...(rest !== '' && toSnakeCase(rest) === table.slice(start.length) ? [rest] : []), nounOf(target));
  const targetDefault = `${target.draft === source.draft ? toSnakeCase(name) : toSnakeCase(target.draft.name)}_id`;
  const pivot = [
    ...(table === `${start}${toSnakeCase(name)}` ? [] : [`table: ${toText(table)}`]),
    ...(source.column === `${toSnakeCase(source.draft.name)}_id` ? [] : [`sourceColumn: ${toText(source.column)}`]),
    ...(target.column === targetDefault ? [] : [`targetColumn: ${toText(target.column)}`]),
  ];
  source.draft.uses.add(target.draft);
  source.draft.parts.push({ name, source: `manyToMany(() => ${target.draft.constant}${pivot.length === 0 ? '' : `, { ${pivot.join(', ')} }`})` });
  const inverse = takeName(target.draft.names, nounOf(source), `${nounOf(source)}By${toCapital(name)}`);
  target.draft.uses.add(source.draft);
  target.draft.parts.push({ name: inverse, source: `manyToMany(() => ${source.draft.constant}, ${toText(name)})` });
}

function note(draft: Draft, text: string): void {
  draft.parts.push({ comment: text });
  draft.notes.push(`${draft.table}: ${text}`);
}

function isAlone(lists: readonly (readonly string[])[], column: string): boolean {
  return lists.some((columns) => columns.length === 1 && columns[0] === column);
}
