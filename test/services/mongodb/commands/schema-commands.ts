/** Commands about databases, collections and indexes. */
import { CommandError } from '../command-error.ts';
import { toFilter } from '../query/run-query.ts';
import { type CommandHandler, namespaceOf, readDocument, readDocuments } from '../request.ts';
import type { Collection } from '../storage/collection.ts';
import type { IndexDefinition } from '../storage/unique-index.ts';
import { isSameDocument, type Document } from '../values/document.ts';

/** The commands by their names. */
export const schemaCommands: Readonly<Record<string, CommandHandler>> = {
  create(request) {
    const namespace = namespaceOf(request);
    if (request.state.catalog.has(namespace)) throw new CommandError('NamespaceExists', `Collection ${namespace} already exists.`);
    request.state.catalog.open(namespace);
    return {};
  },

  drop(request) {
    const namespace = namespaceOf(request);
    if (!request.state.catalog.drop(namespace)) throw new CommandError('NamespaceNotFound', 'ns not found');
    return { ns: namespace };
  },

  dropDatabase({ database, state: { catalog } }) {
    for (const name of catalog.list(database)) catalog.drop(`${database}.${name}`);
    return { dropped: database };
  },

  renameCollection({ command, state: { catalog } }) {
    const [from, to] = [String(command['renameCollection']), String(command['to'])];
    if (catalog.has(to) && command['dropTarget'] !== true) throw new CommandError('NamespaceExists', 'target namespace exists');
    catalog.rename(from, to);
    return {};
  },

  collMod: () => ({}),

  listCollections({ command, database, state: { catalog, cursors } }) {
    const idIndex = { v: 2, key: { _id: 1 }, name: '_id_' };
    const collections = catalog.list(database).map((name) => ({ name, type: 'collection', options: {}, info: { readOnly: false }, idIndex }));
    return cursors.open(collections.filter(toFilter(readDocument(command, 'filter'))), { namespace: `${database}.$cmd.listCollections`, size: Infinity });
  },

  listDatabases({ command, state: { catalog } }) {
    const databases = catalog.listDatabases().map((name) => ({ name, sizeOnDisk: 0, empty: false }));
    return { databases: databases.filter(toFilter(readDocument(command, 'filter'))), totalSize: 0 };
  },

  createIndexes(request) {
    const namespace = namespaceOf(request);
    const createdCollectionAutomatically = !request.state.catalog.has(namespace);
    const collection = request.state.catalog.open(namespace);
    const numIndexesBefore = collection.indexes.length;
    for (const index of readDocuments(request.command, 'indexes')) addIndex(collection, index);
    return { numIndexesBefore, numIndexesAfter: collection.indexes.length, createdCollectionAutomatically };
  },

  listIndexes(request) {
    const collection = request.state.catalog.get(namespaceOf(request));
    return request.state.cursors.open(collection.indexes, { namespace: collection.namespace, size: Infinity });
  },

  dropIndexes(request) {
    const collection = request.state.catalog.get(namespaceOf(request));
    const nIndexesWas = collection.indexes.length;
    const wanted = request.command['index'];
    const names = (Array.isArray(wanted) ? wanted : [wanted]).map(String);
    const isAll = wanted === '*';
    const missing = isAll ? undefined : names.find((name) => !collection.indexes.some((index) => index.name === name));
    if (missing !== undefined) throw new CommandError('IndexNotFound', `index not found with name [${missing}]`);
    for (const { name } of collection.indexes) if (name !== '_id_' && (isAll || names.includes(name))) collection.removeIndex(name);
    return { nIndexesWas };
  },
};

function addIndex(collection: Collection, { v = 2, key, name, ...options }: Document): void {
  const definition: IndexDefinition = { v, key: readDocument({ key }, 'key'), name: String(name), ...options };
  const same = collection.indexes.find((index) => index.name === definition.name);
  if (same !== undefined && !isSameDocument(same.key, definition.key)) {
    throw new CommandError('IndexKeySpecsConflict', `An existing index has the same name as the requested index: ${definition.name}`);
  }
  const alike = same ?? collection.indexes.find((index) => isSameDocument(index.key, definition.key) && index['partialFilterExpression'] === undefined);
  if (alike === undefined || (alike.name !== definition.name && definition['partialFilterExpression'] !== undefined)) return collection.addIndex(definition);
  if (alike.name === definition.name && isSameDocument(alike, definition)) return;
  if (alike.name === '_id_') return;
  throw new CommandError('IndexOptionsConflict', `Index already exists with a different name or other options: ${alike.name}`);
}
