/** `oxidite db:pull`: writes models from the tables of the database. */
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';

/** The command. */
export const dbPull: Command = defineCommand(
  'db:pull',
  {
    summary: 'Write models from the tables of the database',
    description: 'Nothing is written when one of the files is there already. What no model can say is a comment at its place.',
    flags: z.object({
      force: z.boolean().default(false).describe('Write over files that are there'),
      tables: z.string().optional().describe('Only these tables, separated by commas'),
    }),
    examples: ['db:pull', 'db:pull --tables users,articles'],
  },
  async ({ flags: { force, tables }, output }, { orm }) => {
    const names = tables?.split(',').map((name) => name.trim());
    const pulled = await orm.schema.pull({ force, tables: names?.filter((name) => name !== '') });
    for (const file of pulled.files) output.line(`wrote ${file}`);
    for (const note of pulled.notes) output.warn(note);
    if (pulled.files.length === 0) output.line('There are no tables.');
    return pulled;
  },
);
