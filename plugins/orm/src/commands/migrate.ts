/** `oxidite migrate`: applies the migrations that are pending. */
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';
import { anyConnection, forConnections, toOutcome } from './connection-flag.ts';
import { printCheck } from './print-check.ts';
import { printPreview } from './print-preview.ts';

/** The command. */
export const migrate: Command = defineCommand(
  'migrate',
  {
    summary: 'Apply pending migrations',
    description:
      'Each migration happens as a whole or not at all; on MySQL and MariaDB, and with transaction: false, one that was interrupted can be resumed. Running it twice at once is safe: the second waits. With --check, the exit code is 1 when there are errors; a finding is allowed by a comment before the statement: // oxidite-allow <rule>: reason.',
    flags: z
      .object({
        connection: anyConnection,
        to: z.string().optional().describe('Apply those up to this one: its name, or the time at its beginning'),
        dryRun: z.boolean().default(false).describe('Show the statements and change nothing'),
        check: z.boolean().default(false).describe('Look for what locks for long, loses values or breaks the running release, and change nothing'),
        resume: z.boolean().default(false).describe('Go on with a migration that was interrupted'),
        allowEdited: z.boolean().default(false).describe('Go on although applied migrations were edited'),
        release: z.string().max(255).optional().describe('The release that is noted; by default OXIDITE_RELEASE, or the version in package.json'),
      })
      .refine(({ dryRun, check }) => !(dryRun && check), { error: 'Give only one of --dry-run and --check' }),
    examples: ['migrate', 'migrate --dry-run', 'migrate --check', 'migrate --to 20261122090000'],
  },
  async ({ flags: { dryRun, check: isCheck, connection, ...options }, output, exitWith }, { orm }) => {
    const results = await forConnections(orm, connection, async ({ migrator }, title) => {
      if (title !== undefined) output.line(`Connection "${title}":`);
      if (isCheck) {
        const check = await migrator.check(options);
        printCheck(output, check);
        if (check.findings.some(({ severity }) => severity === 'error')) exitWith(1);
        return { check };
      }
      if (dryRun) {
        const preview = await migrator.previewMigrate(options);
        printPreview(output, preview);
        return { preview };
      }
      const applied = await migrator.migrate(options);
      for (const name of applied) output.line(`applied ${name}`);
      output.line(applied.length === 0 ? 'Nothing to apply.' : `Applied ${applied.length} migration${applied.length === 1 ? '' : 's'}.`);
      return { applied };
    });
    return toOutcome(results);
  },
);
