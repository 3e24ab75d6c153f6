/**
 * Finds the command that the words of a command line name, with as little work as can be: the own commands by their static
 * list, the application's by the cache or its files, those of plugins by the cache and a boot.
 */
import { findNearest, toSuggestion } from '@oxidite/kernel';
import { loadAppCommands, loadCommandFile } from './app-commands.ts';
import { findAppRoot } from './app-root.ts';
import { type CachedCommand, readCommandCache } from './command-cache.ts';
import type { LoadedCommands, OwnedCommand } from '../declare/command-registry.ts';
import { findCommandName, listTopic } from './command-resolution.ts';
import { type CommandSpec, toCommandSpec } from '../run/command-spec.ts';
import type { Command } from '../declare/define-command.ts';
import { CommandUnknownError } from '../errors.ts';
import { OWN_COMMANDS } from './own-commands.ts';
import type { ListedCommand } from '../print/root-help.ts';
import type { Session } from '../session.ts';

/** A command that was found, or the commands of a topic. */
export type Finding =
  | {
      readonly kind: 'command';
      /** How many words named it; the others are its arguments. */
      readonly wordCount: number;
      /** Describes it, without importing it where the cache knows it. */
      describe(): Promise<CommandSpec>;
      load(): Promise<Command>;
      /** Whether the application is booted before it runs. */
      readonly boots: (command: Command) => boolean;
    }
  | { readonly kind: 'topic'; readonly commands: readonly ListedCommand[] };

/**
 * Finds a command.
 * @throws {CommandUnknownError} when there is none of this name; whatever the boot throws when the application had to be asked.
 */
export async function findCommand(words: readonly string[], session: Session): Promise<Finding> {
  const own = findOwn(words, session);
  if (own !== undefined) return own;
  const app = findAppRoot(session.host.directory);
  if (app === undefined) return findTopic(words, OWN_COMMANDS, false);
  const cached = readCommandCache(app, session.host.version);
  if (cached !== undefined) return findCached(words, cached, app.root, session);
  const local = await loadAppCommands(app.root);
  return findLoaded(words, local) ?? findBooted(words, session);
}

/** Lists all commands; those of an application that cannot be booted are missing, and `warn` is told why. */
export async function listCommands(session: Session, warn: (error: unknown) => void): Promise<readonly ListedCommand[]> {
  const app = findAppRoot(session.host.directory);
  if (app === undefined) return OWN_COMMANDS;
  const cached = readCommandCache(app, session.host.version);
  if (cached !== undefined) return [...OWN_COMMANDS, ...cached];
  try {
    const { commands, errors } = await (await session.boot()).loadCommands();
    errors.forEach(warn);
    return [...OWN_COMMANDS, ...commands.map(toListed)];
  } catch (error) {
    warn(error);
    return OWN_COMMANDS;
  }
}

function findOwn(words: readonly string[], session: Session): Finding | undefined {
  const match = findCommandName(words, namesOf(OWN_COMMANDS));
  const entry = OWN_COMMANDS.find(({ name }) => name === match?.name);
  if (match === undefined || entry === undefined) return undefined;
  const { host, clock, cleanups } = session;
  return {
    kind: 'command',
    wordCount: match.wordCount,
    describe: async () => toCommandSpec(await entry.create({ host, clock, cleanups })),
    load: async () => entry.create({ host, clock, cleanups, ...(entry.boots ? { application: await session.boot() } : {}) }),
    boots: () => entry.boots,
  };
}

async function findCached(words: readonly string[], cached: readonly CachedCommand[], root: string, session: Session): Promise<Finding> {
  const names = namesOf(cached);
  const match = findCommandName(words, names);
  const spec = cached.find(({ name }) => name === match?.name);
  if (match === undefined || spec === undefined) {
    const known = [...OWN_COMMANDS, ...cached];
    const isTypo =
      findNearest(
        words[0] ?? '',
        known.map(({ name }) => name),
      ) !== undefined;
    return isTypo || listTopic(words, names).length > 0 ? findTopic(words, known, true) : findBooted(words, session);
  }
  const { file } = spec;
  const load = async (): Promise<Command> => {
    const commands = file === undefined ? (await (await session.boot()).loadCommands()).commands : await loadCommandFile(root, file);
    return getCommand(commands, spec.name);
  };
  return { kind: 'command', wordCount: match.wordCount, describe: () => Promise.resolve(spec), load, boots: bootsUnlessDeclined };
}

/** Asks the application itself. */
async function findBooted(words: readonly string[], session: Session): Promise<Finding> {
  const loaded = await (await session.boot()).loadCommands();
  const found = findLoaded(words, loaded);
  if (found !== undefined) return found;
  const [error] = loaded.errors;
  if (error !== undefined) throw error; // the command may be in the module that could not be imported
  return findTopic(words, [...OWN_COMMANDS, ...loaded.commands.map(toListed)], true);
}

function findLoaded(words: readonly string[], { commands }: LoadedCommands): Finding | undefined {
  const match = findCommandName(words, namesOf(commands.map(toListed)));
  if (match === undefined) return undefined;
  const command = getCommand(commands, match.name);
  return {
    kind: 'command',
    wordCount: match.wordCount,
    describe: () => Promise.resolve(toCommandSpec(command)),
    load: () => Promise.resolve(command),
    boots: bootsUnlessDeclined,
  };
}

function findTopic(words: readonly string[], known: readonly ListedCommand[], hasApplication: boolean): Finding {
  const names = namesOf(known);
  const below = listTopic(words, names);
  if (below.length > 0) return { kind: 'topic', commands: known.filter(({ name }) => below.includes(name)) };
  const typed = words[0] ?? '';
  throw new CommandUnknownError(typed, toSuggestion(typed, names), hasApplication);
}

function getCommand(commands: readonly OwnedCommand[], name: string): Command {
  const found = commands.find(({ command }) => command.name === name);
  if (found === undefined) throw new CommandUnknownError(name, '', true);
  return found.command;
}

function namesOf(commands: readonly ListedCommand[]): string[] {
  return commands.map(({ name }) => name);
}

function bootsUnlessDeclined({ declaration }: Command): boolean {
  return declaration.boots !== false;
}

function toListed({ command }: OwnedCommand): ListedCommand {
  const { hidden = false, summary } = command.declaration;
  return { name: command.name, summary, hidden };
}
