/** Commands that read. */
import { Long } from 'bson';
import { resolve } from 'mingo/util';
import { findDocuments } from '../query/find-documents.ts';
import { runPipeline } from '../query/run-query.ts';
import { type CommandHandler, namespaceOf, readDocument, readDocuments, readNumber, type Request } from '../request.ts';
import { compareValues, signValue } from '../values/compare-values.ts';
import type { Document } from '../values/document.ts';

/** The commands by their names. */
export const readCommands: Readonly<Record<string, CommandHandler>> = {
  find(request) {
    const { command, state } = request;
    const limit = readNumber(command, 'limit') ?? 0;
    const pipeline: Document[] = [
      { $sort: readDocument(command, 'sort') },
      { $skip: readNumber(command, 'skip') ?? 0 },
      { $limit: Math.abs(limit) },
      { $project: readDocument(command, 'projection') },
    ].filter((stage) => Object.values(stage).some((value) => (typeof value === 'number' ? value > 0 : Object.keys(value).length > 0)));
    const batch = { namespace: namespaceOf(request), size: readNumber(command, 'batchSize'), isSingle: command['singleBatch'] === true || limit < 0 };
    return state.cursors.open(runOver(request, findIn(request, 'filter'), pipeline), batch);
  },

  aggregate(request) {
    const { command, database, state } = request;
    const isOfCollection = typeof command['aggregate'] === 'string'; // otherwise it begins with $documents
    const namespace = isOfCollection ? namespaceOf(request) : `${database}.$cmd.aggregate`;
    const documents = isOfCollection ? state.catalog.read(namespace).list(request.transaction) : [];
    const result = runOver(request, documents, readDocuments(command, 'pipeline'));
    return state.cursors.open(result, { namespace, size: readNumber(readDocument(command, 'cursor'), 'batchSize') });
  },

  count(request) {
    const skip = readNumber(request.command, 'skip') ?? 0;
    const limit = readNumber(request.command, 'limit') || undefined;
    return { n: findIn(request, 'query').slice(skip, limit && skip + limit).length };
  },

  distinct(request) {
    const path = String(request.command['key']);
    const values = new Map<string, unknown>();
    for (const document of findIn(request, 'query')) {
      const value: unknown = resolve({ ...document }, path);
      for (const item of Array.isArray(value) ? value : [value]) if (item !== undefined) values.set(signValue(item), item);
    }
    return { values: [...values.values()].sort(compareValues) };
  },

  getMore({ command, database, state }) {
    return state.cursors.read(String(command['getMore']), {
      namespace: `${database}.${String(command['collection'])}`,
      size: readNumber(command, 'batchSize'),
    });
  },

  killCursors({ command, state }) {
    const ids: readonly unknown[] = Array.isArray(command['cursors']) ? command['cursors'] : [];
    const cursorsKilled = ids.filter((id) => state.cursors.close(String(id)));
    return { cursorsKilled, cursorsNotFound: ids.filter((id) => !cursorsKilled.includes(id)), cursorsAlive: [], cursorsUnknown: [] };
  },

  collStats(request) {
    const collection = request.state.catalog.read(namespaceOf(request));
    return { ns: collection.namespace, count: collection.list().length, size: 0, storageSize: 0, nindexes: collection.indexes.length, totalIndexSize: 0 };
  },

  dbStats({ database, state: { catalog } }) {
    const collections = catalog.list(database).map((name) => catalog.read(`${database}.${name}`));
    return {
      db: database,
      collections: collections.length,
      objects: collections.reduce((sum, collection) => sum + collection.list().length, 0),
      indexes: collections.reduce((sum, collection) => sum + collection.indexes.length, 0),
      dataSize: Long.ZERO,
      storageSize: Long.ZERO,
    };
  },
};

function findIn(request: Request, field: string): readonly Document[] {
  return findDocuments(request.state.catalog.read(namespaceOf(request)), readDocument(request.command, field), request.transaction);
}

function runOver({ state, database, transaction }: Request, documents: readonly Document[], pipeline: readonly Document[]): readonly Document[] {
  if (pipeline.length === 0) return documents;
  return runPipeline(documents, pipeline, (name) => state.catalog.read(`${database}.${name}`).list(transaction));
}
