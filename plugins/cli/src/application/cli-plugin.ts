/** The command line's own plugin, which `oxidite` adds to the application's list: it declares the hooks of `cli-hooks.ts`. */
import { definePlugin, type Plugin } from '@oxidite/plugin-sdk';
import { SyncHook, SyncWaterfallHook } from 'tapable';
import type { CommandContribution, CommandRegistry } from '../declare/command-registry.ts';
import type { DoctorCheck, DoctorChecks } from '../declare/doctor-checks.ts';

/** The plugin's name. */
export const CLI_PLUGIN = 'oxidite';

/** The plugin, and what the taps of its hooks contribute. */
export interface CliPlugin {
  readonly plugin: Plugin;
  /** Calls `cli:commands`. */
  readonly collectCommands: () => readonly CommandContribution[];
  /** Calls `cli:banner`. */
  readonly collectBanner: () => readonly string[];
  /** Calls `cli:doctor`. */
  readonly collectChecks: () => readonly DoctorCheck[];
}

/** Creates the plugin for one kernel. */
export function createCliPlugin(version: string): CliPlugin {
  const commands = new SyncHook<[CommandRegistry]>(['commands'], 'cli:commands');
  const banner = new SyncWaterfallHook<[readonly string[]]>(['lines'], 'cli:banner');
  const doctor = new SyncHook<[DoctorChecks]>(['checks'], 'cli:doctor');
  let plugin = CLI_PLUGIN;
  commands.intercept({ tap: (tap) => (plugin = tap.name) }); // a command belongs to the plugin whose tap adds it
  const create = definePlugin({
    name: CLI_PLUGIN,
    version,
    setup: (kernel) => {
      kernel.declareHook('cli:commands', commands);
      kernel.declareHook('cli:banner', banner);
      kernel.declareHook('cli:doctor', doctor);
    },
  });
  return {
    plugin: create(),
    collectCommands: () => {
      const contributions: CommandContribution[] = [];
      commands.call({ add: (...sources) => contributions.push(...sources.map((source) => ({ plugin, source }))) });
      return contributions;
    },
    collectBanner: () => banner.call([]),
    collectChecks: () => {
      const checks: DoctorCheck[] = [];
      doctor.call({ add: (...added) => checks.push(...added) });
      return checks;
    },
  };
}
