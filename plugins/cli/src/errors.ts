/** What can be wrong on the command line. */
import { OxiditeError, toMessage } from '@oxidite/kernel';

/** A command's name has a form that cannot be typed reliably. */
export class CommandNameError extends OxiditeError {
  readonly code = 'OXI_CLI_COMMAND_NAME';
  readonly command: string;

  constructor(command: string) {
    super(`"${command}" cannot be the name of a command. Use lower-case words joined by ":" and "-", like "shop:reindex".`);
    this.command = command;
  }
}

/** No command has this name. */
export class CommandUnknownError extends OxiditeError {
  readonly code = 'OXI_CLI_COMMAND_UNKNOWN';
  readonly command: string;

  constructor(command: string, suggestion: string, hasApplication: boolean) {
    const where = hasApplication ? '' : ' There is no oxidite.config.* here or above, so only the commands of oxidite itself are known.';
    super(`There is no command "${command}".${suggestion}${where} "oxidite --help" lists the commands.`);
    this.command = command;
  }
}

/** The arguments or flags do not fit the command. */
export class CommandUsageError extends OxiditeError {
  readonly code = 'OXI_CLI_USAGE';
  readonly command: string;
  readonly problems: readonly string[];

  constructor(command: string, problems: readonly string[], cause?: unknown) {
    super(`${problems.join('\n')}\n"oxidite ${command} --help" shows what it takes.`, cause);
    this.command = command;
    this.problems = problems;
  }
}

/** Two commands have one name. */
export class CommandDuplicateError extends OxiditeError {
  readonly code = 'OXI_CLI_COMMAND_DUPLICATE';
  readonly command: string;

  constructor(command: string, first: string, second: string) {
    super(`The command "${command}" is contributed by "${first}" and by "${second}". Give one of them another name.`);
    this.command = command;
  }
}

/** A schema of a command cannot be expressed on a command line. */
export class CommandSchemaError extends OxiditeError {
  readonly code = 'OXI_CLI_COMMAND_SCHEMA';
  readonly command: string;

  constructor(command: string, problem: string, cause?: unknown) {
    super(
      `The command "${command}" cannot be run: ${problem}. Use an object schema of strings, numbers, booleans, enums and arrays of them, like z.object({ … }).`,
      cause,
    );
    this.command = command;
  }
}

/** A module with commands cannot be used. */
export class CommandModuleError extends OxiditeError {
  readonly code = 'OXI_CLI_COMMAND_MODULE';
  readonly module: string;

  constructor(module: string, cause?: unknown) {
    super(
      cause === undefined
        ? `${module} exports no command. Export what defineCommand() returns, or move the file elsewhere.`
        : `${module} could not be imported: ${toMessage(cause)}`,
      cause,
    );
    this.module = module;
  }
}

/** The user's configuration threw while it was read. */
export class ConfigFailedError extends OxiditeError {
  readonly code = 'OXI_CLI_CONFIG_FAILED';
  readonly file: string;

  constructor(file: string, cause: unknown) {
    super(`${file} failed while it was read: ${toMessage(cause).replace(/\.$/, '')}. Correct it or what it imports, and install what is missing.`, cause);
    this.file = file;
  }
}

/** The user ended the command; the reason with which its signal aborts. */
export class CommandInterruptedError extends OxiditeError {
  readonly code = 'OXI_CLI_INTERRUPTED';
  readonly signal: 'SIGINT' | 'SIGTERM';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`The command was ended by ${signal}.`);
    this.signal = signal;
  }
}
