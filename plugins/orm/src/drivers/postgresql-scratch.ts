/** Databases that are thrown away, in which models and migrations are tried. */
import { randomBytes } from 'node:crypto';
import { DatabaseOpenError } from '../errors.ts';
import type { DatabaseDriver } from './driver.ts';
import { type PgPool, withClient } from './pg.ts';
import { quote } from './quote.ts';

/** Names have at most 63 bytes. */
const MAX_OWNER_LENGTH = 16;

/**
 * Creates databases that are thrown away, on the same server: the user must be allowed to. Making one takes a tenth of a
 * second, so one that is given back is emptied and kept until the end.
 */
export class ScratchDatabases {
  readonly #pool: PgPool;
  readonly #url: string;
  readonly #connect: (url: string) => Promise<DatabaseDriver>;
  readonly #idle: DatabaseDriver[] = [];
  readonly #names = new Map<DatabaseDriver, string>();

  /** @param connect opens a database of the server at `url`. */
  constructor(pool: PgPool, url: string, connect: (url: string) => Promise<DatabaseDriver>) {
    this.#pool = pool;
    this.#url = url;
    this.#connect = connect;
  }

  /** Returns an empty database; closing it gives it back. */
  async take(): Promise<DatabaseDriver> {
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

  async #create(): Promise<DatabaseDriver> {
    const url = new URL(this.#url);
    const owner = decodeURIComponent(url.pathname.slice(1)).slice(0, MAX_OWNER_LENGTH);
    const name = `${owner}_scratch_${randomBytes(8).toString('hex')}`; // not the kernel's randomness: processes that share the server may be seeded alike
    try {
      await withClient(this.#pool, (client) => client.query(`create database ${quote(name)} template template0`));
    } catch (error) {
      throw new DatabaseOpenError(name, 'Comparing models and tables needs a database that is thrown away: let the user create databases.', error);
    }
    url.pathname = `/${encodeURIComponent(name)}`;
    try {
      const scratch = await this.#connect(url.href);
      this.#names.set(scratch, name);
      return scratch;
    } catch (error) {
      await this.#drop(name);
      throw error;
    }
  }

  async #giveBack(scratch: DatabaseDriver): Promise<void> {
    await scratch.changeSchema(async (connection) => connection.execute('drop schema public cascade; create schema public'));
    this.#idle.push(scratch);
  }

  async #drop(name: string): Promise<void> {
    await withClient(this.#pool, (client) => client.query(`drop database if exists ${quote(name)} with (force)`));
  }
}
