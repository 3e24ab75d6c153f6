/** MongoDB through `mongodb` and MikroORM: a pool of connections, documents for rows, and aggregations for queries. */
import type { Document, MongoClient, MongoClientOptions } from 'mongodb';
import { ambientSignal } from '@oxidite/plugin-sdk';
import { DatabaseOpenError } from '../../errors.ts';
import type { ModelLayout } from '../../model/model-layout.ts';
import type { DocumentDriver, DriverParts } from '../driver.ts';
import { assertDocumentLayouts } from './assert-layouts.ts';
import { createMongoEngine } from './engine.ts';
import { createDocumentCodec, ENTITY_VALUES } from './entity-values.ts';
import { listWanted } from './indexes.ts';
import { loadMongodb, type MongodbPackage } from './load-mongodb.ts';
import { createMongoMigrator } from './migrator.ts';
import { databaseOfMongo, toMongoLabel } from './mongodb-url.ts';
import { writeLinks } from './pairs.ts';
import { watchPool } from './pool-watch.ts';
import { createMongoSchemaTools } from './schema-tools.ts';
import { inSession, toSession } from './session.ts';
import { isMongoUnavailable } from './unavailable.ts';
import { createValueDriver } from './values.ts';
import { explainMongoViolation } from './violations.ts';

/** Options of this driver. */
export interface MongodbOptions extends DriverParts {
  /** `mongodb://user:password@host:27017/database`, or `mongodb+srv://…`. */
  readonly url: string;
  readonly layouts: ReadonlyMap<string, ModelLayout>;
  /** The greatest number of connections to each server. */
  readonly poolSize: number;
  /** How long is waited for a server, and for a free connection, in milliseconds. */
  readonly acquireTimeoutMs: number;
  /** How long the server may take for one query, in milliseconds; 0: any time. */
  readonly statementTimeoutMs: number;
  /** `true` verifies the server's certificate; `{ ca }` is a file with the authority that signed it. */
  readonly tls: boolean | { readonly ca: string };
}

/**
 * Opens a pool; the first connection is tried.
 * @throws {DriverMissingError} when `@mikro-orm/mongodb` is not installed.
 * @throws {ModelInvalidError} when a model needs what MongoDB does not have.
 * @throws {DatabaseOpenError} when the server cannot be reached or refuses.
 */
export async function createMongodbDriver(options: MongodbOptions): Promise<DocumentDriver> {
  const { url, layouts, logger, statementTimeoutMs: timeoutMs } = options;
  const mongodb = await loadMongodb();
  assertDocumentLayouts(layouts);
  const { createMikroDriver } = await import('./mikro-driver.ts');
  const label = toMongoLabel(url);
  const dbName = databaseOfMongo(url);
  const { client, hasTransactions, pool } = await openClient(mongodb, options, label);
  const db = client.db(dbName);
  const codecs = new Map([...layouts.values()].map((layout) => [layout.name, createDocumentCodec(layout, mongodb)]));
  const wanted = listWanted(layouts);
  return {
    kind: 'document',
    name: 'mongodb',
    label,
    hasTransactions,
    mikroOptions: {
      driver: createMikroDriver({ codecs, hasTransactions, logger }),
      dbName,
      driverOptions: client,
      ensureDatabase: false,
      implicitTransactions: true, // the connection knows when there are none
    },
    ...createValueDriver(mongodb),
    entityValues: ENTITY_VALUES,
    isUnavailable: isMongoUnavailable,
    explainViolation: (error) => explainMongoViolation(error, wanted),
    async ping() {
      const signal = ambientSignal();
      signal?.throwIfAborted();
      await db.command({ ping: 1 }, signal === undefined ? {} : { signal });
    },
    createEngine: (access) => createMongoEngine(access, { client, db, timeoutMs, hasTransactions }),
    writeLinks: (transaction, links) => writeLinks(db, links, toSession(transaction)),
    async readVersions(layout, keys, transaction) {
      const filter: Document = { _id: { $in: keys } };
      const found = await db
        .collection(layout.table)
        .find(filter, { projection: { version: 1 }, ...inSession(toSession(transaction)) })
        .toArray();
      return new Map(found.map(({ _id, version }: Document): [unknown, number] => [_id, Number(version)]));
    },
    createMigrator: (parts, place) => createMongoMigrator({ ...parts, client, db, wanted, label }, place),
    createSchemaTools: () => createMongoSchemaTools(db, wanted),
    pool,
    close: () => client.close(),
  };
}

async function openClient(
  { MongoClient }: MongodbPackage,
  options: MongodbOptions,
  label: string,
): Promise<{ readonly client: MongoClient; readonly hasTransactions: boolean; readonly pool: NonNullable<DocumentDriver['pool']> }> {
  let client: MongoClient | undefined;
  try {
    client = new MongoClient(options.url, toClientOptions(options));
    const pool = watchPool(client);
    await client.connect();
    const hello = await client.db().command({ hello: 1 });
    // Source: MongoDB, "hello": a member of a replica set tells its name, and a router of a cluster says what it is
    return { client, hasTransactions: typeof hello['setName'] === 'string' || hello['msg'] === 'isdbgrid', pool };
  } catch (error) {
    await client?.close();
    throw new DatabaseOpenError(label, 'Check the options "url" and "tls", that the server runs, and that the user may connect.', error);
  }
}

function toClientOptions({ poolSize, acquireTimeoutMs, statementTimeoutMs, tls }: MongodbOptions): MongoClientOptions {
  return {
    appName: 'oxidite',
    maxPoolSize: poolSize,
    waitQueueTimeoutMS: acquireTimeoutMs,
    serverSelectionTimeoutMS: acquireTimeoutMs,
    connectTimeoutMS: acquireTimeoutMs,
    ...(statementTimeoutMs === 0 ? {} : { socketTimeoutMS: acquireTimeoutMs + statementTimeoutMs }), // a server that has vanished says nothing
    ...(tls === false ? {} : { tls: true, ...(tls === true ? {} : { tlsCAFile: tls.ca }) }),
  };
}
