/**
 * What the tests use as MongoDB; `MONGODB_URL` names a real one that runs already. No registry has MongoDB's own program, so
 * this is a server of ours that speaks its wire protocol as the replica set rs0, over `mingo` for filters and pipelines. It
 * proves the wiring: that what is sent is understood, that values keep their types, that unique indexes refuse, and that
 * transactions are separate, conflict and roll back. It does not prove how MongoDB plans, locks or lasts: it keeps everything
 * in memory, looks at each document, and has no full-text search, no geometry, no change streams, no TTL, no validation and
 * no collations.
 */
import { fileURLToPath } from 'node:url';
import { createServerDirectory, findFreePort, type ServerProcess, startServer } from './server-process.ts';

/** The program. */
export const MONGODB_PROGRAM: string = fileURLToPath(new URL('mongodb/main.ts', import.meta.url));

/** What it prints when it can be used. */
export const MONGODB_READY: RegExp = /ready for connections/;

/** Starts it. */
export async function startMongodb(): Promise<ServerProcess> {
  const port = await findFreePort();
  return startServer({
    name: 'the MongoDB of the tests',
    directory: createServerDirectory('mongodb'),
    command: [process.execPath, MONGODB_PROGRAM, String(port)],
    url: `mongodb://127.0.0.1:${port}/?replicaSet=rs0`,
    ready: MONGODB_READY,
  });
}
