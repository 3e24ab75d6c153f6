/** Turns what a query was asked for into an aggregation, and its documents into rows. */
import type { Document } from 'mongodb';
import type { ValueDriver } from '../driver.ts';
import { toValueConverter } from '../field-values.ts';
import type { ModelLayout, RelationLayout } from '../../model/model-layout.ts';
import { type Condition, ShapeWriter } from '../../query/condition.ts';
import { relationOf } from '../../query/find-names.ts';
import { toSortTerms } from '../../query/parse-order.ts';
import { parseDefaultScopes, parseWhere } from '../../query/parse-where.ts';
import { type ReadColumn, toReadColumns } from '../../query/embedded-columns.ts';
import { pickColumns, visibleColumns } from '../../query/pick-columns.ts';
import type { OwnerFilter, QueryState, SortTerm } from '../../query/query-state.ts';
import { createRowReader, type ReadRows, type RowColumn } from '../../query/row-reader.ts';
import { toReadingOrder, toSeekCondition } from '../../query/seek.ts';
import { every, PipelineBuilder, toTrashed } from './pipeline-builder.ts';
import { isDecimal128 } from './values.ts';

/** An aggregation. */
export interface QueryPipeline {
  /** The collection. */
  readonly from: string;
  readonly stages: Document[];
}

/** An aggregation whose documents are rows. */
export interface RowPipeline extends QueryPipeline {
  read(documents: readonly Document[]): ReadRows;
}

/** The documents that a statement changes. */
export interface ChangedDocuments {
  readonly filter: Document;
  /** Finds their keys, when the filter is not enough; then the filter is the part that stands in the documents themselves. */
  readonly keys: QueryPipeline | undefined;
}

/** Where the owner's key of a pair, and its fields, stand. */
const PAIR = '__pair';
/** Where the place of a document among those of its owner stands. */
const PLACE = '__place';

/** A query whose conditions are read. */
class OpenQuery {
  readonly builder: PipelineBuilder;
  readonly conditions: Condition[];
  readonly writer = new ShapeWriter();

  constructor(layout: ModelLayout, state: QueryState, driver: ValueDriver, joins = true) {
    this.builder = new PipelineBuilder({ valueOf: (slot) => this.writer.values[slot], joins });
    this.conditions = [
      ...state.wheres.map((where) => parseWhere(layout, where, this.writer, driver)),
      ...parseDefaultScopes(layout, this.writer, driver, state.unscoped),
    ];
  }
}

/** Returns the aggregation whose documents are the rows that a query asks for. */
export function toRowPipeline(layout: ModelLayout, state: QueryState, driver: ValueDriver): RowPipeline {
  const { builder, conditions, writer } = new OpenQuery(layout, state, driver);
  const { seek } = state;
  const isSeeking = seek !== undefined && seek !== 'first';
  const sorts = toReadingOrder(toSortTerms(layout, state), isSeeking && seek.side === 'before');
  if (isSeeking) conditions.push(toSeekCondition(layout, sorts, seek, writer, driver));
  const { from, stages, own, ownerField } = toStart(layout, state.owner);
  stages.push(...builder.match(conditions, [...own, ...toOwnFilters(layout, state)]));
  const sortFields = sorts.map((term) => toSortField(builder, term));
  stages.push(...builder.takeStages());
  stages.push(...toPart(state, toSort(sorts, sortFields), ownerField));
  const columns: RowColumn[] = [];
  const fields: string[] = [];
  const add = (field: string, column: RowColumn): void => {
    fields.push(field);
    columns.push(column);
  };
  for (const column of toReadColumns(layout, pickColumns(layout, state))) add(column.column.column, toRowColumn(driver, column));
  if (state.owner?.relation.kind === 'manyToMany')
    for (const column of state.owner.relation.pivot.fields)
      add(`${PAIR}.${column.column}`, { ...toRowColumn(driver, { column, path: [column.name] }, ['pivot']), isAlways: true });
  for (const relation of state.joined.map((name) => relationOf(layout, name))) {
    const path = builder.join('', relation);
    const { target } = relation;
    for (const read of toReadColumns(target, visibleColumns(target)))
      add(`${path}${read.column.column}`, { ...toRowColumn(driver, read, [relation.name]), isKey: read.column === target.key });
  }
  for (const relation of state.counted.map((name) => relationOf(layout, name))) {
    const counted = builder.count(relation, parseDefaultScopes(relation.target, writer, driver));
    add(`${counted}.n`, { path: [`${relation.name}Count`], convert: undefined, isKey: false });
  }
  const extras: string[] = [];
  if (ownerField !== undefined) {
    extras.push('owner');
    fields.push(ownerField);
  }
  for (const { relation } of state.loads) {
    const column = relation.kind === 'belongsTo' ? relation.column : layout.key;
    if (extras.includes(`key:${column.name}`)) continue;
    extras.push(`key:${column.name}`);
    fields.push(column.column);
  }
  if (seek !== undefined)
    for (const [index, field] of sortFields.entries()) {
      extras.push(`seek:${index}`);
      fields.push(field);
    }
  stages.push(...builder.takeStages(), { $project: toProjection(fields) });
  const readRows = createRowReader(columns, extras);
  const firstSeek = columns.length + extras.findIndex((name) => name.startsWith('seek:'));
  const readers = fields.map((field, index) => toReader(field, seek !== undefined && index >= firstSeek));
  return { from, stages, read: (documents) => readRows(documents.map((document) => readers.map((read) => read(document)))) };
}

