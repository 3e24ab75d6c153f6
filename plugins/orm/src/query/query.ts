/**
 * Reads to answer: a query returns plain rows of a known type, without identity map or change tracking. It is a value: each
 * step returns a new query, and nothing runs before the last one.
 */
import { EntityNotFoundError, QueryInvalidError } from '../errors.ts';
import type { AnyModel, InferHidden, InferRow, RelatedModel, RelationName, ToManyName, ToOneName } from '../model/infer-model.ts';
import { type ModelLayout, type RelationLayout, visibleNames } from '../model/model-layout.ts';
import { type AggregateKind, type AverageOf, type SortableName, type SummableName, type SumOf, toAggregate, type ValueOfName } from './aggregate.ts';
import { type ChangeData, type CountableName, incrementRows, negate } from './increment.ts';
import type { CursorPageOf, CursorRequest } from './cursor.ts';
import { loadRelation, type ReadOwned } from './load-relation.ts';
import { assertPlaces } from './owned-places.ts';
import type { AnySelect } from './query-compiler.ts';
import { expandRelation, relationOf } from './find-names.ts';
import { EMPTY_STATE, type QueryState } from './query-state.ts';
import type { QuerySource } from './query-source.ts';
import { type PartedQuery, readChunks, readCursorPage, readStream } from './read-parts.ts';
import type { ReadRows } from './row-reader.ts';
import type { LockMode, LockOptions } from './lock.ts';
import { assertScopes, type ScopeArguments, type ScopeName, toScopeConditions } from './scopes.ts';
import type { PageOf, PageRequest } from './page.ts';
import type { RowOf, SelectableName, SelectedRow, WithRelation, WithRelations } from './query-row.ts';
import type { OrderBy, Where } from './where.ts';

/** Rows in a chunk of a stream, unless it says otherwise. */
const DEFAULT_CHUNK = 1_000;

/** A query for rows of a model. */
export class Query<Of extends AnyModel, Row = InferRow<Of>> {
  /** Only for the type system. */
  declare readonly '~row'?: Row;
  readonly #source: QuerySource;
  readonly #layout: ModelLayout;
  readonly #state: QueryState;

  /** @internal Queries are made by `orm.query`. */
  constructor(source: QuerySource, layout: ModelLayout, state: QueryState = EMPTY_STATE) {
    this.#source = source;
    this.#layout = layout;
    this.#state = state;
  }

  /** Keeps rows that meet the conditions, besides those of former calls. */
  where(conditions: Where<Of>): Query<Of, Row> {
    return this.#with({ wheres: [...this.#state.wheres, conditions] });
  }

  /** Refines the query when `value` is neither `undefined` nor `null`: `.when(query.tag, (articles, tag) => articles.where({ tags: { name: tag } }))`. */
  when<Value>(value: Value, refine: (query: Query<Of, Row>, value: NonNullable<Value>) => Query<Of, Row>): Query<Of, Row> {
    return value === undefined || value === null ? this : refine(this, value);
  }

