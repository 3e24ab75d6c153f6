/** `oxidite db:diff`: shows where the database has drifted from the migrations and the models. */
import { type Command, defineCommand, type Output } from 'oxidite';
import * as z from 'zod';
import { chooseConnection, oneConnection } from './connection-flag.ts';
import type { SchemaDifference } from '../migrations/describe-differences.ts';

/** The command. */
export const dbDiff: Command = defineCommand(
  'db:diff',
  {
    summary: 'Show where the tables differ from the migrations and from the models',
    description: 'The exit code is 1 when they do.',
    flags: z.object({ connection: oneConnection }),
    examples: ['db:diff', 'db:diff --json'],
  },
  async ({ flags, output, exitWith }, { orm }) => {
    const drift = await chooseConnection(orm, flags.connection).migrator.drift();
    printDifferences(output, 'what the applied migrations make', drift.migrations);
    printDifferences(output, 'the models', drift.models);
    if (drift.pending.length > 0) output.line(`Not applied yet: ${drift.pending.join(', ')}.`);
    if (drift.migrations.length + drift.models.length > 0) exitWith(1);
    return drift;
  },
);

function printDifferences(output: Output, what: string, differences: readonly SchemaDifference[]): void {
  if (differences.length === 0) return output.line(`The tables agree with ${what}.`);
  output.line(`The tables differ from ${what}:`);
  for (const { kind, name, found = 'nothing', expected = 'nothing' } of differences)
    output.line(`  ${kind} ${name}\n    found    ${found}\n    expected ${expected}`);
}
