/** What `oxidite doctor` looks at: whether the database answers, and whether migrations are pending. */
import { toMessage } from '@oxidite/plugin-sdk';
import type { DoctorCheck } from 'oxidite';
import { sql } from 'kysely';
import type { OrmRuntime } from './runtime.ts';

/** Creates the checks of an open database. */
export function createDoctorChecks({ root, database }: OrmRuntime): DoctorCheck[] {
  return [
    {
      name: 'database',
      async run() {
        try {
          await sql`select 1`.execute(root.kysely);
          return { status: 'ok', message: `${database.driver.name}, ${database.driver.label}` };
        } catch (error) {
          return { status: 'fail', message: toMessage(error), remedy: 'Check the "database" option of the orm plugin, or "url" of a server.' };
        }
      },
    },
    {
      name: 'migrations',
      async run() {
        const migrations = await root.migrator.status();
        const names = (state: string): string[] => migrations.filter((migration) => migration.state === state).map(({ name }) => name);
        const [pending, edited, missing, interrupted] = [names('pending'), names('edited'), names('missing'), [...names('interrupted'), ...names('partial')]];
        if (interrupted.length > 0)
          return { status: 'fail', message: `done only in part: ${interrupted.join(', ')}`, remedy: 'Run "oxidite migrate": it says what can be done.' };
        if (edited.length > 0)
          return {
            status: 'fail',
            message: `edited after they were applied: ${edited.join(', ')}`,
            remedy: 'Restore the files, and write a new migration for the change.',
          };
        if (missing.length > 0) return { status: 'warn', message: `applied, but without a file: ${missing.join(', ')}`, remedy: 'Restore the files.' };
        if (pending.length > 0) return { status: 'warn', message: `${pending.length} pending: ${pending.join(', ')}`, remedy: 'Run "oxidite migrate".' };
        return { status: 'ok', message: `${migrations.length} applied` };
      },
    },
  ];
}
