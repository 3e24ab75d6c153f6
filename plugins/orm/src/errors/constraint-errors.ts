/** What can be wrong with the values of entities, as the rules of models or the database say it. */
import { OxiditeError } from '@oxidite/plugin-sdk';

/** One thing that is wrong with the input of a request, as the HTTP plugin reports it. */
export interface FieldIssue {
  readonly in: 'body' | 'query';
  /** A JSON Pointer: `/email`. */
  readonly path: string;
  readonly message: string;
}

/** Entities do not keep the rules of their models; nothing was written. */
export class EntityInvalidError extends OxiditeError {
  readonly code = 'OXI_ORM_INVALID_ENTITY';
  readonly status = 422;
  readonly model: string;
  readonly errors: readonly FieldIssue[];

  constructor(model: string, errors: readonly FieldIssue[]) {
    super(`The ${model} is not valid: ${errors.map(({ path, message }) => `${path} ${message}`).join('; ')}.`);
    this.model = model;
    this.errors = errors;
  }
}

/** A value exists already that has to be unique. */
export class UniqueViolationError extends OxiditeError {
  readonly code = 'OXI_ORM_UNIQUE_VIOLATION';
  readonly status = 409;
  readonly model: string;
  readonly errors: readonly FieldIssue[];

  constructor(model: string, errors: readonly FieldIssue[], cause: unknown) {
    super(`There is already such a ${model}: ${errors.map(({ path }) => path).join(', ')} has already been taken.`, cause);
    this.model = model;
    this.errors = errors;
  }
}

/** A row refers to one that does not exist, or one is deleted that others refer to. */
export class ForeignKeyViolationError extends OxiditeError {
  readonly code = 'OXI_ORM_FOREIGN_KEY_VIOLATION';
  readonly status = 409;
  readonly model: string;
  readonly errors: readonly FieldIssue[];

  constructor(model: string, message: string, errors: readonly FieldIssue[], cause: unknown) {
    super(message, cause);
    this.model = model;
    this.errors = errors;
  }
}

/** A value is missing that has to be there. */
export class NotNullViolationError extends OxiditeError {
  readonly code = 'OXI_ORM_NOT_NULL_VIOLATION';
  readonly status = 422;
  readonly model: string;
  readonly errors: readonly FieldIssue[];

  constructor(model: string, errors: readonly FieldIssue[], cause: unknown) {
    super(`The ${model} is not complete: ${errors.map(({ path }) => path).join(', ')} must not be empty.`, cause);
    this.model = model;
    this.errors = errors;
  }
}

/** A value breaks a check of the table. */
export class CheckViolationError extends OxiditeError {
  readonly code = 'OXI_ORM_CHECK_VIOLATION';
  readonly status = 422;
  readonly model: string;
  readonly errors: readonly FieldIssue[];

  constructor(model: string, errors: readonly FieldIssue[], cause: unknown) {
    super(`The ${model} is not valid: ${errors.map(({ path }) => path).join(', ') || 'a check of its table'} refuses the value.`, cause);
    this.model = model;
    this.errors = errors;
  }
}
