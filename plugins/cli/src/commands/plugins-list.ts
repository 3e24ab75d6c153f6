/** `oxidite plugins:list`: the plugins in boot order. */
import { type Command, defineCommand } from '../declare/define-command.ts';
import { describeApplication, roundMs } from '../inspect/describe-application.ts';
import type { OwnCommandContext } from '../find/own-commands.ts';

/** Creates the command. */
export function createPluginsListCommand(context: OwnCommandContext): Command {
  return defineCommand('plugins:list', { summary: 'List the plugins, their state and their services' }, ({ output }) => {
    const { plugins } = describeApplication(context);
    output.table(
      plugins.map(({ name, version, state, provides, requires, setupMs }) => ({
        plugin: name,
        version,
        state,
        provides: provides.join(', '),
        requires: requires.join(', '),
        'set-up ms': roundMs(setupMs),
      })),
    );
    for (const { name, error } of plugins) if (error !== undefined) output.warn(`${name}: ${error}`);
    return plugins;
  });
}
