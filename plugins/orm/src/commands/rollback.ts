/** `oxidite rollback`: undoes migrations, the latest first. */
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';

/** The command. */
export const rollback: Command = defineCommand(
  'rollback',
  {
    summary: 'Undo the last run of migrations',
    flags: z.object({
      step: z.int().min(1).optional().describe('Undo this many migrations instead'),
      batch: z.boolean().default(false).describe('Undo the last run; this is what happens without --step'),
    }),
    examples: ['rollback', 'rollback --step 1'],
  },
  async ({ flags, output }, { orm }) => {
    const undone = await orm.migrator.rollback({ step: flags.batch ? undefined : flags.step });
    for (const name of undone) output.line(`undone ${name}`);
    output.line(undone.length === 0 ? 'Nothing to undo.' : `Undid ${undone.length} migration${undone.length === 1 ? '' : 's'}.`);
    return { undone };
  },
);
