/** `oxidite plugins:graph`: the boot order with its reasons, and the hooks with their taps. */
import * as z from 'zod';
import { type Command, defineCommand } from '../declare/define-command.ts';
import { describeApplication } from '../inspect/describe-application.ts';
import { formatGraph, formatMermaid } from '../inspect/format-graph.ts';
import type { OwnCommandContext } from '../find/own-commands.ts';

/** Creates the command. */
export function createPluginsGraphCommand(context: OwnCommandContext): Command {
  return defineCommand(
    'plugins:graph',
    {
      summary: 'Show the boot order, the hooks and who taps them',
      flags: z.object({ mermaid: z.boolean().default(false).describe('Print a Mermaid flowchart of the order.') }),
      examples: ['plugins:graph', 'plugins:graph --mermaid > plugins.mmd'],
    },
    ({ flags, output }) => {
      const description = describeApplication(context);
      for (const line of flags.mermaid ? formatMermaid(description) : formatGraph(description)) output.line(line);
      return description;
    },
  );
}
