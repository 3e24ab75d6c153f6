/** The stage `$lookup`: mingo's takes equal numbers of other types for different ones, and lets a pipeline see what does not match. */
import { Aggregator } from 'mingo/aggregator';
import { evalExpr } from 'mingo/core';
import type { Iterator } from 'mingo/lazy';
import type { AnyObject, Options } from 'mingo/types';
import { resolve } from 'mingo/util';
import { CommandError } from '../command-error.ts';
import { signValue } from '../values/compare-values.ts';
import { type Document, isDocument } from '../values/document.ts';

/** Adds to each document those of another collection that belong to it. */
export function $lookup(documents: Iterator, specification: Document, options: Options): Iterator {
  const { from, as, localField, foreignField, pipeline } = specification;
  if (typeof from !== 'string' || typeof as !== 'string') throw new CommandError('FailedToParse', '$lookup needs "from" and "as"');
  const others = options.collectionResolver?.(from) ?? [];
  const stages: AnyObject[] = Array.isArray(pipeline) ? pipeline : [];
  const find = typeof localField === 'string' && typeof foreignField === 'string' ? findBy(others, { localField, foreignField }) : () => others;
  return documents.map((document: AnyObject) => {
    const matching = find(document);
    return { ...document, [as]: stages.length === 0 ? matching : new Aggregator(stages, withVariables(document, specification, options)).run(matching) };
  });
}

function findBy(
  others: readonly AnyObject[],
  { localField, foreignField }: { readonly localField: string; readonly foreignField: string },
): (document: AnyObject) => AnyObject[] {
  const bySignature = new Map<string, AnyObject[]>();
  for (const other of others) {
    for (const signature of signaturesAt(other, foreignField)) {
      const alike = bySignature.get(signature) ?? [];
      alike.push(other);
      bySignature.set(signature, alike);
    }
  }
  return (document) => [...new Set([...signaturesAt(document, localField)].flatMap((signature) => bySignature.get(signature) ?? []))];
}

/** The values of a field, of an array each of them; what is not there is null. */
function signaturesAt(document: AnyObject, path: string): ReadonlySet<string> {
  const value: unknown = resolve(document, path);
  return new Set((Array.isArray(value) ? value : [value]).map(signValue));
}

/** The options, with what `let` names beside the names of the pipelines around. They are no plain object, and cannot be spread. */
function withVariables(document: AnyObject, { let: names }: Document, options: Options): Partial<Options> {
  const { context, collectionResolver, processingMode, variables } = options;
  const own: unknown = isDocument(names) ? evalExpr(document, names, options) : {};
  const resolver = collectionResolver === undefined ? {} : { collectionResolver };
  return { context, processingMode, ...resolver, variables: { ...variables, ...(isDocument(own) ? own : {}) } };
}
