/** A kernel's description as plain data: what the `plugins:*` commands show, and print under `--json`. */
import type { KernelDescription, PluginDescriptionEntry } from '@oxidite/kernel';
import { CLI_PLUGIN } from '../application/cli-plugin.ts';
import type { OwnCommandContext } from '../find/own-commands.ts';

/** A plugin; its error is the message. */
export interface PlainPlugin extends Omit<PluginDescriptionEntry, 'error'> {
  readonly error?: string;
}

/** A description without errors and without the command line's own plugin. */
export interface PlainDescription extends Omit<KernelDescription, 'plugins'> {
  readonly plugins: readonly PlainPlugin[];
}

/** Describes the booted application of a command. */
export function describeApplication({ application }: OwnCommandContext): PlainDescription {
  if (application === undefined) throw new TypeError('This command is declared with "boots", so there is an application.');
  return toPlainDescription(application.kernel.describe());
}

/** Makes a description plain. */
export function toPlainDescription(description: KernelDescription): PlainDescription {
  const plugins = description.plugins.filter(({ name }) => name !== CLI_PLUGIN);
  return {
    ...description,
    plugins: plugins.map(({ error, ...plugin }, rank) => ({ ...plugin, rank, ...(error === undefined ? {} : { error: error.message }) })),
    order: description.order.filter(({ before, after }) => before !== CLI_PLUGIN && after !== CLI_PLUGIN),
  };
}

/** Rounds milliseconds to what a reader can use. */
export function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}
