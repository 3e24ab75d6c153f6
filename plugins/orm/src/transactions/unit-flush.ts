/** Writes what is pending in a unit of work: entities and pairs, all of them or none, with or without hooks. */
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { UnitReads } from '../connections/unit-reads.ts';
import { toConstraintError } from '../constraint-errors.ts';
import { flushWithLinks, type LinkChange } from '../entities/flush-links.ts';
import { takePairChanges } from '../entities/pair-changes.ts';
import { type FlushFollower, flushWithHooks } from '../events/flush-session.ts';
import { findHookUse } from '../events/orm-hooks.ts';
import type { TransactionFrame } from '../transaction-frames.ts';
import { FlushQueue } from './flush-queue.ts';
import { FollowUps } from './follow-ups.ts';
import type { TransactionHost } from './run-transaction.ts';

/** Whose flushes they are. */
export interface UnitFlushHost extends Pick<TransactionHost, 'database' | 'forget' | 'services' | 'unit'> {
  /** Where is noted that they have written. */
  readonly reads: UnitReads;
}

/** The flushes of one unit of work, and what waits for them. */
export class UnitFlush {
  /** Pairs that are written without loading collections. */
  readonly links: LinkChange[] = [];
  /** What waits for the next commit outside of transactions. */
  readonly followUps = new FollowUps();
  readonly #host: UnitFlushHost;
  readonly #queue = new FlushQueue();
  /** The entity managers of flushes that run outside of transactions. */
  readonly #alone = new WeakSet<SqlEntityManager>();

  constructor(host: UnitFlushHost) {
    this.#host = host;
  }

  /**
   * Writes all changes, and in the same transaction what `follow` does; then, unless a transaction goes on, does what was to
   * follow the commit.
   * @param em `undefined`: there is nothing that could have changed.
   */
  async run<Result>(
    em: SqlEntityManager | undefined,
    frame: TransactionFrame | undefined,
    follow: FlushFollower<Result> | undefined,
  ): Promise<Result | undefined> {
    const { database, unit, services } = this.#host;
    const result = em === undefined ? undefined : await this.#queue.run(em, () => this.#write(em, frame, follow));
    if (frame === undefined && em?.isInTransaction() !== true) await this.followUps.run(database, { orm: unit, services });
    return result;
  }

  /** Tells whether the transaction that an entity manager is in, if it is in one, is that of a flush alone, and ends with it. */
  isAlone(em: SqlEntityManager): boolean {
    return this.#alone.has(em);
  }

  /** Resolves when no flush of an entity manager runs or waits any more. */
  settle(em: SqlEntityManager): Promise<void> {
    return this.#queue.settle(em);
  }

  async #write<Result>(em: SqlEntityManager, frame: TransactionFrame | undefined, follow: FlushFollower<Result> | undefined): Promise<Result | undefined> {
    const { database, reads, unit: orm, services } = this.#host;
    const use = findHookUse(database.hooks);
    const followUps = frame?.followUps ?? this.followUps;
    const taken: LinkChange[] = [];
    const takeLinks = (): readonly LinkChange[] => {
      taken.push(...this.links.splice(0));
      taken.push(...takePairChanges(database, em, taken));
      return taken;
    };
    if (!em.isInTransaction()) this.#alone.add(em);
    try {
      let result: Result | undefined;
      if (use !== undefined) result = await flushWithHooks({ database, em, orm, services, use, takeLinks, followUps }, follow);
      else if (takeLinks().length > 0 || follow !== undefined) result = await flushWithLinks(em, taken, database.driver, follow?.run);
      else await em.flush();
      if (taken.length > 0 || follow !== undefined) reads.noteFlush();
      reads.noteFlushOf(em);
      return result;
    } catch (error) {
      const links = [...taken, ...(follow?.links ?? [])];
      const converted = await toConstraintError(database, error, { em, links, transaction: frame?.em.getTransactionContext() });
      if (frame !== undefined) frame.failure ??= { error: converted };
      else followUps.clear();
      this.#host.forget(em); // what MikroORM believes of the entities is no longer so
      throw converted;
    } finally {
      this.#alone.delete(em);
    }
  }
}
