/** Databases on the MongoDB server of the run; each is made when something is written into it. */
import { MongoClient } from 'mongodb';
import { serviceUrl } from '../../services/service-url.ts';
import type { TestDatabase } from './databases.ts';

let count = 0;

/** Creates the kind of database. */
export function createMongodbDatabase(): TestDatabase<'mongodb'> {
  return {
    name: 'mongodb',
    problem: undefined,
    async open(fill) {
      const url = toDatabaseUrl(await serviceUrl('MONGODB_URL'), `test_${process.pid}_${count++}`);
      await fill?.({ driver: 'mongodb', url });
      return { options: { driver: 'mongodb', url }, drop: () => withDatabase(url, async (db) => void (await db.dropDatabase())) };
    },
  };
}

/** Returns the URL of a database on the server of a URL. */
export function toDatabaseUrl(url: string, database: string): string {
  const [, server = '', options = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*(\?.*)?$/.exec(url) ?? [];
  return `${server}/${database}${options}`;
}

/** Runs `work` on a connection of its own. */
export async function withDatabase<Result>(url: string, work: (db: ReturnType<MongoClient['db']>) => Promise<Result>): Promise<Result> {
  const client = new MongoClient(url);
  try {
    return await work(client.db());
  } finally {
    await client.close();
  }
}
