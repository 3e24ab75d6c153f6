/**
 * The commands of `oxidite` itself, as a static list: it must be readable at once, so their modules are imported only to
 * run them or to show their own help. A test holds names and summaries equal to the declarations.
 */
import type { Clock } from '@oxidite/kernel';
import type { Application } from '../application/application.ts';
import type { Command } from '../declare/define-command.ts';
import type { Host } from '../process/host.ts';
import type { Cleanups } from '../process/cleanups.ts';

/** What an own command is given when it is created. */
export interface OwnCommandContext {
  readonly host: Host;
  readonly clock: Clock;
  /** What a command opens is closed by these, however it ends. */
  readonly cleanups: Cleanups;
  /** The booted application, for a command that `boots`. */
  readonly application?: Application;
}

/** One entry of the list. */
export interface OwnCommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Whether the application is booted before. */
  readonly boots: boolean;
  create(context: OwnCommandContext): Promise<Command>;
}

/** The list, in the order in which `--help` shows it. */
export const OWN_COMMANDS: readonly OwnCommandEntry[] = [
  {
    name: 'start',
    summary: 'Run the application',
    boots: false,
    create: async (context) => (await import('../commands/start.ts')).createStartCommand(context),
  },
  {
    name: 'dev',
    summary: 'Run the application and restart it when its files change',
    boots: false,
    create: async (context) => (await import('../commands/dev.ts')).createDevCommand(context),
  },
  {
    name: 'doctor',
    summary: 'Look for what is wrong with the application',
    boots: false,
    create: async (context) => (await import('../commands/doctor.ts')).createDoctorCommand(context),
  },
  {
    name: 'plugins:list',
    summary: 'List the plugins, their state and their services',
    boots: true,
    create: async (context) => (await import('../commands/plugins-list.ts')).createPluginsListCommand(context),
  },
  {
    name: 'plugins:graph',
    summary: 'Show the boot order, the hooks and who taps them',
    boots: true,
    create: async (context) => (await import('../commands/plugins-graph.ts')).createPluginsGraphCommand(context),
  },
  {
    name: 'plugins:why',
    summary: 'Explain why a plugin is loaded, or why it comes before another',
    boots: true,
    create: async (context) => (await import('../commands/plugins-why.ts')).createPluginsWhyCommand(context),
  },
];
