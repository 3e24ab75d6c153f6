/** Transactions as the client knows them: MikroORM hands on a session, and leaves its type open. */
import type { Transaction } from '@mikro-orm/core';
import type { ClientSession } from 'mongodb';

/** Returns the session of a transaction. */
export function toSession(transaction: Transaction | undefined): ClientSession | undefined {
  return transaction as ClientSession | undefined; // see above
}

/** Returns the options of a command that is part of a transaction, if there is one. */
export function inSession(session: ClientSession | undefined): { session?: ClientSession } {
  return session === undefined ? {} : { session };
}
