/** What can be wrong with models, and with queries for them. */
import { OxiditeError, toMessage } from '@oxidite/plugin-sdk';
import type { FieldIssue } from './constraint-errors.ts';

/** A model cannot be used as it is declared. */
export class ModelInvalidError extends OxiditeError {
  readonly code = 'OXI_ORM_MODEL_INVALID';
  readonly model: string;

  constructor(model: string, problem: string) {
    super(`Model "${model}" cannot be used: ${problem}.`);
    this.model = model;
  }
}

/** A model is used that the application has not loaded. */
export class ModelUnknownError extends OxiditeError {
  readonly code = 'OXI_ORM_MODEL_UNKNOWN';
  readonly model: string;

  constructor(model: string, directory: string) {
    super(`Model "${model}" is not loaded. Export it from a file in ${directory}, or name it in the "models" option of the orm plugin.`);
    this.model = model;
  }
}

/** The models could not be imported. */
export class ModelImportError extends OxiditeError {
  readonly code = 'OXI_ORM_MODEL_IMPORT';
  readonly file: string;

  constructor(file: string, cause: unknown) {
    super(`The models in ${file} could not be imported: ${toMessage(cause)}`, cause);
    this.file = file;
  }
}

/** A query asks for something that the model does not have, or compares a field with a value of another type. */
export class QueryInvalidError extends OxiditeError {
  readonly code = 'OXI_ORM_QUERY_INVALID';
  readonly model: string;

  constructor(model: string, problem: string) {
    super(`The query for ${model} cannot be run: ${problem}.`);
    this.model = model;
  }
}

/** A cursor is not one that a list of this model in this order has given. */
export class CursorInvalidError extends OxiditeError {
  readonly code = 'OXI_ORM_CURSOR_INVALID';
  readonly status = 422;
  readonly model: string;
  readonly errors: readonly FieldIssue[];

  constructor(model: string, side: 'after' | 'before') {
    super(`The cursor "${side}" is not one of this list of ${model}: it was changed, or given by a list in another order. Begin with the first page.`);
    this.model = model;
    this.errors = [{ in: 'query', path: `/${side}`, message: 'is not a cursor of this list' }];
  }
}
