/**
 * Follows the calls of transaction functions, so that `orm` means the transaction inside of them and only there, and so that
 * a call that would wait for the very transaction it runs in is an error instead of an endless wait.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { FollowUps } from './transactions/follow-ups.ts';
import type { TransactionSettings } from './transactions/transaction-options.ts';

/** A transaction that is open in the current flow of calls. */
export interface TransactionFrame {
  /** The unit of work whose transaction it is. */
  readonly unit: object;
  /** The driver whose connection it holds. */
  readonly driver: object;
  readonly em: SqlEntityManager;
  readonly settings: TransactionSettings;
  /** What happens after its commit. */
  readonly followUps: FollowUps;
  readonly outer: TransactionFrame | undefined;
  open: boolean;
  /** The first flush that failed in it. */
  failure?: { readonly error: unknown };
}

const frames = new AsyncLocalStorage<TransactionFrame>();

/** Runs `work` in a new frame and closes it. */
export async function runInFrame<Result>(
  parts: Pick<TransactionFrame, 'driver' | 'em' | 'followUps' | 'settings' | 'unit'>,
  work: (frame: TransactionFrame) => Promise<Result>,
): Promise<Result> {
  const frame: TransactionFrame = { ...parts, outer: frames.getStore(), open: true };
  try {
    return await frames.run(frame, () => work(frame));
  } finally {
    frame.open = false;
  }
}

/** Finds the innermost open transaction of a unit of work. */
export function findFrame(unit: object): TransactionFrame | undefined {
  for (let frame = frames.getStore(); frame !== undefined; frame = frame.outer) if (frame.unit === unit && frame.open) return frame;
  return undefined;
}

/** Tells whether the current flow of calls is inside an open transaction of a driver. */
export function isInsideTransaction(driver: object): boolean {
  for (let frame = frames.getStore(); frame !== undefined; frame = frame.outer) if (frame.driver === driver && frame.open) return true;
  return false;
}
