/** Creates and drops the collections of the models, and describes those that there are. */
import type { Db, IndexDescriptionInfo } from 'mongodb';
import { NotOnMongodbError } from '../../errors.ts';
import { MIGRATIONS_TABLE } from '../../migrations/history.ts';
import type { SchemaTools } from '../../schema-tools.ts';
import type { WantedCollection, WantedIndex } from './indexes.ts';
import { LOCKS_COLLECTION } from './migration-lock.ts';

const OWN: ReadonlySet<string> = new Set([MIGRATIONS_TABLE, LOCKS_COLLECTION]);

/** What is missing of what models want. */
export interface MissingParts {
  readonly collections: readonly string[];
  readonly indexes: readonly { readonly collection: string; readonly index: WantedIndex }[];
}

/** Creates the tools of a database. */
export function createMongoSchemaTools(db: Db, wanted: readonly WantedCollection[]): SchemaTools {
  const refuse = (feature: string) => (): Promise<never> =>
    Promise.reject(
      new NotOnMongodbError(feature, 'a collection has no columns that could be compared', '"oxidite db:show" tells which collections and indexes there are.'),
    );
  return {
    async create() {
      const { collections, indexes } = await findMissing(db, wanted);
      for (const name of collections) await db.createCollection(name);
      for (const { collection, index } of indexes) await createIndex(db, collection, index);
    },
    async drop() {
      const present = new Set(await listCollections(db));
      for (const { name } of wanted) if (present.has(name)) await db.dropCollection(name);
    },
    diff: refuse('orm.schema.diff'),
    pull: refuse('db:pull'),
    async describe() {
      const names = await listCollections(db);
      return Promise.all(
        names.map(async (name) => ({
          name,
          columns: [],
          constraints: [],
          indexes: (await db.collection(name).indexes()).map((index) => ({ name: index.name ?? '', unique: index.unique === true, sql: describeIndex(index) })),
          rows: await db.collection(name).estimatedDocumentCount(),
          bytes: null,
        })),
      );
    },
  };
}

/** Lists the collections of a database by their names, but those of its own. */
export async function listCollections(db: Db): Promise<string[]> {
  const found = await db.listCollections({}, { nameOnly: true }).toArray();
  return found
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('system.'))
    .toSorted();
}

/** Lists the collections of an application: not those in which migrations are noted. */
export async function listOwnCollections(db: Db): Promise<string[]> {
  return (await listCollections(db)).filter((name) => !OWN.has(name));
}

/** Finds what is missing of what models want. */
export async function findMissing(db: Db, wanted: readonly WantedCollection[]): Promise<MissingParts> {
  const present = new Set(await listCollections(db));
  const indexes: { collection: string; index: WantedIndex }[] = [];
  for (const { name, indexes: own } of wanted) {
    const known = new Set(present.has(name) ? (await db.collection(name).indexes()).map((index) => index.name) : []);
    for (const index of own) if (!known.has(index.name)) indexes.push({ collection: name, index });
  }
  return { collections: wanted.map(({ name }) => name).filter((name) => !present.has(name)), indexes };
}

async function createIndex(db: Db, collection: string, { name, fields, unique, filter }: WantedIndex): Promise<void> {
  const key = new Map(fields.map((field) => [field, 1 as const]));
  await db.collection(collection).createIndex(key, { name, unique, ...(filter === undefined ? {} : { partialFilterExpression: filter }) });
}

function describeIndex({ key, unique }: IndexDescriptionInfo): string {
  return `createIndex(${JSON.stringify(key)}${unique === true ? ', { unique: true }' : ''})`;
}
