/** `oxidite migrate:squash`: writes one migration in the place of many. */
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';
import { chooseConnection, oneConnection } from './connection-flag.ts';

/** The command. */
export const migrateSquash: Command = defineCommand(
  'migrate:squash',
  {
    summary: 'Replace many migrations by one that makes the same tables',
    description:
      'Both are run on databases that are thrown away and have to make the same tables, before anything is written. A database that has applied all of the old ones has the new one.',
    args: z.object({ name: z.string().optional().describe('A part of the file name; without it, "squashed"') }),
    flags: z.object({
      connection: oneConnection,
      to: z.string().optional().describe('Squash those up to this one: its name, or the time at its beginning'),
      allowDataLoss: z.boolean().default(false).describe('Leave out statements that change rows'),
    }),
    examples: ['migrate:squash', 'migrate:squash initial --to 20261122090000'],
  },
  async ({ args, flags: { connection, ...flags }, output }, { orm }) => {
    const squashed = await chooseConnection(orm, connection).migrator.squash({ name: args.name, ...flags });
    for (const name of squashed.leftovers) output.line(`removed ${name}, which another one stands for`);
    if (squashed.file === undefined) output.line('There are fewer than two migrations to squash; nothing was written.');
    else {
      output.line(`wrote ${squashed.file}`);
      for (const name of squashed.replaced) output.line(`removed ${name}`);
      output.line('Databases that have all of these have the new one. Apply them everywhere before you deploy it.');
    }
    return squashed;
  },
);
