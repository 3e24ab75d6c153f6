/** What can be wrong with files that commands write. */
import { OxiditeError, toSuggestion } from '@oxidite/plugin-sdk';

/** Files that would be written are there already; none was written. */
export class FilesExistError extends OxiditeError {
  readonly code = 'OXI_ORM_FILES_EXIST';
  readonly files: readonly string[];

  constructor(files: readonly string[]) {
    super(
      `Nothing was written, because ${files.join(', ')} ${files.length === 1 ? 'is' : 'are'} there already. Move or remove ${files.length === 1 ? 'it' : 'them'}, or choose another name; db:pull writes over files with --force.`,
    );
    this.files = files;
  }
}

/** A table is named that the database does not have. */
export class TableUnknownError extends OxiditeError {
  readonly code = 'OXI_ORM_TABLE_UNKNOWN';
  readonly table: string;

  constructor(table: string, tables: readonly string[]) {
    super(`There is no table "${table}".${toSuggestion(table, tables)} There are: ${tables.join(', ') || 'none'}.`);
    this.table = table;
  }
}

/** A name or a field that is given to a command cannot be used. */
export class SourceNameError extends OxiditeError {
  readonly code = 'OXI_ORM_SOURCE_NAME';
  readonly given: string;

  constructor(given: string, problem: string) {
    super(`"${given}" cannot be used: ${problem}. Nothing was written.`);
    this.given = given;
  }
}
