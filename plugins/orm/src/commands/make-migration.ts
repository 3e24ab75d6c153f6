/** `oxidite make:migration`: writes a migration from what models and migrations differ in. */
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';

/** The command. */
export const makeMigration: Command = defineCommand(
  'make:migration',
  {
    summary: 'Write a migration from what changed in the models',
    description: 'The migration is tried on an empty database, there and back, before it is written.',
    args: z.object({ name: z.string().optional().describe('A part of the file name; without it, from what changes') }),
    flags: z.object({ blank: z.boolean().default(false).describe('Write an empty migration, to be filled by hand') }),
    examples: ['make:migration', 'make:migration add-biography', 'make:migration fix-slugs --blank'],
  },
  async ({ args, flags, output }, { orm }) => {
    const created = await orm.migrator.create({ name: args.name, blank: flags.blank });
    if (created === undefined) output.line('The migrations agree with the models; nothing was written.');
    else {
      output.line(`wrote ${created.file}`);
      for (const note of created.notes) output.warn(note);
      output.line('Look at it, and apply it with "oxidite migrate".');
    }
    return { created: created ?? null };
  },
);
