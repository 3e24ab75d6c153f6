/** What can be wrong with factories. */
import { OxiditeError, toMessage, toSuggestion } from '@oxidite/plugin-sdk';

/** A factory cannot make an entity. */
export class FactoryUnableError extends OxiditeError {
  readonly code = 'OXI_ORM_FACTORY_UNABLE';
  readonly model: string;

  constructor(model: string, problem: string) {
    super(`No ${model} can be made: ${problem}.`);
    this.model = model;
  }
}

/** The factories of an application cannot be used: a file threw, or a model has two. */
export class FactoryInvalidError extends OxiditeError {
  readonly code = 'OXI_ORM_FACTORY_INVALID';
  readonly file: string;

  constructor(file: string, cause: unknown) {
    super(`The factories in ${file} cannot be used: ${toMessage(cause)}`, cause);
    this.file = file;
  }
}

/** A factory has no state of this name. */
export class FactoryStateUnknownError extends OxiditeError {
  readonly code = 'OXI_ORM_FACTORY_STATE_UNKNOWN';
  readonly model: string;
  readonly state: string;

  constructor(model: string, state: string, known: readonly string[]) {
    super(`The factory of ${model} has no state "${state}".${toSuggestion(state, known)} There are: ${known.join(', ') || 'none'}.`);
    this.model = model;
    this.state = state;
  }
}
