/** The memcached that test files share, each with keys of its own; `MEMCACHED_URL` names another one that runs already. */
import { findPackageProblem } from './debian-package.ts';
import { createServerDirectory, findFreePort, type ServerProcess, startServer } from './server-process.ts';

/** Returns why there is none; installs the package where that can be done. */
export function findMemcachedProblem(): string | undefined {
  return findPackageProblem({ name: 'memcached', program: 'memcached' });
}

/** Starts it with 32 MB. */
export async function startMemcached(): Promise<ServerProcess> {
  const port = await findFreePort();
  return startServer({
    name: 'memcached',
    directory: createServerDirectory('memcached'),
    command: ['memcached', '-l', '127.0.0.1', '-p', String(port), '-U', '0', '-m', '32'],
    url: `memcached://127.0.0.1:${port}`,
    ready: port, // it prints nothing
    stopSignal: 'SIGKILL', // it takes a second to end by itself
  });
}
