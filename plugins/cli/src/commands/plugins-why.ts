/** `oxidite plugins:why <plugin> [other]`: why a plugin is loaded, or why one comes before another. */
import * as z from 'zod';
import { type Command, defineCommand } from '../declare/define-command.ts';
import { describeApplication } from '../inspect/describe-application.ts';
import { explainOrder, explainPlugin, type OrderExplanation, type OrderStep, type PluginExplanation } from '../inspect/explain-order.ts';
import type { OwnCommandContext } from '../find/own-commands.ts';

/** Creates the command. */
export function createPluginsWhyCommand(context: OwnCommandContext): Command {
  return defineCommand(
    'plugins:why',
    {
      summary: 'Explain why a plugin is loaded, or why it comes before another',
      args: z.object({
        plugin: z.string().describe('A plugin.'),
        other: z.string().optional().describe('Another plugin: explains the order of the two.'),
      }),
      examples: ['plugins:why @oxidite/auth', 'plugins:why @oxidite/orm @oxidite/auth'],
    },
    ({ args, output }) => {
      const description = describeApplication(context);
      if (args.other === undefined) {
        const explanation = explainPlugin(description, args.plugin);
        for (const line of formatPlugin(explanation)) output.line(line);
        return explanation;
      }
      const explanation = explainOrder(description, args.plugin, args.other);
      for (const line of formatOrder(explanation)) output.line(line);
      return explanation;
    },
  );
}

function formatPlugin({ plugin, place, rank, usedBy, after, before }: PluginExplanation): string[] {
  return [
    `${plugin} is listed at ${place} and is set up as number ${rank + 1}.`,
    ...usedBy.map(({ plugin: user, service, optional }) => `  ${user} ${optional ? 'uses' : 'requires'} its service "${service}"`),
    ...after.map((step) => `  ${formatStep(step)}`),
    ...before.map((step) => `  ${formatStep(step)}`),
  ];
}

function formatOrder({ first, second, chain }: OrderExplanation): string[] {
  if (first === second) return [`${first} is one plugin; name two different ones.`];
  if (chain.length > 0) return [`${first} comes before ${second}:`, ...chain.map((step) => `  ${formatStep(step)}`)];
  return [`${first} comes before ${second} only because of the list of plugins and of what the plugins between them need; neither depends on the other.`];
}

function formatStep({ before, after, because }: OrderStep): string {
  return `${after} comes after ${before}: ${because}`;
}