  /**
   * Keeps rows whose texts have all the words: those that the model names in `search`. A phrase stands in quotes, and a word
   * with `-` before it must not be there. Any text will do; one without words finds nothing. The best rows come first, unless
   * `orderBy` says otherwise.
   */
  search(text: string): Query<Of, Row> {
    if (this.#layout.search.length === 0) throw new QueryInvalidError(this.#layout.name, 'it has no texts to search; declare it with { search: ["title"] }');
    if (typeof text !== 'string') throw new QueryInvalidError(this.#layout.name, 'search() takes a text');
    return this.#with({ search: this.#state.search === undefined ? text : `${this.#state.search} ${text}` });
  }

  /** Keeps rows that meet the conditions of a scope of the model. */
  scope<const Name extends ScopeName<Of>>(name: Name, ...values: ScopeArguments<Of, Name>): Query<Of, Row> {
    return this.#with({ wheres: [...this.#state.wheres, toScopeConditions(this.#layout, name, values)] });
  }

  /** Finds rows outside of scopes that hold by default, too. */
  withoutScope(...names: readonly ScopeName<Of>[]): Query<Of, Row> {
    assertScopes(this.#layout, names);
    return this.#with({ unscoped: [...(this.#state.unscoped ?? []), ...names] });
  }

  /** Refines the query by a function, so that steps which belong together have a name of their own. */
  apply<Refined>(refine: (query: Query<Of, Row>) => Refined): Refined {
    return refine(this);
  }

  /**
   * Locks the rows until the transaction ends: `update` keeps others from changing and locking them, `share` only from changing
   * them. SQLite has one writer at a time, so that nothing is locked there.
   * @throws {QueryInvalidError} when it runs outside of a transaction.
   */
  lock(mode: LockMode, options: LockOptions = {}): Query<Of, Row> {
    if (mode !== 'update' && mode !== 'share') throw new QueryInvalidError(this.#layout.name, `the lock is ${JSON.stringify(mode)}; it is "update" or "share"`);
    if (options.skipLocked === true && options.noWait === true)
      throw new QueryInvalidError(this.#layout.name, 'a lock cannot have skipLocked and noWait at once');
    return this.#with({ lock: { mode, skipLocked: options.skipLocked === true, noWait: options.noWait === true } });
  }

  /** Reads from the primary, and related rows too, where replicas would be read, which may be behind. Without replicas it changes nothing. */
  onPrimary(): Query<Of, Row> {
    return this.#with({ fresh: true });
  }

  /** Sorts; what former calls sorted by weighs more. */
  orderBy(...orders: readonly OrderBy<Of>[]): Query<Of, Row> {
    return this.#with({ orders: [...this.#state.orders, ...orders] });
  }

  /** Returns at most this many rows. */
  limit(rows: number): Query<Of, Row> {
    return this.#with({ limit: this.#toCount('limit', rows) });
  }

  /** Leaves out this many rows first. */
  offset(rows: number): Query<Of, Row> {
    return this.#with({ offset: this.#toCount('offset', rows) });
  }

  /** Returns only these fields; a field of an embedded value is named like `address.city`. */
  select<const Name extends SelectableName<Of>>(...names: readonly Name[]): Query<Of, SelectedRow<Of, Name, Row>> {
    return this.#with({ selected: names });
  }

  /** Returns hidden fields too. */
  withHidden(): Query<Of, Row & InferHidden<Of>> {
    return this.#with({ hidden: true });
  }

  /**
   * Returns related rows with each row; with a function, those related rows are refined: `.with('comments', (comments) => comments.with('author'))`.
   * A limit and an offset in it are those of each row; a relation to one has neither.
   */
  with<const Name extends ToManyName<Of> | ToOneName<Of>, Refined extends Query<RelatedModel<Of, Name>, unknown>>(
    name: Name,
    refine: (related: Query<RelatedModel<Of, Name>>) => Refined,
  ): Query<Of, Row & WithRelation<Of, Name, RowOf<Refined>>>;
  with<const Names extends RelationName<Of>>(...names: readonly Names[]): Query<Of, Row & WithRelations<Of, Names>>;
  with(...parts: readonly unknown[]): Query<Of, never> {
    const refine = typeof parts[1] === 'function' ? (parts[1] as (query: never) => unknown) : undefined;
    const names = refine === undefined ? parts : parts.slice(0, 1);
    const joined = [...this.#state.joined];
    let loads = this.#state.loads;
    for (const name of names) {
      if (this.#layout.morphs.has(String(name))) {
        loads = [...loads, ...this.#toMorphLoads(String(name), refine)];
        continue;
      }
      const relation = relationOf(this.#layout, String(name));
      loads = loads.filter((load) => load.relation !== relation);
      const place = joined.indexOf(relation.name);
      if (place !== -1) joined.splice(place, 1);
      const isOne = relation.kind === 'belongsTo' || (relation.kind === 'hasOne' && relation.target.defaultScopes.length === 0);
      if (refine === undefined && isOne) joined.push(relation.name);
      else loads = [...loads, { relation, refine }];
    }
    return this.#with({ joined, loads });
  }

  /** Returns with each row how many related rows there are: `tags` as `tagsCount`. */
  withCount<const Names extends ToManyName<Of>>(...names: readonly Names[]): Query<Of, Row & { [Key in Names as `${Key}Count`]: number }> {
    for (const name of names) {
      const { kind } = relationOf(this.#layout, name);
      if (kind === 'belongsTo' || kind === 'hasOne') throw new QueryInvalidError(this.#layout.name, `"${name}" is a relation to one and cannot be counted`);
    }
    return this.#with({ counted: [...new Set([...this.#state.counted, ...names])] });
  }

  /** Finds softly deleted rows too. */
  withTrashed(): Query<Of, Row & { deletedAt: Date | null }> {
    return this.#withTrashed('with');
  }

  /** Finds only softly deleted rows. */
  onlyTrashed(): Query<Of, Row & { deletedAt: Date }> {
    return this.#withTrashed('only');
  }

  /** Returns all rows. */
  async all(): Promise<Row[]> {
    return (await this.#rows(this.#state)).items as Row[];
  }

  /** Returns the first row, or `undefined`. */
  async first(): Promise<Row | undefined> {
    return (await this.#rows({ ...this.#state, limit: 1 })).items[0] as Row | undefined;
  }

  /**
   * Returns the first row.
   * @throws {EntityNotFoundError} when there is none; in a request it becomes 404.
   */
  async get(): Promise<Row> {
    const row = await this.first();
    if (row === undefined) throw new EntityNotFoundError(this.#layout.name);
    return row;
  }

  /** Returns how many rows there are, whatever `limit` and `offset` are. */
  async count(): Promise<number> {
    return this.#source.count(this.#layout, this.#state);
  }

  /** Tells whether there is a row. */
  async exists(): Promise<boolean> {
    return this.#source.exists(this.#layout, this.#state);
  }

  /** Returns a part of the list and its whole length. Rows that are equal in the order are sorted by their key, so that pages do not overlap. */
  async paginate({ limit = 20, offset = 0 }: PageRequest = {}): Promise<PageOf<Row>> {
    const state = { ...this.#state, tied: true, limit: this.#toCount('limit', limit), offset: this.#toCount('offset', offset) };
    const total = await this.count();
    const { items } = total === 0 ? { items: [] } : await this.#rows(state);
    return { items: items as Row[], total, limit, offset };
  }

  /**
   * Returns the part of the list behind or before a cursor, or the first one, and the cursors of the parts beside it. It costs
   * the same for every part. Rows that are equal in the order are sorted by their key.
   * @throws {CursorInvalidError} when a cursor is not one of a list of this model in this order; in a request it becomes 422.
   */
  async paginateByCursor(request: CursorRequest = {}): Promise<CursorPageOf<Row>> {
    return (await readCursorPage(this.#parted(), request, this.#toCount('limit', request.limit ?? 20))) as CursorPageOf<Row>; // the rows of this query
  }

  /**
   * Goes through all rows without holding more than a chunk of them, in the order of the query and by key:
   * `for await (const row of query.stream({ chunk: 1_000 })) …`. Related rows are loaded for each chunk.
   */
  stream({ chunk = DEFAULT_CHUNK }: { readonly chunk?: number } = {}): AsyncGenerator<Row, void, void> {
    return readStream(this.#parted(), this.#toCount('chunk', chunk)) as AsyncGenerator<Row, void, void>; // the rows of this query
  }

  /** Goes through all rows, this many at a time, as {@link stream} does. */
  chunks(size: number): AsyncGenerator<Row[], void, void> {
    return readChunks(this.#parted(), this.#toCount('chunk', size)) as AsyncGenerator<Row[], void, void>; // the rows of this query
  }

  /** Adds up the values of a number: 0 for no rows. The sum of a decimal is a text; on SQLite it has 15 digits. */
  sum<const Name extends SummableName<Of>>(name: Name): Promise<SumOf<ValueOfName<Of, Name>>> {
    return this.#aggregate('sum', name);
  }

  /** Returns the average of a number, or `null` for no rows. That of a decimal is a text, with as many digits as the database gives. */
  avg<const Name extends SummableName<Of>>(name: Name): Promise<AverageOf<ValueOfName<Of, Name>> | null> {
    return this.#aggregate('avg', name);
  }

  /** Returns the least value of a field, or `null` when no row has one. */
  min<const Name extends SortableName<Of>>(name: Name): Promise<ValueOfName<Of, Name> | null> {
    return this.#aggregate('min', name);
  }

  /** Returns the greatest value of a field, or `null` when no row has one. */
  max<const Name extends SortableName<Of>>(name: Name): Promise<ValueOfName<Of, Name> | null> {
    return this.#aggregate('max', name);
  }

  /**
   * Changes all rows that meet the conditions, with one statement, and returns how many there were. The rules of the model are
   * checked and timestamps set; entities in memory do not learn of it, and events of entities do not happen. `where()` has to
   * have been called; `where({})` means all.
   * @throws {EntityInvalidError} when a value breaks the rules of the model.
   */
  async update(data: ChangeData<Of>): Promise<number> {
    return this.#source.update(this.#layout, this.#toChanged('update'), data);
  }

  /** Adds to a number of all rows that meet the conditions, and returns how many there were. A value that is `null` stays so. */
  async increment<const Name extends CountableName<Of>>(name: Name, by: ValueOfName<Of, Name> = 1 as never): Promise<number> {
    return incrementRows(this.#source, this.#layout, this.#toChanged('increment'), name, by);
  }

  /** Takes from a number of all rows that meet the conditions, and returns how many there were. */
  async decrement<const Name extends CountableName<Of>>(name: Name, by: ValueOfName<Of, Name> = 1 as never): Promise<number> {
    return incrementRows(this.#source, this.#layout, this.#toChanged('decrement'), name, negate(by));
  }

  /** Deletes all rows that meet the conditions, softly where the model has soft deletes, and returns how many there were. */
  async delete(): Promise<number> {
    const state = this.#toChanged('delete');
    return this.#layout.softDeletes ? this.#source.mark(this.#layout, { ...state, trashed: 'without' }, true) : this.#source.delete(this.#layout, state);
  }

  /** Deletes all rows that meet the conditions, soft deletes or not, and returns how many there were; of softly deleted ones only with `withTrashed()`. */
  async forceDelete(): Promise<number> {
    return this.#source.delete(this.#layout, this.#toChanged('forceDelete'));
  }

  /** Undoes the soft delete of all rows that meet the conditions, and returns how many there were. */
  async restore(): Promise<number> {
    const state = this.#toChanged('restore');
    if (!this.#layout.softDeletes) throw new QueryInvalidError(this.#layout.name, 'it has no soft deletes, so nothing can be restored');
    return this.#source.mark(this.#layout, { ...state, trashed: 'only' }, false);
  }

  /** Goes on with Kysely, in the current transaction: a statement that selects the fields, and meets the conditions, of this query. Its table is `t0`. */
  toKysely(): AnySelect {
    return this.#source.toKysely(this.#layout, this.#state);
  }

  /** Returns the statement and its parameters, for logs and tests. */
  toSql(): { readonly sql: string; readonly parameters: readonly unknown[] } {
    return this.#source.toSql(this.#layout, this.#state);
  }

  /** @internal Returns what reads the rows that are related to owners. */
  toOwnedReader(relation: RelationLayout): ReadOwned {
    assertPlaces(this.#layout, this.#state, relation);
    return async (keys) => {
      const { items, extras } = await this.#rows({ ...this.#state, tied: true, owner: { relation, keys } });
      return { items, owners: extras.get('owner') ?? [] };
    };
  }

  /** Softly deleted rows that are still referred to are found without returning `deletedAt`. */
  #startRelated(target: ModelLayout, isReference: boolean): Query<AnyModel, unknown> {
    const { softDeletes, defaultScopes: unscoped } = target;
    const start = this.#state.fresh === true ? { ...EMPTY_STATE, fresh: true } : EMPTY_STATE;
    if (!isReference || (!softDeletes && unscoped.length === 0)) return new Query(this.#source, target, start);
    return new Query(this.#source, target, softDeletes ? { ...start, unscoped, trashed: 'with', selected: visibleNames(target) } : { ...start, unscoped });
  }

  /** One query for each of the models. */
  #toMorphLoads(name: string, refine: unknown): QueryState['loads'] {
    if (refine !== undefined) throw new QueryInvalidError(this.#layout.name, `"${name}" leads to several models, so there is not one query to refine`);
    const known = this.#state.loads.filter(({ morph }) => morph === name);
    return known.length > 0 ? [] : expandRelation(this.#layout, name).map((relation) => ({ relation, morph: name }));
  }

  #with(changes: Partial<QueryState>): Query<Of, never> {
    return new Query<Of, never>(this.#source, this.#layout, { ...this.#state, ...changes });
  }

  #withTrashed(trashed: QueryState['trashed']): Query<Of, never> {
    if (!this.#layout.softDeletes) throw new QueryInvalidError(this.#layout.name, 'it has no soft deletes; declare it with { softDeletes: true }');
    return this.#with({ trashed });
  }

  async #aggregate(kind: AggregateKind, name: string): Promise<never> {
    return (await this.#source.aggregate(this.#layout, { ...this.#state, aggregate: toAggregate(this.#layout, kind, name) })) as never; // its type follows from the field
  }

  #toChanged(member: string): QueryState {
    const { wheres, limit, offset } = this.#state;
    if (wheres.length === 0)
      throw new QueryInvalidError(this.#layout.name, `${member}() needs where(), so that no row is changed by mistake; where({}) means all rows`);
    if (limit !== undefined || offset !== undefined)
      throw new QueryInvalidError(this.#layout.name, `${member}() changes all rows, so it cannot have a limit or an offset`);
    return this.#state;
  }

  #parted(): PartedQuery {
    return { layout: this.#layout, state: this.#state, read: (state) => this.#rows(state) };
  }

  #toCount(name: string, value: number): number {
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw new QueryInvalidError(this.#layout.name, `${name} is ${JSON.stringify(value)}; it has to be a whole number, zero or more`);
  }

  async #rows(state: QueryState): Promise<ReadRows> {
    const read = await this.#source.rows(this.#layout, state);
    for (const load of state.loads) await loadRelation(this.#layout, load, read, (target, isReference) => this.#startRelated(target, isReference));
    return read;
  }
}
