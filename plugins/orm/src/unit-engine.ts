/**
 * What a unit of work asks of its kind of database, besides entities: queries, and what is written past the entities. There is
 * one engine for the databases that understand SQL, and one for each other kind, which its driver makes.
 */
import type { Transaction } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { UpsertChoice } from './bulk/bulk-writer.ts';
import type { DatabaseParts } from './database.ts';
import type { SyncResult, WantedPairs } from './entities/sync-links.ts';
import type { ModelLayout } from './model/model-layout.ts';
import type { QuerySource } from './query/query-source.ts';
import type { RepeatedQueries } from './repeated-queries.ts';

/** What a unit of work asks of its kind of database. */
export interface UnitEngine {
  /** Runs queries; it may read from a replica. */
  readonly source: QuerySource;
  /** Never reads from a replica. */
  readonly primary: QuerySource;
  /** Inserts rows, all or none, and returns their keys in the same order. */
  insertMany(layout: ModelLayout, rows: readonly Readonly<Record<string, unknown>>[]): Promise<readonly unknown[]>;
  /** Inserts rows or changes those that are there, all or none. */
  upsert(layout: ModelLayout, rows: readonly Readonly<Record<string, unknown>>[], choice: UpsertChoice): Promise<void>;
  /** Encrypts anew what an older key has encrypted; returns how many rows there were. */
  reencrypt(layout: ModelLayout): Promise<number>;
  /** Makes the pairs of one entity exactly those that are wanted, in the transaction of `em`. */
  sync(em: SqlEntityManager, wanted: WantedPairs): Promise<SyncResult<unknown>>;
}

/** What a driver of documents needs of its database. */
export type DocumentParts = Pick<DatabaseParts, 'clock' | 'driver' | 'layouts' | 'logger' | 'random'>;

/** The way of one unit of work to a database of documents. Its errors come out as Oxidite's. */
export interface DocumentAccess {
  readonly parts: DocumentParts;
  /** Runs what reads; `transaction` is the one that is open, if there is one. */
  read<Result>(work: (transaction: Transaction | undefined) => Promise<Result>): Promise<Result>;
  /**
   * Runs what writes.
   * @throws {NoUnitOfWorkError} outside of a unit of work.
   */
  write<Result>(work: (transaction: Transaction | undefined) => Promise<Result>): Promise<Result>;
  /** Counts queries; `undefined` when nobody wants to know. */
  readonly repeats: RepeatedQueries | undefined;
}
