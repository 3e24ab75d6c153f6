/** The exit codes of `oxidite`, and which error means which. */
import { CommandUnknownError, CommandUsageError } from '../errors.ts';

/** What a process ended with. */
export const EXIT_CODES = {
  ok: 0,
  /** Something failed. */
  failure: 1,
  /** The command line itself is wrong: no such command, flag or argument. */
  usage: 2,
  /** Ctrl-C; 128 + the number of the signal, as shells expect. */
  SIGINT: 130,
  SIGTERM: 143,
} as const;

/** Returns the exit code for an error. */
export function toExitCode(error: unknown): number {
  return error instanceof CommandUsageError || error instanceof CommandUnknownError ? EXIT_CODES.usage : EXIT_CODES.failure;
}
