/** The stage `$setWindowFields`, as far as it numbers documents: mingo's sorts by its own order of values, and groups by identity. */
import { evalExpr } from 'mingo/core';
import { type Iterator, Lazy } from 'mingo/lazy';
import type { AnyObject, Options } from 'mingo/types';
import { CommandError } from '../command-error.ts';
import { signValue } from '../values/compare-values.ts';
import { type Document, isDocument } from '../values/document.ts';
import { $sort } from './comparisons.ts';

/** Numbers the documents of each partition, in an order. */
export function $setWindowFields(documents: Iterator, { partitionBy, sortBy, output }: Document, options: Options): Iterator {
  if (!isDocument(sortBy) || !isDocument(output)) throw new CommandError('FailedToParse', "$setWindowFields needs 'sortBy' and 'output'");
  const fields = Object.entries(output);
  if (fields.some(([, operator]) => !isDocument(operator) || Object.keys(operator).join() !== '$documentNumber'))
    throw new CommandError('FailedToParse', 'The server of the tests knows no window operator but $documentNumber.');
  return $sort(documents, sortBy).transform<Document>((list) => {
    const partitions = Map.groupBy(list as readonly AnyObject[], (document) => signValue(evalExpr(document, partitionBy, options)));
    const numbered = [...partitions.values()].flatMap((partition) =>
      partition.map((document, index) => ({ ...document, ...Object.fromEntries(fields.map(([field]) => [field, index + 1])) })),
    );
    return Lazy(numbered);
  });
}
