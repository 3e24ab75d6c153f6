/**
 * A flush whose hooks are used. MikroORM finds out what changes, the hooks before the writing are called and may change more,
 * and what changes is found out again; only then a transaction is begun, so that a flush of nothing costs no statement. When
 * all is written, the hooks after the writing are called in that transaction, and what these change is written by a further
 * round.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type EventSubscriber, helper, type Transaction, type UnitOfWork as MikroUnit } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Services } from '@oxidite/plugin-sdk';
import type { Database } from '../database.ts';
import { type LinkChange, writeLinks } from '../entities/flush-links.ts';
import { FlushEndlessError, FlushInTapError } from '../errors.ts';
import type { Orm } from '../orm.ts';
import type { FollowUps } from '../transactions/follow-ups.ts';
import type { Change } from './change.ts';
import { type FlushWork, findWork, listChanges } from './list-changes.ts';
import type { PairEdit } from './list-pairs.ts';
import type { HookUse, OrmHooks } from './orm-hooks.ts';
import { runTaps } from './run-taps.ts';

/** How often taps may change something new before a flush is given up. */
const MAX_ROUNDS = 20;

/** What a flush with hooks needs. */
export interface FlushParts {
  readonly database: Pick<Database, 'connection' | 'driver' | 'hooks' | 'layoutOfEntity'>;
  readonly em: SqlEntityManager;
  readonly orm: Orm;
  readonly services: Services;
  readonly use: HookUse;
  /** Takes pairs that have come to wait, and returns all that were taken in this flush. */
  readonly takeLinks: () => readonly LinkChange[];
  /** Where it is noted what was written. */
  readonly followUps: FollowUps;
}

/** What is done when all is written, in the same transaction. */
export interface FlushFollower<Result> {
  /** The pairs that it writes, for messages. */
  readonly links: readonly LinkChange[];
  readonly run: (em: SqlEntityManager) => Promise<Result>;
  /** Says of which pairs the hooks are told. */
  readonly toEdit: (result: Result) => PairEdit;
}

/** The sessions of entity managers that are being flushed. */
const sessions = new WeakMap<object, FlushSession>();
/** The units of work whose hooks are being called in this flow of calls. */
const tapped = new AsyncLocalStorage<{ readonly unit: object; readonly outer: unknown }>();

/** @throws {FlushInTapError} when a tap of a hook of this unit of work's flush calls it. */
export function assertOutsideTaps(unit: object, member: string): void {
  if (isInTaps(unit)) throw new FlushInTapError(member);
}

/** Tells whether the current flow of calls is a tap of a hook of this unit of work's flush. */
export function isInTaps(unit: object): boolean {
  for (let place = tapped.getStore(); place !== undefined; place = place.outer as typeof place) if (place.unit === unit) return true;
  return false;
}

/** Creates the subscriber that calls the hooks before the writing. It comes before the rules of models. */
export function createChangeAnnouncer(): EventSubscriber {
  return { onFlush: async ({ em, uow }) => sessions.get(em)?.announce(uow) };
}

/** Creates the subscriber that begins the transaction. It comes after all that may refuse. */
export function createTransactionStarter(): EventSubscriber {
  return { onFlush: async ({ em, uow }) => sessions.get(em)?.begin(uow) };
}

/** Flushes entities and pairs, all of them or none, and calls the hooks. */
export async function flushWithHooks<Result>(parts: FlushParts, follow: FlushFollower<Result> | undefined): Promise<Result | undefined> {
  const em = parts.em.getContext(false);
  const session = new FlushSession({ ...parts, em });
  sessions.set(em, session);
  try {
    return await session.run(follow);
  } finally {
    sessions.delete(em);
  }
}

class FlushSession {
  readonly #parts: FlushParts;
  readonly #hooks: OrmHooks;
  /** The transaction that this flush has begun itself. */
  #own: Transaction | undefined;
  #work: FlushWork = { edits: [], pairs: [] };
  /** All pairs of this flush; the first of them are written. */
  #links: readonly LinkChange[] = [];
  #written = 0;

  constructor(parts: FlushParts) {
    this.#parts = parts;
    this.#hooks = parts.database.hooks;
  }

