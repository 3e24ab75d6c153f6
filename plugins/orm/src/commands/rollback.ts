/** `oxidite rollback`: undoes migrations, the latest first. */
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';
import { chooseConnection, oneConnection } from './connection-flag.ts';
import { printPreview } from './print-preview.ts';

/** The command. */
export const rollback: Command = defineCommand(
  'rollback',
  {
    summary: 'Undo the last run of migrations',
    flags: z
      .object({
        connection: oneConnection,
        step: z.int().min(1).optional().describe('Undo this many migrations instead'),
        batch: z.int().min(1).optional().describe('Undo the run of this number, and all later ones'),
        to: z.string().optional().describe('Undo what is behind this one: its name, or the time at its beginning'),
        dryRun: z.boolean().default(false).describe('Show the statements and change nothing'),
        resume: z.boolean().default(false).describe('Go on with undoing a migration that was interrupted, and undo nothing else'),
      })
      .refine(({ step, batch, to, resume }) => [step, batch, to, resume || undefined].filter((given) => given !== undefined).length <= 1, {
        error: 'Give only one of --step, --batch, --to and --resume',
      }),
    examples: ['rollback', 'rollback --step 1', 'rollback --to 20261122090000', 'rollback --dry-run'],
  },
  async ({ flags: { dryRun, connection, ...options }, output }, { orm }) => {
    const { migrator } = chooseConnection(orm, connection);
    if (dryRun) {
      const preview = await migrator.previewRollback(options);
      printPreview(output, preview);
      return { preview };
    }
    const undone = await migrator.rollback(options);
    for (const name of undone) output.line(`undone ${name}`);
    output.line(undone.length === 0 ? 'Nothing to undo.' : `Undid ${undone.length} migration${undone.length === 1 ? '' : 's'}.`);
    return { undone };
  },
);
