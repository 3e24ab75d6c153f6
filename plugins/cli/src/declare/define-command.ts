/**
 * Declares a command: what `oxidite <name>` runs. Like every function a user writes, it receives (input, services).
 * How its schemas become arguments and flags is in `run/command-spec.ts`; printing, in `output.ts`.
 */
import type { Services } from '@oxidite/kernel';
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import { CommandNameError } from '../errors.ts';
import type { Output } from './output.ts';

/** Marks a {@link Command}; shared by all copies of the package. */
export const COMMAND: unique symbol = Symbol.for('oxidite.command');

const NAME = /^[a-z][a-z0-9-]*(?::[a-z0-9][a-z0-9-]*)*$/;

/** An object schema that validates and can describe itself as JSON Schema: `z.object({ … })` of zod 4. */
export type CommandSchema = StandardSchemaV1 & StandardJSONSchemaV1;

/** What a command is, apart from the function it runs. */
export interface CommandDeclaration<
  Args extends CommandSchema | undefined = CommandSchema | undefined,
  Flags extends CommandSchema | undefined = CommandSchema | undefined,
> {
  /** One line, shown in the list of commands. */
  readonly summary: string;
  /** More lines, shown in the command's own help. */
  readonly description?: string;
  /** The positional arguments: the keys of the object, in their order. A last one that is an array takes all that remain. */
  readonly args?: Args;
  /** The flags: `dryRun: z.boolean()` is the switch `--dry-run`. `.meta({ alias: 'd' })` adds `-d`. */
  readonly flags?: Flags;
  /** Command lines to show in the help, without the leading `oxidite`. */
  readonly examples?: readonly string[];
  /**
   * Whether the kernel is booted first. Default: `true`. With `false` the services are only the kernel's own; only commands
   * in `app/commands` profit, because a plugin has to be set up to contribute one.
   */
  readonly boots?: boolean;
  /** Keeps the command out of the list of commands. Default: `false`. */
  readonly hidden?: boolean;
}

/** What a command is given: the validated arguments and flags, and how to answer. */
export interface CommandInput<Args = unknown, Flags = unknown> {
  readonly args: Args;
  readonly flags: Flags;
  /** Prints for humans; silent under `--json`. */
  readonly output: Output;
  /** Aborts on Ctrl-C and SIGTERM. The command then ends what it does and returns; a second Ctrl-C ends the process at once. */
  readonly signal: AbortSignal;
  /** Sets the exit code without giving up the result: for a check that has found something. Default: 0; after Ctrl-C, 130. */
  readonly exitWith: (code: number) => void;
  /** Asks whoever sits at the terminal something that is answered by yes or no. Missing where nobody does, and under `--json`. */
  readonly confirm?: (question: string) => Promise<boolean>;
}

/** The validated form of a schema; an empty object when there is none. */
export type OutputOf<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<Schema> : Readonly<Record<string, never>>;

/** A command, as the command line runs it. */
export interface Command {
  readonly [COMMAND]: true;
  /** For example `shop:reindex`. */
  readonly name: string;
  readonly declaration: CommandDeclaration;
  /** Runs the command; what it returns is what `--json` prints. */
  readonly run: (input: CommandInput<never, never>, services: Services) => unknown;
}

/**
 * Declares a command. The types of `args` and `flags` follow from their schemas.
 * @throws {CommandNameError} when the name is not made of lower-case words joined by `:` and `-`.
 */
export function defineCommand<Args extends CommandSchema | undefined = undefined, Flags extends CommandSchema | undefined = undefined>(
  name: string,
  declaration: CommandDeclaration<Args, Flags>,
  run: (input: CommandInput<OutputOf<Args>, OutputOf<Flags>>, services: Services) => unknown,
): Command {
  if (!NAME.test(name)) throw new CommandNameError(name);
  return Object.freeze({ [COMMAND]: true as const, name, declaration, run });
}

/** Tells whether `value` is a {@link Command}. */
export function isCommand(value: unknown): value is Command {
  return typeof value === 'object' && value !== null && COMMAND in value && value[COMMAND] === true;
}
