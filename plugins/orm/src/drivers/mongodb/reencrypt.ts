/**
 * Encrypts anew what an older key has encrypted, in documents and pairs. Each is changed by itself and only if it still has
 * what was read: a transaction would give way to whoever changes one of them meanwhile, and undo the rest.
 */
import type { ClientSession, Db, Document } from 'mongodb';
import { type EncryptedColumn, type EncryptedTable, listEncryptedTables } from '../../encryption/encrypted-tables.ts';
import type { ModelLayout } from '../../model/model-layout.ts';
import { toLikeSource } from './like-pattern.ts';
import { inSession } from './session.ts';

/** Rewrites the encrypted fields of a model and of its pairs; returns how many documents there were. */
export async function reencryptDocuments(db: Db, layout: ModelLayout, session: ClientSession | undefined): Promise<number> {
  let count = 0;
  for (const table of listEncryptedTables(layout)) count += await reencryptCollection(db, table, session);
  return count;
}

async function reencryptCollection(db: Db, { table, columns }: EncryptedTable, session: ClientSession | undefined): Promise<number> {
  const collection = db.collection(table);
  let count = 0;
  for await (const document of collection.find({ $or: columns.map(isOld) }, inSession(session))) {
    for (const { column, secret } of columns) {
      const stored: unknown = document[column];
      if (typeof stored !== 'string' || stored.startsWith(secret.newest)) continue;
      await collection.updateOne({ _id: { $eq: document._id }, [column]: { $eq: stored } }, { $set: { [column]: secret.renew(stored) } }, inSession(session));
    }
    count++;
  }
  return count;
}

function isOld({ column, secret }: EncryptedColumn): Document {
  return { [column]: { $type: 'string', $not: new RegExp(toLikeSource(`${secret.newest}%`)) } };
}
