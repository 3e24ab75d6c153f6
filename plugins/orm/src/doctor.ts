/** What `oxidite doctor` looks at: whether the databases answer, whether migrations are pending, and the sizes of the pools. */
import { toMessage } from '@oxidite/plugin-sdk';
import type { DoctorCheck } from 'oxidite';
import { assertReachable, toCheckName } from './connections/health.ts';
import type { Connection } from './connections/open-connection.ts';
import { DEFAULT_CONNECTION } from './options.ts';

/** A larger part of what the server gives leaves no room for a second process, or a console. */
const CROWDED = 0.8;

/** Creates the checks of open databases. */
export function createDoctorChecks(connections: ReadonlyMap<string, Connection>): DoctorCheck[] {
  return [...connections].flatMap(([name, connection]) => [
    createDatabaseCheck(name, connection),
    createMigrationsCheck(name, connection),
    ...(connection.limits === undefined ? [] : [createPoolCheck(name, connection, connection.limits)]),
    ...(connection.database.replicas === undefined ? [] : [createReplicasCheck(name, connection.database.replicas)]),
  ]);
}

function createDatabaseCheck(connection: string, opened: Connection): DoctorCheck {
  const { database } = opened;
  const option = (name: string): string => (connection === DEFAULT_CONNECTION ? name : `connections.${connection}.${name}`);
  return {
    name: toCheckName('database', connection),
    async run() {
      try {
        await assertReachable(opened);
        return { status: 'ok', message: `${database.driver.name}, ${database.driver.label}` };
      } catch (error) {
        const remedy = `Check the "${option('database')}" option of the orm plugin, or "${option('url')}" of a server.`;
        return { status: 'fail', message: toMessage(error), remedy };
      }
    },
  };
}

function createMigrationsCheck(connection: string, { tools }: Connection): DoctorCheck {
  const migrate = connection === DEFAULT_CONNECTION ? '"oxidite migrate"' : `"oxidite migrate --connection ${connection}"`;
  return {
    name: toCheckName('migrations', connection),
    async run() {
      const migrations = await tools.migrator.status();
      const names = (state: string): string[] => migrations.filter((migration) => migration.state === state).map(({ name }) => name);
      const [pending, edited, missing, interrupted] = [names('pending'), names('edited'), names('missing'), [...names('interrupted'), ...names('partial')]];
      if (interrupted.length > 0)
        return { status: 'fail', message: `done only in part: ${interrupted.join(', ')}`, remedy: `Run ${migrate}: it says what can be done.` };
      if (edited.length > 0)
        return {
          status: 'fail',
          message: `edited after they were applied: ${edited.join(', ')}`,
          remedy: 'Restore the files, and write a new migration for the change.',
        };
      if (missing.length > 0) return { status: 'warn', message: `applied, but without a file: ${missing.join(', ')}`, remedy: 'Restore the files.' };
      if (pending.length > 0) return { status: 'warn', message: `${pending.length} pending: ${pending.join(', ')}`, remedy: `Run ${migrate}.` };
      return { status: 'ok', message: `${migrations.length} applied` };
    },
  };
}

function createPoolCheck(connection: string, { database }: Connection, { poolSize, limit }: NonNullable<Connection['limits']>): DoctorCheck {
  return {
    name: toCheckName('database pool', connection),
    run() {
      const { size, idle, waiting } = database.driver.pool?.() ?? { size: 0, idle: 0, waiting: 0 };
      const message = `at most ${poolSize} connections of this process, ${limit} of the server; ${size} are open, ${idle} of them idle, ${waiting} wait for one`;
      if (poolSize <= limit * CROWDED) return { status: 'ok', message };
      return { status: 'warn', message, remedy: 'Set a smaller "poolSize": other processes, migrations and consoles need connections, too.' };
    },
  };
}

function createReplicasCheck(connection: string, replicas: NonNullable<Connection['database']['replicas']>): DoctorCheck {
  return {
    name: toCheckName('database replicas', connection),
    run() {
      const states = replicas.states();
      const away = states.filter(({ problem }) => problem !== undefined);
      if (away.length === 0) return { status: 'ok', message: states.map(({ label }) => label).join(', ') };
      return {
        status: 'warn',
        message: away.map(({ label, problem }) => `${label}: ${problem}`).join('; '),
        remedy: 'Others are read meanwhile. Check the option "replicas", that the servers run, and that the user may connect.',
      };
    },
  };
}
