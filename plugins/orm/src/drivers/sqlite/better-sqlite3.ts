/** The part of better-sqlite3 that is used, and how it is loaded; the package has no types of its own. */
import { DriverMissingError } from '../../errors.ts';

/** A prepared statement. */
export interface SqliteStatement {
  /** Whether it returns rows. */
  readonly reader: boolean;
  all(parameters: readonly unknown[]): unknown[];
  run(parameters: readonly unknown[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
  /** Returns rows as arrays. */
  raw(on: boolean): this;
  /** Returns whole numbers as `bigint`. */
  safeIntegers(on: boolean): this;
}

/** An open database. */
export interface SqliteDatabase {
  readonly inTransaction: boolean;
  readonly open: boolean;
  prepare(sql: string): SqliteStatement;
  exec(sql: string): unknown;
  pragma(source: string, options?: { readonly simple?: boolean }): unknown;
  close(): void;
}

/** Opens a database. */
export type OpenSqlite = new (file: string, options: { readonly timeout: number }) => SqliteDatabase;

const PACKAGE: string = 'better-sqlite3';

/**
 * Loads the package.
 * @throws {DriverMissingError} when it is not installed, or cannot run here.
 */
export async function loadBetterSqlite(): Promise<OpenSqlite> {
  try {
    const loaded: { readonly default: OpenSqlite } = await import(PACKAGE);
    return loaded.default;
  } catch (error) {
    throw new DriverMissingError('sqlite', PACKAGE, error);
  }
}
