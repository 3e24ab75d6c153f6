/** The stage `$group`: mingo's takes equal numbers of other types for different keys. */
import { evalExpr } from 'mingo/core';
import type { Iterator } from 'mingo/lazy';
import { $group as groupByIdentity } from 'mingo/operators/pipeline';
import type { AnyObject, Options } from 'mingo/types';
import { signValue } from '../values/compare-values.ts';
import type { Document } from '../values/document.ts';
import type { Expression } from './arithmetic.ts';

/** The keys of the documents that are being grouped. */
const keys = new WeakMap<object, unknown>();

/** An expression of ours: the key that `$group` has found for a document. */
export const $groupKey: Expression = (document) => keys.get(document);

/** Groups documents by a key; of equal keys the first one stands for all. */
export function $group(documents: Iterator, specification: Document, options: Options): Iterator {
  const first = new Map<string, unknown>();
  const withKeys = documents.map((document: AnyObject) => {
    const key: unknown = evalExpr(document, specification['_id'], options) ?? null;
    const signature = signValue(key);
    if (!first.has(signature)) first.set(signature, key);
    keys.set(document, first.get(signature));
    return document;
  });
  return groupByIdentity(withKeys, { ...specification, _id: { $groupKey: 1 } }, options);
}
