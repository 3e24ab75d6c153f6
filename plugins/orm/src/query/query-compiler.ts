/**
 * Builds statements with Kysely. Names come only from the layout of the models and are quoted by Kysely; values are bound.
 * The same builder serves compiled plans, whose values are slots, and `toKysely()`, whose values are real.
 */
import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql, type SqlBool } from 'kysely';
import type { DialectTraits } from '../drivers/driver.ts';
import type { ColumnLayout, ModelLayout, RelationLayout } from '../model/model-layout.ts';
import type { Condition } from './condition.ts';
import type { Trashed } from './query-state.ts';

/** A database whose tables are not known to the type system. */
export type AnyDatabase = Record<string, Record<string, unknown>>;
/** A statement that selects. */
export type AnySelect = SelectQueryBuilder<AnyDatabase, string, Record<string, unknown>>;

/** Gives the value, or what stands for it, of a slot. */
export type SlotValue = (slot: number) => unknown;

/** What a statement is built with. */
export interface BuilderOptions {
  readonly traits: DialectTraits;
  readonly valueOf: SlotValue;
  /** Whether the statement can join tables. Default: `true`. */
  readonly joins?: boolean;
}

/** Builds one statement: keeps its aliases and its joins. */
export class StatementBuilder {
  select: AnySelect;
  readonly root: string;
  readonly #traits: DialectTraits;
  readonly #valueOf: SlotValue;
  readonly #canJoin: boolean;
  readonly #joins = new Map<string, string>();
  readonly #aliases: { next: number };

  constructor(kysely: Kysely<AnyDatabase>, layout: ModelLayout, { traits, valueOf, joins = true }: BuilderOptions) {
    this.#canJoin = joins;
    this.#traits = traits;
    this.#valueOf = valueOf;
    this.#aliases = { next: 1 };
    this.root = 't0';
    // the row type is not known before columns are selected
    this.select = kysely.selectFrom(`${layout.table} as t0`);
  }

  /** Returns a reference to a column, or an expression that means it. */
  ref(alias: string, column: string): RawBuilder<unknown> {
    return sql`${sql.ref(alias)}.${sql.ref(column)}`;
  }

  /** Joins a relation to one, once, and returns its alias. */
  join(alias: string, relation: RelationLayout): string {
    const known = this.#joins.get(`${alias}.${relation.name}`);
    if (known !== undefined) return known;
    const joined = this.#nextAlias();
    this.#joins.set(`${alias}.${relation.name}`, joined);
    const { target } = relation;
    this.select = this.select.leftJoin(`${target.table} as ${joined}`, (join) => join.on(this.#link(relation, alias, joined)));
    return joined;
  }

  /** Sorts by a column; `null` is less than any value. Where there is none, nothing is said of it, so that an index gives the order. */
  sort(alias: string, column: string, direction: 'asc' | 'desc', hasNulls: boolean): void {
    const ref = this.ref(alias, column);
    if (!this.#traits.nullsLast || !hasNulls) this.select = this.select.orderBy(ref, direction);
    else this.select = this.select.orderBy(ref, (order) => (direction === 'asc' ? order.asc().nullsFirst() : order.desc().nullsLast()));
  }

  /** Turns a condition into SQL. */
  condition(condition: Condition, alias: string): RawBuilder<SqlBool> {
    switch (condition.kind) {
      case 'all':
      case 'any':
        return this.#combine(
          condition.items.map((item) => this.condition(item, alias)),
          condition.kind,
        );
      case 'not':
        return sql<SqlBool>`not (${this.condition(condition.item, alias)})`;
      case 'null':
        return condition.negated
          ? sql<SqlBool>`${this.ref(alias, condition.column.column)} is not null`
          : sql<SqlBool>`${this.ref(alias, condition.column.column)} is null`;
      case 'compare':
        return sql<SqlBool>`${this.ref(alias, condition.column.column)} ${sql.raw(condition.operator)} ${this.#valueOf(condition.slot)}`;
      case 'like':
        return this.#traits.like(this.#text(alias, condition.column), sql`${this.#valueOf(condition.slot)}`);
      case 'in':
        return this.in(alias, condition.column.column, condition.slots, condition.negated);
      case 'joined':
        return this.condition(
          condition.item,
          condition.path.reduce((from, relation) => this.join(from, relation), alias),
        );
      case 'related':
        return this.#related(condition, alias);
      default:
        return condition satisfies never;
    }
  }

  /** Compares a column with a list. */
  in(alias: string, column: string, slots: readonly number[], negated = false): RawBuilder<SqlBool> {
    if (slots.length === 0) return negated ? sql<SqlBool>`1 = 1` : sql<SqlBool>`1 = 0`;
    const list = sql.join(slots.map((slot) => sql`${this.#valueOf(slot)}`));
    return negated ? sql<SqlBool>`${this.ref(alias, column)} not in (${list})` : sql<SqlBool>`${this.ref(alias, column)} in (${list})`;
  }

  /** Leaves out rows that are softly deleted, or those that are not. */
  trashed(layout: ModelLayout, trashed: Trashed): RawBuilder<SqlBool> | undefined {
    if (!layout.softDeletes || trashed === 'with') return undefined;
    const deleted = this.ref(this.root, 'deleted_at');
    return trashed === 'only' ? sql<SqlBool>`${deleted} is not null` : sql<SqlBool>`${deleted} is null`;
  }

  /** Counts the entities at the other end of a relation to many. */
  count(relation: RelationLayout, alias: string, conditions: readonly Condition[]): RawBuilder<number> {
    return sql<number>`(select count(*) ${this.#relatedRows(relation, alias, conditions.length === 0 ? undefined : { kind: 'all', items: conditions })})`;
  }

  /** Joins the table of pairs to its targets, which this statement selects; returns the alias of the pairs. */
  joinPairs(relation: Extract<RelationLayout, { kind: 'manyToMany' }>): string {
    const pairs = this.#nextAlias();
    const on = sql<SqlBool>`${this.ref(pairs, relation.pivot.targetColumn)} = ${this.ref(this.root, relation.target.key.column)}`;
    this.select = this.select.innerJoin(`${relation.pivot.table} as ${pairs}`, (join) => join.on(on));
    return pairs;
  }

  /** A column as a text, to be compared with a pattern. */
  #text(alias: string, { column, spec }: ColumnLayout): RawBuilder<unknown> {
    const isText = ['enum', 'string', 'text'].includes(spec.type) || !this.#traits.strictTypes;
    return isText ? this.ref(alias, column) : sql`cast(${this.ref(alias, column)} as text)`;
  }

  #combine(items: readonly RawBuilder<SqlBool>[], kind: 'all' | 'any'): RawBuilder<SqlBool> {
    if (items.length === 0) return kind === 'all' ? sql<SqlBool>`1 = 1` : sql<SqlBool>`1 = 0`;
    return sql<SqlBool>`(${sql.join(items, kind === 'all' ? sql` and ` : sql` or `)})`;
  }

