/**
 * MikroORM's entity manager, with a short way to what is done most: loading one entity by its key. MikroORM's own way reads conditions, filters,
 * relations to load and a result cache before it asks the database, which costs more than the answer. And what holds no entities is not flushed.
 */
import { BigIntType, type EntityName, type FilterDef, type ForkOptions, type UnitOfWork } from '@mikro-orm/core';
import { SqlEntityManager } from '@mikro-orm/sql';

/** The entity manager of databases that understand SQL. */
export class KeyedEntityManager extends SqlEntityManager {
  /** Whether an application has added filters of MikroORM's, which have to hold. */
  #isFiltered = false;

  override addFilter<T extends EntityName | readonly EntityName[]>(options: Omit<FilterDef<T>, 'rls'>): void {
    this.#isFiltered = true;
    super.addFilter(options);
  }

  override fork(options?: ForkOptions): this {
    const fork = super.fork(options);
    fork.#isFiltered = this.#isFiltered;
    return fork;
  }

  /** Without entities there is nothing to look for, as in a transaction of bulk writes. */
  override async flush(): Promise<void> {
    if (!isIdle(this.getUnitOfWork())) await super.flush();
  }

  /** Returns the entity of a key, of the identity map or the database; `null` when there is none. Filters of its model are not asked. */
  async findByKey<Entity extends object>(entityName: EntityName<Entity>, key: unknown, filters: Readonly<Record<string, boolean>>): Promise<Entity | null> {
    const meta = this.getMetadata().get(entityName);
    const [name] = meta.primaryKeys;
    const unit = this.getUnitOfWork();
    const known = unit.getById(entityName, key as never); // of its type
    if (!this.#isFiltered && known !== undefined && !this.shouldRefresh(meta, known, {})) return known;
    const type = name === undefined ? undefined : meta.properties[name].customType;
    const isPlain = !this.#isFiltered && name !== undefined && (type === undefined || type instanceof BigIntType); // which binds any whole number
    if (!isPlain || known !== undefined) return this.findOne(entityName, key as never, { filters });
    const context = this.getTransactionContext();
    const data = await this.getDriver().findOne(entityName, key as never, { em: this, ...(context === undefined ? {} : { ctx: context }) });
    if (data === null) return null;
    const entity = this.getEntityFactory().create(entityName, data, { merge: true, convertCustomTypes: true });
    await unit.dispatchOnLoadEvent();
    return entity;
  }
}

function isIdle(unit: UnitOfWork): boolean {
  if (unit.getPersistStack().size > 0 || unit.getRemoveStack().size > 0 || unit.getCollectionUpdates().length > 0 || unit.getExtraUpdates().size > 0)
    return false;
  return unit.getIdentityMap()[Symbol.iterator]().next().done === true;
}
