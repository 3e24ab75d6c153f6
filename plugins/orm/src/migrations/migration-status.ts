/** Tells where migrations stand. */
import type { SchemaConnection } from '../drivers/driver.ts';
import type { HistoryEntry } from './history.ts';
import { adoptSquashes, type MigrationChain } from './migration-chain.ts';
import { isEdited } from './migration-files.ts';
import { type FoundProgress, findProgress, isUntouched } from './statement-journal.ts';

/**
 * Where a migration stands: `edited` was changed after it was applied, `missing` was applied and has no file any more,
 * `interrupted` was applied or undone in part, `partial` stands for others of which the database has only some, and of one
 * that was `replaced` the file can be removed, because another one stands for it.
 */
export type MigrationState = 'applied' | 'edited' | 'interrupted' | 'missing' | 'partial' | 'pending' | 'replaced';

/** A migration and where it stands. */
export interface MigrationStatus {
  readonly name: string;
  readonly state: MigrationState;
  readonly batch?: number;
  readonly appliedAt?: Date;
  /** How long it took, in milliseconds; `null` when it is not known. */
  readonly durationMs?: number | null;
  /** The release of the application that applied it; `null` when it is not known. */
  readonly release?: string | null;
  /** Of an interrupted one: which way it was run. */
  readonly direction?: 'down' | 'up';
  /** Of an interrupted one: the statements that are in place. */
  readonly statements?: readonly string[];
  /** Of an interrupted one: the indexes that it has left unusable, if there are any. */
  readonly invalid?: readonly string[];
}

/** Lists all migrations of a directory and of a history, in their order. */
export async function listStatus(connection: SchemaConnection, chain: MigrationChain, history: readonly HistoryEntry[]): Promise<MigrationStatus[]> {
  const { entries, partial } = adoptSquashes(chain, history);
  const files = new Map(chain.files.map((file) => [file.name, file]));
  const leftovers = new Map(chain.leftovers.map((file) => [file.name, file]));
  const statuses: MigrationStatus[] = [];
  for (const entry of entries) {
    const { name, batch, appliedAt, durationMs, release } = entry;
    const notes = { batch, appliedAt, durationMs, release };
    const found: FoundProgress = entry.state === 'applied' ? { done: [], invalid: [] } : await findProgress(connection, entry);
    const file = files.get(name) ?? leftovers.get(name);
    files.delete(name);
    if (!isUntouched(found))
      statuses.push({
        name,
        state: 'interrupted',
        ...notes,
        direction: entry.state === 'applying' ? 'up' : 'down',
        statements: [...found.done, ...(found.uncertain === undefined ? [] : [found.uncertain])],
        ...(found.invalid.length === 0 ? {} : { invalid: found.invalid }),
      });
    else if (entry.state === 'applying') statuses.push({ name, state: 'pending' });
    else statuses.push({ name, state: file === undefined ? 'missing' : isEdited(entry.checksum, file.checksum) ? 'edited' : 'applied', ...notes });
  }
  for (const name of files.keys()) statuses.push({ name, state: partial.some(({ squash }) => squash === name) ? 'partial' : 'pending' });
  const known = new Set(statuses.map(({ name }) => name));
  for (const name of leftovers.keys()) if (!known.has(name)) statuses.push({ name, state: 'replaced' });
  return statuses.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}
