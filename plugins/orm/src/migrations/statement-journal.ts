/**
 * Notes in the history how far a migration has got, where not all of it can be undone. The note is written and
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
  const { lasting, traces } = connection;
  if (lasting === undefined || traces === undefined) return undefined;
  const note = async (progress: StatementProgress): Promise<void> => {
    await setProgress(connection, name, { state, progress });
    await lasting.commit();
  };
  let running: StatementProgress['running'];
  return {
    skipped: earlier,
    async begin(statement, done) {
      running = { statement, fingerprint: await traces.fingerprint(statement) };
      await note({ done, running });
    },
    async end(done) {
      running = undefined;
      await note({ done });
    },
    async fail(kept) {
      await lasting.rollback();
      const isPartly = running !== undefined && SEVERAL.test(running.statement) && (await traces.fingerprint(running.statement)) !== running.fingerprint;
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
  /** The indexes that the statement which was running has left unusable. */
  readonly invalid: readonly string[];
}

/** Finds out which statements of an interrupted migration are in place. */
export async function findProgress({ traces }: SchemaConnection, { progress }: HistoryEntry): Promise<FoundProgress> {
  const { done = [], running } = progress ?? {};
  if (running === undefined || traces === undefined) return { done, invalid: [] };
  const invalid = await traces.listInvalid(running.statement);
  if (invalid.length > 0 || (await traces.fingerprint(running.statement)) === running.fingerprint) return { done, invalid };
  return SEVERAL.test(running.statement) ? { done, uncertain: running.statement, invalid } : { done: [...done, running.statement], invalid };
}

/** Tells whether nothing of an interrupted migration is in place. */
export function isUntouched({ done, uncertain, invalid }: FoundProgress): boolean {
  return done.length === 0 && uncertain === undefined && invalid.length === 0;
}
