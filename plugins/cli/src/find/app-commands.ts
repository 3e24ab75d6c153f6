/** Imports the application's own commands: every export of `app/commands/*.ts` that is a command. No boot is needed for it. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { listCommandFiles } from './command-cache.ts';
import { gatherCommands, importCommands, type LoadedCommands, type OwnedCommand } from '../declare/command-registry.ts';

/** The owner of these commands; the kernel runs the application's own set-up under the same name. */
export const APPLICATION = 'application';

/** Imports all commands below `root`. */
export async function loadAppCommands(root: string): Promise<LoadedCommands> {
  return gatherCommands(listCommandFiles(root).map((file) => loadCommandFile(root, file)));
}

/**
 * Imports the commands of one file.
 * @throws {CommandModuleError} when it cannot be imported or exports no command.
 */
export async function loadCommandFile(root: string, file: string): Promise<OwnedCommand[]> {
  const path = join(root, file);
  const commands = await importCommands(path, () => import(pathToFileURL(path).href));
  return commands.map((command) => ({ plugin: APPLICATION, command, file }));
}
