/** Collects the commands of the plugins: what a tap of `cli:commands` is handed. */
import { type Command, isCommand } from './define-command.ts';
import { CommandModuleError } from '../errors.ts';

/** Imports a module whose exports are commands: `() => import('../commands/reindex.ts')`. */
export type CommandLoader = () => Promise<Readonly<Record<string, unknown>>>;

/** Takes commands from plugins. */
export interface CommandRegistry {
  /** Adds commands, or functions that import them; those are called when the commands are needed. */
  add(...commands: readonly (Command | CommandLoader)[]): void;
}

/** A contribution and the plugin that made it. */
export interface CommandContribution {
  readonly plugin: string;
  readonly source: Command | CommandLoader;
}

/** A command and where it comes from. */
export interface OwnedCommand {
  /** The plugin that contributed it, or `application`. */
  readonly plugin: string;
  readonly command: Command;
  /** The application's file that exports it, relative to the root. */
  readonly file?: string;
}

/** Commands, and why others could not be had. One broken module does not keep the other commands from running. */
export interface LoadedCommands {
  readonly commands: readonly OwnedCommand[];
  readonly errors: readonly CommandModuleError[];
}

/** Imports what is still to be imported and returns all commands. */
export async function loadCommands(contributions: readonly CommandContribution[]): Promise<LoadedCommands> {
  return gatherCommands(
    contributions.map(async ({ plugin, source }) => {
      const commands = isCommand(source) ? [source] : await importCommands(`A command module of plugin "${plugin}"`, source);
      return commands.map((command) => ({ plugin, command }));
    }),
  );
}

/**
 * Returns the commands a module exports.
 * @throws {CommandModuleError} when it cannot be imported or exports no command.
 */
export async function importCommands(module: string, load: CommandLoader): Promise<Command[]> {
  const exported = await load().catch((error: unknown) => {
    throw new CommandModuleError(module, error);
  });
  const commands = Object.values(exported).filter(isCommand);
  if (commands.length === 0) throw new CommandModuleError(module);
  return commands;
}

/** Waits for all imports and separates what came from what failed. */
export async function gatherCommands(imports: readonly Promise<readonly OwnedCommand[]>[]): Promise<LoadedCommands> {
  const settled = await Promise.allSettled(imports);
  return {
    commands: settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])),
    errors: settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as CommandModuleError] : [])), // importCommands throws no other
  };
}
