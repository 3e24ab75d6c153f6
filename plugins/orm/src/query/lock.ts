/** How rows are locked while they are read, until the end of the transaction. */
import { QueryInvalidError } from '../errors.ts';

/** `update` keeps others from changing and locking the rows, `share` only from changing them. */
export type LockMode = 'share' | 'update';

/** What happens with rows that others have locked. Default: the query waits for them. */
export interface LockOptions {
  /** Leaves them out. */
  readonly skipLocked?: boolean;
  /** Makes it an error, of status 503. */
  readonly noWait?: boolean;
}

/** How the rows of entities are locked. */
export interface EntityLock extends LockOptions {
  readonly mode: LockMode;
}

/** How the rows of entities are locked, in short or in full. */
export type Lock = EntityLock | LockMode;

const MEMBERS: ReadonlySet<string> = new Set(['mode', 'skipLocked', 'noWait']);

/**
 * Completes and checks how rows are locked.
 * @throws {QueryInvalidError} when it is none of the ways there are.
 */
export function parseLock(model: string, lock: Lock): EntityLock {
  const options: EntityLock = typeof lock === 'string' ? { mode: lock } : lock;
  const found = JSON.stringify(lock);
  if (typeof options !== 'object' || options === null || !['share', 'update'].includes(options.mode))
    throw new QueryInvalidError(model, `"lock" is ${found}; it has to be 'update', 'share' or { mode: 'update', skipLocked: true }`);
  const unknown = Object.keys(options).find((name) => !MEMBERS.has(name));
  if (unknown !== undefined) throw new QueryInvalidError(model, `"lock" has no member "${unknown}"; it takes mode, skipLocked and noWait`);
  if (options.skipLocked === true && options.noWait === true)
    throw new QueryInvalidError(model, '"lock" cannot both skip what is locked and fail because of it; choose skipLocked or noWait');
  return options;
}
