/**
 * What the rest of the package needs of a database: how MikroORM reaches it, how plain rows are read, and how values are
 * stored. Beside this file there is a folder for each kind of database, imported only when it is chosen.
 */
import type { Dictionary, IDatabaseDriver, Options, Transaction } from '@mikro-orm/core';
import type { Logger } from '@oxidite/plugin-sdk';
import type { Dialect, RawBuilder, SqlBool } from 'kysely';
import type { LeakWatch } from '../connections/leak-watch.ts';
import type { FieldSpec } from '../model/field.ts';
import type { DocumentAccess, DocumentParts, UnitEngine } from '../unit-engine.ts';
import type { LinkChange } from '../entities/flush-links.ts';
import type { Migrator, MigratorPlace } from '../migrations/migrator.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import type { LockMode, LockOptions } from '../query/lock.ts';
import type { SchemaTools } from '../schema-tools.ts';
import type { SearchDialect } from './search-dialect.ts';
import type { SchemaChanges, SchemaSnapshot } from './schema-snapshot.ts';

/** The names of the drivers that exist. */
export const DRIVER_NAMES = ['sqlite', 'postgresql', 'mysql', 'mariadb', 'mongodb'] as const;

/** The name of a driver. */
export type DriverName = (typeof DRIVER_NAMES)[number];

/** The name of a driver of a database that understands SQL. */
export type SqlDriverName = Exclude<DriverName, 'mongodb'>;

/** What every driver is given besides its own options. */
export interface DriverParts {
  /** Whether a model has 64-bit numbers, which JavaScript numbers do not hold. */
  readonly bigints: boolean;
  readonly logger: Logger;
  /** Told of transactions, and of connections that are held. */
  readonly watch: LeakWatch;
}

/** Rows as arrays, in the order of the selected columns. */
export type RawRows = readonly (readonly unknown[])[];

/** A part of a migration that may fail without harming what was done before. */
export interface SchemaConnection {
  /** Runs one statement, whose parameters stand at `?`, or several that have none. */
  execute(sql: string, parameters?: readonly unknown[]): void | Promise<void>;
  /** Runs a query and returns its rows. */
  query(sql: string, parameters?: readonly unknown[]): readonly Dictionary[] | Promise<readonly Dictionary[]>;
  /** Runs `work` so that all of it happens, or nothing but what {@link commits} tells. */
  atomically<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Tells whether a statement cannot be undone, nor what was done before it. */
  commits(sql: string): boolean;
  /**
   * Runs `work` outside of a transaction: what was done before is committed, and the lock stays. Missing where the transaction
   * is the lock.
   */
  withoutTransaction?<Result>(work: (connection: SchemaConnection) => Promise<Result>): Promise<Result>;
  /** Where not everything can be undone: how is decided what stays. Elsewhere it is missing. */
  readonly lasting?: {
    /** Whether each statement stays from its end on, also one that changes rows. */
    readonly keepsEach: boolean;
    /** Makes stay what was done so far. */
    commit(): Promise<void>;
    /** Undoes what can be undone. */
    rollback(): Promise<void>;
  };
  /** What is seen in the database of a statement whose end nobody has seen. Missing where all is undone. */
  readonly traces?: StatementTraces;
}

/** What is seen in the database of a statement whose end nobody has seen. */
export interface StatementTraces {
  /** Returns a text that is another after the statement has changed tables. */
  fingerprint(statement: string): Promise<string>;
  /** Names the indexes that the statement has begun to build and left unusable. */
  listInvalid(statement: string): Promise<readonly string[]>;
}

/** What the database said of a constraint that was violated. */
export interface ViolatedConstraint {
  /** The columns it is about, as far as the database names them. */
  readonly columns: readonly { readonly table: string; readonly column: string }[];
  /** Of a foreign key: whether others refer to the row; `undefined` when the database does not say. */
  readonly isReferenced?: boolean;
  /** Of a check: its name, where the database says it. */
  readonly check?: string | undefined;
}

/** What a database can hold. */
export interface ValueTraits {
  /** The type of texts of any length. */
  readonly textColumn: string;
  /** Whether the type `integer` is too small for the numbers that JavaScript holds exactly. */
  readonly smallIntegers: boolean;
  /** Whether texts may hold the character U+0000. */
  readonly holdsNul: boolean;
  /** Whether texts of any length can be unique or have an index. */
  readonly indexesTexts: boolean;
  /** Whether a check may look at a column that a foreign key sets to null. */
  readonly checksSetNull: boolean;
  /** The most digits of a decimal. */
  readonly decimalDigits: number;
}

