/** What can be wrong with the connections of an application that has several databases. */
import { OxiditeError, toMessage } from '@oxidite/plugin-sdk';

/** There is no connection of this name. */
export class ConnectionUnknownError extends OxiditeError {
  readonly code = 'OXI_ORM_CONNECTION_UNKNOWN';
  readonly connection: string;
  readonly known: readonly string[];

  constructor(connection: string, known: readonly string[], model?: string) {
    super(
      `There is no connection "${connection}"${model === undefined ? '' : `, which the model "${model}" names`}. ` +
        `There are: ${known.map((name) => `"${name}"`).join(', ')}. Add it to the option "connections" of the orm plugin, or use one of these.`,
    );
    this.connection = connection;
    this.known = known;
  }
}

/** A model was used with the orm of a connection that does not keep it. */
export class ConnectionMismatchError extends OxiditeError {
  readonly code = 'OXI_ORM_CONNECTION_MISMATCH';
  readonly model: string;

  constructor(model: string, connection: string, used: string) {
    super(
      `Model "${model}" is kept by the connection "${connection}", and this is the orm of "${used}". ` +
        `Use the orm of your services, which finds the connection by itself, or orm.on(${JSON.stringify(connection)}).`,
    );
    this.model = model;
  }
}

/** Of the connections of a unit of work, some have committed and one has failed. */
export class FlushPartialError extends OxiditeError {
  readonly code = 'OXI_ORM_FLUSH_PARTIAL';
  /** The connection that failed. */
  readonly connection: string;
  /** Those whose changes are committed, and stay. */
  readonly committed: readonly string[];

  constructor(connection: string, committed: readonly string[], cause: unknown) {
    super(
      `The changes of the connection "${connection}" were not written: ${toMessage(cause)} ` +
        `Those of ${committed.map((name) => `"${name}"`).join(', ')} were committed before, and stay: each connection has a transaction of its own. ` +
        'What is missing has to be written again, or what stays undone, by whoever catches this.',
      cause,
    );
    this.connection = connection;
    this.committed = committed;
  }
}

/** The pool of this process is larger than what the server gives to it. */
export class PoolTooLargeError extends OxiditeError {
  readonly code = 'OXI_ORM_POOL_TOO_LARGE';
  readonly poolSize: number;
  readonly limit: number;

  constructor(database: string, { poolSize, limit, option }: { readonly poolSize: number; readonly limit: number; readonly option: string }) {
    super(
      `The pool for ${database} may open ${poolSize} connections, and the server gives this user at most ${limit}. ` +
        `Set the option "${option}" to less than ${limit}, divided by the number of processes, or raise the limit of the server.`,
    );
    this.poolSize = poolSize;
    this.limit = limit;
  }
}
