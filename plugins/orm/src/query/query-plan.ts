/**
 * Plans: the compiled statement of a query and how its rows become objects. A plan depends on the shape of a query only,
 * so it is made once and kept; a query that was seen before costs no more than filling in its values.
 */
import { type CompiledQuery, Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { SqlDriver } from '../drivers/driver.ts';
import { toValueConverter } from '../drivers/field-values.ts';
import type { SearchSource } from '../drivers/search-dialect.ts';
import { QueryInvalidError } from '../errors.ts';
import type { ColumnLayout, ModelLayout } from '../model/model-layout.ts';
import { type Condition, ShapeWriter } from './condition.ts';
import { type ReadColumn, toReadColumns } from './embedded-columns.ts';
import { pickPlaces } from './owned-places.ts';
import { type ParsedQuery, parseQuery, type QueryMode } from './parse-query.ts';
import { type AnyDatabase, type AnySelect, type SlotValue, StatementBuilder } from './query-compiler.ts';
import { pickColumns, visibleColumns } from './pick-columns.ts';
import type { QueryState } from './query-state.ts';
import { canBeNull } from './seek.ts';
import { createRowReader, type RowColumn, type RowReader } from './row-reader.ts';

/** Enough shapes for a large application; what is more is compiled anew. */
const MAX_PLANS = 2_000;
/** Stands for "no limit" where a database wants one before an offset. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** A compiled statement. */
interface StatementPlan {
  readonly sql: string;
  /** The slot of each parameter. */
  readonly slots: readonly number[];
}

/** A compiled query. */
export interface QueryPlan extends StatementPlan {
  readonly read: RowReader;
}

/** A statement that changes rows: all of it but its conditions. */
export interface ChangeStatement {
  /** What it does, without its values: statements of one shape are written alike. */
  readonly shape: string;
  readonly values: readonly unknown[];
  /** Writes it, with what stands for its values. */
  write(values: readonly unknown[], conditions: RawBuilder<SqlBool>): RawBuilder<unknown>;
}

/** A plan and the values to fill in. */
export interface ReadyQuery {
  readonly plan: QueryPlan;
  readonly parameters: readonly unknown[];
}

/** A placeholder that Kysely takes for a value. */
class Slot {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }
}

/** Makes and keeps the plans of one database. */
export class QueryPlanner {
  readonly #driver: SqlDriver;
  readonly #kysely: Kysely<AnyDatabase>;
  readonly #plans = new Map<string, QueryPlan>();
  readonly #changes = new Map<string, StatementPlan>();

  constructor(driver: SqlDriver) {
    this.#driver = driver;
    this.#kysely = new Kysely<AnyDatabase>({ dialect: driver.compileDialect });
  }