/** What a database that understands SQL does in its own way. */
export interface DialectTraits extends ValueTraits {
  /** The column that counts the rows of a table. */
  readonly counterColumn: string;
  /** What stands in an insert for a key that counts up. */
  readonly nextKey: 'default' | 'null';
  /** Lists the names of the columns of the table whose name is the parameter. */
  readonly columnsQuery: string;
  /** Returns a query for the name, the number of rows and the size in bytes of each of these tables; what is negative or null is not known. */
  readonly sizesQuery: (tables: readonly string[]) => string;
  /** Whether changes of tables can be undone, so that a migration happens as a whole or not at all. */
  readonly undoesChanges: boolean;
  /** Compares a text with a pattern, whatever the case of their letters; a backslash takes the meaning from the sign behind it. */
  readonly like: (text: RawBuilder<unknown>, pattern: RawBuilder<unknown>) => RawBuilder<SqlBool>;
  /** Writes a bound limit or offset. */
  readonly limit: (rows: RawBuilder<number>) => RawBuilder<number>;
  /** Whether a statement with a bound limit is planned anew whenever it runs, because nothing is known of that limit before. */
  readonly plansByLimit: boolean;
  /** Whether an insert can say `on conflict do nothing`. */
  readonly onConflict: boolean;
  /** Whether `null` comes after all values when rows are sorted; here it comes before them on every database. */
  readonly nullsLast: boolean;
  /** Whether a transaction can go on after one of its statements has failed. */
  readonly outlivesErrors: boolean;
  /** Whether only texts can be compared with a pattern. */
  readonly strictTypes: boolean;
  /** The most parameters of one statement. */
  readonly maxParameters: number;
  /** What stands for a parameter, counted from 1. */
  readonly placeholder: (position: number) => string;
  /** Returns what stands at the end of a query that locks its rows `t0`; `undefined` where nothing is locked. */
  readonly lock: (mode: LockMode, options: LockOptions) => string | undefined;
  /** Whether a statement that writes can return rows. */
  readonly returning: boolean;
  /** Whether a statement that deletes names the alias of its table first, and cannot read that table a second time. */
  readonly namesDeleted: boolean;
}

/** The connections of a pool. */
export interface PoolStats {
  /** How many are open. */
  readonly size: number;
  /** How many of them nobody uses. */
  readonly idle: number;
  /** How many statements and transactions wait for one. */
  readonly waiting: number;
}

/** How a database holds values. */
export interface ValueDriver {
  readonly traits: ValueTraits;
  /** Tells how a value is stored; `undefined`: as it is. */
  toStored(spec: FieldSpec): ((value: never) => unknown) | undefined;
  /** Tells what a stored value means; `undefined`: itself. It is never called with `null`. */
  toValue(spec: FieldSpec): ((stored: never) => unknown) | undefined;
}

/** What every database has. */
interface DriverBase extends ValueDriver {
  readonly name: DriverName;
  /** What the database is called in messages. */
  readonly label: string;
  /** The part of MikroORM's options that is of this database. */
  readonly mikroOptions: Partial<Options<IDatabaseDriver>>;
  /** Tells whether an error means that the database cannot be reached, or has no connection free. */
  isUnavailable(error: unknown): boolean;
  /** Says what a violated constraint is about. */
  explainViolation(error: Error): ViolatedConstraint | Promise<ViolatedConstraint>;
  /** Tells how its connections are used; missing where there is only one. */
  pool?(): PoolStats;
  /** Asks the server how many connections it gives to this user at most; missing where it does not tell. */
  readConnectionLimit?(): Promise<number>;
  /** Closes what MikroORM does not close by itself. */
  close(): void | Promise<void>;
}

/** A database that understands SQL. */
export interface SqlDriver extends DriverBase {
  readonly kind: 'sql';
  readonly name: SqlDriverName;
  readonly traits: DialectTraits;
  /** How texts are searched. */
  readonly search: SearchDialect;
  /** Compiles queries without a connection. */
  readonly compileDialect: Dialect;
  /**
   * Runs a query. Inside a transaction it sees what that has written; outside it sees only what is committed.
   * @param transaction the caller's own, when one is open.
   */
  read(sql: string, parameters: readonly unknown[], transaction: Transaction | undefined): RawRows | Promise<RawRows>;
  /** Runs `work` while no other process can change the schema; rolls everything back that can be when it throws. */
  changeSchema<Result>(work: (connection: SchemaConnection) => Promise<Result>): Promise<Result>;
  /** Describes the tables, but those that are ignored. */
  readSchema(ignored: readonly string[]): Promise<SchemaSnapshot>;
  /** Returns the statements from one state of the tables to another, and back. */
  compareSchemas(from: SchemaSnapshot, to: SchemaSnapshot): SchemaChanges;
  /** Opens a database of the same kind that is empty and gone when it is closed. */
  createScratch(): Promise<SqlDriver>;
}

/** A database of documents. What needs SQL elsewhere is done by itself. */
export interface DocumentDriver extends DriverBase {
  readonly kind: 'document';
  readonly name: 'mongodb';
  /** Whether the server has transactions; it has when it is a replica set, or a cluster of them. */
  readonly hasTransactions: boolean;
  /** How MikroORM remembers values, which it compares. */
  readonly entityValues: ValueDriver;
  /** Asks the server for a sign of life. */
  ping(): Promise<void>;
  /** Creates what runs the queries and bulk writes of one unit of work. */
  createEngine(access: DocumentAccess): UnitEngine;
  /** Writes pairs of many-to-many relations, in the transaction that is open. */
  writeLinks(transaction: Transaction | undefined, links: readonly LinkChange[]): Promise<void>;
  /** Reads the versions of entities by their keys, in the transaction that is open. */
  readVersions(layout: ModelLayout, keys: readonly unknown[], transaction: Transaction | undefined): Promise<ReadonlyMap<unknown, number>>;
  createMigrator(parts: DocumentParts, place: MigratorPlace): Migrator;
  createSchemaTools(parts: DocumentParts): SchemaTools;
}

/** A database. */
export type DatabaseDriver = DocumentDriver | SqlDriver;
