/**
 * Applies migrations one after the other, and undoes them, and notes it in the history. Each happens as a whole or not at all,
 * where changes of tables can be undone; elsewhere the history tells what is in place of one that did not come to its end.
 */
import { type Clock, OxiditeError } from '@oxidite/plugin-sdk';
import type { SchemaConnection } from '../drivers/driver.ts';
import { MigrationFailedError } from '../errors.ts';
import type { Migration } from './define-migration.ts';
import { addHistory, type HistoryEntry, removeHistory, setProgress } from './history.ts';
import type { MigrationFile } from './migration-files.ts';
import { type MigrationDirection, runMigration } from './run-migration.ts';
import { createJournal } from './statement-journal.ts';

/** A migration that is about to be applied or undone. */
export interface MigrationStep {
  readonly file: MigrationFile;
  readonly migration: Migration;
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
  return runSteps(steps, 'up', async ({ file, migration, earlier }) => {
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
    if (connection.lasting !== undefined) {
      await removeHistory(connection, file.name);
      await addHistory(connection, entry);
      await connection.lasting.commit();
    }
    await connection.atomically(async () => {
      const journal = createJournal(connection, { name: file.name, state: 'applying', earlier });
      await runMigration(connection, { ...file, direction: 'up', journal }, (schema) => migration.up(schema));
      await removeHistory(connection, file.name);
      await addHistory(connection, { ...entry, durationMs: Math.round(clock.monotonicMs() - startMs), state: 'applied', progress: null });
    });
  });
}

/** Undoes migrations. */
export async function undoMigrations(connection: SchemaConnection, steps: readonly MigrationStep[]): Promise<RunOutcome> {
  return runSteps(steps, 'down', async ({ file, migration, earlier }) => {
    if (connection.lasting !== undefined) {
      await setProgress(connection, file.name, { state: 'undoing', progress: { done: earlier } });
      await connection.lasting.commit();
    }
    await connection.atomically(async () => {
      const journal = createJournal(connection, { name: file.name, state: 'undoing', earlier });
      await runMigration(connection, { ...file, direction: 'down', journal }, (schema) => migration.down?.(schema));
      await removeHistory(connection, file.name);
    });
  });
}

async function runSteps(steps: readonly MigrationStep[], direction: MigrationDirection, run: (step: MigrationStep) => Promise<void>): Promise<RunOutcome> {
  const names: string[] = [];
  for (const step of steps) {
    try {
      await run(step);
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
