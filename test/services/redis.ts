/** The Redis that test files share, each with keys of its own; `REDIS_URL` names another one that runs already. */
import { findPackageProblem } from './debian-package.ts';
import { createServerDirectory, findFreePort, type ServerProcess, startServer } from './server-process.ts';

/** Returns why there is none; installs the package where that can be done. */
export function findRedisProblem(): string | undefined {
  return findPackageProblem({ name: 'redis-server', program: 'redis-server' });
}

/** Starts it; it keeps nothing. */
export async function startRedis(): Promise<ServerProcess> {
  const directory = createServerDirectory('redis');
  const port = await findFreePort();
  return startServer({
    name: 'Redis',
    directory,
    command: ['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory],
    url: `redis://127.0.0.1:${port}`,
    ready: /Ready to accept connections/,
  });
}
