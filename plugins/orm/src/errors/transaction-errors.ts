/** What can be wrong in the use of transactions, of locks, and of the hooks of a flush. */
import { OxiditeError } from '@oxidite/plugin-sdk';

/** A transaction was asked for in a way that it cannot be. */
export class TransactionOptionsError extends OxiditeError {
  readonly code = 'OXI_ORM_TRANSACTION_OPTIONS';
  readonly option: string;

  constructor(option: string, problem: string) {
    super(`orm.transaction() cannot be run with this option "${option}": ${problem}.`);
    this.option = option;
  }
}

/** Something was written in a transaction that only reads. */
export class TransactionReadOnlyError extends OxiditeError {
  readonly code = 'OXI_ORM_TRANSACTION_READ_ONLY';

  constructor(cause: unknown) {
    super('This transaction only reads, and something in it writes. Write in another transaction, or leave out the option "readOnly".', cause);
  }
}

/** Rows were to be locked where no transaction would keep the lock. */
export class LockOutsideTransactionError extends OxiditeError {
  readonly code = 'OXI_ORM_LOCK_OUTSIDE_TRANSACTION';
  readonly model: string;

  constructor(model: string) {
    super(
      `A ${model} was to be locked outside of a transaction, where the lock would end at once. Lock it inside of orm.transaction(async () => { … }), and change it there too.`,
    );
    this.model = model;
  }
}

/** An entity was changed by somebody else since it was read. */
export class EntityConflictError extends OxiditeError {
  readonly code = 'OXI_ORM_ENTITY_CONFLICT';
  readonly status = 409;
  readonly model: string;
  /** The version that was expected. */
  readonly expected: number | undefined;
  /** The version that it has; `undefined` when the row is gone. */
  readonly found: number | undefined;

  constructor(model: string, expected: number | undefined, found: number | undefined) {
    const state = found === undefined ? 'is gone' : `has version ${found}`;
    super(`The ${model} was changed by somebody else: version ${expected ?? 'unknown'} was expected, and it ${state}. Read it again, and decide anew.`);
    this.model = model;
    this.expected = expected;
    this.found = found;
  }
}

/** A tap of a hook of the flush flushes, or opens a transaction, itself. */
export class FlushInTapError extends OxiditeError {
  readonly code = 'OXI_ORM_FLUSH_IN_TAP';

  constructor(member: string) {
    super(
      `orm.${member}() was called by a tap of a hook of this very flush. Just change or create entities there: they are written with it. For anything else open a unit of work: orm.unitOfWork().`,
    );
  }
}

/** Taps of the hooks of a flush create something new each time something was written. */
export class FlushEndlessError extends OxiditeError {
  readonly code = 'OXI_ORM_FLUSH_ENDLESS';
  readonly models: readonly string[];

  constructor(models: readonly string[]) {
    super(
      `The flush does not end: its hooks change further entities each time (${models.join(', ')}). Let the taps leave out the models that they write themselves.`,
    );
    this.models = models;
  }
}
