/**
 * How a transaction is run. A savepoint is a part of its transaction, so what is said of the whole cannot be changed there.
 * SQLite has one writer at a time, and readers that see what was committed when they began: it is always serializable.
 */
import { TransactionOptionsError } from '../errors.ts';

/** The isolation levels, from the weakest to the strongest. */
export const ISOLATION_LEVELS = ['read uncommitted', 'read committed', 'repeatable read', 'serializable'] as const;

/** One of {@link ISOLATION_LEVELS}. */
export type IsolationLevel = (typeof ISOLATION_LEVELS)[number];

/** How a transaction is run. */
export interface TransactionOptions {
  /**
   * What it sees of others. Default: that of the server, `read committed` on PostgreSQL and `repeatable read` on MySQL and
   * MariaDB. SQLite is always serializable, whatever is said here; PostgreSQL takes `read uncommitted` for `read committed`.
   */
  readonly isolation?: IsolationLevel | undefined;
  /** Refuses everything that writes. On SQLite such a transaction does not wait for writers of other processes. Default: `false`. */
  readonly readOnly?: boolean | undefined;
  /**
   * How often `work` is run at most, when others get in its way: serialization failures, deadlocks and locks that were waited
   * for too long. With more than one, what is pending is flushed first, and each run starts with an empty unit of work, so
   * `work` has to load what it changes. Default: 1.
   */
  readonly attempts?: number | undefined;
}

/** What holds for a whole transaction. */
export interface TransactionSettings {
  readonly isolation: IsolationLevel | undefined;
  readonly readOnly: boolean;
}

const MEMBERS: ReadonlySet<string> = new Set(['isolation', 'readOnly', 'attempts']);
const MAX_ATTEMPTS = 100;

/**
 * Completes and checks options.
 * @param outer the transaction in which it would be a savepoint.
 * @param isAlwaysSerializable whether the database knows only one isolation level.
 * @throws {TransactionOptionsError} when they make no sense, or not in `outer`.
 */
export function parseTransactionOptions(
  options: TransactionOptions,
  outer: TransactionSettings | undefined,
  isAlwaysSerializable: boolean,
): TransactionSettings & { readonly attempts: number } {
  const { isolation, readOnly, attempts = 1 } = options;
  const unknown = Object.keys(options).find((name) => !MEMBERS.has(name));
  if (unknown !== undefined) throw new TransactionOptionsError(unknown, 'there is no such option; there are isolation, readOnly and attempts');
  if (isolation !== undefined && !ISOLATION_LEVELS.includes(isolation))
    throw new TransactionOptionsError('isolation', `${JSON.stringify(isolation)} is not a level; there are "${ISOLATION_LEVELS.join('", "')}"`);
  if (readOnly !== undefined && typeof readOnly !== 'boolean') throw new TransactionOptionsError('readOnly', 'it has to be true or false');
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > MAX_ATTEMPTS)
    throw new TransactionOptionsError('attempts', `${JSON.stringify(attempts)} is not a whole number from 1 to ${MAX_ATTEMPTS}`);
  if (outer === undefined) return { isolation, readOnly: readOnly ?? false, attempts };
  const inside = 'it is inside of another transaction, and so only a savepoint of that';
  if (isolation !== undefined && isolation !== outer.isolation && !isAlwaysSerializable)
    throw new TransactionOptionsError(
      'isolation',
      `${inside}, which runs with ${outer.isolation === undefined ? "the server's level" : `"${outer.isolation}"`}`,
    );
  if (readOnly !== undefined && readOnly !== outer.readOnly)
    throw new TransactionOptionsError('readOnly', `${inside}, which ${outer.readOnly ? 'only reads' : 'may write'}`);
  if (attempts > 1) throw new TransactionOptionsError('attempts', `${inside}, and only the whole can be run again`);
  return { ...outer, attempts };
}
