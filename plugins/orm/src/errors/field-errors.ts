/** What can be wrong with what a field stores. None of these has the value itself in its message. */
import { OxiditeError } from '@oxidite/plugin-sdk';

/** The cast of a field cannot make a value of what is stored. */
export class CastFailedError extends OxiditeError {
  readonly code = 'OXI_ORM_CAST_FAILED';
  readonly model: string;
  readonly field: string;

  constructor({ model, field }: { readonly model: string; readonly field: string }, cause: unknown) {
    super(`The cast of ${model}.${field} cannot make a value of what is stored; its fromStored has thrown, see "cause". Correct the row, or the cast.`, cause);
    this.model = model;
    this.field = field;
  }
}