  async run<Result>(follow: FlushFollower<Result> | undefined): Promise<Result | undefined> {
    const { em } = this.#parts;
    try {
      let result: Result | undefined;
      if (follow !== undefined) await this.#ensureTransaction();
      let goesOn = await this.#writeRound(1, follow && (async () => follow.toEdit((result = await follow.run(em)))));
      for (let round = 2; goesOn; round++) goesOn = await this.#writeRound(round);
      if (this.#own !== undefined) await em.getConnection('write').commit(this.#own);
      return result;
    } catch (error) {
      // the first error says why; after a broken connection, or a commit that was refused, there is nothing to roll back
      if (this.#own !== undefined)
        await em
          .getConnection('write')
          .rollback(this.#own)
          .catch(() => undefined);
      throw error;
    } finally {
      if (this.#own !== undefined) em.resetTransactionContext();
    }
  }

  /** Calls the hooks before the writing until they change nothing more. */
  async announce(uow: MikroUnit): Promise<void> {
    if (this.#parts.use.before) await this.#announceBefore(uow);
  }

  /** Remembers what is written, and begins the transaction in which the hooks after it are called. */
  async begin(uow: MikroUnit): Promise<void> {
    this.#work = this.#find(uow);
    const { edits, pairs } = this.#work;
    const isTold = this.#parts.use.after && edits.length + pairs.length > 0;
    if (isTold || this.#links.length > this.#written) await this.#ensureTransaction();
  }

  async #ensureTransaction(): Promise<void> {
    const { em } = this.#parts;
    if (em.isInTransaction()) return;
    this.#own = await em.getConnection('write').begin();
    em.setTransactionContext(this.#own);
  }

  /** Writes what is pending, and does what follows; tells whether taps may have changed more since. */
  async #writeRound(round: number, follow?: () => Promise<PairEdit>): Promise<boolean> {
    const { em, use, followUps, database, orm, services } = this.#parts;
    const { connection } = database;
    this.#links = this.#parts.takeLinks();
    await em.flush();
    if (this.#own !== undefined) em.setTransactionContext(this.#own); // MikroORM forgets a transaction that is younger than its flush
    await writeLinks(em, this.#links.slice(this.#written), database.driver);
    this.#written = this.#links.length;
    const followed = await follow?.();
    const { edits, pairs } = this.#work;
    this.#work = { edits: [], pairs: [] };
    const changes = this.#list({ edits, pairs: followed === undefined || isEmpty(followed) ? pairs : [...pairs, followed] });
    if (changes.length === 0) return false;
    if (round > MAX_ROUNDS) throw new FlushEndlessError([...new Set(changes.map(({ model }) => model))]);
    followUps.note(changes);
    if (!use.after) return false;
    await this.#inTaps(async () => {
      for (const change of changes) await runTaps(this.#hooks.after[change.kind], { change, connection, orm, services });
      await runTaps(this.#hooks.flushed, { changes, connection, orm, services });
    });
    return true;
  }

  async #announceBefore(uow: MikroUnit): Promise<void> {
    const { orm, services } = this.#parts;
    const { connection } = this.#parts.database;
    const told = new Map<object, Change['kind']>();
    const first = this.#listGivenBack(uow);
    if (first.length === 0) return;
    await this.#inTaps(() => runTaps(this.#hooks.flushing, { changes: first, connection, orm, services }));
    for (let round = 1; ; round++) {
      this.#links = this.#parts.takeLinks();
      findAnew(uow);
      const changes = this.#listGivenBack(uow).filter(({ entity, kind }) => told.get(entity) !== kind);
      if (changes.length === 0) return findAnew(uow);
      if (round > MAX_ROUNDS) throw new FlushEndlessError([...new Set(changes.map(({ model }) => model))]);
      for (const change of changes) {
        told.set(change.entity, change.kind);
        await this.#inTaps(() => runTaps(this.#hooks.before[change.kind], { change, connection, orm, services }));
      }
    }
  }

  /** Taps see the values of entities as they were set. */
  #listGivenBack(uow: MikroUnit): Change[] {
    const work = this.#find(uow);
    giveBack(uow);
    return this.#list(work);
  }

  #find(uow: MikroUnit): FlushWork {
    return findWork(uow, this.#links.slice(this.#written));
  }

  #list(work: FlushWork): Change[] {
    const { em, database } = this.#parts;
    return listChanges(work, { platform: em.getPlatform(), layoutOfEntity: (entity) => database.layoutOfEntity(entity) });
  }

  #inTaps(work: () => Promise<void>): Promise<void> {
    return tapped.run({ unit: this.#parts.orm, outer: tapped.getStore() }, work);
  }
}

function isEmpty({ attached, detached }: PairEdit): boolean {
  return attached.length === 0 && detached.length === 0;
}

/**
 * Gives back the values that MikroORM has put off: while it does not know of them, it would take them for removed.
 * Source: @mikro-orm/core 7.2.1, UnitOfWork.scheduleExtraUpdate.
 */
function giveBack(uow: MikroUnit): void {
  for (const [entity, names, values] of uow.getExtraUpdates()) {
    const put = Array.isArray(names) ? names.map((name, index) => [name, (values as readonly unknown[])[index]]) : [[names, values]]; // one value for each name
    Object.assign(entity, Object.fromEntries(put));
  }
}

/** Lets MikroORM find the changes again. Source: @mikro-orm/core 7.2.1, UnitOfWork.doCommit and computeChangeSets. */
function findAnew(uow: MikroUnit): void {
  uow.getExtraUpdates().clear(); // their values were given back
  for (const { entity } of uow.getChangeSets()) helper(entity).__processing = false;
  uow.computeChangeSets();
  for (const { entity } of uow.getChangeSets()) helper(entity).__processing = true;
}
