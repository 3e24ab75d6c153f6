/** `oxidite migrate`: applies the migrations that are pending. */
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';

/** The command. */
export const migrate: Command = defineCommand(
  'migrate',
  {
    summary: 'Apply pending migrations',
    description: 'Each migration happens as a whole or not at all. Running it twice at once is safe.',
    flags: z.object({ allowEdited: z.boolean().default(false).describe('Go on although applied migrations were edited') }),
    examples: ['migrate'],
  },
  async ({ flags, output }, { orm }) => {
    const applied = await orm.migrator.migrate(flags);
    for (const name of applied) output.line(`applied ${name}`);
    output.line(applied.length === 0 ? 'Nothing to apply.' : `Applied ${applied.length} migration${applied.length === 1 ? '' : 's'}.`);
    return { applied };
  },
);
