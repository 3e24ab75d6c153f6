/** The connection that MikroORM has to MongoDB: sessions end with their transactions, and where there are none, it goes without. */
import {
  type Configuration,
  DeadlockException,
  type DriverException,
  type EntityMetadata,
  type EntityProperty,
  ExceptionConverter,
  LockWaitTimeoutException,
  Platform,
  type PopulateOptions,
  TableExistsException,
  UniqueConstraintViolationException,
} from '@mikro-orm/core';
import { MongoConnection, MongoPlatform } from '@mikro-orm/mongodb';
import type { Logger } from '@oxidite/plugin-sdk';
import type { ClientSession } from 'mongodb';

/** Source: MongoDB, "Error Codes". */
const EXCEPTIONS = new Map<unknown, new (error: Error) => DriverException>([
  [24, LockWaitTimeoutException],
  [48, TableExistsException],
  [112, DeadlockException],
  [11_000, UniqueConstraintViolationException],
]);
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** What a connection needs to know. */
export interface ConnectionTraits {
  readonly hasTransactions: boolean;
  readonly logger: Logger;
}

type BeginOptions = Parameters<MongoConnection['begin']>[0];
type Broadcaster = Parameters<MongoConnection['commit']>[1];

/** MikroORM's connection. */
export class DocumentConnection extends MongoConnection {
  readonly #traits: ConnectionTraits;
  #hasWarned = false;

  constructor(config: Configuration, traits: ConnectionTraits) {
    super(config);
    this.#traits = traits;
  }

  /** Without transactions, a session without one takes its place, so that a flush writes one document after the other. */
  override async begin(options: BeginOptions = {}): Promise<ClientSession> {
    if (this.#traits.hasTransactions) return super.begin(options);
    if (!this.#hasWarned)
      this.#traits.logger.warn(
        {},
        'the server runs alone and has no transactions: what several documents are changed by may happen in part; run it as a replica set',
      );
    this.#hasWarned = true;
    return this.getClient().startSession();
  }

  override async commit(session: ClientSession, broadcaster?: Broadcaster): Promise<void> {
    try {
      if (session.inTransaction()) await super.commit(session, broadcaster);
    } finally {
      if (!session.inTransaction()) await session.endSession();
    }
  }

  /** What was committed, or refused to be, is over. */
  override async rollback(session: ClientSession, broadcaster?: Broadcaster): Promise<void> {
    try {
      if (session.inTransaction()) await super.rollback(session, broadcaster);
    } finally {
      await session.endSession();
    }
  }
}

/** Says what kind of error the client's is, which stays its cause. */
class DocumentExceptionConverter extends ExceptionConverter {
  override convertException(error: Error & { readonly code?: unknown }): DriverException {
    const Exception = EXCEPTIONS.get(error.code);
    return Object.assign(Exception === undefined ? super.convertException(error) : new Exception(error), { cause: error });
  }
}

/** What MikroORM knows of MongoDB, but for pairs: they are documents of their own, so that they mean the same on every database. */
export class DocumentPlatform extends MongoPlatform {
  readonly #exceptions = new DocumentExceptionConverter();

  override getExceptionConverter(): ExceptionConverter {
    return this.#exceptions;
  }

  override usesPivotTable(): boolean {
    return true;
  }

  override shouldHaveColumn<Row>(property: EntityProperty<Row>, populate: PopulateOptions<Row>[], exclude?: string[]): boolean {
    return Platform.prototype.shouldHaveColumn.call(this, property as EntityProperty, populate as PopulateOptions<unknown>[], exclude); // not as of lists of keys
  }

  /** The keys of pairs have two ends. */
  override validateMetadata(meta: EntityMetadata): void {
    if (meta.pivotTable !== true && !meta.compositePK) super.validateMetadata(meta);
  }
}

/** Returns what takes back what MikroORM's connection does to dates: it would change how all dates of the process are logged. */
export function keepDates(): () => void {
  const before = Object.getOwnPropertyDescriptor(Date.prototype, INSPECT);
  return () => {
    if (before === undefined) Reflect.deleteProperty(Date.prototype, INSPECT);
    else Reflect.defineProperty(Date.prototype, INSPECT, before);
  };
}
