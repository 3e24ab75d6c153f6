/** What `oxidite doctor` looks at: whether Redis answers, and whether it may throw away what should be kept. */
import { toMessage } from '@oxidite/plugin-sdk';
import type { Redis } from 'ioredis';
import type { DoctorCheck } from 'oxidite';
import { DEFAULT_CONNECTION } from './connections/connection-settings.ts';
import type { RedisRuntime } from './runtime.ts';

/** Creates the checks of all connections. */
export function createDoctorChecks({ connections, service }: RedisRuntime): DoctorCheck[] {
  return connections.list.flatMap(({ client, settings: { name, address } }): DoctorCheck[] => {
    const label = name === DEFAULT_CONNECTION ? 'redis' : `redis:${name}`;
    return [
      {
        name: label,
        async run() {
          try {
            const { redis_version: version = 'unknown' } = await readInfo(client, 'server');
            return { status: 'ok', message: `${address}, version ${version}` };
          } catch (error) {
            return { status: 'fail', message: toMessage(error), remedy: 'Check the server, and the option "url" of the redis plugin.' };
          }
        },
      },
      {
        name: `${label} eviction`,
        async run() {
          const { maxmemory_policy: policy = 'unknown', maxmemory = '0' } = await readInfo(client, 'memory');
          const owners = service.keyspaces().filter(({ connection }) => connection === name);
          if (policy.startsWith('allkeys') && owners.length > 0)
            return {
              status: 'warn',
              message: `maxmemory-policy is ${policy}: when memory is short, Redis drops any key, of ${owners.map((owner) => owner.name).join(', ')} too`,
              remedy: 'Set it to noeviction or volatile-ttl, and keep caches on a connection of their own.',
            };
          return { status: 'ok', message: `maxmemory-policy ${policy}, maxmemory ${maxmemory === '0' ? 'unlimited' : maxmemory}` };
        },
      },
    ];
  });
}

async function readInfo(client: Redis, section: string): Promise<Readonly<Record<string, string | undefined>>> {
  const lines = (await client.info(section)).split('\r\n').filter((line) => line.includes(':'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}
