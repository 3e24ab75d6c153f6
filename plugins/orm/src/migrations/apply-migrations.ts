/**
 * Applies migrations one after the other, and undoes them, and notes it in the history. Each happens as a whole or not at all,
 * where changes of tables can be undone; elsewhere, and outside of a transaction, the history tells what is in place of one that
 * did not come to its end.
 */
import { type Clock, OxiditeError } from '@oxidite/plugin-sdk';
import type { SchemaConnection } from '../drivers/driver.ts';
import { MigrationFailedError } from '../errors.ts';
import { type LoadedMigration, withConnectionFor } from './connection-for.ts';
import { addHistory, type HistoryEntry, removeHistory, setProgress } from './history.ts';
import type { MigrationFile } from './migration-files.ts';
import { type MigrationDirection, runMigration } from './run-migration.ts';
import { createJournal } from './statement-journal.ts';

/** A migration that is about to be applied or undone. */
export interface MigrationStep extends LoadedMigration {
  /** The statements that an interrupted run has done. */
  readonly earlier: readonly string[];
}

/** What is noted of all migrations of a run. */
export interface RunNotes {
  readonly clock: Clock;
  readonly batch: number;
  readonly release: string | null;
}

/** What a run did before it ended. What it did stays, also when it failed. */
export interface RunOutcome {
  readonly names: string[];
  readonly failure?: unknown;
}

/** Applies migrations. */
export async function applyMigrations(connection: SchemaConnection, steps: readonly MigrationStep[], { clock, batch, release }: RunNotes): Promise<RunOutcome> {
  return runSteps(connection, { steps, direction: 'up' }, async (own, { file, migration, earlier }) => {
    const startMs = clock.monotonicMs();
    const entry: HistoryEntry = {
      name: file.name,
      checksum: file.checksum,
      batch,
      appliedAt: new Date(clock.now()),
      durationMs: null,
      release,
      state: 'applying',
      progress: { done: earlier },
    };
    if (own.lasting !== undefined) {
      await removeHistory(own, file.name);
      await addHistory(own, entry);
      await own.lasting.commit();
    }
    await own.atomically(async () => {
      const journal = createJournal(own, { name: file.name, state: 'applying', earlier });
      await runMigration(own, { ...file, direction: 'up', journal }, (schema) => migration.up(schema));
      await removeHistory(own, file.name);
      await addHistory(own, { ...entry, durationMs: Math.round(clock.monotonicMs() - startMs), state: 'applied', progress: null });
    });
  });
}

/** Undoes migrations. */
export async function undoMigrations(connection: SchemaConnection, steps: readonly MigrationStep[]): Promise<RunOutcome> {
  return runSteps(connection, { steps, direction: 'down' }, async (own, { file, migration, earlier }) => {
    if (own.lasting !== undefined) {
      await setProgress(own, file.name, { state: 'undoing', progress: { done: earlier } });
      await own.lasting.commit();
    }
    await own.atomically(async () => {
      const journal = createJournal(own, { name: file.name, state: 'undoing', earlier });
      await runMigration(own, { ...file, direction: 'down', journal }, (schema) => migration.down?.(schema));
      await removeHistory(own, file.name);
    });
  });
}

async function runSteps(
  connection: SchemaConnection,
  { steps, direction }: { readonly steps: readonly MigrationStep[]; readonly direction: MigrationDirection },
  run: (own: SchemaConnection, step: MigrationStep) => Promise<void>,
): Promise<RunOutcome> {
  const names: string[] = [];
  for (const step of steps) {
    try {
      await withConnectionFor(connection, step, (own) => run(own, step));
    } catch (error) {
      return { names, failure: toFailure(step.file, direction, error, names) };
    }
    names.push(step.file.name);
  }
  return { names };
}

function toFailure(file: MigrationFile, direction: MigrationDirection, error: unknown, done: readonly string[]): unknown {
  if (error instanceof MigrationFailedError) return error.after(done);
  if (error instanceof OxiditeError) return error;
  return new MigrationFailedError({ name: file.name, file: file.file, direction, statement: undefined, kept: [], done, cause: error });
}
