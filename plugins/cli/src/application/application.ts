/** Opens the application a command is for: its configuration, its kernel with the command line's plugin, its commands. */
import { type Clock, createKernel, discoverConfig, type Kernel, type Logger, OxiditeError } from '@oxidite/kernel';
import { loadAppCommands } from '../find/app-commands.ts';
import { type AppRoot, findAppRoot } from '../find/app-root.ts';
import { writeCommandCache } from '../find/command-cache.ts';
import { type LoadedCommands, loadCommands, type OwnedCommand } from '../declare/command-registry.ts';
import { type CliPlugin, createCliPlugin } from './cli-plugin.ts';
import { toCommandSpec } from '../run/command-spec.ts';
import { CommandDuplicateError, CommandSchemaError, ConfigFailedError } from '../errors.ts';
import type { Host } from '../process/host.ts';
import { OWN_COMMANDS } from '../find/own-commands.ts';

/** Packages that provide a service, for the error that misses it. */
const KNOWN_PROVIDERS = { http: '@oxidite/http', orm: '@oxidite/orm', auth: '@oxidite/auth', openapi: '@oxidite/openapi' };

/** An application whose kernel is created, and booted when someone needs it. */
export interface Application extends Pick<CliPlugin, 'collectBanner' | 'collectChecks'> {
  readonly kernel: Kernel;
  readonly root: string;
  /** The absolute path of the configuration file. */
  readonly file: string;
  /**
   * Returns the commands of the booted application but those of `oxidite` itself, and remembers them in the command cache.
   * @throws {CommandDuplicateError} when two have one name.
   */
  loadCommands(): Promise<LoadedCommands>;
}

/**
 * Finds and opens the application for the host's directory.
 * @throws {ConfigNotFoundError | ConfigSyntaxError | ConfigInvalidError}
 * @throws {ConfigFailedError} when the user's file throws; an `OxiditeError` comes as it is.
 */
export async function openApplication(host: Pick<Host, 'directory' | 'env' | 'version'>, clock: Clock, logger: Logger): Promise<Application> {
  const { config, file, root } = await discoverConfig(host.directory, host.env).catch((error: unknown) => {
    const app = findAppRoot(host.directory);
    throw error instanceof OxiditeError || app === undefined ? error : new ConfigFailedError(app.file, error);
  });
  const own = createCliPlugin(host.version);
  const kernel = createKernel({
    config: { ...config, plugins: [...config.plugins, own.plugin] },
    root,
    file,
    clock,
    env: host.env,
    logger,
    knownProviders: KNOWN_PROVIDERS,
  });
  return {
    kernel,
    root,
    file,
    collectBanner: own.collectBanner,
    collectChecks: own.collectChecks,
    loadCommands: async () => {
      const [contributed, local] = await Promise.all([loadCommands(own.collectCommands()), loadAppCommands(root)]);
      const commands = [...contributed.commands, ...local.commands];
      const errors = [...contributed.errors, ...local.errors];
      assertUnique(commands);
      const complete = errors.length === 0 && kernel.describe().plugins.every(({ state }) => state === 'running');
      if (complete) remember({ root, file }, host.version, commands);
      return { commands, errors };
    },
  };
}

function assertUnique(commands: readonly OwnedCommand[]): void {
  const owners = new Map<string, string>(OWN_COMMANDS.map(({ name }) => [name, 'oxidite']));
  for (const { plugin, command } of commands) {
    const first = owners.get(command.name);
    if (first !== undefined) throw new CommandDuplicateError(command.name, first, plugin);
    owners.set(command.name, plugin);
  }
}

function remember(app: AppRoot, version: string, commands: readonly OwnedCommand[]): void {
  try {
    const cached = commands.map(({ plugin, command, file }) => ({ ...toCommandSpec(command), plugin, ...(file === undefined ? {} : { file }) }));
    writeCommandCache(app, version, cached);
  } catch (error) {
    if (!(error instanceof CommandSchemaError)) throw error; // told to whoever runs that command
  }
}
