/** The collections of all databases. */
import { CommandError } from '../command-error.ts';
import { Collection } from './collection.ts';
import { History } from './transaction.ts';

/** Finds collections by namespace: the name of the database, a dot, and the collection's own. */
export class Catalog {
  readonly history = new History();
  readonly #collections = new Map<string, Collection>();

  /** Finds a collection; one that does not exist has no documents, and is not kept. */
  read(namespace: string): Collection {
    return this.#collections.get(namespace) ?? new Collection(namespace, this.history);
  }

  /** Finds a collection to write into, and creates it when it does not exist. */
  open(namespace: string): Collection {
    const collection = this.read(namespace);
    this.#collections.set(namespace, collection);
    return collection;
  }

  /** Says whether a collection exists. */
  has(namespace: string): boolean {
    return this.#collections.has(namespace);
  }

  /** Finds a collection that has to exist. @throws {CommandError} `NamespaceNotFound` */
  get(namespace: string): Collection {
    if (!this.has(namespace)) throw new CommandError('NamespaceNotFound', `ns does not exist: ${namespace}`);
    return this.read(namespace);
  }

  /** Lists the names of a database's collections. */
  list(database: string): string[] {
    const prefix = `${database}.`;
    return [...this.#collections.keys()].filter((namespace) => namespace.startsWith(prefix)).map((namespace) => namespace.slice(prefix.length));
  }

  /** Lists the names of the databases that have collections. */
  listDatabases(): string[] {
    return [...new Set([...this.#collections.keys()].map((namespace) => namespace.slice(0, namespace.indexOf('.'))))];
  }

  /** Removes a collection. Returns whether there was one. */
  drop(namespace: string): boolean {
    return this.#collections.delete(namespace);
  }

  /** Puts the documents and indexes of a collection under another name. */
  rename(from: string, to: string): void {
    const source = this.get(from);
    const target = new Collection(to, this.history);
    for (const index of source.indexes.slice(1)) target.addIndex(index);
    for (const [id, document] of source.entries()) target.write({ id, document, transaction: undefined });
    this.#collections.delete(from);
    this.#collections.set(to, target);
  }
}
