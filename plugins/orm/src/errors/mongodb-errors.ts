/** What MongoDB does not have, or not this server. */
import { OxiditeError } from '@oxidite/plugin-sdk';

/** Something was asked of MongoDB that it does not have. */
export class NotOnMongodbError extends OxiditeError {
  readonly code = 'OXI_ORM_NOT_ON_MONGODB';
  readonly feature: string;

  /**
   * @param feature what was asked for.
   * @param reason why it is not there.
   * @param remedy what to do instead.
   */
  constructor(feature: string, reason: string, remedy: string) {
    super(`${feature} is not there on MongoDB: ${reason}. ${remedy}`);
    this.feature = feature;
  }
}

/** Another process has taken the lock of the migrations, because this one did not put its end off in time. */
export class MigrationLockLostError extends OxiditeError {
  readonly code = 'OXI_ORM_MIGRATION_LOCK_LOST';

  constructor(lockMs: number) {
    super(
      `This process has lost the lock of the migrations: it was held up for more than ${lockMs / 1_000} seconds, and another one may run them now. ` +
        'Run "oxidite migrate:status" when that one has ended, and finish or undo by hand what was interrupted.',
    );
  }
}