  /**
   * Returns the plan of a query, and its values.
   * @throws {QueryInvalidError} when the query asks for what the model does not have.
   */
  prepare(layout: ModelLayout, state: QueryState, mode: QueryMode): ReadyQuery {
    const writer = new ShapeWriter();
    writer.shape = `${layout.name}/${mode}/`;
    const parsed = parseQuery(this.#driver, layout, state, mode, writer);
    const plan = this.#plans.get(writer.shape) ?? this.#compile(layout, state, mode, parsed, writer.shape);
    return { plan, parameters: plan.slots.map((slot) => writer.values[slot]) };
  }

  /** Builds the statement with its values, for applications that go on with Kysely. */
  build(layout: ModelLayout, state: QueryState, kysely: Kysely<AnyDatabase>): AnySelect {
    const writer = new ShapeWriter();
    const parsed = parseQuery(this.#driver, layout, state, 'rows', writer);
    const builder = new StatementBuilder(kysely, layout, { traits: this.#driver.traits, valueOf: (slot) => writer.values[slot] });
    this.#filter(builder, layout, state, parsed, (slot) => writer.values[slot]);
    builder.select = builder.select.select(pickColumns(layout, state).map((column) => builder.ref(builder.root, column.column).as(column.name)));
    return this.#limit(builder, state, parsed, (slot) => writer.values[slot]);
  }

  /**
   * Returns a statement that changes the rows of a query, which it knows as `t0`, and its values.
   * @throws {QueryInvalidError} when the query asks for what the model does not have.
   */
  prepareChange(layout: ModelLayout, state: QueryState, change: ChangeStatement): { readonly sql: string; readonly parameters: readonly unknown[] } {
    const writer = new ShapeWriter();
    writer.shape = `${layout.name}/${change.shape}/`;
    const slots = change.values.map((value) => writer.slot(value));
    const parsed = parseQuery(this.#driver, layout, state, 'exists', writer);
    const plan = this.#changes.get(writer.shape) ?? this.#compileChange(layout, state, change, { parsed, slots, shape: writer.shape });
    return { sql: plan.sql, parameters: plan.slots.map((slot) => writer.values[slot]) };
  }

  #compile(layout: ModelLayout, state: QueryState, mode: QueryMode, parsed: ParsedQuery, shape: string): QueryPlan {
    const valueOf: SlotValue = (slot) => new Slot(slot);
    const builder = new StatementBuilder(this.#kysely, layout, { traits: this.#driver.traits, valueOf });
    const ownerColumn = this.#filter(builder, layout, state, parsed, valueOf);
    const columns: RowColumn[] = [];
    const add = ({ column, path, ...rest }: ReadColumn, alias: string, owner: readonly string[] = [], isAlways = false): void => {
      const place = [...owner, ...path];
      columns.push({ ...rest, path: place, convert: toValueConverter(this.#driver, column), isKey: column === keyOf(layout, parsed, place), isAlways });
      builder.select = builder.select.select(builder.ref(alias, column.column).as(`c${columns.length}`));
    };
    if (mode === 'rows') for (const column of toReadColumns(layout, pickColumns(layout, state))) add(column, builder.root);
    if (mode === 'rows' && ownerColumn !== undefined && parsed.owner?.relation.kind === 'manyToMany')
      for (const column of parsed.owner.relation.pivot.fields) add({ column, path: [column.name] }, ownerColumn.alias, ['pivot'], true);
    for (const relation of parsed.joined) {
      const alias = builder.join(builder.root, relation);
      for (const column of toReadColumns(relation.target, visibleColumns(relation.target))) add(column, alias, [relation.name]);
    }
    for (const { relation, scopes } of parsed.counted) {
      columns.push({ path: [`${relation.name}Count`], convert: Number, isKey: false });
      builder.select = builder.select.select(builder.count(relation, builder.root, scopes).as(`c${columns.length}`));
    }
    const extras = this.#addExtras(builder, layout, state, parsed, ownerColumn, mode);
    if (mode === 'count') builder.select = builder.select.select(sql<number>`count(*)`.as('c1'));
    if (mode === 'aggregate' && state.aggregate !== undefined) {
      const { kind, column } = state.aggregate;
      builder.select = builder.select.select(sql`${sql.raw(kind)}(${builder.ref(builder.root, column.column)})`.as('c1'));
    }
    if (mode === 'exists') builder.select = builder.select.select(sql<number>`1`.as('c1')).limit(sql<number>`1`);
    const places = parsed.owner?.places;
    const select =
      ownerColumn === undefined || places === undefined
        ? this.#limit(builder, state, parsed, valueOf)
        : pickPlaces(this.#kysely, builder.select, { owner: builder.ref(ownerColumn.alias, ownerColumn.column), places, valueOf });
    const compiled = select.compile();
    const plan = { sql: compiled.sql, slots: toSlots(layout, compiled), read: createRowReader(columns, extras) };
    if (this.#plans.size >= MAX_PLANS) this.#plans.clear();
    this.#plans.set(shape, plan);
    return plan;
  }

  #compileChange(
    layout: ModelLayout,
    state: QueryState,
    change: ChangeStatement,
    { parsed, slots, shape }: { readonly parsed: ParsedQuery; readonly slots: readonly number[]; readonly shape: string },
  ): StatementPlan {
    const values = slots.map((slot) => new Slot(slot));
    const compiled = change.write(values, this.#restrict(layout, state, parsed)).compile(this.#kysely);
    const plan = { sql: compiled.sql, slots: toSlots(layout, compiled) };
    if (this.#changes.size >= MAX_PLANS) this.#changes.clear();
    this.#changes.set(shape, plan);
    return plan;
  }

  /**
   * Builds the conditions of a statement that changes rows. Some databases do not read the table that they change; for these,
   * rows that are found through relations back to it are looked up before.
   */
  #restrict(layout: ModelLayout, state: QueryState, parsed: ParsedQuery): RawBuilder<SqlBool> {
    const { traits } = this.#driver;
    const valueOf: SlotValue = (slot) => new Slot(slot);
    if (traits.namesDeleted && parsed.conditions.some((condition) => readsTable(condition, layout.table))) {
      const builder = new StatementBuilder(this.#kysely, layout, { traits, valueOf });
      this.#filter(builder, layout, state, parsed, valueOf);
      const keys = builder.select.select(layout.keys.map(({ column, name }) => builder.ref(builder.root, column).as(name))).distinct(); // without it, the server would merge the two
      const own = sql.join(layout.keys.map(({ column }) => sql.ref(`t0.${column}`)));
      return sql<SqlBool>`(${own}) in (select ${sql.join(layout.keys.map(({ name }) => sql.ref(`picked.${name}`)))} from ${keys} as ${sql.ref('picked')})`;
    }
    const builder = new StatementBuilder(this.#kysely, layout, { traits, valueOf, joins: false });
    const conditions = parsed.conditions.map((condition) => builder.condition(condition, builder.root));
    const found = parsed.search === undefined ? undefined : this.#driver.search.condition(toSearchSource(layout, builder.root, valueOf(parsed.search.slot)));
    return builder.every([...conditions, builder.trashed(layout, state.trashed), found]);
  }

  /** Adds conditions and sorting; returns the column of the owner's key. */
  #filter(
    builder: StatementBuilder,
    layout: ModelLayout,
    state: QueryState,
    parsed: ParsedQuery,
    valueOf: SlotValue,
  ): { alias: string; column: string } | undefined {
    for (const condition of parsed.conditions) builder.select = where(builder, condition);
    const trashed = builder.trashed(layout, state.trashed);
    if (trashed !== undefined) builder.select = builder.select.where(trashed);
    if (parsed.search !== undefined) {
      const { search } = this.#driver;
      const source = toSearchSource(layout, builder.root, valueOf(parsed.search.slot));
      builder.select = parsed.search.isSorted ? search.sort(builder.select, source) : builder.select.where(search.condition(source));
    }
    let owner: { alias: string; column: string } | undefined;
    if (parsed.owner !== undefined) {
      const { relation, slots } = parsed.owner;
      if (relation.kind === 'manyToMany') owner = { alias: builder.joinPairs(relation), column: relation.pivot.sourceColumn };
      else owner = { alias: builder.root, column: relation.kind === 'belongsTo' ? relation.target.key.column : relation.column.column };
      builder.select = builder.select.where(builder.in(owner.alias, owner.column, slots));
    }
    for (const term of parsed.sorts) {
      const alias = term.path.reduce((from, relation) => builder.join(from, relation), builder.root);
      builder.sort(alias, term.column.column, term.direction, canBeNull(term));
    }
    return owner;
  }

  /** Columns that are read but not returned: the owner's key, the keys by which relations are loaded, and where the next part begins. */
  #addExtras(
    builder: StatementBuilder,
    layout: ModelLayout,
    state: QueryState,
    parsed: ParsedQuery,
    owner: { alias: string; column: string } | undefined,
    mode: QueryMode,
  ): string[] {
    if (mode !== 'rows') return [];
    const extras: string[] = [];
    if (owner !== undefined) {
      extras.push('owner');
      builder.select = builder.select.select(builder.ref(owner.alias, owner.column).as('owner'));
    }
    for (const { relation } of state.loads) {
      const column = relation.kind === 'belongsTo' ? relation.column : layout.key;
      if (extras.includes(`key:${column.name}`)) continue;
      extras.push(`key:${column.name}`);
      builder.select = builder.select.select(builder.ref(builder.root, column.column).as(`k${extras.length}`));
    }
    if (state.seek === undefined) return extras;
    for (const [index, { path, column }] of parsed.sorts.entries()) {
      extras.push(`seek:${index}`);
      const alias = path.reduce((from, relation) => builder.join(from, relation), builder.root);
      builder.select = builder.select.select(builder.ref(alias, column.column).as(`s${index}`));
    }
    return extras;
  }

  #limit(builder: StatementBuilder, state: QueryState, { limit, offset }: ParsedQuery, valueOf: SlotValue): AnySelect {
    let { select } = builder;
    const bound = (slot: number): RawBuilder<number> => this.#driver.traits.limit(sql<number>`${valueOf(slot)}`);
    if (limit !== undefined) select = select.limit('rows' in limit ? sql<number>`${sql.lit(limit.rows)}` : bound(limit.slot));
    else if (offset !== undefined) select = select.limit(sql<number>`${sql.lit(NO_LIMIT)}`);
    if (offset !== undefined) select = select.offset(bound(offset));
    const lock = state.lock === undefined ? undefined : this.#driver.traits.lock(state.lock.mode, state.lock);
    return lock === undefined ? select : select.modifyEnd(sql.raw(lock));
  }
}

function toSearchSource({ table, key, search }: ModelLayout, alias: string, text: unknown): SearchSource {
  return { table, key: key.column, columns: search.map(({ column }) => column), alias, text: sql`${text}` };
}

function readsTable(condition: Condition, table: string): boolean {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.items.some((item) => readsTable(item, table));
    case 'not':
    case 'joined':
      return readsTable(condition.item, table);
    case 'related':
      return condition.target.table === table || readsTable(condition.item, table);
    default:
      return false;
  }
}

function where(builder: StatementBuilder, condition: Condition): AnySelect {
  const expression = builder.condition(condition, builder.root); // it may join, so it is made before the statement is read
  return builder.select.where(expression);
}

function keyOf(layout: ModelLayout, { joined }: ParsedQuery, path: readonly string[]): ColumnLayout | undefined {
  return path.length === 1 ? layout.key : joined.find(({ name }) => name === path[0])?.target.key;
}

function toSlots(layout: ModelLayout, { parameters }: CompiledQuery): number[] {
  return parameters.map((parameter) => {
    if (parameter instanceof Slot) return parameter.index;
    throw new QueryInvalidError(layout.name, 'a value was not bound');
  });
}
