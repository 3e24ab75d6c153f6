/** `oxidite make:migration`: writes a migration from what models and migrations differ in. */
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';
import { chooseConnection, oneConnection } from './connection-flag.ts';

/** The command. */
export const makeMigration: Command = defineCommand(
  'make:migration',
  {
    summary: 'Write a migration from what changed in the models',
    description: 'The migration is tried on an empty database, there and back, before it is written.',
    args: z.object({ name: z.string().optional().describe('A part of the file name; without it, from what changes') }),
    flags: z.object({
      connection: oneConnection,
      blank: z.boolean().default(false).describe('Write an empty migration, to be filled by hand'),
      rename: z.array(z.string()).default([]).describe('What was renamed: table:newTable or table.column:newColumn'),
    }),
    examples: [
      'make:migration',
      'make:migration add-biography',
      'make:migration fix-slugs --blank',
      'make:migration --rename posts:articles --rename articles.body:text',
    ],
  },
  async ({ args, flags, output, confirm }, { orm }) => {
    const created = await chooseConnection(orm, flags.connection).migrator.create({ name: args.name, blank: flags.blank, renames: flags.rename, confirm });
    if (created === undefined) output.line('The migrations agree with the models; nothing was written.');
    else {
      output.line(`wrote ${created.file}`);
      for (const note of created.notes) output.warn(note);
      output.line('Look at it, and apply it with "oxidite migrate".');
    }
    return { created: created ?? null };
  },
);
