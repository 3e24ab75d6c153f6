/** `oxidite migrate:status`: shows where all migrations stand. */
import { type Command, defineCommand } from 'oxidite';

/** The command. */
export const migrateStatus: Command = defineCommand(
  'migrate:status',
  { summary: 'Show which migrations are applied, pending, edited or missing' },
  async ({ output }, { orm }) => {
    const migrations = await orm.migrator.status();
    if (migrations.length === 0) output.line('There are no migrations. "oxidite make:migration" writes one from the models.');
    else
      output.table(
        migrations.map(({ name, state, batch, appliedAt }) => ({ migration: name, state, batch: batch ?? '', applied: appliedAt?.toISOString() ?? '' })),
      );
    return { migrations };
  },
);
