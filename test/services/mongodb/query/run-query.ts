/** Filters and pipelines over documents of the server. */
import { Aggregator } from 'mingo/aggregator';
import { ProcessingMode } from 'mingo/core';
import { Query } from 'mingo/query';
import { CommandError } from '../command-error.ts';
import type { Document } from '../values/document.ts';
import { context } from './context.ts';

/** Finds the documents of another collection of the same database. */
export type CollectionReader = (name: string) => readonly Document[];

/** Says whether a document fits. */
export type Filter = (document: Document) => boolean;

/** Stages that write; the server has no use for them. */
const WRITING_STAGES = new Set(['$out', '$merge']);

/** Reads a filter. @throws {CommandError} when it is none. */
export function toFilter(condition: Document): Filter {
  const query = refuse(() => new Query({ ...condition }, { context }));
  return (document) => refuse(() => query.test({ ...document }));
}

/** Runs a pipeline. @throws {CommandError} when it has a stage that the server does not know. */
export function runPipeline(documents: readonly Document[], pipeline: readonly Document[], read: CollectionReader): Document[] {
  const writing = pipeline.flatMap((stage) => Object.keys(stage)).find((name) => WRITING_STAGES.has(name));
  if (writing !== undefined) throw new CommandError('FailedToParse', `The server of the tests has no stage ${writing}.`);
  const options = {
    context,
    processingMode: ProcessingMode.CLONE_INPUT,
    collectionResolver: (name: string) => read(name).map((document) => ({ ...document })),
  };
  return refuse(() => new Aggregator([...pipeline], options).run<Document>(documents));
}

/** Runs what mingo may refuse, and says so as the server does. */
export function refuse<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof CommandError || !(error instanceof Error)) throw error;
    throw new CommandError('BadValue', error.message);
  }
}
