/**
 * Where the queries of one unit of work read, and whether it has written: from then on it has to see that, and replicas may
 * be behind. Where there is one database without replicas, nobody wants to know, and nothing is noted.
 */
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from '../database.ts';
import type { RawRows } from '../drivers/driver.ts';
import type { ReplicaChoice } from './replica-set.ts';

/** The reads of one unit of work. */
export class UnitReads {
  readonly #database: Database;
  readonly #choice: ReplicaChoice = {};
  #hasWritten = false;
  #hasFlushed = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Reads from a replica; `undefined`: the primary has to be read, because it was written to, or because no replica is there.
   * @param base the entity manager outside of transactions, if there is one.
   */
  async fromReplica(sql: string, parameters: readonly unknown[], base: SqlEntityManager | undefined): Promise<RawRows | undefined> {
    const { replicas, writers } = this.#database;
    const hasWritten = this.#hasWritten || (base !== undefined && writers?.has(base) === true); // by orm.em.flush()
    return hasWritten ? undefined : replicas?.read(sql, parameters, this.#choice);
  }

  /** Notes that something may have been written. */
  noteWrite(): void {
    this.#hasWritten = true;
  }

  /** Notes that a bulk write has succeeded in a transaction, or that a flush has written. */
  noteFlush(): void {
    this.#hasWritten = true;
    this.#hasFlushed = true;
  }

  /** Notes a flush if it has written entities. */
  noteFlushOf(em: SqlEntityManager): void {
    const { writers } = this.#database;
    if (writers?.has(em) !== true) return;
    writers.forget(em);
    this.noteFlush();
  }

  /** Tells whether flushes have written since it was last asked. */
  takeFlushed(): boolean {
    const hasFlushed = this.#hasFlushed;
    this.#hasFlushed = false;
    return hasFlushed;
  }
}
