/** Finds the documents of a collection that fit a filter: by their keys where the filter names them, else by looking at each. */
import type { Collection } from '../storage/collection.ts';
import type { Transaction } from '../storage/transaction.ts';
import { signValue } from '../values/compare-values.ts';
import { type Document, isDocument } from '../values/document.ts';
import { toFilter } from './run-query.ts';

/** Finds documents, in the order of their insertion unless the filter names keys. */
export function findDocuments(collection: Collection, filter: Document, transaction: Transaction | undefined): Document[] {
  const keys = keysIn(filter);
  const candidates = keys === undefined ? collection.list(transaction) : keys.map((key) => collection.find(key, transaction));
  const fits = Object.keys(filter).length === 0 ? () => true : toFilter(filter);
  return candidates.filter((document) => document !== undefined && fits(document)).filter((document) => document !== undefined);
}

function keysIn({ _id: id }: Document): readonly string[] | undefined {
  if (id === undefined || id instanceof RegExp) return undefined;
  if (!isDocument(id)) return [signValue(id)];
  const { $eq, $in } = id;
  if (Array.isArray($in) && !$in.some((value) => value instanceof RegExp)) return [...new Set($in.map(signValue))];
  return $eq === undefined ? undefined : [signValue($eq)];
}
