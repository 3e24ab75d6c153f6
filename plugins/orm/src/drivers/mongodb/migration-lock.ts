/**
 * The lock that keeps two processes from changing the collections at once: a document with an owner and an end, which the owner puts
 * off while it works. Of an owner that has died, the lock ends by itself. All times are those of the server.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Collection, Db } from 'mongodb';
import { type Clock, type Logger } from '@oxidite/plugin-sdk';
import { MigrationLockLostError } from '../../errors.ts';
import { LOCK_NOTICE_MS, tellOfWaiting } from '../lock-notice.ts';

/** The collection of the lock. */
export const LOCKS_COLLECTION = 'oxidite_locks';

/** How long a lock holds that is not put off. */
export const LOCK_MS = 60_000;
const RENEWAL_MS = LOCK_MS / 3;
const PAUSE_MS = 250;
const NAME = 'migrations';

interface LockDocument {
  readonly _id: string;
  readonly owner: string;
  readonly holder: string;
  readonly until: Date;
}

/** What a lock needs. */
export interface LockParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A lock that is held. */
export interface HeldLock {
  /** @throws {MigrationLockLostError} when it is not held any more. */
  assertHeld(): Promise<void>;
}

/**
 * Runs `work` while no other process changes the collections; waits for one that does.
 * @throws {MigrationLockLostError} when the process was held up for so long that another one has taken its place.
 */
export async function withMigrationLock<Result>({ db, clock, logger }: LockParts, work: (lock: HeldLock) => Promise<Result>): Promise<Result> {
  const locks = db.collection<LockDocument>(LOCKS_COLLECTION);
  const owner = randomUUID(); // not the kernel's randomness: processes that share the server may be seeded alike
  await take(locks, owner, { clock, logger });
  let renewal = clock.setTimeout(renew, RENEWAL_MS);
  function renew(): void {
    renewal = clock.setTimeout(renew, RENEWAL_MS);
    extend(locks, owner).catch((error: unknown) => logger.warn({ error }, 'the end of the lock of the migrations could not be put off; it is tried again'));
  }
  try {
    return await work({
      async assertHeld() {
        if (!(await extend(locks, owner))) throw new MigrationLockLostError(LOCK_MS);
      },
    });
  } finally {
    renewal.cancel();
    // what `work` has come to weighs more; a lock that cannot be given back ends by itself
    await locks
      .updateOne({ _id: NAME, owner }, { $set: { until: new Date(0) } })
      .catch((error: unknown) => logger.warn({ error }, 'the lock of the migrations could not be given back'));
  }
}

async function take(locks: Collection<LockDocument>, owner: string, { clock, logger }: Pick<LockParts, 'clock' | 'logger'>): Promise<void> {
  await ensureLock(locks);
  const startMs = clock.monotonicMs();
  let hasTold = false;
  const holder = `${hostname()}, process ${process.pid}`;
  const end = { $add: ['$$NOW', LOCK_MS] };
  for (;;) {
    const { matchedCount } = await locks.updateOne({ _id: NAME, $expr: { $lte: ['$until', '$$NOW'] } }, [
      { $set: { owner: { $literal: owner }, holder: { $literal: holder }, until: end } },
    ]);
    if (matchedCount === 1) return;
    if (!hasTold && clock.monotonicMs() - startMs >= LOCK_NOTICE_MS) {
      hasTold = true;
      tellOfWaiting(logger, { holder: (await locks.findOne({ _id: NAME }))?.holder });
    }
    await clock.sleep(PAUSE_MS);
  }
}

/** Two processes may do this at once: the one that comes second finds the document. */
async function ensureLock(locks: Collection<LockDocument>): Promise<void> {
  try {
    await locks.updateOne({ _id: NAME }, { $setOnInsert: { owner: '', holder: '', until: new Date(0) } }, { upsert: true });
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 11_000) throw error;
  }
}

/** Puts the end of the lock off; tells whether it is still held. */
async function extend(locks: Collection<LockDocument>, owner: string): Promise<boolean> {
  const { matchedCount } = await locks.updateOne({ _id: NAME, owner }, [{ $set: { until: { $add: ['$$NOW', LOCK_MS] } } }]);
  return matchedCount === 1;
}
