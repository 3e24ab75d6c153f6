/** Where a server of the run is. */
import { inject } from 'vitest';
import type { ServiceName } from './broker.ts';

/** The variables that name servers which run already. */
const VARIABLES = {
  POSTGRES_URL: 'postgresql',
  MARIADB_URL: 'mariadb',
  MYSQL_URL: 'mariadb',
  REDIS_URL: 'redis',
  MEMCACHED_URL: 'memcached',
  MONGODB_URL: 'mongodb',
} as const satisfies Readonly<Record<string, ServiceName>>;

/** The variable that names a server which runs already. */
export type ServiceVariable = keyof typeof VARIABLES;

/** Returns the URL of a server, which is started if nobody has asked for it before. */
export async function serviceUrl(variable: ServiceVariable): Promise<string> {
  return process.env[variable] || (await ask(VARIABLES[variable]));
}

/**
 * Returns why there is no such server; `undefined` when there is one.
 * @throws in CI, where every server has to be there.
 */
export async function findServiceProblem(variable: ServiceVariable): Promise<string | undefined> {
  if (process.env[variable]) return undefined;
  const problem = (await ask(`${VARIABLES[variable]}/problem`)) || undefined;
  if (problem !== undefined && process.env['CI'] === 'true') throw new Error(`${problem}; install it, or set ${variable}`);
  return problem;
}

/**
 * Makes the declarations of the packages, if nobody has asked for them before.
 * @throws when the packages have errors of types.
 */
export async function makeDeclarations(): Promise<void> {
  await ask('declarations');
}

async function ask(path: string): Promise<string> {
  const response = await fetch(`${inject('serviceBroker')}/${path}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} could not be had: ${text}`);
  return text;
}
