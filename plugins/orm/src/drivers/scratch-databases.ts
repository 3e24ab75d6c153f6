/** Databases that are thrown away, in which models and migrations are tried. */
import { randomBytes } from 'node:crypto';
import { DatabaseOpenError } from '../errors.ts';
import { databaseOf } from './database-url.ts';
import type { SqlDriver } from './driver.ts';
import { quote } from './quote.ts';

/** Names have at most 63 bytes on PostgreSQL, and 64 characters on MySQL. */
const MAX_OWNER_LENGTH = 16;

/** What a server has to do for them. */
export interface ScratchServer {
  /** Where the application's own database is. */
  readonly url: string;
  /** Runs one statement. */
  run(sql: string): Promise<unknown>;
  /** Opens a database of the server. */
  connect(url: string): Promise<SqlDriver>;
  /** What follows on `create database "name"`. */
  readonly creation: string;
  /** What follows on `drop database if exists "name"`. */
  readonly removal: string;
  /** Returns the statements that empty a database, run in it. */
  toEmptying(name: string): string;
}

/**
 * Creates databases that are thrown away, on the same server: the user must be allowed to. Making one takes a tenth of a
 * second, so one that is given back is emptied and kept until the end.
 */
export class ScratchDatabases {
  readonly #server: ScratchServer;
  readonly #idle: SqlDriver[] = [];
  readonly #names = new Map<SqlDriver, string>();

  constructor(server: ScratchServer) {
    this.#server = server;
  }

  /** Returns an empty database; closing it gives it back. */
  async take(): Promise<SqlDriver> {
    const scratch = this.#idle.pop() ?? (await this.#create());
    return { ...scratch, close: () => this.#giveBack(scratch) };
  }

  /** Drops all of them. */
  async close(): Promise<void> {
    for (const [scratch, name] of this.#names) {
      await scratch.close();
      await this.#drop(name);
    }
    this.#names.clear();
  }

  async #create(): Promise<SqlDriver> {
    const url = new URL(this.#server.url);
    const owner = databaseOf(this.#server.url).slice(0, MAX_OWNER_LENGTH);
    const name = `${owner}_scratch_${randomBytes(8).toString('hex')}`; // not the kernel's randomness: processes that share the server may be seeded alike
    try {
      await this.#server.run(`create database ${quote(name)} ${this.#server.creation}`);
    } catch (error) {
      throw new DatabaseOpenError(name, 'Comparing models and tables needs a database that is thrown away: let the user create databases.', error);
    }
    url.pathname = `/${encodeURIComponent(name)}`;
    try {
      const scratch = await this.#server.connect(url.href);
      this.#names.set(scratch, name);
      return scratch;
    } catch (error) {
      await this.#drop(name);
      throw error;
    }
  }

  async #giveBack(scratch: SqlDriver): Promise<void> {
    const name = this.#names.get(scratch);
    if (name === undefined) return; // all are gone already
    await scratch.changeSchema(async (connection) => connection.execute(this.#server.toEmptying(name)));
    this.#idle.push(scratch);
  }

  async #drop(name: string): Promise<void> {
    await this.#server.run(`drop database if exists ${quote(name)} ${this.#server.removal}`);
  }
}
