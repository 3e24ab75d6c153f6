/** What can be wrong with seeders. */
import { OxiditeError, toMessage, toSuggestion } from '@oxidite/plugin-sdk';

/** There is no seeder of this name. */
export class SeederUnknownError extends OxiditeError {
  readonly code = 'OXI_ORM_SEEDER_UNKNOWN';
  readonly seeder: string;

  constructor(seeder: string, known: readonly string[], directory: string) {
    super(`There is no seeder "${seeder}" in ${directory}.${toSuggestion(seeder, known)} There are: ${known.join(', ') || 'none'}.`);
    this.seeder = seeder;
  }
}

/** A seeder failed; it left nothing. */
export class SeederFailedError extends OxiditeError {
  readonly code = 'OXI_ORM_SEEDER_FAILED';
  readonly seeder: string;

  constructor(seeder: string, cause: unknown) {
    super(`Seeder ${seeder} failed: ${toMessage(cause)} Nothing of it remains in the database.`, cause);
    this.seeder = seeder;
  }
}
