/** Gives up a statement whose caller has left, so that it holds neither locks nor the connection any longer. */
import { ambientSignal } from '@oxidite/plugin-sdk';

/** What was begun is ended, whether or not somebody waits for it. */
const ENDS_TRANSACTION = /^(?:commit|rollback|release)\b/;

/**
 * Runs a statement.
 * @param cancel tells the server to give it up, unless `isOver`, which it asks last; until it has done so, the connection is kept, so
 * that what others run on it next is not given up instead.
 * @throws the reason of the ambient signal when that aborts.
 */
export async function runAbortable<Result>(text: string, run: () => Promise<Result>, cancel: (isOver: () => boolean) => Promise<void>): Promise<Result> {
  const signal = ENDS_TRANSACTION.test(text) ? undefined : ambientSignal();
  if (signal === undefined) return run();
  signal.throwIfAborted();
  let isOver = false;
  let isTold = false;
  let cancelling: Promise<void> | undefined;
  const tell = (): boolean => {
    isTold = !isOver;
    return isOver;
  };
  const onAbort = (): void => {
    cancelling = cancel(tell).catch(() => undefined); // the connection is gone, and the statement with it
  };
  signal.addEventListener('abort', onAbort);
  try {
    return await run();
  } catch (error) {
    signal.throwIfAborted(); // the reason says more than what the server says of a statement that was given up
    throw error;
  } finally {
    isOver = true;
    signal.removeEventListener('abort', onAbort);
    if (isTold) await cancelling;
  }
}