/** Returns the aggregation of the documents that meet the conditions of a query, in no order. */
export function toBarePipeline(layout: ModelLayout, state: QueryState, driver: ValueDriver): QueryPipeline {
  const { builder, conditions } = new OpenQuery(layout, state, driver);
  const { from, stages, own } = toStart(layout, state.owner);
  return { from, stages: [...stages, ...builder.match(conditions, [...own, ...toOwnFilters(layout, state)])] };
}

/** Returns which documents a query means that changes them. */
export function toChangedDocuments(layout: ModelLayout, state: QueryState, driver: ValueDriver): ChangedDocuments {
  const { builder, conditions } = new OpenQuery(layout, state, driver, false);
  const stages = builder.match(conditions, toOwnFilters(layout, state));
  const [first] = stages;
  const filter: Document = first !== undefined && '$match' in first ? (first['$match'] as Document) : {}; // it was made by `match`
  const isWhole = stages.length === 0 || (stages.length === 1 && first !== undefined && '$match' in first);
  return { filter, keys: isWhole ? undefined : { from: layout.table, stages: [...stages, { $project: { _id: 1 } }] } };
}

/** Joins the keys that were found with what is asked of the documents themselves. */
export function toKeyFilter({ filter }: ChangedDocuments, keys: readonly unknown[]): Document {
  return every([{ _id: { $in: keys } }, filter]);
}

interface Start extends QueryPipeline {
  /** What is asked of the documents of the collection. */
  readonly own: readonly Document[];
  readonly ownerField: string | undefined;
}

/** Where a query begins: with the documents, or with the pairs of their owners. */
function toStart(layout: ModelLayout, owner: OwnerFilter | undefined): Start {
  if (owner === undefined) return { from: layout.table, stages: [], own: [], ownerField: undefined };
  const { relation, keys } = owner;
  if (relation.kind !== 'manyToMany') {
    const ownerField = relation.kind === 'belongsTo' ? relation.target.key.column : relation.column.column;
    return { from: layout.table, stages: [], own: [{ [ownerField]: { $in: keys } }], ownerField };
  }
  const { table, sourceColumn, targetColumn, fields } = relation.pivot;
  const pair = Object.fromEntries([sourceColumn, ...fields.map(({ column }) => column)].map((column) => [column, `$${column}`]));
  const stages = [
    { $match: { [sourceColumn]: { $in: keys } } },
    { $lookup: { from: layout.table, localField: targetColumn, foreignField: layout.key.column, as: '__target' } },
    { $unwind: '$__target' },
    { $replaceRoot: { newRoot: { $mergeObjects: ['$__target', { [PAIR]: pair }] } } },
  ];
  return { from: table, stages, own: [], ownerField: `${PAIR}.${sourceColumn}` };
}

function toOwnFilters(layout: ModelLayout, state: QueryState): Document[] {
  const trashed = toTrashed(layout, state.trashed);
  return trashed === undefined ? [] : [trashed];
}

function toSortField(builder: PipelineBuilder, { path, column }: SortTerm): string {
  const prefix = path.reduce((from, relation: RelationLayout) => builder.join(from, relation), '');
  return `${prefix}${column.column}`;
}

/** The stages that sort the documents and keep those that are wanted: of all, or of each owner. */
function toPart({ limit, offset = 0 }: QueryState, sort: ReadonlyMap<string, 1 | -1>, ownerField: string | undefined): Document[] {
  if (ownerField === undefined || (limit === undefined && offset === 0)) {
    const sorted = sort.size === 0 ? [] : [{ $sort: sort }];
    return [...sorted, ...(offset === 0 ? [] : [{ $skip: offset }]), ...(limit === undefined ? [] : [{ $limit: limit }])];
  }
  const places = { $gt: offset, ...(limit === undefined ? {} : { $lte: offset + limit }) };
  return [
    { $setWindowFields: { partitionBy: `$${ownerField}`, sortBy: sort, output: { [PLACE]: { $documentNumber: {} } } } },
    { $match: { [PLACE]: places } },
    { $sort: { [PLACE]: 1 } },
  ];
}

/** What is sorted by twice counts where it stands first. */
function toSort(terms: readonly SortTerm[], fields: readonly string[]): Map<string, 1 | -1> {
  const sort = new Map<string, 1 | -1>();
  for (const [index, { direction }] of terms.entries()) {
    const field = fields[index] ?? '';
    if (!sort.has(field)) sort.set(field, direction === 'asc' ? 1 : -1);
  }
  return sort;
}

function toRowColumn(driver: ValueDriver, { column, path, ...rest }: ReadColumn, owner: readonly string[] = []): RowColumn {
  return { ...rest, path: [...owner, ...path], convert: toValueConverter(driver, column), isKey: false };
}

function toProjection(fields: readonly string[]): Document {
  const projection: Document = Object.fromEntries(fields.map((field) => [field, 1]));
  return fields.includes('_id') ? projection : { ...projection, _id: 0 };
}

/** Reads a field; of a list, that of its first member, or 0 when there is none. */
function toReader(field: string, isSeek: boolean): (document: Document) => unknown {
  const names = field.split('.');
  return (document) => {
    let value: unknown = document;
    for (const name of names) {
      if (Array.isArray(value)) value = value.length === 0 ? { n: 0 } : value[0];
      value = typeof value === 'object' && value !== null ? (value as Document)[name] : undefined;
    }
    return isSeek ? toCursorValue(value) : (value ?? null);
  };
}

/** Cursors are texts: moments are written as numbers there, and decimals as texts. */
function toCursorValue(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.getTime();
  return isDecimal128(value) ? value.toString() : value;
}
