/** The values of a unique index: who has each of them, and which transaction is about to take it. */
import { resolve } from 'mingo/util';
import { type Filter, toFilter } from '../query/run-query.ts';
import { signValue } from '../values/compare-values.ts';
import { type Document, isDocument } from '../values/document.ts';
import type { Transaction } from './transaction.ts';

/** An index as `createIndexes` names it. */
export interface IndexDefinition extends Document {
  readonly name: string;
  readonly key: Document;
}

/** A document that is about to take a value. */
export interface Claim {
  readonly id: string;
  readonly transaction: Transaction;
}

/** A unique index. It compares and remembers; whether a write may go on is what `Collection` decides. */
export class UniqueIndex {
  readonly definition: IndexDefinition;
  /** The documents by their values, as the newest state has them. */
  readonly owners = new Map<string, string>();
  /** The values that transactions have written. */
  readonly claims = new Map<string, Claim>();
  readonly #covers: Filter;
  readonly #paths: readonly string[];

  constructor(definition: IndexDefinition) {
    const { key, sparse, partialFilterExpression } = definition;
    this.definition = definition;
    this.#paths = Object.keys(key);
    const isPart = isDocument(partialFilterExpression) ? toFilter(partialFilterExpression) : () => true;
    this.#covers = (document) => isPart(document) && (sparse !== true || this.#paths.some((path) => resolve({ ...document }, path) !== undefined));
  }

  /** Lists a document's values: several when a field is an array, none when the index does not cover it. */
  signaturesOf(document: Document | undefined): readonly string[] {
    if (document === undefined || !this.#covers(document)) return [];
    const perPath = this.#paths.map((path) => {
      const value: unknown = resolve({ ...document }, path);
      return [...new Set((Array.isArray(value) && value.length > 0 ? value : [value]).map(signValue))];
    });
    return perPath.reduce<string[]>((signatures, values) => signatures.flatMap((left) => values.map((right) => `${left}|${right}`)), ['']);
  }

  /** Replaces what the newest state has of a document. */
  replace(id: string, before: Document | undefined, after: Document | undefined): void {
    for (const signature of this.signaturesOf(before)) if (this.owners.get(signature) === id) this.owners.delete(signature);
    for (const signature of this.signaturesOf(after)) this.owners.set(signature, id);
  }

  /** Forgets the values of a transaction. */
  release(transaction: Transaction): void {
    for (const [signature, claim] of this.claims) if (claim.transaction === transaction) this.claims.delete(signature);
  }

  /** Describes the values of a document, for the error of one that is there twice. */
  describe(document: Document): Document {
    return Object.fromEntries(this.#paths.map((path) => [path, resolve({ ...document }, path) ?? null]));
  }
}
