/** How rows are locked while they are read, until the end of the transaction. */

/** `update` keeps others from changing and locking the rows, `share` only from changing them. */
export type LockMode = 'share' | 'update';

/** What happens with rows that others have locked. Default: the query waits for them. */
export interface LockOptions {
  /** Leaves them out. */
  readonly skipLocked?: boolean;
  /** Makes it an error, of status 503. */
  readonly noWait?: boolean;
}
