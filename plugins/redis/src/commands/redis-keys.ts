/** `oxidite redis:keys`: says who keeps how much in Redis. */
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';
import { DEFAULT_CONNECTION } from '../connections/connection-settings.ts';
import { countKeys } from '../stores/key-report.ts';

/** The command. */
export const redisKeys: Command = defineCommand(
  'redis:keys',
  {
    summary: 'List stores with the number, size and lifetime of their keys',
    description: 'Keys that no store owns are listed as well, as far as they begin with the keyPrefix. It walks over all keys of the database.',
    flags: z.object({ connection: z.string().default(DEFAULT_CONNECTION).describe('The connection to look at') }),
    examples: ['redis:keys', 'redis:keys --connection cache'],
  },
  async ({ flags, output }, { redis }) => {
    const report = await countKeys(redis.connection(flags.connection), flags.connection, redis.keyspaces());
    output.table(
      report.stores.map(({ name, keys, bytes, forever, withinHour, withinDay, later }) => ({
        store: name,
        keys,
        bytes,
        forever,
        '≤ 1 hour': withinHour,
        '≤ 1 day': withinDay,
        later,
      })),
    );
    const { keys, bytes, examples } = report.unowned;
    output.line(
      keys === 0 ? 'Every key has an owner.' : `${keys} keys of ${bytes} bytes have no owner: ${examples.join(', ')}${examples.length < keys ? ' …' : ''}`,
    );
    return report;
  },
);
