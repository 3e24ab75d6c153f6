/** What can be wrong with the life of a plugin after its set-up. */
import { defineError, type TextFacts, toLines, toMessage } from './oxidite-error.ts';

/** One or more disposers failed; everything else was disposed all the same. */
export class DisposeError extends defineError(
  'OXI_PLUGIN_DISPOSE',
  ({ failures }: { failures: readonly { readonly plugin: string; readonly error: unknown }[] }) =>
    `Not everything could be closed:${toLines(failures.map(({ plugin, error }) => `plugin "${plugin}": ${toMessage(error)}`))}\n` +
    'Everything else was closed. Correct the onDispose functions of these plugins.',
) {
  readonly errors: readonly unknown[] = this.failures.map(({ error }) => error);
}

/** A plugin failed with new options, and then again with its former ones: `errors` in this order. */
export class PluginRestartError extends defineError(
  'OXI_PLUGIN_RESTART',
  ({ plugin, errors: [first, second] }: { plugin: string; errors: readonly [unknown, unknown] }) =>
    `Plugin "${plugin}" could not be set up with its new options, nor again with its former ones; it does not run:` +
    `${toLines([`new: ${toMessage(first)}`, `former: ${toMessage(second)}`])}\nRemove the cause and restart the application.`,
) {}

/** No plugin of this name is loaded. */
export class PluginUnknownError extends defineError(
  'OXI_PLUGIN_UNKNOWN',
  ({ plugin, suggestion }: TextFacts<'plugin' | 'suggestion'>) => `No plugin "${plugin}" is loaded.${suggestion} "oxidite plugins:list" shows the loaded ones.`,
) {}

/** A plugin used its kernel after it was unloaded. */
export class PluginClosedError extends defineError(
  'OXI_PLUGIN_CLOSED',
  ({ plugin, action }: TextFacts<'plugin' | 'action'>) =>
    `Plugin "${plugin}" called ${action} after it was unloaded or its set-up had failed. Stop its work when kernel.signal aborts.`,
) {}
