/** Commands that write documents. */
import { ObjectId } from 'bson';
import { CommandError, writeConflict } from '../command-error.ts';
import { findDocuments } from '../query/find-documents.ts';
import { type Filter, runPipeline, toFilter } from '../query/run-query.ts';
import { createDocument, type Update, updateDocument } from '../query/update-document.ts';
import { type CommandHandler, namespaceOf, readDocument, readDocuments, readNumber, type Request } from '../request.ts';
import { type Collection, duplicateKey, keyOf } from '../storage/collection.ts';
import { type Document, isDocument, isSameDocument } from '../values/document.ts';

/** What an update did. */
interface UpdateResult {
  readonly matched: number;
  readonly modified: number;
  /** The last document that it matched, as it was before; and as it is now, or was inserted. */
  readonly before: Document | undefined;
  readonly after: Document | undefined;
  readonly isUpsert: boolean;
}

/** The commands by their names. */
export const writeCommands: Readonly<Record<string, CommandHandler>> = {
  async insert(request) {
    const collection = request.state.catalog.open(namespaceOf(request));
    let n = 0;
    const errors = await runEach(request, 'documents', async (document) => {
      await insertDocument(request, collection, { _id: document['_id'] ?? new ObjectId(), ...document });
      n++;
    });
    return { n, ...errors };
  },

  async update(request) {
    const collection = request.state.catalog.open(namespaceOf(request));
    let n = 0;
    let nModified = 0;
    const upserted: Document[] = [];
    const errors = await runEach(request, 'updates', async (statement, index) => {
      const result = await runUpdate(request, collection, statement);
      n += result.matched;
      nModified += result.modified;
      if (result.isUpsert) upserted.push({ index, _id: result.after?.['_id'] });
    });
    return { n, nModified, ...(upserted.length === 0 ? {} : { upserted }), ...errors };
  },

  async delete(request) {
    const collection = request.state.catalog.open(namespaceOf(request));
    let n = 0;
    const errors = await runEach(request, 'deletes', async (statement) => {
      const filter = readDocument(statement, 'q');
      const fits = toFilter(filter);
      const documents = findDocuments(collection, filter, request.transaction);
      for (const document of readNumber(statement, 'limit') === 1 ? documents.slice(0, 1) : documents) {
        if ((await change(request, collection, { document, fits, toNext: () => undefined })) !== undefined) n++;
      }
    });
    return { n, ...errors };
  },

  async findAndModify(request) {
    const { command } = request;
    const collection = request.state.catalog.open(namespaceOf(request));
    const filter = readDocument(command, 'query');
    const [document] = sort(findDocuments(collection, filter, request.transaction), readDocument(command, 'sort'));
    if (command['remove'] === true) {
      const removed = document && (await change(request, collection, { document, fits: toFilter(filter), toNext: () => undefined }));
      return { value: removed ? project(removed.before, command) : null, lastErrorObject: { n: removed ? 1 : 0 } };
    }
    const q = document === undefined ? filter : { ...filter, _id: document['_id'] };
    const { before, after, matched, isUpsert } = await runUpdate(request, collection, { ...command, q, u: command['update'] });
    const value = command['new'] === true ? after : before;
    const lastErrorObject = { n: matched, updatedExisting: before !== undefined, ...(isUpsert ? { upserted: after?.['_id'] } : {}) };
    return { value: value === undefined ? null : project(value, command), lastErrorObject };
  },
};

/** Runs each write of a command; those that fail are listed, and the first of them ends a command that is ordered. */
async function runEach({ command }: Request, field: string, run: (statement: Document, index: number) => Promise<void>): Promise<Document> {
  const writeErrors: Document[] = [];
  for (const [index, statement] of readDocuments(command, field).entries()) {
    try {
      await run(statement, index);
    } catch (error) {
      if (!(error instanceof CommandError) || error.codeName === 'WriteConflict') throw error;
      writeErrors.push({ index, code: error.code, errmsg: error.message, ...error.details });
      if (command['ordered'] !== false) break;
    }
  }
  return writeErrors.length === 0 ? {} : { writeErrors };
}

async function insertDocument({ transaction }: Request, collection: Collection, document: Document): Promise<void> {
  const id = keyOf(document);
  for (;;) {
    const [primary] = collection.indexes;
    if (primary !== undefined && collection.find(id, transaction) !== undefined) throw duplicateKey(collection.namespace, primary, { _id: document['_id'] });
    const blocker = collection.write({ id, document, transaction });
    if (blocker === undefined) return;
    await blocker.ended;
  }
}

async function runUpdate(request: Request, collection: Collection, statement: Document): Promise<UpdateResult> {
  const { multi, upsert, u } = statement;
  const filter = readDocument(statement, 'q');
  const update: Update = { filter, change: isDocument(u) ? u : readDocuments(statement, 'u'), arrayFilters: readDocuments(statement, 'arrayFilters') };
  const fits = toFilter(filter);
  const documents = findDocuments(collection, filter, request.transaction);
  let result: UpdateResult = { matched: 0, modified: 0, before: undefined, after: undefined, isUpsert: false };
  for (const document of multi === true ? documents : documents.slice(0, 1)) {
    const changed = await change(request, collection, { document, fits, toNext: (current) => updateDocument(current, update) });
    if (changed === undefined) continue;
    const { before, after } = changed;
    const modified = result.modified + (after !== undefined && isSameDocument(before, after) ? 0 : 1);
    result = { ...result, matched: result.matched + 1, modified, before, after };
  }
  if (result.matched > 0 || upsert !== true) return result;
  const after = createDocument(update);
  await insertDocument(request, collection, after);
  return { matched: 1, modified: 0, before: undefined, after, isUpsert: true };
}

/** A document that a command has found, and what it makes of it. */
interface Change {
  readonly document: Document;
  readonly fits: Filter;
  readonly toNext: (current: Document) => Document | undefined;
}

/**
 * Changes a document as soon as no transaction holds it, unless it does not fit any more by then; a transaction does not wait.
 * Returns nothing when nothing was changed.
 */
async function change(
  { transaction }: Request,
  collection: Collection,
  { document, fits, toNext }: Change,
): Promise<{ readonly before: Document; readonly after: Document | undefined } | undefined> {
  const id = keyOf(document);
  for (;;) {
    const before = collection.find(id, transaction);
    if (before === undefined || !fits(before)) return undefined;
    const after = toNext(before);
    if (after !== undefined && isSameDocument(before, after)) return { before, after };
    const blocker = collection.write({ id, document: after, transaction });
    if (blocker === undefined) return { before, after };
    if (transaction !== undefined) throw writeConflict();
    await blocker.ended;
  }
}

function sort(documents: readonly Document[], keys: Document): readonly Document[] {
  return Object.keys(keys).length === 0 ? documents : runPipeline(documents, [{ $sort: keys }], () => []);
}

function project(document: Document, command: Document): Document {
  const fields = readDocument(command, 'fields');
  return Object.keys(fields).length === 0 ? document : (runPipeline([document], [{ $project: fields }], () => [])[0] ?? document);
}
