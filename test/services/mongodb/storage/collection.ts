/**
 * The documents of a collection, with the older states of each that open transactions still read. A transaction's writes stay
 * in a list of its own until it commits. Who writes a document that another open transaction has written, or that was written
 * after its own beginning, has a conflict: a transaction fails at once, a single write waits until the other one has ended.
 */
import { EJSON } from 'bson';
import { CommandError, writeConflict } from '../command-error.ts';
import { signValue } from '../values/compare-values.ts';
import type { Document } from '../values/document.ts';
import type { History, Transaction } from './transaction.ts';
import { type IndexDefinition, UniqueIndex } from './unique-index.ts';

/** A document as it was from a state on; `undefined` when it was deleted. */
interface Version {
  readonly since: number;
  readonly document: Document | undefined;
}

/** What a transaction has written. */
type Writes = Map<string, Document | undefined>;

/** A write. */
export interface Write {
  /** The document's key, see `keyOf`. */
  readonly id: string;
  /** What it is to be; `undefined` deletes it. */
  readonly document: Document | undefined;
  readonly transaction: Transaction | undefined;
}

/** Returns the key of a document. */
export function keyOf(document: Document): string {
  return signValue(document['_id']);
}

/** A collection. */
export class Collection {
  readonly namespace: string;
  readonly #history: History;
  readonly #versions = new Map<string, readonly Version[]>();
  readonly #writes = new Map<Transaction, Writes>();
  readonly #locks = new Map<string, Transaction>();
  readonly #uniques = new Map<string, UniqueIndex>();
  #indexes: IndexDefinition[] = [{ v: 2, name: '_id_', key: { _id: 1 } }];

  constructor(namespace: string, history: History) {
    this.namespace = namespace;
    this.#history = history;
  }

  /** Its indexes, `_id_` first. */
  get indexes(): readonly IndexDefinition[] {
    return this.#indexes;
  }

  /** Finds a document by its key. */
  find(id: string, transaction?: Transaction): Document | undefined {
    const own = transaction && this.#writes.get(transaction);
    if (own?.has(id)) return own.get(id);
    const versions = this.#versions.get(id);
    return transaction === undefined ? versions?.at(-1)?.document : versions?.findLast(({ since }) => since <= transaction.snapshot)?.document;
  }

  /** Lists the documents in the order of their insertion. */
  list(transaction?: Transaction): Document[] {
    const ids = new Set([...this.#versions.keys(), ...((transaction && this.#writes.get(transaction)?.keys()) ?? [])]);
    return [...ids].map((id) => this.find(id, transaction)).filter((document) => document !== undefined);
  }

  /** Lists the documents of the newest state with their keys. */
  entries(): (readonly [id: string, document: Document])[] {
    return this.list().map((document) => [keyOf(document), document]);
  }

  /**
   * Writes a document. Returns the transaction that a single write has to wait for; nothing is written then.
   * @throws {CommandError} `WriteConflict` in a transaction, `DuplicateKey` when a unique index has its values.
   */
  write(write: Write): Transaction | undefined {
    const { id, document, transaction } = write;
    const blocker = this.#findBlocker(write);
    if (blocker !== undefined && transaction === undefined) return blocker;
    if (blocker !== undefined || this.#isStale(id, transaction)) throw writeConflict();
    for (const index of this.#uniques.values()) this.#assertUnique(index, write);
    if (transaction === undefined) this.#apply(id, document, this.#history.advance());
    else this.#keep(write, transaction);
    return undefined;
  }

  /** Adds an index. @throws {CommandError} `DuplicateKey` when it is unique and two documents have its values. */
  addIndex(definition: IndexDefinition): void {
    if (definition['unique'] === true) {
      const index = new UniqueIndex(definition);
      for (const [id, document] of this.entries()) {
        this.#assertUnique(index, { id, document, transaction: undefined });
        index.replace(id, undefined, document);
      }
      this.#uniques.set(definition.name, index);
    }
    this.#indexes.push(definition);
  }

  /** Removes an index. */
  removeIndex(name: string): void {
    this.#uniques.delete(name);
    this.#indexes = this.#indexes.filter((index) => index.name !== name);
  }

  #isStale(id: string, transaction: Transaction | undefined): boolean {
    return transaction !== undefined && (this.#versions.get(id)?.at(-1)?.since ?? 0) > transaction.snapshot;
  }

  #findBlocker({ id, document, transaction }: Write): Transaction | undefined {
    const holders = [this.#locks.get(id)];
    for (const index of this.#uniques.values()) {
      for (const signature of index.signaturesOf(document)) holders.push(index.claims.get(signature)?.transaction);
    }
    return holders.find((holder) => holder !== undefined && holder !== transaction);
  }

  #assertUnique(index: UniqueIndex, { id, document, transaction }: Write): void {
    if (document === undefined) return;
    for (const signature of index.signaturesOf(document)) {
      for (const other of [index.claims.get(signature)?.id, index.owners.get(signature)]) {
        if (other === undefined || other === id) continue;
        if (this.#isStale(other, transaction)) throw writeConflict();
        if (index.signaturesOf(this.find(other, transaction)).includes(signature))
          throw duplicateKey(this.namespace, index.definition, index.describe(document));
      }
    }
  }

  #keep({ id, document }: Write, transaction: Transaction): void {
    let writes = this.#writes.get(transaction);
    if (writes === undefined) {
      this.#writes.set(transaction, (writes = new Map()));
      transaction.join({ commit: () => this.#commit(transaction), release: () => this.#release(transaction) });
    }
    writes.set(id, document);
    this.#locks.set(id, transaction);
    for (const index of this.#uniques.values()) for (const signature of index.signaturesOf(document)) index.claims.set(signature, { id, transaction });
  }

  #commit(transaction: Transaction): void {
    const since = this.#history.advance();
    for (const [id, document] of this.#writes.get(transaction) ?? []) this.#apply(id, document, since);
  }

  #release(transaction: Transaction): void {
    for (const id of this.#writes.get(transaction)?.keys() ?? []) this.#locks.delete(id);
    for (const index of this.#uniques.values()) index.release(transaction);
    this.#writes.delete(transaction);
  }

  #apply(id: string, document: Document | undefined, since: number): void {
    const before = this.#versions.get(id) ?? [];
    for (const index of this.#uniques.values()) index.replace(id, before.at(-1)?.document, document);
    if (this.#history.isRead) this.#versions.set(id, [...before, { since, document }]);
    else if (document === undefined) this.#versions.delete(id);
    else this.#versions.set(id, [{ since, document }]);
  }
}

/** Creates the error of a value that is there already. */
export function duplicateKey(namespace: string, { name, key }: IndexDefinition, keyValue: Document): CommandError {
  const values = Object.entries(keyValue)
    .map(([path, value]) => `${path}: ${EJSON.stringify(value)}`)
    .join(', ');
  return new CommandError('DuplicateKey', `E11000 duplicate key error collection: ${namespace} index: ${name} dup key: { ${values} }`, {
    keyPattern: key,
    keyValue,
  });
}
