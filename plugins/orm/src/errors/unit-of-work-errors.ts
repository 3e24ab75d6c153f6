/** What can be wrong in the use of a unit of work and of its entities. */
import { OxiditeError, toMessage } from '@oxidite/plugin-sdk';

/** Entities were asked for where there is no unit of work. */
export class NoUnitOfWorkError extends OxiditeError {
  readonly code = 'OXI_ORM_NO_UNIT_OF_WORK';

  constructor(member: string) {
    super(
      `orm.${member} needs a unit of work, and outside of a request, job or command there is none. ` +
        'Take orm from the services your handler is given, or open one: orm.unitOfWork(async (orm) => { … }).',
    );
  }
}

/** A unit of work was used after it had ended. */
export class UnitOfWorkEndedError extends OxiditeError {
  readonly code = 'OXI_ORM_UNIT_OF_WORK_ENDED';

  constructor() {
    super('This unit of work has ended: its request, job or unitOfWork function is over. Await all work that uses orm before it returns.');
  }
}

/** A transaction cannot be committed, because a statement in it failed. */
export class TransactionFailedError extends OxiditeError {
  readonly code = 'OXI_ORM_TRANSACTION_FAILED';

  constructor(cause: unknown) {
    super(
      `The transaction was rolled back, because a flush in it had failed: ${toMessage(cause)}. ` +
        'Let the error leave the transaction function; to try something that may fail, put it into a nested orm.transaction().',
      cause,
    );
  }
}

/** Something inside a transaction waits for the connection that the transaction holds. */
export class TransactionDeadlockError extends OxiditeError {
  readonly code = 'OXI_ORM_TRANSACTION_DEADLOCK';

  constructor() {
    super(
      "This would wait for ever: it runs inside orm.transaction() and asks another unit of work, or the application's orm, for the connection that the transaction holds. " +
        'Use the orm of the transaction, or do it after the transaction.',
    );
  }
}

/** An entity is used whose transaction was rolled back. */
export class EntityStaleError extends OxiditeError {
  readonly code = 'OXI_ORM_ENTITY_STALE';
  readonly model: string;

  constructor(model: string) {
    super(`This ${model} belongs to a transaction that was rolled back, or to another unit of work. Load it again with orm.find or orm.get.`);
    this.model = model;
  }
}

/** What was looked for is not there. */
export class EntityNotFoundError extends OxiditeError {
  readonly code = 'OXI_ORM_ENTITY_NOT_FOUND';
  readonly status = 404;
  readonly model: string;

  constructor(model: string) {
    super(`No such ${model}.`);
    this.model = model;
  }
}
