/** Transactions as the client knows them: MikroORM hands on a session, and leaves its type open. */
import type { Transaction } from '@mikro-orm/core';
import type { ClientSession, MongoClient } from 'mongodb';

/** Returns the session of a transaction. */
export function toSession(transaction: Transaction | undefined): ClientSession | undefined {
  return transaction as ClientSession | undefined; // see above
}

/** Returns the options of a command that is part of a transaction, if there is one. */
export function inSession(session: ClientSession | undefined): { session?: ClientSession } {
  return session === undefined ? {} : { session };
}

/** Runs `work` in the transaction that is open, or in one of its own; without transactions, one document after the other. */
export async function inTransaction<Result>(
  { client, hasTransactions }: { readonly client: MongoClient; readonly hasTransactions: boolean },
  open: ClientSession | undefined,
  work: (session: ClientSession | undefined) => Promise<Result>,
): Promise<Result> {
  if (open !== undefined || !hasTransactions) return work(open);
  const session = client.startSession();
  try {
    session.startTransaction();
    const result = await work(session);
    await session.commitTransaction();
    return result;
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction().catch(() => undefined); // the first error says why
    throw error;
  } finally {
    await session.endSession();
  }
}