  /** A relation that always leads somewhere is joined; any other is asked whether something is there. */
  #related({ relation, item }: Extract<Condition, { kind: 'related' }>, alias: string): RawBuilder<SqlBool> {
    const always = this.#canJoin && relation.kind === 'belongsTo' && relation.column.spec.nullable !== true;
    if (always && (alias === this.root || this.#isJoined(alias))) return this.condition(item, this.join(alias, relation));
    return sql<SqlBool>`exists (select 1 ${this.#relatedRows(relation, alias, item)})`;
  }

  #isJoined(alias: string): boolean {
    for (const joined of this.#joins.values()) if (joined === alias) return true;
    return false;
  }

  #relatedRows(relation: RelationLayout, alias: string, item: Condition | undefined): RawBuilder<unknown> {
    const { target } = relation;
    const other = this.#nextAlias();
    const conditions = [this.#alive(relation, other), item === undefined ? undefined : this.condition(item, other)];
    if (relation.kind !== 'manyToMany') {
      conditions.unshift(this.#link(relation, alias, other, false));
      return sql`from ${sql.table(target.table)} as ${sql.ref(other)} where ${this.every(conditions)}`;
    }
    const pairs = this.#nextAlias();
    conditions.unshift(sql<SqlBool>`${this.ref(pairs, relation.pivot.sourceColumn)} = ${this.ref(alias, relation.source.key.column)}`);
    const on = sql`${this.ref(other, target.key.column)} = ${this.ref(pairs, relation.pivot.targetColumn)}`;
    return sql`from ${sql.table(relation.pivot.table)} as ${sql.ref(pairs)} inner join ${sql.table(target.table)} as ${sql.ref(other)} on ${on} where ${this.every(conditions)}`;
  }

  /** Joins conditions that all have to hold. */
  every(conditions: readonly (RawBuilder<SqlBool> | undefined)[]): RawBuilder<SqlBool> {
    return this.#combine(
      conditions.filter((condition) => condition !== undefined),
      'all',
    );
  }

  #link(relation: RelationLayout, alias: string, other: string, alive = true): RawBuilder<SqlBool> {
    if (relation.kind === 'belongsTo') return sql<SqlBool>`${this.ref(other, relation.target.key.column)} = ${this.ref(alias, relation.column.column)}`;
    if (relation.kind === 'manyToMany') return sql<SqlBool>`1 = 0`;
    const link = sql<SqlBool>`${this.ref(other, relation.column.column)} = ${this.ref(alias, relation.source.key.column)}`;
    const condition = alive ? this.#alive(relation, other) : undefined;
    return condition === undefined ? link : sql<SqlBool>`${link} and ${condition}`;
  }

  /** The reference of a row stays a fact when the other is softly deleted; lists and counts leave the deleted out. */
  #alive(relation: RelationLayout, alias: string): RawBuilder<SqlBool> | undefined {
    if (relation.kind === 'belongsTo' || !relation.target.softDeletes) return undefined;
    return sql<SqlBool>`${this.ref(alias, 'deleted_at')} is null`;
  }

  #nextAlias(): string {
    return `t${this.#aliases.next++}`;
  }
}
