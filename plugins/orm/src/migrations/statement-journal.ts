/**
 * Notes in the history how far a migration has got, where changes of tables cannot be undone. The note is written and
 * committed before the first statement, and around each statement that commits by itself; what is written in between is
 * undone with its transaction, so that the note is always exact. Only of a statement that was running when the process ended
 * it is not known whether it is in place; then the tables are compared with what they were before it.
 */
import type { SchemaConnection } from '../drivers/driver.ts';
import { type HistoryEntry, type HistoryState, removeHistory, setProgress, type StatementProgress } from './history.ts';
import type { StatementJournal } from './run-migration.ts';

/** A text with more than one statement: part of it may be in place. */
const SEVERAL = /;\s*\S/;

/**
 * Creates the journal of a migration that is noted in the history.
 * @param earlier what an earlier run noted.
 */
export function createJournal(
  connection: SchemaConnection,
  { name, state, earlier }: { readonly name: string; readonly state: Exclude<HistoryState, 'applied'>; readonly earlier: readonly string[] },
): StatementJournal | undefined {
  const { lasting } = connection;
  if (lasting === undefined) return undefined;
  const note = async (progress: StatementProgress): Promise<void> => {
    await setProgress(connection, name, { state, progress });
    await lasting.commit();
  };
  let running: StatementProgress['running'];
  return {
    skipped: earlier,
    async begin(statement, done) {
      running = { statement, fingerprint: await lasting.fingerprint() };
      await note({ done, running });
    },
    async end(done) {
      running = undefined;
      await note({ done });
    },
    async fail(kept) {
      await connection.execute('rollback');
      const isPartly = running !== undefined && SEVERAL.test(running.statement) && (await lasting.fingerprint()) !== running.fingerprint;
      if (kept.length > 0 || isPartly) return note({ done: kept, ...(isPartly && running !== undefined ? { running } : {}) });
      if (state === 'applying') await removeHistory(connection, name);
      else await setProgress(connection, name, { state: 'applied', progress: null });
      return lasting.commit();
    },
  };
}

/** How far an interrupted migration has got. */
export interface FoundProgress {
  /** The statements that are in place. */
  readonly done: readonly string[];
  /** A text of several statements of which a part may be in place. */
  readonly uncertain?: string;
}

/** Finds out which statements of an interrupted migration are in place. */
export async function findProgress(connection: SchemaConnection, { progress }: HistoryEntry): Promise<FoundProgress> {
  const { done = [], running } = progress ?? {};
  if (running === undefined || (await connection.lasting?.fingerprint()) === running.fingerprint) return { done };
  return SEVERAL.test(running.statement) ? { done, uncertain: running.statement } : { done: [...done, running.statement] };
}
