/**
 * What the rest of the package needs of a database: how MikroORM reaches it, how plain rows are read, and how values are
 * stored. One file of this folder per database, imported only when it is chosen.
 */
import type { Logger } from '@oxidite/plugin-sdk';
import type { Dictionary, IDatabaseDriver, Options } from '@mikro-orm/core';
import type { Dialect } from 'kysely';
import type { FieldSpec } from '../model/field.ts';
import type { SchemaChanges, SchemaSnapshot } from './schema-snapshot.ts';

/** The names of the drivers that exist. */
export const DRIVER_NAMES = ['sqlite'] as const;

/** The name of a driver. */
export type DriverName = (typeof DRIVER_NAMES)[number];

/** Options of a driver. */
export interface DriverOptions {
  /** A file, absolute, or `:memory:`. */
  readonly database: string;
  /** How long a statement waits for another process's lock, in milliseconds. */
  readonly busyTimeoutMs: number;
  /** Whether a model has 64-bit numbers, which JavaScript numbers do not hold. */
  readonly bigints: boolean;
  readonly logger: Logger;
}

/** Rows as arrays, in the order of the selected columns. */
export type RawRows = readonly (readonly unknown[])[];

/** A part of a migration that may fail without harming what was done before. */
export interface SchemaConnection {
  /** Runs one statement, or several that have no parameters. */
  execute(sql: string, parameters?: readonly unknown[]): void | Promise<void>;
  /** Runs a query and returns its rows. */
  query(sql: string, parameters?: readonly unknown[]): readonly Dictionary[] | Promise<readonly Dictionary[]>;
  /** Runs `work` so that all of it happens, or nothing. */
  atomically<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** A database. */
export interface DatabaseDriver {
  readonly name: DriverName;
  /** What the database is called in messages. */
  readonly label: string;
  /** The part of MikroORM's options that is of this database. */
  readonly mikroOptions: Partial<Options<IDatabaseDriver>>;
  /** Compiles queries without a connection. */
  readonly compileDialect: Dialect;
  /**
   * Runs a query. Inside a transaction it sees what that has written; outside it sees only what is committed.
   * @param inTransaction whether the caller's own transaction is open.
   */
  read(sql: string, parameters: readonly unknown[], inTransaction: boolean): RawRows | Promise<RawRows>;
  /** Tells how a value is stored; `undefined`: as it is. */
  toStored(spec: FieldSpec): ((value: never) => unknown) | undefined;
  /** Tells what a stored value means; `undefined`: itself. It is never called with `null`. */
  toValue(spec: FieldSpec): ((stored: never) => unknown) | undefined;
  /** Runs `work` while no other process can change the schema; rolls everything back when it throws. */
  changeSchema<Result>(work: (connection: SchemaConnection) => Promise<Result>): Promise<Result>;
  /** Describes the tables, but those that are ignored. */
  readSchema(ignored: readonly string[]): Promise<SchemaSnapshot>;
  /** Returns the statements from one state of the tables to another, and back. */
  compareSchemas(from: SchemaSnapshot, to: SchemaSnapshot): SchemaChanges;
  /** Opens a database of the same kind that is empty and gone when it is closed. */
  createScratch(): Promise<DatabaseDriver>;
  /** Closes what MikroORM does not close by itself. */
  close(): void | Promise<void>;
}
