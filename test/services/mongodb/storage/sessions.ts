/** The transactions of the clients' sessions. A session has one at a time. */
import { noSuchTransaction } from '../command-error.ts';
import type { History, Transaction } from './transaction.ts';

/** A session's newest transaction. */
interface Entry {
  readonly number: string;
  readonly transaction: Transaction;
  state: 'open' | 'committed' | 'aborted';
}

/** Where a command says that it belongs to. */
export interface TransactionName {
  readonly session: string;
  readonly number: string;
}

/** The sessions. */
export class Sessions {
  readonly #history: History;
  readonly #entries = new Map<string, Entry>();

  constructor(history: History) {
    this.#history = history;
  }

  /** Begins a transaction; one that the session has open is aborted. */
  begin({ session, number }: TransactionName): Transaction {
    this.end(session);
    const transaction = this.#history.begin();
    this.#entries.set(session, { number, transaction, state: 'open' });
    return transaction;
  }

  /** Finds an open transaction. @throws {CommandError} `NoSuchTransaction` */
  get(name: TransactionName): Transaction {
    const entry = this.#find(name);
    if (entry?.state !== 'open') throw noSuchTransaction(name.number);
    return entry.transaction;
  }

  /** Commits a transaction; one that is committed already stays so. @throws {CommandError} `NoSuchTransaction` */
  commit(name: TransactionName): void {
    const entry = this.#find(name);
    if (entry === undefined || entry.state === 'aborted') throw noSuchTransaction(name.number);
    if (entry.state === 'open') entry.transaction.commit();
    entry.state = 'committed';
  }

  /** Aborts a transaction. @throws {CommandError} `NoSuchTransaction` */
  abort(name: TransactionName): void {
    this.get(name).abort();
    this.#entries.delete(name.session);
  }

  /** Aborts what a session has open. */
  end(session: string): void {
    const entry = this.#entries.get(session);
    if (entry?.state !== 'open') return;
    entry.transaction.abort();
    entry.state = 'aborted';
  }

  #find({ session, number }: TransactionName): Entry | undefined {
    const entry = this.#entries.get(session);
    return entry?.number === number ? entry : undefined;
  }
}
