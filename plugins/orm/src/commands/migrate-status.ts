/** `oxidite migrate:status`: shows where all migrations stand. */
import { type Command, defineCommand, type Output } from 'oxidite';
import * as z from 'zod';
import type { MigrationStatus } from '../migrations/migration-status.ts';
import { describeInvalid } from '../errors/outside-errors.ts';
import { anyConnection, forConnections, toOutcome } from './connection-flag.ts';

/** The command. */
export const migrateStatus: Command = defineCommand(
  'migrate:status',
  {
    summary: 'Show which migrations are applied, pending, edited, missing or interrupted',
    flags: z.object({ connection: anyConnection }),
  },
  async ({ flags, output }, { orm }) => {
    const results = await forConnections(orm, flags.connection, async ({ migrator }, title) => {
      const migrations = await migrator.status();
      if (title !== undefined) output.line(`Connection "${title}":`);
      printStatus(output, migrations);
      return { migrations };
    });
    return toOutcome(results);
  },
);

function printStatus(output: Output, migrations: readonly MigrationStatus[]): void {
  if (migrations.length === 0) output.line('There are no migrations. "oxidite make:migration" writes one from the models.');
  else
    output.table(
      migrations.map(({ name, state, batch, appliedAt, durationMs, release }) => ({
        migration: name,
        state,
        batch: batch ?? '',
        applied: appliedAt?.toISOString() ?? '',
        ms: durationMs ?? '',
        release: release ?? '',
      })),
    );
  for (const { name, direction = 'up', statements = [], invalid = [] } of migrations.filter(({ state }) => state === 'interrupted')) {
    output.warn(
      `${name} was interrupted while it was ${direction === 'up' ? 'applied' : 'rolled back'}${statements.length === 0 ? '' : `; in place are:${statements.map((sql) => `\n  ${sql}`).join('')}`}`,
    );
    if (invalid.length > 0) output.warn(describeInvalid(invalid));
    output.line(`Go on with "oxidite ${direction === 'up' ? 'migrate' : 'rollback'} --resume", or see "oxidite migrate:resolve --help".`);
  }
}
