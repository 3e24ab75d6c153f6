/** The service `orm` outside of any unit of work: it reads, and opens units of work; entities belong into those. */
import { refuseToWrite } from './bulk/bulk-writer.ts';
import type { ReplicaSet } from './connections/replica-set.ts';
import { toConstraintError } from './constraint-errors.ts';
import { type Database, kyselyOf, type SqlDatabase } from './database.ts';
import { ConnectionUnknownError, NoUnitOfWorkError } from './errors.ts';
import type { AnyModel, InferModel } from './model/infer-model.ts';
import type { Orm } from './orm.ts';
import type { OrmTools } from './orm-tools.ts';
import { Query } from './query/query.ts';
import type { QuerySource } from './query/query-source.ts';
import { type SqlAccess, SqlQuerySource } from './query/sql-query-source.ts';

/** Creates the service as it is outside of requests, jobs and commands. */
export function createRootOrm(database: Database, tools: OrmTools): Orm {
  const source = createSource(database);
  const refuse = (member: string) => (): never => {
    throw new NoUnitOfWorkError(member);
  };
  const refuseLater = (member: string) => (): Promise<never> => Promise.reject(new NoUnitOfWorkError(member));
  return {
    query: (model) => new Query(source, database.layoutOf(model)),
    unitOfWork: (work) => tools.unitOfWork(work),
    entity: <Of extends AnyModel>(model: Of) => database.classOf(database.layoutOf(model)) as new () => InferModel<Of>, // the class was made from the model
    connections: tools.connections,
    on(connection) {
      if (connection === database.connection) return this;
      throw new ConnectionUnknownError(connection, tools.connections);
    },
    pool: () => database.driver.pool?.(),
    migrator: tools.migrator,
    schema: tools.schema,
    seed: (name) => tools.seed(name),
    get kysely() {
      return kyselyOf(database);
    },
    get em(): never {
      throw new NoUnitOfWorkError('em');
    },
    create: refuse('create'),
    factory: refuse('factory'),
    reencrypt: refuseLater('reencrypt'),
    assign: refuse('assign'),
    remove: refuse('remove'),
    forceRemove: refuse('forceRemove'),
    restore: refuse('restore'),
    clear: refuse('clear'),
    find: refuseLater('find'),
    get: refuseLater('get'),
    list: refuseLater('list'),
    populate: refuseLater('populate'),
    attach: refuse('attach'),
    detach: refuse('detach'),
    insertMany: refuseLater('insertMany'),
    upsert: refuseLater('upsert'),
    sync: refuseLater('sync'),
    flush: refuseLater('flush'),
    transaction: refuseLater('transaction'),
    afterCommit: refuse('afterCommit'),
  };
}

function createSource(database: Database): QuerySource {
  if (database.kind === 'document')
    return database.driver.createEngine({
      parts: database,
      repeats: undefined,
      write: refuseToWrite,
      async read(work) {
        try {
          return await work(undefined);
        } catch (error) {
          throw await toConstraintError(database, error);
        }
      },
    }).source;
  const { replicas } = database;
  return new SqlQuerySource({
    parts: database,
    write: refuseToWrite,
    isInTransaction: () => false,
    read: replicas === undefined ? (sql, parameters) => database.read(sql, parameters, undefined) : readAnywhere(database, replicas),
    kysely: () => database.kysely,
  });
}

/** Each query chooses anew: outside of units of work, nothing says which belong together. */
function readAnywhere(database: SqlDatabase, replicas: ReplicaSet): SqlAccess['read'] {
  return async (sql, parameters, isFresh) => (isFresh ? undefined : await replicas.read(sql, parameters)) ?? database.read(sql, parameters, undefined);
}
