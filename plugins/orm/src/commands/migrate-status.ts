/** `oxidite migrate:status`: shows where all migrations stand. */
import { type Command, defineCommand } from 'oxidite';

/** The command. */
export const migrateStatus: Command = defineCommand(
  'migrate:status',
  { summary: 'Show which migrations are applied, pending, edited, missing or interrupted' },
  async ({ output }, { orm }) => {
    const migrations = await orm.migrator.status();
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
    for (const { name, direction = 'up', statements = [] } of migrations.filter(({ state }) => state === 'interrupted')) {
      output.warn(
        `${name} was interrupted while it was ${direction === 'up' ? 'applied' : 'rolled back'}; in place are:${statements.map((sql) => `\n  ${sql}`).join('')}`,
      );
      output.line(`Go on with "oxidite ${direction === 'up' ? 'migrate' : 'rollback'} --resume", or see "oxidite migrate:resolve --help".`);
    }
    return { migrations };
  },
);
