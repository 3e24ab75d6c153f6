/**
 * A transaction: what it reads is the state of when it began, with its own writes. It writes into each collection's list for
 * it, so that nobody else sees anything before `commit`. Two transactions never write the same document: the second one fails
 * at once, see `Collection`.
 */

/** Counts the states of the server, and knows which of them somebody still reads. */
export class History {
  #version = 0;
  readonly #open = new Set<Transaction>();

  /** The number of the newest state. */
  get version(): number {
    return this.#version;
  }

  /** Whether older states are needed. */
  get isRead(): boolean {
    return this.#open.size > 0;
  }

  /** Begins a state that the next writes belong to. */
  advance(): number {
    return ++this.#version;
  }

  /** Begins a transaction. */
  begin(): Transaction {
    const transaction = new Transaction(this.#version, () => this.#open.delete(transaction));
    this.#open.add(transaction);
    return transaction;
  }
}

/** What a collection does when a transaction that wrote into it ends. */
export interface Participant {
  commit(): void;
  release(): void;
}

/** A transaction that is open until `end`. */
export class Transaction {
  /** The number of the state that it reads. */
  readonly snapshot: number;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly #participants: Participant[] = [];
  readonly #close: () => void;

  constructor(snapshot: number, forget: () => void) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.snapshot = snapshot;
    this.ended = promise;
    this.#close = () => {
      forget();
      resolve();
    };
  }

  /** Adds a collection. */
  join(participant: Participant): void {
    this.#participants.push(participant);
  }

  /** Makes what was written visible to all. */
  commit(): void {
    this.#close();
    for (const participant of this.#participants) participant.commit();
    this.#release();
  }

  /** Forgets what was written. */
  abort(): void {
    this.#close();
    this.#release();
  }

  #release(): void {
    for (const participant of this.#participants) participant.release();
  }
}
