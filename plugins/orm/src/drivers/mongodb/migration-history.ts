/** The collection that tells which migrations were applied, with what SQL's table tells; and of one that did not come to its end, which way it went. */
import type { Collection, Db } from 'mongodb';
import { type HistoryEntry, MIGRATIONS_TABLE } from '../../migrations/history.ts';

interface HistoryDocument {
  readonly _id: string;
  readonly checksum: string;
  readonly batch: number;
  readonly applied_at: Date;
  readonly duration_ms: number | null;
  readonly release_id: string | null;
  readonly state: HistoryEntry['state'];
}

/** Lists what was applied, or begun, the oldest first. */
export async function listHistory(db: Db): Promise<HistoryEntry[]> {
  const documents = await historyOf(db)
    .find({}, { sort: { batch: 1, _id: 1 } })
    .toArray();
  return documents.map(({ _id, checksum, batch, applied_at: appliedAt, duration_ms: durationMs, release_id: release, state }) => ({
    name: _id,
    checksum,
    batch,
    appliedAt,
    durationMs,
    release,
    state,
    progress: null,
  }));
}

/** Notes a migration, whatever was noted of it before. */
export async function setHistory(db: Db, { name, checksum, batch, appliedAt, durationMs, release, state }: Omit<HistoryEntry, 'progress'>): Promise<void> {
  const document = { checksum, batch, applied_at: appliedAt, duration_ms: durationMs, release_id: release, state };
  await historyOf(db).replaceOne({ _id: name }, document, { upsert: true });
}

/** Notes that a migration was undone. */
export async function removeHistory(db: Db, name: string): Promise<void> {
  await historyOf(db).deleteOne({ _id: name });
}

function historyOf(db: Db): Collection<HistoryDocument> {
  return db.collection<HistoryDocument>(MIGRATIONS_TABLE);
}
