/** `oxidite migrate:resolve`: says of a migration that it is applied, or that it is not. */
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';
import { chooseConnection, oneConnection } from './connection-flag.ts';

/** The command. */
export const migrateResolve: Command = defineCommand(
  'migrate:resolve',
  {
    summary: 'Say of an interrupted migration that it is applied, or that it is not',
    description: 'Only the history is changed, not the tables. Of a pending migration it can be said that it is applied, when its tables were there before.',
    args: z.object({ name: z.string().describe('The name of the migration') }),
    flags: z
      .object({
        connection: oneConnection,
        applied: z.boolean().default(false).describe('It was finished by hand'),
        notApplied: z.boolean().default(false).describe('It was undone by hand'),
      })
      .refine((flags) => flags.applied !== flags.notApplied, { error: 'Give one of --applied and --not-applied' }),
    examples: ['migrate:resolve 20261122090000_publish_all --applied'],
  },
  async ({ args: { name }, flags, output }, { orm }) => {
    const outcome = flags.applied ? 'applied' : 'not-applied';
    await chooseConnection(orm, flags.connection).migrator.resolve(name, outcome);
    output.line(`${name} counts as ${flags.applied ? 'applied' : 'not applied'}.`);
    return { name, outcome };
  },
);
