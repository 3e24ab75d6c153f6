/** Runs the transactions of a unit of work: the outermost, its savepoints, and again what others got in the way of. */
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { IsolationLevel as MikroIsolation } from '@mikro-orm/core';
import { ambientSignal, type Random, type Services } from '@oxidite/plugin-sdk';
import { toConstraintError } from '../constraint-errors.ts';
import type { Database } from '../database.ts';
import type { DocumentDriver } from '../drivers/driver.ts';
import { NotOnMongodbError, TransactionFailedError } from '../errors.ts';
import type { Orm } from '../orm.ts';
import { findFrame, runInFrame, type TransactionFrame } from '../transaction-frames.ts';
import { FollowUps } from './follow-ups.ts';
import { parseTransactionOptions, type TransactionOptions, type TransactionSettings } from './transaction-options.ts';
import { isTransient } from './transient-errors.ts';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** The unit of work whose transactions are run. */
export interface TransactionHost {
  readonly unit: Orm;
  readonly services: Services;
  readonly database: Database;
  /** What waits for the next commit outside of transactions. */
  readonly followUps: FollowUps;
  /** Empties an entity manager, and with it the unit of work. */
  forget(em: SqlEntityManager): void;
  /** Resolves when no flush of an entity manager runs or waits any more. */
  settle(em: SqlEntityManager): Promise<void>;
}

/** What runs in a transaction. */
export type TransactionWork<Result> = (orm: Orm) => Result | Promise<Result>;

/**
 * Runs `work` in a transaction, flushes, and commits; see `Orm.transaction`.
 * @throws {TransactionOptionsError} when the options cannot hold.
 */
export async function runTransaction<Result>(host: TransactionHost, work: TransactionWork<Result>, options: TransactionOptions): Promise<Result> {
  const { unit, database } = host;
  const outer = findFrame(unit);
  const { attempts, ...settings } = parseTransactionOptions(options, outer?.settings, database.driver.name === 'sqlite');
  if (database.kind === 'document') assertPossible(database.driver, { outer, isolation: settings.isolation, readOnly: settings.readOnly });
  if (attempts === 1) return runOnce(host, settings, work);
  await unit.flush();
  host.forget(unit.em);
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(host, settings, work);
    } catch (error) {
      if (attempt === attempts || !isTransient(error)) throw error;
      database.logger.debug({ attempt, attempts }, 'a transaction is run again, because others got in its way');
      await database.clock.sleep(toPauseMs(attempt, database.random), ambientSignal());
    }
  }
}

/** @throws {NotOnMongodbError} when there is no such transaction. */
function assertPossible(
  { hasTransactions }: DocumentDriver,
  { outer, isolation, readOnly }: TransactionSettings & { readonly outer: TransactionFrame | undefined },
): void {
  if (!hasTransactions)
    throw new NotOnMongodbError(
      'orm.transaction',
      'this server runs alone, and only a replica set has transactions',
      'Start it as a replica set, which may have one member: mongod --replSet rs0.',
    );
  if (outer !== undefined)
    throw new NotOnMongodbError(
      'A transaction inside of another one',
      'there are no savepoints',
      'Call orm.transaction once, around all that belongs together.',
    );
  if (isolation !== undefined && isolation !== 'repeatable read')
    throw new NotOnMongodbError(
      `The isolation level "${isolation}"`,
      'every transaction sees one state of the data',
      'Leave it out, or write "repeatable read".',
    );
  if (readOnly) throw new NotOnMongodbError('A transaction that only reads', 'the server does not refuse to write in one', 'Leave "readOnly" out.');
}

/** Those that got in each other's way should not meet again: the pause doubles, and half of it is left to chance. */
function toPauseMs(attempt: number, random: Random): number {
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
  return random.integer(Math.ceil(pauseMs / 2), pauseMs);
}

async function runOnce<Result>(host: TransactionHost, settings: TransactionSettings, work: TransactionWork<Result>): Promise<Result> {
  const { unit, database } = host;
  const outer = findFrame(unit);
  const parent = unit.em;
  if (outer === undefined) await host.settle(parent); // the transaction of a flush that runs beside it is not around it
  const isOutermost = outer === undefined && !parent.isInTransaction(); // one may have been begun through MikroORM
  if (outer !== undefined) await unit.flush(); // what was done before the savepoint stays when it is rolled back
  const followUps = new FollowUps();
  let inner: SqlEntityManager | undefined;
  let result: Result;
  try {
    const transacted = parent.transactional(
      async (em) => {
        inner = em;
        return runInFrame({ unit, driver: database.driver, em, settings, followUps }, (frame) => runFrame(unit, frame, work));
      },
      isOutermost ? toMikroOptions(settings) : {},
    );
    result = await transacted;
  } catch (error) {
    if (inner !== undefined) host.forget(inner);
    host.forget(parent);
    if (isOutermost) host.followUps.clear();
    throw await toConstraintError(database, error);
  }
  if (isOutermost) await followUps.run(database, { orm: unit, services: host.services });
  else followUps.moveTo(outer?.followUps ?? host.followUps);
  return result;
}

async function runFrame<Result>(unit: Orm, frame: TransactionFrame, work: TransactionWork<Result>): Promise<Result> {
  const result = await work(unit);
  if (frame.failure === undefined) await unit.flush();
  if (frame.failure !== undefined) throw new TransactionFailedError(frame.failure.error);
  return result;
}

function toMikroOptions({ isolation, readOnly }: TransactionSettings): { isolationLevel?: MikroIsolation; readOnly?: true } {
  // the names of the levels are the same
  return { ...(isolation === undefined ? {} : { isolationLevel: isolation as MikroIsolation }), ...(readOnly ? { readOnly } : {}) };
}
